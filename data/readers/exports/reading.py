"""From the records of an export to items: rules applied, times read, users' own fields placed."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from data.mapping import KEPT, LEFT_OUT
from data.problems import Place, Problem
from data.readers.documents.postmortem import read_document
from data.readers.exports.paths import (
    ABSENT,
    PEOPLE,
    Clock,
    Record,
    is_empty,
    letters,
    settled,
    written_time,
)
from data.readers.exports.rules import LeftAside, Shape, Whole, filled_by
from data.readers.exports.trackers import field_of, with_own_fields
from data.readers.source import (
    Item,
    LeftOut,
    RawAction,
    RawIncident,
    Recognised,
    Source,
    Unreadable,
    from_bytes,
)
from data.record import CLOCK_FIELDS

# Rows of a table as records of an export: columns of one name, and names with dots.

#: A cell that holds a list or an object as JSON.
OPENING = {"[": "]", "{": "}"}
LONGEST_JSON = 1_000_000
#: "{'id': 'P6OZOP6', 'type': None}"
PYTHON = re.compile(r"(?:\[\s*)?\{\s*'")
LONGEST_PYTHON = 20_000
#: Names, states and times come over and over.
LONGEST_SHARED = 60
MOST_SHARED = 100_000


def record_of_header(header: Sequence[str]) -> Record:
    """A record that has the keys of a table and no values, to know the table by."""
    return Record(_nested([(name.strip(), "") for name in header if name.strip()]))


def records_of(
    header: Sequence[str],
    rows: Iterator[tuple[str, Sequence[Any] | str]],
    *,
    source: Source,
    problems: list[Problem],
) -> Iterator[Record]:
    """The rows of a table as records; what is wrong with others goes into ``problems``.

    Columns that bear one name hold a list; ``incident_type.name`` is a key inside another.
    """
    names = [name.strip() for name in header]
    shared: dict[str, str] = {}
    for place, cells in rows:
        if isinstance(cells, str):
            problems.append(Problem(Place(source.name, place), "", "", cells, rejected=True))
            continue
        if len(shared) > MOST_SHARED:
            shared.clear()
        pairs = zip(names, (_value(cell, shared) for cell in cells), strict=False)
        record = Record(_nested([(name, value) for name, value in pairs if name]))
        record.at = place
        yield record


def _nested(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        outer, dot, inner = name.partition(".")
        if dot and outer.isidentifier() and inner.replace(".", "").isidentifier():
            target = content.setdefault(outer, {})
            if isinstance(target, dict):
                target[inner] = value
                continue
        if name not in content:
            content[name] = value
        elif value not in ("", None):
            there = content[name]
            content[name] = [*there, value] if isinstance(there, list) else _together(there, value)
    return content


def _together(there: Any, value: Any) -> Any:
    return value if there in ("", None) else [there, value]


def _parsed(text: str) -> Any:
    """What a text holds as JSON, or as data frames of Python write what they were given."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if PYTHON.match(text) is None or len(text) > LONGEST_PYTHON:
            raise
    try:
        return ast.literal_eval(text)
    except (SyntaxError, MemoryError, TypeError) as error:
        raise ValueError(str(error)) from error


def _value(cell: Any, shared: dict[str, str]) -> Any:
    """A cell; what it holds where that is JSON. Equal texts are kept once."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if len(text) < LONGEST_SHARED:
        cell = shared.setdefault(cell, cell)
    if text[:1] in OPENING and text.endswith(OPENING[text[0]]) and len(text) < LONGEST_JSON:
        try:
            return _parsed(text)
        except (ValueError, RecursionError):
            return cell
    return cell


# Which tool wrote this? Known by the keys of its records, wherever in a document they stand.
#
# Records come in a list at the top, under a key of any name, in pages one after another, or alone.

#: How deep records are looked for: ``data.issues.nodes`` in a list of pages is four.
DEEPEST = 5
#: Records that are looked at to know a list by; an interface may leave out keys that are empty.
SAMPLE_OF_RECORDS = 25
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Match:
    """Records of one shape.

    Attributes:
        shape: what they are.
        records: each knows its place; to be gone through once.
        marks: the keys by which they are known.
        path: the keys that led to them; empty for a list at the top.
        columns: of a table; empty for others.
        sample: the first records.
    """

    shape: Shape
    records: Iterable[Record]
    marks: tuple[str, ...] = ()
    path: str = ""
    columns: tuple[str, ...] = ()
    sample: tuple[Record, ...] = ()


def matches(
    documents: Sequence[Any], shapes: Sequence[Shape], *, lines: Sequence[int] = ()
) -> list[Match]:
    """The records of ``documents`` that some shape knows, by shape, in the order of the shapes.

    Args:
        documents: of JSON, or one list of all lines.
        shapes: that records may have.
        lines: the number of the line that each item of that list stands on.
    """
    by_shape: dict[int, list[Match]] = defaultdict(list)
    for number, document in enumerate(documents):
        prefix = f"page {number + 1} " if len(documents) > 1 else ""
        for match in _below(document, shapes, path="", prefix=prefix, depth=0):
            by_shape[shapes.index(match.shape)].append(match)
    return [_keys_together(parts, lines) for _, parts in sorted(by_shape.items())]


def _keys_together(parts: Sequence[Match], lines: Sequence[int]) -> Match:
    """The records of one shape in all lists and pages."""
    records = [record for part in parts for record in part.records]
    for record in records if lines else ():
        index = record.at.strip("[]")
        record.at = f"line {lines[int(index)]}" if index.isdecimal() else record.at
    return replace(parts[0], records=records)


def best_shape(
    records: Sequence[Record], shapes: Sequence[Shape]
) -> tuple[Shape, tuple[str, ...]] | None:
    """The shape that knows most of ``records`` by most of their keys; None if none knows half."""
    best: tuple[int, Shape, tuple[str, ...]] | None = None
    for shape in shapes:
        marks = [shape.known.marks(record) for record in records]
        known = [mark for mark in marks if mark]
        if 2 * len(known) < len(records) or not known:
            continue
        longest = max(known, key=len)
        if best is None or len(longest) > best[0]:
            best = (len(longest), shape, longest)
    return best[1:] if best else None


def lists_in(document: Any, *, depth: int = 0, path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects in a document, each with the keys that lead to it."""
    if isinstance(document, list):
        if any(isinstance(item, Mapping) for item in document):
            yield path, document
    elif isinstance(document, Mapping) and depth < DEEPEST:
        for name, value in document.items():
            yield from lists_in(
                value, depth=depth + 1, path=f"{path}.{name}" if path else str(name)
            )


