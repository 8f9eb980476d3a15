"""Times in front of a line: "09:14 UTC – alert fires", "T+5m", "**Mar 2, 9:14 AM**: …"."""

import datetime as dt
import re
from dataclasses import dataclass

from data import words
from data.readers.documents.blocks import unmarked
from data.readers.documents.clocks import Context
from data.times import Written, moments_in

#: What stands between a time and what happened.
CLOSING = re.compile(
    r"[\s*_`\])~|.]*(?:[-–—:：→=>]+(?=[\s*_`]|$)|[|,;])?[\s*_`\])]*(?:[-–—:：](?=\s))?[\s*_`]*"
)
#: The same time in a second zone: "09:14 UTC / 10:14 CET".
BESIDE = re.compile(r"[\s*_`]{0,2}[/(|][\s*_`]{0,2}")
#: "19.08 deployment": a time of day with a dot in front of a line, and no version, share or amount.
DOTTED = re.compile(
    r"\A([\s*_`\[(~-]{0,6}(?:[01]?\d|2[0-3]))\.([0-5]\d)(?=[\s*_`\]),:–—-]|\Z)"
    r"(?!\s?(?:%|[kmgt]?i?b\b|[mµn]?s\b|se[ck]|min|hours?\b|h\b|days?\b|x\b|million|k\b|€|\$))",
    re.I,
)
BOLD = "**"
#: What stands behind the marks of "09:14 **Detected**: …".
BOLD_LABEL = re.compile(r"[^*\n]{2,40}(?:[:：]\*\*|\*\*\s?[:：])")
UNFILLED = re.compile(
    r"hh:mm|xx:xx|\?\?:\?\?|--:--|yyyy|mm/dd|dd/mm|\{\{|tt\.mm|aaaa-|jjjj-|<(?:time|date|hora|fecha)",
    re.I,
)
UNKNOWN_MINUTE = re.compile(r"[\s*_`T,]{0,4}(?:\d{1,2}|\?\?|xx)[:h](?:\?\?|xx|XX)")
OFFSET = re.compile(
    r"[\s*_`\[(]{0,6}(?:T\s?(?P<sign>[+-])|\+)\s?"
    r"(?:(?P<hours>\d{1,3}):(?P<clock>[0-5]\d)(?::[0-5]\d)?|(?P<h>\d{1,3})\s?h(?:ours?|rs?)?(?:\s?(?P<hm>\d{1,2})\s?m?)?"
    r"|(?P<m>\d{1,4})\s?(?:m|min|mins|minutes?)?)(?!\w|:\d)"
)
ZERO = re.compile(r"[\s*_`\[(]{0,6}T\s?(?:[+-]?\s?0{1,2}(?::00)?\s?(?:m|min)?)?(?=[\s:–—\])*=-]|$)")
LONGEST_LEAD = 24
#: More of a line than any time in front of it takes.
LONGEST_STAMPED = 400
TIED = ("before_times", "before_days", "about", "weekdays", "between")


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of a line.

    Attributes:
        moment: as written; None where it is a distance, or where nobody filled in the minute.
        offset: the distance from the beginning.
        rest: the line without it.
        whole: the line as it stands.
    """

    moment: Written | None
    offset: dt.timedelta | None
    rest: str
    whole: str

    @property
    def written(self) -> str:
        """The time as it stands in front of the line."""
        end = self.whole.find(self.rest) if self.rest else len(self.whole)
        return self.whole[: max(end, 0)].strip(" \t*_`|")

    @property
    def has_clock(self) -> bool:
        """Whether it names a time of day."""
        return self.offset is not None or (
            self.moment is not None and self.moment.clock is not None
        )


def is_unfilled(text: str) -> bool:
    """Whether the time in front of a line was left as its template has it."""
    return bool(UNFILLED.search(text[: LONGEST_LEAD * 2]))


def read_stamp(text: str, context: Context) -> Stamp | None:
    """The time that a line begins with; None if it begins with none."""
    if offset := _offset(text):
        return offset
    text = DOTTED.sub(r"\1:\2", text, count=1)
    moments = _moments(text, context)
    if not moments or not _leads(text[: moments[0].start]):
        return None
    moment = moments[0]
    rest = text[_end(text, moments) :]
    if moment.clock is None and (unknown := UNKNOWN_MINUTE.match(rest)):
        return Stamp(None, None, _closed(rest[unknown.end() :]), text)
    return Stamp(moment, None, _closed(rest), text)


def late_stamp(text: str, context: Context) -> Stamp | None:
    """The only time of a line that does not begin with one: "Alert fired at 09:19"."""
    first, _, more = text.partition("\n")
    moments = [moment for moment in _moments(first, context) if moment.clock is not None]
    if len(moments) != 1:
        return None
    (moment,) = moments
    before = words.fold(first[max(0, moment.start - LONGEST_LEAD) : moment.start]).split()
    tied = bool(before) and before[-1].strip("(") in words.current().tables["before_times"]
    if not re.search(r"\w", first[moment.end :]):
        said = re.sub(r"[\s(:–—=@*_-]+$", "", first[: moment.start])
        said = said.removeprefix(BOLD) if said.count(BOLD) == 1 else said
        return Stamp(moment, None, f"{said}\n{more}".strip(), text)
    return Stamp(moment, None, text, text) if tied else None


def _moments(text: str, context: Context) -> list[Written]:
    return moments_in(
        text[:LONGEST_STAMPED],
        day_order=context.day_order,
        default_day=context.day,
        hints=context.hints,
    )


def _end(text: str, moments: list[Written]) -> int:
    """Where the time in front ends, with the end of a range or the same time elsewhere."""
    end = moments[0].end
    if len(moments) == 1:
        return end
    second = moments[1]
    if second.ends:
        return second.end
    if second.zone is not None and BESIDE.fullmatch(text, end, second.start):
        return second.end
    return end


def _leads(before: str) -> bool:
    """Whether nothing but marks, weekdays and "at" stands in front of a time."""
    if len(before) > LONGEST_LEAD:
        return False
    plain = words.fold(unmarked(before.strip("[(*_`~|≈<: \t")))
    tables = words.current().tables
    return all(
        any(word in tables[section] for section in TIED)
        for token in plain.split()
        if (word := token.strip(".,:;()[]#–—-*_")) and word != "t"
    )


def _offset(text: str) -> Stamp | None:
    """A distance from the beginning: "T+5m", "+00:12", "T0"."""
    if (zero := ZERO.match(text)) and re.match(r"[\s*_`\])]{0,6}(?:[-–—:=]|$)", text[zero.end() :]):
        return Stamp(None, dt.timedelta(0), _closed(text[zero.end() :]), text)
    match = OFFSET.match(text)
    if match is None:
        return None
    hours = match["hours"] or match["h"] or 0
    minutes = match["clock"] or match["hm"] or match["m"] or 0
    distance = dt.timedelta(hours=int(hours), minutes=int(minutes))
    distance = -distance if match["sign"] == "-" else distance
    return Stamp(None, distance, _closed(text[match.end() :]), text)


def _closed(rest: str) -> str:
    closing = CLOSING.match(rest)
    end = closing.end() if closing else 0
    text = rest[end:].strip()
    opens = rest[:end].rstrip().endswith(BOLD) and BOLD_LABEL.match(text)
    return f"{BOLD}{text}" if opens else text
