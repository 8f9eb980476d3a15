"""Where pages put what people make of known causes: names, merged, split and moved incidents.

Whoever puts an incident with a cause, or takes it out, says so of pairs too, so that the ledger and
the page of the cause never disagree. Each change keeps who made it and when.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from data import known_causes as stored
from data import verdicts
from data.cause_tables import KnownCause
from data.verdicts import Relation, Verdict
from pages.parts import source
from pages.parts.wording.numbers import day

#: Relations that keep two incidents from having one cause.
APART: tuple[Relation, ...] = ("different", "related")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Group:
    """A known cause as it is shown.

    Attributes:
        id: of the cause; None where it is not stored yet.
        members: ids of all its incidents, the possible ones too.
    """

    id: str | None
    members: Sequence[str]


def known_cause(group: Group) -> KnownCause | None:
    """What is stored of a cause: who named it and when, and why its incidents are there."""
    found = source.tried(lambda: stored.known_causes(source.store()))
    return next((cause for cause in found if cause.id == group.id), None)


def rename(group: Group, name: str, *, by: str) -> None:
    """Give a cause a name, which holds together what is in it now.

    Raises:
        ValueError: the name is empty or too long.
    """
    source.tried(lambda: stored.rename(source.store(), _held(group), name, by=by))


def release(group: Group) -> None:
    """Take back its name and what was pinned in it; the search proposes again."""
    if group.id is not None:
        source.tried(lambda: stored.release(source.store(), str(group.id)))


def confirm(pairs: Iterable[Pair], *, by: str) -> None:
    """Say of pairs that they have one cause."""
    source.tried(lambda: verdicts.judge_all(source.store(), list(pairs), "repeat", by=by))


def merge(into: Group, other: Group, pairs: Sequence[Pair], *, by: str) -> None:
    """Make one of two causes; ``pairs`` are the confirmed ones to be said to have one cause."""
    _reunite(into.members, other.members)
    confirm(pairs, by=by)
    one, gone = _held(into), _held(other)
    source.tried(lambda: stored.merge(source.store(), one, gone, reason=_by("merged", by)))


def split(group: Group, chosen: Sequence[str], pairs: Sequence[Pair], *, by: str) -> None:
    """Give ``chosen`` a cause of their own; what was confirmed of ``pairs`` is taken back."""
    source.tried(lambda: verdicts.judge_all(source.store(), pairs, "different", by=by))
    held = _held(group)
    source.tried(lambda: stored.split(source.store(), held, chosen, reason=_by("split off", by)))


def move(
    incident: str, to: Group, *, apart: Sequence[Pair], together: Sequence[Pair], by: str
) -> None:
    """Put an incident into another cause.

    Args:
        apart: pairs with its old cause of which what was confirmed is taken back.
        together: pairs with its new cause that it confirms.
    """
    _reunite([incident], to.members)
    source.tried(lambda: verdicts.judge_all(source.store(), apart, "different", by=by))
    confirm(together, by=by)
    held = _held(to)
    source.tried(lambda: stored.move(source.store(), incident, held, reason=_by("moved here", by)))


def said_of(members: Iterable[str]) -> list[Verdict]:
    """The verdicts in force on any of these incidents, the newest first."""
    ids = set(members)
    given = source.tried(lambda: verdicts.verdicts(source.store()))
    return [one for one in given if one.pair & ids]


def _held(group: Group) -> str:
    """The cause as it is shown, kept as it is: its id."""
    return source.tried(lambda: stored.hold(source.store(), group.members, cause_id=group.id))


def _reunite(some: Sequence[str], others: Sequence[str]) -> None:
    """Take back that incidents of two causes are different, so that declared links count again."""
    here, there = set(some), set(others)
    for one in said_of(here):
        if one.relation in APART and one.pair & there:
            source.tried(partial(verdicts.undo, source.store(), one.later_id, one.earlier_id))


def _by(what: str, by: str) -> str:
    return " ".join(filter(None, (what, f"by {by}" if by else "", f"on {day(_today())}")))


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
