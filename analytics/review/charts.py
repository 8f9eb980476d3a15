"""What watches a review over time: control charts whose limits the period under review cannot move.

Limits come from the 24 months before the period; where the records do not reach so far, from at
least 20. The charts of one page look at dozens of points, and clustered counts send one of them
beyond any symmetrical limit in every third company in which nothing changes. So on this page a
chart locates and does not claim: a signal may be coloured only where the question about the same
thing was answered "rose" or "fell", and in that direction. All signals stay on the pages that
watch.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.calendar import (
    DAYS_OF_WEEK,
    MONTHS_A_YEAR,
    Break,
    Datetimes,
    Period,
    add_months,
    bounds,
    first_points,
)
from analytics.clocks import Mask
from analytics.recorded import records_begin
from analytics.review.claims import Claim, Verdict
from analytics.review.periods import Side, Timeline
from analytics.review.rates import RateMeasure
from analytics.review.time import TimeMeasure
from analytics.selection import View
from analytics.surveillance import (
    MOST_BASELINE,
    Chart,
    Signal,
    baseline_before,
    t_chart,
    u_chart,
    xmr,
)

# Six weeks and thirteen months on one axis, with the year before: the recent past at two scales.
#
# Both windows end with the period under review, the weeks of a running one with today. The
# classical window of an operations review: weeks are short enough for detail, thirteen months hold
# a season and its return.

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

    starts: Datetimes
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


#: With fewer a month a chart of counts has no lower limit; the time between them has.
RARE_BELOW = 3.0
MONTH_DAYS = 365.25 / MONTHS_A_YEAR

Kind = Literal["u", "t", "xmr"]


@dataclass(frozen=True)
class PageChart:
    """A control chart on a review.

    Attributes:
        kind: ``u`` (incidents per day), ``t`` (days from one to the next) or ``xmr`` (seconds).
        chart: values, limits and every rule that fired.
        at: day of each point: the first of its month, or that of the event that ends a gap.
        in_period: signals that fired within the period under review.
        coloured: those of them that the page may colour: they say what a claim of the page says.
    """

    kind: Kind
    chart: Chart
    at: Datetimes
    in_period: tuple[Signal, ...]
    coloured: tuple[Signal, ...]


@dataclass(frozen=True)
class Watch:
    """What all charts of a review share."""

    line: Timeline
    now: Side
    breaks: Sequence[Break]

    def month_edges(self) -> list[dt.date]:
        """The months of the chart: 24 before the period and its own, as far as wholly recorded.

        Records that begin within the last month leave a single edge and no month.
        """
        return month_edges(self.now.start, self.now.end, opened=self.line.opened)

    def baseline(self, at: Datetimes) -> int:
        """Points that limits come from: those before the period, 20 to 24 of them."""
        return baseline_before(at, self.now.start)

    def framed(self, kind: Kind, chart: Chart, at: Datetimes, claim: Claim) -> PageChart:
        """The chart with the signals that fall into the period, and those that may be coloured."""
        first = int(np.searchsorted(at, np.datetime64(self.now.start)))
        in_period = tuple(signal for signal in chart.signals if signal.index >= first)
        # A longer time from one to the next is a lower rate.
        up, down = ("down", "up") if kind == "t" else ("up", "down")
        direction = {Verdict.ROSE: up, Verdict.FELL: down}.get(claim.verdict)
        coloured = tuple(signal for signal in in_period if signal.direction == direction)
        return PageChart(kind, chart, at, in_period, coloured)


def month_edges(start: dt.date, end: dt.date, *, opened: dt.date) -> list[dt.date]:
    """The months of a chart of a period, and its end, as far as wholly recorded."""
    own = max(1, round((end - start).days / MONTH_DAYS))
    return [edge for edge in months_back(end, MOST_BASELINE + own) if edge >= opened]


def limits_for(view: View, at: Datetimes, period: Period) -> tuple[list[int], int]:
    """Where the months begin from which limits of a period come, and how many of them do.

    So that a chart of all months has, from there on, the limits that the review draws.

    Args:
        view: what is charted.
        at: first day of each month with a point.
        period: the one under review.
    """
    start, end = bounds(period)
    opened = records_begin(view.history, teams=view.scope.teams)
    edges = month_edges(start, end, opened=opened)
    first = int(np.searchsorted(at, np.datetime64(edges[0], "D"))) if edges else 0
    return [first], baseline_before(at[first:], start)


def rate_chart(watch: Watch, claim: Claim, measured: RateMeasure, members: Mask) -> PageChart:
    """Months of common incidents, or the times between rare ones, of a timeline's ``members``."""
    edges = watch.month_edges()
    counts, days = counts_between(watch.line, measured, edges)
    at = np.array(edges[:-1], "datetime64[D]")
    before = at < np.datetime64(watch.now.start)
    if counts[before].sum() < RARE_BELOW * before.sum():
        return _times_between(watch, claim, measured, members)
    passed = days > 0
    counts, days, at = counts[passed], days[passed], at[passed]
    found = u_chart(
        counts, days, baseline=watch.baseline(at), breaks=first_points(at, watch.breaks)
    )
    return watch.framed("u", found.chart, at, claim)


def time_chart(watch: Watch, claim: Claim, measured: TimeMeasure) -> PageChart:
    """Monthly geometric means on a chart of their logs; a month without any has no point."""
    edges = watch.month_edges()
    spans = (watch.line.span(start, end) for start, end in itertools.pairwise(edges))
    means = [measured.typical(span).estimate for span in spans]
    there = np.array([mean is not None for mean in means], dtype=bool)
    at = np.array(edges[:-1], "datetime64[D]")[there]
    values = np.array([mean for mean in means if mean is not None], np.float64)
    chart = xmr(
        values, log=True, baseline=watch.baseline(at), breaks=first_points(at, watch.breaks)
    )
    return watch.framed("xmr", chart, at, claim)


def _times_between(watch: Watch, claim: Claim, measured: RateMeasure, members: Mask) -> PageChart:
    """The 24 gaps before the period and those in it."""
    now = watch.now.span
    events = watch.line.when[: now.stop][members[: now.stop]]
    events = events[-(MOST_BASELINE + 1 + measured.count(now)) :]
    gaps = np.diff(events) / np.timedelta64(1, "D")
    at = events[1:].astype("datetime64[D]")
    chart = t_chart(
        gaps,
        since_last=_since_last(watch, events),
        baseline=watch.baseline(at),
        breaks=first_points(events[:-1].astype("datetime64[D]"), watch.breaks),
    )
    return watch.framed("t", chart, at, claim)


def _since_last(watch: Watch, events: Datetimes) -> float | None:
    until = min(np.datetime64(watch.now.end, "s"), np.datetime64(watch.line.here, "s"))
    return float((until - events[-1]) / np.timedelta64(1, "D")) if len(events) else None
