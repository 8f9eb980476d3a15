"""Which parts does a post-mortem have, whatever its template calls them?

Headings decide, and labels that stand for headings ("**Impact:** …"). A heading that no template
uses stays with the section that it stands under, or becomes a section of its own, whose text is
kept as it is.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from data import words
from data.readers.documents.blocks import (
    BOLD_LEVEL,
    DIGIT,
    LONGEST_FACT,
    Block,
    is_short_fact,
    label_of,
    unmarked,
)
from data.record import CLOCK_FIELDS
from data.times import moments_in

#: Sections whose inside is divided by headings of other meanings: phases, kinds of action.
KEEPERS = {
    "timeline": frozenset(("", "detection", "resolution", "impact", "trigger", "metadata")),
    "actions": frozenset(
        (
            "",
            "detection",
            "resolution",
            "impact",
            "trigger",
            "timeline",
            "metadata",
            "actions",
            "explanation",
        )
    ),
}
LOWEST_TITLE = 2
#: "Wednesday, September 30, 2026, 11:39 AM"
LONGEST_DAY = 45
TIMES = ("date", "window", "duration")
#: Any year does where only the notation is asked for.
ANY_DAY = dt.date(2000, 1, 1)
LETTERS = re.compile(r"[^\W\d_]{4}")
#: "RCA: Billing job failed" names an incident, and not only what the page is.
MORE = re.compile(r"(?:[:：–—]|\s-\s)\s{0,3}\w")
NUMBERED = re.compile(r"(?:#|[Nn][o°º.]{0,2}\s?)?(?<![\d.])\d{1,6}\b(?!\.\d)|[A-Z]{2,10}-\d{1,6}")


@dataclass(slots=True)
class Section:
    """A part of a document.

    Attributes:
        part: what it is to a record; empty if no template names it so.
        heading: as the author wrote it; empty before the first heading.
        level: 1 for the topmost; 0 before the first heading.
        blocks: what stands below the heading.
        text: the same as it was written.
        above: the headings that it stands under, from the topmost.
        start: the line of its heading in the body.
    """

    part: str
    heading: str = ""
    level: int = 0
    blocks: list[Block] = field(default_factory=list)
    text: str = ""
    above: tuple[str, ...] = ()
    start: int = 0


def names_incident(heading: str) -> bool:
    """Whether a heading names an incident by its number or day: "Incident on 2026-03-02"."""
    folded = words.fold(heading)
    if not DIGIT.search(folded) or not words.current().phrases["incident_names"].are_in(folded):
        return False
    return bool(NUMBERED.search(heading)) or bool(moments_in(heading))


def states_fact(heading: str) -> bool:
    """Whether a heading is a fact of time with what it says: "Date: February 6, 2026"."""
    label = label_of(heading) if DIGIT.search(heading) else None
    return label is not None and (label.name in TIMES or label.name in CLOCK_FIELDS)


def names_moment(heading: str) -> bool:
    """Whether a heading begins with a day and a time of day, as updates of a status page do."""
    moments = moments_in(heading) if DIGIT.match(heading) else []
    return bool(moments) and bool(moments[0].day and moments[0].clock)


def names_day(heading: str) -> bool:
    """Whether a heading is a day or a time and nothing else: what stands below was then."""
    plain = unmarked(heading).strip(" :–—-")
    if not DIGIT.search(plain) or len(plain) > LONGEST_DAY:
        return False
    moments = moments_in(plain, default_day=ANY_DAY)
    return bool(moments) and moments[0].start == 0 and not LETTERS.search(plain, moments[-1].end)


def names_full_day(heading: str) -> bool:
    """Whether a heading is a day with its year and nothing else."""
    return names_day(heading) and any(moment.day for moment in moments_in(unmarked(heading)))


def tells_of_many(names: str) -> bool:
    """Whether a page is called one of many incidents: "Cloud status", "Incident history"."""
    return words.current().phrases["collection_names"].are_in(words.fold(names))


def outline_of(blocks: list[Block], body: str) -> tuple[str, list[Section]]:
    """The title of a document and its sections; the first is what stands before any heading."""
    lines = body.split("\n")
    divider = _Divider(blocks)
    for index, block in enumerate(blocks):
        divider.take(index, block)
    for section, (first, last) in zip(divider.sections, divider.spans(len(lines)), strict=True):
        section.text = "\n".join(lines[first:last]).strip()
    return divider.title, divider.sections


class _Divider:
    """Takes one block after the other and knows which section is being read."""

    def __init__(self, blocks: list[Block]) -> None:
        self.title = ""
        self.sections = [Section("")]
        self._blocks = blocks
        self._known = words.current()
        self._first_lines = [0]
        self._open: list[Section] = []
        self._headings = 0
        self._levels = [block.level for block in blocks if block.is_heading]

    def take(self, index: int, block: Block) -> None:
        """Begin a section with a heading, or go on with the one that is open."""
        running = self.sections[-1]
        if self._lists_actions(block):
            self._begin_table(block)
            return
        if not block.is_heading:
            running.blocks.append(block)
            return
        if running.part in ("", "metadata") and states_fact(block.text):
            running.blocks.append(Block("text", block.text, 0, block.start, block.end))
            return
        self._headings += 1
        part = self._known.part(unmarked(block.text))
        if self._is_title(block, part):
            self.title = unmarked(block.text)
            self._first_lines[-1] = block.end
        elif self._divides(index, block, part):
            self._begin(block, part)
        else:
            running.blocks.append(block)

    def spans(self, lines: int) -> list[tuple[int, int]]:
        """The first line of each section's text and the line after its last."""
        ends = [section.start for section in self.sections[1:]]
        return list(zip(self._first_lines, [*ends, lines], strict=True))

    def _is_title(self, block: Block, part: str) -> bool:
        """Whether a heading is that of the whole document.

        Above a document with headings of its own a single topmost one always is, even if it is
        called "Root cause analysis"; a name of the incident right below it says more.
        """
        if self._headings == 1 and not self.title and not self._is_one_of_several(block):
            topmost = block.level == 1 and self._levels.count(1) == 1
            alone = topmost and (len(self._levels) > 1 or MORE.search(block.text) is not None)
            first = self._blocks[0] is block and block.level == BOLD_LEVEL and 1 not in self._levels
            named = self._blocks[0] is block and names_incident(block.text)
            return alone or first or named or (not part and block.level <= LOWEST_TITLE)
        generic = bool(self._known.part(self.title)) and len(self.sections) == 1
        return generic and not part and not self.sections[0].blocks

    def _is_one_of_several(self, block: Block) -> bool:
        """Whether other headings of its level name incidents, or full times, as this one does."""
        alike = [other for other in self._blocks if other.is_heading and other.level == block.level]
        return any(
            names(block.text) and sum(names(other.text) for other in alike) > 1
            for names in (names_incident, names_moment)
        )

    def _lists_actions(self, block: Block) -> bool:
        """Whether a table is one of actions, whatever it stands under."""
        if block.kind != "table" or self.sections[-1].part in KEEPERS:
            return False
        return self._known.part(unmarked(block.header[0])) == "actions"

    def _begin_table(self, block: Block) -> None:
        running = self.sections[-1]
        heading = unmarked(block.header[0])
        section = Section("actions", heading, running.level, [block], start=block.start)
        section.above = running.above
        self.sections.append(section)
        self._first_lines.append(block.start)

    def _divides(self, index: int, block: Block, part: str) -> bool:
        running = self.sections[-1]
        if running.part == "timeline" and block.level >= running.level and names_day(block.text):
            return False
        inside = bool(running.heading) and block.level > running.level
        if inside and part in KEEPERS.get(running.part, ()):
            return False
        if part or names_incident(block.text):
            return True
        if tells_of_many(self.title) and names_full_day(block.text):
            return True
        if self._is_fact(index, block):
            return not inside or running.part not in KEEPERS
        return not inside and block.level != BOLD_LEVEL

    def _is_fact(self, index: int, block: Block) -> bool:
        """Whether a heading names a fact that stands alone below it, as in an issue form."""
        below = self._blocks[index + 1 : index + 3]
        if not below or below[0].is_heading or not is_short_fact(block.text):
            return False
        alone = len(below) == 1 or below[1].is_heading or below[0].kind == "item"
        return alone and len(below[0].text) <= LONGEST_FACT

    def _begin(self, block: Block, part: str) -> None:
        while self._open and self._open[-1].level >= block.level:
            self._open.pop()
        above = tuple(section.heading for section in self._open)
        section = Section(part, unmarked(block.text), block.level, above=above, start=block.start)
        self._open.append(section)
        self.sections.append(section)
        self._first_lines.append(block.end)
