"""The calendar of a review: the periods that a reader may ask for by name.

All periods are half open (``end`` is the first day after) and in UTC, so that months never overlap
and no month is taken for the one of another year.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.frames import CLOCKS, UTC, History, began_at
from analytics.units import DAY

# When did each incident begin and when was it over, as exactly as that is known?

Times = npt.NDArray[np.datetime64]

#: A clock known to the day could have struck at any of its seconds.
REST_OF_DAY = np.timedelta64(DAY - 1, "s")
#: A time without a zone is read as UTC and may have been written where the day is further on.
FURTHEST_ZONE = dt.timedelta(hours=14)


@dataclass(frozen=True)
class Moments:
    """When each incident began and was over, by position.

    Attributes:
        began: first moment it can have begun.
        began_until: last moment it can have begun: the end of the day where only that is known.
        over: when it was resolved, else the last time it has; NaT while open and where unknown.
    """

    began: Times
    began_until: Times
    over: Times


def moments_of(incidents: pd.DataFrame) -> Moments:
    """When each incident began and was over, with what is known of their precision."""
    began = _times(incidents["began_at"])
    coarse = np.zeros(len(incidents), dtype=bool)
    day_bits = incidents["day_clocks"].to_numpy()
    for bit, clock in reversed(tuple(enumerate(CLOCKS))):
        struck = _times(incidents[clock]) == began
        coarse = np.where(struck, (day_bits >> bit) & 1 != 0, coarse)
    clocks = [clock for clock in CLOCKS if clock != "postmortem_published_at"]
    last_known = _times(incidents[clocks].max(axis=1))
    resolved = _times(incidents["resolved_at"])
    over = np.where(np.isnat(resolved), last_known, resolved)
    still_open = (incidents["status"] == "open").to_numpy() & np.isnat(resolved)
    over[still_open] = np.datetime64("NaT")
    return Moments(began, np.where(coarse, began + REST_OF_DAY, began), over)


def without_future(history: History, *, now: dt.datetime) -> History:
    """The history without the clocks that cannot have struck yet, which ``future_clocks`` keep.

    A slip of the year in one record would be more hours of impact than all others have together,
    and a record of a year to come many empty months.

    Args:
        now: naive UTC.
    """
    latest = np.datetime64(now + FURTHEST_ZONE, "s")
    incidents = history.incidents
    ahead = {clock: (incidents[clock] > latest).to_numpy() for clock in CLOCKS}
    if not any(marks.any() for marks in ahead.values()):
        return history
    bits = sum(marks.astype(np.int16) << bit for bit, marks in enumerate(ahead.values()))
    cleared = {clock: incidents[clock].mask(marks) for clock, marks in ahead.items()}
    incidents = incidents.assign(future_clocks=bits, **cleared)
    began = began_at(incidents)
    return replace(history, incidents=incidents.assign(began_at=began, period_at=began))


def _times(column: pd.Series) -> Times:
    return column.to_numpy().astype("datetime64[s]")


# The zone that readers see: which day and which month a moment belongs to.
#
# Clocks stay in UTC, so that a duration is right in the night of a clock change. What decides the
# period of an incident, ``period_at``, is the reader's own time, and so is every edge of a day, of
# a week and of a month. A clock that is known to the day only names a day of a calendar, and stays
# that day.


def in_zone(history: History, zone: str) -> History:
    """The history with its periods counted in a zone.

    Args:
        zone: a name such as ``Europe/Berlin``.
    """
    if zone == UTC:
        period = history.incidents["began_at"]
        return replace(history, zone=zone, incidents=history.incidents.assign(period_at=period))
    began = history.incidents["began_at"]
    moments = moments_of(history.incidents)
    day_only = moments.began_until - moments.began == REST_OF_DAY
    local = began.dt.tz_localize(UTC).dt.tz_convert(zone).dt.tz_localize(None)
    period = local.where(~day_only, began).astype("datetime64[s]")
    return replace(history, zone=zone, incidents=history.incidents.assign(period_at=period))


# Which week, month or quarter does a moment fall into, and when does that one begin?
#
# Periods are numbered through, so that a gap is a period with nothing in it and January of one
# year never meets January of the next.

Every = Literal["week", "month", "quarter", "year"]
Datetimes = npt.NDArray[np.datetime64]
Ordinals = npt.NDArray[np.int64]

#: Months of the periods that are made of months.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS_OF_WEEK = 7
#: Days from the Monday before 1 January 1970, a Thursday, to that day.
MONDAY_BEFORE_EPOCH = 3


def ordinals(moments: Datetimes, every: Every) -> Ordinals:
    """The number of the period that each moment falls into, weeks beginning on Monday.

    Args:
        moments: naive UTC times, none of them NaT.
        every: length of a period.
    """
    if every == "week":
        days = moments.astype("datetime64[D]").astype(np.int64)
        return (days + MONDAY_BEFORE_EPOCH) // DAYS_OF_WEEK
    return moments.astype("datetime64[M]").astype(np.int64) // MONTHS[every]


def starts(numbers: Ordinals, every: Every) -> Datetimes:
    """The first day of each numbered period."""
    if every == "week":
        days = numbers * DAYS_OF_WEEK - MONDAY_BEFORE_EPOCH
        return days.astype("datetime64[D]")
    return (numbers * MONTHS[every]).astype("datetime64[M]").astype("datetime64[D]")


def run(numbers: Ordinals) -> Ordinals:
    """All periods from the first to the last of ``numbers``, the empty ones between them too."""
    if len(numbers) == 0:
        return np.empty(0, dtype=np.int64)
    return np.arange(numbers.min(), numbers.max() + 1)


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


# Which two periods does a page set side by side when the reader asks what changed?
#
# The period under review stands beside the twelve months before it, on every page: a year holds
# each season once, and four times the incidents let a smaller change be seen.


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


# When did something else begin, so that the numbers before and after measure different things?
#
# A new severity scheme, a change of reporting policy, a merger: the reader marks the day and says
# why. Nothing is tested across such a day, and charts begin anew at it.


@dataclass(frozen=True, slots=True)
class Break:
    """A day marked by the reader.

    Attributes:
        at: first day (UTC) on which the new state of things holds.
        note: why, in the reader's words.
    """

    at: dt.date
    note: str


def between(breaks: Sequence[Break], start: dt.date, end: dt.date) -> str:
    """The notes of the breaks that part a stretch of days in two, in order; empty if none does.

    A break on ``start`` itself parts nothing: all of the stretch comes after it.

    Args:
        breaks: those that the reader has marked, in any order.
        start: first day.
        end: first day after.
    """
    parting = sorted((each for each in breaks if start < each.at < end), key=lambda each: each.at)
    return "; ".join(f"{each.note} ({each.at.isoformat()})" for each in parting)


def last_before(breaks: Sequence[Break], day: dt.date) -> dt.date | None:
    """The day of the latest break on or before ``day``, None if there is none."""
    return max((each.at for each in breaks if each.at <= day), default=None)


def first_points(starts: Datetimes, breaks: Sequence[Break]) -> list[int]:
    """Of a series, the points with which something else begins: the first to start after a break.

    A point whose time holds a break measures some of both. It stays with what was before: there it
    is one odd point beside the mark of the break, while among the first of the new it would be in
    the limits for good.

    Args:
        starts: when the time of each point starts, in order.
        breaks: those that the reader has marked, in any order.
    """
    days = np.array([each.at for each in breaks], dtype="datetime64[D]")
    found = np.searchsorted(starts, days)
    return sorted({int(place) for place in found if 0 < place < len(starts)})
