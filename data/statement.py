"""What does one source say of one record?

A source speaks of some fields and not of others, so it cannot replace a stored record; it is merged
with it (:mod:`data.merging`).
"""

from dataclasses import dataclass

from data.check import CheckedAction
from data.problems import Place
from data.record import CLOCK_FIELDS, Incident


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
        whole: whether this is all that its source says, so that what it said before and says no
            more is meant to be gone.
        apart: whether it speaks of nothing but some actions.
        seen: the names under which its source has values, where none of them was understood as a
            title or a time.
    """

    incident: Incident
    place: Place
    told: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    actions: tuple[CheckedAction, ...] = ()
    all_actions: bool = False
    whole: bool = False
    apart: bool = False
    seen: tuple[str, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be made of it where its record is not stored already."""
        return self.apart or is_blank(self.incident)


def is_blank(record: Incident) -> bool:
    """Whether a record has neither a title nor any time, so that nobody understood its source."""
    timed = any(getattr(record, clock) for clock in CLOCK_FIELDS)
    return not (record.title or timed or any(event.at for event in record.timeline))
