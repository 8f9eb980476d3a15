"""The controlled lists: which labels a category may have, and what sources call them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.settings import SettingsUnreadable, read_settings

SHIPPED = Path(__file__).with_name("lists.yaml")
#: Names a file of the same shape that replaces the shipped lists.
ENVIRONMENT = "AFTERMATH_LISTS"
#: Fields of a record whose labels are controlled.
FIELDS = ("trigger_category", "root_cause_category", "contributing_factors")


class ListsUnreadable(Exception):
    """The file of controlled lists cannot be used; the message says why."""


@dataclass(frozen=True)
class Lists:
    """Labels by field, synonyms by field, ranks by severity label; all keys are in lower case."""

    labels: Mapping[str, frozenset[str]]
    synonyms: Mapping[str, Mapping[str, str]]
    severity_ranks: Mapping[str, int]
    needs_analysis: frozenset[str]

    def resolve(self, field: str, value: str) -> str | None:
        """The label of ``field`` that ``value`` stands for, None where the list has none."""
        wanted = " ".join(value.lower().split())
        label = self.synonyms.get(field, {}).get(wanted, wanted)
        return label if label in self.labels[field] else None


def current() -> Lists:
    """The lists in force: the file that the environment names, else the shipped one."""
    return read(Path(os.environ.get(ENVIRONMENT) or SHIPPED))


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
    if missing := [field for field in FIELDS if not isinstance(content.get(field), list)]:
        raise ListsUnreadable(f"{shape}: there is no list {', '.join(missing)}")
    try:
        return _lists(content)
    except (TypeError, AttributeError, ValueError) as error:
        raise ListsUnreadable(f"{shape}: {error}") from error


def _lists(content: Mapping[str, Any]) -> Lists:
    return Lists(
        labels={
            field: frozenset(str(label).lower() for label in content[field]) for field in FIELDS
        },
        synonyms={
            field: {str(k).lower(): str(v).lower() for k, v in words.items()}
            for field, words in (content.get("synonyms") or {}).items()
        },
        severity_ranks={
            str(k).lower(): int(v) for k, v in (content.get("severity_ranks") or {}).items()
        },
        needs_analysis=frozenset(str(v).lower() for v in content.get("needs_analysis") or ()),
    )
