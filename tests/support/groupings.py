"""How alike are two ways to group the same incidents?"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from math import comb

from analytics.matcher.families import Family


def group_of(families: Iterable[Family]) -> dict[str, str]:
    """The family of each member."""
    return {member: family.id for family in families for member in family.members}


def connected(links: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The groups that these links make, in order of first mention."""
    group: dict[str, list[str]] = {}
    for one, other in links:
        here, there = group.setdefault(one, [one]), group.setdefault(other, [other])
        if here is not there:
            here.extend(there)
            group.update(dict.fromkeys(there, here))
    return list({id(some): some for some in group.values()}.values())


def adjusted_rand(
    one: Mapping[str, Hashable], other: Mapping[str, Hashable], ids: Iterable[str]
) -> float:
    """Hubert and Arabie's index: 1 for the same groups, 0 for what chance would give.

    Args:
        one, other: the group of each incident; who is in none stands alone.
    """
    pairs = [(one.get(name, (name,)), other.get(name, (name,))) for name in ids]
    both = _pairs(pairs)
    left, right = _pairs(a for a, _ in pairs), _pairs(b for _, b in pairs)
    chance = left * right / comb(len(pairs), 2)
    return (both - chance) / ((left + right) / 2 - chance)


def pair_scores(
    found: Mapping[str, Hashable], true: Mapping[str, Hashable]
) -> tuple[float, float, int]:
    """Precision and recall of the pairs that are grouped together, and how many these are."""
    names = set(found) | set(true)
    both = _pairs((found[name], true[name]) for name in names if name in found and name in true)
    grouped, real = _pairs(found.values()), _pairs(true.values())
    return both / grouped, both / real, grouped


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(comb(count, 2) for count in Counter(groups).values())
