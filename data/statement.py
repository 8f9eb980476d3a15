"""What does one source say of one record?

A source speaks of some fields and not of others, so it cannot replace a stored record; it is merged
with it (:mod:`data.merging`).
"""

from dataclasses import dataclass

from data.check import CheckedAction
from data.problems import Place
from data.record import Incident


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
    """

    incident: Incident
    place: Place
    told: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    actions: tuple[CheckedAction, ...] = ()
    all_actions: bool = False
    whole: bool = False
    apart: bool = False
