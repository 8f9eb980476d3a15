"""Which causes are known, and which incidents belong to each?

Families come from clustering links between records; a new record joins one at once when its best
links into it are strong enough. What people have named, confirmed or moved is pinned: it never
moves by itself. Every operation takes families and gives new ones, so a verdict can be undone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.matcher.clustering import Links, average_link

#: Mean link from which groups join. With links from the thirty best matches of each record,
#: families were pure (pairs .70, of all pairs that readers judged .85), complete (.79) and stable
#: (.96).
CUT = 0.2
#: Matches of each record to keep as links; fewer make families depend on which record was first.
LINKS_PER_RECORD = 30
#: A new record joins by the mean of so many of its best links into a family.
BEST_LINKS = 3


@dataclass(frozen=True, slots=True)
class Family:
    """One known cause.

    Attributes:
        id: the first member's id when the family was made; stays when members come and go.
        members: ids of incidents, in time order as far as families were built in that order.
        pinned: members that people confirmed or moved here; all of them once it was named.
        name: given by people; empty while only a proposal is shown.
    """

    id: str
    members: tuple[str, ...]
    pinned: frozenset[str] = field(default_factory=frozenset)
    name: str = ""

    @property
    def held(self) -> bool:
        """Whether people have a say in it, so that it never dissolves."""
        return bool(self.pinned or self.name)


def build(
    members: Iterable[str], links: Links, *, known: Sequence[Family] = ()
) -> tuple[Family, ...]:
    """All families, around the pinned members of the ``known`` ones.

    Args:
        members: ids of all incidents in time order.
        links: :attr:`~analytics.matcher.matching.Match.link` by pair, at most
            :data:`LINKS_PER_RECORD` a record.
        known: families as they are; of the others only pinned members, names and ids stay.
    """
    listed = list(members)
    present = set(listed)
    held = [family for family in known if family.held and family.pinned & present]
    fixed = [[m for m in family.members if m in family.pinned & present] for family in held]
    groups = average_link(listed, links, cut=CUT, fixed=fixed)
    kept = [replace(family, members=group) for family, group in zip(held, groups, strict=False)]
    taken = {family.id for family in kept}
    before = {member: family.id for family in known if not family.held for member in family.members}
    for group in groups[len(held) :]:
        heirs = [before[member] for member in group if member in before]
        chosen = next((heir for heir in (*heirs, *group) if heir not in taken), None)
        if chosen is not None:
            kept.append(Family(chosen, group))
            taken.add(chosen)
    return tuple(kept)


def join(
    record: str, links: Mapping[str, float], families: Sequence[Family]
) -> tuple[tuple[Family, ...], str | None]:
    """The families after ``record`` has joined the one it is linked to most, and that one's id.

    A record linked to no family but to another single record makes a family with it; a record that
    is a member already stays where it is.

    Args:
        links: link of the record to each earlier one it matches.
    """
    home = {member: family.id for family in families for member in family.members}
    if record in home:
        return tuple(families), home[record]
    alone = {one: link for one, link in links.items() if one not in home and one != record}
    candidates = [(_mean_of_best(links, family.members), family) for family in families]
    candidates += [(link, Family(one, (one,))) for one, link in alone.items()]
    strength, best = max(candidates, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or strength < CUT:
        return tuple(families), None
    joined = replace(best, members=(*best.members, record))
    if best.members[0] in alone:
        return (*families, joined), joined.id
    return _swap(families, best, joined), joined.id


def rename(families: Sequence[Family], family: str, name: str) -> tuple[Family, ...]:
    """``family`` under a name that people gave it; its members are pinned.

    Raises:
        KeyError: there is no such family.
        ValueError: the name is empty.
    """
    if not name.strip():
        raise ValueError("a known cause needs a name")
    old = _family(families, family)
    return _swap(families, old, replace(old, name=name.strip(), pinned=frozenset(old.members)))


def confirm(families: Sequence[Family], family: str, members: Iterable[str]) -> tuple[Family, ...]:
    """``members`` of ``family`` pinned to it.

    Raises:
        KeyError: there is no such family, or one of them is no member.
    """
    old, chosen = _family(families, family), frozenset(members)
    _require_members(old, chosen)
    return _swap(families, old, replace(old, pinned=old.pinned | chosen))


def merge(families: Sequence[Family], into: str, other: str) -> tuple[Family, ...]:
    """``other`` become part of ``into``, all members pinned; the name of ``into`` wins.

    Raises:
        KeyError: there is no such family.
        ValueError: both are the same.
    """
    if into == other:
        raise ValueError("a known cause cannot be merged with itself")
    kept, gone = _family(families, into), _family(families, other)
    members = (*kept.members, *gone.members)
    whole = replace(kept, members=members, pinned=frozenset(members), name=kept.name or gone.name)
    return _swap([family for family in families if family.id != other], kept, whole)


def split(families: Sequence[Family], family: str, members: Iterable[str]) -> tuple[Family, ...]:
    """``members`` taken out of ``family`` into one of their own; both sides pinned.

    Raises:
        KeyError: there is no such family, or one of them is no member.
        ValueError: nothing would be left on one side.
    """
    old, chosen = _family(families, family), frozenset(members)
    _require_members(old, chosen)
    out = tuple(member for member in old.members if member in chosen)
    left = tuple(member for member in old.members if member not in chosen)
    if not out or not left:
        raise ValueError("splitting needs incidents on both sides")
    taken = {one.id for one in families}
    own = next((m for m in out if m not in taken), f"{out[0]}+")
    rest = replace(old, members=left, pinned=frozenset(left))
    return (*_swap(families, old, rest), Family(own, out, frozenset(out)))


def move(families: Sequence[Family], member: str, to: str) -> tuple[Family, ...]:
    """``member`` pinned to family ``to``, taken out of its own; a family left empty is gone.

    Raises:
        KeyError: there is no such family.
    """
    target = _family(families, to)
    moved: list[Family] = []
    for family in families:
        if family.id == target.id:
            members = (*(m for m in family.members if m != member), member)
            moved.append(replace(family, members=members, pinned=family.pinned | {member}))
        elif member in family.members:
            left = tuple(m for m in family.members if m != member)
            if left:
                moved.append(replace(family, members=left, pinned=family.pinned - {member}))
        else:
            moved.append(family)
    return tuple(moved)


def _mean_of_best(links: Mapping[str, float], members: Sequence[str]) -> float:
    best = sorted((links.get(member, 0.0) for member in members), reverse=True)[:BEST_LINKS]
    return sum(best) / len(best) if best else 0.0


def _family(families: Sequence[Family], wanted: str) -> Family:
    found = next((family for family in families if family.id == wanted), None)
    if found is None:
        raise KeyError(f"there is no known cause {wanted!r}")
    return found


def _require_members(family: Family, wanted: Iterable[str]) -> None:
    strangers = sorted(set(wanted) - set(family.members))
    if strangers:
        raise KeyError(f"not in the known cause {family.id!r}: {', '.join(strangers)}")


def _swap(families: Sequence[Family], old: Family, new: Family) -> tuple[Family, ...]:
    return tuple(new if family.id == old.id else family for family in families)
