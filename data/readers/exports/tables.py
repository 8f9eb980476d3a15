"""Rows of a table as records of an export: columns of one name, and names with dots."""

import json
from collections.abc import Sequence
from typing import Any

from data.readers.exports.paths import Record

#: A cell that holds a list or an object as JSON.
OPENING = {"[": "]", "{": "}"}
LONGEST_JSON = 1_000_000


def record_of_header(header: Sequence[str]) -> Record:
    """A record that has the keys of a table and no values, to know the table by."""
    return Record(_nested([(name.strip(), "") for name in header if name.strip()]))


def record_of_row(header: Sequence[str], cells: Sequence[Any], place: str) -> Record:
    """A row of a table as a record.

    Columns that bear one name hold a list; ``incident_type.name`` is a key inside another.
    """
    pairs = zip((name.strip() for name in header), cells, strict=False)
    record = Record(_nested([(name, _value(cell)) for name, cell in pairs if name]))
    record.at = place
    return record


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


def _value(cell: Any) -> Any:
    """A cell; what it holds where that is JSON."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text[:1] in OPENING and text.endswith(OPENING[text[0]]) and len(text) < LONGEST_JSON:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return cell
    return cell
