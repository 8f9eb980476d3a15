"""How does a value stand in a cell of CSV? Written and read side by side, so that it comes back.

Lists are split by semicolons, structures are JSON, and what a spreadsheet would run as a formula is
guarded by an apostrophe.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.fields import STRUCTURES
from data.values import LABEL_LISTS, several

#: What lies between names in a text, or around one.
NAMES_APART = ';,"\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029'
#: What a spreadsheet takes for a formula, and such a text that was guarded before.
FORMULA = re.compile(r"'*[=+\-@]")
#: What is unguarded when read.
GUARDED = re.compile(r"'+[=+\-@]")


def cell_of(value: Any, *, name: str = "") -> str:
    """The cell of a field for a plain value, as :func:`reader_for` and the check read it back."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        cell = _joined(value, apart=NAMES_APART if name in LABEL_LISTS else ";")
    else:
        cell = str(value)
    return f"'{cell}" if FORMULA.match(cell) else cell


def reader_for(field: str, *, is_list: bool) -> Callable[[str], Any]:
    """The function that reads the filled cells in the column of a field."""
    if field in STRUCTURES:
        return lambda cell: _structured(plain_cell(cell))
    if field in LABEL_LISTS:
        return lambda cell: several(field, plain_cell(cell))
    if is_list:
        return lambda cell: _split(plain_cell(cell))
    return plain_cell


def plain_cell(cell: str) -> str:
    """The text of a filled cell, without the apostrophe that guards a formula."""
    return cell[1:] if cell[0] == "'" and GUARDED.match(cell) else cell


def _joined(items: Sequence[Any], *, apart: str) -> str:
    """Items by semicolons; JSON where that would not come apart again as it was.

    Args:
        apart: the signs at which they are taken apart.
    """
    if all(isinstance(item, str) for item in items):
        together = "".join(items)
        if not any(sign in together for sign in apart) and not together.startswith("["):
            return ";".join(items)
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
