"""Dates and times of day inside a text, in the notations that people use.

Everything in here says what stands written and where; what is missing (a day, a year, which of two
numbers is the month) is left open for whoever knows more of the document.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from data import words


class DayOrder(Enum):
    """Which comes first in a date of three numbers without a name of a month."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


CENTURY = 2000
MONTHS = 12
LEAP_YEAR = 2000
#: A number that is no part of a name, a path or a larger number.
NUMBER = re.compile(r"(?<![A-SU-Za-z0-9/])(?<!\d[.:,])\d+")
#: The word in front of a number, which may be a month or a half of the day.
WORD_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,12})\.?[\s-]{0,2}$")
LONGEST_WORD = 18
#: Often right behind the day: "2026年3月2日午後3時".
HALF_BEFORE = re.compile(r"(?:午前|午後)\s?$")
DIGIT = re.compile(r"\d")
#: Longer texts are looked at once.
LONGEST_KEPT = 1_000
#: Forms of wide and narrow characters that stand for ordinary ones, one for one.
WIDE = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), 0x20),
    **dict.fromkeys((0x2010, 0x2011, 0x2212), 0x2D),
}
#: Letters of months' names that may carry an accent.
ACCENTED = {"a": "[aáàâäã]", "c": "[cç]", "e": "[eéèêë]", "u": "[uúûü]"}
#: Names of months that are words of another language; they count only beside a year.
TAKEN = frozenset("abr ago apr dec dez dic ene jan mai mar march mars may out sep sept set".split())


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it is written.

    Attributes:
        year: None where none is written.
        numbers: the day and the month as they stand, where nothing but their size tells which is
            which; ``month`` and ``day`` are then as if the day came first, if it can.
    """

    year: int | None
    month: int
    day: int
    start: int
    end: int
    numbers: tuple[int, int] | None = None

    @property
    def open(self) -> bool:
        """Whether either number may be the month."""
        return self.numbers is not None and max(self.numbers) <= MONTHS and len({*self.numbers}) > 1

    def on(self, year: int) -> dt.date | None:
        """The day in a year, None where that year has none."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it is written.

    Attributes:
        half: whether it says which half of the day it means.
    """

    time: dt.time
    start: int
    end: int
    half: bool = False


Token = Date | Clock


@dataclass(frozen=True)
class _Notation:
    """One way to write a date or a time of day.

    Attributes:
        lengths: of the number that it begins with; 0 for one that begins with a word.
        follows: the characters that may stand behind that number; empty for any.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Token | None]
    lengths: tuple[int, ...]
    follows: str = ""


def plain_digits(text: str) -> str:
    """``text`` with ordinary digits, spaces and hyphens for wide ones; positions stay."""
    return text if text.isascii() else text.translate(WIDE)


def tokens(text: str) -> tuple[Token, ...]:
    """The dates and times of day of a text, in order; it should have plain digits."""
    if len(text) > LONGEST_KEPT:
        return tuple(_tokens(words.current(), text))
    return _kept_tokens(words.current(), text) if DIGIT.search(text) else ()


@lru_cache(maxsize=2_048)
def _kept_tokens(known: words.Words, text: str) -> tuple[Token, ...]:
    """The tokens of a short text, which is often looked at more than once."""
    return tuple(_tokens(known, text))


def _tokens(known: words.Words, text: str) -> Iterator[Token]:
    notations = _notations(known)
    end = 0
    for number in NUMBER.finditer(text):
        word = WORD_BEFORE.search(text, max(end, number.start() - LONGEST_WORD), number.start())
        half = HALF_BEFORE.search(text, max(end, number.start() - LONGEST_WORD), number.start())
        if half:
            position, length, behind = half.start(), 0, ""
        elif word and known.month(word[1]):
            position, length, behind = word.start(1), 0, ""
        else:
            position, length = number.start(), number.end() - number.start()
            behind = text[number.end() : number.end() + 1]
        if position < end:
            continue
        token = _token(text, position, behind, notations.get(length, ()))
        if token is None and length == 0:
            length, behind = number.end() - number.start(), text[number.end() : number.end() + 1]
            token = _token(text, number.start(), behind, notations.get(length, ()))
        if token is not None:
            yield token
            end = token.end


