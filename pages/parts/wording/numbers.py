"""Numbers for people: durations, counts, shares and dates as a reader says them.

An unknown figure is never printed as 0: every function here takes None (or an answer without an
estimate) and says in words that it is unknown, and why.
"""

import datetime as dt
import math
import re
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from analytics.answer import Answer
from analytics.units import DAY, HOUR, MINUTE, WEEK

#: From here on days read better than hours, and from there weeks better than days.
DAYS_FROM, WEEKS_FROM = 2 * DAY, 8 * WEEK
#: Shown where there is nothing to show; never an empty cell that could be read as zero.
NOT_KNOWN = "not known"
DASH = "–"
#: The zone of this run of a page.
_ZONE: ContextVar[ZoneInfo] = ContextVar("zone", default=ZoneInfo("UTC"))  # noqa: B039 - immutable
#: From where on a count is said in so many, with their letter: what rounds to 1000.0 k is 1.0 M.
BIG = ((999_950, 1e6, "M"), (9_999.5, 1e3, "k"))


def duration(seconds: float | None) -> str:
    """``8040`` as ``2 h 14 min``; None as "not known"."""
    if seconds is None or math.isnan(seconds):
        return NOT_KNOWN
    if seconds < 0:
        return f"−{duration(-seconds)}"
    if seconds < MINUTE:
        return "under 1 min" if seconds else "0 min"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min" if seconds < HOUR - MINUTE / 2 else "1 h"
    if seconds < DAYS_FROM - MINUTE / 2:
        return _two_units(seconds, HOUR, "h", MINUTE, "min")
    if seconds < WEEKS_FROM - HOUR / 2:
        return _two_units(seconds, DAY, "d", HOUR, "h")
    return f"{seconds / WEEK:.0f} weeks"


def count(number: float | None) -> str:
    """``1234`` as ``1,234`` and from ten thousand on ``12.3 k``; None as "not known"."""
    if number is None or math.isnan(number):
        return NOT_KNOWN
    for least, size, letter in BIG:
        if abs(number) >= least:
            return f"{number / size:.1f} {letter}"
    if 0 < number < 0.05:
        return "under 0.1"
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def percent(share: float | None) -> str:
    """``0.226`` as ``23 %``; a share that rounds to 0 or 100 but is neither says so."""
    if share is None or math.isnan(share):
        return NOT_KNOWN
    rounded = f"{100 * share:.0f}"
    if rounded == "0" and share > 0:
        return "under 1 %"
    if rounded == "100" and share < 1:
        return "over 99 %"
    return f"{rounded} %"


def p_words(p: float) -> str:
    """``0.0231`` as ``p = 0.023``; a tiny one as "p under 0.001", since none is zero."""
    return "p under 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def share_of(part: int, answer: Answer) -> str:
    """A share with its counts and interval: ``7 of 31 (23 %, 11 to 40)``."""
    if answer.estimate is None:
        return answer.reason
    text = f"{part:,} of {answer.n:,} ({percent(answer.estimate)}"
    if answer.low is not None and answer.high is not None:
        text += f", {100 * answer.low:.0f} to {100 * answer.high:.0f}"
    return text + ")"


def duration_answer(answer: Answer) -> str:
    """A duration with its interval: ``1 h 32 min (1 h 5 min to 2 h 10 min)``, or the reason."""
    if answer.estimate is None:
        return answer.reason
    text = duration(answer.estimate)
    if answer.low is None and answer.high is None:
        return text
    return f"{text} ({interval(answer)})"


def exactly(answer: Answer) -> str:
    """A duration to the second, to be held against another's: ``1 h 3 min 20 s``, or the reason."""
    if answer.estimate is None:
        return answer.reason
    minutes, seconds = divmod(round(answer.estimate), MINUTE)
    hours, minutes = divmod(minutes, HOUR // MINUTE)
    return f"{hours:,} h {minutes} min {seconds} s" if hours else f"{minutes} min {seconds} s"


def interval(answer: Answer) -> str:
    """The interval of a duration in words; an open end is said, not left blank."""
    low = duration(answer.low) if answer.low is not None else "?"
    high = duration(answer.high) if answer.high is not None else "not bounded above"
    return f"{low} to {high}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """``1 incident``, ``2 incidents``, ``1,204 incidents``."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def show_zone(name: str) -> None:
    """From now on, in this run of a page, moments are said in a zone."""
    _ZONE.set(ZoneInfo(name))


def zone_name() -> str:
    """The zone that moments are said in."""
    return _ZONE.get().key


def seen(moment: dt.datetime) -> dt.datetime:
    """A moment as the reader's clock shows it; a naive one does already."""
    return moment if moment.tzinfo is None else moment.astimezone(_ZONE.get()).replace(tzinfo=None)


def day(moment: dt.datetime | dt.date | None) -> str:
    """A day as ``4 Oct 2026``, that of a moment by the reader's clock; None as "not known"."""
    if moment is None or moment != moment:  # NaT is not equal to itself
        return NOT_KNOWN
    local = seen(moment) if isinstance(moment, dt.datetime) else moment
    return f"{local.day} {local:%b %Y}"


def minute(moment: dt.datetime | None) -> str:
    """A moment as ``4 Oct 2026 18:28 UTC`` by the reader's clock; None as "not known"."""
    if moment is None or moment != moment:
        return NOT_KNOWN
    local = seen(moment)
    return f"{day(local)} {local:%H:%M} {_zone_at(moment)}"


def _zone_at(moment: dt.datetime) -> str:
    """What the reader's zone is called at a moment: ``CET`` in winter, ``CEST`` in summer."""
    zone = _ZONE.get()
    at = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    name = at.strftime("%Z")
    return name if name.isalpha() else f"UTC{at:%z}"


def period(start: dt.date | None, end: dt.date | None) -> str:
    """A period whose ``end`` is excluded: ``1 Jan 2026 to 31 Mar 2026``, or "all time"."""
    if start is None and end is None:
        return "all time"
    last = None if end is None else end - dt.timedelta(days=1)
    if start is None:
        return f"until {day(last)}"
    return f"since {day(start)}" if last is None else f"{day(start)} to {day(last)}"


#: The start of what is drawn as a picture (":smile:", ":material/home:") or as another sign ("->",
#: ">=") even where it is escaped; a word joiner, which has no width, keeps it text.
DRAWN = re.compile(r":(?=[\w+/-]+:)|[-<>=~](?=[-<>=])")


def literal(text: str) -> str:
    """``text`` of a record inside Markdown: shown as it is, never interpreted."""
    text = DRAWN.sub("\\g<0>\u2060", text)
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|$~:&^=\"'" else c for c in text)
    return " ".join(escaped.split())


def _two_units(seconds: float, big: int, big_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(round(seconds / small) * small, big)
    text = f"{whole:.0f} {big_name}"
    return f"{text} {rest / small:.0f} {small_name}" if rest else text
