"""One home for times: how a source wrote one, and when that was.

``parse_moment`` reads ISO 8601 alone, for what is checked in the end. Readers turn what people
write into that: ``read_moment`` a text that is a time, ``moments_in`` the times in a sentence. No
clock is guessed: a day that no text names, an order of day and month that nothing decides and a
zone of several meanings stay open.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from data import words
from data.notations import Clock, Date, DayOrder, Token, plain_digits, tokens
from data.notations import read_duration as read_duration
from data.zones import NONE as NONE
from data.zones import OFFSET, Zone, shifted, zone_at
from data.zones import hints_in as hints_in
from data.zones import zone_of as zone_of

#: Incidents before the first networks or far in the future are typing errors, not history.
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
EXAMPLE = "write it like 2024-05-01T14:03:00Z"
#: Digits beyond these make no epoch.
LAST_DIGIT = 25
#: A bare date: "2024-05-01".
DATE_LENGTH = 10
#: No notation of a time takes more, remarks included.
#: Days that share their year: "May 26 - 27th, 2018", "2026-09-06 / 09-07".
DAYS = re.compile(
    r"(?<![\w-])(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\s?(?:/|–|to)\s?\d\d(?:-\d\d)?(?![\d:-])"
    r"|\b(?P<first>[^\W\d]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?)\s?(?:[-–/]|to|and)\s?"
    r"(?:[^\W\d]{3,9}\.? )?\d{1,2}(?:st|nd|rd|th)?(?P<year>,? (?:19|20)\d\d)\b"
)
LONGEST_MOMENT = 200
#: What stands further behind in one paragraph is no time of interest.
LONGEST_SENTENCE = 20_000
#: What may stand between a time of day and its zone.
BEFORE_ZONE = re.compile(r"[\s*_`]{0,4}[(\[]?\s?")
YEAR_BEHIND = re.compile(r"\s((?:19|20|21)\d\d)(?![\d:])")
NOON = 12
LAST_YEAR = 9998
#: Between a date and its time of day stands no sentence.
LONGEST_GAP = 24
#: "from 12:00 (maybe before) to 17:55"
ASIDE = re.compile(r"\s?\([^()\d]{1,40}\)")
#: Words behind a time that name no zone one could know.
LOCAL = frozenset(
    {"local", "local time", "ortszeit", "hora local", "heure locale", "uhr", "h", "hrs"}
)
#: Epochs by their size, from seconds to nanoseconds: what a number must be divided by.
EPOCHS = ((10**8, 1), (10**11, 1_000), (10**14, 1_000_000), (10**17, 1_000_000_000))
LAST_EPOCH = 10**19
#: The day before the first that spreadsheets count, with the leap year that never was.
SERIAL_ZERO = dt.datetime(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 25_569, 109_575  # 1970 and 2200
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as far as the source tells it.

    Attributes:
        at: in UTC, to the second; the first second of the day where only the day is known.
        day_only: whether the source gave a date without a time.
        zone_assumed: whether it named no zone, so that one was taken for it.
        doubt: what the night of a clock change makes of it in that zone.
        second: the later of the two moments that a clock shows twice, of which ``at`` is the first.
    """

    at: dt.datetime
    day_only: bool = False
    zone_assumed: bool = False
    doubt: "Doubt | None" = None
    second: dt.datetime | None = None


class OrderOpen(ValueError):
    """A date may have its day or its month first, and nothing says which."""


class Doubt(Enum):
    """Why a time of day without a zone is not certain in one whose clocks change."""

    TWICE = "stands on the clock twice in the night of a clock change; the first is taken"
    SECOND = (
        "stands on the clock twice in the night of a clock change; the second is taken, as the "
        "first is before the start"
    )
    NEVER = "is skipped in the night of a clock change; it is taken as if clocks had not changed"


