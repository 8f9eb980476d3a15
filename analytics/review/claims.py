"""What may a review claim: a small family of questions, fixed beforehand and judged together.

Each question compares the period under review with the twelve months before it. All their p-values
are adjusted together (Benjamini and Hochberg), so that a page on which nothing changed claims
something in about one of twenty cases. How often incidents happen and how long they take is what a
review is opened for: these questions count double. "No signal" is an answer; "cannot tell" has its
reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np

from analytics.answer import Answer
from analytics.review.periods import Side, Sides
from analytics.statistics.multiplicity import FALSE_CLAIMS, adjust

RATIO, SHARE = "ratio", "share"
#: How much the questions weigh that a review is opened for, and the others.
FIRST, ALSO = 2.0, 1.0
#: What a change is when nothing changed, by its unit.
UNCHANGED = {RATIO: 1.0, SHARE: 0.0}


class Verdict(StrEnum):
    """What a review says of one question."""

    ROSE = "rose"
    FELL = "fell"
    CHANGED = "changed"  # of a mix, which has no direction
    NO_SIGNAL = "no signal"
    CANNOT_TELL = "cannot tell"

    @property
    def is_claim(self) -> bool:
        """Whether it says that something changed."""
        return self in (Verdict.ROSE, Verdict.FELL, Verdict.CHANGED)


@dataclass(frozen=True, slots=True)
class Change:
    """The period under review compared with one other.

    Attributes:
        change: now / then where the unit is ``ratio``, points of share where it is ``share``.
        smallest_rise, smallest_fall: the change that this comparison alone would have found 4
            times in 5, in the same unit.
        p_value: two-sided, of this comparison alone; None where there is no test.
    """

    change: Answer
    smallest_rise: Answer
    smallest_fall: Answer
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """The figure of another stretch of time, and how the period under review differs from it."""

    figure: Answer
    versus: Change


@dataclass(frozen=True, slots=True)
class Claim:
    """One question and its answer.

    Attributes:
        key: stable name: ``rate``, ``rate:2`` (severity rank), ``time``, ``causes``, ``repeats``,
            ``outside``, ``done:30``.
        label: what it is about where the key does not say: a severity label, ``TTM`` or ``TTR``.
        weight: :data:`FIRST` or :data:`ALSO`, fixed by the question and never by its answer.
        now: the figure of the period under review.
        reference, previous, year_ago: the others; only ``reference`` is tested.
        adjusted: its p-value among all questions of the review; None without a test.
        reason: in words, why it cannot be told; empty otherwise.
    """

    key: str
    label: str
    weight: float
    now: Answer
    reference: Beside
    previous: Beside
    year_ago: Beside
    adjusted: float | None
    verdict: Verdict
    reason: str


class Measure(Protocol):
    """What a question needs to know of stretches of time."""

    def figure(self, side: Side) -> Answer:
        """The figure of one stretch that has records."""

    def compare(self, now: Side, then: Side) -> Change:
        """Two stretches that may be compared."""


def ask(
    key: str, measure: Measure, sides: Sides, *, label: str = "", weight: float = ALSO
) -> Claim:
    """The answer to one question, not yet judged among the others."""

    def beside(then: Side) -> Beside:
        reason = sides.now.no_figure or then.no_comparison or then.no_figure
        return Beside(
            figure=_figure(measure, then),
            versus=untested(reason) if reason else measure.compare(sides.now, then),
        )

    reference = beside(sides.reference)
    return Claim(
        key=key,
        label=label,
        weight=weight,
        now=_figure(measure, sides.now),
        reference=reference,
        previous=beside(sides.previous),
        year_ago=beside(sides.year_ago),
        adjusted=None,
        verdict=Verdict.CANNOT_TELL,
        reason=reference.versus.change.reason if reference.versus.p_value is None else "",
    )


def judge(asked: Sequence[Claim]) -> tuple[Claim, ...]:
    """The same questions with their verdicts, all p-values adjusted together."""
    adjusted = adjust(
        [each.reference.versus.p_value for each in asked],
        weights=[each.weight for each in asked],
    )
    return tuple(
        each if np.isnan(p) else replace(each, adjusted=float(p), verdict=_verdict(each, float(p)))
        for each, p in zip(asked, adjusted, strict=True)
    )


def untested(reason: str) -> Change:
    """No comparison, and why."""
    none = Answer(None, method="review_claim", reason=reason)
    return Change(change=none, smallest_rise=none, smallest_fall=none, p_value=None)


def smallest(value: float | None, *, unit: str, n: int, method: str) -> Answer:
    """The smallest change that would have been found; None where no size would have been."""
    reason = "" if value is not None else "no change of any size would have been found"
    return Answer(value, n=n, unit=unit, method=method, reason=reason)


def _figure(measure: Measure, side: Side) -> Answer:
    if side.no_figure:
        return Answer(None, method="review_claim", reason=side.no_figure)
    return measure.figure(side)


def _verdict(claim: Claim, adjusted: float) -> Verdict:
    change = claim.reference.versus.change
    if adjusted > FALSE_CLAIMS:
        return Verdict.NO_SIGNAL
    if change.unit not in UNCHANGED:
        return Verdict.CHANGED
    # Without an estimate there was nothing to divide by: it began in this period.
    rose = change.estimate is None or change.estimate > UNCHANGED[change.unit]
    return Verdict.ROSE if rose else Verdict.FELL
