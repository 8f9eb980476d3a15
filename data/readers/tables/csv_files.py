"""CSV under any delimiter: our own pair of files, and whatever spreadsheets and tools write.

Rows are numbered as a spreadsheet shows them: the first row of the file is row 1.
"""

import itertools
from collections.abc import Iterator
from pathlib import PurePath

from data.readers.csv_rows import rows_of
from data.readers.csv_shape import shape_of
from data.readers.source import MEGABYTE, Assumption, Item, Source, Unreadable
from data.readers.tables.labels import is_name
from data.readers.tables.reading import holds_actions, read_table
from data.readers.tables.table import Cells, Row, Table
from data.readers.text import FALLBACK, encoding_of, fallback_said

#: A million incidents with short texts; beyond that it is a database, not a file.
LARGEST = 1024 * MEGABYTE


def read_csv(source: Source) -> Iterator[Item]:
    """The records in ``source``.

    Raises:
        Unreadable: it is too large or no text.
    """
    if source.size > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // MEGABYTE} MB; split it")
    encoding = encoding_of(source)
    table = table_of(source, encoding=encoding)
    if table is None:
        return
    if encoding == FALLBACK:
        yield Assumption(fallback_said(source))
    yield from read_table(table, source=source)


def holds_only_actions(source: Source) -> bool:
    """Whether the rows of ``source`` are actions that name their incidents."""
    table = table_of(source, encoding=encoding_of(source))
    return table is not None and holds_actions(table, source=source)


def table_of(source: Source, *, encoding: str) -> Table | None:
    """The table in ``source``; None where no row says anything."""
    shape = shape_of(source, encoding=encoding, is_name=is_name)
    if shape is None:
        return None
    rows = rows_of(source, encoding=encoding, delimiter=shape.delimiter)
    _, header = next(itertools.islice(rows, shape.header - 1, None))
    named = list(header) if not isinstance(header, str) else []
    return Table(
        source.name,
        named,
        _numbered(rows),
        position=f"row {shape.header}",
        is_typed=False,
        called=PurePath(source.name).stem,
    )


def _numbered(rows: Iterator[tuple[int, Cells]]) -> Iterator[Row]:
    for number, cells in rows:
        yield f"row {number}", cells