@dataclass(frozen=True, slots=True)
class Written:
    """A time as a text has it, as far as the text alone tells.

    Attributes:
        day: None where none is written, or not enough of it to know which.
        clock: the time of day; None where only a day is written.
        zone: None where none is named.
        date: the date as it stands, which may lack its year or the order of its numbers.
        start: where it begins in the text.
        end: where it ends.
        half: whether the time of day says which half of the day it means.
        ends: whether it ends a range that the time before it begins.
    """

    day: dt.date | None
    clock: dt.time | None
    zone: Zone | None
    date: Date | None
    start: int
    end: int
    half: bool = False
    ends: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing decides which number of its date is the month."""
        return self.day is None and self.date is not None and self.date.open

    def iso(self, *, day: dt.date | None = None, zone: dt.tzinfo | None = None) -> str:
        """The time in ISO 8601; empty where its day or what its zone means is unknown.

        Args:
            day: its day, where the text names none.
            zone: its zone, where the text names none.
        """
        on = self.day if self.day or self.date else day
        if on is None or (self.zone is not None and self.zone.info is None):
            return ""
        if self.clock is None:
            return on.isoformat()
        info = self.zone.info if self.zone else zone
        return dt.datetime.combine(on, self.clock, tzinfo=info).isoformat()


def parse_moment(
    value: object, *, zone: dt.tzinfo | None = None, day_order: DayOrder | None = None
) -> Moment:
    """The moment that ``value`` names.

    Args:
        value: a text, a datetime or a date; ISO 8601, or a notation that can mean one time only.
        zone: of a time that names none; None takes UTC. A bare day has none.
        day_order: which number of a date such as 03/02/2026 comes first.

    Raises:
        ValueError: in words, why it is no usable time.
    """
    written, day_only = _as_written(value, day_order)
    return _moment(written, day_only=day_only, zone=None if day_only else zone)


def parse_day(value: object, *, day_order: DayOrder | None = None) -> dt.date:
    """The calendar day that ``value`` names, in its own zone; a time of day is dropped.

    Raises:
        ValueError: in words, why it is no usable date.
    """
    written, _ = _as_written(value, day_order)
    return _moment(written.replace(tzinfo=None), day_only=True, zone=None).at.date()


def read_moment(
    text: str,
    *,
    day_order: DayOrder | None = None,
    default_day: dt.date | None = None,
    hints: Mapping[str, dt.tzinfo] = NONE,
) -> Written | None:
    """The time that a text of its own (a cell, a field) is; None if it is none, or says more.

    Args:
        day_order: which number of a date such as 03/02/2026 comes first; None leaves such a date
            without a day unless it can only be read in one way.
        default_day: the day of a time that names none, and the year of a day that names none.
        hints: what ambiguous abbreviations of zones mean.
    """
    text = text[:LONGEST_MOMENT]
    moments = moments_in(text, day_order=day_order, default_day=default_day, hints=hints)
    if not moments or (len(moments) > 1 and "(" not in text[moments[0].end : moments[1].start]):
        return None
    moment = moments[0]
    if not _says_nothing(text[: moment.start]) or not _is_remark(text[moment.end :]):
        return None
    if moment.date is None and default_day is not None:
        return replace(moment, day=default_day)
    return moment


def read_window(
    text: str,
    *,
    day_order: DayOrder | None = None,
    default_day: dt.date | None = None,
    hints: Mapping[str, dt.tzinfo] = NONE,
) -> tuple[Written, Written] | None:
    """The first range of times in a text: "09:14–10:40", "from 9 to 10 AM", "2 → 3 May 2026"."""
    moments = moments_in(text, day_order=day_order, default_day=default_day, hints=hints)
    for first, second in pairwise(moments):
        if second.ends:
            return first, second
    return None


def moments_in(
    text: str,
    *,
    day_order: DayOrder | None = None,
    default_day: dt.date | None = None,
    hints: Mapping[str, dt.tzinfo] = NONE,
) -> list[Written]:
    """Every time in a text, in order; for the arguments see :func:`read_moment`."""
    text = plain_digits(text[:LONGEST_SENTENCE])
    spans = {match.end(): match.start() for match in DAYS.finditer(text)}
    text = DAYS.sub(_first_of_days, text) if spans else text
    joints = _joints(words.current())
    left = list(tokens(text))
    moments: list[Written] = []
    position = 0
    while position < len(left):
        date, clock = _pair(text, left, position, joints)
        position += (date is not None) + (clock is not None)
        moment = _written(text, date, clock, hints)
        if moment.date is not None:
            day = _day(moment.date, day_order=day_order, default_day=default_day)
            moment = replace(moment, day=day)
        while position < len(left) and left[position].start < moment.end:
            position += 1  # an offset such as +02:00 looks like a time of day
        if moments and joints.is_range(text, moments[-1], moment):
            moments[-1], moment = _range(moments[-1], moment)
        moments.append(moment)
    return [replace(m, start=spans.get(m.end, m.start)) for m in moments] if spans else moments


def _first_of_days(match: re.Match[str]) -> str:
    """The first day of a range, as long as the range and at its end, so that positions stay."""
    return (match["iso"] or f"{match['first']}{match['year']}").rjust(len(match[0]))


def day_order_of(texts: Iterable[str]) -> DayOrder | None:
    """Which number of the dates of a column or document comes first; None if nothing decides.

    A number over 12 is a day; where one date says this and another that, nothing is decided.
    """
    orders: set[DayOrder] = set()
    for text in texts:
        for token in tokens(plain_digits(text)):
            if isinstance(token, Date) and token.numbers and max(token.numbers) > NOON:
                first_is_day = token.numbers[0] > NOON
                orders.add(DayOrder.DAY if first_is_day else DayOrder.MONTH)
        if len(orders) > 1:
            return None
    return next(iter(orders), None)


def from_epoch(number: float) -> str:
    """The time of a number of seconds, milli-, micro- or nanoseconds since 1970, by its size.

    Empty where that would lie outside the years of incidents.
    """
    for least, divisor in reversed(EPOCHS if number < LAST_EPOCH else ()):
        if number >= least:
            at = EARLIEST + dt.timedelta(seconds=int(number // divisor))
            return at.isoformat() if at < LATEST else ""
    return ""


def from_serial(number: float) -> str:
    """The time or day of a spreadsheet's serial number, without a zone; empty if it is none."""
    if not FIRST_SERIAL <= number < LAST_SERIAL:
        return ""
    at = SERIAL_ZERO + dt.timedelta(seconds=round(number * DAY_SECONDS))
    return at.isoformat() if number % 1 else at.date().isoformat()


