"""From the cells of a row to its clocks: days and times of day joined, lengths of time added.

A table says when an incident was in many ways: a day and two times of day, a start and how long it
lasted, one cell with both ends. What is derived says so in ``clock_sources``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data import words
from data.readers.tables.cells import number_in
from data.readers.tables.headers import LENGTHS, Column, is_time_of_day, zone_named
from data.readers.tables.values import DAY_LENGTH, Notation, put_into
from data.record import CLOCK_FIELDS
from data.times import read_duration

#: Columns that hold times, or what becomes one.
OF_CLOCKS = frozenset((*CLOCK_FIELDS, *LENGTHS, "date", "start_time", "end_time", "window", "zone"))
#: Columns whose cells are read as times.
OF_TIMES = OF_CLOCKS - LENGTHS - {"zone"}
#: What a length of time leads to, and what it may start from: the first of them that is known.
ENDS = {
    "time_to_detect": ("detected_at", ("impact_started_at",)),
    "time_to_acknowledge": ("acknowledged_at", ("detected_at",)),
    "time_to_mitigate": ("mitigated_at", ("impact_started_at", "detected_at")),
    "time_to_resolve": ("resolved_at", ("impact_started_at", "detected_at")),
    "duration": ("resolved_at", ("impact_started_at", "detected_at")),
}
#: From which of the two the time to resolve runs is anybody's guess, where both are known.
FROM_EITHER = ("time_to_mitigate", "time_to_resolve")
START, END = "impact_started_at", "resolved_at"
#: Clocks that an incident which goes on has not.
LAST = (END, "mitigated_at")
#: What lengths of time are rounded to.
ROUNDED = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=3_650)


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A column that tells of a clock.

    Attributes:
        target: a clock, or one of the parts of which clocks are made.
        index: its place in a row.
        header: its name.
        notation: how its times are written.
        unit: of lengths of time without one.
        is_own: whether it bears the name of its clock.
    """

    target: str
    index: int
    header: str
    notation: Notation
    unit: str = ""
    is_own: bool = False


def time_column(target: str, column: Column, notation: Notation, *, is_own: bool) -> TimeColumn:
    """The column as a teller of clocks."""
    return TimeColumn(target, column.index, column.header, notation, column.label.unit, is_own)


class Clocks:
    """Reads the clocks of a row.

    Args:
        columns: those that tell of clocks.
        start_unread: whether another column names the start, in a notation that is not read.
    """

    def __init__(self, columns: Sequence[TimeColumn], *, start_unread: bool = False) -> None:
        self._uncounted = ("duration",) if start_unread else ()
        by_target = {column.target: column for column in reversed(columns)}
        told = Counter(column.target for column in columns if column.target in CLOCK_FIELDS)
        self._plain = [column for column in columns if told[column.target] == 1]
        self._paired = {
            clock: [column for column in columns if column.target == clock]
            for clock, count in told.items()
            if count > 1
        }
        self._zone = by_target.get("zone")
        self._date = by_target.get("date")
        self._window = by_target.get("window")
        self._times = [
            (by_target[part], clock)
            for part, clock in (("start_time", START), ("end_time", END))
            if part in by_target
        ]
        self._lengths = [column for column in columns if column.target in LENGTHS]

    def add_to(self, values: dict[str, Any], cells: Sequence[str]) -> None:
        """Put the clocks that ``cells`` tell among ``values``."""
        day = self._day(values, cells)
        for column in self._plain:
            cell = cells[column.index]
            if not cell:
                values.setdefault(column.target, None)
            elif clock := column.notation.read(cell):
                values[column.target] = clock
                if not column.is_own:
                    _note(values, column, column.target)
            else:
                _put_other(values, column, cell.strip(), day)
        for clock, columns in self._paired.items():
            _put_joined(values, clock, columns, cells)
        if self._times or self._window or self._date or self._lengths:
            self._add_made_up(values, cells, day)
        if self._zone and (cell := _told(cells, self._zone)):
            _put_in_zone(values, self._zone, cell)

    def _add_made_up(
        self, values: dict[str, Any], cells: Sequence[str], day: dt.date | None
    ) -> None:
        """Clocks that are put together from several cells, or taken from a part of one."""
        for column, clock in self._times:
            if (cell := _told(cells, column)) and not values.get(clock):
                _put_time_of_day(values, column, clock, cell, day)
        if self._window and (cell := _told(cells, self._window)):
            _put_window(values, self._window, cell, day)
        if self._date and day and not values.get(START):
            _put(values, self._date, START, self._date.notation.read(_told(cells, self._date)))
        stated = {clock: values.get(clock) for clock in (START, "detected_at")}
        for column in self._lengths:
            cell = _told(cells, column)
            counts = column.target not in self._uncounted
            if cell and not (counts and _put_length(values, column, cell, stated=stated)):
                _keep(values, column, cell)

    def _day(self, values: dict[str, Any], cells: Sequence[str]) -> dt.date | None:
        """The day of the row; a cell that cannot be read is kept beside the record."""
        if self._date is None or not (cell := _told(cells, self._date)):
            return None
        clock = self._date.notation.read(cell)
        if not clock:
            _keep(values, self._date, cell)
            return None
        return dt.date.fromisoformat(clock[:DAY_LENGTH])


