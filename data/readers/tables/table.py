"""What every table has in common, wherever it comes from: a header and rows of cells.

A CSV, a sheet of a workbook, a list of objects and the rows of a query all become this, and are
read by one pipeline.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: More columns than any tool exports.
MOST_COLUMNS = 2_000
#: Rows that are looked at for the header; titles and notes above a table are fewer.
LOOKED_AT = 40
#: A row that names columns fills at least this share of the width of the table.
FILLED = 0.6

#: The cells of a row, or in words why it cannot be read.
Cells = Sequence[Any] | str
#: A row and where it stands, in words.
Row = tuple[str, Cells]


@dataclass
class Table:
    """A header and rows of cells.

    Attributes:
        name: as its user knows it: a file, or a sheet or list in one.
        header: the names of its columns; may be empty, repeated and too few.
        rows: to be gone through once.
        position: where the header stands, in words.
        is_typed: whether cells may be numbers, dates, lists, mappings and None; else all are texts.
        called: what its own name says that it holds: a sheet "Follow-ups", a file "actions.csv".
    """

    name: str
    header: list[str]
    rows: Iterator[Row]
    position: str = "row 1"
    is_typed: bool = True
    called: str = ""


def header_among(rows: Sequence[Sequence[str]], is_name: Callable[[str], bool]) -> int | None:
    """The index of the row that names the columns: the first with names of fields, else full.

    A row counts as soon as it has half the names that any row has, as cells below may hold such
    words too. None where no row says anything.
    """
    names = [sum(map(is_name, row)) for row in rows]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    if not any(filled):
        return None
    wide = FILLED * max(filled)
    named = (i for i, count in enumerate(names) if count * 2 >= max(names) > 0)
    full = next(i for i, count in enumerate(filled) if count >= wide)
    # A title above may hold one such word; below the first full row only cells do.
    return next((i for i in named if filled[i] > 1 or max(filled) == 1), full)


def named_apart(header: Sequence[Any]) -> list[str]:
    """A name for every column that no other has: ``column 3``, ``Labels (2)``."""
    seen: set[str] = set()
    names: list[str] = []
    for index, cell in enumerate(header):
        base = name = str(cell if cell is not None else "").strip() or f"column {index + 1}"
        number = 1
        while name in seen:
            number += 1
            name = f"{base} ({number})"
        seen.add(name)
        names.append(name)
    return names
