"""What becomes of families when people say of two incidents that they have one cause, or not?

What they say of a pair outweighs what the links say and where an incident was pinned before. It
holds at once, without any search: verdicts are settled on the families as they were stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property


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


def settle(families: Sequence[Family], said: Said) -> tuple[Family, ...]:
    """The families as they stand after what people ``said`` of pairs since they were made.

    Each confirmed group is in one family: the named one among those that its incidents were in,
    else the one with most of them. Two groups share a family only where people put both there. Of
    two told apart the one leaves that is not confirmed there, else the later one.
    """
    homes = Homes(families)
    claimed: set[int] = set()
    for group in sorted(said.together, key=len, reverse=True):
        number = _common_home(group, homes, claimed)
        claimed.add(number)
        for member in group:
            homes.put(member, number)
    for leaving in _told_apart(homes, said):
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


def _told_apart(homes: Homes, said: Said) -> Iterator[tuple[str, ...]]:
    """One after the other, what leaves its family because it was told apart from what stays."""
    for one, other in sorted(map(_sorted_pair, said.apart)):
        number = homes.home.get(one)
        if number is None or number != homes.home.get(other):
            continue
        groups = [_group(member, said) for member in (one, other)]
        if groups[0] != groups[1]:
            order = homes.members[number].index
            yield min(groups, key=lambda group: (len(group), -order(group[0])))


def _group(member: str, said: Said) -> tuple[str, ...]:
    number = said.group_of.get(member)
    return (member,) if number is None else said.together[number]


def _sorted_pair(pair: Iterable[str]) -> tuple[str, str]:
    low, high = sorted(pair)
    return low, high
