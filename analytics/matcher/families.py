"""Which causes are known, and which incidents belong to each?

Families come from clustering links between records; a new record joins one at once when its best
links into it are strong enough. What people have named or moved is pinned, what they confirmed
stays together and what they told apart stays apart, whatever the links say. Both operations take
families and give new ones.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analytics.matcher.clustering import Links, average_link
from analytics.matcher.settling import NOTHING_SAID, Family, Homes, Said, settle

#: Mean link from which groups join. With links from the thirty best matches of each record,
#: families were pure (pairs .70, of all pairs that readers judged .85), complete (.79) and stable
#: (.96).
CUT = 0.2
#: A new record joins by the mean of so many of its best links into a family.
BEST_LINKS = 3


def build(
    members: Iterable[str],
    links: Links,
    *,
    known: Sequence[Family] = (),
    said: Said = NOTHING_SAID,
) -> tuple[Family, ...]:
    """All families, around what is pinned in the ``known`` ones and what people confirmed.

    Args:
        members: ids of all incidents in time order.
        links: :attr:`~analytics.matcher.matching.Match.link` by pair, at most
            :data:`~analytics.matcher.linking.LINKS_PER_RECORD` a record.
        known: families as they are; of those that people do not hold only the ids stay.
        said: what people said of pairs.
    """
    listed = list(members)
    present, settled = set(listed), settle(known, said)
    fixed = [(family, _fixed(family, said, present)) for family in settled]
    held = [(family, some) for family, some in fixed if some]
    denied = {_pair(pair): -math.inf for pair in said.apart}
    groups = average_link(listed, {**links, **denied}, cut=CUT, fixed=[some for _, some in held])
    kept = [
        replace(family, members=group) for (family, _), group in zip(held, groups, strict=False)
    ]
    homes = Homes(kept)
    before = {m: family.id for family, some in fixed if not some for m in family.members}
    for group in groups[len(held) :]:
        heirs = [before[member] for member in group if member in before]
        number = homes.open((*heirs, *group))
        for member in group:
            homes.put(member, number)
    return homes.left()


def grow(
    families: Sequence[Family],
    arrivals: Iterable[tuple[str, Mapping[str, float]]],
    *,
    said: Said = NOTHING_SAID,
) -> tuple[Family, ...]:
    """The families after new records have joined those that they are linked to most.

    A record linked to no family but to another single record makes a family with it. One that is
    a member already joins anew, as its text may have changed, unless it is pinned or confirmed.

    Args:
        arrivals: new records in time order, with their links to others by id.
        said: what people said of pairs.
    """
    homes, coming = Homes(settle(families, said)), dict(arrivals)
    pinned = {member for family in homes.families for member in family.pinned}
    for record in coming:
        if record not in pinned and record not in said.group_of:
            homes.take(record)
    for record, links in coming.items():
        if record not in homes.home:
            _join(record, links, homes, said.apart_from.get(record, set()))
    return homes.left()


def _join(record: str, links: Mapping[str, float], homes: Homes, apart: set[str]) -> None:
    """Put ``record`` where the mean of its best links is strongest, if it is strong enough."""
    into: dict[int, list[float]] = {}
    alone = {}
    for other, link in links.items():
        if (number := homes.home.get(other)) is not None:
            into.setdefault(number, []).append(link)
        elif other != record and other not in apart:
            alone[other] = link
    open_to = (n for n in into if apart.isdisjoint(homes.members[n]))
    strengths = {n: _mean_of_best(into[n], len(homes.members[n])) for n in open_to}
    best = max(strengths, key=lambda n: strengths[n], default=None)
    partner = max(alone, key=lambda one: alone[one], default=None)
    if partner is not None and alone[partner] > (0.0 if best is None else strengths[best]):
        if alone[partner] >= CUT:
            number = homes.open((partner,))
            homes.put(partner, number)
            homes.put(record, number)
    elif best is not None and strengths[best] >= CUT:
        homes.put(record, best)


def _mean_of_best(links: Sequence[float], members: int) -> float:
    """The mean of the best links, where those that are missing count as none."""
    return sum(sorted(links, reverse=True)[:BEST_LINKS]) / min(BEST_LINKS, members)


def _fixed(family: Family, said: Said, present: set[str]) -> tuple[str, ...]:
    return tuple(
        member
        for member in family.members
        if member in present and (member in family.pinned or member in said.group_of)
    )


def _pair(pair: Iterable[str]) -> tuple[str, str]:
    one, other = pair
    return one, other