def _told(cells: Sequence[str], column: TimeColumn) -> str:
    """What the cell of a column says; empty if nothing."""
    cell = cells[column.index].strip()
    return "" if words.current().is_nothing(cell) else cell


def _put(values: dict[str, Any], column: TimeColumn, clock: str, at: str) -> None:
    """A clock, and where it was read unless its column bears its name."""
    values[clock] = at
    if not (column.is_own and clock == column.target):
        _note(values, column, clock)


def _note(values: dict[str, Any], column: TimeColumn, clock: str) -> None:
    put_into(values, "clock_sources", clock, f"column {column.header!r}")


def _keep(values: dict[str, Any], column: TimeColumn, cell: str) -> None:
    """Beside the record, under the name of its column."""
    put_into(values, "extra", column.header, cell)


def _put_other(values: dict[str, Any], column: TimeColumn, cell: str, day: dt.date | None) -> None:
    """A cell that is no time by itself: nothing, "ongoing", a time of day, a range, or a fault."""
    in_force = words.current()
    if in_force.is_nothing(cell):
        values.setdefault(column.target, None)
    elif column.notation.is_open or column.notation.unknown_zone:
        _keep(values, column, cell)
    elif column.target in LAST and (state := in_force.status(cell)):
        values.setdefault(column.target, None)
        if not values.get("status"):
            values["status"] = state
    elif day and is_time_of_day(cell):
        _put_time_of_day(values, column, column.target, cell, day)
    elif column.target != START or not _put_window(values, column, cell, day):
        values[column.target] = cell  # the check says what is wrong with it


def _put_joined(
    values: dict[str, Any], clock: str, columns: Sequence[TimeColumn], cells: Sequence[str]
) -> None:
    """A clock whose day stands in one column and whose time of day in another."""
    told = [(column, cell) for column in columns if (cell := _told(cells, column))]
    dated = next(
        ((column, at) for column, cell in told if (at := column.notation.read(cell))), None
    )
    values.setdefault(clock, None)
    if dated is None:
        for column, cell in told:
            _keep(values, column, cell)
        return
    values[clock] = dated[1]
    for column, cell in told:
        if column is not dated[0] and len(dated[1]) == DAY_LENGTH:
            at = column.notation.read(cell, day=dt.date.fromisoformat(dated[1]))
            values[clock] = at or dated[1]
    names = " and ".join(repr(column.header) for column, _ in told)
    put_into(values, "clock_sources", clock, f"columns {names}" if len(told) > 1 else names)


