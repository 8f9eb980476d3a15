"""Which delimiter does a CSV use, and which of its rows names the columns?

Every writer has its habits: all cells in quotation marks, a semicolon where commas are decimal
marks, a first line ``sep=;`` for Excel, a title and a date above the table. A delimiter is
judged by the first rows that it gives, and one under which they cannot be read costs only itself.
"""

import io
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data.added import kind_of
from data.readers.csv_rows import rows_in
from data.readers.source import HEAD_BYTES, Source
from data.readers.text import opened

DELIMITERS = (",", ";", "\t", "|")
#: The line by which a file tells Excel its delimiter.
TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
#: Rows that are looked at; titles and notes above a table are fewer.
LOOKED_AT = 40
#: A row that names columns fills at least this share of the width of the table.
FILLED = 0.6


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table stands in its file.

    Attributes:
        delimiter: what stands between its cells.
        header: the number of the row that names the columns, from 1.
    """

    delimiter: str
    header: int


def shape_of(source: Source, *, encoding: str, is_name: Callable[[str], bool]) -> Shape | None:
    """The shape of the table in ``source``; None where no row says anything.

    Args:
        encoding: of its text.
        is_name: whether a text is the name of a field.
    """
    lines = _first_lines(source, encoding=encoding)
    told = TOLD.fullmatch(lines[0]) if lines else None
    best: Shape | None = None
    best_score: tuple[float, ...] = ()
    for delimiter in (told[1],) if told else DELIMITERS:
        rows = [cells for _, cells in itertools.islice(rows_in(lines, delimiter), LOOKED_AT)]
        if told:
            rows[0] = ()
        elif _is_of_added(rows):
            return Shape(delimiter, 1)
        header = header_among([() if isinstance(row, str) else row for row in rows], is_name)
        if header is None:
            continue
        score = _score(rows, header, is_name)
        if score > best_score:
            best, best_score = Shape(delimiter, header + 1), score
    return best


def _is_of_added(rows: Sequence[Sequence[str] | str]) -> bool:
    """Whether the first row names the columns of what people add, whatever texts stand below it."""
    if not rows or isinstance(rows[0], str):
        return False
    return kind_of(["_".join(cell.lower().split()) for cell in rows[0]]) is not None


def header_among(rows: Sequence[Sequence[str]], is_name: Callable[[str], bool]) -> int | None:
    """The index of the row that names the columns: the first with names of fields, else full.

    A row counts as soon as it has half the names that any row has, as cells below may hold such
    words too.
    """
    names = [sum(map(is_name, row)) for row in rows]
    if rows and max(names):
        return next(i for i, count in enumerate(names) if count * 2 >= max(names))
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    if not any(filled):
        return None
    return next(i for i, count in enumerate(filled) if count >= FILLED * max(filled))


def _first_lines(source: Source, *, encoding: str) -> list[str]:
    """Lines from the start; the last may be cut off where it is the only one."""
    with opened(source, encoding=encoding) as text:
        start = text.read(HEAD_BYTES)
    lines = list(io.StringIO(start, newline=""))
    return lines[:-1] if len(start) == HEAD_BYTES and len(lines) > 1 else lines


def _score(
    rows: Sequence[Sequence[str] | str], header: int, is_name: Callable[[str], bool]
) -> tuple[float, ...]:
    """How much sense the rows make: names of fields, then rows as wide as the header, then width.

    A delimiter that the file does not use gives rows of one cell.
    """
    named = rows[header]
    table = [row for row in rows[header:] if row]
    even = sum(len(row) == len(named) for row in table if not isinstance(row, str))
    return sum(map(is_name, named)), len(named) > 1, even / len(table), len(named)
