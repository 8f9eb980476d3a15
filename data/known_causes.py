"""Which causes are known here, what do people call them, and which incidents belong to each?

Groups are proposed by the search for repeats and replaced whenever it runs again. What people had a
say in is pinned: an incident that they confirmed, moved or found in a cause that they named stays
where it is, whatever is proposed. An incident belongs to one cause at most.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from data.added import now
from data.engine import fetch
from data.keyed_rows import put_all
from data.plain import printable
from data.record import LONGEST_LABEL
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import CAUSE_MEMBERS, KNOWN_CAUSES


class NoSuchCause(LookupError):
    """There is no such known cause, or the incident is not in it; the message says which."""


@dataclass(frozen=True, slots=True)
class Member:
    """An incident of a cause.

    Attributes:
        pinned: whether people said that it belongs there.
        reason: why it does, in words; may be empty.
    """

    incident_id: str
    pinned: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KnownCause:
    """Incidents of one cause.

    Attributes:
        id: stays when the name and the members change.
        name: as people gave it, else as it is proposed; may be empty.
        named_by: who named it, as they like to be called; may be empty.
        named_at: when; None while the name is only proposed.
        members: in the order in which they were proposed or added.
    """

    id: str
    members: tuple[Member, ...]
    name: str = ""
    named_by: str = ""
    named_at: dt.datetime | None = None

    @property
    def pinned(self) -> bool:
        """Whether people had a say in it, so that no proposal dissolves it."""
        return self.named_at is not None or any(member.pinned for member in self.members)


#: Causes by id; an operation takes them as they are and gives them as they are to be.
Causes = dict[str, KnownCause]


def known_causes(store: Store) -> list[KnownCause]:
    """All known causes, in order of their ids."""
    with store.reading() as connection:
        return list(stored_causes(connection).values())


def propose(store: Store, proposals: Iterable[KnownCause]) -> bool:
    """Replace all that is only proposed, in one transaction.

    Args:
        proposals: groups with proposed names; what they say of pinned incidents is not heard, and
            an incident that stands in two of them belongs to the first.

    Returns:
        Whether anything is otherwise than before.
    """
    listed = list(proposals)
    return _change(store, lambda causes: _proposed(causes, listed))


def rename(store: Store, cause_id: str, name: str, *, by: str = "") -> bool:
    """Give a cause a name, which pins all that is in it now.

    Raises:
        NoSuchCause: there is none.
        ValueError: the name is empty or too long.
    """
    chosen = printable(name)
    if not 0 < len(chosen) <= LONGEST_LABEL:
        raise ValueError(f"a name has 1 to {LONGEST_LABEL} characters")

    def work(causes: Causes) -> Causes:
        old = _cause(causes, cause_id)
        if (old.name, old.named_by) == (chosen, by) and _all_pinned(old.members) == old.members:
            return causes
        new = replace(old, name=chosen, named_by=by, named_at=now())
        return causes | {old.id: replace(new, members=_all_pinned(old.members))}

    return _change(store, work)


def merge(store: Store, into: str, other: str) -> bool:
    """Let ``other`` become part of ``into``; a name that people gave wins, that of ``into`` first.

    Raises:
        NoSuchCause: one of them is none.
        ValueError: both are the same.
    """
    if into == other:
        raise ValueError("a known cause cannot be merged with itself")

    def work(causes: Causes) -> Causes:
        kept, gone = _cause(causes, into), _cause(causes, other)
        named = gone if gone.named_at and not kept.named_at else kept
        whole = replace(named, id=kept.id, members=_all_pinned((*kept.members, *gone.members)))
        return {key: cause for key, cause in causes.items() if key != other} | {into: whole}

    return _change(store, work)


def split(store: Store, cause_id: str, incident_ids: Iterable[str]) -> str:
    """Take incidents out of a cause into one of their own; both sides are pinned.

    Returns:
        The id of the new cause.

    Raises:
        NoSuchCause: there is none, or one of the incidents is not in it.
        ValueError: nothing would be left on one side.
    """
    chosen = frozenset(incident_ids)
    made: list[str] = []

    def work(causes: Causes) -> Causes:
        old = _cause(causes, cause_id)
        members = _all_pinned(old.members)
        out = tuple(member for member in members if member.incident_id in chosen)
        left = tuple(member for member in members if member.incident_id not in chosen)
        if strangers := chosen - {member.incident_id for member in out}:
            raise NoSuchCause(
                f"not in the known cause {cause_id!r}: {', '.join(sorted(strangers))}"
            )
        if not out or not left:
            raise ValueError("splitting needs incidents on both sides")
        made.append(_free_id(causes, out))
        return causes | {
            old.id: replace(old, members=left),
            made[0]: KnownCause(made[0], out),
        }

    _change(store, work)
    return made[0]


def move(store: Store, incident_id: str, to: str, *, reason: str = "") -> bool:
    """Pin an incident to a cause, taking it out of another; a cause left empty is gone.

    Raises:
        NoSuchCause: there is none of that id.
    """

    def work(causes: Causes) -> Causes:
        target = _cause(causes, to)
        there = {member.incident_id: member for member in target.members}
        before = there.get(incident_id, Member(incident_id))
        there[incident_id] = replace(before, pinned=True, reason=reason or before.reason)
        elsewhere = {key: _without(cause, incident_id) for key, cause in causes.items()}
        moved = elsewhere | {to: replace(target, members=tuple(there.values()))}
        return {key: cause for key, cause in moved.items() if cause.members}

    return _change(store, work)


def stored_causes(connection: Connection) -> Causes:
    """The known causes by id, in order of their ids."""
    members: dict[str, list[Member]] = {}
    columns = CAUSE_MEMBERS.c
    in_order = select(CAUSE_MEMBERS).order_by(columns.cause, columns.position)
    for incident_id, cause, _, pinned, reason in fetch(connection, in_order):
        members.setdefault(cause, []).append(Member(incident_id, bool(pinned), reason))
    return {
        key: KnownCause(key, tuple(members.get(key, ())), name, named_by, moment_of(named_at))
        for key, name, named_by, named_at in fetch(
            connection, select(KNOWN_CAUSES).order_by(KNOWN_CAUSES.c.id)
        )
    }


def keep_causes(connection: Connection, causes: Causes) -> bool:
    """Let these be all known causes; whether they are others than before."""
    rows = [(c.id, c.name, c.named_by, seconds_of(c.named_at)) for c in causes.values()]
    members = [
        (member.incident_id, cause.id, position, member.pinned, member.reason)
        for cause in causes.values()
        for position, member in enumerate(cause.members)
    ]
    changed = put_all(connection, KNOWN_CAUSES, rows)
    return put_all(connection, CAUSE_MEMBERS, members) or changed


def _change(store: Store, operation: Callable[[Causes], Causes]) -> bool:
    return store.change(
        lambda connection: keep_causes(connection, operation(stored_causes(connection)))
    )


def _proposed(causes: Causes, proposals: Sequence[KnownCause]) -> Causes:
    kept = {key: _only_pinned(cause) for key, cause in causes.items() if cause.pinned}
    home = {member.incident_id: key for key, cause in kept.items() for member in cause.members}
    for proposal in proposals:
        base = kept.get(proposal.id, KnownCause(proposal.id, ()))
        there = {member.incident_id: member for member in base.members}
        for member in proposal.members:
            if home.setdefault(member.incident_id, proposal.id) == proposal.id:
                there.setdefault(member.incident_id, replace(member, pinned=False))
        name = base.name if base.named_at else proposal.name
        if there:
            kept[proposal.id] = replace(base, name=name, members=tuple(there.values()))
    return kept


def _only_pinned(cause: KnownCause) -> KnownCause:
    return replace(cause, members=tuple(member for member in cause.members if member.pinned))


def _all_pinned(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(replace(member, pinned=True) for member in members)


def _without(cause: KnownCause, incident_id: str) -> KnownCause:
    left = tuple(member for member in cause.members if member.incident_id != incident_id)
    return replace(cause, members=left) if len(left) < len(cause.members) else cause


def _cause(causes: Causes, wanted: str) -> KnownCause:
    if wanted not in causes:
        raise NoSuchCause(f"there is no known cause {wanted!r}")
    return causes[wanted]


def _free_id(causes: Causes, members: Sequence[Member]) -> str:
    """The id of a member, marked where all of them are taken."""
    free = (member.incident_id for member in members if member.incident_id not in causes)
    chosen = next(free, members[0].incident_id)
    while chosen in causes:
        chosen += "+"
    return chosen
