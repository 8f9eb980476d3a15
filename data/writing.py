"""How are records written quickly, and which of them are new, changed or the same?

Rows go to the driver's own ``executemany`` in batches; anything between costs more than the
database itself. A record whose digest is stored already is not touched. A changed one is deleted
and written again under the same key, which is why nothing may hang on that key but the record and
what was made from it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select
from sqlalchemy.engine import Dialect

from data import tables
from data.merging import emptied, merged
from data.own_rows import own_rows
from data.reading import records_of
from data.record import Incident
from data.rows import Row, rows_of
from data.statement import Statement

Item = TypeVar("Item")

#: What a load is made of.
Record = Incident | Statement
#: Told of statements that are lost: their record is not there, and they do not make one.
Refuse = Callable[[Statement], None]
#: Told of a record that statements made or changed, and of what it was when told of it before.
Count = Callable[[Incident, Incident | None], None]

#: Records written at once. SQLite allows some 32,000 values in one statement, PostgreSQL 65,000.
BATCH = 1_000
#: The tables that a record is written into.
WRITTEN = (tables.INCIDENTS, *tables.PARTS, tables.OWN_FIELDS)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load found, counted by record.

    Attributes:
        cleared_fields: fields that held something and hold nothing now.
        cleared_records: records that such fields belong to.
    """

    new: int
    updated: int
    unchanged: int
    cleared_fields: int = 0
    cleared_records: int = 0


