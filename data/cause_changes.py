"""What becomes of all known causes when one is named, merged or split, or an incident moves?

Each operation takes them as they are and gives them as they are to be, and touches no database, so
that several of them make one change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.added import WrongField, now
from data.cause_tables import Causes, KnownCause, Member


class NoSuchCause(LookupError):
    """There is no such known cause, or the incident is not in it; the message says which."""


def proposed(causes: Causes, proposals: Iterable[KnownCause]) -> Causes:
    """All that is only proposed replaced by ``proposals``, which say nothing of what is pinned."""
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


def held(
    causes: Causes, incident_ids: Iterable[str], *, cause_id: str | None = None
) -> tuple[Causes, str]:
    """Incidents pinned to one cause, out of any other, and the id of that cause.

    Args:
        cause_id: the cause, which is made if it is not there; None makes one.
    """
    chosen = list(incident_ids)
    own = cause_id or _free_id(causes, [Member(one) for one in chosen])
    there = {one.incident_id: one for one in causes.get(own, KnownCause(own, ())).members}
    members = _all_pinned(there.get(one, Member(one)) for one in chosen)
    left = _without(causes, chosen)
    base = left.get(own, KnownCause(own, ()))
    return _inhabited(left | {own: replace(base, members=(*members, *base.members))}), own


def released(causes: Causes, cause_id: str) -> Causes:
    """A cause taken apart, with the name that people gave and all that they pinned in it.

    Raises:
        NoSuchCause: there is none.
    """
    _cause(causes, cause_id)
    return {key: cause for key, cause in causes.items() if key != cause_id}


def renamed(causes: Causes, cause_id: str, name: str, *, by: str) -> Causes:
    """A cause given a name, which pins all that is in it.

    Raises:
        NoSuchCause: there is none.
    """
    old = _cause(causes, cause_id)
    members = _all_pinned(old.members)
    if (old.name, old.named_by, old.members) == (name, by, members):
        return causes
    new = replace(old, name=name, named_by=by, named_at=now(), members=members)
    return causes | {old.id: new}


def merged(causes: Causes, into: str, other: str, *, reason: str) -> Causes:
    """One cause made part of another; a name that people gave wins, that of ``into`` first.

    Raises:
        NoSuchCause: one of them is none.
        WrongField: both are the same.
    """
    if into == other:
        raise WrongField("", "a known cause cannot be merged with itself")
    kept, gone = _cause(causes, into), _cause(causes, other)
    named = gone if gone.named_at and not kept.named_at else kept
    members = (*_all_pinned(kept.members), *_all_pinned(gone.members, reason=reason))
    whole = replace(named, id=kept.id, members=members)
    return {key: cause for key, cause in causes.items() if key != other} | {into: whole}


def split_off(
    causes: Causes, cause_id: str, incident_ids: Iterable[str], *, reason: str
) -> tuple[Causes, str]:
    """Incidents taken out of a cause into one of their own, both sides pinned, and its id.

    Raises:
        NoSuchCause: there is none, or one of the incidents is not in it.
        WrongField: nothing would be left on one side.
    """
    chosen = frozenset(incident_ids)
    old = _cause(causes, cause_id)
    members = _all_pinned(old.members)
    out = tuple(member for member in members if member.incident_id in chosen)
    left = tuple(member for member in members if member.incident_id not in chosen)
    if strangers := chosen - {member.incident_id for member in out}:
        raise NoSuchCause(f"not in the known cause {cause_id!r}: {', '.join(sorted(strangers))}")
    if not out or not left:
        raise WrongField("", "splitting needs incidents on both sides")
    own = _free_id(causes, out)
    new = KnownCause(own, _all_pinned(out, reason=reason))
    return causes | {old.id: replace(old, members=left), own: new}, own


def moved(causes: Causes, incident_id: str, to: str, *, reason: str) -> Causes:
    """An incident pinned to a cause, out of any other; a cause left empty is gone.

    Raises:
        NoSuchCause: there is none of that id.
    """
    target = _cause(causes, to)
    there = {member.incident_id: member for member in target.members}
    before = there.get(incident_id, Member(incident_id))
    there[incident_id] = replace(before, pinned=True, reason=reason or before.reason)
    elsewhere = _without(causes, [incident_id])
    return _inhabited(elsewhere | {to: replace(target, members=tuple(there.values()))})


def _only_pinned(cause: KnownCause) -> KnownCause:
    return replace(cause, members=tuple(member for member in cause.members if member.pinned))


def _all_pinned(members: Iterable[Member], *, reason: str = "") -> tuple[Member, ...]:
    return tuple(replace(one, pinned=True, reason=reason or one.reason) for one in members)


def _without(causes: Causes, incident_ids: Iterable[str]) -> Causes:
    gone = frozenset(incident_ids)
    left = dict(causes)
    for key, cause in causes.items():
        members = tuple(one for one in cause.members if one.incident_id not in gone)
        if len(members) < len(cause.members):
            left[key] = replace(cause, members=members)
    return left


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
