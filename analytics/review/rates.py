"""Did incidents become more or less frequent, allowing for how they cluster and wander?

Incidents come in bad months and rates wander from quarter to quarter, so their counts are wider
than chance alone makes them, and a test that does not know it claims a change three times as often
as it says. The spread within years is taken from the three years before the period, each year
around a level of its own; what quarters do beyond that is taken from the quarters themselves.
"""

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, too_few
from analytics.calendar import MONTHS_A_YEAR
from analytics.clocks import Mask
from analytics.method import Example, Method
from analytics.periods import Moments
from analytics.review.claims import (
    OF_RATES,
    RATIO,
    Change,
    Longer,
    Look,
    Weights,
    smallest,
    untested,
)
from analytics.review.periods import Side, Timeline, looks
from analytics.statistics.dispersion import clustering
from analytics.statistics.distributions import normal_quantile
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.rates import compare, detectable, rate
from analytics.statistics.serial import CHANGE_OF_YEARS, LINE_OF_MONTHS, Series, Shift, shifts

REVIEW_RATE = Method(
    title="Rate, allowing for clusters",
    answers="How often do incidents happen, when they come in bad months?",
    formula=(
        "Incidents divided by days. Variance over mean is taken from stretches of 30 days in "
        "up to three years before the period, each year around a level of its own. Where its "
        "chi-square test is below 10 %, counts are divided by it (widened by what Student's t "
        "is wider than the normal) before the exact interval and test."
    ),
    source="McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6; Garwood, 1936",
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="46 incidents in 92 days, after three years as steady.",
        inputs={"incidents": 46, "days": 92},
        gives="0.5 a day, between 0.37 and 0.67.",
        result=(0.5, 0.36606, 0.66693),
    ),
)
SMALLEST_CHANGE_OF_RATE = Method(
    title="Smallest detectable change of a rate",
    answers="What rise or fall could have been seen with so few incidents?",
    formula=(
        "On the square-root scale, where counts have the same variance whatever their mean: "
        "(1.96 + 0.84) / 2 times the root of 1/days now + 1/days then, away from the earlier "
        "rate, with the quantile of the level that this question has alone in its family in "
        "place of 1.96; counts are first divided by their variance over mean."
    ),
    source="Anscombe, Biometrika 35, 1948, on the square root of counts",
    leaves_out="Nothing beyond what the comparison leaves out.",
    example=Example(
        given="240 incidents in the 365 days before, and 91 days now.",
        inputs={"before": 240, "days_before": 365, "days_now": 91},
        gives=("Only a rise to 1.45 times or a fall to 0.64 times would be found 4 times in 5."),
        result=(1.4458, 0.63615),
    ),
)

#: In the period and its reference together; with fewer even "all in the period" is no evidence.
FEWEST_EVENTS = minimum_n_for_interval(0.5)
#: In the years and lines that are looked at: about one a quarter.
FEWEST_LONGER = 12
#: Clustering slower than a week shows in months only. Equal ones, because calendar months differ.
STRETCH_DAYS = 30
STRETCHES_A_YEAR, YEARS = 12, 3
#: Added to a count before its logarithm is taken, so that none is a number too.
HALF = 0.5
#: A month of which less has passed has no rate of its own.
FEWEST_DAYS = 14.0

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RateMeasure:
    """How often some of the incidents of a timeline happen.

    Attributes:
        line: the timeline.
        up_to: number of them before each place of the timeline, one more entry than it has.
        clustered: variance over mean of their counts within years, 1 where they do not cluster.
        wanders: how much wider still a period differs from the year before it.
        slow: the looks over more than the period.
    """

    line: Timeline
    up_to: Counts
    clustered: float
    wanders: float
    slow: tuple[Longer, ...]

    @property
    def dispersion(self) -> float:
        """Variance over mean of a count held against the year before it."""
        return self.clustered * self.wanders

    def count(self, span: slice) -> int:
        """How many there are in a part of the timeline."""
        return int(self.up_to[span.stop] - self.up_to[span.start])

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_RATES

    def figure(self, side: Side) -> Answer:
        """Incidents per day, with an interval as wide as their clustering makes it."""
        figure = rate(self.count(side.span), side.days, dispersion=self.clustered)
        return replace(figure, method=REVIEW_RATE)

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of two rates with the exact test, on counts divided by their dispersion."""
        after, before = self.count(now.span), self.count(then.span)
        if after + before < FEWEST_EVENTS:
            return untested(too_few(FEWEST_EVENTS, after + before))
        found = compare(after, now.days, before, then.days, dispersion=self.dispersion)
        return Change(found.ratio, found.p_value)

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """The last year against the one before, and the line through three years."""
        return self.slow

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest ratios found 4 times in 5."""
        before = self.count(then.span) / self.dispersion
        rise, fall = detectable(before, now.days, then.days, level=level)
        n = self.count(now.span) + self.count(then.span)
        return smallest(rise, fall, unit=RATIO, n=n, method=SMALLEST_CHANGE_OF_RATE)