def _put_in_zone(values: dict[str, Any], column: TimeColumn, cell: str) -> None:
    """Puts the times of a row into the zone that it names; takes them out if nobody knows it."""
    zone = zone_named(cell)
    for clock in CLOCK_FIELDS:
        at = _moment(values.get(clock))
        if at is None or at.tzinfo is not None:
            continue
        if zone and zone.info:
            values[clock] = at.replace(tzinfo=zone.info).isoformat()
        else:
            put_into(values, "extra", clock, f"{values[clock]} {cell}")
            values[clock] = None
    if not (zone and zone.info):
        _keep(values, column, cell)


def _put_time_of_day(
    values: dict[str, Any], column: TimeColumn, clock: str, cell: str, day: dt.date | None
) -> None:
    """A time of day of a known day; one before the start is of the day after."""
    at = column.notation.read(cell, day=day)
    if not at:
        _keep(values, column, cell)
        return
    begin, read = _moment(values.get(START)), _moment(at)
    if clock != START and begin and read and _before(read, begin):
        at = (read + ONE_DAY).isoformat()
    _put(values, column, clock, at)


def _put_window(values: dict[str, Any], column: TimeColumn, cell: str, day: dt.date | None) -> bool:
    """Both ends of a range, or a start alone; whether there was any."""
    begin, end = column.notation.window(cell, day=day)
    begin = begin or column.notation.read(cell, day=day)
    if not begin:
        if column.target == "window":
            _keep(values, column, cell)
        return False
    for clock, at in ((START, begin), (END, end)):
        if at and not values.get(clock):
            _put(values, column, clock, at)
    return True


def _put_length(
    values: dict[str, Any], column: TimeColumn, cell: str, *, stated: Mapping[str, Any]
) -> bool:
    """What follows from a length of time, where it is missing and the other end is known.

    Args:
        values: what is known of the row.
        column: that of the length.
        cell: the length.
        stated: beginnings as the row states them, without those that follow from other lengths.

    Returns:
        Whether anything does.
    """
    length = _length(cell, column.unit)
    if length is None:
        return False
    end, beginnings = ENDS[column.target]
    there = stated if column.target in FROM_EITHER else values
    known = [at for name in beginnings if (at := _moment(there.get(name)))]
    unclear = column.target in FROM_EITHER and len({*known}) > 1
    if known and not unclear and not values.get(end):
        _put(values, column, end, (known[0] + length).isoformat())
        return True
    last = _moment(values.get(END))
    if column.target == "duration" and last and not values.get(START):
        _put(values, column, START, (last - length).isoformat())
        return True
    detected = _moment(values.get("detected_at"))
    if column.target == "time_to_detect" and detected and not values.get(START):
        _put(values, column, START, (detected - length).isoformat())
        return True
    # What the clocks say too needs not be kept.
    at = _moment(values.get(end))
    return bool(at and known and _are_near(at, known[0], length))


def _are_near(end: dt.datetime, begin: dt.datetime, length: dt.timedelta) -> bool:
    if (end.tzinfo is None) != (begin.tzinfo is None):
        return False
    return abs(end - begin - length) <= ROUNDED


def _length(cell: str, unit: str) -> dt.timedelta | None:
    number = number_in(cell)
    length = read_duration(f"{number:g} {unit}" if number is not None and unit else cell)
    return length if length is not None and dt.timedelta(0) <= length < LONGEST else None


def _moment(clock: object) -> dt.datetime | None:
    """The point in time that a clock names; None for a day alone."""
    if not isinstance(clock, str) or len(clock) <= DAY_LENGTH:
        return None
    try:
        return dt.datetime.fromisoformat(clock)
    except ValueError:
        return None


def _before(first: dt.datetime, second: dt.datetime) -> bool:
    """Whether one comes first; of two of which one has no zone that cannot be told."""
    return (first.tzinfo is None) == (second.tzinfo is None) and first < second
