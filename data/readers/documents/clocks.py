"""When did it begin, when was it noticed, when was it over? Candidates in order of trust.

A clock may be told several times: in the front matter, as a fact, by the words of the timeline, by
a stated length of time, by a day in the name of the file. The most trusted one counts, but a time
to the minute counts more than a bare day that it falls on. Each says where it was read.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from data.notations import DayOrder
from data.record import LONGEST_LABEL
from data.times import NONE, Written

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
