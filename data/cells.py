"""How does a value stand in a cell of CSV? Written and read side by side, so that it comes back.

Lists are split by semicolons, structures are JSON, and what a spreadsheet would run as a formula is
guarded by an apostrophe.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: Fields with a structure of their own, written as JSON inside their cell.
JSON_FIELDS = ("timeline", "actions", "extra", "clock_precision", "clock_sources")
#: What a spreadsheet takes for a formula, and such a text that was guarded before.
FORMULA = re.compile(r"'*[=+\-@]")
#: What is unguarded when read.
GUARDED = re.compile(r"'+[=+\-@]")


def cell_of(value: Any) -> str:
    """The cell for a plain value, as :func:`reader_for` and the check read it back."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        cell = _joined(value)
    else:
        cell = str(value)
    return f"'{cell}" if FORMULA.match(cell) else cell


def reader_for(field: str, *, is_list: bool) -> Callable[[str], Any]:
    """The function that reads the filled cells in the column of a field."""
    if field in JSON_FIELDS:
        return lambda cell: _structured(_unguarded(cell))
    if is_list:
        return lambda cell: _split(_unguarded(cell))
    return _unguarded


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[0] == "'" and GUARDED.match(cell) else cell


def _joined(items: Sequence[Any]) -> str:
    """Items by semicolons; JSON where that would not come apart again as it was."""
    if all(isinstance(item, str) for item in items):
        cell = ";".join(items)
        if cell.count(";") == len(items) - 1 and not cell.startswith("["):
            return cell
    return json.dumps(items, ensure_ascii=False) if items else ""


def _split(cell: str) -> list[str]:
    if cell.startswith("["):
        items = _structured(cell)
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return cell.split(";")


def _structured(cell: str) -> Any:
    """The JSON in a cell; text that is none stays text."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
