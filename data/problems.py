"""What was wrong with the input: a problem says where, which value and why."""

from dataclasses import dataclass

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
    """

    place: Place
    field: str
    value: str
    reason: str
    rejected: bool = False

    def __str__(self) -> str:
        what = f"{self.field} = {self.value!r}: " if self.field else ""
        return f"{self.place}: {what}{self.reason}"


def shown(value: object) -> str:
    """A bad value as it may be repeated back: one line, shortened."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
