"""What does one source say of one record?

A source speaks of some fields and not of others, so it cannot replace a stored record; it is merged
with it (:mod:`data.merging`).
"""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from data.check import CheckedAction
from data.problems import Place
from data.record import CLOCK_FIELDS, Incident

if TYPE_CHECKING:
    from data.files import Met


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one record, checked.

    Attributes:
        incident: the record as if there were no other source.
        place: where it stands.
        told: fields that are given a usable value; see :class:`data.check.Checked`.
        cleared: fields that are said to be empty.
        actions: what is said of actions.
        all_actions: whether those are all that there are.
        withdrawn: ids of actions that the source spoke of before and speaks of no more.
        whole: whether this is all that its source says, so that what it said before and says no
            more is meant to be gone.
        apart: whether it speaks of nothing but some actions.
        seen: the names under which its source has values, where none of them was understood as a
            title or a time.
        file: where it was read.
        source_name: the name of the source.
        name: the id of the record at its source.
        by_path: whether that id was made from the name of the file.
        public: whether the ids in it are those of a store, from which it was written out.
    """

    incident: Incident
    place: Place
    told: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    actions: tuple[CheckedAction, ...] = ()
    all_actions: bool = False
    withdrawn: frozenset[str] = frozenset()
    whole: bool = False
    apart: bool = False
    seen: tuple[str, ...] = ()
    file: "Met | None" = None
    source_name: str = ""
    name: str = ""
    by_path: bool = False
    public: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be made of it where its record is not stored already."""
        return self.apart or is_blank(self.incident)

    @property
    def holds(self) -> bool:
        """Whether its source has the record itself, and not merely a correction of it."""
        return "title" in self.told and not self.apart

    @property
    def told_as(self) -> str:
        """What tells it apart from all else that its file says."""
        if not self.apart:
            return self.name
        names = "\x1f".join((self.name, *(checked.action.id for checked in self.actions)))
        return f"actions {hashlib.blake2b(names.encode(), digest_size=16).hexdigest()}"

    def renamed(self, name: str) -> "Statement":
        """The same of a record of another id."""
        if name == self.incident.id:
            return self
        actions = tuple(_renamed(checked, self.incident.id, name) for checked in self.actions)
        listed = tuple(checked.action for checked in actions) if self.incident.actions else ()
        changes = {"id": name, "actions": listed}
        incident = self.incident.model_copy(update=changes)
        return replace(self, incident=incident, actions=actions)


def _renamed(checked: CheckedAction, old: str, new: str) -> CheckedAction:
    """An action whose id was made from that of its incident, with one made from the new id."""
    if "id" in checked.told or not checked.action.id.startswith(f"{old}#"):
        return checked
    name = f"{new}{checked.action.id.removeprefix(old)}"
    return replace(checked, action=checked.action.model_copy(update={"id": name}))


def is_blank(record: Incident) -> bool:
    """Whether a record has neither a title nor any time, so that nobody understood its source."""
    timed = any(getattr(record, clock) for clock in CLOCK_FIELDS)
    return not (record.title or timed or any(event.at for event in record.timeline))
