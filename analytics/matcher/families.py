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
from analytics.method import Example, Method

FAMILIES = Method(
    title="Known causes and their possible incidents",
    answers="Which incidents have one cause, for certain or perhaps?",
    formula=(
        "Confirmed are incidents that people linked to one cause, in records or by verdict. "
        "Records that look alike are linked by the score of the search for repeats, and joined "
        "while the mean of all links between two groups, absent ones counting as none, is at "
        "least 0.2. Once 50 pairs of one cause and 50 of two are confirmed, a logistic "
        "regression learns from them what each part of the score is worth here, and groups "
        "join from 0.7. A new record joins by the mean of its three best links. Confirmed "
        "groups stay whole and never join each other; pairs told apart stay apart; what people "
        "named or moved stays where it is. A name is proposed from the words of their "
        "titles and the phrases that at least half of them share and others do not."
    ),
    source="Sokal and Michener, 1958, for average link; the name is our own definition",
    leaves_out=(
        "Possible incidents are in no count, rate or interval until somebody confirms them. "
        "Records that say nothing of their cause are never grouped by their words."
    ),
    example=Example(
        given=(
            "Of three records the first and second are linked with 0.5, the first and third "
            "with 0.25, the second and third with 0.05."
        ),
        inputs={"first_second": 0.5, "first_third": 0.25, "second_third": 0.05},
        gives=(
            "The first 2 make a group; the third is linked to them with 0.15 on average and "
            "stays outside."
        ),
        result=(2,),
    ),
)

#: A new record joins by the mean of so many of its best links into a family.
BEST_LINKS = 3


def build(
    members: Iterable[str],
    links: Links,
    *,
    cut: float,
    known: Sequence[Family] = (),
    said: Said = NOTHING_SAID,
    taken: Iterable[str] = (),
) -> tuple[Family, ...]:
    """All families, around what is pinned in the ``known`` ones and what people confirmed.

    Args:
        members: ids of all incidents in time order.
        links: by pair, at most :data:`~analytics.matcher.linking.LINKS_PER_RECORD` a record.
        cut: mean link from which groups join.
        known: families as they are; of those that nobody named or pinned only the ids stay.
        said: what people said of pairs.
        taken: ids of other families, which no new one may have.
    """
    listed = list(members)
    present, settled = set(listed), settle(known, said)
    fixed = [(family, _fixed(family, said, present)) for family in settled]
    held = [(family, some) for family, some in fixed if some]
    denied = {_pair(pair): -math.inf for pair in said.apart}
    groups = average_link(listed, {**links, **denied}, cut=cut, fixed=[some for _, some in held])
    kept = [
        replace(family, members=group) for (family, _), group in zip(held, groups, strict=False)
    ]
    homes = Homes(kept, taken=taken)
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
    cut: float,
    said: Said = NOTHING_SAID,
) -> tuple[Family, ...]:
    """The families after new records have joined those that they are linked to most.

    A record linked to no family but to another single record makes a family with it. One that is
    a member already joins anew, as its text may have changed, unless it is pinned or confirmed.

    Args:
        arrivals: new records in time order, with their links to others by id.
        cut: mean of the best links from which one joins.
        said: what people said of pairs.
    """
    homes, coming = Homes(settle(families, said)), dict(arrivals)
    pinned = {member for family in homes.families for member in family.pinned}
    for record in coming:
        if record not in pinned and record not in said.group_of:
            homes.take(record)
    for record, links in coming.items():
        if record not in homes.home:
            partner = _partner(record, links, homes, said.apart_from.get(record, set()), cut)
            if partner is None:
                continue
            number = homes.open((partner,)) if isinstance(partner, str) else partner
            if isinstance(partner, str):
                homes.put(partner, number)
            homes.put(record, number)
    return homes.left()


def _partner(
    record: str, links: Mapping[str, float], homes: Homes, apart: set[str], cut: float
) -> int | str | None:
    """The family, or the single record, whose best links to ``record`` are strongest on average."""
    into: dict[int, list[float]] = {}
    strengths: dict[int | str, float] = {}
    for other, link in links.items():
        if (number := homes.home.get(other)) is not None:
            into.setdefault(number, []).append(link)
        elif other != record and other not in apart:
            strengths[other] = link
    for number, some in into.items():
        if apart.isdisjoint(homes.members[number]):
            strengths[number] = _mean_of_best(some, len(homes.members[number]))
    best = max(strengths, key=lambda one: strengths[one], default=None)
    return best if best is not None and strengths[best] >= cut else None


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
