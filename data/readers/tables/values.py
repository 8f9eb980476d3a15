"""What does a cell of a column mean, once it is known which field the column is?

Only what takes the column, its header or a mapping to know; what a value means by itself, the check
of records knows.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from data import words
from data.notations import DayOrder
from data.readers.exports.rules import events_of
from data.readers.tables.cells import currency_in, number_in
from data.readers.tables.headers import (
    ADDRESS_IN,
    Column,
    is_answer,
    is_epoch,
    is_serial,
    yes,
    zone_named,
)
from data.record import LIST_FIELDS
from data.times import (
    Written,
    day_order_of,
    from_epoch,
    from_serial,
    hints_in,
    read_moment,
    read_window,
)
from data.values import LABEL_LISTS, plain_cell, reader_for, without_people

# How are the times of a column written? Decided once for all its cells, or said to be open.
#
# ``02/03/2026`` is a day in March or in February, and no cell of its own tells which; another cell
# of the column does (``25/03/2026``), else another column of the same table, else whoever loads. A
# wrong clock is worse than a missing one, so what stays open is not read.

#: A time that needs no reading: ISO 8601 with its zone, a day alone, or a time without a zone.
ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
#: A day in numbers alone, and perhaps a time of day.
PLAIN = re.compile(
    r"(\d{1,2})[/-](\d{1,2})[/-]((?:19|20|21)\d\d)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?"
)
#: Three numbers of which neither of the first two tells what it is.
NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)")
LARGEST_MONTH = 12
MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d[T ]00:00(?::00(?:\.0+)?)?")
#: Says that the zone of another column is not meant.
LOCAL = re.compile(r"\blocal\b|\blokal|ortszeit|現地", re.IGNORECASE)
DAY_LENGTH = 10
#: Text that is looked through for what an abbreviation of a zone means.
LONGEST_HINTS = 20_000


@dataclass(frozen=True, slots=True)
class Notation:
    """How the times of a column are written.

    Attributes:
        order: which of day and month comes first.
        is_open: whether that cannot be told although it matters.
        zone: for times without one; None leaves them without.
        unknown_zone: the zone that the header names, where it has several meanings.
        counted: ``epoch`` or ``serial`` for numbers.
        example: a cell that can be read in two ways.
        hints: what abbreviations of zones mean that have several meanings.
        of_days: whether every time is midnight, which is how spreadsheets and databases keep days.
    """

    order: DayOrder | None = None
    is_open: bool = False
    zone: dt.tzinfo | None = None
    unknown_zone: str = ""
    counted: str = ""
    example: str = ""
    hints: Mapping[str, dt.tzinfo] = field(default_factory=dict)
    of_days: bool = False

    def read(self, cell: str, *, day: dt.date | None = None) -> str:
        """The time in ``cell`` in ISO 8601; empty where it cannot be told.

        Args:
            cell: what stands there.
            day: that of a time which names none.
        """
        if plain := ISO.fullmatch(cell):
            if self.of_days and not plain["zone"]:
                return cell[:DAY_LENGTH]
            return cell if plain["zone"] else self._zoned(cell)
        if is_epoch(cell):
            return from_epoch(float(cell))
        if self.counted == "serial" and is_serial(cell):
            return self._zoned(from_serial(number_in(cell) or 0.0))
        numbers = PLAIN.fullmatch(cell) if self.order else None
        if numbers and (at := self._of_numbers(numbers)):
            return at
        written = read_moment(cell, day_order=self.order, default_day=day, hints=self.hints)
        return "" if written is None else self._iso(written)

    def _of_numbers(self, numbers: re.Match[str]) -> str:
        """A time in numbers alone, which most large tables have."""
        first, second, year, hour, minute, seconds = (int(n or 0) for n in numbers.groups())
        day, month = (first, second) if self.order is DayOrder.DAY else (second, first)
        try:
            at = dt.datetime(year, month, day, hour, minute, seconds)
        except ValueError:
            return ""
        return self._zoned(at.isoformat()) if numbers[4] else at.date().isoformat()

    def window(self, cell: str, *, day: dt.date | None = None) -> tuple[str, str]:
        """Both ends of a range in ISO 8601; empty where there is none."""
        both = read_window(cell, day_order=self.order, default_day=day, hints=self.hints)
        return (self._iso(both[0]), self._iso(both[1])) if both else ("", "")

    def _iso(self, written: Written) -> str:
        if self.unknown_zone and written.clock is not None and written.zone is None:
            return ""
        return written.iso(zone=self.zone)

    def _zoned(self, clock: str) -> str:
        """A time that names no zone in that of the column; empty where nobody knows which it is."""
        if len(clock) <= DAY_LENGTH:
            return clock
        if self.zone is None:
            return "" if self.unknown_zone else clock
        try:
            return dt.datetime.fromisoformat(clock).replace(tzinfo=self.zone).isoformat()
        except ValueError:
            return ""


def notations(
    columns: Iterable[Column],
    *,
    order: DayOrder | None,
    zone: str = "",
    zone_chosen: dt.tzinfo | None = None,
) -> Mapping[int, Notation]:
    """How the times of some columns of one table are written, by index.

    Args:
        columns: those that hold times.
        order: what whoever loads says, for columns that neither they nor others decide.
        zone: of times without one, in all columns that name none in their header; where it is not
            said, the one that another header names counts.
        zone_chosen: what a name of several meanings means.
    """
    columns = list(columns)
    named = {column.label.zone for column in columns} - {""}
    of_all = zone or (named.pop() if len(named) == 1 else "")
    own = {column.index: _own(column, of_all, zone_chosen) for column in columns}
    decided = {notation.order for notation in own.values() if notation.order}
    others = decided.pop() if len(decided) == 1 else order
    return {
        index: replace(notation, order=others, is_open=others is None)
        if notation.is_open
        else notation
        for index, notation in own.items()
    }


def _own(column: Column, zone: str, zone_chosen: dt.tzinfo | None) -> Notation:
    """What a column tells by itself."""
    numbered = [value for value in column.values if NUMBERS.search(value)]
    order = day_order_of(numbered)
    example = "" if order else next(filter(_can_be_read_twice, numbered), "")
    name = column.label.zone or ("" if LOCAL.search(column.header) else zone)
    known = zone_named(name) if name else None
    info = (known.info or zone_chosen) if known else None
    return Notation(
        order=order,
        is_open=bool(example),
        zone=info,
        unknown_zone=name if known and info is None else "",
        counted=column.counted,
        example=example,
        hints=hints_in("\n".join(column.tested)[:LONGEST_HINTS]),
        of_days=bool(column.values) and all(map(MIDNIGHT.fullmatch, column.values)),
    )


def _can_be_read_twice(text: str) -> bool:
    numbers = NUMBERS.search(text)
    if numbers is None:
        return False
    first, second = int(numbers[1]), int(numbers[2])
    return first != second and 0 < first <= LARGEST_MONTH and 0 < second <= LARGEST_MONTH


Read = Callable[[str], Any]

OWN_STATES = ("resolved", "open")
#: Digits of a number that need no looking at.
LONGEST_PLAIN = 15
BULLET = re.compile(r"^\s*(?:[-*•–·]|\d{1,3}[.)])\s+")


def reader_of(
    target: str, column: Column, *, meanings: Mapping[str, str] | None = None, ours: bool = False
) -> Read:
    """The function that reads the filled cells of a column of ``target``.

    Args:
        target: the field.
        column: a sample of its cells.
        meanings: what values mean, as a mapping says.
        ours: whether the table was written here.
    """
    read = _plain_reader(target, column, ours=ours)
    if not meanings:
        return read
    known = {words.fold(raw): meaning for raw, meaning in meanings.items()}

    def meant(cell: str) -> Any:
        meaning = known.get(words.fold(cell))
        return read(cell) if meaning is None else meaning

    return meant


def _plain_reader(target: str, column: Column, *, ours: bool) -> Read:
    if target in ("extra", "action.extra"):
        return _beside
    is_list = target in LIST_FIELDS
    if is_list and not ours and target not in LABEL_LISTS:
        return _sentences(column)
    if target == "team" and words.current().field(column.label.name) != "team":
        return _owner
    return READERS.get(target) or reader_for(target, is_list=is_list)


def _beside(cell: str) -> dict[str, Any]:
    """What is kept beside a record, which only we write."""
    value = reader_for("extra", is_list=False)(cell)
    return value if isinstance(value, dict) else {"extra": value}


def _sentences(column: Column) -> Read:
    """Sentences stand between semicolons if any cell has them, else on lines of their own."""
    apart = ";" if any(";" in value for value in column.values) else "\n"

    def sentences(cell: str) -> list[str]:
        if cell.startswith("["):
            return list(reader_for(LIST_FIELDS[0], is_list=True)(cell))
        parts = (BULLET.sub("", part).strip() for part in plain_cell(cell).split(apart))
        return [part for part in parts if part]

    return sentences


def _owner(cell: str) -> str | None:
    """The owner of an incident is its team, unless it is a person."""
    return without_people(plain_cell(cell), words.current()) or None


def _number(cell: str) -> float | str:
    if cell.isdecimal() and len(cell) < LONGEST_PLAIN:
        return float(cell)
    number = number_in(cell)
    return cell if number is None else number


def _status(cell: str) -> str:
    if cell in OWN_STATES:
        return cell
    if is_answer(cell):
        return "resolved" if yes(cell) else "open"
    return plain_cell(cell)


def _url(cell: str) -> str:
    address = ADDRESS_IN.search(cell)
    return address[0] if address else plain_cell(cell)


def _timeline(cell: str) -> Any:
    return events_of(reader_for("timeline", is_list=True)(cell))


READERS: Mapping[str, Read] = {
    "affected_users": _number,
    "cost": _number,
    "status": _status,
    "timeline": _timeline,
    "url": _url,
    "action.url": _url,
}


def currency_of(column: Column) -> Callable[[str], str]:
    """The function that tells the money of a cell; the header may tell it for all."""
    of_all = currency_in(column.label.remark)
    return lambda cell: currency_in(cell) or of_all


def put_into(values: dict[str, Any], field: str, key: str, value: Any) -> None:
    """Put something into a field that is a mapping, whatever stands there yet."""
    there = values.get(field)
    values[field] = {**(there if isinstance(there, dict) else {}), key: value}
