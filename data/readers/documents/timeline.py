"""The timeline of a post-mortem: events in order.

Lists, tables, paragraphs and headings are read alike: a time at the beginning makes an event, a day
alone or a zone is carried on to what stands below, midnight is crossed. A row whose time nobody
filled in is none.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from data import words
from data.readers.documents.blocks import SET_IN, Block, every, unmarked
from data.readers.documents.events import (
    ENDS,
    Context,
    Said,
    Stamp,
    is_unfilled,
    kind_of,
    late_stamp,
    moment_of,
    read_stamp,
    said_in,
    shifted,
)
from data.readers.documents.sections import Section
from data.times import moments_in, zone_of

#: A time of day this far before the one above it belongs to the next day.
OVER_MIDNIGHT = dt.timedelta(hours=12)
#: In a list that otherwise only goes forward, so little is enough.
STEP_BACK = dt.timedelta(hours=2)
#: More than anybody writes by hand.
MOST_EVENTS = 2_000
#: Fewer times in front of lines make no timeline.
FEWEST_EVENTS = 3
#: "All times are UTC and approximate."
LONGEST_NOTE = 120
#: A cell that says of what kind an event is.
LONGEST_KIND = 30
MONTH_AND_DAY = re.compile(r"\W{0,3}(\d{1,2})/(\d{1,2})\W{0,3}")
#: Days of one timeline lie this near to each other.
NEAR = dt.timedelta(days=14)
#: An abbreviation with a distance from UTC.
LONGEST_ZONE = 9
DAY = len("2024-05-01")


@dataclass(slots=True)
class Line:
    """An event of a timeline.

    Attributes:
        text: as Markdown, without its time.
        stamp: its time as written; None if it has none.
        day: that stands above it.
        zone: that is named above it.
        cells: short cells of a row, one of which may say what it is.
        fixed: whether that day holds for every line that names none, whatever the line above says.
        at: in ISO 8601, once that is known; a bare date where only the day is.
    """

    text: str
    stamp: Stamp | None = None
    day: dt.date | None = None
    zone: dt.tzinfo | None = None
    cells: tuple[str, ...] = ()
    fixed: bool = False
    at: str = ""
    _said: list[Said] | None = None

    @property
    def is_timed(self) -> bool:
        """Whether its time is known to the minute."""
        return len(self.at) > DAY

    @property
    def with_time(self) -> str:
        """Its text with its time in front, where that is no full one."""
        written = self.stamp.written if self.stamp else ""
        return f"{written} {self.text}".strip() if written not in self.text else self.text

    @property
    def said(self) -> list[Said]:
        """What it says happened."""
        if self._said is None:
            self._said = said_in(self.text, cells=self.cells)
        return self._said


@dataclass(slots=True)
class Timeline:
    """The events of a section.

    Attributes:
        lines: in order.
        rest: what is no event, as Markdown.
    """

    lines: list[Line] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        """The events as fields of a record."""
        return [
            {
                "at": line.at if line.is_timed else None,
                "kind": kind_of(line.said),
                "text": line.text if line.is_timed else line.with_time,
            }
            for line in self.lines
        ]


def is_timeline(section: Section, context: Context, *, fewest: int = FEWEST_EVENTS) -> bool:
    """Whether most of what stands in a section begins with a time of day.

    Args:
        section: its blocks.
        context: what the document says of all its times.
        fewest: how many times there have to be.
    """
    beginnings = [text for text in _beginnings(section.blocks) if text.strip()]
    stamps = [read_stamp(text, context) for text in beginnings]
    timed = sum(stamp is not None and stamp.has_clock for stamp in stamps)
    return timed >= fewest and timed * 2 > len(beginnings)


def read_timeline(section: Section, context: Context) -> Timeline:
    """The events of a section that is a timeline.

    Args:
        section: its blocks and the headings above them.
        context: what the document says of all its times.
    """
    reader = _Reader(section, context)
    for block in section.blocks:
        reader.read(block)
    if _runs_backwards(reader.timeline.lines):
        reader.timeline.lines.reverse()
    _Days(context).set(reader.timeline.lines)
    if _is_newest_first(reader.timeline.lines):
        reader.timeline.lines.reverse()
    return reader.timeline


class _Reader:
    """Takes one block after the other and knows the day and the zone that stand above."""

    def __init__(self, section: Section, context: Context) -> None:
        self.timeline = Timeline()
        self._context = context
        self._day: dt.date | None = None
        self._zone: dt.tzinfo | None = None
        self._open: Line | None = None
        self._fixed = False
        stamps = [read_stamp(text, context) for text in _beginnings(section.blocks)]
        self._late = not any(stamps)
        #: Without any time of day, each day that is a heading is an event.
        self._by_day = not any(stamp.has_clock for stamp in stamps if stamp)
        for heading in (*section.above, section.heading):
            self._carry(heading, certain=True)

    def read(self, block: Block) -> None:
        """Take a block, whatever it is."""
        if len(self.timeline.lines) > MOST_EVENTS:
            return
        if block.is_heading:
            self._heading(block)
        elif block.kind == "table":
            self._table(block)
        elif block.kind == "item":
            self._item(block)
        elif block.kind == "text" or self._is_typed_in(block):
            self._paragraph(block)
        else:
            self._continue(f"```\n{block.text}\n```")

    def _is_typed_in(self, block: Block) -> bool:
        """Whether lines that are merely set in are events, and no code: they begin with times."""
        if block.level != SET_IN:
            return False
        stamps = [self._stamp(line) for line in block.text.split("\n") if line.strip()]
        return all(stamp is not None and stamp.has_clock for stamp in stamps)

    def _heading(self, block: Block) -> None:
        stamp = self._stamp(block.text)
        self._open = None
        if stamp is not None and stamp.has_clock:
            self._open = self._add(stamp.rest, stamp)
            return
        self._carry(block.text, certain=True)
        if stamp is not None and self._by_day:
            self._open = self._add(stamp.rest, stamp)
        if stamp is None and not self._is_note(block.text):
            self.timeline.rest.append(f"**{unmarked(block.text)}**")

    def _item(self, block: Block) -> None:
        stamp = self._stamp(block.text)
        if self._open is not None and (stamp is None or not stamp.has_clock):
            self._continue(_as_markdown(block))
            return
        if (stamp is None and (is_unfilled(block.text) or self._titles(block))) or (
            stamp is not None and self._is_day(stamp)
        ):
            self._carry(block.text, certain=True)
            line = None
        else:
            stamp = stamp or self._late_stamp(block.text)
            line = self._add(stamp.rest if stamp else block.text, stamp)
        for child in block.children:
            own = self._stamp(child.text) if child.kind in ("item", "text") else None
            if line is None or (own is not None and own.has_clock):
                self.read(child)
            else:
                line.text = "\n".join(filter(None, (line.text, _as_markdown(child))))

    def _titles(self, block: Block) -> bool:
        """Whether an item only names the events that stand under it."""
        return any(self._stamp(child.text) for child in block.children if child.kind == "item")

    def _paragraph(self, block: Block) -> None:
        lines = block.text.split("\n")
        stamps = [self._stamp(line) for line in lines]
        if not any(stamps):
            self._untimed(block.text)
            return
        for text, stamp in zip(lines, stamps, strict=True):
            if stamp is None:
                self._continue(text)
            elif self._is_day(stamp):
                self._carry(text, certain=True)
            else:
                self._open = self._add(stamp.rest, stamp)
        if self._open is not None and self._open.text:
            self._open = None

    def _untimed(self, text: str) -> None:
        """A paragraph without a time: more of what stands above, or a note on all times."""
        if self._open is not None:
            self._continue(text)
            return
        self._carry(text, certain=False)
        if not is_unfilled(text) and not self._is_note(text):
            self.timeline.rest.append(text)

    def _continue(self, text: str) -> None:
        line = self._open or (self.timeline.lines[-1] if self.timeline.lines else None)
        if line is None:
            self.timeline.rest.append(text)
        else:
            line.text = f"{line.text}\n{text.strip()}".strip()

    def _table(self, block: Block) -> None:
        columns = _Columns(block, self._context)
        above, self._zone = self._zone, columns.zone or self._zone
        for cells in block.rows:
            written, others = columns.split(cells)
            if not any(cells) or is_unfilled(written):
                continue
            stamp = self._stamp(written) if written else None
            rest = stamp.rest if stamp else written
            if stamp is not None and self._is_day(stamp) and not others:
                self._carry(written, certain=True)
                continue
            line = self._add(" ".join(filter(None, (rest, *others))), stamp)
            line.cells = tuple(unmarked(cell) for cell in others if len(cell) <= LONGEST_KIND)
        self._zone = above

    def _add(self, text: str, stamp: Stamp | None) -> Line:
        line = Line(text.strip(), stamp, self._day, self._zone, fixed=self._fixed)
        self.timeline.lines.append(line)
        return line

    def _stamp(self, text: str) -> Stamp | None:
        return None if is_unfilled(text) else read_stamp(text, self._around())

    def _late_stamp(self, text: str) -> Stamp | None:
        return late_stamp(text, self._around()) if self._late else None

    def _around(self) -> Context:
        return replace(self._context, day=self._day) if self._day else self._context

    def _is_day(self, stamp: Stamp) -> bool:
        """Whether a line names a day for what stands below it and says nothing else."""
        if stamp.moment is None or stamp.moment.clock is not None:
            return False
        return not stamp.rest or self._is_note(stamp.rest) or _is_weekday(stamp.rest)

    def _carry(self, text: str, *, certain: bool) -> None:
        """Takes a day and a zone from a text for what stands below it.

        Args:
            certain: whether a day in it is meant for that; a sentence may speak of other days.
        """
        plain = unmarked(text)
        zone = zone_of(plain, hints=self._context.hints)
        around = self._around()
        days = {
            moment.day
            for moment in moments_in(
                plain, day_order=around.day_order, default_day=around.day, hints=around.hints
            )
            if moment.day and not moment.ends
        }
        if not days and (day := _day_without_year(plain, around.day)):
            days.add(day)
        if len(days) == 1 and (certain or zone or around.day is None):
            self._day = days.pop()
            self._fixed = not certain and zone is not None  # "all events happened on …, in UTC"
        self._zone = zone or self._zone

    def _is_note(self, text: str) -> bool:
        """Whether a text only says in which zone all times are."""
        plain = unmarked(text)
        return not plain or (
            len(plain) <= LONGEST_NOTE and zone_of(plain, hints=self._context.hints) is not None
        )


class _Columns:
    """Which columns of a table hold the time and which say what happened."""

    def __init__(self, table: Block, context: Context) -> None:
        header = [unmarked(cell) for cell in table.header]
        meanings = [_column(cell) or _names_zone(cell, context) for cell in header]
        times = [index for index, meaning in enumerate(meanings) if meaning == "time"]
        self._times = times or [_stamped_column(table, context)]
        zones = {index: zone_of(header[index], hints=context.hints) for index in times}
        zoned = [index for index in times if zones[index] is not None]
        self.zone = zones[zoned[0]] if zoned else None
        #: The same times once more, in another zone, and the ends of what takes long.
        self._doubled = {i for i, meaning in enumerate(meanings) if meaning == "end" and times}
        self._doubled |= {*zoned[1:]}

    def split(self, cells: list[str]) -> tuple[str, list[str]]:
        """The time as it is written, and the other cells."""
        left = {i: c.strip() for i, c in enumerate(cells) if c.strip() and i not in self._doubled}
        written = " ".join(cell for index, cell in left.items() if index in self._times)
        return written, [cell for index, cell in left.items() if index not in self._times]


def _column(header: str) -> str:
    """What a column of a timeline holds by its header: ``time``, ``end`` or anything else."""
    table = words.current().tables["timeline_columns"]
    return next((table[form] for form in words.forms(header) if form in table), "")


def _names_zone(header: str, context: Context) -> str:
    """``time`` for a header that is a zone and nothing else: "NZST", "UTC+2"."""
    short = len(header) <= LONGEST_ZONE and header.isascii()
    return "time" if short and zone_of(header, hints=context.hints) else ""


def _stamped_column(table: Block, context: Context) -> int:
    """The first column whose cells are times, where no header says so."""
    for index in range(len(table.header)):
        cells = [row[index] for row in table.rows if index < len(row)]
        if any(read_stamp(cell, context) for cell in cells):
            return index
    return 0


def _beginnings(blocks: list[Block]) -> Iterable[str]:
    """What may begin with a time."""
    for block in every(blocks):
        yield from block.text.split("\n") if block.kind == "text" else (block.text,)
        for row in block.rows:
            yield from row[:1]


def _day_without_year(text: str, near: dt.date | None) -> dt.date | None:
    """The day of a line such as "11/26", if only one reading lies near a day that is known."""
    match = MONTH_AND_DAY.fullmatch(text)
    if match is None or near is None:
        return None
    first, second = map(int, match.groups())
    days = set()
    for month, day in ((first, second), (second, first)):
        try:
            days.add(near.replace(month=month, day=day))
        except ValueError:
            continue
    likely = {day for day in days if abs(day - near) <= NEAR}
    return likely.pop() if len(likely) == 1 else None


def _as_markdown(block: Block) -> str:
    mark = f"{'  ' * max(0, block.level - 1)}- " if block.kind == "item" else ""
    below = [_as_markdown(child) for child in block.children]
    return "\n".join((f"{mark}{block.text}", *below))


def _is_weekday(text: str) -> bool:
    return words.fold(text).strip("(), ") in words.current().tables["weekdays"]


class _Days:
    """Gives each line its full time, over midnight where a list goes on into the next day."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._day = context.day
        self._above: dt.date | None = None
        self._last: dt.datetime | None = None
        self._zone: dt.tzinfo | None = None
        self._step = OVER_MIDNIGHT

    def set(self, lines: list[Line]) -> None:
        """Set the times of lines in order."""
        self._step = STEP_BACK if _steps_back(lines) <= 1 else OVER_MIDNIGHT
        for line in lines:
            if line.stamp is not None and line.stamp.moment is not None:
                line.at = self._time(line, line.stamp)
        begin = self._context.start or next((line.at for line in lines if line.is_timed), "")
        for line in lines:
            if begin and line.stamp is not None and line.stamp.offset is not None:
                line.at = shifted(begin, line.stamp.offset)

    def _time(self, line: Line, stamp: Stamp) -> str:
        moment = stamp.moment
        if moment is None:
            return ""
        if line.day is not None and line.day != self._above:
            self._day, self._above, self._last = line.day, line.day, None
        if moment.zone is not None:
            self._zone = moment.zone.info
        if line.fixed and moment.date is not None:
            return moment.iso(zone=line.zone or self._zone or self._context.zone)
        if moment.date is not None:
            self._day, self._last = moment.day, None
        elif moment.clock is not None and self._day is not None:
            self._cross_midnight(moment.clock)
        if moment.clock is not None and self._day is not None:
            self._last = dt.datetime.combine(self._day, moment.clock)
        return moment.iso(day=self._day, zone=line.zone or self._zone or self._context.zone)

    def _cross_midnight(self, clock: dt.time) -> None:
        if self._last is None or self._day is None:
            return
        if self._last - dt.datetime.combine(self._day, clock) > self._step:
            try:
                self._day += dt.timedelta(days=1)
            except OverflowError:
                self._day = None


