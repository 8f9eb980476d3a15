"""Which causes are known here, what do people call them, and which incidents belong to each?

Groups are proposed by the search for repeats and replaced whenever it runs again. What people had a
say in is pinned: an incident that they confirmed, moved or found in a cause that they named stays
where it is, whatever is proposed. An incident belongs to one cause at most.

Whoever puts an incident with a cause, or takes it out, says so of pairs too. Both are one change,
so that the ledger and the page of the cause never disagree, not even after a failure.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from data import cause_changes
from data.added import WrongField, signature
from data.cause_changes import NoSuchCause
from data.cause_tables import Causes, KnownCause, keep_causes, stored_causes
from data.plain import printable
from data.record import LONGEST_LABEL
from data.store import Store
from data.verdicts import Pair, Relation, Verdict, give_all, spoken, take_back_between

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


def propose(store: Store, proposals: Iterable[KnownCause]) -> bool:
    """Replace all that is only proposed, in one transaction.

    Args:
        proposals: groups with proposed names; what they say of pinned incidents is ignored, and
            an incident that stands in two of them belongs to the first.

    Returns:
        Whether anything changed.
    """
    listed = list(proposals)
    return _change(store, lambda causes: cause_changes.proposed(causes, listed))


def release(store: Store, cause_id: str) -> bool:
    """Take a cause apart; its incidents wait until the search places them again.

    Raises:
        NoSuchCause: there is none.
    """
    return _change(store, lambda causes: cause_changes.released(causes, cause_id))


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
        return cause_changes.renamed(causes, own, chosen, by=signed)

    return _change(store, work)


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
        return cause_changes.merged(causes, one, gone, reason=reason)

    said = spoken(together, "repeat", by=signature(by))
    return _change(store, work, said=said, reunited=(into.members, other.members))


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
        causes, new = cause_changes.split_off(causes, own, chosen, reason=reason)
        made.append(new)
        return causes

    _change(store, work, said=spoken(apart, "different", by=signature(by)))
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
        return cause_changes.moved(causes, incident_id, own, reason=reason)

    said = [*spoken(apart, "different", by=signed), *spoken(together, "repeat", by=signed)]
    return _change(store, work, said=said, reunited=([incident_id], to.members))


def _held(causes: Causes, shown: Shown) -> tuple[Causes, str]:
    return cause_changes.held(causes, shown.members, cause_id=shown.id)


def _change(
    store: Store,
    operation: Callable[[Causes], Causes],
    *,
    said: Sequence[Verdict] = (),
    reunited: tuple[Sequence[str], Sequence[str]] = NOBODY,
) -> bool:
    """Change the causes together with what is said of pairs, all of it or nothing.

    Args:
        said: new verdicts.
        reunited: incidents of two causes that were said to be different and are no longer, so that
            what their records declare counts again.
    """

    def write(connection: Connection) -> bool:
        changes = [
            take_back_between(connection, *reunited, relations=APART),
            give_all(connection, said),
            keep_causes(connection, operation(stored_causes(connection))),
        ]
        return any(changes)

    return store.change(write)
