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
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.matcher.confidence import BestMatches, Calibration, name_match
from analytics.matcher.linking import LINKS_PER_RECORD, Near, near_of
from analytics.matcher.matching import CANDIDATES, Index, Match
from analytics.matcher.prepared import Prepared
from analytics.matcher.relations import REPEAT

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


def _search(one: Prepared, index: Index) -> _Searched:
    found = index.search(one, limit=CANDIDATES)  # other records of the same event may come first
    repeats = [match for match in found if match.relation == REPEAT]
    repeats.sort(key=lambda match: (not match.seen, not match.evident))
    return _Searched(one, repeats[:SUGGESTED], near_of(one, found[:LINKS_PER_RECORD]))


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
    one: _Searched,
    created: NDArray[np.int64],
    best: BestMatches,
    calibration: Calibration | None,
) -> Iterator[Flag]:
    """The matches of a record that have a name, each by its own score and text."""
    if not (one.matches and one.prepared.tells_apart):
        return
    rarities = best.rarities(
        [match.score for match in one.matches],
        before=int(np.searchsorted(created, one.prepared.created)),
        own=not math.isnan(one.strength),
    )
    for place, match in enumerate(one.matches):
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
