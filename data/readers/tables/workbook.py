"""Workbooks of Excel and of whatever else writes them: each sheet is a table of its own.

Values are read, not the formulas that they come from. A sheet that nobody sees is left out by name,
and so is one whose columns say nothing of incidents or actions. Whatever a file claims of its size,
no more than a bounded number of rows and columns is read.
"""

import itertools
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from data.problems import Place
from data.readers import archive
from data.readers.source import MEGABYTE, Item, LeftOut, Source, Unreadable
from data.readers.tables.labels import is_name, names_actions
from data.readers.tables.reading import holds_actions, read_table, speaks_of_records
from data.readers.tables.table import LOOKED_AT, Row, Table, header_among
from data.readers.tables.texts import as_texts

LARGEST = 200 * MEGABYTE
#: What a part of a workbook may unpack to; texts of cells are held in memory.
LARGEST_PART = 400 * MEGABYTE
LARGEST_TEXTS = 80 * MEGABYTE
TEXTS = "xl/sharedstrings.xml"
MOST_ROWS = 1_048_576
MOST_COLUMNS = 512
MOST_SHEETS = 500
#: Where so many rows in a row say nothing, the table has ended.
MOST_BLANK = 50_000
#: What a cell shows whose formula cannot be worked out.
ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
NOTHING = (None,) * MOST_COLUMNS
HIDDEN = "is hidden"
UNLINKED = "has no column that names the incident that each action belongs to"
OTHER = "has no column that names an incident, a time or an action"


def read_workbook(source: Source) -> Iterator[Item]:
    """The records in the sheets of ``source``; sheets of actions come first.

    Raises:
        Unreadable: it is too large, damaged, or built to fill memory.
    """
    if source.size > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // MEGABYTE} MB; save its sheets as CSV")
    with source.seekable() as stream:
        _refuse_harm(stream)
        book = _opened(stream)
        sheets = [sheet for sheet in book.worksheets[:MOST_SHEETS] if sheet.max_row != 0]
        shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            if sheet not in shown:
                yield LeftOut(Place(source.name, _named(sheet)), HIDDEN)
        of_actions = {id(sheet) for sheet in shown if _is_of_actions(source, sheet)}
        for sheet in sorted(shown, key=lambda sheet: id(sheet) not in of_actions):
            yield from _of_sheet(source, sheet, alone=len(shown) == 1)


def _refuse_harm(stream: BinaryIO) -> None:
    for part in archive.opened(stream).infolist():
        most = LARGEST_TEXTS if part.filename.lower() == TEXTS else LARGEST_PART
        if part.file_size > most:
            raise Unreadable(f"unpacks to more than {most // MEGABYTE} MB; save its sheets as CSV")
    stream.seek(0)


def _opened(stream: BinaryIO) -> Any:
    import openpyxl  # takes a while, and few loads need it

    # It warns of what a file says beyond its cells, such as rules for what may be typed in.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # A damaged file ends in whatever its parts meet with.
        raise Unreadable("is no workbook that can be opened: it is damaged") from error


def _of_sheet(source: Source, sheet: Any, *, alone: bool) -> Iterator[Item]:
    table = _table(source, sheet)
    if table is None:
        return
    if not alone and not speaks_of_records(table, source=source):
        unlinked = names_actions(sheet.title)
        yield LeftOut(Place(source.name, _named(sheet)), UNLINKED if unlinked else OTHER)
        return
    again = _table(source, sheet)
    if again is not None:
        yield from read_table(again, source=source)


def _is_of_actions(source: Source, sheet: Any) -> bool:
    try:
        table = _table(source, sheet)
        return table is not None and holds_actions(table, source=source)
    except Unreadable:
        return False  # reading it will say why


def _table(source: Source, sheet: Any) -> Table | None:
    """A sheet as a table; None where it is empty."""
    rows = _rows(sheet)
    first = list(itertools.islice(rows, LOOKED_AT))
    header = header_among([cells for _, cells in first], is_name)
    if header is None:
        return None
    named = first[header][1]
    width = max(len(cells) for _, cells in first[header:])
    place = _named(sheet)
    below = _placed(itertools.chain(first[header + 1 :], rows), place, width)
    return Table(
        f"{source.name}, {place}",
        [*named, *[""] * (width - len(named))],
        below,
        position=f"{place}, row {first[header][0]}",
        is_typed=False,
        called=sheet.title,
    )


def _placed(rows: Iterator[tuple[int, list[str]]], place: str, width: int) -> Iterator[Row]:
    """Rows with where they stand; cells that are missing at the end are empty ones."""
    for number, cells in rows:
        yield f"{place}, row {number}", [*cells, *[""] * (width - len(cells))]


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of texts, without the empty cells at their end.

    Raises:
        Unreadable: the sheet is damaged.
    """
    sheet.reset_dimensions()  # some writers claim another size than the sheet has
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    width = blank = 0
    for number in itertools.count(1):
        try:
            row = next(rows, None)
        except Exception as error:
            place = f"{_named(sheet)}, row {number}"
            raise Unreadable("is damaged from here on", position=place) from error
        if row is None or blank > MOST_BLANK:
            return
        if tuple(row) == NOTHING[: len(row)]:
            blank += 1
            continue
        blank = 0
        width = max(width, _filled(row))
        yield number, [_shown(cell) for cell in as_texts(row[:width])]


def _filled(row: Sequence[Any]) -> int:
    """How many cells there are up to the last that is filled."""
    last = len(row)
    while row[last - 1] is None:
        last -= 1
    return last


def _shown(cell: str) -> str:
    return "" if cell.startswith("#") and ERRORS.fullmatch(cell) else cell


def _named(sheet: Any) -> str:
    return f"sheet {sheet.title!r}"
