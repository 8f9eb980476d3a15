"""The controlled lists: which labels a category may have, and what sources call them."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from data.settings import SettingsUnreadable, read_settings
from data.words import fold

SHIPPED = Path(__file__).with_name("lists.yaml")
#: Names a file of the same shape that replaces the shipped lists.
LISTS_ENVIRONMENT = "AFTERMATH_LISTS"
#: Fields of a record whose labels are controlled.
FIELDS = ("trigger_category", "root_cause_category", "contributing_factors")

#: Longer texts are sentences about a severity.
LONGEST_SEVERITY = 100
WORST_TO_BEST = 1, 5
#: The number of a severity after a name of the scale, at the start, or alone.
NUMBERED = re.compile(
    r"(?<![a-z0-9])(?:sev(?:erity)?|severidad|severidade|schweregrad|gravite|severite|gravedad"
    r"|gravidade|s|p|prio(?:ri(?:ty|dad|dade|tat|te))?|重大度|深刻度|優先度)"
    r"[ _:#.-]{0,3}([0-9])(?![.]?[0-9])"
    r"|^([0-9])(?=$| ?[-–—:.)(=])(?!\.[0-9])"
    r"|^[^\w]{0,3}([0-9])$"
)
WORD = re.compile(r"[^\W\d_]+")
#: Words beside the one that tells.
NOISE = frozenset("severity priority impact incident sev prio severidad prioridad".split())


class ListsUnreadable(Exception):
    """The file of controlled lists cannot be used; the message says why."""


@dataclass(frozen=True)
class Lists:
    """Labels by field, synonyms by field, ranks by severity label; all keys are in lower case.

    Attributes:
        names: by field, what values mean here; see :mod:`data.names`.
    """

    labels: Mapping[str, frozenset[str]]
    synonyms: Mapping[str, Mapping[str, str]]
    severity_ranks: Mapping[str, int]
    needs_analysis: frozenset[str]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self, field_name: str, value: Any) -> Any:
        """What ``value``, or each item of it, is called here; as it is where nothing is said."""
        meanings = self.names.get(field_name)
        if not meanings:
            return value
        if isinstance(value, list | tuple):
            items = [self.named(field_name, item) for item in value]
            texts = dict.fromkeys(item for item in items if isinstance(item, str))
            return [*texts, *(item for item in items if not isinstance(item, str))]
        return meanings.get(fold(value), value) if isinstance(value, str) else value

    def resolve(self, field: str, value: str) -> str | None:
        """The label of ``field`` that ``value`` stands for, None where the list has none."""
        wanted = " ".join(value.lower().split())
        label = self.synonyms.get(field, {}).get(wanted, wanted)
        return label if label in self.labels[field] else None

    def rank(self, severity: str) -> int | None:
        """The rank of a severity as sources write it; None where it tells none.

        A label of the list counts first, then a number ("SEV-2", "1 - Critical", "Sev3 (minor)"),
        then the word without remarks and marks ("Critical (customer facing)").
        """
        label = fold(severity)
        if label in self.severity_ranks:
            return self.severity_ranks[label]
        if len(label) > LONGEST_SEVERITY:
            return None
        numbers = {int(at[1] or at[2] or at[3]) for at in NUMBERED.finditer(label)}
        if numbers:
            number = numbers.pop()
            return None if numbers or number > WORST_TO_BEST[1] else max(number, WORST_TO_BEST[0])
        words = " ".join(
            word for word in WORD.findall(label.partition("(")[0]) if word not in NOISE
        )
        return self.severity_ranks.get(words)


def current_lists() -> Lists:
    """The lists in force.

    Raises:
        ListsUnreadable: their file cannot be used.
    """
    path = in_force()
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _unless_changed(path, changed)


def in_force() -> Path:
    """The file of the lists in force: the one that the environment names, else the shipped one."""
    return Path(os.environ.get(LISTS_ENVIRONMENT) or SHIPPED)


@lru_cache(maxsize=4)
def _unless_changed(path: Path, changed: int) -> Lists:
    """The lists in ``path``, read again when its time of change is another."""
    return read(path)


def read(path: Path) -> Lists:
    """The lists in ``path``.

    Raises:
        ListsUnreadable: it cannot be opened, is no YAML, or lacks a list.
    """
    try:
        content = read_settings(path).values
    except SettingsUnreadable as error:
        raise ListsUnreadable(str(error)) from error
    shape = f"{path.name} has not the shape of {SHIPPED.name}"
    if not isinstance(content, dict):
        raise ListsUnreadable(f"{shape}: it needs lists by name")
    if missing := [name for name in FIELDS if not isinstance(content.get(name), list)]:
        raise ListsUnreadable(f"{shape}: there is no list {', '.join(missing)}")
    try:
        return _lists(content)
    except (TypeError, AttributeError, ValueError) as error:
        raise ListsUnreadable(f"{shape}: {error}") from error


def _lists(content: Mapping[str, Any]) -> Lists:
    return Lists(
        labels={name: frozenset(str(label).lower() for label in content[name]) for name in FIELDS},
        synonyms={
            name: {str(k).lower(): str(v).lower() for k, v in words.items()}
            for name, words in (content.get("synonyms") or {}).items()
        },
        severity_ranks={
            fold(str(k)): int(v) for k, v in (content.get("severity_ranks") or {}).items()
        },
        needs_analysis=frozenset(str(v).lower() for v in content.get("needs_analysis") or ()),
    )


# Where does the list of concepts come from? One YAML file of ours, then one of the user.

#: The list that ships with the project.
OWN_LIST = Path(__file__).with_name("concepts.yaml")
#: The patterns of what lessons are about.
LESSONS = Path(__file__).with_name("lessons.yaml")
#: Names a file of the same shape whose concepts are added to ours.
CONCEPTS_ENVIRONMENT = "AFTERMATH_CONCEPTS"


class ConceptsUnreadable(ValueError):
    """A file of concepts cannot be used; the message says which, where and why."""


def current_concepts() -> dict[str, list[Any]]:
    """The concepts in force: ours and those of the file that the environment names.

    Raises:
        ConceptsUnreadable: see :func:`read_concepts`.
    """
    named = os.environ.get(CONCEPTS_ENVIRONMENT)
    return read_concepts(*([Path(named)] if named else []))


def read_concepts(*more: Path) -> dict[str, list[Any]]:
    """The concepts of our own list followed by those of ``more``, parsed but not yet checked.

    Returns:
        Under ``concepts`` the entries, under ``places`` the file and line of each.

    Raises:
        ConceptsUnreadable: a file cannot be opened, is too large, is no YAML or has no such list.
    """
    listed: dict[str, list[Any]] = {"concepts": [], "places": []}
    for path in (OWN_LIST, *more):
        entries, lines = _read(path)
        listed["concepts"] += entries
        listed["places"] += [f"{path.name}, line {line}" for line in lines]
    return listed


@cache
def read_lessons(*lists: Literal["luck", "concepts", "blame"]) -> dict[str, list[Any]]:
    """What sentences of post-mortems are about, parsed but not yet checked.

    Args:
        lists: which of the lists of our file, in this order.
    """
    values, _ = read_settings(LESSONS)
    return {"concepts": [entry for name in lists for entry in values[name]]}


def _read(path: Path) -> tuple[list[Any], list[int]]:
    """The entries of a file and the line of each."""
    try:
        values, node = read_settings(path)
    except SettingsUnreadable as problem:
        raise ConceptsUnreadable(str(problem)) from problem
    entries = values.get("concepts") if isinstance(values, dict) else None
    if not isinstance(entries, list):
        raise ConceptsUnreadable(f"{path.name} needs a list named 'concepts'")
    lists = [value.value for key, value in node.value if key.value == "concepts"]
    return entries, [item.start_mark.line + 1 for item in lists[-1]]


# What was learnt of words once, from texts whose root cause and trigger are known.
#
# The file is written by ``python -m tests.benchmarks.suggested --learn`` and comes with the
# project: nothing is learnt or fetched while Aftermath runs.

LEARNT = Path(__file__).with_name("learnt.json")


@cache
def read_learnt() -> dict[str, dict[str, Any]]:
    """By field its labels, weights of words, and how often a suggestion was right."""
    kept: dict[str, dict[str, Any]] = json.loads(LEARNT.read_text(encoding="utf-8"))["fields"]
    return kept
