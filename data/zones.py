"""Time zones as people write them: offsets, names of places, abbreviations, "Pacific time".

An abbreviation that names a standard or a summer time keeps its offset; one that names neither
(PT, ET) follows the season. Where an abbreviation has several meanings, only the rest of the
document may decide (a CDT beside a CST); without such a hint the zone is unknown and stays so.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from data.notations import plain_digits

#: Hours from UTC of abbreviations with one meaning among the people who run services.
FIXED = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "MEZ": 1, "WEST": 1, "WAT": 1,
    "CEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "EEST": 3, "MSK": 3, "GST": 4, "PKT": 5,
    "WIB": 7, "ICT": 7, "AWST": 8, "SGT": 8, "HKT": 8, "PHT": 8, "JST": 9, "KST": 9,
    "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "ADT": -3, "AST": -4, "EDT": -4, "EST": -5,
    "CDT": -5, "COT": -5, "MDT": -6, "PDT": -7, "MST": -7, "PST": -8, "AKDT": -8, "AKST": -9,
    "HST": -10,
}  # fmt: skip
#: Names without a season of their own.
SEASONAL = {
    "PT": "America/Los_Angeles", "MT": "America/Denver", "CT": "America/Chicago",
    "ET": "America/New_York",
}  # fmt: skip
#: Regions and cities as they stand before "time", or after "hora de".
PLACES = {
    "pacific": "America/Los_Angeles", "mountain": "America/Denver", "central": "America/Chicago",
    "eastern": "America/New_York", "central european": "Europe/Berlin",
    "western european": "Europe/Lisbon", "eastern european": "Europe/Helsinki",
    "london": "Europe/London", "uk": "Europe/London", "british": "Europe/London",
    "berlin": "Europe/Berlin", "berliner": "Europe/Berlin", "paris": "Europe/Paris",
    "amsterdam": "Europe/Amsterdam", "zurich": "Europe/Zurich", "zürich": "Europe/Zurich",
    "vienna": "Europe/Vienna", "wien": "Europe/Vienna", "madrid": "Europe/Madrid",
    "lisbon": "Europe/Lisbon", "lisboa": "Europe/Lisbon", "dublin": "Europe/Dublin",
    "denver": "America/Denver", "new york": "America/New_York", "chicago": "America/Chicago",
    "los angeles": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "toronto": "America/Toronto", "tokyo": "Asia/Tokyo",
    "japan": "Asia/Tokyo", "beijing": "Asia/Shanghai", "china": "Asia/Shanghai",
    "singapore": "Asia/Singapore", "india": "Asia/Kolkata", "indian": "Asia/Kolkata",
    "sydney": "Australia/Sydney", "brasilia": "America/Sao_Paulo",
    "brasília": "America/Sao_Paulo", "são paulo": "America/Sao_Paulo",
    "buenos aires": "America/Argentina/Buenos_Aires", "santiago": "America/Santiago",
    "bogotá": "America/Bogota", "bogota": "America/Bogota", "lima": "America/Lima",
    "ciudad de méxico": "America/Mexico_City", "mexico city": "America/Mexico_City",
}  # fmt: skip
#: What an abbreviation may mean, and the words in a document that decide.
AMBIGUOUS = {
    "CST": {
        -6.0: r"\bCDT\b|\b[EMP][SD]T\b|\b[EMCP]T\b|\bcentral\b|America/Chicago",
        8.0: r"\bchina\b|\bchinese\b|\bbeijing\b|Asia/Shanghai",
    },
    "IST": {
        5.5: r"\bindia\b|\bindian\b|\bmumbai\b|\bbangalore\b|\bbengaluru\b|\bdelhi\b|Asia/Kolkata",
        1.0: r"\bireland\b|\birish\b|\bdublin\b",
        2.0: r"\bisrael\b|\bIDT\b|\btel aviv\b|\bjerusalem\b",
    },
}
HINTS = {
    name: {hours: re.compile(words, re.I if "[" not in words else 0) for hours, words in of.items()}
    for name, of in AMBIGUOUS.items()
}
REGIONS = "Africa America Antarctica Asia Atlantic Australia Europe Indian Pacific US Etc".split()
CODES = "|".join(
    sorted({*FIXED, *SEASONAL, *AMBIGUOUS} - {"Z"}, key=lambda code: (-len(code), code))
)
NAMES = "|".join(sorted(PLACES, key=lambda name: (-len(name), name)))
#: A city alone is a zone behind a time of day: "16:37 Denver - alert".
TOWNS = "|".join(
    name for name in PLACES if PLACES[name].rpartition("/")[2].lower().replace("_", " ") == name
)
SEASON = r"(?:\s(?:standard|daylight|summer))?"
ZONE = re.compile(
    r"(?P<shifted>(?:UTC|GMT)\s?(?P<sign>[+-])(?P<hours>1[0-4]|0?\d)(?::?(?P<minutes>00|15|30|45))?"
    r"(?![\d:]))"
    rf"|(?P<iana>(?:{'|'.join(REGIONS)})"
    r"/[A-Z][\w+\-]{1,30}(?:/[A-Z][\w\-]{1,30})?)"
    rf"|(?P<code>(?:{CODES}|utc|gmt|Utc|Gmt)(?![\w/]))"
    rf"|(?P<place>(?i:(?:US\s)?(?P<name>{NAMES}){SEASON}\s(?:time|zeit)s?\b))"
    rf"|(?P<of>(?i:(?:hora|horário|horario|heure)\s(?:oficial\s)?(?:de|d'|del)\s?(?P<city>{NAMES})\b))"
    rf"|(?P<town>(?i:{TOWNS})(?=\s*(?:[),.;:|*–—-]|$)))"
    r"|(?P<region>(?:Pacific|Eastern|Mountain)(?=\s*(?:[),.;:|*]|$)))"
    r"|(?P<japan>日本時間)"
)
WORD = re.compile(r"(?<![\w/])\w+")
JAPAN = "日本時間"
#: What a zone may begin with; others are not looked at.
FIRST_WORDS = frozenset(
    word.casefold()
    for name in (
        *CODES.split("|"),
        *PLACES,
        *REGIONS,
        "US",
        "hora",
        "horário",
        "horario",
        "heure",
        "ora",
    )
    for word in re.findall(r"\w+", name)[:1]
)
#: After a time of day: ``+02:00``, ``-0700``.
OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>0\d|1[0-4])(?::?(?P<minutes>00|15|30|45))(?![\d:])")
#: Words that say that a zone beside them is meant for all times.
TIMES = re.compile(
    r"(?:\b(?:time|timeline|timestamp|timezone|zone|clock|hour|event|chronology|log|zeit|zeiten"
    r"|uhrzeit|uhrzeiten|zeitpunkt|zeitstempel|zeitzone|zeitangaben|verlauf|zeitachse|hora|horario"
    r"|horarios|horário|horários|horas|cronología|cronologia|fuso|heure|heures|horaires|chronologie"
    r"|fuseau|date|start|end)s?\b|時刻|時間|日時|タイムライン|タイムゾーン)",
    re.I,
)
#: "PST (UTC-7)"
BRACKET = re.compile(r"[ \t]{0,2}[(\[=/][ \t]{0,2}")
NEAR = 60
#: Zones are said at the beginning.
LONGEST = 2_000
CLOCK_BEFORE = re.compile(r"(?:\d|[ap]\.?m\.?)[\s*_`(\[]{0,4}$", re.I)
NONE: Mapping[str, dt.tzinfo] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as it was written.

    Attributes:
        name: in the words of the source.
        info: None where the name has several meanings.
    """

    name: str
    info: dt.tzinfo | None