def rate_measure(
    line: Timeline, members: Mask, now: Side, *, clustered: float | None = None
) -> RateMeasure:
    """How often the ``members`` of a timeline happen, by the end of a period.

    Args:
        clustered: how they cluster, where that is known of a whole that they are part of.
    """
    up_to = np.concatenate([[0], np.cumsum(members)])
    if clustered is None:
        clustered = clustering(_yearly_counts(line, up_to, now.start))
    seen = looks(line, now)
    counts, series = monthly(line, up_to, seen.edges, dispersion=clustered)
    designs = {Look.PERIOD: seen.period, Look.YEAR: seen.year, Look.LINE: seen.line}
    there = {look: design for look, design in designs.items() if design}
    found = dict(zip(there, shifts(series, list(there.values())), strict=True))
    usual = found.get(Look.PERIOD)
    slow = tuple(
        Longer(look, as_ratio(shift, n=n, look=look), shift.p_value)
        for look, n in (
            (Look.YEAR, int(counts[-2 * MONTHS_A_YEAR :].sum())),
            (Look.LINE, int(counts.sum())),
        )
        if (shift := found.get(look)) is not None and n >= FEWEST_LONGER
    )
    return RateMeasure(
        line=line,
        up_to=up_to,
        clustered=clustered,
        wanders=1.0 if usual is None else max(usual.wider, 1.0),
        slow=slow,
    )


def monthly(
    line: Timeline, up_to: Counts, edges: Sequence[dt.date], *, dispersion: float
) -> tuple[Counts, Series]:
    """The counts of months and the logs of their rates.

    A month is as surely known as the mean of all makes it: a quiet one is no less so.
    """
    pairs = list(itertools.pairwise(edges))
    spans = [line.span(start, stop) for start, stop in pairs]
    days = np.array([line.days(start, stop) for start, stop in pairs])
    counts = np.array([up_to[span.stop] - up_to[span.start] for span in spans], dtype=np.int64)
    whole = days >= FEWEST_DAYS
    expected = days * (counts.sum() / max(days.sum(), 1.0))
    logs = np.log((counts + HALF) / np.maximum(days, 1.0))
    return counts, Series(np.where(whole, logs, np.nan), dispersion / (expected + HALF))


def as_ratio(shift: Shift, *, n: int, look: Look) -> Answer:
    """A change on the scale of logs as a ratio with its interval."""
    wide = float(normal_quantile(0.5 + LEVEL / 2.0)) * shift.error
    method = CHANGE_OF_YEARS if look is Look.YEAR else LINE_OF_MONTHS
    change = shift.change
    return Answer(change, change - wide, change + wide, n=n, method=method).map(
        math.exp, unit=RATIO
    )


def _yearly_counts(line: Timeline, up_to: Counts, before: dt.date) -> list[Counts]:
    """Counts of the equal stretches of each year before a day."""
    return [
        np.diff(up_to[np.searchsorted(line.when, edges)]) for edges in yearly_edges(line, before)
    ]


def yearly_edges(line: Timeline, before: dt.date) -> list[Moments]:
    """Where equal stretches begin that end at a day, back to the records, the latest year first."""
    available = math.floor(line.days(line.level_since, before) / STRETCH_DAYS)
    stretches = min(available, STRETCHES_A_YEAR * YEARS)
    back = np.arange(stretches, -1, -1) * np.timedelta64(STRETCH_DAYS, "D")
    edges = (np.datetime64(before, "D") - back).astype("datetime64[s]")
    stops = range(stretches, 0, -STRETCHES_A_YEAR)
    return [edges[max(stop - STRETCHES_A_YEAR, 0) : stop + 1] for stop in stops]
