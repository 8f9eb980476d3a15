"""The calendar of a review: the periods that a reader may ask for by name.

All periods are half open (``end`` is the first day after) and in UTC, so that months never overlap
and no month is taken for the one of another year.
"""

import datetime as dt
from dataclasses import dataclass

ALL_TIME = "All time"
#: Years offered by name; older ones are reached by "All time".
YEARS_OFFERED = 6
QUARTERS_OFFERED = 9
MONTHS_A_YEAR = 12
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days; None for an open end."""

    name: str
    start: dt.date | None
    end: dt.date | None

    @property
    def days(self) -> int | None:
        """Length in days, None for an open one."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).days


def named_periods(today: dt.date) -> list[Period]:
    """The periods that a reader may choose, the widest first.

    Quarters and years are complete calendar ones; the rolling ones end today.
    """
    tomorrow = today + dt.timedelta(days=1)
    this_quarter = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    rolling = [
        Period("Last 90 days", tomorrow - dt.timedelta(days=90), tomorrow),
        Period("Last 12 months", add_months(tomorrow, -MONTHS_A_YEAR), tomorrow),
    ]
    quarters = [quarter(add_months(this_quarter, -3 * back)) for back in range(QUARTERS_OFFERED)]
    years = [year(add_months(today, -MONTHS_A_YEAR * back)) for back in range(YEARS_OFFERED)]
    return [Period(ALL_TIME, None, None), *rolling, *quarters, *years]


def quarter(day: dt.date) -> Period:
    """The calendar quarter that ``day`` lies in."""
    number = (day.month - 1) // 3
    start = dt.date(day.year, 3 * number + 1, 1)
    return Period(f"{day.year} Q{number + 1}", start, add_months(start, 3))


def year(day: dt.date) -> Period:
    """The calendar year that ``day`` lies in."""
    return Period(str(day.year), dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1))


def bounds(period: Period) -> tuple[dt.date, dt.date]:
    """The first day of a period and the one after its last.

    Raises:
        ValueError: an end of it is open.
    """
    if period.start is None or period.end is None:
        raise ValueError("needs a period with a beginning and an end")
    return period.start, period.end


def last_full_quarter(day: dt.date) -> Period:
    """The latest calendar quarter that is over on ``day``."""
    return quarter(add_months(day, -MONTHS_A_QUARTER))


def start_of_the_one_before(start: dt.date, end: dt.date) -> dt.date:
    """First day of the period just before, as long as this one.

    As many calendar months where the period is made of whole ones, else as many days.
    """
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    whole = months > 0 and add_months(start, months) == end
    return add_months(start, -months) if whole else start - (end - start)


def add_months(day: dt.date, months: int) -> dt.date:
    """``day`` moved by calendar months; the day of the month is kept where the month has it."""
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_A_YEAR)
    first = dt.date(year, month + 1, 1)
    following = dt.date(year + (month == 11), (month + 1) % MONTHS_A_YEAR + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