def _token(text: str, position: int, behind: str, notations: Sequence[_Notation]) -> Token | None:
    """The date or time that begins at a position.

    Args:
        behind: the character behind the number there.
    """
    for notation in notations:
        if notation.follows and behind not in notation.follows:
            continue
        match = notation.pattern.match(text, position)
        token = notation.read(match) if match else None
        if token is not None:
            return token
    return None


@lru_cache(maxsize=4)
def _notations(known: words.Words) -> dict[int, list[_Notation]]:
    """The notations of dates and times by the length of the number that they begin with."""
    months = "".join(ACCENTED.get(letter, letter) for letter in known.alternatives("months"))
    by_length: dict[int, list[_Notation]] = {}
    for notation in (*_dates(months), *_clocks()):
        for length in notation.lengths:
            by_length.setdefault(length, []).append(notation)
    return by_length


def _dates(months: str) -> list[_Notation]:
    month = rf"(?P<month>(?i:{months}))(?![^\W\d_])\.?"
    day, year = r"(?P<day>\d{1,2})", r"(?P<year>(?:19|20|21)\d\d)"
    ordinal = r"(?:st|nd|rd|th|er|º|\.)?"
    return [
        # 2026-03-02T…, 2026/3/2, 2026.03.02, 2026年3月2日
        _notation(
            rf"{year}\s?(?P<by>[-/.年])\s?(?P<month>\d{{1,2}})(?:(?P=by)|月)\s?{day}日?"
            r"(?:T(?=\d)|(?!\d|:\d|\.\d))",
            _numbered,
            (4,),
        ),
        # 20260302T091400Z
        _notation(rf"{year}(?P<month>\d\d)(?P<day>\d\d)(?:T(?=\d)|(?![\w.:,%]))", _numbered, (8,)),
        # 3月2日
        _notation(rf"(?P<month>\d{{1,2}})月\s?{day}日", _numbered, (1, 2), "月"),
        # 2026-Mar-02, 2026 March 2
        _notation(rf"{year}[-/\s]{month}[-/\s]{day}(?!\d|:\d)", _named, (4,), "-/ "),
        # 02-Mar-2026, 25/Feb/26
        _notation(
            rf"{day}(?P<by>[/-]){month}(?P=by)(?P<year>(?:19|20|21)?\d\d)(?!\d)",
            _named,
            (1, 2),
            "/-",
        ),
        # 2 March 2026, 2. März, 2 de marzo de 2026, 1er mars, 2nd of March, 2026
        _notation(
            rf"{day}{ordinal}(?:\s?(?:de|of)\s|\s?){month}"
            rf"(?:(?:,\s?|\s(?:de\s|del\s)?){year}(?!\d|:\d))?",
            _named,
            (1, 2),
        ),
        # March 2, 2026; Mar 2nd
        _notation(
            rf"{month}\s?-?{day}(?:st|nd|rd|th)?(?!\d|[:/]\d|\.\d|[A-Za-z])"
            rf"(?:(?:,\s?|\s){year}(?!\d|:\d))?",
            _named,
            (0,),
        ),
        # 03/02/2026, 3/2/26, 02-03-2026
        _notation(
            r"(?P<first>\d{1,2})(?P<by>[/-])(?P<second>\d{1,2})(?P=by)"
            r"(?P<year>(?:19|20|21)\d\d|(?<=/)\d\d)(?![\d/]|-\d)",
            _two_numbers,
            (1, 2),
            "/-",
        ),
        # 02.03.2026: with dots the day comes first wherever they are used
        _notation(rf"{day}\.\s?(?P<month>\d{{1,2}})\.\s?{year}(?![\d.]\d)", _numbered, (1, 2), "."),
        # 3/2 09:14
        _notation(
            r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?=[\s,]{1,2}\d{1,2}:\d\d)",
            _two_numbers,
            (1, 2),
            "/",
        ),
        # 03-02 09:14: with hyphens the month comes first, as in 2026-03-02
        _notation(
            r"(?P<month>[01]\d)-(?P<day>[0-3]\d)(?=[\sT,]{1,2}\d{1,2}:\d\d)", _numbered, (2,), "-"
        ),
        # 02.03. 09:14
        _notation(
            rf"{day}\.(?P<month>\d{{1,2}})\.(?=[\s,]{{1,2}}(?:um\s)?\d{{1,2}}[:.]\d\d)",
            _numbered,
            (1, 2),
            ".",
        ),
    ]


