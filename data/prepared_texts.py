"""What did the search for repeats make of each text, so that it is read only once?

What is kept is text to this module; its version says which way of reading made it. A changed record
loses what was made of it, and what was made of an outdated record is not kept at all.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select, update

from data import tables
from data.engine import batches, fetch, insert_rows, put
from data.record import CLOCK_FIELDS, Incident, Kind
from data.rows import stream
from data.store import Store
from data.verdicts import Suggestion, replace_suggestions

TEXTS, INCIDENTS, PARTS = tables.PREPARED_TEXTS, tables.INCIDENTS, tables.SEARCH_INDEX


def prepared(store: Store, version: str) -> Iterator[tuple[str, str]]:
    """Id and prepared text of every incident that has one of ``version``.

    In order of time: by the start of the impact, else the first time known; those without any time
    come last.
    """
    columns = (TEXTS.c.incident, INCIDENTS.c.id, TEXTS.c.payload)
    of_version = (
        select(*columns)
        .join(INCIDENTS, INCIDENTS.c.key == TEXTS.c.incident)
        .where(TEXTS.c.version == version)
    )
    with store.reading() as connection:
        for keys in batches(_keys_by_time(connection)):
            some = of_version.where(TEXTS.c.incident.in_(keys))
            found = {key: (name, payload) for key, name, payload in fetch(connection, some)}
            yield from (found[key] for key in keys if key in found)


class TextsEdition(NamedTuple):
    """Which texts are kept: another edition wherever a text may be another.

    Attributes:
        load: the revision of the latest load, since when no record has changed.
        texts: how many records have a prepared text; a changed record loses its own at first.
        oldest, newest: the least and the greatest of their versions; None without any.
    """

    load: int
    texts: int
    oldest: str | None
    newest: str | None


def texts_edition(store: Store) -> TextsEdition:
    """The edition of the prepared texts; what people say and what is suggested leaves it as it is.

    It is counted anew each time: 0.06 s of 100,000 texts.
    """
    version = TEXTS.c.version
    of_texts = select(func.count(), func.min(version), func.max(version)).select_from(TEXTS)
    of_loads = select(func.coalesce(func.max(tables.LOADS.c.revision), 0))
    with store.reading() as connection:
        load = connection.execute(of_loads).scalar_one()
        texts, oldest, newest = connection.execute(of_texts).one()
    return TextsEdition(load, texts, oldest, newest)


def prepared_of(store: Store, version: str, ids: Iterable[str]) -> list[tuple[bytes, str]]:
    """Digest of the record and prepared text, of those of ``ids`` that have one of ``version``."""
    columns = (INCIDENTS.c.digest, TEXTS.c.payload)
    of_version = (
        select(*columns)
        .join(TEXTS, INCIDENTS.c.key == TEXTS.c.incident)
        .where(TEXTS.c.version == version)
        .order_by(INCIDENTS.c.key)
    )
    with store.reading() as connection:
        return [
            (bytes(digest), payload)
            for some in batches(ids)
            for digest, payload in fetch(connection, of_version.where(INCIDENTS.c.id.in_(some)))
        ]


def unprepared(store: Store, version: str) -> Iterator[tuple[bytes, Incident]]:
    """Digest and record of every incident without a prepared text of ``version``."""
    with store.reading() as connection:
        yield from stream(connection, where=~_has_text(version))


def keep_prepared(store: Store, version: str, made: Iterable[tuple[str, bytes, str]]) -> bool:
    """Keep prepared texts, replacing those of other versions.

    Args:
        made: id of the incident, digest of the record it was made from, and the text.

    Returns:
        Whether anything was kept that was not there; texts made from a record that has changed
        since, or is gone, are left out.
    """
    return store.change(lambda connection: _keep_all(connection, version, made))


def keep_searched(
    store: Store,
    version: str,
    made: Sequence[tuple[str, bytes, str]],
    suggested: Sequence[Suggestion],
) -> bool:
    """Keep prepared texts together with what is suggested for their incidents.

    A record either waits for the search or has all that it made of it, wherever it is cut off.

    Returns:
        Whether anything changed.
    """
    searched = [name for name, _, _ in made]

    def write(connection: Connection) -> bool:
        changes = [
            replace_suggestions(connection, suggested, searched=searched),
            _keep_all(connection, version, made),
        ]
        return any(changes)

    return store.change(write)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What the search has left to do.

    Attributes:
        unsearched: incidents that nothing was searched for; second reports are not counted.
        ungrouped: incidents that were searched and that the known causes were not built with.
        since: the latest load (UTC), since when it is so or longer; None where none is known.
    """

    unsearched: int
    ungrouped: int
    since: dt.datetime | None

    def __bool__(self) -> bool:
        return bool(self.unsearched or self.ungrouped)