def zone_at(
    text: str, position: int, *, hints: Mapping[str, dt.tzinfo] = NONE
) -> tuple[Zone, int] | None:
    """The zone that stands at a position of a text, and where it ends.

    Args:
        hints: meanings of ambiguous abbreviations, from :func:`hints_in`.
    """
    match = ZONE.match(text, position)
    zone = _zone(match, hints) if match else None
    return (zone, match.end()) if zone and match else None


def zone_of(text: str, *, hints: Mapping[str, dt.tzinfo] = NONE) -> dt.tzinfo | None:
    """The zone that a heading, column or sentence names for all times: "(UTC)", "times in CET".

    A zone behind a time of day belongs to that time alone.
    """
    text = plain_digits(text[:LONGEST])
    for match in _zones_in(text):
        if _for_all(text, match) and (zone := _zone(_meant(text, match), hints)) and zone.info:
            return zone.info
    return None


def _meant(text: str, match: re.Match[str]) -> re.Match[str]:
    """The offset that stands in brackets behind a name, which is surer than the name."""
    bracket = BRACKET.match(text, match.end())
    inside = ZONE.match(text, bracket.end()) if bracket else None
    return inside if inside and inside["shifted"] else match


def _zones_in(text: str) -> Iterator[re.Match[str]]:
    """Where zones stand in a text, looked for at words that a zone may begin with."""
    for word in WORD.finditer(text):
        if word[0].casefold() in FIRST_WORDS and (match := ZONE.match(text, word.start())):
            yield match
    if JAPAN in text and (match := ZONE.match(text, text.index(JAPAN))):
        yield match


