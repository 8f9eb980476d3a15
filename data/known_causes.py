"""Which causes are known here, what do people call them, and which incidents belong to each?

Groups are proposed by the search for repeats and replaced whenever it runs again. What people had a
say in is pinned: an incident that they confirmed, moved or found in a cause that they named stays
where it is, whatever is proposed. An incident belongs to one cause at most.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from data.added import now
from data.cause_tables import Causes, KnownCause, Member, keep_causes, stored_causes
from data.plain import printable
from data.record import LONGEST_LABEL
from data.store import Store


class NoSuchCause(LookupError):
    """There is no such known cause, or the incident is not in it; the message says which."""


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


def hold(store: Store, incident_ids: Iterable[str], *, cause_id: str | None = None) -> str:
    """Pin incidents to one cause as they are shown, out of any other; the id of that cause.

    Args:
        cause_id: the cause, which is made if it is not there; None makes one.
    """
    chosen = list(incident_ids)
    held: list[str] = []

    def work(causes: Causes) -> Causes:
        own = cause_id or _free_id(causes, [Member(one) for one in chosen])
        held.append(own)
        there = {
            member.incident_id: member for member in causes.get(own, KnownCause(own, ())).members
        }
        members = _all_pinned(there.get(one, Member(one)) for one in chosen)
        left = {key: _without(cause, *chosen) for key, cause in causes.items()}
        base = left.get(own, KnownCause(own, ()))
        return _inhabited(left | {own: replace(base, members=(*members, *base.members))})

    _change(store, work)
    return held[0]


def release(store: Store, cause_id: str) -> bool:
    """Take back its name and let the search decide again which incidents belong to it.

    Raises:
        NoSuchCause: there is none.
    """

    def work(causes: Causes) -> Causes:
        old = _cause(causes, cause_id)
        free = tuple(replace(member, pinned=False) for member in old.members)
        return causes | {cause_id: KnownCause(cause_id, free, "" if old.named_at else old.name)}

    return _change(store, work)


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


def merge(store: Store, into: str, other: str, *, reason: str = "") -> bool:
    """Let ``other`` become part of ``into``; a name that people gave wins, that of ``into`` first.

    Args:
        reason: why the incidents of ``other`` belong there, in words.

    Raises:
        NoSuchCause: one of them is none.
        ValueError: both are the same.
    """
    if into == other:
        raise ValueError("a known cause cannot be merged with itself")

    def work(causes: Causes) -> Causes:
        kept, gone = _cause(causes, into), _cause(causes, other)
        named = gone if gone.named_at and not kept.named_at else kept
        members = (*_all_pinned(kept.members), *_all_pinned(gone.members, reason=reason))
        whole = replace(named, id=kept.id, members=members)
        return {key: cause for key, cause in causes.items() if key != other} | {into: whole}

    return _change(store, work)


def split(store: Store, cause_id: str, incident_ids: Iterable[str], *, reason: str = "") -> str:
    """Take incidents out of a cause into one of their own; both sides are pinned.

    Args:
        reason: why these belong together, in words.

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
        out = _all_pinned(out, reason=reason)
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
        return _inhabited(elsewhere | {to: replace(target, members=tuple(there.values()))})

    return _change(store, work)


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


def _all_pinned(members: Iterable[Member], *, reason: str = "") -> tuple[Member, ...]:
    return tuple(replace(one, pinned=True, reason=reason or one.reason) for one in members)


def _without(cause: KnownCause, *incident_ids: str) -> KnownCause:
    left = tuple(member for member in cause.members if member.incident_id not in incident_ids)
    return replace(cause, members=left) if len(left) < len(cause.members) else cause


def _inhabited(causes: Causes) -> Causes:
    return {key: cause for key, cause in causes.items() if cause.members}


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
