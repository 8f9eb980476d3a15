"""How do stored rows become whole records again, many of them without holding them all?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select, true

from data import tables
from data.record import Incident
from data.rows import record_of

#: Records read at once while streaming: the round trips no longer count, and memory stays small.
CHUNK = 500
EVERY_RECORD: ColumnElement[bool] = true()


def stream(
    connection: Connection, *, where: ColumnElement[bool] = EVERY_RECORD
) -> Iterator[tuple[bytes, Incident]]:
    """Records with the digests of what they hold, in the order in which they were first loaded.

    Args:
        where: which of the rows of ``incidents``.
    """
    columns = tables.INCIDENTS.c
    some = select(tables.INCIDENTS).where(where).order_by(columns.key).limit(CHUNK)
    last = -1
    while rows := connection.execute(some.where(columns.key > last)).mappings().all():
        digests = (bytes(row["digest"]) for row in rows)
        yield from zip(digests, records_of(connection, rows), strict=True)
        last = rows[-1]["key"]


def records_of(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Incident]:
    """The records of some rows of ``incidents``."""
    keys = [row["key"] for row in rows]
    parts: dict[int, dict[Table, list[Mapping[str, Any]]]] = {
        key: {table: [] for table in tables.PARTS} for key in keys
    }
    for table in tables.PARTS:
        theirs = select(table).where(table.c.incident.in_(keys)).order_by(*table.primary_key)
        for part in connection.execute(theirs).mappings():
            parts[part["incident"]][table].append(dict(part))
    return [record_of({**row}, parts[row["key"]]) for row in rows]
