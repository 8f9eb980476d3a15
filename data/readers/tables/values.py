"""What does a cell of a column mean, once it is known which field the column is?

Only what takes the column, its header or a mapping to know; what a value means by itself, the check
of records knows.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from data import words
from data.cells import plain_cell, reader_for
from data.fields import LIST_FIELDS
from data.people import without_people
from data.readers.exports.timelines import events_of
from data.readers.tables.contents import ADDRESS_IN, Column, is_answer, yes
from data.readers.tables.numbers import currency_in, number_in
from data.values import LABEL_LISTS

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
