"""The facts of a post-mortem, and the clocks and lengths of time among them.

Facts stand at the top, under a heading for them, in a form, or as labels inside any other section;
there only those that tell a clock are taken, for the text itself stays where it is.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import dedent

from data import words
from data.problems import shown
from data.readers.documents.blocks import (
    DIGIT,
    TEXTS,
    Block,
    Label,
    every,
    label_of,
    labels_in_line,
    labels_in_table,
    meaning,
    unmarked,
)
from data.readers.documents.events import (
    Clocks,
    Context,
    Told,
    Trust,
    late_stamp,
    moment_of,
    read_stamp,
    shifted,
)
from data.readers.documents.sections import Section
from data.record import CLOCK_FIELDS
from data.times import Written, moments_in, read_duration, read_window, zone_of

#: Facts that tell when something was, whatever section they stand in.
LENGTHS = (
    "duration",
    "time_to_detect",
    "time_to_acknowledge",
    "time_to_mitigate",
    "time_to_resolve",
)
#: What each stated length leads from and to.
STEPS = (
    ("time_to_detect", "impact_started_at", "detected_at"),
    ("time_to_acknowledge", "detected_at", "acknowledged_at"),
    ("time_to_mitigate", "impact_started_at", "mitigated_at"),
    ("time_to_resolve", "impact_started_at", "resolved_at"),
)
#: A stated length is rounded to minutes, and a guess may miss by a few.
ROUNDED, NEARLY = dt.timedelta(minutes=1), dt.timedelta(minutes=5)
#: By which the beginning is known, the surest first; what is mended by hand may be called resolved.
BACKWARDS = (
    ("duration", "resolved_at"),
    ("time_to_detect", "detected_at"),
    ("time_to_mitigate", "mitigated_at"),
    ("time_to_resolve", "resolved_at"),
    ("time_to_resolve", "mitigated_at"),
)
#: What a length of time is of where the label of a clock introduces it: "Detection time: 12 min".
LENGTH_OF = {clock: name for name, _, clock in STEPS}
ARROWS = ("→", "->", "=>", "⇒")
NUMBER_AND_UNIT = re.compile(
    r"\W{0,3}\d{1,4}(?:[.,]\d{1,2})?(?:\s?(?:-|–|to)\s?\d{1,4})?\s?([^\W\d]{1,9})(?!\w)"
)
#: Labels of a day that do not say of what.
UNDEFINED = frozenset(("date", "datum", "fecha", "data", "日付"))
OF_TIME = frozenset((*CLOCK_FIELDS, *LENGTHS, "date", "window"))


@dataclass(slots=True)
class Gathered:
    """What a section without a part of its own holds.

    Attributes:
        labels: the facts.
        sections: the parts that labels introduce.
        rest: all other blocks.
    """

    labels: list[Label] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)


def gather(blocks: Iterable[Block]) -> Gathered:
    """The facts, the labelled parts and the rest of some blocks."""
    gathered = Gathered()
    open_part: Section | None = None
    for block in blocks:
        if open_part is not None and _goes_on(open_part, block):
            _append(open_part, block)
        elif block.kind == "text":
            open_part = _paragraph(block, gathered, open_part)
        else:
            open_part = None
            _other(block, gathered)
    return gathered


def _goes_on(part: Section, block: Block) -> bool:
    """Whether a list or table below a label is what it introduces: "Action items:"."""
    if block.kind == "code":
        return True
    without_text = all(inside.kind != "text" for inside in part.blocks)
    return block.kind in ("item", "table") and without_text


def _other(block: Block, gathered: Gathered) -> None:
    if block.kind == "table":
        _table(block, gathered)
    elif block.kind == "item":
        _item(block, gathered)
    else:
        gathered.rest.append(block)


def facts_in(blocks: Iterable[Block]) -> Iterator[Label]:
    """The labels that tell of time anywhere in a section whose text stays as it is."""
    for block in every(blocks):
        if block.kind == "table":
            yield from (label for label in labels_in_table(block) if label.name in OF_TIME)
        elif block.kind in ("text", "item"):
            for line in block.text.split("\n"):
                yield from (label for label in labels_in_line(line) if label.name in OF_TIME)


def _table(block: Block, gathered: Gathered) -> None:
    labels = labels_in_table(block)
    if not labels:
        gathered.rest.append(block)
    for label in labels:
        _take(label, gathered)


def _item(block: Block, gathered: Gathered) -> None:
    label = label_of(block.text, below=tuple(block.children))
    if label is not None:
        _take(label, gathered)
    elif block.children and (below := gather(block.children)) and (below.labels or below.sections):
        gathered.labels.extend(below.labels)
        gathered.sections.extend(below.sections)
    else:
        gathered.rest.append(block)


def _paragraph(block: Block, gathered: Gathered, open_part: Section | None) -> Section | None:
    """Takes a paragraph line by line; lines without a label go on with the part above them."""
    others: list[str] = []
    first = True
    for line in _with_values_below(block.text.split("\n")):
        labels = labels_in_line(line)
        for label in labels:
            open_part = _take(label, gathered)
        if labels:
            pass
        elif open_part is not None:
            _append(open_part, Block("text", line), joined=not first)
        else:
            others.append(line)
        first = False
    if others:
        text = "\n".join(others)
        gathered.rest.append(Block("text", text, 0, block.start, block.end))
    return open_part


def _with_values_below(lines: list[str]) -> Iterator[str]:
    """The lines; a name of a time and the time below it are one: "復旧日時", "2026年3月2日 7時"."""
    above = ""
    for line in lines:
        if above and (moments := moments_in(line)) and moments[0].start == 0:
            line, above = f"{above}: {line}", ""
        elif above:
            yield above
        above = line if not DIGIT.search(line) and meaning(unmarked(line))[0] in OF_TIME else ""
        if not above:
            yield line
    if above:
        yield above


def _take(label: Label, gathered: Gathered) -> Section | None:
    """Files a label; the section that it opens, if it does."""
    is_text = label.name in TEXTS or not label.name or _has_no_time(label)
    if is_text and label.part:
        blocks = [Block("text", label.value)] if label.value else []
        section = Section(label.part, label.label, 0, [*blocks, *label.below])
        below = dedent("\n".join(map(as_markdown, label.below)))
        section.text = "\n".join(filter(None, (label.value, below)))
        gathered.sections.append(section)
        return section
    if label.name:
        gathered.labels.append(label)
    return None


def _has_no_time(label: Label) -> bool:
    """Whether a word for a clock introduces a text: "Detección: un cliente llamó"."""
    return label.name in CLOCK_FIELDS and not any(sign.isdigit() for sign in label.value)


def _append(section: Section, block: Block, *, joined: bool = False) -> None:
    section.blocks.append(block)
    text = f"```\n{block.text}\n```" if block.kind == "code" else as_markdown(block)
    beside = joined or (block.kind == "item" and len(section.blocks) > 1)
    section.text = f"{section.text}{chr(10) if beside else chr(10) * 2}{text}".strip()


def as_markdown(block: Block) -> str:
    """A block that stood under a label, without what set it in."""
    if block.kind == "table":
        rows = [block.header, ["---"] * len(block.header), *block.rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    indent = "  " * block.level
    text = f"{indent}- {block.text}" if block.kind == "item" else f"{indent}{block.text}"
    text = text.replace("\n", f"\n{indent}  " if block.kind == "item" else f"\n{indent}")
    return "\n".join((text, *map(as_markdown, block.children)))


def text_of(label: Label) -> str:
    """What a label says, without marks; what stands under it as a list."""
    below = [unmarked(block.text) for block in label.below if block.text]
    return "; ".join(filter(None, (unmarked(label.value), *below)))


@dataclass(slots=True)
class Lengths:
    """Stated lengths of time by what they are of."""

    stated: dict[str, dt.timedelta] = field(default_factory=dict)

    def tell(self, clocks: Clocks, events: Collection[str] = ()) -> None:
        """Conclude what is missing from a known clock and a stated length.

        Args:
            events: the times of the timeline; a beginning concluded is one of them, if there are.
        """
        start = clocks.best("impact_started_at")
        over = clocks.best("resolved_at")
        length = self.stated.get("duration")
        if length is not None and over is None and start and not start.is_day:
            self._conclude(clocks, "resolved_at", start, length, "duration")
        self._tell_start(clocks, events)
        for name, begin, clock in STEPS:
            known, length = clocks.best(begin), self.stated.get(name)
            # A length of a length adds what two authors, or one at two times, counted apart.
            if length is None or known is None or known.is_day or clocks.best(clock) is not None:
                continue
            if known.trust is not Trust.LENGTH or name == "time_to_detect":
                self._conclude(clocks, clock, known, length, name)

    def _tell_start(self, clocks: Clocks, events: Collection[str]) -> None:
        """The beginning, from a known later step and how long it took to get there."""
        start = clocks.best("impact_started_at")
        for name, clock in BACKWARDS if not start or start.is_day else ():
            length, known = self.stated.get(name), clocks.best(clock)
            if length is None or known is None or known.is_day:
                continue
            began = moment_of(known.at) - length
            near = min(events, key=lambda event: abs(moment_of(event) - began), default="")
            if not near:
                self._conclude(clocks, "impact_started_at", known, -length, name)
                return
            if abs(moment_of(near) - began) <= ROUNDED:  # the event itself, for lengths are rounded
                source = _source_of(name, length)
                told = Told(near, Trust.LENGTH, source, estimated=True)
                clocks.tell("impact_started_at", told)
                return

    def allow(self, start: Told, clocks: Clocks) -> bool:
        """Whether the stated lengths lead from a guessed beginning to a clock that is known."""
        leads = [
            abs(moment_of(start.at) + length - moment_of(known.at)) <= max(NEARLY, length / 4)
            for name, clock in BACKWARDS
            if (length := self.stated.get(name)) is not None
            and (known := clocks.best(clock))
            and not (known.is_day or start.is_day)
        ]
        return not leads or any(leads)

    def _conclude(
        self, clocks: Clocks, clock: str, known: Told, length: dt.timedelta, name: str
    ) -> None:
        source = _source_of(name, abs(length))
        clocks.tell(clock, Told(shifted(known.at, length), Trust.LENGTH, source, estimated=True))


def _source_of(name: str, length: dt.timedelta) -> str:
    return f"stated {name.replace('_', ' ')} of {length}"


def tell_time(
    label: Label, *, clocks: Clocks, lengths: Lengths, context: Context, trust: Trust
) -> bool:
    """Files what a fact tells of time.

    Returns:
        Whether it told anything.
    """
    text = text_of(label)
    source = f"stated as {shown(label.label)!r}"
    zone = zone_of(label.label, hints=context.hints) or zone_of(text, hints=context.hints)
    window = _window_in(label, text, context)
    of_clock = label.name in LENGTH_OF and begins_with_length(text)
    if label.name in LENGTHS[1:] or of_clock:
        window = None  # "Time to resolve: 7h (during support hours, 10:00-17:00)"
    if window is not None:
        ends = _ends_of(window, context, zone)
        return _tell_window(label, ends, source, clocks=clocks, trust=trust)
    if label.name in LENGTHS:
        length = read_duration(text)
        if length is not None:
            lengths.stated.setdefault(label.name, length)
        return length is not None
    if of_clock:
        length = read_duration(text)
        if length is not None:
            lengths.stated.setdefault(LENGTH_OF[label.name], length)
        return length is not None
    clock = label.name if label.name in CLOCK_FIELDS else "impact_started_at"
    stamp = read_stamp(text, context) or late_stamp(text, context)
    if stamp is None or stamp.moment is None:
        return False
    at = context.iso(stamp.moment, zone=zone)
    clocks.tell(clock, Told(at, trust, source, undefined=words.fold(label.label) in UNDEFINED))
    return bool(at)


def _window_in(label: Label, text: str, context: Context) -> tuple[Written, Written] | None:
    """The range of times in a fact.

    A length may say it in brackets, with words: "~2h (stuck 21:01 UTC → over ~23:09 UTC)".
    """
    window = read_window(
        text, day_order=context.day_order, default_day=context.day, hints=context.hints
    )
    _, _, remark = text.partition("(")
    if window or label.name != "duration" or not any(arrow in remark for arrow in ARROWS):
        return window
    moments = moments_in(
        remark, day_order=context.day_order, default_day=context.day, hints=context.hints
    )
    if len(moments) != 2 or not all(moment.clock for moment in moments):
        return None
    return moments[0], moments[1]


def begins_with_length(text: str) -> bool:
    """Whether a text says first how long something took, be it exact or a range."""
    match = NUMBER_AND_UNIT.match(text)
    return match is not None and words.fold(match[1]) in words.current().tables["units"]


def _ends_of(
    window: tuple[Written, Written], context: Context, zone: dt.tzinfo | None
) -> tuple[str, str]:
    """The ends of a range in full; the second may lie behind midnight."""
    first, second = window
    start, end = context.iso(first, zone=zone), context.iso(second, zone=zone)
    undated = first.date is None and second.date is None
    if undated and end and first.clock and second.clock and second.clock < first.clock:
        end = shifted(end, dt.timedelta(days=1))
    return start, end


def _tell_window(
    label: Label, ends: tuple[str, str], source: str, *, clocks: Clocks, trust: Trust
) -> bool:
    start, end = ends
    if label.name in CLOCK_FIELDS and label.name != "impact_started_at":
        at = end if label.name == "resolved_at" else start
        clocks.tell(label.name, Told(at, trust, source))
        return bool(at)
    clocks.tell("impact_started_at", Told(start, trust, source))
    clocks.tell("resolved_at", Told(end, trust, source))
    return bool(start)
