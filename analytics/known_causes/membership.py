"""Which incidents belong to each known cause for certain, and which may belong to it besides?

A family is a group that the search proposed or that people made. Of its incidents those count that
people confirmed to have one cause; the others are possible members, listed apart, and in no figure
until somebody confirms them. So no count, rate or interval here ever rests on a suggestion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.known_causes.grouping import NO_CAUSE, KnownCauses
from analytics.matcher.families import Family, Said, settle
from analytics.selection import Mask, Rows, position


@dataclass(frozen=True)
class Families:
    """Every incident that counts, in exactly one family; the arrays are by number of the family.

    Attributes:
        causes: the confirmed causes, with the names of their families.
        known: what is stored of each family, None for an incident or cause that stands alone.
        of: the family of each incident of the history, ``NO_CAUSE`` where it counts for none.
        incidents: positions, family by family, each in order of time.
        first: where each family begins in ``incidents``; one more entry marks the end.
        core: number of the confirmed cause that each is about; ``NO_CAUSE`` where nobody has
            confirmed that any two of its incidents have one cause.
    """

    causes: KnownCauses
    known: tuple[Family | None, ...]
    of: Rows
    incidents: Rows
    first: Rows
    core: Rows

    def __len__(self) -> int:
        return len(self.core)

    def family_of(self, identity: str) -> int | None:
        """The family of the incident with this id, if it counts."""
        row = position(self.causes.repeats.history, identity)
        family = NO_CAUSE if row is None else int(self.of[row])
        return None if family == NO_CAUSE else family

    def members(self, family: int) -> Rows:
        """Positions of all its incidents, in order of time."""
        return self.incidents[self.first[family] : self.first[family + 1]]

    def confirmed(self, family: int) -> Rows:
        """Those of its incidents that people confirmed to have one cause."""
        members = self.members(family)
        core = self.core[family]
        confirmed: Rows = members[(core != NO_CAUSE) & (self.causes.of[members] == core)]
        return confirmed

    def possible(self, family: int) -> Rows:
        """Those that may have the cause, and that nobody has confirmed."""
        members = self.members(family)
        core = self.core[family]
        possible: Rows = members[(core == NO_CAUSE) | (self.causes.of[members] != core)]
        return possible

    def struck(self, family: int) -> int:
        """How many events its incidents tell of; a possible one counts as an event of its own."""
        core = int(self.core[family])
        confirmed = 0 if core == NO_CAUSE else int(self.causes.events[core])
        return confirmed + len(self.possible(family))

    @cached_property
    def is_possible(self) -> Mask:
        """Whether each of ``incidents`` is a possible member."""
        core = self.core[self.of[self.incidents]]
        possible: Mask = (core == NO_CAUSE) | (self.causes.of[self.incidents] != core)
        return possible

    def ids(self, rows: Rows) -> list[str]:
        """The ids of incidents."""
        return [self._ids[row] for row in rows]

    @cached_property
    def _ids(self) -> list[str]:
        return [str(one) for one in self.causes.repeats.history.incidents["id"]]


def families_of(causes: KnownCauses, stored: Sequence[Family]) -> Families:
    """The families as stored, settled with what people have said since.

    Args:
        causes: as people confirmed them.
        stored: the families as they were when they were last built.
    """
    settled = settle(stored, said_of(causes))
    rows = np.flatnonzero(causes.of != NO_CAUSE)
    groups, number = np.unique(_group_of(causes, settled)[rows], return_inverse=True)
    of = np.full(len(causes.of), NO_CAUSE, np.intp)
    of[rows] = number
    began = causes.repeats.links.moments.began
    known = tuple(settled[group] if group < len(settled) else None for group in groups)
    core = _cores(causes, of[rows], causes.of[rows], len(groups))
    names = {
        int(cause): family.name
        for cause, family in zip(core, known, strict=True)
        if cause != NO_CAUSE and family is not None and family.name
    }
    return Families(
        causes=replace(causes, names=names),
        known=known,
        of=of,
        incidents=rows[np.lexsort((began[rows], number))],
        first=np.append(0, np.cumsum(np.bincount(number, minlength=len(groups)))),
        core=core,
    )


def said_of(causes: KnownCauses) -> Said:
    """What people said of pairs of incidents that count."""
    ids = [str(one) for one in causes.repeats.history.incidents["id"]]
    sizes = np.diff(causes.first)
    together = (
        tuple(ids[row] for row in causes.members(int(cause))) for cause in np.flatnonzero(sizes > 1)
    )
    low, high = np.divmod(causes.repeats.links.denied, max(len(ids), 1))
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    apart = frozenset(frozenset((ids[a], ids[b])) for a, b in pairs if a != b)
    return Said(tuple(together), apart)


def _group_of(causes: KnownCauses, settled: Sequence[Family]) -> Rows:
    """For each incident its family's place in ``settled``, else a number of its cause behind them.

    An incident that stands alone is a family of its own; all others have been settled in one.
    """
    home = {member: place for place, family in enumerate(settled) for member in family.members}
    ids = causes.repeats.history.incidents["id"]
    place = np.array([home.get(str(one), NO_CAUSE) for one in ids], np.intp)
    return np.where(place != NO_CAUSE, place, len(settled) + causes.of)


def _cores(causes: KnownCauses, family: Rows, cause: Rows, families: int) -> Rows:
    """The largest confirmed cause in each family; that of its only incident where it has one."""
    pairs, counts = np.unique(family * max(len(causes), 1) + cause, return_counts=True)
    family_of, cause_of = np.divmod(pairs, max(len(causes), 1))
    order = np.lexsort((cause_of, -counts, family_of))
    largest = order[np.searchsorted(family_of[order], np.arange(families))]
    alone = np.bincount(family, minlength=families) == 1
    return np.where((counts[largest] > 1) | alone, cause_of[largest], NO_CAUSE).astype(np.intp)
