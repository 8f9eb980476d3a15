"""Which earlier incidents are suggested for new ones: searched in order of time, flagged with care.

What says nearly the same as an earlier one is always flagged, anything else where it is rarer than
nearly all best matches before it. Cascades and second
reports of an event are no repeats and are not suggested. A record that is loaded late may be the
original of records searched before it, so those that resemble it are searched again.

Rarity of words is counted at the moment of the search, and a late record does not change how rare
the matches after it were. Where there are so few later records that all of them are searched again
(:mod:`~analytics.matcher.searching`), neither makes a difference.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from analytics.matcher.confidence import FEWEST_RECORDS, BestMatches, Calibration, name_match
from analytics.matcher.families import (
    LINKS_PER_RECORD,
    Family,
    LinkScale,
    Near,
    Said,
    build,
    grow,
    links_among,
    near_of,
)
from analytics.matcher.matching import CANDIDATES, Index, Match
from analytics.matcher.prepared import Prepared
from analytics.matcher.ranking import REPEAT
from analytics.matcher.words import Concepts

#: Earlier incidents suggested for one record: a reviewer looks at no more.
SUGGESTED = 3
#: The score of a record that matches nothing, where JSON has no infinity.
NO_MATCH = -1e9
#: The score of a record that others are not compared with.
NOT_COMPARED = math.nan

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Flag:
    """One earlier incident that is suggested; ``certainty`` is between 0 and 1."""

    id: str
    score: float
    level: str
    certainty: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """What the search made of one record.

    Attributes:
        strength: score of its best match, :data:`NO_MATCH` without any; :data:`NOT_COMPARED` where
            it was seen before or tells nothing of its own.
        flagged: the earlier incidents suggested, the best first; empty without a flag.
        near: what was found most alike, for families; nothing where it tells no cause.
    """

    prepared: Prepared
    strength: float
    flagged: tuple[Flag, ...]
    near: Near


def _nothing(_ids: Collection[str]) -> Iterable[Prepared]:
    return ()


@dataclass(frozen=True)
class Past:
    """What earlier searches found.

    Attributes:
        ids, created, strength: of the records searched, in any order; ``created`` in seconds since
            1970, ``strength`` as in :class:`Found`.
        suggested: by later record, the earlier ones suggested and their scores.
        prepared_of: gives records of these ids as they were prepared.
    """

    ids: Sequence[str] = ()
    created: Sequence[int] = ()
    strength: Sequence[float] = ()
    suggested: Mapping[str, Scores] = field(default_factory=dict)
    prepared_of: Callable[[Collection[str]], Iterable[Prepared]] = _nothing

    @cached_property
    def latest(self) -> float:
        """When the last of them began."""
        return max(self.created, default=-math.inf)

    @cached_property
    def compared(self) -> int:
        """How many of them others are compared with."""
        return int(np.isfinite(np.asarray(self.strength, np.float64)).sum())

    @cached_property
    def strength_of(self) -> Scores:
        """``strength`` by record."""
        return dict(zip(self.ids, self.strength, strict=True))

    @cached_property
    def later_of(self) -> Mapping[str, Collection[str]]:
        """By earlier record, those that it is suggested for."""
        found: dict[str, set[str]] = {}
        for later, scores in self.suggested.items():
            for earlier in scores:
                found.setdefault(earlier, set()).add(later)
        return found


@dataclass(frozen=True, slots=True)
class _Searched:
    prepared: Prepared
    matches: Sequence[Match]
    near: Near

    @property
    def strength(self) -> float:
        if not self.prepared.tells_apart or any(match.evident for match in self.matches):
            return NOT_COMPARED
        return self.matches[0].score if self.matches else NO_MATCH


def suggest_earlier(
    new: Iterable[Prepared],
    *,
    index: Index,
    past: Past | None = None,
    calibration: Calibration | None = None,
) -> Iterator[Found]:
    """Search each record among those that began before it, and add it to the index.

    Args:
        new: records to search, in order of time.
        index: of the records searched before; grows.
        past: of these records.
        calibration: from verdicts, once there are enough.

    Yields:
        First what was found for ``new``, then for records that are searched again.
    """
    before = past or Past()
    searched: list[_Searched] = []
    outdated: set[str] = set()
    for one in new:
        searched.append(_search(one, index))
        if one.created < before.latest:
            outdated |= _outdated_by(one, index, before)
        index.add(one)
    again = before.prepared_of(sorted(outdated)) if outdated else ()
    searched += [_search(one, index) for one in again]
    created, strengths = _in_order_of_time(before, searched)
    best = BestMatches(strengths)
    for each in searched:
        flagged = tuple(_flags(each, created, best, calibration))
        yield Found(each.prepared, each.strength, flagged, each.near)


def _search(prepared: Prepared, index: Index) -> _Searched:
    found = index.search(
        prepared, limit=CANDIDATES
    )  # other records of the same event may come first
    repeats = [match for match in found if match.relation == REPEAT]
    repeats.sort(key=lambda match: (not match.seen, not match.evident))
    return _Searched(prepared, repeats[:SUGGESTED], near_of(prepared, found[:LINKS_PER_RECORD]))


def _outdated_by(late: Prepared, index: Index, past: Past) -> set[str]:
    """Records after ``late`` that may look like it rather than like what was suggested."""
    resembling = index.search(late, limit=CANDIDATES, later=True)
    outdated = {one.id for one in resembling if one.relation == REPEAT and _matters(one, past)}
    return outdated.union(past.later_of.get(late.id, ()))


def _matters(match: Match, past: Past) -> bool:
    """Whether a match with an earlier record may change what is suggested for the later one.

    Its place is at least its score, and only scores are known of what was found before: now and
    then a record is searched again in vain, and none too few.
    """
    if match.evident:
        return True
    scores = past.suggested.get(match.id, {}).values()
    if not scores:
        return match.place >= past.strength_of.get(match.id, match.place)
    return len(scores) < SUGGESTED or match.place >= min(scores)


def _in_order_of_time(
    past: Past, searched: Sequence[_Searched]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """When each record to compare with began and how strong its best match is, -inf without any."""
    newly = {one.prepared.id: one for one in searched}
    kept = [place for place, name in enumerate(past.ids) if name not in newly]
    created = [past.created[at] for at in kept] + [one.prepared.created for one in searched]
    strength = [past.strength[at] for at in kept] + [one.strength for one in searched]
    order = np.argsort(np.array(created, np.int64), kind="stable")
    values = np.array(strength, np.float64)[order]
    compared = ~np.isnan(values)
    values = np.where(values <= NO_MATCH, -np.inf, values)
    return np.array(created, np.int64)[order][compared], values[compared]


def _flags(
    searched: _Searched,
    created: NDArray[np.int64],
    best: BestMatches,
    calibration: Calibration | None,
) -> Iterator[Flag]:
    """The matches of a record that have a name, each by its own score and text."""
    if not (searched.matches and searched.prepared.tells_apart):
        return
    rarities = best.rarities(
        [match.score for match in searched.matches],
        before=int(np.searchsorted(created, searched.prepared.created)),
        own=not math.isnan(searched.strength),
    )
    for place, match in enumerate(searched.matches):
        sure = name_match(
            match.score,
            shared=match.shared,
            seen=match.seen,
            apart=match.apart,
            rarity=rarities[place] if rarities else None,
            calibration=calibration,
        )
        if sure.level:
            yield Flag(match.id, match.score, sure.level, sure.certainty)


# What must be searched when records come, and what came of it?
#
# A record that comes late changes what can be found for all that began after it: it may be their
# original, and it counts in how rare words and matches were. As long as these are not too many
# they are all searched again, as if the late one had been there, and then the order in which
# records are loaded does not matter. Beyond that only those that resemble it are.

#: Later records up to which all of them are searched again; a matter of seconds.
ALL_AGAIN = 5_000
#: Order of time, the same whichever record was loaded first.
IN_ORDER = attrgetter("created", "id")
#: Called with the number of records searched so far, and of all.
Progress = Callable[[int, int], None]


class Kept(NamedTuple):
    """A record that was searched before, and the strength that was found then."""

    prepared: Prepared
    best: float


@dataclass(frozen=True)
class Search:
    """The search for earlier incidents of the same cause, as far as records have been searched.

    Attributes:
        index: of the records in ``past``.
        later: ids of records that have to be searched again.
        silent: ids of records in ``past`` that tell no cause.
    """

    concepts: Concepts
    index: Index
    past: Past
    later: tuple[str, ...]
    silent: frozenset[str]

    def after(self, searched: Sequence[Found]) -> Self:
        """The search when these have been searched, which are in the index by now."""
        newly = {one.prepared.id for one in searched}
        kept = [place for place, name in enumerate(self.past.ids) if name not in newly]
        past = Past(
            ids=[*(self.past.ids[at] for at in kept), *(one.prepared.id for one in searched)],
            created=[
                *(self.past.created[at] for at in kept),
                *(one.prepared.created for one in searched),
            ],
            strength=[
                *(self.past.strength[at] for at in kept),
                *(one.strength for one in searched),
            ],
        )
        return replace(self, past=past, later=())


@dataclass(frozen=True)
class Matched:
    """What became of new and changed records.

    Attributes:
        records: how many were searched.
        alike: ids of those that look like earlier incidents, in order of time.
        later: ids of records searched before that look like one of them, as it began earlier.
        compared: how many incidents there are to compare a match with.
    """

    records: int = 0
    alike: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    compared: int = FEWEST_RECORDS

    @classmethod
    def of(cls, searched: Iterable[Found], *, new: Collection[str], compared: int) -> Self:
        """What was found for the records in ``new``, and for others because of them."""
        flagged = {one.prepared.id: {flag.id for flag in one.flagged} for one in searched}
        alike = [name for name, earlier in flagged.items() if earlier]
        return cls(
            records=len(new),
            compared=compared,
            alike=tuple(name for name in alike if name in new),
            later=tuple(
                name for name in alike if name not in new and not flagged[name].isdisjoint(new)
            ),
        )

    @property
    def words(self) -> str:
        """A sentence with the counts."""
        if not self.records:
            return "Every record had been searched before."
        parts = [f"{self.records:,} searched", f"{_number(len(self.alike))} like an earlier one"]
        if self.later:
            parts.append(f"{len(self.later):,} later ones like one of them")
        said = f"Records: {', '.join(parts)}."
        if self.compared < FEWEST_RECORDS:
            said += f" To tell a rare match needs {FEWEST_RECORDS} incidents, has {self.compared}."
        return said


def _number(count: int) -> str:
    return f"{count:,}" if count else "none"


def restored(
    kept: Iterable[Kept], *, concepts: Concepts, since: float = math.inf, most: int = ALL_AGAIN
) -> Search:
    """The search over records that were searched before.

    Args:
        kept: in order of time.
        concepts: that they were prepared with.
        since: seconds since 1970; records from then on are left out, to be searched again, unless
            they are more than ``most``.
    """
    later: list[Kept] = []
    ids: list[str] = []
    created: list[int] = []
    strength: list[float] = []
    silent: set[str] = set()

    def indexed() -> Iterator[Prepared]:
        for prepared, best in _before(iter(kept), since, later, most=most):
            ids.append(prepared.id)
            created.append(prepared.created)
            strength.append(best)
            if not prepared.tells_cause:
                silent.add(prepared.id)
            yield prepared

    index = Index.restore(indexed())
    past = Past(ids, created, strength)
    again = tuple(one.prepared.id for one in later)
    return Search(concepts, index, past, again, frozenset(silent))


def told(
    new: Iterable[Prepared], total: int, progress: Progress | None, *, before: int = 0
) -> Iterator[Prepared]:
    """``new``, telling after each how many of the ``total`` are done, some of them ``before``."""
    for number, one in enumerate(new, before + 1):
        yield one
        if progress:
            progress(number, total)


def _before(kept: Iterator[Kept], since: float, later: list[Kept], *, most: int) -> Iterator[Kept]:
    """``kept`` until ``since``; the rest goes to ``later``, or comes too if it is too much."""
    for one in kept:
        if one.prepared.created < since:
            yield one
            continue
        later.append(one)
        if len(later) > most:
            yield from later
            yield from kept
            later.clear()


# How do new records get into known causes without all of them being searched again?
#
# Each joins the family that it is linked to most, and the families that gained one are looked at
# again as wholes: what no longer belongs together leaves. All others stay as they are.


@dataclass(frozen=True)
class Basis:
    """What families are made from.

    Attributes:
        index: of all records.
        scale: how much the parts of a score are worth as a link.
        said: what people said of pairs.
        near: what was found near the records that have been searched just now, by id.
    """

    index: Index
    scale: LinkScale
    said: Said
    near: Mapping[str, Near]


def group_all(
    records: Sequence[Prepared], basis: Basis, *, known: Sequence[Family]
) -> tuple[Family, ...]:
    """All families anew; of the ``known`` ones stays what people hold, and the ids.

    Args:
        records: all records in order of time.
    """
    return _build(records, basis, known=known, others=())


def group_new(
    families: Sequence[Family],
    basis: Basis,
    *,
    new: Collection[str],
    prepared: Callable[[str], Prepared | None],
    silent: Iterable[str],
) -> tuple[Family, ...]:
    """The families after new records have come.

    Those that are only searched again, because one of the new ones began before them, stay where
    they are; what they have in common with it counts for it.

    Args:
        new: ids of the new records, all of which stand in ``basis.near``.
        prepared: gives a record, None where it is gone.
        silent: ids of records that tell no cause.
    """
    unheard = {*silent, *(name for name, near in basis.near.items() if not near.ids)}
    links = {name: basis.scale.links(near) for name, near in basis.near.items()}
    arrivals: dict[str, dict[str, float]] = {
        name: {one: link for one, link in some.items() if one not in unheard}
        for name, some in links.items()
        if name in new
    }
    for later, some in links.items():
        for name in arrivals.keys() & some.keys():
            arrivals[name].setdefault(later, some[name])
    grown = grow(families, arrivals.items(), cut=basis.scale.cut, judgements=basis.said)
    touched = [one for one in grown if not arrivals.keys().isdisjoint(one.members)]
    ids = {family.id for family in touched}
    others = [family for family in grown if family.id not in ids]
    found = (prepared(member) for family in touched for member in family.members)
    records = sorted((one for one in found if one is not None), key=lambda one: one.created)
    return (*others, *_build(records, basis, known=touched, others=others))


def _build(
    records: Sequence[Prepared], basis: Basis, *, known: Sequence[Family], others: Iterable[Family]
) -> tuple[Family, ...]:
    return build(
        [one.id for one in records],
        dict(links_among(records, basis.index, basis.near, basis.scale)),
        cut=basis.scale.cut,
        known=known,
        judgements=basis.said,
        taken={family.id for family in others},
    )
