"""The actions that stand in the same row as their incident.

``Follow-ups`` with a line each, ``Action 1`` and ``Action 2``, ``Action`` with its owner and due
date in the columns beside it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data import words
from data.mapping import ACTION
from data.readers.documents.actions import action_of
from data.readers.tables.values import BULLET

Read = Callable[[str], Any]
SEVERAL = "actions"
#: "1) raise the limit 2) add an alert"
NUMBERED = re.compile(r"(?:^|\s)(?=\d{1,2}[.)]\s)")
FIRST = re.compile(r"\s*1[.)]\s")
MOST = 200


class RowActions:
    """Reads the actions of a row.

    Args:
        columns: target, place in a row and reader of each column that tells of actions.
    """

    def __init__(self, columns: Sequence[tuple[str, int, Read]]) -> None:
        groups: dict[str, dict[str, tuple[int, Read]]] = {}
        targets = {target for target, _, _ in columns}
        # With an owner or a date beside it, a cell holds one action, if its name says so.
        self._several = SEVERAL in targets or targets == {"action.title"}
        for target, index, read in columns:
            named = ACTION.fullmatch("action.title" if target == SEVERAL else target)
            if named:
                groups.setdefault(named[1] or "", {})[named[2]] = (index, read)
        self._groups = [groups[key] for key in sorted(groups, key=lambda key: int(key or 0))]

    def __bool__(self) -> bool:
        return bool(self._groups)

    def of(self, cells: Sequence[str]) -> list[dict[str, Any]]:
        """The actions that ``cells`` tell of."""
        return [action for group in self._groups for action in self._of_group(group, cells)]

    def _of_group(
        self, group: Mapping[str, tuple[int, Read]], cells: Sequence[str]
    ) -> list[dict[str, Any]]:
        if "title" not in group or not (cell := cells[group["title"][0]].strip()):
            return []
        if words.current().is_nothing(cell):
            return []
        actions = actions_in(cell, several=self._several)
        for field, (index, read) in group.items():
            if field != "title" and (beside := cells[index].strip()):
                _share(actions, field, beside, read)
        return actions


def actions_in(cell: str, *, several: bool) -> list[dict[str, Any]]:
    """The actions in one cell.

    Args:
        cell: what stands there.
        several: whether its column is one of several actions in a cell, so that semicolons set
            them apart too.
    """
    if cell.startswith("["):
        try:
            items = json.loads(cell)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list):
            return [i if isinstance(i, dict) else {"title": str(i)} for i in items[:MOST]]
    lines = [BULLET.sub("", line).strip() for line in _lines(cell, several=several)]
    return [action for line in lines[:MOST] if line and (action := action_of(line))]


def _lines(cell: str, *, several: bool) -> list[str]:
    lines = cell.splitlines()
    if len(lines) > 1:
        return lines
    if several and ";" in cell:
        return cell.split(";")
    if FIRST.match(cell):
        return NUMBERED.split(cell)
    return lines


def _share(actions: list[dict[str, Any]], field: str, cell: str, read: Read) -> None:
    """Gives each action its line of a cell beside it, or all of them the one that is there."""
    parts = [part.strip() for part in cell.splitlines()]
    if len(parts) == 1 and len(actions) > 1:
        parts = [part.strip() for part in re.split("[;,]", cell)]
    if len(parts) != len(actions):
        parts = [cell] * len(actions)
    for action, part in zip(actions, parts, strict=True):
        value = read(BULLET.sub("", part)) if part else None
        if value is not None:
            action[field] = value
