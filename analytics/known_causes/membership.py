"""Which incidents belong to each known cause for certain, and which may belong to it besides?

A family is a group that the search proposed or that people made. Of its incidents those count that
people confirmed to have one cause; the others are possible members, listed apart, and in no figure
until somebody confirms them. So no count, rate or interval here ever rests on a suggestion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from analytics.duplicates import originals
from analytics.known_causes.grouping import NO_CAUSE, STRUCK_AGAIN, KnownCauses
from analytics.matcher.families import Family, Said, settle
from analytics.pairs import is_new_event
from analytics.repeats.links import CONFIRMING
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

    def counted(self, family: int) -> Rows:
        """The confirmed ones; all of them where nobody has confirmed any."""
        confirmed = self.confirmed(family)
        return confirmed if len(confirmed) else self.members(family)

    def struck(self, family: int) -> int:
        """How many events its incidents tell of; a possible one counts as an event of its own."""
        core = int(self.core[family])
        confirmed = 0 if core == NO_CAUSE else int(self.causes.events[core])
        return confirmed + len(self.possible(family))

    def id_of(self, family: int) -> str:
        """What names it in addresses: the id of its earliest incident, a confirmed one if any."""
        confirmed = self.confirmed(family)
        return self.ids((confirmed if len(confirmed) else self.members(family))[:1])[0]

    def name_of(self, family: int) -> str:
        """What it is called: its name, else the title of its earliest incident."""
        known = self.known[family]
        if known is not None and known.name:
            return known.name
        title = self.causes.repeats.history.incidents["title"].iloc[self.members(family)[0]]
        return str(title or self.id_of(family))

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


# What has to be said of which pairs, so that incidents get together or apart as people want?
#
# A known cause holds together by what people said of pairs. Whoever says that an incident has this
# cause says it of one pair; whoever takes one out takes back what was said of all pairs in
# between.

#: Relations that make two incidents have one cause.
ONE_CAUSE = ("repeat", "same_event")

#: Ids of the later and the earlier incident.
Pair = tuple[str, str]


def pairs_between(families: Families, some: Rows, others: Rows) -> list[Pair]:
    """The pairs between ``some`` incidents and ``others`` that people said have one cause."""
    history = families.causes.repeats.history
    links, original = history.links, originals(history)
    said = (links["origin"].isin(CONFIRMING) & links["relation"].isin(ONE_CAUSE)).to_numpy()
    ends = original[links.loc[said, ["later", "earlier"]].to_numpy(np.intp)].reshape(-1, 2)
    here, there = np.isin(ends, some), np.isin(ends, others)
    crossing = (here[:, 0] & there[:, 1]) | (there[:, 0] & here[:, 1])
    return [_pair(families, int(a), int(b)) for a, b in np.unique(ends[crossing], axis=0)]


def pairs_to_confirm(families: Families, family: int, chosen: Rows) -> list[Pair]:
    """What to say so that ``chosen`` have the cause of ``family``: for each of them one pair.

    Each is paired with the latest confirmed incident that was over a day before it began, else
    with the nearest one. Where nothing is confirmed, the first of ``chosen`` stands for the cause.
    """
    moments = families.causes.repeats.links.moments
    began, until, over = moments.began, moments.began_until, moments.over
    known = families.confirmed(family)
    rows = chosen[np.argsort(began[chosen], kind="stable")]
    if not len(known):
        known, rows = rows[:1], rows[1:]
    pairs = []
    for row in rows[~np.isin(rows, known)]:
        before = known[is_new_event(until[row] - over[known])]
        nearest = known[np.argmin(np.abs(began[known] - began[row]))]
        pairs.append(_pair(families, int(row), int(before[-1] if len(before) else nearest)))
    return pairs


def pairs_of_different(families: Families, family: int, *, most: int) -> list[Pair]:
    """What to say so that no possible incident has the cause of another one of the family.

    Where some are confirmed each possible one is told apart from one of them. Else it takes every
    pair, so that nothing is given for more than ``most`` incidents.
    """
    possible = families.possible(family)
    if len(families.confirmed(family)):
        return pairs_to_confirm(families, family, possible)
    if len(possible) > most:
        return []
    return [_pair(families, int(a), int(b)) for a, b in combinations(possible, 2)]


def others_by_size(families: Families, family: int) -> Rows:
    """The other families that struck more than once, those with the most incidents first."""
    sizes = np.diff(families.first)
    several = np.flatnonzero(sizes >= STRUCK_AGAIN)
    struck = np.array([families.struck(int(other)) for other in several], dtype=np.int64)
    others = several[(struck >= STRUCK_AGAIN) & (several != family)]
    largest_first: Rows = others[np.argsort(-sizes[others], kind="stable")]
    return largest_first


def _pair(families: Families, row: int, other: int) -> Pair:
    began = families.causes.repeats.links.moments.began
    later, earlier = (row, other) if began[row] >= began[other] else (other, row)
    ids = families.ids(np.array([later, earlier]))
    return ids[0], ids[1]
