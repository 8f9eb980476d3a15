"""Which records form one family, given how strongly pairs of them are linked?

Average link: two groups join while the mean of all links between them, missing ones counting as 0,
is high enough. Following single links instead would chain strangers into one giant. Groups that
people confirmed are given and stay: they may gain members, never lose one, and never join each
other. A link of minus infinity keeps two records apart whatever the others say.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence

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
