"""The text of an issue or report that may be a whole post-mortem in Markdown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from data.problems import Place, Problem
from data.readers.documents.postmortem import read_document
from data.readers.documents.record import ALSO_SAID
from data.readers.exports.paths import is_empty
from data.readers.source import (
    Assumption,
    Item,
    Options,
    RawIncident,
    Unreadable,
    from_bytes,
)

#: What the tool says better than the text.
FROM_TOOL = frozenset(("id", "title", "source", "url", "clock_precision", "clock_sources", "extra"))
#: Lists to which a text adds.
#: Texts of which both are kept where they differ.
TEXTS = frozenset(("summary", "impact", "root_cause", "trigger", "severity", "team"))
ABOUT_CLOCKS = ("clock_sources", "clock_precision")
DERIVED = (*ABOUT_CLOCKS, "extra")
ADDED_TO = ("timeline", "actions", "tags", "services")
#: Between sentences; a mark inside a number or an address is none.
SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: How people name a cause in passing. "Delays due to retries" names none.
CAUSE = re.compile(
    r"\b(?:was|were|is|been) (?:mainly |primarily |likely )?"
    r"(?:due to|caused by|triggered by|the result of)\b"
    r"|\broot cause (?:of (?:\S{1,40} ){1,5})?(?:was|is)\b|\bthis (?:happened|occurred) because\b",
    re.IGNORECASE,
)
LONGEST_PROSE = 20_000
LONGEST_SENTENCE = 2_000
#: A name without a day in it.
NO_NAME = "issue.md"
SHAPE = "post-mortem in an issue"


def with_body(
    values: dict[str, Any],
    text: str,
    *,
    place: Place,
    options: Options,
    weak: frozenset[str],
) -> Iterator[Item | dict[str, Any]]:
    """``values`` with what their text adds to them, after what was met with in it.

    Args:
        values: by field; clocks are read.
        text: Markdown.
        place: where the record stands.
        options: what the user says of the export.
        weak: fields that stand in for what a text says better, such as when an issue was opened.
    """
    # The title often names the day; the name of the file is that of the export.
    whole = f"# {values.get('title') or ''}\n\n{text}"
    document = from_bytes(NO_NAME, whole.encode(), asked_for=False, options=options)
    said: Mapping[str, Any] = {}
    try:
        for item in read_document(document, whole, shape=SHAPE):
            if isinstance(item, RawIncident):
                said = said or item.values
            elif isinstance(item, Problem):
                yield replace(item, place=place)
            elif isinstance(item, Assumption):
                yield item
    except Unreadable:
        said = {}  # no post-mortem; the text is kept as it is
    yield _joined(values, said or _prose(text), weak=weak)


def _prose(text: str) -> dict[str, str]:
    """A text without headings: all of it, and the sentence that names the cause."""
    said = {"summary": text}
    for sentence in SENTENCE.split(text[:LONGEST_PROSE]):
        if CAUSE.search(sentence[:LONGEST_SENTENCE]):
            said["root_cause"] = sentence.strip()
            break
    return said


def _joined(
    values: dict[str, Any], said: Mapping[str, Any], *, weak: frozenset[str]
) -> dict[str, Any]:
    joined = dict(values)
    also: dict[str, Any] = {}
    for field, value in said.items():
        if field in FROM_TOOL or is_empty(value):
            continue
        there = joined.get(field)
        if field in ADDED_TO and isinstance(value, list):
            joined[field] = [*(there or []), *(item for item in value if item not in (there or []))]
        elif is_empty(there):
            joined[field] = value
        elif field in weak:
            joined[field], also[field] = value, there
        else:
            also[field] = value
    taken = {field for field in said if joined.get(field) == said[field]}
    joined |= {name: _about(name, values, said, taken) for name in ABOUT_CLOCKS}
    extra = {**(said.get("extra") or {}), **(joined.get("extra") or {})}
    told = {field: text for field, text in also.items() if text != joined[field]}
    kept = {field: text for field, text in told.items() if field in TEXTS}
    joined["extra"] = {**extra, ALSO_SAID: kept} if kept else extra
    return {name: value for name, value in joined.items() if name not in DERIVED or value}


def _about(
    name: str, values: Mapping[str, Any], said: Mapping[str, Any], taken: set[str]
) -> dict[str, Any]:
    """Where clocks come from, or how exactly they are known: of each as it was taken."""
    of_tool, of_text = values.get(name) or {}, said.get(name) or {}
    kept = {field: value for field, value in of_tool.items() if field not in taken}
    return {**kept, **{field: value for field, value in of_text.items() if field in taken}}
