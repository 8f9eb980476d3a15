"""One moment as a source wrote it: when it was in UTC, and how exactly that is known.

Only ISO 8601 is read here, because every other notation is ambiguous without its column or
document; readers that know more (a column of US dates, a timeline under a date) resolve it first.
"""

import datetime as dt
from dataclasses import dataclass

#: Incidents before the first networks or far in the future are typing errors, not history.
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
#: A bare date: "2024-05-01".
DATE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as far as the source tells it.

    Attributes:
        at: in UTC, to the second; the first second of the day where only the day is known.
        day_only: whether the source gave a date without a time.
        zone_assumed: whether it named no zone and UTC was taken.
    """

    at: dt.datetime
    day_only: bool = False
    zone_assumed: bool = False


def parse_moment(value: object) -> Moment:
    """The moment that ``value`` names, in UTC where it names no zone.

    Args:
        value: an ISO 8601 text, a datetime or a date.

    Raises:
        ValueError: in words, why it is no usable time.
    """
    written, day_only = _as_written(value)
    return _moment(written, day_only=day_only)


def parse_day(value: object) -> dt.date:
    """The calendar day that ``value`` names, in its own zone; a time of day is dropped.

    Raises:
        ValueError: in words, why it is no usable date.
    """
    written, _ = _as_written(value)
    return _moment(written.replace(tzinfo=None), day_only=True).at.date()


def _as_written(value: object) -> tuple[dt.datetime, bool]:
    """The time as the source has it, with its zone if it names one, and whether it is a day."""
    if isinstance(value, dt.datetime):
        return value, False
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day), True
    if not isinstance(value, str):
        raise ValueError("is not a time; write it like 2024-05-01T14:03:00Z")
    text = value.strip()
    try:
        return dt.datetime.fromisoformat(text), len(text) <= DATE_LENGTH
    except ValueError as error:
        raise ValueError(_why_no_time(str(error))) from None


def _why_no_time(fault: str) -> str:
    """What to tell of a text that cannot be read, by what Python says of it."""
    if fault.startswith("Invalid isoformat"):
        return "is not an ISO 8601 time such as 2024-05-01T14:03:00Z"
    return f"names no time that there is: {fault}"


def _moment(value: dt.datetime, *, day_only: bool) -> Moment:
    naive = value.tzinfo is None
    at = value.replace(tzinfo=dt.UTC) if naive else value
    try:
        if at.tzinfo is not dt.UTC:
            at = at.astimezone(dt.UTC)
        if at.microsecond:
            at = at.replace(microsecond=0)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None
    if not EARLIEST <= at < LATEST:
        raise ValueError(f"lies outside {EARLIEST.year} to {LATEST.year}")
    return Moment(at=at, day_only=day_only, zone_assumed=naive and not day_only)