def hints_in(text: str) -> dict[str, dt.tzinfo]:
    """What the ambiguous abbreviations of a document mean, where the rest of it decides."""
    decided: dict[str, dt.tzinfo] = {}
    for name, meanings in HINTS.items():
        if name not in text:
            continue
        likely = [hours for hours, words in meanings.items() if words.search(text)]
        if len(likely) == 1:
            decided[name] = _offset(likely[0])
    return decided


def _for_all(text: str, match: re.Match[str]) -> bool:
    if match["town"]:
        return False
    before = text[max(0, match.start() - NEAR) : match.start()]
    after = text[match.end() : match.end() + NEAR]
    if CLOCK_BEFORE.search(before):
        return False
    before = re.split(r"[.!?;]\s|\n", before)[-1]
    alone = not before.strip(" *_`([") and not after.strip(" *_`)].:")
    bracketed = before.rstrip(" *_`").endswith(("(", "[")) and after.lstrip(" *_`")[:1] in ")],;/"
    return bool(
        alone
        or bracketed
        or TIMES.search(before)
        or re.match(r"\s(?:times?|timestamps?|timezone|time zone)\b", after, re.I)
        or (match["place"] and re.fullmatch(r"[\s\S]*\bin ", before))
    )


def _zone(match: re.Match[str], hints: Mapping[str, dt.tzinfo]) -> Zone | None:
    written = match[0]
    if match["shifted"]:
        return shifted(written, match["sign"], match["hours"], match["minutes"])
    if match["iana"]:
        info = _named(written)
        return Zone(written, info) if info else None
    if match["japan"]:
        return Zone(written, _offset(9))
    if name := match["name"] or match["city"] or match["town"] or match["region"]:
        return Zone(written, _named(PLACES[name.lower()]))
    return _abbreviated(written.upper(), hints)


def _abbreviated(code: str, hints: Mapping[str, dt.tzinfo]) -> Zone:
    if code in SEASONAL:
        return Zone(code, _named(SEASONAL[code]))
    if code in AMBIGUOUS:
        return Zone(code, hints.get(code))
    return Zone(code, _offset(FIXED[code]))


def shifted(written: str, sign: str, hours: str, minutes: str | None) -> Zone:
    """A zone so many hours and minutes from UTC."""
    offset = int(hours) + int(minutes or 0) / 60
    return Zone(written, _offset(offset if sign == "+" else -offset))


def _offset(hours: float) -> dt.tzinfo:
    return dt.timezone(dt.timedelta(hours=hours)) if hours else dt.UTC


@lru_cache(maxsize=256)
def _named(name: str) -> dt.tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
