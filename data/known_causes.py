"""Which causes are known here, what do people call them, and which incidents belong to each?

Groups are proposed by the search for repeats and replaced whenever it runs again. What people had a
say in is pinned: an incident that they confirmed, moved or found in a cause that they named stays
where it is, whatever is proposed. An incident belongs to one cause at most.

Whoever puts an incident with a cause, or takes it out, says so of pairs too. Both are one change,
so that the ledger and the page of the cause never disagree, not even after a failure.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from data.added import AddedRow, Moment, WrongField, now, signature
from data.engine import fetch, put_all
from data.record import LONGEST_LABEL, Identifier, Label, Text, printable
from data.rows import moment_of, seconds_of
from data.store import Store
from data.tables import CAUSE_MEMBERS, KNOWN_CAUSES
from data.trail import Entry, Tells
from data.verdicts import Pair, Relation, Verdict, give_all, spoken, take_back_between

# How does a known cause look, and how is it written into its tables and read again?


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


def stored_causes(connection: Connection, *, only: str | None = None) -> Causes:
    """The known causes by id, in order of their ids; all of them, or the one with this id."""
    members: dict[str, list[Member]] = {}
    columns = CAUSE_MEMBERS.c
    in_order = select(CAUSE_MEMBERS).order_by(columns.cause, columns.position)
    by_id = select(KNOWN_CAUSES).order_by(KNOWN_CAUSES.c.id)
    if only is not None:
        in_order = in_order.where(columns.cause == only)
        by_id = by_id.where(KNOWN_CAUSES.c.id == only)
    for incident_id, cause, _, pinned, reason in fetch(connection, in_order):
        members.setdefault(cause, []).append(Member(incident_id, bool(pinned), reason))
    return {
        key: KnownCause(key, tuple(members.get(key, ())), name, named_by, moment_of(named_at))
        for key, name, named_by, named_at in fetch(connection, by_id)
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


# How do known causes stand in a file, and how do they come back from it?
#
# A row for each incident that people put there, so that the file opens in a spreadsheet; what is
# only proposed is proposed anew wherever the records are loaded. A cause that was named or an
# incident that was pinned here since stays as it is: what people said last, they said here.


class CauseRow(AddedRow):
    """An incident that people put into a known cause; see :class:`KnownCause`, :class:`Member`."""

    cause_id: Identifier
    name: Label = ""
    named_by: Label = ""
    named_at: Moment | None = None
    member_id: Identifier
    reason: Text = ""


def stored_cause_rows(connection: Connection) -> list[CauseRow]:
    """What people said of known causes, as rows."""
    return [
        CauseRow(
            cause_id=cause.id,
            name=cause.name,
            # Longer ones were kept before they were checked; they must not bar the way out.
            named_by=cause.named_by[:LONGEST_LABEL],
            named_at=cause.named_at,
            member_id=member.incident_id,
            reason=member.reason,
        )
        for cause in stored_causes(connection).values()
        for member in cause.members
        if member.pinned
    ]


def keep_cause_rows(connection: Connection, rows: Iterable[CauseRow]) -> bool:
    """Add known causes; whether any of them changed."""
    causes = stored_causes(connection)
    members = {key: {m.incident_id: m for m in cause.members} for key, cause in causes.items()}
    home = {name: key for key, theirs in members.items() for name in theirs}
    for row in rows:
        causes[row.cause_id] = _named(causes.get(row.cause_id), row)
        before = home.get(row.member_id)
        if before is not None and members[before][row.member_id].pinned:
            continue
        if before is not None and before != row.cause_id:
            del members[before][row.member_id]
        home[row.member_id] = row.cause_id
        theirs = members.setdefault(row.cause_id, {})
        theirs[row.member_id] = Member(row.member_id, pinned=True, reason=row.reason)
    return keep_causes(connection, _joined(causes, members))


def _named(known: KnownCause | None, row: CauseRow) -> KnownCause:
    if known is not None and (known.named_at or not row.named_at):
        return known
    old = known or KnownCause(row.cause_id, ())
    return replace(old, name=row.name, named_by=row.named_by, named_at=row.named_at)


def _joined(causes: Causes, members: dict[str, dict[str, Member]]) -> Causes:
    return {
        key: replace(cause, members=tuple(members[key].values()))
        for key, cause in causes.items()
        if members.get(key)
    }


# What becomes of all known causes when one is named, merged or split, or an incident moves?
#
# Each operation takes them as they are and gives them as they are to be, and touches no database,
# so that several of them make one change.


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


__all__ = [
    "NoSuchCause",
    "Shown",
    "known_cause",
    "known_causes",
    "merge",
    "move",
    "propose",
    "release",
    "rename",
    "split",
]

#: Relations that keep two incidents from having one cause.
APART: tuple[Relation, ...] = ("different", "related")
#: Unicode categories of marks without a shape of their own: controls, spaces, joiners.
NOT_SEEN = "CZM"
NOBODY: tuple[Sequence[str], Sequence[str]] = ((), ())


@dataclass(frozen=True, slots=True)
class Shown:
    """A known cause as whoever changes it sees it, which is held before it is changed.

    Attributes:
        id: None where it is not stored yet.
        members: ids of its incidents, the possible ones too.
    """

    id: str | None
    members: Sequence[str]


def known_causes(store: Store) -> list[KnownCause]:
    """All known causes, in order of their ids."""
    with store.reading() as connection:
        return list(stored_causes(connection).values())


def known_cause(store: Store, cause_id: str) -> KnownCause | None:
    """The known cause with this id, None if there is none."""
    with store.reading() as connection:
        return stored_causes(connection, only=cause_id).get(cause_id)


def propose(
    store: Store,
    proposals: Iterable[KnownCause],
    *,
    note: Callable[[Connection], bool] | None = None,
) -> bool:
    """Replace all that is only proposed, in one transaction.

    Args:
        proposals: groups with proposed names; what they say of pinned incidents is ignored, and
            an incident that stands in two of them belongs to the first.
        note: what is noted of it in the same transaction; says whether that is news.

    Returns:
        Whether anything changed.
    """
    listed = list(proposals)
    return _change(store, lambda causes: proposed(causes, listed), note=note)


def release(store: Store, cause_id: str) -> bool:
    """Take a cause apart; its incidents wait until the search places them again.

    Raises:
        NoSuchCause: there is none.
    """
    told = Entry("known cause", f"{cause_id} taken apart")
    return _change(store, lambda causes: released(causes, cause_id), tells=told)


def rename(store: Store, shown: Shown, name: str, *, by: str = "") -> bool:
    """Give a cause a name, which pins all that is in it now.

    Raises:
        NoSuchCause: there is none.
        WrongField: the name is empty or too long, or ``by`` is.
    """
    chosen, signed = printable(name), signature(by)
    if not 0 < len(chosen) <= LONGEST_LABEL:
        raise WrongField("name", f"needs 1 to {LONGEST_LABEL} characters")
    if all(unicodedata.category(sign)[0] in NOT_SEEN for sign in chosen):
        raise WrongField("name", "holds nothing that can be seen")

    def work(causes: Causes) -> Causes:
        causes, own = _held(causes, shown)
        return renamed(causes, own, chosen, by=signed)

    return _change(store, work, tells=_told(shown, "named", by=signed))


def merge(
    store: Store,
    into: Shown,
    other: Shown,
    *,
    together: Iterable[Pair] = (),
    by: str = "",
    reason: str = "",
) -> bool:
    """Let ``other`` become part of ``into``; a name that people gave wins, that of ``into`` first.

    Args:
        together: pairs that are said to have one cause; what was said against it is taken back.
        reason: why the incidents of ``other`` belong there, in words.

    Raises:
        NoSuchCause: one of them is none.
        WrongField: both are the same, or ``by`` is too long.
    """

    def work(causes: Causes) -> Causes:
        causes, one = _held(causes, into)
        causes, gone = _held(causes, other)
        return merged(causes, one, gone, reason=reason)

    said = spoken(together, "repeat", by=signature(by))
    told = _told(into, "merged with another", by=by)
    both = (into.members, other.members)
    return _change(store, work, verdicts_given=said, reunited=both, tells=told)


def split(
    store: Store,
    shown: Shown,
    incident_ids: Iterable[str],
    *,
    apart: Iterable[Pair] = (),
    by: str = "",
    reason: str = "",
) -> str:
    """Take incidents out of a cause into one of their own; both sides are pinned.

    Args:
        apart: pairs of both sides that are said to be different.
        reason: why these belong together, in words.

    Returns:
        The id of the new cause.

    Raises:
        NoSuchCause: there is none, or one of the incidents is not in it.
        WrongField: nothing would be left on one side, or ``by`` is too long.
    """
    chosen = list(incident_ids)
    made: list[str] = []

    def work(causes: Causes) -> Causes:
        causes, own = _held(causes, shown)
        causes, new = split_off(causes, own, chosen, reason=reason)
        made.append(new)
        return causes

    said = spoken(apart, "different", by=signature(by))
    _change(store, work, verdicts_given=said, tells=_told(shown, "split", by=by))
    return made[0]


def move(
    store: Store,
    incident_id: str,
    to: Shown,
    *,
    apart: Iterable[Pair] = (),
    together: Iterable[Pair] = (),
    by: str = "",
    reason: str = "",
) -> bool:
    """Pin an incident to a cause, taking it out of another; a cause left empty is gone.

    Args:
        apart: pairs with its old cause that are said to be different.
        together: pairs with its new cause that are said to have one cause; what was said against
            it is taken back.
        reason: why it belongs there, in words.

    Raises:
        NoSuchCause: there is none of that id.
        WrongField: ``by`` is too long.
    """
    signed = signature(by)

    def work(causes: Causes) -> Causes:
        causes, own = _held(causes, to)
        return moved(causes, incident_id, own, reason=reason)

    said = [*spoken(apart, "different", by=signed), *spoken(together, "repeat", by=signed)]
    told = _told(to, f"{incident_id} moved there", by=signed)
    reunited = ([incident_id], to.members)
    return _change(store, work, verdicts_given=said, reunited=reunited, tells=told)


def _told(shown: Shown, what: str, *, by: str) -> Entry:
    """For the trail: a cause by its id, or by its first incident where it has none."""
    return Entry("known cause", f"{shown.id or shown.members[0]} {what}", len(shown.members), by=by)


def _held(causes: Causes, shown: Shown) -> tuple[Causes, str]:
    return held(causes, shown.members, cause_id=shown.id)


def _change(
    store: Store,
    operation: Callable[[Causes], Causes],
    *,
    verdicts_given: Sequence[Verdict] = (),
    reunited: tuple[Sequence[str], Sequence[str]] = NOBODY,
    note: Callable[[Connection], bool] | None = None,
    tells: Tells = None,
) -> bool:
    """Change the causes together with what is said of pairs, all of it or nothing.

    Args:
        verdicts_given: new verdicts.
        reunited: incidents of two causes that were said to be different and are no longer, so that
            what their records declare counts again.
    """

    def write(connection: Connection) -> bool:
        changes = [
            take_back_between(connection, *reunited, relations=APART),
            give_all(connection, verdicts_given),
            keep_causes(connection, operation(stored_causes(connection))),
            note is not None and note(connection),
        ]
        return any(changes)

    return store.change(write, tells=tells)
