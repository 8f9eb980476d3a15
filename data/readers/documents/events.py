"""What does a line of a timeline say happened? Its label if it has one, else its words.

A word counts only if nothing beside it takes it back: "not resolved", "will be rolled back",
"reported that all is well". A line may say two things.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from data import words
from data.notations import DayOrder
from data.readers.documents.blocks import unmarked
from data.record import LONGEST_LABEL
from data.times import NONE, Written, moments_in

# When did it begin, when was it noticed, when was it over? Candidates in order of trust.
#
# A clock may be told several times: in the front matter, as a fact, by the words of the timeline,
# by a stated length of time, by a day in the name of the file. The most trusted one counts, but a
# time to the minute counts more than a bare day that it falls on. Each says where it was read.

#: A clock to the minute may lie this far from the bare day that it replaces.
ONE_DAY = dt.timedelta(days=1)
#: A bare "Date" may be when the document was written.
WRITTEN_WITHIN = dt.timedelta(days=14)


class Trust(IntEnum):
    """Where a clock comes from, the most trusted first."""

    FRONT_MATTER = 1
    FACT = 2
    FACT_IN_TEXT = 3
    EVENT_LABEL = 4
    WORDS = 5
    SENTENCE = 6
    NARRATIVE = 7
    LENGTH = 8
    OPENING = 9
    EVENT = 10
    DAY = 11


@dataclass(frozen=True, slots=True)
class Context:
    """What a document says once about all of its times.

    Attributes:
        day: the day of the incident, for times that name none.
        zone: for times that name none.
        hints: what ambiguous abbreviations of zones mean.
        day_order: which number of a date comes first.
        start: when the incident began, where a fact says so to the minute.
        published: the day of the page.
    """

    day: dt.date | None = None
    zone: dt.tzinfo | None = None
    hints: Mapping[str, dt.tzinfo] = field(default_factory=lambda: NONE)
    day_order: DayOrder | None = None
    start: str = ""
    published: dt.date | None = None

    def iso(self, moment: Written, *, zone: dt.tzinfo | None = None) -> str:
        """A moment in ISO 8601 as far as the document tells; empty where its day is unknown."""
        return moment.iso(day=self.day, zone=zone or self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """A clock as one place of the document tells it.

    Attributes:
        at: in ISO 8601, a bare date where only the day is known.
        trust: how far to believe it.
        source: where it was read, in words; empty for a field of its own name.
        estimated: whether it was concluded from words rather than stated.
        undefined: whether it is a "date" of which nobody says what was then.
    """

    at: str
    trust: Trust
    source: str
    estimated: bool = False
    undefined: bool = False

    @property
    def is_day(self) -> bool:
        """Whether only the day is known."""
        return len(self.at) == len("2024-05-01")

    @property
    def day(self) -> dt.date:
        """Its day, in its own zone."""
        return dt.date.fromisoformat(self.at[:10])


class Clocks:
    """Gathers what a document tells of each clock."""

    def __init__(self) -> None:
        self._told: dict[str, list[Told]] = {}

    def tell(self, clock: str, told: Told) -> None:
        """Take note of one more place that tells a clock."""
        if told.at:
            self._told.setdefault(clock, []).append(told)

    def best(self, clock: str) -> Told | None:
        """What counts for a clock."""
        told = sorted(self._told.get(clock, ()), key=lambda one: one.trust)
        if not told or not told[0].is_day:
            return told[0] if told else None
        day, before = told[0].day, WRITTEN_WITHIN if told[0].undefined else ONE_DAY
        exact = (t for t in told if not t.is_day and -ONE_DAY <= day - t.day <= before)
        return next(exact, told[0])

    def chosen(self) -> dict[str, Told]:
        """What counts for every clock, without conclusions that the rest contradicts."""
        best = {clock: told for clock in self._told if (told := self.best(clock))}
        start, end = best.get("impact_started_at"), best.get("resolved_at")
        if start and end and _contradict(start, end):
            # Of two that cannot be together, the less certain one goes, if it is no statement.
            if end.estimated and end.trust >= start.trust:
                end = best.pop("resolved_at") and None
            elif start.estimated:
                start = best.pop("impact_started_at") and None
        for clock in best.keys() - {"impact_started_at", "resolved_at"}:
            told = self._between(clock, best[clock], start, end)
            if told is None:
                del best[clock]
            else:
                best[clock] = told
        return best

    def _between(self, clock: str, told: Told, start: Told | None, end: Told | None) -> Told | None:
        """What counts for a clock; of conclusions the first that contradicts neither end."""
        if not told.estimated:
            return told
        for one in (told, *sorted(self._told[clock], key=lambda one: one.trust)):
            early = start and clock not in EARLIER and _contradict(start, one)
            late = end and clock not in LATER and _contradict(one, end)
            if not one.estimated or not (early or late):
                return one
        return None


#: Clocks that may lie before the start of the impact, and after its end.
EARLIER = ("detected_at",)
LATER = ("postmortem_published_at", "notified_at")


def _contradict(first: Told, second: Told) -> bool:
    """Whether the first of two lies after the second."""
    if first.is_day or second.is_day:
        return first.day > second.day
    return moment_of(first.at) > moment_of(second.at)


def moment_of(iso: str) -> dt.datetime:
    """An ISO time to compare by; one without a zone as if in UTC."""
    moment = dt.datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def shifted(iso: str, by: dt.timedelta) -> str:
    """An ISO time so much later, written as the first; empty outside the calendar."""
    try:
        return (dt.datetime.fromisoformat(iso) + by).isoformat()
    except OverflowError:
        return ""


def as_values(chosen: Mapping[str, Told]) -> Iterator[tuple[str, Any]]:
    """The fields of a record that clocks fill."""
    for clock, told in chosen.items():
        yield clock, told.at
    precision = {c: "estimated" for c, t in chosen.items() if t.estimated}
    sources = {c: t.source[:LONGEST_LABEL] for c, t in chosen.items() if t.source}
    if precision:
        yield "clock_precision", precision
    if sources:
        yield "clock_sources", sources


# Times in front of a line: "09:14 UTC – alert fires", "T+5m", "**Mar 2, 9:14 AM**: …".

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


CLOCKS = {
    "started": "impact_started_at",
    "detected": "detected_at",
    "declared": "declared_at",
    "notified": "notified_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "repaired": "mitigated_at",
    "resolved": "resolved_at",
}
#: What an event can be called; a repair is how an incident is mitigated, a declaration is no kind.
KINDS = {"repaired": "mitigated", "declared": "other"}
ENDS = frozenset(("mitigated", "repaired", "resolved"))
#: How far a word in front, or behind, can take back what a phrase says.
REACH = 32
#: What is begun stands right beside the word.
NEXT = 12
BEFORE = re.compile(r"[^.;:,!?()]{0,32}$")
#: Somebody is asked by name, at a place.
REACH_OF_REQUEST = 80
BEFORE_LONG = re.compile(r"[^.;:,!?()]{0,80}$")
BEHIND = re.compile(r"(?:[^.;!?()]|\([^()]{0,40}\)){0,40}")
LABEL = re.compile(
    r"\W{0,6}\[(?P<bracket>[^\[\]\n]{2,40})\][:\s–—-]*"
    r"|\W{0,6}(?:\*\*|__)(?P<bold>[^*_\n]{2,40}?)[:：]?(?:\*\*|__)\s?(?:[:：–—-]|$|(?=\s))"
    r"|[^\w(]{0,6}(?P<plain>[^\W\d][^:：\n*_`.,;()]{1,38})(?:[:：](?!//)|\s[–—-]\s|$)"
)
#: A link whose address stands elsewhere.
BRACKETS = re.compile(r"\[([^\[\]\n]{1,200})\](?:\[[^\[\]\n]{0,200}\])?(?!\()")
#: What stands under an event is more than what it says in short.
MORE = re.compile(r"\n\s*(?:[-*+|>]|```|\d+[.)]|\n)")
LONGEST_LINE = 600


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says.

    Attributes:
        kind: a key of :data:`CLOCKS`.
        labelled: whether a label says so rather than its words.
        position: where in the line.
    """

    kind: str
    labelled: bool
    position: int = 0


