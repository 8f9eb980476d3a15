"""What people here call a service, a team or a severity, whatever their sources call it.

Sources write "checkout-api", "Checkout API" and "CHK" for one service, and "Kritisch" for a
severity that no list knows. What such a name means is said once, kept in the store, and holds for
every load that follows; the records that are there already are renamed with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Column, Connection, func, select

from data import tables
from data.added import AddedRow, Moment, now
from data.engine import Row, batches, drop, put
from data.kept_settings import lists_with, settings_of
from data.lists import Lists
from data.record import LONGEST_LABEL, Identifier, Incident
from data.rows import moment_of, seconds_of
from data.store import Store
from data.trail import Entry
from data.words import fold

#: Fields whose values may be given a meaning.
Named = Literal[
    "services",
    "team",
    "severity",
    "status",
    "root_cause_category",
    "trigger_category",
    "detection_source",
]
#: Those of which a value that nobody knows is asked for while it is loaded.
ASKED_FOR: tuple[Named, ...] = (
    "severity",
    "status",
    "root_cause_category",
    "trigger_category",
    "detection_source",
)
#: Those whose values are any name, with the column that holds each.
RENAMED: Mapping[Named, "Column[str]"] = {
    "services": tables.SERVICES.c.service,
    "team": tables.INCIDENTS.c.team,
    "severity": tables.INCIDENTS.c.severity,
}
#: Field to what its values mean: as written to ours.
Meanings = Mapping[str, Mapping[str, str]]
NOTHING_SAID: Meanings = MappingProxyType({})


class Name(AddedRow):
    """What a value means.

    Attributes:
        field: of a record.
        written: the value as sources have it; its case does not matter.
        ours: what it is called here.
    """

    field: Named
    written: Identifier
    ours: Identifier
    said_at: Moment = Field(default_factory=now)


@dataclass(frozen=True, slots=True)
class InUse:
    """A name that records use.

    Attributes:
        incidents: how many of them.
        alike: the commonest other spelling of the same letters; empty if there is none.
    """

    name: str
    incidents: int
    alike: str = ""


def names_of(meanings: Meanings) -> list[Name]:
    """What is said, name by name.

    Raises:
        WrongField: it cannot be kept.
    """
    return [
        Name.checked({"field": field, "written": written, "ours": ours})
        for field, values in meanings.items()
        for written, ours in values.items()
    ]


def with_names(lists: Lists, meanings: Meanings) -> Lists:
    """The lists with what the values of some fields mean."""
    names = {field: dict(values) for field, values in lists.names.items()}
    for field, values in meanings.items():
        said = {fold(written): ours for written, ours in values.items() if ours.strip()}
        names.setdefault(field, {}).update(said)
    return replace(lists, names=names)


def in_force(store: Store, lists: Lists) -> Lists:
    """The lists with the scheme of this store and all that was said of values in it."""
    meanings: dict[str, dict[str, str]] = {}
    for name in stored(store):
        meanings.setdefault(name.field, {})[name.written] = name.ours
    return with_names(lists_with(settings_of(store), lists), meanings)


def stored(store: Store) -> list[Name]:
    """All that was said of values, in order of fields and names."""
    with store.reading() as connection:
        return stored_names(connection)


def forget(store: Store, names: Iterable[Name]) -> bool:
    """Take back what was said, for later loads; whether any of it was there."""
    keys = [(name.field, _key(name.written)) for name in names]

    def take_back(connection: Connection) -> bool:
        before = len(stored_names(connection))
        drop(connection, tables.NAMES, keys)
        return len(stored_names(connection)) < before

    return store.change(take_back, tells=Entry("name taken back", count=len(keys)))


def rename(store: Store, field: Named, values: Mapping[str, str], *, lists: Lists) -> int:
    """Call things by our names in the stored records and in every later load, as one load.

    Args:
        field: one of :data:`RENAMED`.
        values: names as they are written, and ours.

    Returns:
        How many records changed.
    """
    names = _Said(names_of({field: values}))
    records = list(_renamed(store, field, values, in_force(store, lists)))
    return store.load(records, source=f"names of {field}", beside=names).updated


def in_use(store: Store, field: Named) -> list[InUse]:
    """Every name that records use in one of :data:`RENAMED`, the commonest first."""
    column = RENAMED[field]
    counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
    with store.reading() as connection:
        rows = [(str(name), int(n)) for name, n in connection.execute(counted)]
    rows.sort(key=lambda row: (-row[1], row[0]))
    commonest: dict[str, str] = {}
    for name, _ in rows:
        commonest.setdefault(_letters(name), name)
    alike = {name: commonest[_letters(name)] for name, _ in rows}
    return [InUse(name, n, alike[name] if alike[name] != name else "") for name, n in rows]


def stored_names(connection: Connection) -> list[Name]:
    """See :func:`stored`."""
    columns = tables.NAMES.c
    rows = connection.execute(select(tables.NAMES).order_by(columns.field, columns.key))
    return [_name(row) for row in rows]


def keep_names(connection: Connection, new: Iterable[Name]) -> bool:
    """Keep what is said; it replaces what was said of the same values. Whether that is news."""
    there = {(name.field, _key(name.written)): name.ours for name in stored_names(connection)}
    said = {(name.field, _key(name.written)): name for name in new}
    rows = [_row(name) for key, name in said.items() if there.get(key) != name.ours]
    return put(connection, tables.NAMES, rows)


class _Said(list[Name]):
    """What is said beside a load."""

    def write(self, connection: Connection) -> bool:
        """Keep it; whether that is news."""
        return keep_names(connection, self)


def _renamed(
    store: Store, field: Named, values: Mapping[str, str], lists: Lists
) -> Iterator[Incident]:
    """The stored records that use one of the names, with ours in its place."""
    lists = with_names(lists, {field: values})
    meant = {fold(written) for written in values}
    spellings = [used.name for used in in_use(store, field) if fold(used.name) in meant]
    for ids in batches(_using(store, field, spellings)):
        for record in store.records(ids).values():
            ours = lists.named(field, getattr(record, field))
            changes: dict[str, Any] = {field: tuple(ours) if isinstance(ours, list) else ours}
            if field == "severity" and (rank := lists.rank(ours)):
                changes["severity_rank"] = rank
            yield record.model_copy(update=changes)


def _using(store: Store, field: Named, names: Iterable[str]) -> list[str]:
    """The ids of the records that use one of the names."""
    column = RENAMED[field]
    ids = select(tables.INCIDENTS.c.id).distinct()
    if column.table is not tables.INCIDENTS:
        ids = ids.join(column.table, column.table.c.incident == tables.INCIDENTS.c.key)
    with store.reading() as connection:
        using = [
            str(name)
            for some in batches(names)
            for name in connection.execute(ids.where(column.in_(some))).scalars()
        ]
    return list(dict.fromkeys(using))


def _letters(name: str) -> str:
    """The letters and digits of a name, by which two spellings of it are told to be one."""
    return "".join(character for character in fold(name) if character.isalnum()) or name


def _key(written: str) -> str:
    return fold(written)[:LONGEST_LABEL]


def _row(name: Name) -> Row:
    return (name.field, _key(name.written), name.written, name.ours, seconds_of(name.said_at))


def _name(row: Any) -> Name:
    return Name.model_validate(
        {
            "field": row.field,
            "written": row.written,
            "ours": row.ours,
            "said_at": moment_of(row.said_at),
        }
    )
