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
    last_full_quarter,
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


def period_pair(scope: Scope, today: dt.date) -> PeriodPair:
    """The period in ``scope`` and the one before; an open end is tomorrow, an open start no choice.

    Args:
        scope: the reader's filters.
        today: the day looked from.
    """
    if scope.start is None:
        return _last_full_quarter(today)
    end = scope.end or today + dt.timedelta(days=1)
    if end <= scope.start:
        return _last_full_quarter(today)
    start = start_of_the_one_before(scope.start, end)
    return PeriodPair(
        before=Period(JUST_BEFORE, start, scope.start),
        after=Period("this period", scope.start, end),
    )


def _last_full_quarter(today: dt.date) -> PeriodPair:
    last = last_full_quarter(today)
    assert last.start is not None
    year_before = add_months(last.start, -MONTHS_A_YEAR)
    return PeriodPair(before=Period("the 12 months before", year_before, last.start), after=last)
