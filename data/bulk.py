"""How do many rows get in and out of the database at once?

Rows go to the driver's own ``executemany``; anything between costs more than the database itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert
from sqlalchemy.engine import Dialect

Item = TypeVar("Item")
Row = tuple[Any, ...]

#: Records written at once. SQLite allows some 32,000 values in one statement, PostgreSQL 65,000.
BATCH = 1_000


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """``items``, as many at once as one statement takes."""
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch


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
