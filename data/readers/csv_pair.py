"""Our CSV pair: incidents.csv and actions.csv, told apart by the column ``incident_id``.

Tables of what people added stand beside them and are known by their columns too.

A column bears the name of its field; columns that are no field go to ``extra`` under their header.
Rows are numbered as a spreadsheet shows them: the header is row 1.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.added import kind_of
from data.cells import reader_for
from data.check import LIST_FIELDS
from data.problems import Place, Problem, shown
from data.readers import exports
from data.readers.csv_rows import rows_of
from data.readers.csv_shape import Shape, shape_of
from data.readers.source import (
    MEGABYTE,
    Assumption,
    Item,
    RawAction,
    RawAdded,
    RawIncident,
    Source,
    Unreadable,
)
from data.readers.text import FALLBACK, encoding_of, fallback_said
from data.record import Action, Incident

#: A million incidents with short texts; beyond that it is a database, not a file.
LARGEST = 1024 * MEGABYTE
NO_IDENTITY = (
    "has no column 'id', so its rows cannot be told apart; the first row must name the columns"
)
#: More columns than any tool exports.
MOST_COLUMNS = 2_000
ACTION_COLUMN = "incident_id"
FIELDS = frozenset(Incident.model_fields) | frozenset(Action.model_fields) | {ACTION_COLUMN}
#: The key in ``extra`` for cells under no header.
BEYOND = "cells_beyond_header"


@dataclass
class _Table:
    """The header of one CSV file and what its rows are.

    Attributes:
        added: what they are if people added them to the records.
        repeats: whether a list stands in several columns of one name, an item in each.
    """

    names: list[str]
    shape: Shape
    added: str | None = None
    repeats: bool = False
    readers: list[Callable[[str], Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds_actions(self) -> bool:
        return ACTION_COLUMN in self.names


def holds_actions(source: Source) -> bool:
    """Whether the rows of ``source`` are actions, which is known by their ``incident_id``."""
    encoding = encoding_of(source)
    table = _header(source, encoding=encoding)
    return table is not None and table.holds_actions


def read_csv(source: Source) -> Iterator[Item]:
    """The rows of ``source`` as raw incidents or raw actions.

    Raises:
        Unreadable: it is too large, no text, or lacks a column that every record needs.
    """
    if source.size > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // MEGABYTE} MB; split it")
    encoding = encoding_of(source)
    table = _header(source, encoding=encoding)
    if table is None:
        return
    if encoding == FALLBACK:
        yield Assumption(fallback_said(source))
    yield from _export(source, table, encoding=encoding) or _own_rows(
        source, table, encoding=encoding
    )


def _own_rows(source: Source, table: _Table, *, encoding: str) -> Iterator[Item]:
    """The rows of a table in our own columns."""
    if not (table.holds_actions or table.added or "id" in table.names):
        raise Unreadable(NO_IDENTITY, position=f"row {table.shape.header}")
    yield from table.problems
    rows = rows_of(source, encoding=encoding, delimiter=table.shape.delimiter)
    for number, cells in itertools.islice(rows, table.shape.header, None):
        place = Place(source.name, f"row {number}")
        if isinstance(cells, str):
            yield Problem(place, "", "", cells, rejected=True)
        elif any(cells):
            yield from _record(cells, table, place)


def _export(source: Source, table: _Table, *, encoding: str) -> Iterator[Item] | None:
    """The items of a tool's export; None where no tool writes these columns."""
    rows = rows_of(source, encoding=encoding, delimiter=table.shape.delimiter)
    header = next(itertools.islice(rows, table.shape.header - 1, None))[1]
    if isinstance(header, str):
        return None
    filled = ((f"row {number}", cells) for number, cells in rows if any(cells))
    return exports.recognised_table(header, filled, source)


def _record(cells: Sequence[str], table: _Table, place: Place) -> Iterator[Item]:
    """A row that says something, and what is odd about its shape."""
    if len(cells) != len(table.names) and (ragged := _ragged(cells, table, place)):
        yield ragged
    values = _values(cells, table)
    if table.added:
        yield RawAdded(table.added, place, values)
    elif table.holds_actions:
        yield RawAction(place, values)
    else:
        yield RawIncident(place, values, tells_actions="actions" in table.names)


def _header(source: Source, *, encoding: str) -> _Table | None:
    """The columns of ``source``; None for an empty file."""
    shape = shape_of(source, encoding=encoding, is_name=lambda cell: _name(cell) in FIELDS)
    if shape is None:
        return None
    rows = rows_of(source, encoding=encoding, delimiter=shape.delimiter)
    _, cells = next(itertools.islice(rows, shape.header - 1, None))
    table = _Table([_name(cell) for cell in cells], shape)
    _recognize(table)
    _settle_names(table, place=Place(source.name, f"row {shape.header}"))
    return table


def _name(cell: str) -> str:
    """The field that a header means ("Impact started at"), else the header as it stands."""
    header = cell.strip()
    field_name = _plain_name(header)
    return field_name if field_name in FIELDS else header


def _plain_name(header: str) -> str:
    return "_".join(header.lower().split())


def _recognize(table: _Table) -> None:
    """Notes what the rows are if people added them; then all headers are names of columns."""
    names = [_plain_name(name) for name in table.names]
    table.added = kind_of(names)
    if table.added:
        table.names = names


def _settle_names(table: _Table, *, place: Place) -> None:
    """Gives every column a name of its own."""
    if len(table.names) > MOST_COLUMNS:
        raise Unreadable(f"has more than {MOST_COLUMNS} columns", position=place.position)
    seen: dict[str, int] = {}
    for index, name in enumerate(table.names):
        name = name or f"column {index + 1}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1 and name in LIST_FIELDS:
            table.repeats = True
        elif seen[name] > 1:
            reason = "names two columns; the first one counts, the other is kept beside the record"
            table.problems.append(Problem(place, "", "", f"{shown(name)!r} {reason}"))
            name = f"{name} ({seen[name]})"
        table.names[index] = name
    table.readers = [reader_for(name, is_list=name in LIST_FIELDS) for name in table.names]


def _ragged(cells: Sequence[str], table: _Table, place: Place) -> Problem | None:
    if len(cells) > len(table.names) and not any(cells[len(table.names) :]):
        return None  # delimiters at the end of a row say nothing
    less = "the missing ones are unknown"
    more = "those beyond it are kept beside the record"
    meaning = less if len(cells) < len(table.names) else more
    reason = f"has {len(cells)} cells where the header has {len(table.names)}; {meaning}"
    return Problem(place, "", "", reason)


def _values(cells: Sequence[str], table: _Table) -> dict[str, Any]:
    """The cells of a row by field; an empty one says that there is nothing."""
    columns = zip(table.names, table.readers, cells, strict=False)
    if table.repeats:
        values = _joined(columns)
    else:
        values = {name: reader(cell) if cell else None for name, reader, cell in columns}
    beyond = [cell for cell in cells[len(table.names) :] if cell]
    if beyond:
        values[BEYOND] = beyond
    return values


def _joined(columns: Iterable[tuple[str, Callable[[str], Any], str]]) -> dict[str, Any]:
    """The cells of a row in which lists stand in several columns of one name."""
    values: dict[str, Any] = {}
    for name, reader, cell in columns:
        there, more = values.get(name), reader(cell) if cell else None
        values[name] = [*there, *more] if there and more else there or more
    return values
