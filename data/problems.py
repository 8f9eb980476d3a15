"""What was wrong with the input: a problem says where, which value and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The choice of which of day and month comes first.
DAY_ORDER = "day_order"
#: Longest piece of a bad value that is repeated back; enough to find it by.
SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands.

    Attributes:
        source: file name or address as the user gave it.
        position: line, row or path within it, in words (``row 12``, ``line 3``, ``incidents[4]``).
    """

    source: str
    position: str = ""

    def __str__(self) -> str:
        return f"{self.source}, {self.position}" if self.position else self.source


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that could not be used; the rest of its record was kept.

    Attributes:
        place: where it stands.
        field: the field it was meant for; empty for the record or file as a whole.
        value: the value as found, shortened.
        reason: why it cannot be used, in words.
        rejected: whether the whole record (or file) had to be left out.
        asks: the choice that would make the value usable, :data:`DAY_ORDER`; empty if none would.
    """

    place: Place
    field: str
    value: str
    reason: str
    rejected: bool = False
    asks: str = ""

    def __str__(self) -> str:
        what = f"{self.field} = {self.value!r}: " if self.field else ""
        return f"{self.place}: {what}{self.reason}"


def shown(value: object) -> str:
    """A bad value as it may be repeated back: one line, shortened."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


#: Why a value failed a check, by pydantic's name for the fault: in our words, which are the same
#: whatever version says it, with what the fault knows about the limit.
FAULTS = {
    "missing": "is missing",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is empty",
    "too_long": "has {actual_length:,} entries, and no more than {max_length:,} are taken",
    "greater_than_equal": "is below {ge:g}",
    "greater_than": "is not above {gt:g}",
    "less_than_equal": "is above {le:,.0f}",
    "finite_number": "is no finite number",
    "float_parsing": "is no number",
    "float_type": "is no number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "int_type": "is no whole number",
    "bool_parsing": "is neither true nor false",
    "literal_error": "is none of {expected}",
    "string_type": "is no text",
    "dict_type": "is no mapping",
    "extra_forbidden": "is no field that is known here",
}
#: A fault that a check of ours raised, in its own words.
OWN_FAULT = "value_error"


def reason_of(fault: Mapping[str, Any]) -> str:
    """Why a value cannot be used, of one of pydantic's errors, as the end of a sentence."""
    known = FAULTS.get(fault["type"])
    if known is not None:
        return known.format(**(fault.get("ctx") or {}))
    words = str(fault["msg"]).removeprefix("Value error, ")
    return (
        words if fault["type"] == OWN_FAULT else f"cannot be used: {words[:1].lower()}{words[1:]}"
    )


def unexpected(error: Exception) -> str:
    """What to tell of a fault of ours: enough to find it by."""
    return f"could not be read: unexpected {type(error).__name__}: {shown(error)}; please report it"
