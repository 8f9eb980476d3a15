"""CSV under any delimiter: our own pair of files, and whatever spreadsheets and tools write.

Rows are numbered as a spreadsheet shows them: the first row of the file is row 1.
"""

import itertools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, BinaryIO

from data.mapping import FIELDS
from data.problems import Place
from data.readers import archive
from data.readers.csv_text import rows_of, shape_of
from data.readers.exports.rules import events_of
from data.readers.source import (
    FALLBACK,
    MEGABYTE,
    Assumption,
    Item,
    LeftOut,
    Source,
    Unreadable,
    encoding_of,
    fallback_said,
)
from data.readers.tables.cells import (
    LOOKED_AT,
    MOST_COLUMNS,
    Cells,
    Row,
    Table,
    as_text,
    as_texts,
    header_among,
)
from data.readers.tables.guessing import OF_INCIDENTS, field_named
from data.readers.tables.headers import Column, is_name, names_actions
from data.readers.tables.reading import holds_actions, read_table, speaks_of_records
from data.readers.tables.values import Notation, notations
from data.record import CLOCK_FIELDS

#: A million incidents with short texts; beyond that it is a database, not a file.
LARGEST_CSV = 1024 * MEGABYTE


def read_csv(source: Source) -> Iterator[Item]:
    """The records in ``source``.

    Raises:
        Unreadable: it is too large or no text.
    """
    if source.size > LARGEST_CSV:
        raise Unreadable(f"is larger than {LARGEST_CSV // MEGABYTE} MB; split it")
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


# Workbooks of Excel and of whatever else writes them: each sheet is a table of its own.
#
# Values are read, not the formulas that they come from. A sheet that nobody sees is left out by
# name, and so is one whose columns say nothing of incidents or actions. Whatever a file claims of
# its size, no more than a bounded number of rows and columns is read.

LARGEST_WORKBOOK = 200 * MEGABYTE
#: What a part of a workbook may unpack to; texts of cells are held in memory.
LARGEST_PART = 400 * MEGABYTE
LARGEST_TEXTS = 80 * MEGABYTE
TEXTS = "xl/sharedstrings.xml"
MOST_ROWS = 1_048_576
MOST_SHEET_COLUMNS = 512
MOST_SHEETS = 500
#: Where so many rows in a row say nothing, the table has ended.
MOST_BLANK = 50_000
#: What a cell shows whose formula cannot be worked out.
ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
NOTHING = (None,) * MOST_SHEET_COLUMNS
HIDDEN = "is hidden"
UNLINKED = "has no column that names the incident that each action belongs to"
OTHER = "has no column that names an incident, a time or an action"


def read_workbook(source: Source) -> Iterator[Item]:
    """The records in the sheets of ``source``; sheets of actions come first.

    Raises:
        Unreadable: it is too large, damaged, or built to fill memory.
    """
    if source.size > LARGEST_WORKBOOK:
        raise Unreadable(
            f"is larger than {LARGEST_WORKBOOK // MEGABYTE} MB; save its sheets as CSV"
        )
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
    rows = _sheet_rows(sheet)
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


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of texts, without the empty cells at their end.

    Raises:
        Unreadable: the sheet is damaged.
    """
    sheet.reset_dimensions()  # some writers claim another size than the sheet has
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_SHEET_COLUMNS, values_only=True)
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


# Lists of JSON objects that no tool is known by, as tables: a key is the name of a column.
#
# An object inside an object is taken apart once (``severity.name``); what lies deeper stays JSON.

#: Objects by which it is known whether a list is in our own form.
SAMPLE = 25
#: Names of ours beside those of an incident.
BESIDE = frozenset(("incident_id", "incidents"))


def is_foreign(items: Sequence[Any]) -> bool:
    """Whether the objects of a list are in a form that is not ours.

    Ours have an id, or name an incident, and mostly names of our fields.
    """
    objects = [item for item in items[:SAMPLE] if isinstance(item, Mapping) and item]
    return bool(objects) and not any(map(_is_ours, objects))


def _is_ours(item: Mapping[str, Any]) -> bool:
    if "id" not in item and not OF_INCIDENTS.isdisjoint(item):
        return False  # an incident, whose id others call ``incident_id``
    own = sum(key in FIELDS or key in BESIDE for key in item)
    return ("id" in item or "incident_id" in item) and own * 2 >= len(item)


def table_of_objects(
    name: str, items: Iterable[tuple[str, Any]], *, header: Sequence[str]
) -> Table:
    """Objects as a table.

    Args:
        name: of the table.
        items: with where each stands, in words.
        header: the keys of all of them, from :func:`header_of`.
    """
    return Table(name, list(header), _object_rows(items, header), position="its keys")


def completed(items: Sequence[Any]) -> Iterator[Any]:
    """Objects in our form with the fields that they tell under other names, such as ``owner``."""
    sample = [item for item in items[:SAMPLE] if isinstance(item, Mapping)]
    there = {str(key) for item in sample for key in item}
    if not there.isdisjoint(BESIDE):
        yield from items
        return
    others = [key for key in header_of(sample) if key in there and key not in FIELDS]
    columns = [
        Column(index, key, as_texts([item.get(key) for item in sample]))
        for index, key in enumerate(others)
    ]
    fields: dict[str, Column] = {}
    for column in columns:
        field = field_named(column)
        if field and field not in there:
            fields.setdefault(field, column)
    written = notations([fields[name] for name in CLOCK_FIELDS if name in fields], order=None)
    for item in items:
        yield _completed(item, fields, written) if isinstance(item, Mapping) else item


def _completed(
    item: Mapping[str, Any], fields: Mapping[str, Column], written: Mapping[int, Notation]
) -> Mapping[str, Any]:
    values = dict(item)
    for field, column in fields.items():
        if column.header not in values:
            continue
        value = values[column.header]
        if field in CLOCK_FIELDS and value:
            value = written[column.index].read(as_text(value).strip())
        elif field == "timeline":
            value = events_of(value)
        if value or not values[column.header]:
            del values[column.header]
            values[field] = value
    return values


def header_of(items: Iterable[Any]) -> list[str]:
    """The keys of some objects in the order in which they come up, as many as a table may have."""
    keys: dict[str, None] = {}
    for item in items:
        if isinstance(item, Mapping):
            keys |= dict.fromkeys(_flat(item))
        if len(keys) > MOST_COLUMNS:
            break
    return list(keys)


def _object_rows(items: Iterable[tuple[str, Any]], header: Sequence[str]) -> Iterator[Row]:
    for position, item in items:
        if isinstance(item, Mapping):
            flat = _flat(item)
            yield position, [flat.get(key) for key in header]
        else:
            yield position, "is no record, which is an object"


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, Mapping) and value:
            flat |= {f"{key}.{inner}": below for inner, below in value.items()}
        else:
            flat[str(key)] = value
    return flat
