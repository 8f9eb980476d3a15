"""Did incidents become more or less frequent, allowing for how they cluster and wander?

Incidents come in bad months and rates wander from quarter to quarter, so their counts are wider
than chance alone makes them, and a test that does not know it claims a change three times as often
as it says. The spread within years is taken from the three years before the period, each year
around a level of its own; what quarters do beyond that is taken from the quarters themselves.

The ratio that is shown is that to the year before. Whether it is beyond what such a rate does by
itself is judged against its usual level in up to three years: where the rate stayed the same, all
of them tell what is usual, and where it wandered mostly the latest months do.
"""

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.calendar import MONTHS_A_YEAR, Datetimes
from analytics.clocks import Mask
from analytics.review.claims import (
    OF_RATES,
    OF_SEVERITY,
    RATIO,
    Change,
    Longer,
    Look,
    Weights,
    smallest,
    untested,
)
from analytics.review.periods import Looks, Side, Timeline
from analytics.statistics.distributions import normal_quantile, two_sided_normal
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.rates import (
    REJECT_BELOW,
    clustering,
    compare,
    crossing,
    mid_p,
    rate,
    unequal,
)
from analytics.statistics.serial import (
    CHANGE_OF_YEARS,
    LINE_OF_MONTHS,
    Series,
    Shift,
    middling,
    shifts,
    usual_levels,
)
from analytics.statistics.two_samples import POWER