def objects_in(content: Any) -> Iterator[tuple[str, list[Any]]]:
    """The objects inside a document by the keys that lead to them, those of all pages together."""
    together: dict[str, list[Any]] = defaultdict(list)
    below: list[tuple[str, Any]] = [("", content)]
    for _ in range(DEEPEST):
        inside: list[tuple[str, Any]] = []
        for path, value in below:
            items = value[:MOST_PAGES] if isinstance(value, list) else [value]
            for item in items:
                if isinstance(item, Mapping):
                    together[path].append(item)
                    inside += [
                        (f"{path}.{name}" if path else str(name), inner)
                        for name, inner in item.items()
                        if isinstance(inner, Mapping | list)
                    ]
        below = inside
    yield from together.items()


def _below(
    content: Any, shapes: Sequence[Shape], *, path: str, prefix: str, depth: int
) -> Iterator[Match]:
    if depth > DEEPEST:
        return
    if isinstance(content, list):
        yield from _in_list(content, shapes, path=path, prefix=prefix, depth=depth)
    elif isinstance(content, Mapping):
        record = Record(content)
        if best := best_shape([record], shapes):
            record.at = f"{prefix}{path}".strip()
            yield Match(best[0], [record], best[1], path)
            return
        for name, value in content.items():
            if isinstance(value, Mapping | list):
                inner = f"{path}.{name}" if path else str(name)
                yield from _below(value, shapes, path=inner, prefix=prefix, depth=depth + 1)


