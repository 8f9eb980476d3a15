"""From the sections of a post-mortem to the fields of a record."""

import datetime as dt
from typing import Any

from data.readers.documents.action_text import Setting
from data.readers.documents.actions import links_in, read_actions
from data.readers.documents.blocks import read_blocks, source_of
from data.readers.markdown_blocks import blocks, listed
from data.readers.markdown_sections import Section
from data.readers.markdown_timeline import clocks_in, read_timeline

TEXT_PARTS = ("summary", "impact", "root_cause", "what_let_it_grow", "trigger")
LIST_PARTS = ("what_went_well", "what_went_wrong", "where_we_got_lucky")
#: A contributing factor this short is a label; a longer one is a sentence.
LONGEST_FACTOR = 60
#: The key in ``extra`` for text that belongs to no field.
SECTIONS = "sections"


class Parts:
    """Gathers fields section by section.

    Args:
        day: the date of the document, for times under no date of their own.
        zone: the zone that the document names for all its times; empty if it names none.
    """

    def __init__(self, *, day: dt.date | None, zone: str) -> None:
        self.values: dict[str, Any] = {}
        self.others: dict[str, str] = {}
        self._day = day
        self._zone = zone

    def add(self, section: Section) -> None:
        """Take a section, whatever it is."""
        part, text = section.part, section.text
        if part == "what_let_it_grow" and (factors := _labels(text)):
            self._extend("contributing_factors", factors)
        elif part in TEXT_PARTS:
            before = self.values.get(part)
            self.values[part] = f"{before}\n\n{text}" if before else text
        elif part in LIST_PARTS:
            self._extend(part, listed(text))
        elif part == "timeline":
            events = read_timeline(text, heading=section.heading, day=self._day, zone=self._zone)
            self._extend("timeline", events)
        elif part == "actions":
            setting = Setting(day=self._day, links=links_in(text))
            found = read_actions(read_blocks(text), heading=section.heading, setting=setting)
            self._extend("actions", found.actions)
            lines = text.split("\n")
            rest = [source_of(lines, [block]) for block in found.rest]
            self._keep(section.heading, "\n\n".join(rest))
        else:
            self._keep(section.heading, text)

    def finished(self) -> dict[str, Any]:
        """All fields, with the clocks that the timeline tells."""
        for clock, (at, words) in clocks_in(self.values.get("timeline", [])).items():
            self.values[clock] = at
            self.values.setdefault("clock_precision", {})[clock] = "estimated"
            self.values.setdefault("clock_sources", {})[clock] = words
        if self.others:
            self.values["extra"] = {SECTIONS: self.others}
        return self.values

    def _extend(self, field: str, items: list[Any]) -> None:
        if items:
            self.values.setdefault(field, []).extend(items)

    def _keep(self, heading: str, text: str) -> None:
        if text:
            self.others[heading] = f"{self.others.get(heading, '')}\n\n{text}".strip()


def _labels(text: str) -> list[str]:
    """The items of a section that is nothing but a list of labels; else nothing."""
    found = list(blocks(text))
    labels = all(
        block.kind == "item" and len(block.lines) == 1 and len(block.text) <= LONGEST_FACTOR
        for block in found
    )
    return [block.text for block in found] if labels else []
