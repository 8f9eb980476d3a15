"""Did incidents become more or less frequent, allowing for how they cluster?

Incidents come in bad months, so their counts are usually wider than chance alone makes them, and a
test that does not know it claims a change three times as often as it says. The spread is taken from
the three years before the period, each year around a level of its own, so that slow growth is not
taken for clustering.
"""

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, too_few
from analytics.clocks import Mask
from analytics.review.claims import RATIO, Change, smallest, untested
from analytics.review.periods import Side, Timeline
from analytics.statistics.dispersion import clustering
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.rates import compare, rate

#: In the period and its reference together; with fewer even "all in the period" is no evidence.
FEWEST_EVENTS = minimum_n_for_interval(0.5)
#: Clustering slower than a week shows in months only. Equal ones, because calendar months differ.
STRETCH_DAYS = 30
STRETCHES_A_YEAR, YEARS = 12, 3


@dataclass(frozen=True)
class RateMeasure:
    """How often some of the incidents of a timeline happen.

    Attributes:
        up_to: number of them before each place of the timeline, one more entry than it has.
        dispersion: variance over mean of their counts, 1 where they do not cluster.
    """

    up_to: npt.NDArray[np.int64]
    dispersion: float

    def count(self, span: slice) -> int:
        """How many there are in a part of the timeline."""
        return int(self.up_to[span.stop] - self.up_to[span.start])

    def figure(self, side: Side) -> Answer:
        """Incidents per day, with an interval as wide as their clustering makes it."""
        figure = rate(self.count(side.span), side.days, dispersion=self.dispersion)
        return replace(figure, method="review_rate")

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of two rates with the exact test, on counts divided by their dispersion."""
        after, before = self.count(now.span), self.count(then.span)
        total = after + before
        if total < FEWEST_EVENTS:
            return untested(too_few(FEWEST_EVENTS, total))
        found = compare(after, now.days, before, then.days, dispersion=self.dispersion)
        return Change(
            change=found.ratio,
            smallest_rise=_smallest(found.detectable_rise, total),
            smallest_fall=_smallest(found.detectable_fall, total),
            p_value=found.p_value,
        )


def rate_measure(line: Timeline, members: Mask, *, before: dt.date) -> RateMeasure:
    """How often the ``members`` of a timeline happen; their spread is that before a day."""
    up_to = np.concatenate([[0], np.cumsum(members)])
    years = _yearly_counts(line, up_to, before)
    return RateMeasure(up_to=up_to, dispersion=clustering(years))


def _smallest(ratio: float | None, n: int) -> Answer:
    return smallest(ratio, unit=RATIO, n=n, method="smallest_change_of_rate")


def _yearly_counts(
    line: Timeline, up_to: npt.NDArray[np.int64], before: dt.date
) -> list[npt.NDArray[np.int64]]:
    """Counts of equal stretches that end at a day, the latest year first, back to the records."""
    available = math.floor(line.days(line.level_since, before) / STRETCH_DAYS)
    stretches = min(available, STRETCHES_A_YEAR * YEARS)
    back = np.arange(stretches + 1) * np.timedelta64(STRETCH_DAYS, "D")
    edges = (np.datetime64(before, "D") - back).astype("datetime64[s]")
    counts = -np.diff(up_to[np.searchsorted(line.when, edges)])
    return [counts[i : i + STRETCHES_A_YEAR] for i in range(0, stretches, STRETCHES_A_YEAR)]
