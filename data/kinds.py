"""What is a field of a record to those who store it, read it and show it?

Said once, where the record is defined; tables, rows, frames and words for people follow from it
(:mod:`data.fields`).
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a column holds, and so how it travels."""

    NUMBER = "whole numbers"
    FLAG = "yes or no"
    FLOAT = "numbers, some unknown"
    TIME = "seconds since 1970"
    LABEL = "few different texts"
    TEXT = "many different texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a field is kept, and what people call it.

    Attributes:
        label: in a sentence; empty if it is the name of the field with spaces.
        heading: over it where it is a section of its own; empty if it is none.
        hint: what the template says beside it; None if the template does not ask for it.
    """

    label: str = ""
    heading: str = ""
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow(Kept):
    """A field with a column in the narrow table, which statistics and lists read whole.

    Attributes:
        short: whether it is no longer than a label, though it may be another one in each record.
        counted: whether statistics get it.
    """

    kind: Kind
    short: bool = False
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Long(Kept):
    """A field that is read when one record is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Kept):
    """A list of labels with a table of its own.

    Attributes:
        table: its name.
        column: what one of them is called there.
    """

    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested(Kept):
    """A field with a table that is written by hand, as it holds more than labels."""
