"""Which two periods does a page set side by side when the reader asks what changed?

A chosen period stands beside the one just before it, as long as itself. Where none is chosen, the
last full quarter stands beside the twelve months before: a year holds each season once, and four
times the incidents let a smaller change be seen.
"""

import datetime as dt
from dataclasses import dataclass

from analytics.calendar import (
    MONTHS_A_YEAR,
    Period,
    add_months,
    bounds,
    start_of_the_one_before,
)
from analytics.selection import Scope

#: Name of the period that stands beside a chosen one.
JUST_BEFORE = "the period before"


@dataclass(frozen=True, slots=True)
class PeriodPair:
    """Two periods that share no day; both have a start and an end."""

    before: Period
    after: Period

    @property
    def is_chosen(self) -> bool:
        """Whether the reader chose the later one, so that the one just before stands beside it."""
        return self.before.name == JUST_BEFORE


def period_pair(scope: Scope, today: dt.date, *, latest: Period) -> PeriodPair:
    """The period in ``scope`` and the one before; an open end is tomorrow, an open start no choice.

    Args:
        scope: the reader's filters.
        today: the day looked from.
        latest: what is taken where nothing is chosen
            (:func:`~analytics.recorded.last_told_quarter`).
    """
    if scope.start is None:
        return _beside_its_year(latest)
    end = scope.end or today + dt.timedelta(days=1)
    if end <= scope.start:
        return _beside_its_year(latest)
    start = start_of_the_one_before(scope.start, end)
    return PeriodPair(
        before=Period(JUST_BEFORE, start, scope.start),
        after=Period("this period", scope.start, end),
    )


def _beside_its_year(latest: Period) -> PeriodPair:
    start, _ = bounds(latest)
    year_before = add_months(start, -MONTHS_A_YEAR)
    return PeriodPair(before=Period("the 12 months before", year_before, start), after=latest)
