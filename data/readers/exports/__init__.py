"""Exports of other tools, recognised by their content whatever a file is called.

To add a tool, write a module that declares the shapes of its records and name it in :data:`TOOLS`.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from data.problems import Problem
from data.readers.exports.reading import (
    Match,
    best_shape,
    lists_in,
    matches,
    read_matches,
    record_of_header,
    records_of,
)
from data.readers.exports.rules import Shape
from data.readers.source import MEGABYTE, Item, Source, Unreadable

#: The modules of this room that declare a tool.
TOOLS = (
    "better_stack",
    "datadog",
    "dispatch",
    "firehydrant",
    "github",
    "gitlab",
    "google_cloud",
    "grafana",
    "incident_io",
    "jira",
    "linear",
    "notion",
    "oneuptime",
    "opsgenie",
    "pagerduty",
    "rootly",
    "sentry",
    "servicenow",
    "statuspage",
)
#: Records that belong together are held in memory together.
LARGEST_TOGETHER = 48 * MEGABYTE
SHAPES: tuple[Shape, ...] = tuple(
    shape for tool in TOOLS for shape in import_module(f"{__name__}.{tool}").SHAPES
)


def is_known(records: Sequence[Any]) -> bool:
    """Whether some tool writes such records."""
    return bool(matches([list(records)], SHAPES))


def recognised(
    documents: Sequence[Any], source: Source, *, lines: Sequence[int] = ()
) -> Iterator[Item] | None:
    """The items of an export of a known tool; None if no tool writes such records.

    Args:
        documents: what a file holds: one document of JSON, its pages, or its lines.
        source: the file.
        lines: where its lines stand, where ``documents`` is one list of them.
    """
    known = matches(documents, SHAPES, lines=lines)
    return read_matches(known, source, documents) if known else None


def recognised_table(
    header: Sequence[str], rows: Iterator[tuple[str, Sequence[Any] | str]], source: Source
) -> Iterator[Item] | None:
    """The items of a table that a known tool writes; None if none writes such columns.

    Args:
        header: the names of its columns.
        rows: each with its place in words; a text in place of cells says why they cannot be read.
            They are taken only where the header is known.
        source: the file.
    """
    by_hand = source.options.mapping is not None
    best = None if by_hand else best_shape([record_of_header(header)], SHAPES)
    if best is None:
        return None
    shape, marks = best
    if shape.arrange and source.size > LARGEST_TOGETHER:
        raise Unreadable(f"is an export of over {LARGEST_TOGETHER // MEGABYTE} MB; export less")
    return _read_table(shape, marks, header, rows, source)


def _read_table(
    shape: Shape,
    marks: tuple[str, ...],
    header: Sequence[str],
    rows: Iterator[tuple[str, Sequence[Any] | str]],
    source: Source,
) -> Iterator[Item]:
    problems: list[Problem] = []
    records = records_of(header, rows, source=source, problems=problems)
    for item in read_matches([Match(shape, records, marks, columns=tuple(header))], source, ()):
        while problems:
            yield problems.pop(0)
        yield item
    yield from problems


def what_it_holds(document: Any) -> str:
    """What to tell of a document that no tool and no reader knows: its lists and their keys."""
    for path, items in lists_in(document):
        first = next(item for item in items if isinstance(item, dict))
        where = f"under {path!r}" if path else "at the top"
        keys = ", ".join(str(key)[:60] for key in list(first)[:12])
        return f"a list was found {where} with the keys {keys}; name what they mean with --mapping"
    return ""
