"""Which causes are known, and which incidents belong to each?

Families come from clustering links between records; a new record joins one at once when its best
links into it are strong enough. What people have named or moved is pinned, what they confirmed
stays together and what they told apart stays apart, whatever the links say. Both operations take
families and give new ones.
"""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.answer import Example, Method
from analytics.matcher import ranking
from analytics.matcher.matching import Index, Match
from analytics.matcher.prepared import Prepared
from analytics.statistics.shares import Logistic, fit_logistic

# Which records form one family, given how strongly pairs of them are linked?
#
# Average link: two groups join while the mean of all links between them, missing ones counting as
# 0, is high enough. Following single links instead would chain strangers into one giant. Groups
# that people confirmed are given and stay: they may gain members, never lose one, and never join
# each other. A link of minus infinity keeps two records apart whatever the others say.

#: Links weaker than this are noise and are not followed.
WEAKEST_LINK = 0.05

Links = Mapping[tuple[str, str], float]


def average_link(
    members: Iterable[str], links: Links, *, cut: float, fixed: Sequence[Iterable[str]] = ()
) -> list[tuple[str, ...]]:
    """Groups of two or more, members in the order given; ``fixed`` groups first and in their order.

    Args:
        members: ids, each once; also those of ``fixed``.
        links: weight between 0 and 1 by pair of ids, in either order; minus infinity where people
            told them apart.
        cut: mean link between two groups from which they join.
        fixed: disjoint groups that people confirmed.
    """
    order = {member: place for place, member in enumerate(members)}
    groups: dict[int, list[str]] = {number: list(group) for number, group in enumerate(fixed)}
    held = len(groups)
    taken = {member for group in groups.values() for member in group}
    free = [member for member in order if member not in taken]
    groups.update({held + place: [member] for place, member in enumerate(free)})
    _merge(groups, _sums(groups, links), held, cut)
    kept = [number for number in groups if number < held or len(groups[number]) > 1]
    return [tuple(sorted(groups[n], key=lambda m: order.get(m, -1))) for n in sorted(kept)]


def _sums(groups: Mapping[int, list[str]], links: Links) -> dict[int, dict[int, float]]:
    """Sum of links between each two groups that have any."""
    group_of = {member: number for number, group in groups.items() for member in group}
    sums: dict[int, dict[int, float]] = {number: {} for number in groups}
    for (one, other), weight in links.items():
        a, b = group_of.get(one), group_of.get(other)
        if a is not None and b is not None and a != b and (weight >= WEAKEST_LINK or weight < 0):
            sums[a][b] = sums[b][a] = sums[a].get(b, 0.0) + weight
    return sums


def _merge(
    groups: dict[int, list[str]], sums: dict[int, dict[int, float]], held: int, cut: float
) -> None:
    """Join the two most strongly linked groups until no mean reaches ``cut``; numbers are kept."""
    queue: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        mean = sums[a][b] / (len(groups[a]) * len(groups[b]))
        if mean >= cut and max(a, b) >= held:
            low, high = min(a, b), max(a, b)
            heapq.heappush(queue, (-mean, low, high, len(groups[low]), len(groups[high])))

    for a, b in [(a, b) for a, row in sums.items() for b in row if a < b]:
        offer(a, b)
    while queue:
        _, a, b, size_a, size_b = heapq.heappop(queue)
        if len(groups.get(a, ())) != size_a or len(groups.get(b, ())) != size_b:
            continue  # one of them has grown or gone since
        groups[a].extend(groups.pop(b))
        _fold(sums, a, b)
        for c in sums[a]:
            offer(a, c)


def _fold(sums: dict[int, dict[int, float]], a: int, b: int) -> None:
    """Add the links of group ``b`` to those of ``a``, which takes it in."""
    for c, weight in sums.pop(b).items():
        del sums[c][b]
        if c != a:
            sums[a][c] = sums[c][a] = sums[a].get(c, 0.0) + weight


# What becomes of families when people say of two incidents that they have one cause, or not?
#
# What they say of a pair outweighs what the links say and where an incident was pinned before. It
# holds at once, without any search: verdicts are settled on the families as they were stored.


@dataclass(frozen=True, slots=True)
class Family:
    """One known cause.

    Attributes:
        id: the first member's id when the family was made; stays when members come and go.
        members: ids of incidents, in time order as far as families were built in that order.
        pinned: members that people moved here; all of them once it was named.
        name: given by people, else proposed; may be empty.
        named: whether people gave the name.
    """

    id: str
    members: tuple[str, ...]
    pinned: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    named: bool = False

    @property
    def held(self) -> bool:
        """Whether people have a say in it, so that it never dissolves."""
        return bool(self.pinned) or self.named


