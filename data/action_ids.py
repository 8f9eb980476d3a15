"""Ids for actions whose source gives them none: made of their incident and what they promise.

So they stay the same when a list is put in another order or something is added to it; a number is
added only where a second action of an incident promises the same.
"""

import hashlib
import re
from collections import Counter
from typing import Protocol

from data.words import fold

LONGEST_INCIDENT = 200
LONGEST_TITLE = 60
WORDS = re.compile(r"\w+")


class ActionIds:
    """Gives ids to the actions of one incident, in the order in which they stand.

    Args:
        incident_id: the incident's own.
        given: counts how often an id was given, where its actions come one by one.
    """

    def __init__(self, incident_id: str, given: "Given | None" = None) -> None:
        self._incident_id = _short(incident_id, LONGEST_INCIDENT)
        self._given = given or _Counted()

    def next(self, title: object) -> str:
        """An id for the next action, by its title."""
        made = f"{self._incident_id}#{_name('' if title is None else str(title))}"
        times = self._given.times_given(made)
        return f"{made}-{times}" if times > 1 else made


class Given(Protocol):
    """Knows how often an id was given."""

    def times_given(self, action_id: str) -> int:
        """Note that an id is given; how often it was by now."""
        ...


class _Counted:
    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def times_given(self, action_id: str) -> int:
        self._times[action_id] += 1
        return self._times[action_id]


def _name(title: str) -> str:
    """A title as part of an id: its words without marks."""
    return _short("-".join(WORDS.findall(fold(title))) or "action", LONGEST_TITLE)


def _short(name: str, longest: int) -> str:
    """A long name cut off, with a digest of all of it."""
    if len(name) <= longest:
        return name
    return f"{name[:longest]}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"
