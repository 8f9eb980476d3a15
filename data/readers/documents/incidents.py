"""Does a page tell of one incident or of several, each under a heading of its own?"""

import re
from collections import Counter
from dataclasses import replace

from data import words
from data.readers.documents.clocks import Context
from data.readers.documents.document import Document, first_day
from data.readers.documents.facts import gather
from data.readers.documents.sections import Section, names_incident
from data.record import CLOCK_FIELDS

#: Parts that an incident has once.
ONCE = frozenset(
    ("timeline", "impact", "root_cause", "summary", "trigger", "detection", "metadata")
)
MOST_INCIDENTS = 100
WORD = re.compile(r"[^\W\d_]{2,}")
MOST_WORDS_OF_NUMBER = 2


def documents_of(whole: Document) -> list[Document]:
    """The document, or one for each incident that it tells of.

    What stands under none of their headings belongs to all of them.
    """
    heads = _heads(list(whole.outline))
    if len(heads) < 2:
        return [whole]
    outline = list(whole.outline)
    ends = [*heads[1:], len(outline)]
    inside = {
        index
        for head, end in zip(heads, ends, strict=True)
        for index in range(head, _last(outline, head, end))
    }
    shared = [section for index, section in enumerate(outline) if index not in inside]
    return [
        _part(whole, outline[head : _last(outline, head, end)], shared)
        for head, end in zip(heads[:MOST_INCIDENTS], ends, strict=False)
    ]


def _part(whole: Document, own: list[Section], shared: list[Section]) -> Document:
    head = own[0]
    title = head.heading
    if whole.title and not words.current().part(whole.title) and _says_little(head.heading):
        title = f"{whole.title}: {head.heading}"
    top = replace(head, part="", heading="", level=0)
    front = replace(
        whole.front,
        values={
            key: value for key, value in whole.front.values.items() if key not in ("title", "date")
        },
    )
    return Document(
        whole.name,
        front,
        title,
        [top, *own[1:], *_without_doubles(own, shared)],
        "\n\n".join(section.text for section in (*own, *shared)),
        whole.day_order,
    )


def _says_little(heading: str) -> bool:
    """Whether a heading is a number or a day and says not what happened: "Incident 1"."""
    return len(WORD.findall(heading)) <= MOST_WORDS_OF_NUMBER


def _without_doubles(own: list[Section], shared: list[Section]) -> list[Section]:
    """The shared sections whose part an incident has not itself."""
    parts = {section.part for section in own if section.part}
    return [section for section in shared if section.heading and section.part not in parts]


def _heads(outline: list[Section]) -> list[int]:
    """The headings of incidents: alike in level, each with the same parts below."""
    for level in sorted({section.level for section in outline if section.level}):
        candidates = [
            index
            for index, section in enumerate(outline)
            if section.level == level and not section.part and _names_incident(section.heading)
        ]
        parts = Counter(part for index in candidates for part in _parts_below(outline, index))
        if len(candidates) > 1 and any(parts[part] > 1 for part in ONCE):
            return [index for index in candidates if _parts_below(outline, index)]
    return []


def _names_incident(heading: str) -> bool:
    """Whether a heading has a day, or a number beside a word for an incident."""
    return first_day(heading, Context()) is not None or names_incident(heading)


def _last(outline: list[Section], head: int, end: int) -> int:
    """Where the sections of an incident end: at the next heading that is not below its own."""
    for index in range(head + 1, end):
        if outline[index].level <= outline[head].level:
            return index
    return end


def _parts_below(outline: list[Section], head: int) -> set[str]:
    """The parts of an incident under a heading, as headings or as labels."""
    below = outline[head + 1 : _last(outline, head, len(outline))]
    parts = {section.part for section in below}
    if parts.isdisjoint(ONCE):
        found = gather(outline[head].blocks)
        parts |= {section.part for section in found.sections}
        parts |= {"timeline" for label in found.labels if label.name in CLOCK_FIELDS}
    return parts & ONCE
