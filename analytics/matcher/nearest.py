"""Have we seen this before? The earlier incidents nearest to one, however few there are to compare.

Flags are for a queue that nobody has time to empty, so they are sparing. Whoever looks at one
incident, or describes one that is not recorded yet, wants the nearest ones in any case, and to
know how near they are: by the text that both share, which means the same in any store.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from analytics.matcher.matching import ALIKE, BIT_ALIKE, Index, Match
from analytics.matcher.prepared import UNDATED, Document, prepare
from analytics.matcher.ranking import SAME_EVENT
from analytics.matcher.words import Concepts

CLOSE, MAYBE, WEAK = "close", "maybe", "weak"
#: As many as are shown: nobody reads more while an incident lasts.
NEAREST = 5
#: Records of one title that are counted; "for the thousandth time" needs no exact number.
MOST_COUNTED = 1_000


class Searchable(Protocol):
    """An index, and the concepts that its records were read with."""

    @property
    def index(self) -> Index:
        """Of all records."""

    @property
    def concepts(self) -> Concepts:
        """That texts are read with."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The earlier incidents most like one.

    Attributes:
        matches: the nearest ones, what says nearly the same first; fewer where there are fewer,
            the latest where nothing is near.
        times: the how-manieth time it is, counting what says nearly the same; 1 for the first.
        since: when the first of them began (naive UTC); None without any, or where none has a time.
        compared: how many records were searched.
    """

    matches: tuple[Match, ...]
    times: int
    since: dt.datetime | None
    compared: int


def nearest(document: Document, search: Searchable, *, most: int = NEAREST) -> Nearest:
    """The earlier incidents most like a text, recorded or not.

    What has no beginning is looked up among all records. Records of the same event count for
    nothing and come last.
    """
    prepared = prepare(document, search.concepts)
    found = search.index.search(prepared, limit=MOST_COUNTED, twins=MOST_COUNTED, least=most)
    found.sort(key=lambda one: (one.relation == SAME_EVENT, not one.seen))
    again = [one for one in found if one.seen and one.relation != SAME_EVENT]
    began = [at for one in again if (at := search.index.began(one.id)) != UNDATED]
    return Nearest(
        matches=tuple(found[:most]),
        times=len(again) + 1,
        since=dt.datetime(1970, 1, 1) + dt.timedelta(seconds=min(began)) if began else None,
        compared=len(search.index) - (prepared.id in search.index),
    )


def share_of_text(match: Match, *, described: bool = False) -> float:
    """How much of either text is in the other, of a description how much of it is there."""
    return min(match.covered if described else match.shared, 1.0)


def closeness(match: Match, *, described: bool = False) -> str:
    """:data:`CLOSE`, :data:`MAYBE` or :data:`WEAK`.

    Args:
        described: what was asked about is a few words, which say less than a whole record.
    """
    shared = share_of_text(match, described=described)
    if match.seen or shared >= ALIKE:
        return CLOSE
    return MAYBE if shared >= BIT_ALIKE else WEAK
