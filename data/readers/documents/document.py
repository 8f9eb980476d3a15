"""A document taken apart: what its name, its front matter, its facts and its sections say.

The day of the incident and the zone of its times are often said once, in a title or above a
timeline; everything that tells a time is read with them in mind.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

from data import words
from data.notations import Date, DayOrder, plain_digits, tokens
from data.readers.documents.blocks import (
    DIGIT,
    Block,
    Label,
    every,
    is_short_fact,
    meaning,
    unmarked,
)
from data.readers.documents.events import Context
from data.readers.documents.facts import OF_TIME, Gathered, as_markdown, gather, text_of
from data.readers.documents.sections import Section, names_moment
from data.readers.documents.timeline import is_timeline
from data.readers.front_matter import FrontMatter
from data.record import CLOCK_FIELDS, Incident
from data.times import day_order_of, hints_in, moments_in, zone_of

#: Sections that tell what happened, where a day is likely that of the incident.
TELLING = ("summary", "impact")
#: Sections that tell of it at length.
NARRATING = (
    "",
    "explanation",
    "detection",
    "resolution",
    "root_cause",
    "trigger",
    "what_went_wrong",
)
#: No sentence of interest stands further behind.
LONGEST_TEXT = 4_000
#: "20260302-gate.md", "2026_03_02.md".
DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
#: "outage-5-26-21", "31.10.2026-gate".
YEAR_LAST = re.compile(r"(?<![\d.])([0-3]?\d)[-_.]([0-3]?\d)[-_.]((?:19|20)?\d\d)(?!\d|[-_.]\d)")
CENTURY = 2000
#: "07-Sept-2026", "May-9-2026"
NAMED_MONTH = re.compile(
    r"(?<!\d)\d{1,2}[-_][^\W\d]{3,10}[-_](?:19|20)\d\d|[^\W\d]{3,10}[-_]\d{1,2}[-_](?:19|20)\d\d"
)
#: "blog/2026/03/04/gate", in front matter that says where a page stands.
DAY_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]([01]?\d)[-/]([0-3]?\d)(?!\d)")
PATHS = ("path", "permalink", "slug", "url", "aliases", "redirect_from")
#: The layout of a page in a blog, whose file is named after the day on which it was published.
POST = "post"
#: Fewer headings that are times are no list of updates.
FEWEST_UPDATES = 2
#: Addresses hold days that are none of the incident's.
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)>\]]{1,2000}")
#: Front matter with more keys holds data.
MOST_KEYS = 1_000
TWO_NUMBERS = re.compile(r"\d[/-]\d")
QUOTED = re.compile(r"^[ \t]*>[^\n]*|^[ \t]*```.*?(?:^[ \t]*```|\Z)", re.M | re.S)
DATED = ("impact_started_at", "date", "window", "detected_at", "resolved_at")
#: A page is published within a month of what it tells of.
BEFORE_PUBLISHED = dt.timedelta(days=31)


@dataclass
class Document:
    """What one incident's part of a document is made of.

    Attributes:
        name: of its file.
        front: its front matter.
        title: its own heading.
        outline: its sections as headings divide it.
        body: all text below the front matter.
        day_order: of dates that the document leaves open, as whoever loads it says.
    """

    name: str
    front: FrontMatter
    title: str
    outline: Sequence[Section]
    body: str
    day_order: DayOrder | None = None
    labels: list[Label] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        for section in _with_updates(self.outline):
            self._file(section)
        if not any(is_timeline(section, Context()) for section in self.parts("timeline")):
            for section in self.parts("", "summary", "impact", "explanation", "resolution"):
                if is_timeline(section, Context()):
                    section.part = "timeline"  # "What happened", told by the clock

    def _file(self, section: Section) -> None:
        """Takes the facts out of the sections that no template names."""
        if section.part not in ("", "metadata") and not is_short_fact(section.heading):
            self.sections.append(section)
        elif section.heading and is_short_fact(section.heading) and len(section.blocks) <= 2:
            name, _ = meaning(section.heading)
            value, below = _value_and_items(section.blocks)
            self.labels.append(Label(name, "", section.heading, value, below))
        else:
            self._gather(section)

    def _gather(self, section: Section) -> None:
        found: Gathered = gather(section.blocks)
        self.labels.extend(replace(label, heading=section.heading) for label in found.labels)
        self.sections.extend(found.sections)
        if not section.heading:
            self.before.extend(found.rest)
        elif found.labels or found.sections:
            rest = replace(section, part="", blocks=found.rest, text=as_text(found.rest))
            self.sections.append(rest)
        else:
            self.sections.append(replace(section, part=""))

    def parts(self, *names: str) -> Iterator[Section]:
        """The sections that are one of some parts."""
        return (section for section in self.sections if section.part in names)

    @cached_property
    def front_labels(self) -> list[Label]:
        """The facts of the front matter that bear no name of ours."""
        labels = []
        for key, value in islice(self.front.values.items(), MOST_KEYS):
            name, part = meaning(key)
            if value in (None, "", []) or key in Incident.model_fields or not (name or part):
                continue
            if isinstance(value, str | list):
                text = value if isinstance(value, str) else ", ".join(map(str, value))
                labels.append(Label(name, part, key, text))
        return labels

    @cached_property
    def context(self) -> Context:
        """What the document says once about all of its times."""
        hints = hints_in(self.body)
        bare = Context(
            zone=self._zone(), hints=hints, day_order=self._order, published=self.published_on
        )
        return replace(bare, day=self._day(bare))

    @cached_property
    def published_on(self) -> dt.date | None:
        """When the page was published: the front matter's ``date``, of a post that of its file."""
        stated = first_day(str(self.front.values.get("date") or ""), Context())
        is_post = str(self.front.values.get("layout") or "").casefold() == POST
        return stated or (self.day_in_name if is_post else None)

    @cached_property
    def _near(self) -> dt.date | None:
        """A day near the incident, by which days without a year are understood."""
        if day := self.published_on or self.day_in_name or self.day_in_title:
            return day
        for key in PATHS:
            if match := DAY_IN_PATH.search(str(self.front.values.get(key) or "")):
                return _date(match)
        return None

    @cached_property
    def day_in_name(self) -> dt.date | None:
        """The day in the name of the file."""
        path = PurePosixPath(self.name.replace("\\", "/"))
        for text in (path.name, path.parent.name):
            if (match := DAY_IN_NAME.search(text)) and (day := _date(match)):
                return day
            if day := _day_written_in(text):
                return day
        return None

    @cached_property
    def day_in_title(self) -> dt.date | None:
        """The day in the title, be it that of the text or of the page."""
        titles = (self.title, str(self.front.values.get("title") or ""))
        days = (first_day(title, Context(day_order=self._order)) for title in titles)
        return next(filter(None, days), None)

    @cached_property
    def other_texts(self) -> list[str]:
        """What tells what happened at length, beside the :attr:`telling_texts`."""
        sections = self.parts(*NARRATING)
        texts = [section.text for section in sections]
        return [_own_words(text) for text in texts if text]

    @cached_property
    def telling_texts(self) -> list[str]:
        """What tells what happened, shortly: before the first heading, summary and impact."""
        texts = [as_text(self.before), *(section.text for section in self.parts(*TELLING))]
        return [_own_words(text) for text in texts if text]

    def days_told(self) -> Iterator[tuple[dt.date, str]]:
        """Days by which the incident may be known, the likeliest first, and where they stand."""
        context = Context(day_order=self._order, day=self._near)
        if self.day_in_title:
            yield self.day_in_title, "the day in the title"
        if self.day_in_name and not self.published_on:
            yield self.day_in_name, "the day in the name of the file"
        published = self.published_on or self.day_in_name or self._near
        for text in self.telling_texts:
            day = first_day(text, context)
            if day and (not published or dt.timedelta(0) <= published - day <= BEFORE_PUBLISHED):
                yield day, "the first day that the summary names"
        if self.published_on:
            yield self.published_on, "the date of the page"
        if self.day_in_name:
            yield self.day_in_name, "the day in the name of the file"

    @cached_property
    def open_dates(self) -> list[str]:
        """Dates that tell a time but may be read in two ways, as they are written."""
        if self._order is not None:
            return []
        texts = [text_of(label) for label in self.labels if label.name in OF_TIME]
        texts += [section.text for section in self.parts("timeline")]
        return [
            text[token.start : token.end]
            for text in map(plain_digits, texts)
            if TWO_NUMBERS.search(text)
            for token in tokens(text)
            if isinstance(token, Date) and token.open
        ]

    @cached_property
    def _order(self) -> DayOrder | None:
        if not TWO_NUMBERS.search(self.body):
            return self.day_order
        body = ADDRESS.sub("", self.body)
        order = day_order_of([body]) or _order_by_days(body, self._days_beside)
        if order is None and words.current().puts_day_first(body[:LONGEST_TEXT]):
            order = DayOrder.DAY
        return order or self.day_order

    @cached_property
    def _days_beside(self) -> set[dt.date]:
        """Days that are told apart from the text, in one notation only."""
        return {day for day in (self.day_in_name, self.published_on) if day}

    def _zone(self) -> dt.tzinfo | None:
        hints = hints_in(self.body)
        for label in self.labels:
            if label.name == "timezone" and (zone := zone_of(f"({text_of(label)})", hints=hints)):
                return zone
        for text in self._texts_with_zones():
            if zone := zone_of(unmarked(text[:LONGEST_TEXT]), hints=hints):
                return zone
        return self._only_zone()

    def _texts_with_zones(self) -> Iterator[str]:
        """Where the zone of all times is said: headings, headers and what stands near them."""
        for section in self.outline:
            yield section.heading
            if section.part in ("timeline", "metadata", ""):
                for block in every(section.blocks):
                    yield " | ".join(block.header)
                    if block.kind != "table":
                        yield block.text
        yield from self.telling_texts

    def _only_zone(self) -> dt.tzinfo | None:
        """The zone that is named beside some times, if it is the same beside all of them."""
        texts = [text_of(label) for label in self.labels if label.name in OF_TIME]
        texts += [section.text[:LONGEST_TEXT] for section in self.parts("timeline")]
        texts += self.telling_texts
        zones = {moment.zone.info for text in texts for moment in moments_in(text) if moment.zone}
        return zones.pop() if len(zones) == 1 else None

    def _day(self, context: Context) -> dt.date | None:
        for name in CLOCK_FIELDS:
            if day := first_day(str(self.front.values.get(name) or ""), context):
                return day
        # The date of a page often is when it was published.
        facts = [label for label in self.front_labels if label.label != "date"] + self.labels
        for name in DATED:
            for label in facts:
                if label.name == name and (day := first_day(text_of(label), context)):
                    return day
        return next((day for day, _ in self.days_told()), None)


