"""Which two periods does a page set side by side when the reader asks what changed?

The period under review stands beside the twelve months before it, on every page: a year holds each
season once, and four times the incidents let a smaller change be seen.
"""

from dataclasses import dataclass

from analytics.calendar import MONTHS_A_YEAR, Period, add_months, bounds


@dataclass(frozen=True, slots=True)
class PeriodPair:
    """Two periods that share no day; both have a start and an end."""

    before: Period
    after: Period


def period_pair(reviewed: Period) -> PeriodPair:
    """The period under review and the year before it.

    Raises:
        ValueError: the period has an open end.
    """
    start, _ = bounds(reviewed)
    year_before = add_months(start, -MONTHS_A_YEAR)
    return PeriodPair(before=Period("the 12 months before", year_before, start), after=reviewed)
