"""The shape of every number we show: an estimate with its interval and n, or why there is none.

A bare float cannot say how many incidents stand behind it, how many had no usable value, or why it
is missing. An :class:`Answer` always can, so a page never has to guess and never prints 0 for
"unknown".
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

# What is said in words of a statistic, beside the code that computes it.


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


#: Two-sided level of every interval.
LEVEL = 0.95
#: How a reason begins that more records would take away.
NEEDS = "needs "


@dataclass(frozen=True, slots=True)
class Answer:
    """One statistic, as it may be shown.

    Attributes:
        estimate: the figure in ``unit``; None where there is none, and then ``reason`` says why.
        low, high: ends of the two-sided interval; None where there is none.
        n: records that the estimate rests on.
        n_missing: records in scope whose value is unknown.
        n_invalid: records in scope whose value is impossible (an end before its start).
        unit: ``s``, ``share``, ``per day``, ``ratio``, ``count`` and the like.
        method: its written definition, which stands beside the code that computes it.
        reason: in words, why there is no estimate (or no interval); empty otherwise.
    """

    estimate: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_missing: int = 0
    n_invalid: int = 0
    unit: str = ""
    method: Method | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what could be mistaken for a figure.

        Raises:
            ValueError: an estimate that is not finite, or neither an estimate nor a reason.
        """
        if self.estimate is None and not self.reason:
            raise ValueError("an answer without an estimate needs a reason")
        if self.estimate is not None and not math.isfinite(self.estimate):
            raise ValueError(f"an estimate must be finite, got {self.estimate}")

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return self.estimate is not None

    def map(self, convert: Callable[[float], float], *, unit: str) -> Self:
        """The same answer on another scale; ``convert`` must be increasing (log to ratio)."""

        def apply(value: float | None) -> float | None:
            return None if value is None else convert(value)

        return replace(
            self,
            estimate=apply(self.estimate),
            low=apply(self.low),
            high=apply(self.high),
            unit=unit,
        )


def too_few(needed: int, has: int, *, what: str = "incidents") -> str:
    """The reason given when a statistic needs more records: ``needs 6 incidents, has 4``."""
    return f"{NEEDS}{needed} {what}, has {has}"


def is_too_few(reason: str) -> bool:
    """Whether a reason was given by :func:`too_few`, so that more records would help."""
    return reason.startswith(NEEDS)