def _with_updates(outline: Sequence[Section]) -> list[Section]:
    """The sections, of which those whose headings are full times are one timeline."""
    updates = [section for section in outline if not section.part and names_moment(section.heading)]
    if len(updates) < FEWEST_UPDATES or len({section.level for section in updates}) > 1:
        return list(outline)
    whole = replace(updates[0], part="timeline", heading="", blocks=[])
    for section in updates:
        heading = Block("heading", section.heading, section.level, section.start, section.start + 1)
        whole.blocks += [heading, *section.blocks]
    whole.text = as_text(whole.blocks)
    kept = [whole if section is updates[0] else section for section in outline]
    return [section for section in kept if section is whole or section not in updates]


def first_day(text: str, context: Context) -> dt.date | None:
    """The first full day that a text names."""
    if not DIGIT.search(text):
        return None
    moments = moments_in(text, day_order=context.day_order, default_day=context.day)
    return next((moment.day for moment in moments if moment.day and moment.date), None)


def _day_written_in(name: str) -> dt.date | None:
    """A day in a name with its year last, "outage-5-26-21", where only one reading is possible."""
    if match := YEAR_LAST.search(name):
        first, second, year = map(int, match.groups())
        year += CENTURY if year < 100 else 0
        readings = {day for day in (_day(year, first, second), _day(year, second, first)) if day}
        return readings.pop() if len(readings) == 1 else None
    if not NAMED_MONTH.search(name):
        return None
    return first_day(re.sub(r"[-_]", " ", PurePosixPath(name).stem), Context())


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _date(match: re.Match[str]) -> dt.date | None:
    return _day(*map(int, match.groups()))


