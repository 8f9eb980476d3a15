"""What must be searched when records come, and what came of it?

A record that comes late changes what can be found for all that began after it: it may be their
original, and it counts in how rare words and matches were. As long as these are not too many they
are all searched again, as if the late one had been there, and then the order in which records are
loaded does not matter. Beyond that only those that resemble it are.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, Self

from analytics.matcher.concepts import Concepts
from analytics.matcher.confidence import FEWEST_RECORDS
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Prepared
from analytics.matcher.suggesting import Found, Past

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
    def of(cls, found: Iterable[Found], *, new: Collection[str], compared: int) -> Self:
        """What was found for the records in ``new``, and for others because of them."""
        flagged = {one.prepared.id: {flag.id for flag in one.flagged} for one in found}
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


def told(new: Iterable[Prepared], total: int, progress: Progress | None) -> Iterator[Prepared]:
    """``new``, telling after each how many of the ``total`` are done."""
    for number, one in enumerate(new, 1):
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
