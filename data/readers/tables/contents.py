"""What do the cells of a column look like? Asked of a sample, to know or to doubt its header."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from data import words
from data.lists import SHIPPED, Lists, ListsUnreadable, current, read
from data.mapping import REPEATED
from data.readers.tables.labels import label_of
from data.readers.tables.numbers import number_in
from data.times import read_duration, read_moment, read_window

#: Cells that are tested for what they look like; a column is of one kind or it is not.
MOST_TESTED = 100
UNNAMED = re.compile(r"column 1|Unnamed: 0", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
ADDRESS_IN = re.compile(r"https?://[^\s<>()|]{1,2000}", re.IGNORECASE)
IDENTIFIER = re.compile(
    r"#?\d{1,12}|[A-Za-z][A-Za-z0-9]{0,15}[-_#/]?(?:[A-Za-z0-9]{1,12}[-_])?\d{1,12}"
)
#: "Network", "Zahlungsausfall", "DNS-Ausfall"; "gate-shut" and "GATE" may be ids.
WORDS = re.compile(r"[^\W\d_]+(?:[ /&,’'-]+[^\W\d_]+)*")
EPOCH = re.compile(r"(\d{9,10}|\d{12,13}|\d{15,16})(?:\.\d{1,9})?")
#: 1990 to 2100 in seconds since 1970, and in days since the first day of spreadsheets.
EPOCHS = (631_152_000, 4_102_444_800)
SERIALS = (32_874.0, 73_051.0)
YES = frozenset(("yes", "y", "true", "sí", "si", "ja", "oui", "sim", "はい", "x", "✓", "✅"))
NO = frozenset(("no", "n", "false", "nein", "non", "não", "nao", "いいえ"))


class Column:
    """A column of a sample.

    Attributes:
        index: its place among the columns, from 0.
        header: its name, which no other column has.
        label: its header taken apart.
        values: its cells that say something.
    """

    def __init__(self, index: int, header: str, cells: Iterable[str]) -> None:
        in_force = words.current()
        self.index = index
        self.header = header
        self.label = label_of(REPEATED.sub("", header))
        self.values = [cell.strip() for cell in cells if cell and not in_force.is_nothing(cell)]

    @cached_property
    def tested(self) -> list[str]:
        """Some different values from all over the sample."""
        different = list(dict.fromkeys(self.values))
        return different[:: len(different) // MOST_TESTED + 1]

    def mostly(self, looks: Callable[[str], bool], share: float = 0.5) -> bool:
        """Whether at least this share of the values look so; of a column without any, none do."""
        return bool(self.tested) and sum(map(looks, self.tested)) >= share * len(self.tested)

    @cached_property
    def graded(self) -> bool:
        """Whether the cells are grades of severity."""
        lists = lists_in_force()
        return self.mostly(lambda value: lists.rank(value) is not None, 0.9)

    @cached_property
    def of_categories(self) -> float:
        """The share of cells that are labels of the list of causes."""
        lists = lists_in_force()
        known = [lists.resolve("root_cause_category", v) is not None for v in self.tested]
        return sum(known) / max(len(known), 1)

    @cached_property
    def dated(self) -> bool:
        """Whether the cells are days or points in time."""
        return self.mostly(is_dated)

    @cached_property
    def of_day(self) -> bool:
        """Whether the cells are times of day alone."""
        return not self.dated and self.mostly(is_time_of_day)

    @cached_property
    def counted(self) -> str:
        """``epoch`` or ``serial`` where all numbers may count the time since some day."""
        if self.mostly(is_epoch, 0.8):
            return "epoch"
        numbers = [value for value in self.values if number_in(value) is not None]
        if numbers and len(numbers) == len(self.values) and all(map(is_serial, numbers)):
            return "serial"
        return ""

    @cached_property
    def is_length(self) -> bool:
        """Whether the cells are lengths of time with a unit in the cell or the header."""
        if self.label.unit and self.mostly(is_number, 0.8):
            return True
        return self.mostly(lambda value: ":" not in value and read_duration(value) is not None, 0.6)

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it has no name and numbers the rows, as some libraries write it."""
        if not UNNAMED.fullmatch(self.header) or not self.values:
            return False
        first = self.values[0]
        return first in ("0", "1") and self.values == [
            str(int(first) + row) for row in range(len(self.values))
        ]

    @cached_property
    def unique(self) -> bool:
        """Whether no value comes twice."""
        return len(set(self.values)) == len(self.values)

    @cached_property
    def length(self) -> float:
        """Characters of a value on average."""
        return sum(map(len, self.values)) / max(len(self.values), 1)


def is_dated(text: str) -> bool:
    """Whether a text is a day or a point in time, whichever of day and month comes first."""
    written = read_moment(text)
    return written is not None and written.date is not None and written.date.year is not None


def is_window(text: str) -> bool:
    """Whether a text is a range from one point in time to another."""
    return read_window(text) is not None


def is_time_of_day(text: str) -> bool:
    """Whether a text is a time of day without a day."""
    written = read_moment(text)
    return written is not None and written.date is None


def is_number(text: str) -> bool:
    """Whether a text is a number, perhaps of money."""
    return number_in(text) is not None


def is_epoch(text: str) -> bool:
    """Whether a text may count seconds, milliseconds or microseconds since 1970."""
    return epoch_seconds(text) is not None


def epoch_seconds(text: str) -> float | None:
    """The seconds since 1970 that a text may count in its unit; None if it can hardly do so."""
    if not (counted := EPOCH.fullmatch(text)):
        return None
    seconds = (
        float(text) / {True: 1, len(counted[1]) > 11: 1_000, len(counted[1]) > 14: 10**6}[True]
    )
    return seconds if EPOCHS[0] <= seconds < EPOCHS[1] else None


def is_serial(text: str) -> bool:
    """Whether a text may count days as spreadsheets do."""
    number = number_in(text)
    return number is not None and SERIALS[0] <= number < SERIALS[1]


def is_status(text: str) -> bool:
    """Whether a text says how an incident or an action stands."""
    in_force = words.current()
    return len(text) <= 40 and bool(in_force.status(text) or in_force.action_status(text))


def is_address(text: str) -> bool:
    """Whether a text is an address of the web."""
    return bool(ADDRESS.fullmatch(text))


def is_list(text: str) -> bool:
    """Whether a text is a list in JSON."""
    return text.startswith("[") and text.endswith("]")


def is_identifier(text: str) -> bool:
    """Whether a text looks like the number of a ticket."""
    return bool(IDENTIFIER.fullmatch(text))


def is_word(text: str) -> bool:
    """Whether a text is words without any digit or sign of a code."""
    is_code = text.isupper() or (text.islower() and "-" in text)
    return bool(WORDS.fullmatch(text)) and not is_code


def is_answer(text: str) -> bool:
    """Whether a text is a yes or a no."""
    return words.fold(text) in YES or words.fold(text) in NO


def yes(text: str) -> bool:
    """Whether an answer is a yes."""
    return words.fold(text) in YES


def lists_in_force() -> Lists:
    """The controlled lists, to know their labels by; the shipped ones where a user's are broken.

    Whoever checks the records says so.
    """
    try:
        return current()
    except ListsUnreadable:
        return read(SHIPPED)
