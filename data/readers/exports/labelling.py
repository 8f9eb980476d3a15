"""Labels that say something: ``severity:sev1``, ``Service::API``, ``team/payments``, ``P1``.

Tools without fields of their own are given them by labels. A label whose key is the name of a
field fills it; every other label stays a tag.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from data import lists
from data.readers.exports.own_fields import field_of
from data.readers.exports.paths import ABSENT, Record, letters
from data.readers.exports.rules import Rule, label

BETWEEN = re.compile(r"\s*(?:::|[:=/])\s*")
#: A severity that stands alone: "SEV-2", "P1", "s3".
BARE_SEVERITY = re.compile(r"(?:sev(?:erity)?|p|s)[-_ ]?[0-5]", re.IGNORECASE)
BY_LABELS = frozenset(
    ("severity", "services", "team", "environment", "root_cause", "root_cause_category")
)
CAUSES = ("root_cause", "root_cause_category")
#: Which key of a label tells the severity best; a priority says less.
BEST_FIRST = ("severity", "sev", "", "priority")


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a record.

    Attributes:
        whole: as it is shown.
        key: before its separator; empty where it has none.
        value: behind it.
        field: that it fills; empty for a tag.
    """

    whole: str
    key: str
    value: str
    field: str


def labels_of(record: Record, *paths: str, split: str = "") -> list[Label] | None:
    """The labels of ``record``; None where it does not speak of any.

    Args:
        record: that bears them.
        paths: where they may stand.
        split: what separates them where they stand in one text.
    """
    keyed = [entry for entry in record.records(*paths) if entry.has("key") and entry.has("label")]
    if keyed:
        return [_label(label("label")(e) or "", key=label("key")(e) or "") for e in keyed]
    names = record.names(*paths)
    if names is None:
        return None
    parts = [part for name in names for part in (name.split(split) if split else [name])]
    return [_label(part.strip()) for part in parts if part.strip()]


def said_by_labels(*paths: str, split: str = "") -> Callable[[Record], Iterator[tuple[str, Any]]]:
    """Names and values that labels give, in the form of fields that users made up."""

    def pairs(record: Record) -> Iterator[tuple[str, Any]]:
        labels = labels_of(record, *paths, split=split) or []
        severities = [entry for entry in labels if entry.field == "severity"]
        if severities:
            yield "severity", min(severities, key=_how_well).value
        if services := [entry.value for entry in labels if entry.field == "services"]:
            yield "services", services
        for entry in labels:
            if entry.field in CAUSES:
                yield _cause(entry.value)
            elif entry.field and entry.field not in ("severity", "services"):
                yield entry.key, entry.value

    return pairs


def tags(*paths: str, split: str = "") -> Rule:
    """The labels that fill no field."""

    def rule(record: Record) -> Any:
        labels = labels_of(record, *paths, split=split)
        if labels is None:
            return ABSENT
        return list(dict.fromkeys(entry.whole for entry in labels if not entry.field))

    return rule


def has_label(record: Record, *paths: str, of: frozenset[str], split: str = "") -> bool:
    """Whether one of the labels, or the value of one, is among ``of`` (without their spelling)."""
    labels = labels_of(record, *paths, split=split) or []
    return any(letters(name) in of for entry in labels for name in (entry.whole, entry.value))


def _cause(value: str) -> tuple[str, str]:
    """A cause on a label is a category where a list has it, else a text."""
    path = lists.in_force()
    in_force = _lists(path, path.stat().st_mtime_ns if path.exists() else 0)
    category = in_force.resolve("root_cause_category", re.sub(r"[-_]", " ", value))
    return ("root cause category", category) if category else ("root cause", value)


@lru_cache(maxsize=2)
def _lists(path: Path, changed: int) -> lists.Lists:
    """The lists in a file, read again when its time of change is another."""
    return lists.read(path)


def _label(whole: str, *, key: str = "") -> Label:
    before, value = "", whole
    parts = BETWEEN.split(whole[:300], maxsplit=1)
    if len(parts) == 2 and all(parts):
        before, value = parts
    if BARE_SEVERITY.fullmatch(whole):
        return Label(whole, "", whole, "severity")
    key = key or before
    if key != before:
        value = whole if letters(before) != letters(key) else value
    field = field_of(letter_words(key)) if key else ""
    if letters(key) == "sev":
        field = "severity"
    return Label(whole, key, value, field if field in BY_LABELS else "")


def letter_words(key: str) -> str:
    """A key as words: ``service_name`` is a service."""
    return " ".join(re.split(r"[-_.\s]+", key)).lower().removesuffix(" name")


def _how_well(entry: Label) -> int:
    key = letters(entry.key)
    return BEST_FIRST.index(key) if key in BEST_FIRST else len(BEST_FIRST)
