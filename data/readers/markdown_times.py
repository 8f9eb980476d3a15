"""Times as people write them in a post-mortem, where the text around them makes them certain.

A time of day counts only under a known date, a zone only if it has one meaning; everything else is
left as text. Nothing here knows today's date.
"""

import datetime as dt
import re
from dataclasses import dataclass

MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
MONTHS = MONTH_NAMES.split("|")
#: Hours from UTC of abbreviations with one meaning among the people who run services. CST, IST and
#: BST have several, so they name no zone.
ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "EST": -5, "EDT": -4,
    "CDT": -5, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "JST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
LEAD = r"[\s*_`\[(~|]*"
ISO_DATE = re.compile(LEAD + r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
MONTH = rf"({MONTH_NAMES})[a-z]{{0,6}}\.?"
MONTH_FIRST = re.compile(LEAD + MONTH + r"\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b", re.I)
DAY_FIRST = re.compile(LEAD + r"(\d{1,2})(?:st|nd|rd|th)?\s+" + MONTH + r",?\s+(\d{4})\b", re.I)
CLOCK = re.compile(
    r"(?:[\s,@*_T]|\bat\b)*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?!\d)\s*([ap]\.?m\b\.?)?"
    r"|(\d{2})(\d{2})(?=Z\b))",
    re.I,
)
ZONE = re.compile(r"\s*\(?([A-Z]{1,4}|[+-]\d{2}:?\d{2})\b\)?")
CLOSING = re.compile(r"\A[\s*_`\])~|]*(?:[-–—:]+(?=\s)|[|,])?[\s*_`\])]*")
ZONE_NAMES = "|".join(name for name in ZONES if len(name) > 1)
ZONE_SAID = re.compile(
    rf"\b[Tt]ime(?:s|line|stamps)?\b[^\n]{{0,40}}?\b({ZONE_NAMES})\b|\(({ZONE_NAMES})\)"
)
#: A time of day that lies this far before the one above it belongs to the next day.
OVER_MIDNIGHT = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date, a time of day or both, at the start of a text.

    Attributes:
        zone: hours from UTC as ``+02:00``; empty if none is named; None if it cannot be known.
        rest: the text after it.
    """

    day: dt.date | None
    clock: dt.time | None
    zone: str | None
    rest: str


def read_stamp(text: str) -> Stamp | None:
    """The date or time that ``text`` begins with, None if it begins with neither."""
    day, end = _day(text)
    clock: dt.time | None = None
    zone: str | None = ""
    found = CLOCK.match(text, end)
    if found:
        clock = _clock(found)
        if clock is None:
            return None
        end = found.end()
        zone_found = ZONE.match(text, end)
        said = _zone(zone_found.group(1)) if zone_found else ""
        if zone_found and (said is None or said):
            zone, end = said, zone_found.end()
    if day is None and clock is None:
        return None
    return Stamp(day, clock, zone, CLOSING.sub("", text[end:]).strip())


def day_in(text: str) -> dt.date | None:
    """The first full date anywhere in ``text``."""
    for found in re.finditer(
        r"\d{4}-\d|[A-Za-z]{3,9}\.?\s+\d{1,2}\w{0,2},?\s+\d{4}|\d{1,2}\w{0,2}\s+[A-Za-z]{3}", text
    ):
        day, _ = _day(text[found.start() : found.start() + 40])
        if day is not None:
            return day
    return None


def zone_said(text: str) -> str:
    """The zone named for all times of a text ("All times are UTC"); empty if none is."""
    found = ZONE_SAID.search(text)
    return (_zone(found.group(1) or found.group(2)) or "") if found else ""


def written_moment(day: dt.date, clock: dt.time, zone: str) -> str:
    """An ISO 8601 time; without a zone if none is known."""
    return f"{dt.datetime.combine(day, clock).isoformat()}{zone}"


def _day(text: str) -> tuple[dt.date | None, int]:
    for pattern, order in ((ISO_DATE, "ymd"), (MONTH_FIRST, "mdy"), (DAY_FIRST, "dmy")):
        if found := pattern.match(text):
            parts = dict(zip(order, found.groups(), strict=True))
            month = parts["m"].lower()
            number = int(month) if month.isdigit() else MONTHS.index(month) + 1
            try:
                return dt.date(int(parts["y"]), number, int(parts["d"])), found.end()
            except ValueError:
                return None, 0
    return None, 0


def _clock(found: re.Match[str]) -> dt.time | None:
    hour, minute = int(found.group(1) or found.group(5)), int(found.group(2) or found.group(6))
    half = (found.group(4) or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return dt.time(hour, minute, int(found.group(3) or 0))
    except ValueError:
        return None


def _zone(name: str) -> str | None:
    """An offset; empty for a word that is no zone; None for a zone of several meanings."""
    if name[0] in "+-":
        return name if ":" in name else f"{name[:3]}:{name[3:]}"
    hours = ZONES.get(name)
    if hours is None:
        return None if re.fullmatch(r"[A-Z]{1,3}T", name) and name != "AT" else ""
    return f"{hours:+03d}:00"
