"""The text of an issue or report that may be a whole post-mortem in Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from data.problems import Problem
from data.readers.documents.postmortem import read_document
from data.readers.exports.paths import is_empty
from data.readers.source import Item, RawIncident, Source, Unreadable, from_bytes

#: What the tool says better than the text.
FROM_TOOL = frozenset(("id", "title", "source", "url", "clock_precision", "clock_sources", "extra"))
#: Lists to which a text adds.
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
SHAPE = "post-mortem in an issue"


def with_body(
    values: dict[str, Any], text: str, *, source: Source, weak: frozenset[str]
) -> Iterator[Item | dict[str, Any]]:
    """``values`` with what their text adds to them, after the problems met with in it.

    Args:
        values: by field; clocks are read.
        text: Markdown.
        source: the export that holds it.
        weak: fields that stand in for what a text says better, such as when an issue was opened.
    """
    document = from_bytes(
        source.name, text.encode(), asked_for=False, folder=source.folder, options=source.options
    )
    said: Mapping[str, Any] = {}
    try:
        for item in read_document(document, text, shape=SHAPE):
            if isinstance(item, RawIncident) and not said:
                said = item.values
            elif isinstance(item, Problem):
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
    about = {name: dict(joined.get(name) or {}) for name in ("clock_sources", "clock_precision")}
    for field, value in said.items():
        if field in FROM_TOOL or is_empty(value):
            continue
        if field in ADDED_TO and isinstance(value, list):
            joined[field] = [*(joined.get(field) or []), *value]
        elif is_empty(joined.get(field)) or field in weak:
            joined[field] = value
            for name, clocks in about.items():
                clocks.pop(field, None)
                if field in (said.get(name) or {}):
                    clocks[field] = said[name][field]
    joined.update({name: clocks for name, clocks in about.items() if clocks})
    if extra := said.get("extra"):
        joined["extra"] = {**extra, **(joined.get("extra") or {})}
    return joined
