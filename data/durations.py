"""Lengths of time as people write them: "86 minutes", "1 h 20 min", "01:26", "PT1H26M".

Bounds ("over three hours", "2-3 days") are no lengths, and neither is a number without a unit.
"""

import datetime as dt
import re
from functools import lru_cache

from data import words

#: Longer incidents are told by their dates.
LONGEST = dt.timedelta(days=3650)
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
#: More text than any length takes; what stands after it is a remark.
LONGEST_TEXT = 300
ISO = re.compile(
    r"p(?:(\d{1,4})w)?(?:(\d{1,4})d)?"
    r"(?:t(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,9})(?:\.\d{1,9})?s)?)?(?!\w)"
)
ISO_UNITS = (604_800, 86_400, 3600, 60, 1)
#: Hours and minutes, unless a half of the day, a zone or a second time says that it is a clock.
CLOCK = re.compile(
    r"(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?"
    r"(?![\d:])(?!\s?(?:[ap]\.?m\b|utc|gmt|z\b|[-–—→]|(?:to|bis|a)\s))"
)
#: "1h20", as in French and Portuguese.
HOURS = re.compile(r"(\d{1,3})\s?h\s?([0-5]\d)(?!\d|\s?\w)")
NEAR = re.compile(
    r"(?:about|around|approx\.?|approximately|roughly|circa|ca\.?|nearly|almost|a total of"
    r"|total(?: of)?|for|lasted|etwa|ungefahr|rund|knapp|insgesamt|unos|unas|aprox\.?"
    r"|aproximadamente|cerca de|alrededor de|environ|pres de|en total|um total de)(?!\w)|約|およそ"
)
DECORATION = re.compile(r"[\s*_`~≈(:=]*")
JOINT = re.compile(r"[\s,]{0,4}(?:(?:and|und|y|et|e)\s)?")
HALF = re.compile(r"\s?(?:and a half|y media|et demie?|e meia|半)(?!\w)|半")
#: The end of a range, or a number whose unit is left out.
OPEN_END = re.compile(r"\s?[-–]?\s?\d")
BEFORE = re.compile(r"[\w.,:]$")
#: Where a sentence or its remark ends.
REMARK = re.compile(r"\([^()]*\)?|[;.].*", re.S)


def read_duration(text: str) -> dt.timedelta | None:
    """The length of time that ``text`` begins with; None if it begins with none.

    A remark may follow; a second length outside brackets leaves open which one is meant.
    """
    folded = words.fold(text[:LONGEST_TEXT])
    read = _length(folded, _after_lead(folded))
    if read is None:
        return None
    length, end = read
    others = REMARK.sub("", folded[end:])
    if length > LONGEST or OPEN_END.match(folded, end) or _another(others):
        return None
    return length


def _another(text: str) -> bool:
    """Whether a text names a length anywhere, not counting parts of names and numbers."""
    return any(not BEFORE.search(text[: m.start()]) for m in _part().finditer(text))


def _after_lead(text: str) -> int:
    """Where a length may begin, behind "about" and the like."""
    position = 0
    while True:
        position = _end(DECORATION, text, position)
        near = NEAR.match(text, position)
        if near is None:
            return position
        position = near.end()


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _length(text: str, start: int) -> tuple[dt.timedelta, int] | None:
    """A length at a position, in whatever notation, and where it ends."""
    for pattern, units in ((ISO, ISO_UNITS), (HOURS, (3600, 60)), (CLOCK, (3600, 60, 1))):
        match = pattern.match(text, start)
        if match and any(match.groups()):
            numbers = zip(match.groups(), units, strict=True)
            seconds = sum(int(number or 0) * unit for number, unit in numbers)
            return dt.timedelta(seconds=seconds), match.end()
    return _in_words(text, start)


def _in_words(text: str, start: int) -> tuple[dt.timedelta, int] | None:
    """Numbers with units, from the largest to the smallest: "1 hour and 20 minutes"."""
    known = words.current()
    seconds, position, smallest = 0.0, start, SECONDS["week"] + 1
    while part := _part().match(
        text, position if position == start else _end(JOINT, text, position)
    ):
        unit = SECONDS[known.tables["units"][part["unit"]]]
        if unit >= smallest:
            break
        number = known.tables["numbers"].get(part["number"]) or part["number"].replace(",", ".")
        seconds, position, smallest = seconds + float(number) * unit, part.end(), unit
        if half := HALF.match(text, position):
            seconds, position = seconds + unit / 2, half.end()
    if smallest > SECONDS["week"]:
        return None
    return dt.timedelta(seconds=round(seconds)), position


def _part() -> re.Pattern[str]:
    return _parts_of(words.current())


@lru_cache(maxsize=4)
def _parts_of(known: words.Words) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<number>\d{{1,6}}(?:[.,]\d{{1,3}})?"
        rf"|(?:{known.alternatives('numbers')})(?=\s))\s?-?\s?"
        rf"(?P<unit>{known.alternatives('units')})(?![a-z])\.?"
    )
