"""What has to be said of which pairs, so that incidents get together or apart as people want?

A known cause holds together by what people said of pairs. Whoever says that an incident has this
cause says it of one pair; whoever takes one out takes back what was said of all pairs in between.
"""

from itertools import combinations

import numpy as np

from analytics.duplicates import originals
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import STRUCK_AGAIN
from analytics.new_event import is_new_event
from analytics.repeats.links import CONFIRMING
from analytics.selection import Rows

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


def _pair(families: Families, one: int, other: int) -> Pair:
    began = families.causes.repeats.links.moments.began
    later, earlier = (one, other) if began[one] >= began[other] else (other, one)
    ids = families.ids(np.array([later, earlier]))
    return ids[0], ids[1]
