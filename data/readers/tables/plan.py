"""How the rows of one table become records: decided once, then applied to each row."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from data import words
from data.mapping import ACTION, ACTION_FIELDS, ACTIONS, FIELDS, LEFT_OUT, ColumnMapping
from data.problems import DAY_ORDER, Place, Problem
from data.readers.source import Options
from data.readers.tables.clocks import OF_CLOCKS, OF_TIMES, START, Clocks, time_column
from data.readers.tables.guessing import own_name
from data.readers.tables.headers import Column
from data.readers.tables.joining import RowActions
from data.readers.tables.values import (
    DAY_LENGTH,
    Notation,
    Read,
    currency_of,
    notations,
    put_into,
    reader_of,
)
from data.record import DAY_FIELDS
from data.values import plain_cell

#: Columns that none but our own exports have; a table with them means just what it says.
ONLY_OURS = (
    {"id", "clock_sources", "clock_precision", "extra"},
    {"incident_id", "first_due_on", "extra"},
)
#: The key in ``extra`` for cells under no header.
BEYOND = "cells_beyond_header"
#: Fields of a row of actions that are none of the action.
OF_ITS_INCIDENT = ("incident_id", "incident_title")
CHOOSE = "day or month first cannot be told in column {!r}: choose with --day-order"
NAME_IT = (
    "is the zone of the times in column {!r} and has several meanings, so they are not read: "
    "name it with --zone"
)
AS_IT_STANDS = Notation()


class Target(NamedTuple):
    """What a column is read for, with the column."""

    name: str
    column: Column


class Cell(NamedTuple):
    """A cell of a row and how it is read.

    Attributes:
        key: under which its value stands.
        place: its index in the row.
    """

    key: str
    place: int
    read: Read


class Plan:
    """What is read from each column of a table.

    Args:
        columns: with a sample of their cells.
        mapping: what they are.
        place: the table, for problems with its columns.
        options: what whoever loads says of it.

    Attributes:
        holds_actions: whether the rows are actions that name their incident.
        names_records: whether a column holds the ids of the records.
        problems: columns that cannot be read, each with what to do.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        mapping: ColumnMapping,
        *,
        place: Place,
        options: Options,
    ) -> None:
        self.holds_actions = mapping.rows == ACTIONS
        self._mapping = mapping
        self._width = len(columns)
        headers = {column.header for column in columns}
        self._ours = any(of_ours <= headers for of_ours in ONLY_OURS)
        targets = [Target(t, column) for column in columns for t in mapping.targets(column.header)]
        self._notations = notations(
            [target.column for target in targets if _holds_times(target.name)],
            order=mapping.day_order or options.day_order,
            zone=mapping.zone,
            zone_chosen=options.zone,
        )
        self.names_records = any(name == "id" for name, _ in targets)
        self.problems = list(self._open(targets, place))
        self._fields = list(self._simple(targets))
        self._kept = list(self._beside(columns))
        self._clocks = self._of_clocks(targets, start_unread=any(map(self._names_start, columns)))
        self._actions = RowActions(list(self._of_actions(targets)))
        self._money = self._of_money(targets)
        self._repeats = len({cell.key for cell in self._fields}) < len(self._fields)

    @property
    def tells_actions(self) -> bool:
        """Whether the rows of incidents tell of their actions."""
        return bool(self._actions)

    def read(self, cells: Sequence[str]) -> dict[str, Any]:
        """What a row says."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        values = self._joined(cells) if self._repeats else self._single(cells)
        self._clocks.add_to(values, cells)
        if self._actions:
            values["actions"] = self._actions.of(cells)
        if self._money and (code := self._money(cells)):
            values["currency"] = code
        for key, index, read in self._kept:
            cell = cells[index]
            self._keep(values, key, read(cell) if cell else None)
        if len(cells) > self._width and (beyond := [c for c in cells[self._width :] if c]):
            values[BEYOND] = beyond
        return values

    def _single(self, cells: Sequence[str]) -> dict[str, Any]:
        return {
            key: read(cells[index]) if cells[index] else None for key, index, read in self._fields
        }

    def _joined(self, cells: Sequence[str]) -> dict[str, Any]:
        """Fields of which some stand in several columns, with an item of a list in each."""
        values: dict[str, Any] = {}
        for key, index, read in self._fields:
            value = read(cells[index]) if cells[index] else None
            before = values.get(key)
            if isinstance(before, list) and isinstance(value, list):
                values[key] = [*before, *value]
            elif before is None:
                values[key] = value
        return values

    def _keep(self, values: dict[str, Any], header: str, value: Any) -> None:
        """Beside the record, in ``extra`` where the header would be taken for a field."""
        if header not in FIELDS and header not in ACTION_FIELDS:
            values.setdefault(header, value)
        elif value is not None:
            put_into(values, "extra", header, value)

    def _simple(self, targets: Sequence[Target]) -> Iterator[Cell]:
        """Fields that are one cell each."""
        for name, column in targets:
            key = name.removeprefix("action.") if self.holds_actions else name
            if self.holds_actions and key in DAY_FIELDS:
                yield Cell(key, column.index, self._day(column, name))
            elif self.holds_actions and key in OF_ITS_INCIDENT:
                yield Cell(key, column.index, plain_cell)
            elif self._is_simple(name, key):
                yield Cell(key, column.index, self._reader(name, column))

    def _is_simple(self, name: str, key: str) -> bool:
        if self.holds_actions:
            return key in ACTION_FIELDS and key not in DAY_FIELDS
        return name in FIELDS and name not in OF_CLOCKS and name != "actions"

    def _beside(self, columns: Sequence[Column]) -> Iterator[Cell]:
        """Columns that no field takes."""
        for column in columns:
            target = self._mapping.columns.get(column.header)
            if not self._mapping.targets(column.header) and target != LEFT_OUT:
                yield Cell(column.header, column.index, plain_cell)

    def _of_clocks(self, targets: Sequence[Target], *, start_unread: bool) -> Clocks:
        return Clocks(
            [
                time_column(
                    name,
                    column,
                    self._notations.get(column.index, AS_IT_STANDS),
                    is_own=own_name(column.header) == name,
                )
                for name, column in targets
                if name in OF_CLOCKS and not self.holds_actions
            ],
            start_unread=start_unread,
        )

    def _of_actions(self, targets: Sequence[Target]) -> Iterator[Cell]:
        for name, column in targets:
            action = ACTION.fullmatch(name)
            if self.holds_actions or not (action or name == "actions"):
                continue
            if action and action[2] in DAY_FIELDS:
                yield Cell(name, column.index, self._day(column, name))
            else:
                field = f"action.{action[2]}" if action else name
                yield Cell(name, column.index, self._reader(field, column))

    def _names_start(self, column: Column) -> bool:
        """Whether a column that no field takes is called the start."""
        named = words.current().field(column.label.name) == START
        return named and bool(column.values) and not self._mapping.targets(column.header)

    def _reader(self, target: str, column: Column) -> Read:
        meanings = self._mapping.values.get(target)
        return reader_of(target, column, meanings=meanings, ours=self._ours)

    def _day(self, column: Column, target: str) -> Read:
        """Reads the day of a time; what cannot be read is left for the check to name."""
        notation = self._notations.get(column.index, AS_IT_STANDS)

        def day(cell: str) -> str:
            clock = notation.read(cell.strip())
            return clock[:DAY_LENGTH] or plain_cell(cell)

        return day

    def _of_money(self, targets: Sequence[Target]) -> Callable[[Sequence[str]], str] | None:
        """Tells the currency of a row where no column of its own does."""
        costs = [column for name, column in targets if name == "cost"]
        if not costs or any(name == "currency" for name, _ in targets):
            return None
        index, money = costs[0].index, currency_of(costs[0])
        return lambda cells: money(cells[index]) if cells[index] else ""

    def _open(self, targets: Sequence[Target], place: Place) -> Iterator[Problem]:
        for name, column in targets:
            notation = self._notations.get(column.index)
            if notation is None or not _holds_times(name):
                continue
            if notation.is_open:
                reason = CHOOSE.format(column.header)
                yield Problem(place, name, notation.example, reason, asks=DAY_ORDER)
            if notation.unknown_zone:
                yield Problem(place, name, notation.unknown_zone, NAME_IT.format(column.header))


def _holds_times(target: str) -> bool:
    action = ACTION.fullmatch(target)
    return target in OF_TIMES or bool(action and action[2] in DAY_FIELDS)