class Writer:
    """Writes the records of one load.

    Args:
        makes_way: whether what the store holds is deleted when the first record comes.
        refuse: told of statements whose record is not there.
        count: told of every record that statements made or changed.
    """

    def __init__(
        self, connection: Connection, *, makes_way: bool, refuse: Refuse, count: Count
    ) -> None:
        self._connection = connection
        self._makes_way = makes_way
        self._refuse = refuse
        self._count = count
        self._waiting: list[Record] = []
        self._first_key = self._next_key = 1 + self._last_key()
        # By key, of the records that were there before: what they held then and hold now.
        self._before: dict[int, bytes] = {}
        self._now: dict[int, bytes] = {}
        self._cleared: Counter[int] = Counter()
        self.made_way = False

    @property
    def changed(self) -> bool:
        """Whether anything in the store changed."""
        return self.made_way or self._next_key > self._first_key or self._before != self._now

    def add(self, record: Record) -> None:
        """Take a whole record, or what is said of one."""
        empty = self._makes_way and not self.made_way
        if empty and isinstance(record, Statement) and record.is_lost:
            self._refuse(record)  # and delete nothing for it
            return
        self.make_way()
        self._waiting.append(record)
        if len(self._waiting) >= BATCH:
            self._write()

    def make_way(self) -> None:
        """Delete the sample once, before the first write of other records."""
        if self._makes_way and not self.made_way:
            delete_all(self._connection, with_added=True)
            self.made_way = True

    def finish(self) -> Loaded:
        """Write what still waits and count."""
        self._write()
        unchanged = sum(self._now[key] == digest for key, digest in self._before.items())
        return Loaded(
            new=self._next_key - self._first_key,
            updated=len(self._before) - unchanged,
            unchanged=unchanged,
            cleared_fields=self._cleared.total(),
            cleared_records=len(self._cleared),
        )

    def _last_key(self) -> int:
        newest = select(func.coalesce(func.max(tables.INCIDENTS.c.key), 0))
        return int(self._connection.execute(newest).scalar_one())

    def _write(self) -> None:
        stored = self._stored({_id_of(record) for record in self._waiting})
        rows: dict[Table, list[Row]] = {t: [] for t in WRITTEN}
        outdated: list[int] = []
        for incident in self._merged(stored):
            digest, narrow, parts = rows_of(incident)
            key, stored_digest = stored.get(incident.id, (0, b""))
            if not key:
                key = self._next_key
                self._next_key += 1
            elif key < self._first_key:
                self._before.setdefault(key, stored_digest)
                self._now[key] = digest
            if digest == stored_digest:
                continue
            if stored_digest:
                outdated.append(key)
            rows[tables.INCIDENTS].append((key, incident.id, digest, *narrow))
            for table, part in zip(tables.PARTS, parts, strict=True):
                rows[table].extend([(key, *row) for row in part])
            rows[tables.OWN_FIELDS].extend((key, *row) for row in own_rows(incident.extra))
        self._waiting.clear()
        self._delete(outdated)
        for table, its_rows in rows.items():
            insert_rows(self._connection, table, its_rows)

    def _merged(self, stored: Mapping[str, tuple[int, bytes]]) -> Iterable[Incident]:
        """What waits, each record once, with what is stored of it."""
        spoken_of = {_id_of(r) for r in self._waiting if isinstance(r, Statement)}
        before = self._read(spoken_of, stored)
        now: dict[str, Incident] = {}
        for record in self._waiting:
            if isinstance(record, Incident):
                now[record.id] = record
                continue
            there = now.get(record.incident.id) or before.get(record.incident.id)
            if there is not None:
                now[there.id] = merged(there, record)
            elif record.is_lost:
                self._refuse(record)
            else:
                now[record.incident.id] = record.incident
        for name in spoken_of & now.keys():
            key, earlier = stored.get(name, (0, b""))[0], before.get(name)
            if earlier and (count := emptied(earlier, now[name])):
                self._cleared[key] += count
            counted = key >= self._first_key or key in self._now
            self._count(now[name], earlier if counted else None)
        return now.values()

    def _read(
        self, ids: Collection[str], stored: Mapping[str, tuple[int, bytes]]
    ) -> dict[str, Incident]:
        """The stored records with these ids, by id."""
        keys = [key for name, (key, _) in stored.items() if name in ids]
        if not keys:
            return {}
        theirs = select(tables.INCIDENTS).where(tables.INCIDENTS.c.key.in_(keys))
        rows = self._connection.execute(theirs).mappings().all()
        return {record.id: record for record in records_of(self._connection, rows)}

    def _stored(self, ids: Collection[str]) -> dict[str, tuple[int, bytes]]:
        """Key and digest by id of those that are in the store."""
        columns = tables.INCIDENTS.c
        there = select(columns.id, columns.key, columns.digest).where(columns.id.in_(ids))
        return {row.id: (row.key, row.digest) for row in self._connection.execute(there)}

    def _delete(self, keys: Sequence[int]) -> None:
        if not keys:
            return
        for table in tables.HANGING:
            self._connection.execute(delete(table).where(table.c.incident.in_(keys)))
        incidents = tables.INCIDENTS
        self._connection.execute(delete(incidents).where(incidents.c.key.in_(keys)))


def _id_of(record: Record) -> str:
    return record.id if isinstance(record, Incident) else record.incident.id


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """``items``, as many at once as one statement takes."""
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


def delete_all(connection: Connection, *, with_added: bool) -> None:
    """Delete every record and what was found by comparing them.

    Args:
        with_added: whether what people added is deleted too.
    """
    added = tables.ADDED if with_added else ()
    for table in (tables.SUGGESTIONS, *tables.HANGING, tables.INCIDENTS, *added):
        connection.execute(delete(table))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows``, whose values stand in the order of the table's columns."""
    if not rows:
        return
    cursor: Any = connection.connection.cursor()
    try:
        cursor.executemany(_insertion(table, connection.dialect), rows)
    finally:
        cursor.close()


@lru_cache(maxsize=64)
def _insertion(table: Table, dialect: Dialect) -> str:
    """The statement that inserts a row of positional values."""
    kind: Any = type(dialect)
    positional = kind(paramstyle="qmark" if dialect.paramstyle == "qmark" else "format")
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    return str(insert(table).values(values).compile(dialect=positional))