def _is_newest_first(lines: list[Line]) -> bool:
    """Whether every event names its day and the newest stands first, as on a status page."""
    dated = [line.stamp is not None and line.stamp.moment is not None for line in lines]
    if len(lines) < 2 or not all(dated) or not all(line.is_timed for line in lines):
        return False
    moments = [moment_of(line.at) for line in lines]
    return moments[0] > moments[-1] and moments == sorted(moments, reverse=True)


def _runs_backwards(lines: list[Line]) -> bool:
    """Whether times of day of one day go down from an event that says that it is over."""
    moments = [line.stamp.moment if line.stamp else None for line in lines]
    clocks = [m.clock for m in moments if m is not None and m.clock and m.date is None]
    if len(clocks) < 2 or len(clocks) < len(lines) or len({line.day for line in lines}) > 1:
        return False
    falls = all(before >= after for before, after in pairwise(clocks))
    return falls and any(said.kind in ENDS for said in lines[0].said)


def _steps_back(lines: list[Line]) -> int:
    """How often a list of times of day goes back by more than a correction."""
    steps, last = 0, None
    for line in lines:
        moment = line.stamp.moment if line.stamp else None
        if moment is None or moment.clock is None:
            continue
        now = dt.timedelta(hours=moment.clock.hour, minutes=moment.clock.minute)
        steps += last is not None and moment.date is None and last - now > STEP_BACK
        last = now
    return steps
