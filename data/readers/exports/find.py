"""Which tool wrote this? Known by the keys of its records, wherever in a document they stand.

Records come in a list at the top, under a key of any name, in pages one after another, or alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.shape import Shape

#: How deep records are looked for: ``data.issues.nodes`` in a list of pages is four.
DEEPEST = 5
#: Records that are looked at to know a list by; an interface may leave out keys that are empty.
SAMPLE = 25
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
    return [_together(parts, lines) for _, parts in sorted(by_shape.items())]


def _together(parts: Sequence[Match], lines: Sequence[int]) -> Match:
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
        best = best_shape(group[:SAMPLE], shapes)
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