class _Joints:
    """What ties the parts of a time together, as patterns over folded text."""

    def __init__(self, known: words.Words) -> None:
        lead = "|".join(
            known.alternatives(section)
            for section in ("before_times", "between", "about", "weekdays")
        )
        lead = f"(?:{lead})"
        before_day = f"(?:{known.alternatives('before_days')}|{known.alternatives('weekdays')})"
        edge = r"[\s,*_`@|:()\[\]·–—-]{0,4}"
        self.to_clock = re.compile(
            rf"[,*_`@|:()\[\]·~–—-]{{0,4}}(?:{edge}{lead}(?![a-z])){{0,2}}{edge}~?"
        )
        self.to_date = re.compile(rf"[,(]?(?:\s?{before_day}){{0,2}}[\s,]?")
        self.lead = re.compile(rf"(?:{lead}|{before_day})(?![a-z])")
        self.until = re.compile(
            rf"[*_`)]{{0,2}}\s?(?:[-–—~〜→⇒]|-+>|=>|{known.alternatives('until')})"
            rf"\s?(?:{lead}\s?)?[*_`(]{{0,2}}"
        )
        self.both = re.compile(rf"\s?(?:{known.alternatives('and')})\s?")
        self.between = re.compile(rf"(?<![a-z])(?:{known.alternatives('between')})(?![a-z])")

    def is_range(self, text: str, first: Written, second: Written) -> bool:
        """Whether what stands between two times makes them the ends of a range."""
        if first.ends or (first.clock is None) != (second.clock is None):
            return False
        gap = words.fold(ASIDE.sub("", text[first.end : second.start]))
        if self.until.fullmatch(gap):
            return True
        before = words.fold(text[max(0, first.start - LONGEST_GAP) : first.end])
        return bool(self.both.fullmatch(gap) and self.between.search(before))


@lru_cache(maxsize=4)
def _joints(known: words.Words) -> _Joints:
    return _Joints(known)


def _pair(
    text: str, left: list[Token], position: int, joints: _Joints
) -> tuple[Date | None, Clock | None]:
    """The date and time of day that belong together from a token on."""
    token = left[position]
    following = left[position + 1] if position + 1 < len(left) else None
    if isinstance(token, Date):
        joined = isinstance(following, Clock) and _tied(joints.to_clock, text, token, following)
        return token, following if joined and isinstance(following, Clock) else None
    if not isinstance(following, Date):
        return None, token
    zone_end = _zone_behind(text, token, None, NONE)[1]
    gap = text[zone_end : following.start]
    if len(gap) > NOON or not joints.to_date.fullmatch(words.fold(gap)):
        return None, token
    after = left[position + 2] if position + 2 < len(left) else None
    if isinstance(after, Clock) and _tied(joints.to_clock, text, following, after):
        return None, token  # "09:14, 2 May 10:40": the date is that of the second
    return following, token


