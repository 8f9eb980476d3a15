"""How is the last load taken back? What it changed is kept as it was, until the next one.

One step, and no more than a bounded amount: a load that changed too much cannot be undone, and says
so. What people added since stays, but for what they added to records that the load brought.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, or_, select

from data import tables
from data.bulk import Row, batches, insert_rows
from data.engine import fetch
from data.told import Told, drop_told

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
