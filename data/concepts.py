"""Where does the list of concepts come from? One YAML file of ours, then one of the user."""

import os
from pathlib import Path
from typing import Any

from data.settings import SettingsUnreadable, read_settings

#: The list that ships with the project.
OWN_LIST = Path(__file__).with_name("concepts.yaml")
#: Names a file of the same shape whose concepts are added to ours.
ENVIRONMENT = "AFTERMATH_CONCEPTS"


class ConceptsUnreadable(ValueError):
    """A file of concepts cannot be used; the message says which, where and why."""


def current() -> dict[str, list[Any]]:
    """The concepts in force: ours and those of the file that the environment names.

    Raises:
        ConceptsUnreadable: see :func:`read_concepts`.
    """
    named = os.environ.get(ENVIRONMENT)
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