def _in_list(
    items: list[Any], shapes: Sequence[Shape], *, path: str, prefix: str, depth: int
) -> Iterator[Match]:
    """Records in a list, or in the pages that are its items."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            record = Record(item)
            record.at = f"{prefix}{path}[{index}]"
            groups[_kind(item)].append(record)
    anything = False
    for group in groups.values():
        best = best_shape(group[:SAMPLE_OF_RECORDS], shapes)
        if best:
            anything = True
            yield Match(best[0], group, best[1], path)
    if not anything:
        for index, item in enumerate(islice(items, MOST_PAGES)):
            if isinstance(item, Mapping | list):
                inner = f"{path}[{index}]"
                yield from _below(item, shapes, path=inner, prefix=prefix, depth=depth + 1)


def _kind(item: Mapping[str, Any]) -> str:
    """What tells the records of a mixed list apart (``included`` of JSON:API)."""
    kind = item.get("type")
    return kind if isinstance(kind, str) and "attributes" in item else ""


# The text of an issue or report that may be a whole post-mortem in Markdown.

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
        source.name, text.encode(), asked_for=True, folder=source.folder, options=source.options
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
    values: dict[str, Any], told: Mapping[str, Any], *, weak: frozenset[str]
) -> dict[str, Any]:
    joined = dict(values)
    about = {name: dict(joined.get(name) or {}) for name in ("clock_sources", "clock_precision")}
    for field, value in told.items():
        if field in FROM_TOOL or is_empty(value):
            continue
        if field in ADDED_TO and isinstance(value, list):
            joined[field] = [*(joined.get(field) or []), *value]
        elif is_empty(joined.get(field)) or field in weak:
            joined[field] = value
            for name, clocks in about.items():
                clocks.pop(field, None)
                if field in (told.get(name) or {}):
                    clocks[field] = told[name][field]
    joined.update({name: clocks for name, clocks in about.items() if clocks})
    if extra := told.get("extra"):
        joined["extra"] = {**extra, **(joined.get("extra") or {})}
    return joined


#: Records by which it is told what the columns of a table were taken for.
SAMPLE = 50


def read_matches(
    matches: Sequence[Match], source: Source, documents: Sequence[Any]
) -> Iterator[Item]:
    """The items of recognised records; actions that stand apart come first."""
    # Rows of a table are of one shape, and are read one by one.
    listed = {m.shape.what: m.records for m in matches if isinstance(m.records, list)}
    whole = Whole(documents, listed)
    matches = [_looked_at(match) for match in matches]
    for match in matches:
        shape = f"{match.shape.tool} {match.shape.what}"
        yield Recognised(source.name, shape, _why(match), _meanings(match))
    for match in sorted(matches, key=lambda match: match.shape.holds == "incident"):
        yield from _of_shape(match, source, whole)


def _of_shape(match: Match, source: Source, whole: Whole) -> Iterator[Item]:
    shape = match.shape
    records = settled(match.records, otherwise=source.options.day_order, at_once=not shape.arrange)
    for entry in shape.arrange(list(records), whole) if shape.arrange else records:
        record = entry.record if isinstance(entry, LeftAside) else entry
        place = Place(source.name, record.at)
        reason = entry.reason if isinstance(entry, LeftAside) else _left_out(shape, record)
        if reason:
            yield LeftOut(place, reason)
        elif shape.holds == "action":
            yield RawAction(place, read_times(filled_by(shape.fields, record), shape.tool))
        else:
            yield from _incident(shape, record, place, source)


def _left_out(shape: Shape, record: Record) -> str:
    reason = shape.leave_out(record) if shape.leave_out else None
    return reason if isinstance(reason, str) else ""


def _incident(shape: Shape, record: Record, place: Place, source: Source) -> Iterator[Item]:
    values: dict[str, Any] = {}
    for name, rule in shape.fields.items():
        value = rule(record)
        if value is not ABSENT:
            values[name] = value
    pairs = list(shape.labelled(record)) if shape.labelled else ()
    body = shape.body(record) if shape.body else None
    if rest := record.rest():
        values["extra"] = rest
    values = with_own_fields(values, pairs, ours=shape.certain)
    values = read_times(values, shape.tool)
    if body:
        for item in with_body(values, body, source=source, weak=shape.weak):
            if isinstance(item, dict):
                values = item
            else:
                yield item
    yield RawIncident(place, values, tells_actions="actions" in values, tool=shape.tool)


def read_times(values: Mapping[str, Any], tool: str) -> dict[str, Any]:
    """``values`` with their clocks as ISO 8601 texts, and where each was read."""
    clocks = {k: v for k, v in values.items() if isinstance(v, Clock) and k in CLOCK_FIELDS}
    read = {name: _read(value, tool) for name, value in values.items()}
    if "timeline" in read:
        read["timeline"] = _in_order(read["timeline"])
    if clocks:
        read["clock_sources"] = {name: f"{tool}: {clock.said}" for name, clock in clocks.items()}
    if estimated := [name for name, clock in clocks.items() if clock.estimated]:
        read["clock_precision"] = dict.fromkeys(estimated, "estimated")
    return read


def _read(value: Any, tool: str) -> Any:
    if isinstance(value, Clock):
        return written_time(value)
    if isinstance(value, list):
        return [read_times(item, tool) if isinstance(item, dict) else item for item in value]
    return value


def _in_order(timeline: list[Any]) -> list[Any]:
    """Events by their time; many tools tell the latest first."""
    timed = all(isinstance(event, dict) and event.get("at") for event in timeline)
    return sorted(timeline, key=lambda event: str(event["at"])) if timed else timeline


def _looked_at(match: Match) -> Match:
    """``match`` with some records that can be gone through more than once."""
    records = iter(match.records)
    first = list(islice(records, SAMPLE))
    return replace(match, records=chain(first, records), sample=tuple(first))


def _meanings(match: Match) -> dict[str, str]:
    """What the columns of a table were taken for, or that they are kept beside or left out."""
    people = {column for column in match.columns if letters(column) in PEOPLE}
    meanings = {column: LEFT_OUT if column in people else KEPT for column in match.columns}
    for record in match.sample if match.columns else ():
        for column, field in _taken(match.shape, record, match.columns):
            meanings[column] = meanings.get(column) or field
    return {column: meanings[column] for column in match.columns}


def _taken(shape: Shape, record: Record, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for field, rule in shape.fields.items():
        for place in record.used_of(rule):
            yield from ((".".join(place), field), (place[0], field))
    for name, _ in shape.labelled(record) if shape.labelled else ():
        yield from ((column, field_of(name)) for column in columns if name in column)


def _why(match: Match) -> str:
    where = f"under '{match.path}' " if match.path else ""
    return f"{where}by the keys {', '.join(list(dict.fromkeys(match.marks))[:6])}"
