"""Causes in words: what is named most, and how much is not known."""

from analytics.answer import Answer
from analytics.causes import LabelShares
from analytics.selection import Scope
from pages.parts.wording import percent, period, plural


def causes_finding(shares: LabelShares) -> str:
    """What the shares of causes say, as the title of their figure."""
    if not shares.rows:
        return "No cause is recorded for any incident in view"
    first = shares.rows[0]
    rival = shares.rows[1] if len(shares.rows) > 1 else None
    if rival is not None and _overlap(first.of_incidents, rival.of_incidents):
        together = [
            row.label for row in shares.rows if _overlap(first.of_incidents, row.of_incidents)
        ]
        return f"No single cause leads: {_listed(together)} cannot be told apart"
    return f"{first.label.capitalize()} is the most frequent known cause"


def causes_basis(shares: LabelShares, scope: Scope) -> str:
    """Denominators, period and the share of unknown causes."""
    return (
        f"share of {plural(shares.n_incidents, 'incident')} with 95 % interval · "
        f"{period(scope.start, scope.end)} · "
        f"cause unknown for {percent(shares.unknown.estimate)} of them"
    )


def _overlap(one: Answer, other: Answer) -> bool:
    return (one.low or 0.0) <= (other.high or 1.0)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
