"""What did each file say of each record, so that what it no longer says can be taken back?

A document is whole: what it said and says no more is meant to be gone. What another file said of
the same record stays.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, Table, and_, delete, insert, or_, select, tuple_, update

from data import tables, text_index
from data.check import CheckedAction
from data.engine import Row, batches, fetch, insert_rows
from data.record import Action
from data.rows import DIGEST_BYTES, keyed_records, rows_of
from data.statement import Statement

NOTHING: frozenset[str] = frozenset()


class Told(NamedTuple):
    """What a file said of a record; the columns of ``told``."""

    file: int
    name: str  # see Statement.told_as
    incident: int
    digest: bytes
    holds: bool
    fields: str
    actions: str

    @property
    def key(self) -> tuple[int, str]:
        """What identifies it."""
        return self.file, self.name


def told_now(statement: Statement, incident: int, before: Told | None) -> Told:
    """What the file of ``statement`` has now said of the record with this key."""
    fields, actions = statement.told, _actions_told(statement)
    if before and not statement.whole:
        # A table that lost a column does not take back what it said in it.
        fields = (_fields_of(before.fields) - statement.cleared) | fields
        actions = actions_of(before) | actions
    return Told(
        file=statement.file.key if statement.file else 0,
        name=statement.told_as,
        incident=incident,
        digest=digest_of(statement),
        holds=statement.holds or bool(before and before.holds and not statement.whole),
        fields=_written(fields),
        actions=json.dumps({name: sorted(told) for name, told in actions.items()}),
    )


def digest_of(statement: Statement) -> bytes:
    """The same for the same statement."""
    digest = hashlib.blake2b(rows_of(statement.incident).digest, digest_size=DIGEST_BYTES)
    digest.update(f"{_written(statement.told)}{_written(statement.cleared)}".encode())
    if statement.apart or statement.actions:
        for checked in statement.actions:
            told, cleared = _written(checked.told), _written(checked.cleared)
            text = f"{checked.action!r}" if statement.apart else ""
            digest.update(f"{text}{told}{cleared}".encode())
    return digest.digest()


def withdrawing(statement: Statement, before: Told | None, others: Sequence[Told]) -> Statement:
    """A statement of a whole document with what it takes back by saying it no more."""
    if not statement.whole or not (before or others):
        return statement
    said = _fields_of(before.fields) if before else NOTHING
    by_others = NOTHING.union(*(_fields_of(row.fields) for row in others))
    cleared = statement.cleared | (said - statement.told - by_others)
    actions_before = actions_of(before) if before else {}
    actions_by_others = _together(map(actions_of, others))
    spoken_of = {checked.action.id for checked in statement.actions}
    missing = actions_before.keys() - spoken_of
    actions = [
        _withdrawing(checked, actions_before, actions_by_others) for checked in statement.actions
    ]
    for name in missing & actions_by_others.keys():
        left = frozenset(actions_before[name] - actions_by_others[name] - {"id"})
        action = Action.model_validate({"id": name})
        actions.append(CheckedAction(action, statement.place, NOTHING, left))
    return replace(
        statement,
        cleared=cleared,
        actions=tuple(actions),
        all_actions=False,
        withdrawn=frozenset(missing - actions_by_others.keys()),
    )


def _withdrawing(
    checked: CheckedAction, before: dict[str, frozenset[str]], others: dict[str, frozenset[str]]
) -> CheckedAction:
    name = checked.action.id
    gone = before.get(name, NOTHING) - checked.told - others.get(name, NOTHING) - {"id"}
    return replace(checked, cleared=checked.cleared | gone) if gone else checked


def _together(told: Iterable[dict[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    together: dict[str, frozenset[str]] = {}
    for actions in told:
        for name, fields in actions.items():
            together[name] = together.get(name, NOTHING) | fields
    return together


def actions_of(told: Told) -> dict[str, frozenset[str]]:
    """The fields that were told of each action, by its id."""
    return {name: frozenset(fields) for name, fields in json.loads(told.actions).items()}


def _actions_told(statement: Statement) -> dict[str, frozenset[str]]:
    return {checked.action.id: checked.told for checked in statement.actions}


@lru_cache(maxsize=10_000)
def _written(names: frozenset[str]) -> str:
    return json.dumps(sorted(names))


@lru_cache(maxsize=10_000)
def _fields_of(written: str) -> frozenset[str]:
    return frozenset(json.loads(written))


def read_told(
    connection: Connection, files: Iterable[int], names: Iterable[str]
) -> dict[tuple[int, str], Told]:
    """What files said of records by these names, and maybe more of what they said."""
    rows: dict[tuple[int, str], Told] = {}
    wanted = list(names)
    for some in batches(set(files)):
        theirs = select(tables.TOLD).where(tables.TOLD.c.file.in_(some))
        rows |= _by_key(connection, theirs.where(tables.TOLD.c.name.in_(wanted)))
    return rows


def read_told_of(connection: Connection, incidents: Iterable[int]) -> dict[int, list[Told]]:
    """All that was said of records, by their keys."""
    rows: dict[int, list[Told]] = {}
    for some in batches(incidents):
        theirs = select(tables.TOLD).where(tables.TOLD.c.incident.in_(some))
        for row in _by_key(connection, theirs).values():
            rows.setdefault(row.incident, []).append(row)
    return rows


def _by_key(connection: Connection, query: Select[Any]) -> dict[tuple[int, str], Told]:
    rows = (Told(*row) for row in fetch(connection, query))
    return {row.key: row._replace(digest=bytes(row.digest)) for row in rows}


def put_told(connection: Connection, rows: Sequence[Told], replaced: Sequence[Told]) -> None:
    """Keep what was said, in the place of ``replaced``."""
    drop_told(connection, [row.key for row in replaced])
    insert_rows(connection, tables.TOLD, rows)


def drop_told(connection: Connection, keys: Sequence[tuple[int, str]]) -> None:
    """Forget what was said."""
    columns = tables.TOLD.c
    for some in batches(keys):
        here = tuple_(columns.file, columns.name).in_(some)
        connection.execute(delete(tables.TOLD).where(here))


# How is the last load taken back? What it changed is kept as it was, until the next one.
#
# One step, and no more than a bounded amount: a load that changed too much cannot be undone, and
# says so. What people added since stays, but for what they added to records that the load brought.

#: Characters of what is kept; some fifteen thousand records.
MOST_KEPT = 64_000_000
TOO_MUCH = "it changed more than is kept"
#: The tables of a record, those first that others hang on.
OF_A_RECORD = (tables.INCIDENTS, *(t for t in tables.HANGING if t is not tables.PREPARED_TEXTS))
HEX = "hex"


class Before:
    """What a load changes, as it was before.

    Args:
        kept: whether the load can be undone later.
    """

    def __init__(self, connection: Connection, *, kept: bool) -> None:
        self._connection = connection
        self._kept = kept
        self._size = 0
        self._records: set[int] = set()
        self._others: set[tuple[str, str]] = set()
        self._rows: list[Row] = []
        self.why_not = ""

    def records(self, keys: Iterable[int]) -> None:
        """Keep whole records."""
        new = [key for key in keys if key not in self._records] if self._kept else []
        self._records.update(new)
        for table in OF_A_RECORD:
            column = table.c.key if table is tables.INCIDENTS else table.c.incident
            for some in batches(new):
                for row in fetch(self._connection, select(table).where(column.in_(some))):
                    of = row[0]
                    self._keep(table.name, [of], row)

    def told(self, keys: Iterable[tuple[int, str]], rows: Iterable[Told]) -> None:
        """Keep what files said, and that they did not say it."""
        there = {row.key: row for row in rows}
        for key in keys:
            self._once(tables.TOLD.name, list(key), there.get(key))

    def files(self, rows: Iterable[Row]) -> None:
        """Keep what was known of files."""
        for row in rows:
            self._once(tables.FILES.name, [row[0]], row)

    def gone(self, marks: Mapping[int, bool]) -> None:
        """Keep which records were marked as gone."""
        for key, mark in marks.items():
            if key not in self._records:
                self._once("gone", [key], [mark])

    def added(self, before: Mapping[Table, Mapping[Row, Row]]) -> None:
        """Keep how what people added was changed.

        Args:
            before: all rows by key, as they were.
        """
        for table, rows in before.items():
            now = by_key(self._connection, table)
            for key in rows.keys() | now.keys():
                if rows.get(key) != now.get(key):
                    self._once(table.name, list(key), rows.get(key))

    def _once(self, kind: str, key: Sequence[Any], row: Sequence[Any] | None) -> None:
        name = (kind, json.dumps(key))
        if self._kept and name not in self._others:
            self._others.add(name)
            self._keep(kind, key, row)

    def _keep(self, kind: str, key: Sequence[Any], row: Sequence[Any] | None) -> None:
        if not self._kept:
            return
        written = json.dumps(row if row is None else [_plain(value) for value in row])
        self._size += len(written)
        if self._size > MOST_KEPT:
            self._kept, self.why_not = False, TOO_MUCH
            self._rows = []
            return
        self._rows.append((len(self._rows), kind, json.dumps(key), written))

    def finish(
        self, *, revision: int, first_incident: int, first_file: int, held_sample: bool
    ) -> None:
        """Keep what the load was, and nothing of the one before."""
        forget(self._connection)
        insert_rows(self._connection, tables.UNDO_ROWS, self._rows)
        header = {
            "only": 1,
            "revision": revision,
            "first_incident": first_incident,
            "first_file": first_file,
            "held_sample": held_sample,
            "why_not": self.why_not,
        }
        self._connection.execute(insert(tables.UNDO).values(header))


def forget(connection: Connection) -> None:
    """Keep nothing of the last load: it cannot be undone any more."""
    connection.execute(delete(tables.UNDO_ROWS))
    connection.execute(delete(tables.UNDO))


def undo(connection: Connection) -> tuple[int, bool, int, int] | None:
    """Undo the last load.

    Returns:
        Its revision, whether the store held the sample before, how many records are taken out and
        how many are as they were before; None if there is nothing that can be undone.
    """
    header = connection.execute(select(tables.UNDO)).one_or_none()
    if header is None or header.why_not:
        return None
    new = _take_out(connection, header.first_incident)
    _forget_files(connection, header.first_file)
    changed = _bring_back(connection)
    forget(connection)
    return header.revision, bool(header.held_sample), new, changed


def _take_out(connection: Connection, first: int) -> int:
    columns = tables.INCIDENTS.c
    new = fetch(connection, select(columns.key, columns.id).where(columns.key >= first))
    for some in batches(new):
        take_out(connection, [key for key, _ in some], [name for _, name in some])
    return len(new)


def delete_records(connection: Connection, keys: Sequence[int]) -> None:
    """Delete records with what hangs on them, and the index of the search, which holds them."""
    connection.execute(delete(tables.SEARCH_INDEX))
    text_index.drop(connection, keys)
    for table in tables.HANGING:
        connection.execute(delete(table).where(table.c.incident.in_(keys)))
    connection.execute(delete(tables.INCIDENTS).where(tables.INCIDENTS.c.key.in_(keys)))


def take_out(connection: Connection, keys: Sequence[int], ids: Sequence[str]) -> None:
    """Delete records, what was said of them and what was found by comparing them."""
    connection.execute(delete(tables.TOLD).where(tables.TOLD.c.incident.in_(keys)))
    delete_records(connection, keys)
    pairs = tables.SUGGESTIONS.c
    either = or_(pairs.later_id.in_(ids), pairs.earlier_id.in_(ids))
    connection.execute(delete(tables.SUGGESTIONS).where(either))


def _forget_files(connection: Connection, first: int) -> None:
    connection.execute(delete(tables.TOLD).where(tables.TOLD.c.file >= first))
    connection.execute(delete(tables.FILES).where(tables.FILES.c.key >= first))


def _bring_back(connection: Connection) -> int:
    """Puts all rows that were kept into the place of those that are there."""
    rows: dict[str, list[tuple[Row, Row | None]]] = {}
    ordered = select(tables.UNDO_ROWS).order_by(tables.UNDO_ROWS.c.number)
    for _, kind, key, written in fetch(connection, ordered):
        row = json.loads(written)
        kept = None if row is None else tuple(_value(value) for value in row)
        rows.setdefault(kind, []).append((tuple(json.loads(key)), kept))
    keys = [key[0] for key, _ in rows.get(tables.INCIDENTS.name, ())]
    for some in batches(keys):
        delete_records(connection, some)
    for table in OF_A_RECORD:
        insert_rows(connection, table, [row for _, row in rows.get(table.name, ()) if row])
    for some in batches(keys):
        text_index.write(connection, keyed_records(connection, some))
    _bring_back_told(connection, rows.get(tables.TOLD.name, []))
    for table in (tables.FILES, *tables.ADDED):
        _bring_back_rows(connection, table, rows.get(table.name, []))
    for mark in (False, True):
        marked = [key[0] for key, row in rows.get("gone", ()) if row and row[0] is mark]
        mark_gone(connection, marked, mark)
    return len(keys)


def _bring_back_told(connection: Connection, rows: list[tuple[Row, Row | None]]) -> None:
    drop_told(connection, [(key[0], key[1]) for key, _ in rows])
    insert_rows(connection, tables.TOLD, [row for _, row in rows if row])


def _bring_back_rows(
    connection: Connection, table: Table, rows: list[tuple[Row, Row | None]]
) -> None:
    columns = list(table.primary_key.columns)
    for key, row in rows:
        here = and_(*(column == value for column, value in zip(columns, key, strict=True)))
        connection.execute(delete(table).where(here))
        insert_rows(connection, table, [row] if row else [])


def mark_gone(connection: Connection, keys: Sequence[int], mark: bool) -> None:
    """Note of records whether their source has them no more."""
    columns = tables.INCIDENTS.c
    for some in batches(keys):
        connection.execute(tables.INCIDENTS.update().where(columns.key.in_(some)).values(gone=mark))


def by_key(connection: Connection, table: Table) -> dict[Row, Row]:
    """All rows of a table that holds what people added."""
    width = len(table.primary_key.columns)
    return {row[:width]: row for row in fetch(connection, select(table))}


def _plain(value: Any) -> Any:
    return {HEX: bytes(value).hex()} if isinstance(value, bytes | memoryview) else value


def _value(value: Any) -> Any:
    return bytes.fromhex(value[HEX]) if isinstance(value, dict) else value


# Which records are no longer at their source? They are kept and marked.
#
# A load can tell only of what it covers: a file that it read to its end, and a folder that it
# walked. A file that merely corrects records takes none away by leaving it out.

if TYPE_CHECKING:
    from data.files import Files, Met


def settle(
    connection: Connection,
    *,
    files: "Files",
    met: Mapping[int, Collection[int]],
    covers: Sequence[str],
    complete: Collection[str],
    before: Before,
) -> list[int]:
    """Mark the records that this load covers and did not meet.

    Args:
        files: of this load.
        met: by file that was known before, hashes of what it spoke of (:attr:`Told.name`).
        covers: folders that were walked, in full.
        complete: names of sources of which everything was read.

    Returns:
        The keys of those that were not marked before.
    """
    lost = _lost_rows(connection, files, met, before)
    lost |= _lost_files(connection, files, covers, complete, before)
    gone = lost - _held(connection, lost, files)
    newly = _unmarked(connection, gone)
    before.gone(dict.fromkeys(newly, False))
    mark_gone(connection, newly, True)
    return newly


def _lost_rows(
    connection: Connection, files: "Files", met: Mapping[int, Collection[int]], before: Before
) -> set[int]:
    """Records that a file had and has no more."""
    lost: set[int] = set()
    told = tables.TOLD.c
    for file in files.met:
        if file.known is None or file.as_before or not file.whole or file.source.changes:
            continue
        here = met.get(file.key, ())
        rows = fetch(
            connection,
            select(told.name, told.incident, told.holds).where(told.file == file.key),
        )
        missing = [row for row in rows if hash(row[0]) not in here]
        if not missing or not _is_same_file(file, len(missing)):
            continue
        keys = [(file.key, name) for name, _, _ in missing]
        theirs = read_told_of(connection, [incident for _, incident, _ in missing])
        before.told(keys, [row for rows_ in theirs.values() for row in rows_])
        drop_told(connection, keys)
        lost.update(incident for _, incident, holds in missing if holds)
    return lost


def _is_same_file(file: "Met", missing: int) -> bool:
    """Whether an upload is the file that was uploaded by that name before."""
    before = file.known.records if file.known else 0
    return bool(file.source.location) or missing < before


def _lost_files(
    connection: Connection,
    files: "Files",
    covers: Sequence[str],
    complete: Collection[str],
    before: Before,
) -> set[int]:
    """Records of files that are no longer in the folder that was walked."""
    here = {file.key for file in files.met}
    away = [
        file.key
        for file in files.known.values()
        if file.key not in here
        and not file.gone
        and (file.source_name in complete or _is_below(file.location, covers))
    ]
    lost: set[int] = set()
    told, columns = tables.TOLD.c, tables.FILES.c
    for some in batches(away):
        before.files(fetch(connection, select(tables.FILES).where(columns.key.in_(some))))
        connection.execute(update(tables.FILES).where(columns.key.in_(some)).values(gone=True))
        files.lose(some)
        theirs = select(told.incident).where(told.file.in_(some), told.holds)
        lost.update(row[0] for row in fetch(connection, theirs))
    return lost


def _is_below(location: str, folders: Iterable[str]) -> bool:
    return bool(location) and any(Path(location).is_relative_to(folder) for folder in folders)


def _held(connection: Connection, keys: Collection[int], files: "Files") -> set[int]:
    """Those of some records that another file still has."""
    held: set[int] = set()
    told = tables.TOLD.c
    for some in batches(keys):
        query = select(told.incident, told.file).where(told.incident.in_(some), told.holds)
        held.update(key for key, file in fetch(connection, query) if files.has(file))
    return held


def _unmarked(connection: Connection, keys: Collection[int]) -> list[int]:
    columns = tables.INCIDENTS.c
    unmarked: list[int] = []
    for some in batches(keys):
        query = select(columns.key).where(columns.key.in_(some), ~columns.gone)
        unmarked += [row[0] for row in fetch(connection, query)]
    return unmarked