def _own_words(text: str) -> str:
    """What an author says in a text, without quotations, code and addresses."""
    return unmarked(ADDRESS.sub("", QUOTED.sub("", text[:LONGEST_TEXT])))


def as_text(blocks: Sequence[Block]) -> str:
    """Blocks as Markdown again."""
    pieces: list[str] = []
    for index, block in enumerate(blocks):
        beside = index > 0 and block.kind == "item" == blocks[index - 1].kind
        pieces.append("\n" if beside else "\n\n")
        if block.is_heading:
            pieces.append(f"**{block.text}**")
        else:
            pieces.append(f"```\n{block.text}\n```" if block.kind == "code" else as_markdown(block))
    return "".join(pieces).strip()


def _value_and_items(blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...]]:
    value = "\n".join(block.text for block in blocks if block.kind == "text")
    return value, tuple(block for block in blocks if block.kind == "item")


def _order_by_days(body: str, beside: set[dt.date]) -> DayOrder | None:
    """The order in which an open date falls on a day that the document also writes out.

    Args:
        beside: days that stand elsewhere than in the body.
    """
    written = [token for token in tokens(plain_digits(body)) if isinstance(token, Date)]
    known = {token.on(token.year) for token in written if token.year and not token.numbers}
    known |= beside
    orders = set()
    for token in written:
        if token.open and token.year and token.numbers:
            first, second = token.numbers
            as_day = dt.date(token.year, second, first)
            as_month = dt.date(token.year, first, second)
            orders |= {DayOrder.DAY} if as_day in known else set()
            orders |= {DayOrder.MONTH} if as_month in known else set()
    return orders.pop() if len(orders) == 1 else None
