"""Where pages put what people make of known causes: names, merged, split and moved incidents.

Each change keeps who made it and when, and is made as a whole or not at all.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from data import known_causes as stored
from data import verdicts
from data.added import WrongField
from data.known_causes import KnownCause, NoSuchCause, Shown
from data.verdicts import Pair, Verdict
from pages.parts import source
from pages.parts.wording.numbers import day, seen

__all__ = [
    "NoSuchCause",
    "Shown",
    "WrongField",
    "confirm",
    "known_cause",
    "merge",
    "move",
    "release",
    "rename",
    "said_of",
    "split",
]


def known_cause(shown: Shown) -> KnownCause | None:
    """What is stored of a cause: who named it and when, and why its incidents are there."""
    cause = shown.id
    if cause is None:
        return None
    return source.tried(lambda: stored.known_cause(source.store(), cause))


def rename(shown: Shown, name: str, *, by: str) -> None:
    """Give a cause a name, which holds together what is in it now."""
    source.tried(lambda: stored.rename(source.store(), shown, name, by=by))


def release(shown: Shown) -> None:
    """Take back its name and what was pinned in it; its incidents are in no cause then."""
    cause = shown.id
    if cause is not None:
        source.tried(lambda: stored.release(source.store(), cause))


def confirm(pairs: Iterable[Pair], *, by: str) -> None:
    """Say of pairs that they have one cause."""
    source.tried(lambda: verdicts.judge_all(source.store(), pairs, "repeat", by=by))


def merge(into: Shown, other: Shown, pairs: Sequence[Pair], *, by: str) -> None:
    """Make one of two causes; ``pairs`` are the confirmed ones to be said to have one cause."""
    why = _by("merged", by)
    source.tried(
        lambda: stored.merge(source.store(), into, other, together=pairs, by=by, reason=why)
    )


def split(shown: Shown, chosen: Sequence[str], pairs: Sequence[Pair], *, by: str) -> None:
    """Give ``chosen`` a cause of their own; what was confirmed of ``pairs`` is taken back."""
    why = _by("split off", by)
    source.tried(
        lambda: stored.split(source.store(), shown, chosen, apart=pairs, by=by, reason=why)
    )


def move(
    incident: str, to: Shown, *, apart: Sequence[Pair], together: Sequence[Pair], by: str
) -> None:
    """Put an incident into another cause.

    Args:
        apart: pairs with its old cause of which what was confirmed is taken back.
        together: pairs with its new cause that it confirms.
    """
    why = _by("moved here", by)
    source.tried(
        lambda: stored.move(
            source.store(), incident, to, apart=apart, together=together, by=by, reason=why
        )
    )


def said_of(members: Iterable[str]) -> list[Verdict]:
    """The verdicts in force on any of these incidents, the newest first."""
    ids = set(members)
    given = source.tried(lambda: verdicts.verdicts(source.store()))
    return [one for one in given if one.pair & ids]


def _by(what: str, by: str) -> str:
    return " ".join(filter(None, (what, f"by {by}" if by else "", f"on {day(_today())}")))


def _today() -> dt.date:
    return seen(dt.datetime.now(dt.UTC)).date()