def said_in(text: str, *, cells: tuple[str, ...] = ()) -> list[Said]:
    """What a line says happened, in order.

    Args:
        text: the line behind its time, as Markdown.
        cells: the cells of a row, one of which may be a label.
    """
    known = words.current()
    for cell in cells:
        if kind := _label_kind(known, cell):
            return [Said(kind, labelled=True)]
    label = LABEL.match(text)
    line = words.fold(_in_short(BRACKETS.sub(r"\1", text[:LONGEST_LINE])))
    by_words = sorted(_by_words(known, line), key=lambda said: said.position)
    if label and is_state(next(filter(None, label.groups()))):
        # "Identified: the issue has been identified" is the cause that is found, not the incident.
        by_words = [one for one in by_words if one.kind != "detected"]
    if label and (kind := _label_kind(known, next(filter(None, label.groups())))):
        # "Resolution: the pool was enlarged and normal service was restored" is both.
        works = [one for one in by_words if one.kind == "mitigated" and kind == "resolved"]
        return [Said(kind, labelled=not _is_all(label, text)), *works]
    return by_words


def is_state(label: str) -> bool:
    """Whether a label is what status pages call the state of an incident: "Investigating"."""
    return words.fold(label).strip(" :") in words.current().tables["update_states"]


def _in_short(text: str) -> str:
    """An event without what stands under it; the whole list where there is nothing else."""
    first = MORE.split(f"\n{text}", maxsplit=1)[0]
    return first if first.strip() else ". ".join(MORE.split(f"\n{text}"))