def _clocks() -> list[_Notation]:
    half = r"(?P<half>[AaPp]\.?\s?[Mm]\b\.?)"
    hour, minute = r"(?P<hour>\d{1,2})", r"(?P<minute>[0-5]\d)"
    return [
        # 09:14, 9:14:30 pm, 09:14:00.123
        _notation(
            rf"{hour}:{minute}(?::(?P<second>[0-5]\d)(?:[.,]\d{{1,9}})?)?(?!\d|:\d)"
            rf"(?:\s?{half})?(?:\sUhr\b)?",
            _clock,
            (1, 2),
            ":",
        ),
        # 9am, 9.14 pm
        _notation(rf"{hour}(?:\.{minute})?\s?{half}", _clock, (1, 2)),
        # 14.03 Uhr, 14 Uhr 03
        _notation(rf"{hour}\.{minute}\s?Uhr\b", _clock, (1, 2), "."),
        _notation(rf"{hour}\s?Uhr\b(?:\s{minute}(?!\d))?", _clock, (1, 2), " U"),
        # 14.03 UTC
        _notation(
            rf"{hour}\.{minute}(?=\s?(?:h|UTC|GMT|MEZ|MESZ|CET|CEST)\b)", _clock, (1, 2), "."
        ),
        # 14h03, 14 h 03
        _notation(
            rf"{hour}\s?[hH]\s?{minute}(?!\d|\s?(?:m|min|minutes?|s)\b)", _clock, (1, 2), " hH"
        ),
        # 1403Z, 1403 UTC
        _notation(
            rf"(?P<hour>[01]\d|2[0-3]){minute}(?P<second>[0-5]\d)?"
            r"(?=Z\b|\s?(?:UTC|GMT)\b|h\b"
            r"|\s?(?:-|–|to|and|until)\s?[0-2]\d[0-5]\d(?:Z|\s?(?:UTC|GMT))\b)",
            _clock,
            (4, 6),
        ),
        # 18時3分, 午後2時
        _notation(
            rf"(?P<half>午[前後])?\s?{hour}時(?!間)(?:\s?(?P<minute>\d{{1,2}})分)?",
            _clock,
            (0, 1, 2),
        ),
    ]


def _notation(
    pattern: str,
    read: Callable[[re.Match[str]], Token | None],
    lengths: tuple[int, ...],
    follows: str = "",
) -> _Notation:
    return _Notation(re.compile(pattern), read, lengths, follows)


def _numbered(match: re.Match[str]) -> Date | None:
    """A date whose numbers stand in a known order."""
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    return _date(match, year, int(parts["month"]), int(parts["day"]))


def _named(match: re.Match[str]) -> Date | None:
    """A date with the name of a month."""
    name, year = match["month"], match["year"]
    if not year and not name[0].isupper() and words.fold(name) in TAKEN:
        return None
    century = CENTURY if year and len(year) == 2 else 0
    month = words.current().month(name)
    return _date(match, int(year) + century if year else None, month, int(match["day"]))


def _two_numbers(match: re.Match[str]) -> Date | None:
    """A date whose first number is the day or the month."""
    written = match.groupdict().get("year")
    year = int(written) + (CENTURY if len(written) == 2 else 0) if written else None
    first, second = int(match["first"]), int(match["second"])
    month, day = (first, second) if second > MONTHS else (second, first)
    return _date(match, year, month, day, numbers=(first, second))


def _date(
    match: re.Match[str],
    year: int | None,
    month: int,
    day: int,
    numbers: tuple[int, int] | None = None,
) -> Date | None:
    date = Date(year, month, day, match.start(), match.end(), numbers)
    # Of days without a year, the 29th of February is one.
    return date if date.on(year or LEAP_YEAR) else None


def _clock(match: re.Match[str]) -> Clock | None:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if half:
        later = half[0] in "p午" and half != "午前"
        if hour > 12 and not later:
            return None
        hour = hour if hour > 12 else hour % 12 + (12 if later else 0)
    try:
        time = dt.time(hour, minute, second)
    except ValueError:
        return None
    return Clock(time, match.start(), match.end(), half=bool(half))


# Lengths of time as people write them: "86 minutes", "1 h 20 min", "01:26", "PT1H26M".
#
# Bounds ("over three hours", "2-3 days") are no lengths, and neither is a number without a unit.

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
