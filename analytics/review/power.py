"""With how many incidents would the review see a change, in one quarter and in how many?

Everything follows from what the review itself says is likely to show of its own period: its hurdle
among all questions, the clustering of these incidents and the spread of their times are in that.
Other numbers of incidents move it only by how surely they tell a rate or a typical time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.answer import Example, Method
from analytics.review.claims import Claim
from analytics.review.periods import Sides

POWER_TABLE = Method(
    title="Incidents needed to see a change",
    answers="How many quarters does it take to see a change of a fifth?",
    formula=(
        "The change that is likely to show in the period under review, as it stands beside each "
        "question, taken to other numbers of incidents: on the scale of square roots for rates, of "
        "logs for times, it shrinks with the root of 1/n now + 1/n before. One quarter is held "
        "against four; several against as many before them. The change of a fifth is a rise "
        "of 20 % in incidents and a fall of 20 % in times, seen 4 times in 5."
    ),
    source="Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988; Anscombe, 1948",
    leaves_out=(
        "Slow drifts, which the line through three years sees earlier, and what a rate wanders "
        "over years, which no number of incidents takes away."
    ),
    example=Example(
        given=(
            "In a quarter of 60 incidents after a year of 240 a rise to 1.6 times and a fall of "
            "times to 0.5 are likely to show. Asked for are 120 incidents a quarter."
        ),
        inputs={"now": 60, "before": 240, "rise": 1.6, "shorter": 0.5, "asked": 120},
        gives=(
            "One quarter would show a rise to 1.41 times and a fall of times to 0.613; it takes 7 "
            "quarters of a lasting rise of 20 % and 8 of times 20 % shorter."
        ),
        result=(1.40973, 0.61253, 7, 8),
    ),
)

#: The change that people hope to see.
RISE, SHORTER = 1.2, 0.8
#: Incidents a quarter: from a small team to a large company.
SIZES = (10, 20, 40, 60, 100, 200, 500)
#: A quarter is held against a year.
BEFORE = 4.0
#: Nobody waits longer than ten years, and no company stays the same for so long.
MOST_QUARTERS = 40


@dataclass(frozen=True, slots=True)
class Power:
    """What so many incidents a quarter would show.

    Attributes:
        n: incidents a quarter.
        rise, fall: ratios of the number of incidents that one quarter shows against a year; None
            where the review has no such comparison, or no size would show.
        quarters_more: quarters of a rise by a fifth until it shows; None beyond ten years.
        longer, shorter: ratios of times, likewise.
        quarters_shorter: quarters of times a fifth shorter until that shows.
    """

    n: int
    rise: float | None
    fall: float | None
    quarters_more: int | None
    longer: float | None
    shorter: float | None
    quarters_shorter: int | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """A change that is likely to show with some incidents, as a step on a scale of its own.

    Attributes:
        step: from no change, for one incident now and one before.
    """

    step: float

    @classmethod
    def of(cls, step: float, now: float, before: float) -> "Sizes":
        """From the step that is likely to show with so many incidents."""
        return cls(step / math.sqrt(1.0 / now + 1.0 / before))

    def with_(self, now: float, before: float) -> float:
        """The step that is likely to show with so many incidents."""
        return self.step * math.sqrt(1.0 / now + 1.0 / before)

    def quarters(self, n: int, wanted: float) -> int | None:
        """How many quarters of ``n`` against as many show a step of ``wanted``."""
        needed = math.ceil(2.0 * (self.step / wanted) ** 2 / n)
        return needed if needed <= MOST_QUARTERS else None


def power(
    rate: Claim, time: Claim, sides: Sides, *, sizes: Sequence[int] = SIZES
) -> tuple[Power, ...]:
    """What other numbers of incidents would show, by the review's own hurdle.

    Args:
        sides: the stretches that the review compares.
        rate: how often incidents happen.
        time: how long a step takes.
        sizes: incidents a quarter.

    Returns:
        A row for each size; none where neither question has been compared.
    """
    rise, fall = _of_rate(rate, sides)
    longer, shorter = _of_time(time)
    if rise is None and shorter is None:
        return ()
    return tuple(
        Power(
            n=n,
            rise=None if rise is None else (1.0 + rise.with_(n, BEFORE * n)) ** 2,
            fall=None if fall is None else max(1.0 - fall.with_(n, BEFORE * n), 0.0) ** 2 or None,
            quarters_more=None if rise is None else rise.quarters(n, math.sqrt(RISE) - 1.0),
            longer=None if longer is None else math.exp(longer.with_(n, BEFORE * n)),
            shorter=None if shorter is None else math.exp(-shorter.with_(n, BEFORE * n)),
            quarters_shorter=None if shorter is None else shorter.quarters(n, -math.log(SHORTER)),
        )
        for n in sizes
    )


def _of_rate(claim: Claim, sides: Sides) -> tuple[Sizes | None, Sizes | None]:
    before = claim.reference.figure.n
    if not before or not sides.reference.days:
        return None, None
    rise, fall = claim.smallest_rise.estimate, claim.smallest_fall.estimate
    # As many as there would have been in the period without any change.
    now = before * sides.now.days / sides.reference.days
    return (
        None if rise is None else Sizes.of(math.sqrt(rise) - 1.0, now, before),
        None if fall is None else Sizes.of(1.0 - math.sqrt(fall), now, before),
    )


def _of_time(claim: Claim) -> tuple[Sizes | None, Sizes | None]:
    now, before = claim.now.n, claim.reference.figure.n
    longer, shorter = claim.smallest_rise.estimate, claim.smallest_fall.estimate
    if not now or not before:
        return None, None
    return (
        None if longer is None else Sizes.of(math.log(longer), now, before),
        None if shorter is None else Sizes.of(-math.log(shorter), now, before),
    )
