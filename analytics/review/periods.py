"""Which stretches of time does a review speak of, and what can be said of each?

The period under review is tested against the twelve months before it: a year holds each season
once and four times the incidents of a quarter, so a change has to be smaller to stay unseen. The
period before and the same one a year ago stand beside it for the eye.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.answer import too_few
from analytics.calendar import (
    MONTHS_A_YEAR,
    Break,
    Datetimes,
    Period,
    add_months,
    between,
    last_before,
    quarter,
    start_of_the_one_before,
    year,
)
from analytics.clocks import STEPS, TTM, TTR, Durations, Floats, Mask, measured
from analytics.impact import impact_of
from analytics.recorded import records_begin
from analytics.selection import Rows, View

#: Half a year: with fewer days before the period neither the level nor its usual spread is known.
FEWEST_REFERENCE_DAYS = 180
#: Three years: enough to see what months usually do, and few enough to be of today.
MONTHS = 36
NOT_BEGUN = "the period has not begun"


@dataclass(frozen=True, slots=True)
class Side:
    """One stretch of time.

    Attributes:
        start, end: first day, and first day after.
        days: length in days as far as it has passed and records are kept.
        span: its incidents, as a part of a :class:`Timeline`.
        no_figure: in words, why no figure can be given for it; empty otherwise.
        no_comparison: in words, why the period under review cannot be compared with it.
    """

    start: dt.date
    end: dt.date
    days: float
    span: slice
    no_figure: str
    no_comparison: str

    @property
    def period(self) -> Period:
        """The stretch by name: that of its quarter or year, else its first and last day."""
        for calendar in (quarter(self.start), year(self.start)):
            if (calendar.start, calendar.end) == (self.start, self.end):
                return calendar
        last = self.end - dt.timedelta(days=1)
        return Period(f"{self.start.isoformat()} to {last.isoformat()}", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Sides:
    """The period under review and what it stands beside; claims are tested on ``reference``."""

    now: Side
    reference: Side
    previous: Side
    year_ago: Side


@dataclass(frozen=True, slots=True)
class Looks:
    """The months before the end of a period, and what sets the stretches apart that are compared.

    Attributes:
        edges: first days of the months, and the day after the last.
        asked: the months of the period.
        before: those wholly before it; the period may begin within one that is neither.
        year, line: columns for :func:`analytics.statistics.serial.shifts`; empty where the
            months do not reach.
    """

    edges: tuple[dt.date, ...]
    asked: Mask
    before: Mask
    year: tuple[Floats, ...]
    line: tuple[Floats, ...]


def _looks(edges: list[dt.date], start: dt.date) -> Looks:
    starts, stops = (np.array(part, "datetime64[D]") for part in (edges[:-1], edges[1:]))
    n = len(starts)
    last = (np.arange(n) >= n - MONTHS_A_YEAR).astype(np.float64)
    earlier = (np.arange(n) < n - 2 * MONTHS_A_YEAR).astype(np.float64)
    along = np.linspace(0.0, 1.0, n) if n else np.zeros(0)
    two_years = n >= 2 * MONTHS_A_YEAR
    return Looks(
        edges=tuple(edges),
        asked=starts >= np.datetime64(start),
        before=stops <= np.datetime64(start),
        year=_columns(earlier, last) if two_years else (),
        line=(along,) if two_years else (),
    )


def _columns(other: Floats, contrast: Floats) -> tuple[Floats, ...]:
    if not 0 < contrast.sum() < len(contrast):
        return ()
    return (other, contrast) if other.any() else (contrast,)


@dataclass(frozen=True)
class Timeline:
    """The dated incidents of a scope, in order of time.

    Attributes:
        view: the scope over all time.
        rows: positions of the dated incidents.
        when: their times.
        opened: first day of which records are known to be kept
            (:func:`~analytics.recorded.records_begin`); before it, none is not zero.
        level_since: day from which the usual spread is taken: the last break before the period,
            else ``opened``.
        as_of: naive UTC moment looked from; nothing after it counts.
        here: the same moment by the reader's clock, as ``when`` is.
    """

    view: View
    rows: Rows
    when: Datetimes
    opened: dt.date
    level_since: dt.date
    as_of: dt.datetime
    here: dt.datetime
    _places: dict[dt.date, int] = field(default_factory=dict, init=False, repr=False)
    _days: dict[tuple[dt.date, dt.date], float] = field(
        default_factory=dict, init=False, repr=False
    )
    _looks: dict[tuple[dt.date, dt.date], Looks] = field(
        default_factory=dict, init=False, repr=False
    )

    def span(self, start: dt.date, end: dt.date) -> slice:
        """The incidents from ``start`` to before ``end``, as far as it has passed."""
        first = self._place(start)
        passed = dt.datetime.combine(end, dt.time()) <= self.here
        return slice(first, max(first, self._place(end) if passed else self._now))

    def _place(self, day: dt.date) -> int:
        if day not in self._places:
            self._places[day] = int(np.searchsorted(self.when, np.datetime64(day, "s")))
        return self._places[day]

    @cached_property
    def times(self) -> dict[str, Durations]:
        """The four steps of its incidents by name, in their order."""
        history = self.view.history
        return {
            name: measured(history, step, as_of=self.as_of).part(self.rows)
            for name, step in STEPS.items()
        }

    @cached_property
    def felt(self) -> Durations:
        """How long users felt each of its incidents."""
        return impact_of(self.times[TTM.name], self.times[TTR.name])

    @cached_property
    def _now(self) -> int:
        return int(np.searchsorted(self.when, np.datetime64(self.here, "s")))

    def months(self, end: dt.date) -> list[dt.date]:
        """The first days of the months before ``end``, and ``end``: three years, as far as known.

        Only whole ones within what is recorded and after the last break.
        """
        edges = [add_months(end, -back) for back in range(MONTHS + 1)]
        return [edge for edge in reversed(edges) if edge >= self.level_since]

    def looks(self, now: Side) -> Looks:
        """How the months before the end of a period are compared."""
        key = now.start, now.end
        if key not in self._looks:
            self._looks[key] = _looks(self.months(now.end), now.start)
        return self._looks[key]

    def days(self, start: dt.date, end: dt.date) -> float:
        """Days from ``start`` to ``end``, as far as they have passed."""
        key = start, end
        if key not in self._days:
            until = min(dt.datetime.combine(end, dt.time()), self.here)
            passed = until - dt.datetime.combine(start, dt.time())
            self._days[key] = max(passed / dt.timedelta(days=1), 0.0)
        return self._days[key]


def timeline(
    view: View, *, as_of: dt.datetime, start: dt.date, breaks: Sequence[Break]
) -> Timeline:
    """The incidents of ``view`` in order of time, for a review of a period from ``start`` on."""
    when = view.history.incidents["period_at"].to_numpy()
    mine = when[view.rows]
    dated = ~np.isnat(mine)
    opened = records_begin(view.history, teams=view.scope.teams, otherwise=start)
    broken = last_before(breaks, start)
    level_since = opened if broken is None else max(opened, broken)
    here = view.history.here(as_of)
    return Timeline(view, view.rows[dated], mine[dated], opened, level_since, as_of, here)


def sides(line: Timeline, *, start: dt.date, end: dt.date, breaks: Sequence[Break]) -> Sides:
    """The period from ``start`` to ``end`` with its reference, the one before and a year ago.

    Raises:
        ValueError: the period is empty.
    """
    if start >= end:
        raise ValueError(f"a period needs a day, got {start} to {end}")
    year_before = add_months(start, -MONTHS_A_YEAR)
    # What the records do not reach shortens the reference; a break takes the comparison away.
    began = max(year_before, min(line.opened, start))
    before = start_of_the_one_before(start, end)
    ago_end = add_months(end, -MONTHS_A_YEAR)
    days = line.days(max(start, line.opened), end)
    unrecorded = _begin_on(line) if line.days(start, end) else NOT_BEGUN
    now = Side(
        start=start,
        end=end,
        days=days,
        span=line.span(start, end),
        no_figure="" if days else unrecorded,
        no_comparison="",
    )
    return Sides(
        now=now,
        reference=_side(
            line, began, start, now_end=end, breaks=breaks, fewest_days=FEWEST_REFERENCE_DAYS
        ),
        previous=_side(line, before, start, now_end=end, breaks=breaks),
        year_ago=_side(line, year_before, ago_end, now_end=end, breaks=breaks),
    )


def stretch(line: Timeline, start: dt.date, end: dt.date) -> Side:
    """Any stretch of a timeline; without a figure where records do not reach it."""
    return _side(line, start, end, now_end=end, breaks=())


def _begin_on(line: Timeline) -> str:
    return f"records begin on {line.opened.isoformat()}"


def _side(
    line: Timeline,
    start: dt.date,
    end: dt.date,
    *,
    now_end: dt.date,
    breaks: Sequence[Break],
    fewest_days: int = 0,
) -> Side:
    days = line.days(start, end)
    no_figure = ""
    if days < fewest_days:
        no_figure = too_few(fewest_days, round(days), what="days of records before")
    elif not days:
        no_figure = NOT_BEGUN
    elif start < line.opened:
        no_figure = _begin_on(line)
    return Side(
        start=start,
        end=end,
        days=days,
        span=line.span(start, end),
        no_figure=no_figure,
        no_comparison=between(breaks, start, now_end),
    )
