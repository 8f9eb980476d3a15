"""On what do the classes of the ledger rest: how many of the actions say when they were open?

An action without a date of its promise counts from the end of its incident, and one that ended
without a date leaves its repeats unclear. A reader has to know how many there are of either.
"""

from dataclasses import dataclass

from analytics.repeats.ledger import Ledger


@dataclass(frozen=True, slots=True)
class LedgerBasis:
    """The actions that decide the classes of a ledger.

    Attributes:
        actions: how many there are.
        undated_promises: of these, without a date of their promise.
        ended: of these, done or given up.
        undated_ends: of the ended, without the date.
        unclear: of these, of unknown status.
    """

    actions: int
    undated_promises: int
    ended: int
    undated_ends: int
    unclear: int

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
    ended = actions["status"].isin(["done", "wont_do"])
    return LedgerBasis(
        actions=len(actions),
        undated_promises=int(actions["created_on"].isna().sum()),
        ended=int(ended.sum()),
        undated_ends=int((ended & actions["completed_on"].isna()).sum()),
        unclear=int(actions["status"].isna().sum()),
    )
