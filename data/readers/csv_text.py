"""Which rows does a CSV hold? A quotation mark that is never closed costs its own row, no other.

A reader of CSV takes such a mark for the start of a cell that runs through all rows after it, up to
the next mark or the end of the file. So the lines of a row are kept until it is known to be sound;
where it is not, its first line is given up and reading goes on with the second.
"""

import collections
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from data.added import kind_of
from data.readers.source import HEAD_BYTES, Source, Unreadable, opened

#: Longer than the longest text of a record, so that no honest text is cut.
LONGEST_CELL = 2_000_000
#: A row with every text at its longest.
LONGEST_LINE = 10_000_000
BAD_QUOTES = (
    "has a quotation mark that is not closed, or more text after the closing one; a mark that is "
    'part of the text is written twice ("")'
)


class _Lines:
    """Lines that can be handed back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._ahead: collections.deque[str] = collections.deque()
        self._lines = lines
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self._taken.append(line)
        return line

    def keep(self) -> None:
        """What was taken so far stays taken."""
        self._taken.clear()

    def hand_back_all_but_first(self) -> None:
        self._ahead.extendleft(reversed(self._taken[1:]))


def rows_of(
    source: Source, *, encoding: str, delimiter: str
) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Rows with their numbers from 1; one that cannot be read comes as the reason in words."""
    with opened(source, encoding=encoding) as text:
        yield from rows_in(_bounded(text), delimiter)


def _bounded(text: TextIO) -> Iterator[str]:
    """The lines of ``text``, of which none may fill the memory.

    Raises:
        Unreadable: a line is longer than any row.
    """
    for number in itertools.count(1):
        line = text.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE:
            reason = f"is longer than {LONGEST_LINE:,} characters, so it is no row of a table"
            raise Unreadable(reason, position=f"line {number}")
        yield line


def rows_in(text: Iterable[str], delimiter: str) -> Iterator[tuple[int, Sequence[str] | str]]:
    """The rows in some lines; see :func:`rows_of`."""
    # One setting for the whole process; nothing else here reads CSV by this module.
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(iter(text))
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    for number in itertools.count(1):
        lines.keep()
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error:
            lines.hand_back_all_but_first()
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            yield number, BAD_QUOTES


# Which delimiter does a CSV use, and which of its rows names the columns?
#
# Every writer has its habits: all cells in quotation marks, a semicolon where commas are decimal
# marks, a first line ``sep=;`` for Excel, a title and a date above the table. A delimiter is
# judged by the first rows that it gives, and one under which they cannot be read costs only
# itself.

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
