"""Labels and what they say: "Severity: SEV2" as a line, an item, a row or a heading.

A label counts only if it is a known word for a field, a fact or a part of a post-mortem; any other
text with a colon is a text.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from data import words
from data.readers.documents.blocks import Block, unmarked
from data.record import CLOCK_FIELDS
from data.times import moments_in

DIGIT = re.compile(r"\d")
LONGEST_LABEL = 80
#: What stands below the heading of an issue form is an answer, not a section.
LONGEST_FACT = 300
LABELLED = re.compile(
    r"[^\w(]{0,12}(?P<label>[^:：\n|]{1,80}?)[\s*_`]{0,6}(?:(?<!\d)[:：]|[:：](?!\d))(?!//)[*_`]{0,3}"
    r"(?:[ \t]+|(?=\S)|$)(?P<value>.*)",
    re.S,
)
#: "**Impact** One order in three".
BOLD = re.compile(
    r"\W{0,6}(?:\*\*|__)(?P<label>[^*_\n]{1,80})(?:\*\*|__)\s{0,3}[-–—]?\s(?P<value>.*)", re.S
)
AFTER_LABEL = re.compile(r"[\s:–—=-]+(?:at|on|um|am|à|le|el|a las)?\s*$", re.I)
#: Fields that hold a text of their own, for which a label is a heading.
TEXTS = frozenset(
    (
        "summary",
        "impact",
        "root_cause",
        "trigger",
        "what_let_it_grow",
        "contributing_factors",
        "what_went_well",
        "what_went_wrong",
        "where_we_got_lucky",
    )
)
STRUCTURED = frozenset(("timeline", "actions", "extra", "clock_precision", "clock_sources"))
#: What stands between facts in one line.
BESIDE = re.compile(r"\s+[·•|]\s+|\s{3,}")
#: Wider tables list things.
MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Label:
    """A label with what it says.

    Attributes:
        name: the field or the fact that it means; empty if it is only a heading.
        part: the part of a post-mortem that it introduces; empty if it is only a fact.
        label: the author's word.
        value: the Markdown behind it.
        below: what stands under it, if it is an item.
        heading: what it stands under.
    """

    name: str
    part: str
    label: str
    value: str
    below: tuple[Block, ...] = ()
    heading: str = ""


def meaning(label: str) -> tuple[str, str]:
    """The field or fact, and the part, that a label means."""
    return _meaning(words.current(), label)


@lru_cache(maxsize=8_192)
def _meaning(known: words.Words, label: str) -> tuple[str, str]:
    name, part = known.meaning(label)
    return ("" if name in STRUCTURED else name), part


def is_short_fact(heading: str) -> bool:
    """Whether a heading names a fact rather than a section."""
    name, part = meaning(unmarked(heading))
    return bool(name) and name not in TEXTS and (not part or name in ("services", "affected_users"))


def label_of(text: str, *, below: tuple[Block, ...] = ()) -> Label | None:
    """The label that a line, paragraph or item begins with; None if it begins with none."""
    for pattern in (LABELLED, BOLD):
        match = pattern.match(text)
        if match is None:
            continue
        label = unmarked(match["label"])
        name, part = meaning(label)
        if name == "team" and moments_in(match["value"]):
            name = "window"  # "Time: 15:30 UTC"; a team is called so in Portuguese
        if name or part:
            return Label(name, part, label, match["value"].strip(), below)
    if below and len(text) <= LONGEST_LABEL:
        name, part = meaning(unmarked(text))
        if name or part:
            return Label(name, part, unmarked(text), "", below)
    return _clock_label(text)


def _clock_label(text: str) -> Label | None:
    """A clock named in front of its time without a colon: "First detected 2026-03-02 09:19"."""
    plain = unmarked(text)
    if len(plain) > LONGEST_FACT or not DIGIT.search(plain):
        return None
    moments = moments_in(plain)
    if not moments or moments[0].start > LONGEST_LABEL:
        return None
    label = AFTER_LABEL.sub("", plain[: moments[0].start] + " ").strip(" \t*-–—:")
    name, _ = meaning(label) if label else ("", "")
    if name not in CLOCK_FIELDS:
        return None
    return Label(name, "", label, plain[moments[0].start :])


def labels_in_line(line: str) -> list[Label]:
    """The labels of a line, which may hold several: "Status: Resolved · Severity: SEV3"."""
    pieces = BESIDE.split(line)
    if len(pieces) > 1:
        labels = [label for piece in pieces if (label := label_of(piece))]
        if len(labels) == len(pieces):
            return labels
    label = label_of(line)
    return [label] if label else []


def labels_in_table(table: Block) -> list[Label]:
    """The facts of a table: word and fact side by side, or facts under their words."""
    if not 1 < len(table.header) <= MOST_COLUMNS:
        return []
    return _beside(table) or _under(table)


def _beside(table: Block) -> list[Label]:
    rows = [_cell_label(row[0], row[1:]) for row in table.rows if any(row)]
    labels = [label for label in rows if label is not None]
    if not labels or (len(labels) * 2 < len(rows) and not _tell_of_times(labels)):
        return []
    first = _cell_label(table.header[0], table.header[1:])
    if first is not None and len(table.header) > 2 and len(table.rows) > 1:
        return []  # "| Severity | Date | Title |" above a list of incidents
    return [*([first] if first else []), *labels]


def _tell_of_times(labels: list[Label]) -> bool:
    """Whether some facts tell of two times at least, so that those beside them are facts too."""
    times = [label.value for label in labels if label.name in CLOCK_FIELDS]
    return sum(any(map(str.isdigit, value)) for value in times) > 1


def _under(table: Block) -> list[Label]:
    if len(table.rows) != 1:
        return []
    pairs = zip(table.header, table.rows[0], strict=False)
    labels = [label for word, cell in pairs if (label := _cell_label(word, [cell]))]
    return labels if len(labels) * 2 >= len(table.header) else []


def _cell_label(word: str, cells: list[str]) -> Label | None:
    name, part = meaning(unmarked(word))
    value = next((cell for cell in cells if cell.strip()), "")
    return Label(name, part, unmarked(word).rstrip(":： "), value) if (name or part) else None
