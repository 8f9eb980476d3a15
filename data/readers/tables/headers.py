"""What does the header of a column say? A name, and often a zone, a unit or a number with it.

``Started (UTC)`` is a clock with its zone, ``Duration (min)`` and ``seconds_to_first_ack`` are
lengths of time with their unit, ``Action 2 - Owner`` is a field of the second action of a row, and
``Custom field (Root cause)`` is but an ornament around ``Root cause``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from data import words
from data.added import REQUIRED
from data.lists import SHIPPED, Lists, ListsUnreadable, current_lists, read
from data.mapping import FIELDS, REPEATED
from data.readers.tables.cells import currency_in, number_in
from data.times import read_duration, read_moment, read_window
from data.zones import OFFSET, Zone, shifted, zone_at

LONGEST_HEADER = 200
#: Columns of tables of what people added, which are known by them.
OF_ADDED = frozenset().union(*REQUIRED.values())
BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]\s*$")
ORNAMENT = re.compile(r"custom field \((.{1,150})\)", re.IGNORECASE)
#: "Start UTC", "opened_at_utc"; other abbreviations are words in some language.
ZONE_AT_END = re.compile(
    r"(?:[\s_]+|(?<=[\u3040-\u30ff\u4e00-\u9fff]))((?i:utc|gmt)|[A-Z]{2,4})\s*$"
)
#: "loss_usd", "Kosten EUR": the money of the amounts below.
MONEY_AT_END = re.compile(r"[\s_]+([A-Za-z]{3})$")
#: Standard and summer time in one: the zone of whoever lives there.
BOTH_SEASONS = {
    "EST/EDT": "ET", "CST/CDT": "CT", "MST/MDT": "MT", "PST/PDT": "PT", "GMT/BST": "Europe/London",
    "CET/CEST": "Europe/Berlin", "MEZ/MESZ": "Europe/Berlin", "WET/WEST": "Europe/Lisbon",
    "EET/EEST": "Europe/Helsinki", "AEST/AEDT": "Australia/Sydney", "UTC/GMT": "UTC",
    "NZST/NZDT": "Pacific/Auckland",
}  # fmt: skip
#: "Duration in minutes", "Dauer in Minuten", "Duración en minutos", "duration_min".
UNIT_AT_END = re.compile(r"[\s_,]+(?:(in|en|em)[\s_]+)?([^\W\d_]{1,10})\.?$")
UNIT_AT_START = re.compile(r"([a-z]{3,8})[\s_]+to[\s_]+(.+)", re.IGNORECASE)
#: Keys of the object that a flattened column comes from.
OF_OBJECT = re.compile(r"\.(?:name|value|title|label|display_?name|display_?value|summary)$", re.I)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
SIGNS = re.compile(r"[\s_:#/.'–—-]+")
#: What is said in units of time.
LENGTHS = frozenset(
    ("duration", "time_to_detect", "time_to_acknowledge", "time_to_mitigate", "time_to_resolve")
)
LARGEST_NUMBER = 99


@dataclass(frozen=True, slots=True)
class Label:
    """A header taken apart.

    Attributes:
        header: as it stands.
        name: what remains when zone, unit and ornaments are taken off.
        zone: of the times below; empty if it names none.
        unit: of the lengths of time below, as written.
        remark: what stands in brackets, such as a currency.
    """

    header: str
    name: str
    zone: str = ""
    unit: str = ""
    remark: str = ""


def label_of(header: str) -> Label:
    """The parts of a header."""
    # Japanese writers use wide brackets and digits.
    name = unicodedata.normalize("NFKC", header[:LONGEST_HEADER]).strip()
    if ornament := ORNAMENT.fullmatch(name):
        name = ornament[1].strip()
    name = OF_OBJECT.sub("", name)
    zone = unit = remark = ""
    if brackets := BRACKETS.search(name):
        remark = brackets[1].strip()
        zone = remark if zone_named(remark) else ""
        unit = remark if _is_unit(remark) else ""
        if zone or unit:
            name = name[: brackets.start()].strip()
    elif (at_end := ZONE_AT_END.search(name)) and zone_named(at_end[1]):
        zone, name = at_end[1], name[: at_end.start()]
    elif (money := MONEY_AT_END.search(name)) and currency_in(money[1]):
        remark, name = money[1], name[: money.start()]
    if not unit and (counted := _unit_in(name)):
        name, unit = counted
    return Label(header, name, zone=zone, unit=unit, remark=remark)


def _unit_in(name: str) -> tuple[str, str] | None:
    """The rest of a name and the unit that it begins or ends with."""
    if (start := UNIT_AT_START.fullmatch(name)) and _is_unit(start[1]):
        return f"time to {start[2]}", start[1]
    end = UNIT_AT_END.search(name)
    if end and _is_unit(end[2]):
        rest = name[: end.start()]
        if end[1] or words.current().fact(rest) in LENGTHS:  # "Incident day" has no unit
            return rest, end[2]
    return None


def _is_unit(text: str) -> bool:
    return len(text) <= 12 and read_duration(f"2 {text}") is not None


def zone_named(text: str) -> Zone | None:
    """The zone that a text names and nothing else; without meaning where it has several."""
    text = text.strip()
    text = BOTH_SEASONS.get(text.upper().replace(" ", ""), text)
    if offset := OFFSET.fullmatch(text):
        return shifted(text, offset["sign"], offset["hours"], offset["minutes"])
    known = zone_at(text, 0)
    return known[0] if known and known[1] == len(text) else None


def without_clock_words(name: str) -> Iterator[str]:
    """A name without the words for times around it: "Opened" of "Date/Time Opened"."""
    folded = words.fold(_spaced(name).replace("_", " "))
    for pattern in _around_clocks(words.current()):
        if found := pattern.fullmatch(folded):
            yield found[1]


@lru_cache(maxsize=8)
def _around_clocks(in_force: words.Words) -> tuple[re.Pattern[str], re.Pattern[str]]:
    around = in_force.alternatives("around_clocks")
    return re.compile(rf"(?:{around}) (.+)"), re.compile(rf"(.+?) (?:{around})")


def action_target(name: str) -> str:
    """What a column says of the actions of its row; empty if nothing.

    ``actions`` for a cell with several, ``action.title`` for one, ``action 2.owner`` for a field of
    the second.
    """
    return _action_target(words.current(), name)


@lru_cache(maxsize=10_000)
def _action_target(in_force: words.Words, name: str) -> str:
    whole = in_force.column(name)
    if whole in ("action", "actions"):
        return "action.title" if whole == "action" else whole
    if in_force.part(name) == "actions":
        return "actions"
    tokens = parts_of(name)
    numbers = [token for token in tokens if token.isdigit()]
    if len(numbers) > 1 or len(tokens) > 12 or any(int(n) > LARGEST_NUMBER for n in numbers):
        return ""
    key = f"action {int(numbers[0])}" if numbers else "action"
    told = [token for token in tokens if not token.isdigit()]
    field = _action_field(in_force, told, numbered=bool(numbers))
    return f"{key}.{field}" if field else ""


def parts_of(name: str) -> list[str]:
    """The words of a name, folded."""
    return [part for part in SIGNS.split(words.fold(_spaced(name[:LONGEST_HEADER]))) if part]


def names_actions(name: str) -> bool:
    """Whether the name of a sheet or file says that it holds actions: "Follow-ups 2026"."""
    tokens = parts_of(name)
    runs = (tokens[start : start + size] for size in (1, 2) for start in range(len(tokens)))
    return any(words.current().column(" ".join(run)) in ("action", "actions") for run in runs)


def _spaced(name: str) -> str:
    return DIGITS.sub(" ", CAMEL.sub(" ", name))


def _action_field(in_force: words.Words, tokens: list[str], *, numbered: bool) -> str:
    """The field that the words of a header name, of which some say that it is one of an action."""
    if numbered and (alone := in_force.action_field(" ".join(tokens))):
        return alone
    for named, rest in _splits(tokens):
        if in_force.column(named) in ("action", "actions"):
            if not rest:
                return "title"
            if field := in_force.action_field(rest):
                return field
    return ""


def _splits(tokens: list[str]) -> Iterator[tuple[str, str]]:
    """Every beginning with what follows it, then every end with what leads to it.

    "Action owner" and "Responsable de la acción" say the same.
    """
    for cut in range(len(tokens), 0, -1):
        yield " ".join(tokens[:cut]), " ".join(tokens[cut:])
    for cut in range(1, len(tokens)):
        lead = tokens[:cut]
        while lead:
            yield " ".join(tokens[cut:]), " ".join(lead)
            lead = lead[:-1]


def is_name(cell: str) -> bool:
    """Whether a cell is a word for a field, and so likely a header."""
    in_force = words.current()
    name, own = label_of(cell).name, "_".join(cell.lower().split())
    return bool(
        own in FIELDS
        or own in OF_ADDED
        or in_force.field(name)
        or in_force.fact(name)
        or in_force.column(name)
        or action_target(name)
    )


# What do the cells of a column look like? Asked of a sample, to know or to doubt its header.

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
        return current_lists()
    except ListsUnreadable:
        return read(SHIPPED)
