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
        zone_assumed: whether it named no zone and the default was taken.
    """

    at: dt.datetime
    day_only: bool = False
    zone_assumed: bool = False


def parse_moment(value: object, *, zone: dt.tzinfo = dt.UTC) -> Moment:
    """The moment that ``value`` names.

    Args:
        value: an ISO 8601 text, a datetime or a date.
        zone: taken where the value names none.

    Raises:
        ValueError: in words, why it is no usable time.
    """
    if isinstance(value, dt.datetime):
        return _moment(value, day_only=False, zone=zone)
    if isinstance(value, dt.date):
        return _moment(dt.datetime(value.year, value.month, value.day), day_only=True, zone=zone)
    if not isinstance(value, str):
        raise ValueError("is not a time; write it like 2024-05-01T14:03:00Z")
    text = value.strip()
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_why_no_time(str(error))) from None
    return _moment(parsed, day_only=len(text) <= DATE_LENGTH, zone=zone)


def parse_day(value: object) -> dt.date:
    """The calendar day that ``value`` names; a time of day is dropped.

    Raises:
        ValueError: in words, why it is no usable date.
    """
    return parse_moment(value).at.date()


def written(at: dt.datetime, *, day_only: bool = False) -> str:
    """A UTC moment in the notation that :func:`parse_moment` reads back unchanged."""
    return at.date().isoformat() if day_only else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _why_no_time(fault: str) -> str:
    """What to tell of a text that cannot be read, by what Python says of it."""
    if fault.startswith("Invalid isoformat"):
        return "is not an ISO 8601 time such as 2024-05-01T14:03:00Z"
    return f"names no time that there is: {fault}"


def _moment(value: dt.datetime, *, day_only: bool, zone: dt.tzinfo) -> Moment:
    naive = value.tzinfo is None
    # A bare date stays the day it names whatever the zone: shifting it could name the day before.
    at = value.replace(tzinfo=dt.UTC if day_only else zone) if naive else value
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