def _tied(pattern: re.Pattern[str], text: str, first: Token, second: Token) -> bool:
    gap = text[first.end : second.start]
    return len(gap) <= LONGEST_GAP and "\n" not in gap and bool(pattern.fullmatch(words.fold(gap)))


def _written(
    text: str, date: Date | None, clock: Clock | None, hints: Mapping[str, dt.tzinfo]
) -> Written:
    parts = [part for part in (date, clock) if part is not None]
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    if clock is None:
        return Written(None, None, None, date, start, end)
    zone, zone_end = _zone_behind(text, clock, date, hints)
    if zone is None and date is not None and date.start > clock.start:
        zone, zone_end = _named_behind(text, date.end, hints)
    if date and date.year is None and (year := YEAR_BEHIND.match(text, max(end, zone_end))):
        date, zone_end = replace(date, year=int(year[1])), year.end()
    return Written(None, clock.time, zone, date, start, max(end, zone_end), half=clock.half)


def _zone_behind(
    text: str, clock: Clock, date: Date | None, hints: Mapping[str, dt.tzinfo]
) -> tuple[Zone | None, int]:
    """The zone that stands behind a time of day, and where all of it ends."""
    spaced = text[clock.end : clock.end + 1] == " "
    offset = OFFSET.match(text, clock.end + spaced)
    if offset and _is_offset(text, clock, date, offset, spaced=spaced):
        zone = shifted(offset[0], offset["sign"], offset["hours"], offset["minutes"])
        return zone, offset.end()
    if text[clock.end : clock.end + 1] == "Z" and not text[clock.end + 1 : clock.end + 2].isalnum():
        return Zone("Z", dt.UTC), clock.end + 1
    return _named_behind(text, clock.end, hints)


def _named_behind(
    text: str, position: int, hints: Mapping[str, dt.tzinfo]
) -> tuple[Zone | None, int]:
    gap = BEFORE_ZONE.match(text, position)
    start = gap.end() if gap else position
    zone = zone_at(text, start, hints=hints)
    if zone is None:
        return None, position
    return zone[0], zone[1] + (
        text[start - 1 : start] in "([" and text[zone[1] : zone[1] + 1] in ")]"
    )


def _is_offset(
    text: str, clock: Clock, date: Date | None, offset: re.Match[str], *, spaced: bool
) -> bool:
    """Whether "-07:00" behind a time of day is its offset and not the end of a range."""
    if offset["sign"] == "+" or ":" not in offset[0] or text[clock.start - 1 : clock.start] == "T":
        return True
    if spaced:
        return False
    seconds = text.count(":", clock.start, clock.end) > 1
    ends_before = (int(offset["hours"]), int(offset["minutes"])) <= (
        clock.time.hour,
        clock.time.minute,
    )
    return seconds or (date is not None and ends_before)


def _range(first: Written, second: Written) -> tuple[Written, Written]:
    """Two ends of a range, each with what only the other one says."""
    if first.clock and second.half and not first.half and first.clock.hour <= NOON:
        first = replace(first, clock=_in_half(first.clock, second.clock or first.clock), half=True)
    if first.zone is None:
        first = replace(first, zone=second.zone)
    elif second.zone is None:
        second = replace(second, zone=first.zone)
    if first.date is None and second.date is not None:
        first = replace(first, date=second.date, day=second.day)
    elif second.date is None and first.date is not None:
        second = replace(second, date=first.date, day=_day_of_end(first, second))
    return first, replace(second, ends=True)


def _in_half(clock: dt.time, end: dt.time) -> dt.time:
    """A time of day in the half of the day in which a range to ``end`` makes sense."""
    same = clock.replace(hour=clock.hour % NOON + (NOON if end.hour >= NOON else 0))
    return same if same <= end else clock.replace(hour=clock.hour % NOON)


def _day_of_end(first: Written, second: Written) -> dt.date | None:
    if first.day is None or first.clock is None or second.clock is None:
        return first.day
    return first.day + dt.timedelta(days=1) if second.clock < first.clock else first.day


