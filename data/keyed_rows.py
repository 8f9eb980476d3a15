"""How do rows that have a key of their own get into a table, and did that change anything?

For tables that hold what was added to the records: small enough to be compared with what is there,
so that adding the same again is seen to change nothing.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, select, true

from data.bulk import Row, insert_rows
from data.engine import fetch

Where = ColumnElement[bool]
EVERYTHING: Where = true()


def put(
    connection: Connection, table: Table, rows: Iterable[Row], *, among: Where = EVERYTHING
) -> bool:
    """Add rows to ``table`` and replace those that have the same key.

    Args:
        rows: values in the order of the columns, those of the primary key first.
        among: what the rows are compared with, where the table is too large for all of it.

    Returns:
        Whether anything in the table changed.
    """
    return _put(connection, table, _by_key(table, rows), _there(connection, table, among))


def put_all(
    connection: Connection, table: Table, rows: Iterable[Row], *, among: Where = EVERYTHING
) -> bool:
    """Like :func:`put`, but what is there ``among`` and not in ``rows`` is taken away."""
    wanted, there = _by_key(table, rows), _there(connection, table, among)
    gone = [key for key in there if key not in wanted]
    drop(connection, table, gone)
    return _put(connection, table, wanted, there) or bool(gone)


def drop(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """Take the rows with these keys out of ``table``."""
    if not keys:
        return
    columns = table.primary_key.columns
    here = and_(*(column == bindparam(f"its_{column.name}") for column in columns))
    names = [f"its_{column.name}" for column in columns]
    connection.execute(
        delete(table).where(here), [dict(zip(names, key, strict=True)) for key in keys]
    )


def _put(
    connection: Connection, table: Table, wanted: dict[Row, Row], there: dict[Row, Row]
) -> bool:
    changed = {key: row for key, row in wanted.items() if there.get(key) != row}
    drop(connection, table, [key for key in changed if key in there])
    insert_rows(connection, table, list(changed.values()))
    return bool(changed)


def _there(connection: Connection, table: Table, among: Where) -> dict[Row, Row]:
    return _by_key(table, fetch(connection, select(table).where(among)))


def _by_key(table: Table, rows: Iterable[Row]) -> dict[Row, Row]:
    width = len(table.primary_key.columns)
    return {row[:width]: row for row in rows}