REVIEW_RATE = Method(
    title="Rate, allowing for clusters",
    answers="How often do incidents happen, when they come in bad months?",
    formula=(
        "Incidents divided by days. Variance over mean is taken from stretches of 30 days in "
        "up to three years before the period, each year around a level of its own. Where its "
        "chi-square test is below 10 %, counts are divided by it (widened by what Student's t "
        "is wider than the normal) before the exact interval. The test is that of a negative "
        "binomial count given the total, against the usual level as the months before tell it in "
        "each of the ways in which it may wander, weighed by how likely each is."
    ),
    source=(
        "McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6; Garwood, 1936; "
        "Patterson and Thompson, 1971"
    ),
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
        "(z + 0.84) / 2 times the root of 1/days now + 1/days then, away from the usual rate; "
        "counts are first divided by their variance over mean. The z is the one at which the "
        "p-value, averaged over the ways in which the level may wander, is the level that this "
        "question has alone in its family."
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
#: The year before must bear a change out below this p-value, were rates as steady as counts.
BORNE_OUT = 0.1
#: Search for a smallest change: up to a rate 100 times as high.
LARGEST_STEP = 9.0
#: A month of which less has passed has no rate of its own.
FEWEST_DAYS = 14.0

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual level of a rate, if it wanders in one of the ways.

    Attributes:
        likely: how likely it wanders in this way, of all 1.
        count, days: how many incidents in how many days would tell as much about the level.
        wider: how much wider than counts alone a stretch differs from it.
    """

    likely: float
    count: float
    days: float
    wider: float


@dataclass(frozen=True)
class RateMeasure:
    """How often some of the incidents of a timeline happen.

    Attributes:
        line: the timeline.
        up_to: number of them before each place of the timeline, one more entry than it has.
        clustered: variance over mean of their counts within years, 1 where they do not cluster.
        usual: what the months before lead one to expect; empty where they are too few.
        slow: the looks over more than the period.
        weights: how much its looks matter.
    """

    line: Timeline
    up_to: Counts
    clustered: float
    usual: tuple[Usual, ...]
    slow: tuple[Longer, ...]
    weights: Weights = OF_RATES

    @property
    def wanders(self) -> float:
        """How much wider still a period differs from its usual level, at least 1."""
        if not self.usual:
            return 1.0
        return middling([each.likely for each in self.usual], [each.wider for each in self.usual])

    @property
    def dispersion(self) -> float:
        """Variance over mean of a count held against the year before it."""
        return self.clustered * self.wanders

    def count(self, span: slice) -> int:
        """How many there are in a part of the timeline."""
        return int(self.up_to[span.stop] - self.up_to[span.start])

    def figure(self, side: Side) -> Answer:
        """Incidents per day, with an interval as wide as their clustering makes it."""
        figure = rate(self.count(side.span), side.days, dispersion=self.clustered)
        return replace(figure, method=REVIEW_RATE)

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of two rates, and whether it is beyond the usual.

        By the exact test on counts divided by their dispersion. A change that the year before does
        not show by itself is none, whatever the years before that were like.
        """
        after, before = self.count(now.span), self.count(then.span)
        if after + before < FEWEST_EVENTS:
            return untested(too_few(FEWEST_EVENTS, after + before))
        ratio = compare(after, now.days, before, then.days, dispersion=self.dispersion).ratio
        alone = mid_p(after / self.clustered, now.days, before / self.clustered, then.days)
        if alone is None or alone > BORNE_OUT or not self.usual:
            return Change(ratio, alone)
        return Change(ratio, self._beyond_usual(after, now.days))

    def _beyond_usual(self, after: int, days: float) -> float:
        """The mean p-value over the ways in which the level may wander."""
        p_values = (
            unequal(after, days, usual.count, usual.days, dispersion=self.clustered * usual.wider)
            for usual in self.usual
        )
        return sum(
            usual.likely * (1.0 if p_value is None else p_value)
            for usual, p_value in zip(self.usual, p_values, strict=True)
        )

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """The last year against the one before, and the line through three years."""
        return self.slow

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest ratios found 4 times in 5."""
        usual = self.usual or (Usual(1.0, float(self.count(then.span)), then.days, wider=1.0),)
        rise, fall = _smallest_ratios(usual, self.clustered, now.days, level=level)
        n = self.count(now.span) + self.count(then.span)
        return smallest(rise, fall, unit=RATIO, n=n, method=SMALLEST_CHANGE_OF_RATE)


def rate_measure(
    line: Timeline, members: Mask, now: Side, *, whole: RateMeasure | None = None
) -> RateMeasure:
    """How often the ``members`` of a timeline happen, by the end of a period.

    Args:
        whole: that of all incidents, of which these are a part. They share its bad months; that
            they have more of their own takes more to believe.
    """
    up_to = np.concatenate([[0], np.cumsum(members)])
    counts_before = _yearly_counts(line, up_to, now.start)
    if whole is None:
        clustered = clustering(counts_before)
    else:
        share = float(up_to[-1] / max(whole.up_to[-1], 1))
        own = clustering(counts_before, below=REJECT_BELOW)
        clustered = max(1.0 + (whole.clustered - 1.0) * share, own)
    seen = line.looks(now)
    counts, series = monthly(line, up_to, seen.edges, dispersion=clustered)
    designs = {Look.YEAR: seen.year, Look.LINE: seen.line}
    there = {look: design for look, design in designs.items() if design}
    found = dict(zip(there, shifts(series, list(there.values())), strict=True))
    years = (
        int(counts[-MONTHS_A_YEAR:].sum()),
        int(counts[-2 * MONTHS_A_YEAR : -MONTHS_A_YEAR].sum()),
    )
    steady = unequal(years[0], 1.0, years[1], 1.0, dispersion=clustered)
    slow = []
    if (year := found.get(Look.YEAR)) is not None and sum(years) >= FEWEST_LONGER:
        change = as_ratio(year, n=sum(years), look=Look.YEAR)
        slow.append(Longer(Look.YEAR, change, year.p_value, years, steady))
    if (drift := found.get(Look.LINE)) is not None and (n := int(counts.sum())) >= FEWEST_LONGER:
        change = as_ratio(drift, n=n, look=Look.LINE)
        slow.append(Longer(Look.LINE, change, drift.p_value))
    return RateMeasure(
        line=line,
        up_to=up_to,
        clustered=clustered,
        usual=_usual(line, series, counts, seen),
        slow=tuple(slow),
        weights=OF_RATES if whole is None else OF_SEVERITY,
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


def _usual(line: Timeline, series: Series, counts: Counts, seen: Looks) -> tuple[Usual, ...]:
    """The level before a period as the months tell it, in each of the ways it may wander."""
    days = np.array([line.days(start, stop) for start, stop in itertools.pairwise(seen.edges)])
    levels = usual_levels(series, seen.asked, earlier=seen.before)
    sure = sum(level.likely for level in levels)
    usual = []
    for level in levels:
        there = level.months > 0.0
        share, lasted = level.months[there], days[there]
        as_many_days = 1.0 / float(share**2 @ (1.0 / lasted))
        rate_of_level = float(share @ (counts[there] / lasted))
        usual.append(
            Usual(level.likely / sure, rate_of_level * as_many_days, as_many_days, level.wider)
        )
    return tuple(usual)


#: Of falls that the review finds 4 times in 5, the period alone finds so many: on the scale of
#: logs, on which years and lines are looked at, a fall is larger than the rise that undoes it.
FALLS_ALONE = 0.7


def _smallest_ratios(
    usual: Sequence[Usual], clustered: float, days: float, *, level: float
) -> tuple[float | None, float | None]:
    """The rise and the fall that are found 4 times in 5, on the square-root scale.

    Of such a change 4 of 5 outcomes lie beyond the one whose mean p-value is just ``level``.
    """
    known = [each for each in usual if each.count > 0.0]
    if not known:
        return None, None
    likely = np.array([each.likely for each in known])
    roots = np.sqrt([each.count / each.days for each in known])
    variances = [clustered * each.wider * (1.0 / days + 1.0 / each.days) for each in known]
    scores = 2.0 * roots / np.sqrt(variances)

    def smallest_step(power: float) -> float:
        unlucky = float(normal_quantile(power))

        def surely_unusual(step: float) -> float:
            return -float(likely @ two_sided_normal(np.maximum(step * scores - unlucky, 0.0)))

        return crossing(surely_unusual, -level, low=0.0, high=LARGEST_STEP)

    up, down = smallest_step(POWER), smallest_step(FALLS_ALONE)
    return (1.0 + up) ** 2, (1.0 - down) ** 2 if down < 1.0 else None


def _yearly_counts(line: Timeline, up_to: Counts, before: dt.date) -> list[Counts]:
    """Counts of the equal stretches of each year before a day."""
    return [
        np.diff(up_to[np.searchsorted(line.when, edges)]) for edges in yearly_edges(line, before)
    ]


def yearly_edges(line: Timeline, before: dt.date) -> list[Datetimes]:
    """Where equal stretches begin that end at a day, back to the records, the latest year first."""
    available = math.floor(line.days(line.level_since, before) / STRETCH_DAYS)
    stretches = min(available, STRETCHES_A_YEAR * YEARS)
    back = np.arange(stretches, -1, -1) * np.timedelta64(STRETCH_DAYS, "D")
    edges = (np.datetime64(before, "D") - back).astype("datetime64[s]")
    stops = range(stretches, 0, -STRETCHES_A_YEAR)
    return [edges[max(stop - STRETCHES_A_YEAR, 0) : stop + 1] for stop in stops]
