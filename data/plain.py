"""Values from outside made plain: JSON-like, of bounded depth and size, safe to store and show."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

#: Deeper nesting has no meaning in a record and is how hostile input exhausts a stack.
DEEPEST = 8
#: Items of one list or mapping that are kept in ``extra``; more is data, not a field.
MOST_ITEMS = 1_000
LONGEST_TEXT = 200_000
#: All but the end of a line and the tabulator.
CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"}


def plain(value: Any, *, depth: int = 0) -> Any:
    """``value`` as JSON can hold it; what is too deep, too long or foreign becomes text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has no NaN and no infinity
    if isinstance(value, str):
        return _storable(value[:LONGEST_TEXT])
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if depth >= DEEPEST:
        return f"(nested deeper than {DEEPEST} levels, left out)"
    if isinstance(value, Mapping):
        items = list(value.items())[:MOST_ITEMS]
        return {_storable(str(k)[:LONGEST_TEXT]): plain(v, depth=depth + 1) for k, v in items}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, depth=depth + 1) for item in list(value)[:MOST_ITEMS]]
    return _storable(str(value)[:LONGEST_TEXT])


def encodable(text: str) -> str:
    """With a sign in place of each half of a character, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """Without spaces around it, control characters and lone surrogates."""
    return _storable(text).strip()


def cleaned(value: Any) -> Any:
    """A text made printable, None if nothing of it is left; any other value as it is."""
    return (printable(value) or None) if isinstance(value, str) else value


def is_empty(value: Any) -> bool:
    """Whether nothing is in ``value``: no text, no item, no entry."""
    if isinstance(value, str):
        return not value[:1].isalnum() and cleaned(value) is None
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_empty, value))
    return not value if isinstance(value, Mapping) else value is None


def as_list(value: Any) -> list[Any]:
    """A list as given without its empty items, a single value as a list of one."""
    items = value if isinstance(value, list | tuple) else [value]
    return [kept for item in items if (kept := cleaned(item)) is not None]


def _storable(text: str) -> str:
    """Without control characters (databases refuse NUL) and lone surrogates (UTF-8 does)."""
    text = encodable(text)
    return text if text.isprintable() else text.translate(CONTROLS)
