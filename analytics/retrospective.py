"""What should a team talk about: facts of its own incidents that ask for an answer.

No judgement and no score: each question names the incidents that raise it, and a question that no
incident raises is not asked.
"""

from dataclasses import dataclass
from enum import StrEnum

from analytics.actions.states import is_open
from analytics.frames import OUTSIDE, PREVENT
from analytics.repeats.ledger import Ledger
from analytics.selection import UNKNOWN, Mask, Rows, View


class Raised(StrEnum):
    """What raises a question."""

    REPEATED = "repeated"
    NO_CAUSE = "no cause"
    NO_ACTION = "no action"
    NO_PREVENTION = "no prevention"
    STILL_OPEN = "still open"
    FOUND_OUTSIDE = "found outside"
    NEEDS_ANALYSIS = "needs analysis"


@dataclass(frozen=True)
class Question:
    """One thing to talk about.

    Attributes:
        rows: positions of the incidents that raise it, in order of time.
        n: incidents it was looked for in.
    """

    raised: Raised
    rows: Rows
    n: int


def questions(view: View, book: Ledger) -> tuple[Question, ...]:
    """What the incidents in view ask their team, the sharpest first.

    Args:
        book: the repeats in the same view.
    """
    incidents = view.incidents
    kinds = view.actions["kind"]
    actions_of = view.actions["incident"].to_numpy()
    is_preventive = (kinds == PREVENT).to_numpy()
    any_action = view.having(actions_of)
    preventive = view.having(actions_of[is_preventive])
    open_prevention = view.having(actions_of[is_preventive & is_open(view.actions)])
    cause = incidents["root_cause_category"]
    found: dict[Raised, Mask] = {
        Raised.REPEATED: view.of_events(book.repeats.later[book.rows]),
        Raised.STILL_OPEN: open_prevention,
        Raised.NO_ACTION: ~any_action,
        Raised.NO_PREVENTION: any_action & ~preventive,
        Raised.FOUND_OUTSIDE: incidents["detection_source"].isin(OUTSIDE).to_numpy(),
        Raised.NEEDS_ANALYSIS: incidents["needs_analysis"].to_numpy(),
        Raised.NO_CAUSE: (cause.isna() | (cause == UNKNOWN)).to_numpy(),
    }
    return tuple(
        Question(raised, view.rows[rows], len(view)) for raised, rows in found.items() if rows.any()
    )