def _is_all(label: re.Match[str], text: str) -> bool:
    """Whether nothing but a label stands there, so that its words are all that is said."""
    return bool(label["plain"]) and label.end() == len(text)


def kind_of(labels: list[Said]) -> str:
    """The kind of an event that says so much; ``other`` where it says nothing."""
    kinds = [KINDS.get(one.kind, one.kind) for one in labels]
    return next((kind for kind in kinds if kind != "other"), "other")


def _label_kind(known: words.Words, label: str) -> str:
    table = known.tables["event_labels"]
    return next((table[form] for form in words.forms(label) if form in table), "")


def _by_words(known: words.Words, line: str) -> list[Said]:
    said: dict[str, Said] = {}
    for hit in known.phrases["events"].hits(line):
        if hit.meaning not in said and _stands(known, line, hit):
            said[hit.meaning] = Said(hit.meaning, labelled=False, position=hit.start)
    return list(said.values())


def _stands(known: words.Words, line: str, hit: words.Hit) -> bool:
    """Whether nothing around a phrase takes it back."""
    before = BEFORE.search(line[max(0, hit.start - REACH) : hit.start])
    lead, phrase = before[0] if before else "", line[hit.start : hit.end]
    around = lead + (phrase if hit.has_gap else "")
    if known.phrases["denials"].are_in(around):
        return False
    behind = BEHIND.match(line, hit.end)
    rest = behind[0] if behind else ""
    if hit.meaning == "started":  # "notices that the hub is down", "issue found, started work"
        of_response = known.phrases["response"].are_in(phrase + rest[:NEXT])
        return not ("," in phrase or of_response or known.phrases["hearsay"].are_in(lead))
    if hit.meaning == "detected":  # "reported that it works again", "alert cleared"
        return not known.phrases["good_news"].are_in(lead + phrase + rest)
    if hit.meaning == "acknowledged":  # "pings the on-call in the channel to take a look"
        asked = BEFORE_LONG.search(line[max(0, hit.start - REACH_OF_REQUEST) : hit.start])
        return not known.phrases["requests"].are_in(asked[0] if asked else "")
    if hit.meaning not in ENDS:
        return True
    not_yet = known.phrases["not_yet"].are_in(around)
    return not not_yet and not known.phrases["takebacks"].are_in(rest)
