"""Which rows does a CSV hold? A quotation mark that is never closed costs its own row, no other.

A reader of CSV takes such a mark for the start of a cell that runs through all rows after it, up to
the next mark or the end of the file. So the lines of a row are kept until it is known to be sound;
where it is not, its first line is given up and reading goes on with the second.
"""

import collections
import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from data.readers.source import Source, Unreadable
from data.readers.text import opened

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