def unfinished(store: Store, version: str) -> Unfinished:
    """What the search has left to do for texts of ``version``."""
    columns = INCIDENTS.c
    waits = and_(columns.kind == "incident", columns.duplicate_of.is_(None), ~_has_text(version))
    unsearched = select(func.count()).select_from(INCIDENTS).where(waits)
    not_grouped = and_(TEXTS.c.version == version, ~TEXTS.c.grouped)
    left = select(func.count()).select_from(TEXTS).where(not_grouped)
    with store.reading() as connection:
        at = connection.execute(select(func.max(tables.LOADS.c.at))).scalar_one()
        return Unfinished(
            unsearched=connection.execute(unsearched).scalar_one(),
            ungrouped=connection.execute(left).scalar_one(),
            since=None if at is None else dt.datetime.fromtimestamp(at, dt.UTC),
        )


def ungrouped(store: Store, version: str) -> list[str]:
    """Ids of the incidents with a text of ``version`` that known causes were not built with."""
    theirs = (
        select(INCIDENTS.c.id)
        .join(TEXTS, INCIDENTS.c.key == TEXTS.c.incident)
        .where(TEXTS.c.version == version, ~TEXTS.c.grouped)
        .order_by(INCIDENTS.c.key)
    )
    with store.reading() as connection:
        return [name for (name,) in fetch(connection, theirs)]


def note_grouped(connection: Connection, version: str) -> bool:
    """Note that the known causes are built with all texts of ``version``; whether that is news.

    For whoever holds the turn to search: nobody else keeps texts meanwhile.
    """
    new = and_(TEXTS.c.version == version, ~TEXTS.c.grouped)
    return connection.execute(update(TEXTS).where(new).values(grouped=True)).rowcount > 0


def keep_index(
    store: Store, version: str, records: int, parts: Iterable[tuple[str, bytes]]
) -> None:
    """Keep the index of so many prepared texts, in named parts, in place of the one before.

    It holds nothing that the texts do not, so the revision stays. It is not kept where somebody
    kept or deleted a text since it was made.
    """

    def write(connection: Connection) -> bool:
        connection.execute(delete(PARTS))
        if connection.execute(select(func.count()).select_from(TEXTS)).scalar_one() != records:
            return False
        for part, payload in parts:
            insert_rows(connection, PARTS, [(part, version, records, payload)])
        return False

    store.change(write)


def kept_index(store: Store, version: str) -> dict[str, bytes]:
    """The parts of the index by name; empty where none of this version is kept."""
    mine = select(PARTS.c.part, PARTS.c.payload).where(PARTS.c.version == version)
    with store.reading() as connection:
        if not _has_index(connection, version):
            return {}
        return {row.part: row.payload for row in connection.execute(mine)}


def has_index(store: Store, version: str) -> bool:
    """Whether an index of this version is kept; whoever keeps or deletes a text drops it."""
    with store.reading() as connection:
        return _has_index(connection, version)


def forget_prepared(store: Store, ids: Iterable[str]) -> bool:
    """Let some records wait for the search again; whether any had a prepared text."""

    def write(connection: Connection) -> bool:
        removed = 0
        connection.execute(delete(PARTS))
        for some in batches(ids):
            keys = select(INCIDENTS.c.key).where(INCIDENTS.c.id.in_(some))
            removed += connection.execute(delete(TEXTS).where(TEXTS.c.incident.in_(keys))).rowcount
        return removed > 0

    return store.change(write)


def _keep_all(connection: Connection, version: str, made: Iterable[tuple[str, bytes, str]]) -> bool:
    changed = False
    connection.execute(delete(PARTS))  # it would lack them
    for some in batches(made):
        changed |= _keep(connection, version, some)
    return changed


def _keep(connection: Connection, version: str, made: Sequence[tuple[str, bytes, str]]) -> bool:
    columns = INCIDENTS.c
    named = select(columns.id, columns.digest, columns.key)
    named = named.where(columns.id.in_([name for name, _, _ in made]))
    keys = {(name, bytes(digest)): key for name, digest, key in connection.execute(named)}
    of_version = and_(TEXTS.c.version == version, TEXTS.c.incident.in_(keys.values()))
    grouped = dict(fetch(connection, select(TEXTS.c.incident, TEXTS.c.grouped).where(of_version)))
    rows = [
        (key, version, payload, bool(grouped.get(key)))
        for name, digest, payload in made
        if (key := keys.get((name, digest))) is not None
    ]
    return put(connection, TEXTS, rows, among=TEXTS.c.incident.in_([row[0] for row in rows]))


def _has_index(connection: Connection, version: str) -> bool:
    of_version = exists().where(PARTS.c.version == version)
    return bool(connection.execute(select(of_version)).scalar_one())


def _has_text(version: str) -> ColumnElement[bool]:
    theirs = and_(TEXTS.c.incident == INCIDENTS.c.key, TEXTS.c.version == version)
    return exists().where(theirs)


def _keys_by_time(connection: Connection) -> list[int]:
    from data.history import read_columns  # whoever needs the index alone needs no tables

    kinds = {"key": Kind.NUMBER, **dict.fromkeys(CLOCK_FIELDS, Kind.TIME)}
    columns = read_columns(connection, INCIDENTS, kinds)
    began = columns["impact_started_at"]
    first = np.fmin.reduce([columns[clock] for clock in CLOCK_FIELDS])
    order = np.argsort(np.where(np.isnat(began), first, began), kind="stable")  # NaT goes last
    keys: list[int] = columns["key"][order].tolist()
    return keys
