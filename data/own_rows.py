"""Which short values does a record have beyond the known fields?

What a source says beyond them is kept whole in ``extra``. Short values at its top level are written
once more into a narrow table, so that records can be chosen by them, and lists show them, without
reading a single long text.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from data.plain import cleaned
from data.rows import REPEAT_BASIS

#: Characters of a name or a value; what is longer is a text and nothing to choose by.
LONGEST = 100
#: A whole number beyond which it is not written out; it would be nothing to choose by either.
BIGGEST = 10**30
#: Own fields of one record.
MOST_FIELDS = 50
#: What has a meaning here and is no field of anybody's own.
OURS = (REPEAT_BASIS,)


def own_rows(extra: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """Position, name and value of the short values at the top level of ``extra``."""
    position = 0
    for key, raw in extra.items():
        name, value = _short(key), _short(raw)
        if name and value and name not in OURS:
            yield position, name, value
            position += 1
            if position == MOST_FIELDS:
                return


def _short(raw: Any) -> str:
    """A text, a number or yes and no as a short text; empty where it is none."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not isinstance(raw, str | int | float) or (isinstance(raw, int) and abs(raw) > BIGGEST):
        return ""
    text = " ".join((cleaned(str(raw)) or "").split())
    return text if len(text) <= LONGEST else ""
