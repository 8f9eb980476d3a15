"""What is said in words of a statistic, beside the code that computes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Example:
    """A statistic worked out in numbers; a test computes it anew from what is given.

    Attributes:
        given: the numbers that enter, in words.
        inputs: the same numbers by name.
        gives: what comes of them, in words.
        result: the same as numbers, in the order in which the words tell them.
    """

    given: str
    inputs: Mapping[str, Any] = field(hash=False)
    gives: str
    result: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """One statistic explained to its reader.

    Attributes:
        title: its name in the interface, in sentence case.
        answers: the question that it answers.
        formula: how it is computed, in words.
        source: where the method is published.
        leaves_out: what does not enter, and why.
        example: the formula in numbers.
    """

    title: str
    answers: str
    formula: str
    source: str
    leaves_out: str
    example: Example
