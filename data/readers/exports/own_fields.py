"""Fields that the users of a tool made up themselves: told apart by their names.

A field called "Root cause" or "Impact started" is what it says, in any of the languages of
:mod:`data.words`; one whose name means nothing to us is kept beside the record under that name.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data import words
from data.people import is_person
from data.plain import cleaned
from data.readers.exports.moments import Clock
from data.readers.exports.paths import is_empty
from data.readers.exports.rules import as_number
from data.readers.exports.texts import plain_text
from data.record import CLOCK_FIELDS

#: What the tool itself says better than any field that is made up.
NEVER = frozenset(
    ("id", "title", "url", "kind", "status", "source", "timeline", "actions", "extra")
)
#: Fields whose name may have words before it: "Bug Root Cause". A clock may not: the target of a
#: start is no start.
WITH_MORE_WORDS = frozenset(("root_cause", "root_cause_category", "services", "affected_users"))
#: What the tool itself says in full.
ONLY_WHERE_EMPTY = frozenset(("summary",))
LISTS = frozenset(("services", "tags", "contributing_factors"))
TEXTS = frozenset(("summary", "root_cause", "impact", "trigger", "what_let_it_grow"))
LONG_LISTS = frozenset(("what_went_well", "what_went_wrong", "where_we_got_lucky"))
LONGEST_NAME = 100
BETWEEN = re.compile(r"[;,\n]")


def with_own_fields(
    values: Mapping[str, Any], pairs: Iterable[tuple[str, Any]], *, ours: frozenset[str]
) -> dict[str, Any]:
    """``values`` with what users' own fields add to them.

    A field that users made up for it counts before what stands in for it in the tool: a severity
    of their own before a priority.

    Args:
        values: what the tool itself says, its clocks not read yet.
        pairs: names and values of the users' own fields.
        ours: fields for which the tool itself has a place, so that its word counts.
    """
    filled = dict(values)
    added: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in pairs:
        field = field_of(name)
        understood = None if field in ours else _understood(field, name, value)
        if is_empty(value):
            continue
        taken = field in added or (field in ONLY_WHERE_EMPTY and not is_empty(values.get(field)))
        if understood is None or taken:
            if not _names_people(value):
                kept[_free(name, kept)] = plain_text(value) or value
        else:
            added[field] = understood
    filled.update(added)
    if kept:
        filled["extra"] = {**(filled.get("extra") or {}), **kept}
    return filled


def field_of(name: str) -> str:
    """The field of a record that a name of a user's own means; empty if none."""
    named = words.current().field(name)
    if named:
        return "" if named in NEVER else named
    tail = name.split()
    while len(tail) > 2:
        tail = tail[1:]
        named = words.current().field(" ".join(tail))
        if named in WITH_MORE_WORDS:
            return named
    return ""


def _names_people(value: Any) -> bool:
    """Whether a value is the name of a person; who led or wrote is not kept."""
    shown = plain_text(value)
    return len(shown) < LONGEST_NAME and is_person(shown, words.current())


def _understood(field: str, name: str, value: Any) -> Any:
    """``value`` in the form of ``field``; None if it is no such thing."""
    if not field or is_empty(value):
        return None
    if field in CLOCK_FIELDS:
        one = value[0] if isinstance(value, list) else value
        is_time = isinstance(one, str | int | float) and not isinstance(one, bool)
        return Clock(one, f"field '{name[:100]}'") if is_time else None
    if field in LISTS:
        return _listed(value)
    if field in LONG_LISTS:
        return [line for line in plain_text(value).splitlines() if line.strip()] or None
    if field in ("affected_users", "cost"):
        return as_number(value[0] if isinstance(value, list) and value else value)
    text = plain_text(value)
    if words.current().is_nothing(text):
        return None
    if field == "detection_source":
        return words.current().detection_source(text) or None
    return text if field in TEXTS else text.splitlines()[0].strip()


def _listed(value: Any) -> list[str] | None:
    items = value if isinstance(value, list) else BETWEEN.split(plain_text(value))
    texts = [cleaned(plain_text(item)) for item in items]
    kept = [text for text in texts if text and not words.current().is_nothing(text)]
    return list(dict.fromkeys(kept)) or None


def _free(name: str, kept: Mapping[str, Any]) -> str:
    """``name``, with a number where it is taken."""
    number = 2
    free = name
    while free in kept:
        free, number = f"{name} ({number})", number + 1
    return free