def _day(date: Date, *, day_order: DayOrder | None, default_day: dt.date | None) -> dt.date | None:
    """The day that a date means; None where its year or the order of its numbers is unknown."""
    if date.open and date.numbers:
        if day_order not in (DayOrder.DAY, DayOrder.MONTH):
            return None
        first, second = date.numbers
        month, day = (second, first) if day_order is DayOrder.DAY else (first, second)
        date = replace(date, month=month, day=day)
    if date.year is not None:
        return date.on(date.year)
    if default_day is None:
        return None
    years = (default_day.year + shift for shift in (0, -1, 1) if 1 < default_day.year < LAST_YEAR)
    days = [on for year in years if (on := date.on(year))]
    return min(days, key=lambda on: abs(on - default_day), default=None)


def _says_nothing(before: str) -> bool:
    """Whether what stands before a time adds nothing to it: "about", "Mon,"."""
    folded = words.fold(before)
    joints = _joints(words.current())
    position = 0
    while position < len(folded):
        lead = joints.lead.match(folded, position)
        if lead:
            position = lead.end()
        elif folded[position].isalnum():
            return False
        else:
            position += 1
    return True


def _is_remark(after: str) -> bool:
    """Whether what stands behind a time adds nothing to it: "(estimated)", "approx."."""
    folded = words.fold(after).lstrip(" ,.;*_`)]|~")
    if not folded or folded[0] == "(":
        return True
    return _says_nothing(folded) or folded in LOCAL


def _as_written(value: object, day_order: DayOrder | None) -> tuple[dt.datetime, bool]:
    """The time as the source has it, with its zone if it names one, and whether it is a day."""
    if isinstance(value, dt.datetime):
        return value, False
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day), True
    if not isinstance(value, str):
        raise ValueError(f"is not a time{_as_epoch(value)}; {EXAMPLE}")
    text = value.strip()
    try:
        return dt.datetime.fromisoformat(text), len(text) <= DATE_LENGTH
    except ValueError as error:
        iso = _in_iso(text, day_order)
        if iso:
            return dt.datetime.fromisoformat(iso), len(iso) <= DATE_LENGTH
        raise ValueError(_why_no_time(text, str(error))) from None


def _in_iso(text: str, day_order: DayOrder | None) -> str:
    """A time in another notation in ISO 8601, empty where it is none.

    Raises:
        ValueError: it is one, and could mean several times.
    """
    written = read_moment(text, day_order=day_order)
    if written is None:
        return ""
    if written.is_open:
        raise OrderOpen("may have its day or month first, so it is not read; say which it is")
    if written.zone is not None and written.zone.info is None:
        name = written.zone.name
        raise ValueError(f"is in {name}, which means several zones; write its offset from UTC")
    return written.iso()


def _as_epoch(value: object) -> str:
    """What a bare number would mean, if it counted from 1970; nothing says that it does."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    at = from_epoch(value)
    return f"; counted from 1970 it would be {at}, and nothing says that it is" if at else ""


def _why_no_time(text: str, fault: str) -> str:
    """What to tell of a text that cannot be read, by what Python says of it."""
    if text.isascii() and text.isdigit() and (as_epoch := _as_epoch(int(text[:LAST_DIGIT]))):
        return f"is a number{as_epoch}; {EXAMPLE}"
    if fault.startswith("Invalid isoformat"):
        return "is not an ISO 8601 time such as 2024-05-01T14:03:00Z"
    return f"names no time that there is: {fault}"


def _moment(value: dt.datetime, *, day_only: bool, zone: dt.tzinfo | None) -> Moment:
    naive = value.tzinfo is None
    at = value.replace(tzinfo=zone or dt.UTC) if naive else value
    second = None
    try:
        doubt = _doubt(at) if naive and zone is not None else None
        if doubt is Doubt.TWICE:
            second = at.replace(fold=1, microsecond=0).astimezone(dt.UTC)
        if at.tzinfo is not dt.UTC:
            at = at.astimezone(dt.UTC)
        if at.microsecond:
            at = at.replace(microsecond=0)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None
    if not EARLIEST <= at < LATEST:
        raise ValueError(f"lies outside {EARLIEST.year} to {LATEST.year}")
    return Moment(
        at=at, day_only=day_only, zone_assumed=naive and not day_only, doubt=doubt, second=second
    )


def _doubt(local: dt.datetime) -> Doubt | None:
    """Whether the clocks of a zone show a time twice, or never."""
    first, second = (local.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first is None or second is None or first == second:
        return None
    return Doubt.TWICE if first > second else Doubt.NEVER
