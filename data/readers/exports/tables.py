"""Rows of a table as records of an export: columns of one name, and names with dots."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from data.problems import Place, Problem
from data.readers.exports.paths import Record
from data.readers.source import Source

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