@dataclass(frozen=True)
class Said:
    """What people said of pairs of incidents, in records or by verdict.

    Attributes:
        together: disjoint groups of one cause.
        apart: pairs of different causes.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()

    @cached_property
    def group_of(self) -> dict[str, int]:
        """The number of the group that each confirmed incident is in."""
        return {member: number for number, group in enumerate(self.together) for member in group}

    @cached_property
    def apart_from(self) -> dict[str, set[str]]:
        """For each incident those that it was told apart from."""
        found: dict[str, set[str]] = {}
        for one, other in map(tuple, self.apart):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found


NOTHING_SAID = Said()


class Homes:
    """Families while they change: who is where, and back."""

    def __init__(self, families: Sequence[Family], *, taken: Iterable[str] = ()) -> None:
        self.families = list(families)
        self.members = [list(family.members) for family in families]
        self.home = {m: number for number, some in enumerate(self.members) for m in some}
        self._ids = {*taken, *(family.id for family in families)}

    def open(self, members: Sequence[str]) -> int:
        """Open an empty family, its id taken from its future ``members``; gives its number."""
        chosen = next((m for m in members if m not in self._ids), members[0])
        while chosen in self._ids:
            chosen += "+"
        self._ids.add(chosen)
        self.families.append(Family(chosen, ()))
        self.members.append([])
        return len(self.families) - 1

    def put(self, member: str, number: int) -> None:
        """Let ``member`` live in that family and in no other."""
        if self.home.get(member) != number:
            self.take(member)
            self.members[number].append(member)
            self.home[member] = number

    def take(self, member: str) -> None:
        """Let ``member`` live alone."""
        before = self.home.pop(member, None)
        if before is not None:
            self.members[before].remove(member)

    def left(self) -> tuple[Family, ...]:
        """The families as they are now; of one member are only those that people hold."""
        now = (
            replace(family, members=tuple(some), pinned=family.pinned & frozenset(some))
            for family, some in zip(self.families, self.members, strict=True)
        )
        return tuple(one for one in now if len(one.members) > 1 or (one.members and one.held))


def settle(families: Sequence[Family], judgements: Said) -> tuple[Family, ...]:
    """The families as they stand after what people said of pairs since they were made.

    Each confirmed group is in one family: the named one among those that its incidents were in,
    else the one with most of them. Two groups share a family only where people put both there. Of
    two told apart the one leaves that is not confirmed there, else the later one.
    """
    homes = Homes(families)
    claimed: set[int] = set()
    for group in sorted(judgements.together, key=len, reverse=True):
        number = _common_home(group, homes, claimed)
        claimed.add(number)
        for member in group:
            homes.put(member, number)
    for leaving in _told_apart(homes, judgements):
        number = homes.open(leaving)
        for member in leaving:
            homes.put(member, number)
    return homes.left()


def _common_home(group: Sequence[str], homes: Homes, claimed: set[int]) -> int:
    where = [homes.home[member] for member in group if member in homes.home]
    members = frozenset(group)
    free = {n for n in where if n not in claimed or members & homes.families[n].pinned}
    if not free:
        return homes.open(group)

    def claim(number: int) -> tuple[bool, int, int]:
        return homes.families[number].named, where.count(number), -number

    return max(free, key=claim)


def _told_apart(homes: Homes, judgements: Said) -> Iterator[tuple[str, ...]]:
    """One after the other, what leaves its family because it was told apart from what stays."""
    for one, other in sorted(map(_sorted_pair, judgements.apart)):
        number = homes.home.get(one)
        if number is None or number != homes.home.get(other):
            continue
        groups = [_group(member, judgements) for member in (one, other)]
        if groups[0] != groups[1]:
            order = homes.members[number].index
            yield min(groups, key=lambda group: (len(group), -order(group[0])))


def _group(member: str, judgements: Said) -> tuple[str, ...]:
    number = judgements.group_of.get(member)
    return (member,) if number is None else judgements.together[number]


def _sorted_pair(pair: Iterable[str]) -> tuple[str, str]:
    low, high = sorted(pair)
    return low, high


# How strongly is each record linked to others, for families to be made from?
#
# A link is how much two records look alike, between 0 and 1. What makes records of one cause look
# alike differs between companies: in one it is the service, in the next the words. So once people
# have confirmed enough, the weight of each part of the score is learned from the pairs that they
# put together, against pairs that they put into different causes. A record that tells no cause has
# no link: two of them look alike by their service and by the words of every title.

#: Matches of each record to keep as links; fewer make families depend on which record was first.
LINKS_PER_RECORD = 30
#: Mean link from which groups join. Untaught, on status incidents: families were pure (pairs .70,
#: of all pairs that readers judged .85), complete (.79) and stable (.96).
CUT = 0.2
#: The same for learned links, which are chances: of .5 to .8 the best on status incidents (three of
#: five repeats declared: pairs .95 pure and complete) and on made-up companies alike. Above one
#: half, because causes that struck once, of which nobody says anything, teach nothing.
LEARNED_CUT = 0.7
#: Confirmed records to learn from, and the fewest pairs of each kind that teach anything.
TEACHERS, FEWEST_PAIRS = 400, 50


@dataclass(frozen=True, slots=True)
class Near:
    """The records that were found most alike to one.

    Attributes:
        ids: theirs, the most alike first.
        parts: a row each, what each feature added to the score.
    """

    ids: tuple[str, ...]
    parts: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinkScale:
    """Turns the parts of a score into a link.

    Attributes:
        learned: from what people confirmed; None for the scale that needs no teaching.
    """

    learned: Logistic | None = None

    @property
    def cut(self) -> float:
        """Mean link from which groups join."""
        return CUT if self.learned is None else LEARNED_CUT

    def links(self, near: Near) -> dict[str, float]:
        """The links to the records ``near`` one, by their ids."""
        parts = near.parts.astype(np.float64)
        if self.learned is None:
            values = ranking.link(parts.sum(axis=1))
        else:
            values = self.learned.chance(parts)
        pairs = zip(near.ids, values.tolist(), strict=True)
        return {name: link for name, link in pairs if link >= WEAKEST_LINK}


def near_of(prepared: Prepared, matches: Sequence[Match]) -> Near:
    """The records ``matches`` most alike to one; none where it tells no cause."""
    some = matches if prepared.tells_cause else ()
    parts = np.array([list(match.parts.values()) for match in some], np.float32)
    return Near(tuple(match.id for match in some), parts.reshape(-1, len(ranking.WEIGHTS)))


def nearest(prepared: Prepared, index: Index) -> Near:
    """The earlier records most alike to one."""
    return near_of(prepared, index.search(prepared, limit=LINKS_PER_RECORD))


def learn_scale(teachers: Iterable[Prepared], index: Index, judgements: Said) -> LinkScale:
    """The scale that what people said teaches, else the one that needs no teaching.

    Learns from pairs of confirmed records that look alike: those of one cause against those of two,
    and those that people told apart.

    Args:
        teachers: confirmed records, all in the ``index``.
    """
    parts, together = [], []
    for one in teachers:
        near = nearest(one, index)
        for name, row in zip(near.ids, near.parts, strict=True):
            if (same := _one_cause(one.id, name, judgements)) is not None:
                parts.append(row)
                together.append(same)
    right = sum(together)
    if min(right, len(together) - right) < FEWEST_PAIRS:
        return LinkScale()
    return LinkScale(fit_logistic(np.array(parts, np.float64), np.array(together)))


def choose_teachers(judgements: Said) -> list[str]:
    """Confirmed records to learn from, evenly from all of them."""
    ids = sorted(judgements.group_of)
    return ids[:: max(1, -(-len(ids) // TEACHERS))]


def links_among(
    records: Iterable[Prepared], index: Index, known: Mapping[str, Near], scale: LinkScale
) -> Iterator[tuple[tuple[str, str], float]]:
    """The links between ``records``, all of which stand in the ``index``.

    Args:
        known: what was found near those that have been searched just now, by id.
    """
    silent, found = set(), []
    for one in records:
        if one.tells_cause:
            near = known.get(one.id) or nearest(one, index)
            found.append((one.id, scale.links(near)))
        else:
            silent.add(one.id)
    for later, links in found:
        for earlier, link in links.items():
            if earlier not in silent:
                yield (later, earlier), link


def _one_cause(identity: str, other: str, judgements: Said) -> bool | None:
    """Whether two have one cause, None where nobody says.

    Incidents that are in different causes have different causes.
    """
    here, there = judgements.group_of.get(identity), judgements.group_of.get(other)
    if here is not None and there is not None:
        return here == there
    return False if other in judgements.apart_from.get(identity, ()) else None


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
    judgements: Said = NOTHING_SAID,
    taken: Iterable[str] = (),
) -> tuple[Family, ...]:
    """All families, around what is pinned in the ``known`` ones and what people confirmed.

    Args:
        members: ids of all incidents in time order.
        links: by pair, at most :data:`~analytics.matcher.families.LINKS_PER_RECORD` a record.
        cut: mean link from which groups join.
        known: families as they are; of those that nobody named or pinned only the ids stay.
        judgements: what people said of pairs.
        taken: ids of other families, which no new one may have.
    """
    listed = list(members)
    present, settled = set(listed), settle(known, judgements)
    fixed = [(family, _fixed(family, judgements, present)) for family in settled]
    held = [(family, some) for family, some in fixed if some]
    denied = {_pair(pair): -math.inf for pair in judgements.apart}
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
    judgements: Said = NOTHING_SAID,
) -> tuple[Family, ...]:
    """The families after new records have joined those that they are linked to most.

    A record linked to no family but to another single record makes a family with it. One that is
    a member already joins anew, as its text may have changed, unless it is pinned or confirmed.

    Args:
        arrivals: new records in time order, with their links to others by id.
        cut: mean of the best links from which one joins.
        judgements: what people said of pairs.
    """
    homes, coming = Homes(settle(families, judgements)), dict(arrivals)
    pinned = {member for family in homes.families for member in family.pinned}
    for record in coming:
        if record not in pinned and record not in judgements.group_of:
            homes.take(record)
    for record, links in coming.items():
        if record not in homes.home:
            partner = _partner(record, links, homes, judgements.apart_from.get(record, set()), cut)
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


def _fixed(family: Family, judgements: Said, present: set[str]) -> tuple[str, ...]:
    return tuple(
        member
        for member in family.members
        if member in present and (member in family.pinned or member in judgements.group_of)
    )


def _pair(pair: Iterable[str]) -> tuple[str, str]:
    one, other = pair
    return one, other
