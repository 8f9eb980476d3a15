"""The time that a clock of an export names, in ISO 8601."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

#: A day, and what may follow it: a time of day, a zone by its offset or as "UTC".
ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,12})?)?"
    r"[ ]?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)
UTC_NAMES = frozenset(("Z", "UTC", "GMT"))
#: Numbers from here on are milliseconds; as seconds they would be the year 5138.
MILLISECONDS_FROM = 100_000_000_000
#: Numbers below are no time since 1970 that an export of a tool could hold.
SECONDS_FROM = 631_152_000


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as the export has it, before its notation is read.

    Attributes:
        written: a text or a number of seconds or milliseconds since 1970.
        said: where it stands and what it is, in words.
        estimated: whether it is only near the time that is meant.
        seconds: to be added to it.
        zone: of a time that names none: an offset such as ``Z``; empty where nothing is known.
    """

    written: Any
    said: str
    estimated: bool = False
    seconds: float = 0
    zone: str = ""


def written_time(clock: Clock) -> Any:
    """The time in ISO 8601; just as the tool has it where its notation is not known here."""
    moment = _moment(clock.written)
    if moment is None:
        return clock.written
    if isinstance(moment, dt.datetime):
        if moment.tzinfo is None and clock.zone:
            moment = moment.replace(tzinfo=dt.UTC)
        try:
            moment += dt.timedelta(seconds=clock.seconds)
        except OverflowError:
            return clock.written
    return moment.isoformat()


def _moment(written: Any) -> dt.datetime | dt.date | None:
    if isinstance(written, int | float):
        return _since_1970(written)
    text = str(written).strip()
    if text.isdecimal() and len(text) in (10, 13):
        return _since_1970(int(text))
    match = ISO.fullmatch(text[:60])
    if match is None:
        return None
    day, time, zone = match.groups()
    try:
        if time is None:
            return dt.date.fromisoformat(day)
        offset = "+00:00" if zone in UTC_NAMES else zone or ""
        return dt.datetime.fromisoformat(f"{day}T{time}{offset}")
    except ValueError:
        return None


def _since_1970(number: float) -> dt.datetime | None:
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    if not SECONDS_FROM <= seconds < MILLISECONDS_FROM / 10:
        return None
    return dt.datetime.fromtimestamp(int(seconds), tz=dt.UTC)
