"""Six weeks and thirteen months on one axis, with the year before: the recent past at two scales.

Both windows end with the period under review, the weeks of a running one with today. The classical
window of an operations review: weeks are short enough for detail, thirteen months hold a season and
its return.
"""

import datetime as dt
import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.calendar import MONTHS_A_YEAR, add_months
from analytics.periods import DAYS_OF_WEEK, Moments
from analytics.review.periods import Timeline
from analytics.review.rates import RateMeasure

WEEKS_SHOWN, MONTHS_SHOWN = 6, 13
#: A year of whole weeks, so that the thin line has the same days of the week.
YEAR_OF_WEEKS = dt.timedelta(days=52 * DAYS_OF_WEEK)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bins:
    """Counts of successive stretches, and of the same ones a year earlier.

    Attributes:
        starts: first day of each.
        days: length of each in days, as far as it has passed.
        counts: incidents in each.
        year_before: incidents a year earlier; NaN where the records do not reach back.
    """

    starts: Moments
    days: Floats
    counts: npt.NDArray[np.int64]
    year_before: Floats


def weeks(line: Timeline, measured: RateMeasure, end: dt.date) -> Bins:
    """The last six stretches of seven days before ``end``, and those 52 weeks earlier.

    Of a period that is still running, the last six weeks up to the moment looked from.
    """
    end = min(end, line.here.date() + dt.timedelta(days=1))
    days = [end - dt.timedelta(days=DAYS_OF_WEEK * k) for k in range(WEEKS_SHOWN, -1, -1)]
    return _bins(line, measured, days, [day - YEAR_OF_WEEKS for day in days])


def months(line: Timeline, measured: RateMeasure, end: dt.date) -> Bins:
    """The last thirteen months before ``end``, and those a year earlier."""
    days = months_back(end, MONTHS_SHOWN)
    year_before = [add_months(end, -k - MONTHS_A_YEAR) for k in range(MONTHS_SHOWN, -1, -1)]
    return _bins(line, measured, days, year_before)


def months_back(end: dt.date, count: int) -> list[dt.date]:
    """The first days of the ``count`` months before ``end``, and ``end``, in order."""
    return [add_months(end, -k) for k in range(count, -1, -1)]


def counts_between(
    line: Timeline, measured: RateMeasure, edges: list[dt.date]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Incidents in each stretch between neighbouring days, and its length as far as passed."""
    stretches = list(itertools.pairwise(edges))
    counts = [measured.count(line.span(start, end)) for start, end in stretches]
    days = [line.days(start, end) for start, end in stretches]
    return np.array(counts, np.int64), np.array(days, np.float64)


def _bins(
    line: Timeline, measured: RateMeasure, edges: list[dt.date], year_before: list[dt.date]
) -> Bins:
    counts, days = counts_between(line, measured, edges)
    then, _ = counts_between(line, measured, year_before)
    recorded = np.array([start >= line.opened for start in year_before[:-1]])
    return Bins(
        starts=np.array(edges[:-1], "datetime64[D]"),
        days=days,
        counts=counts,
        year_before=np.where(recorded, then, np.nan),
    )
