"""On what does the ledger rest: who said that these are repeats, and which actions have dates?

An action without a date of its promise counts from the end of its incident, and one that ended
without a date leaves its repeats unclear. A reader has to know how many there are of either, and
how a record explains that it repeats another: the same part that broke is not the same kind of
cause.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.repeats.fix_stages import FixStages, fix_stages
from analytics.repeats.ledger import Ledger
from analytics.vocabulary import ENDED_STATES


@dataclass(frozen=True, slots=True)
class LedgerBasis:
    """The actions that decide the classes of a ledger.

    Attributes:
        actions: how many there are.
        undated_promises: of these, without a date of their promise.
        ended: of these, done or given up.
        undated_ends: of the ended, without the date.
        unclear: of these, of unknown status.
        reasons: what the records of the repeats give as the reason that they are, with their
            number, the most frequent first; empty where no record gives any.
    """

    actions: int
    undated_promises: int
    ended: int
    undated_ends: int
    unclear: int
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def is_weak(self) -> bool:
        """Whether most of these actions have no date of their own, neither first nor last."""
        dated = (self.actions - self.undated_promises) + (self.ended - self.undated_ends)
        return 2 * dated < self.actions


def ledger_basis(book: Ledger) -> LedgerBasis:
    """What is known of the actions behind the repeats of ``book``."""
    found = book.repeats
    rows = found.actions.deciding(found.later[book.rows])
    actions = found.history.actions.take(rows)
    ended = actions["status"].isin(ENDED_STATES)
    return LedgerBasis(
        actions=len(actions),
        undated_promises=int(actions["created_on"].isna().sum()),
        ended=int(ended.sum()),
        undated_ends=int((ended & actions["completed_on"].isna()).sum()),
        unclear=int(actions["status"].isna().sum()),
        reasons=_reasons(book),
    )


def ledger_stages(book: Ledger, *, as_of: dt.datetime) -> FixStages:
    """How far the actions behind the repeats of ``book`` are, together as one fix.

    Args:
        book: the ledger.
        as_of: naive UTC moment looked from.
    """
    repeats = book.repeats
    rows = repeats.actions.deciding(repeats.later[book.rows])
    together = np.zeros(len(rows), np.intp)
    return fix_stages(repeats.history.actions, [(together, rows)], fixes=1, as_of=as_of)


def _reasons(book: Ledger) -> tuple[tuple[str, int], ...]:
    """One for each repeat: the reason of the last link that its record declares."""
    found = book.repeats
    links = found.history.links
    declared = links[
        (links["origin"] == "record")
        & (links["relation"] == "repeat")
        & links["later"].isin(found.later[book.rows])
    ]
    counts = declared.drop_duplicates("later", keep="last")["basis"].value_counts()
    return tuple((str(reason), int(count)) for reason, count in counts.items() if count)
