"""Which actions stand behind a number: those left to do, of one state, kind or quarter?"""

import datetime as dt
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.actions.mix import strengths
from analytics.actions.pace import quarter_names, side_by_side
from analytics.actions.states import (
    Policy,
    at_deadline,
    band_names,
    first_due,
    is_open,
    is_state,
    overdue_since,
    waiting_since,
)
from analytics.frames import DONE, WONT_DO
from analytics.selection import Mask, Rows, View, labels

OPEN, OVERDUE = "open", "overdue"


def listed(
    view: View, facet: str, value: str, *, as_of: dt.datetime, policy: Policy | None = None
) -> Rows:
    """Positions of some of the actions in view, those that press most first.

    The longest past their date come first, then those due soonest, then the oldest promises.

    Args:
        view: whose actions are looked through; positions are those in ``view.actions``.
        facet: what they have in common.
        value: which of it, as the result that counts them names it.
        as_of: the day from which a date is past.
        policy: of the deadlines, for the facet ``deadline``; None for their own dates.
    """
    actions = view.actions
    if facet == "left":
        late = ~np.isnat(overdue_since(actions, as_of=as_of))
        chosen = late if value == OVERDUE else is_open(actions)
    elif facet == "deadline":
        ends = at_deadline(view, as_of=as_of, policy=policy)
        chosen = ends.get(value, np.zeros(len(actions), dtype=bool))
    elif facet == "all":
        chosen = np.ones(len(actions), dtype=bool)
    else:
        chosen = _NAMES[facet](view, as_of) == value
    return _pressing_first(view, chosen)


def _pressing_first(view: View, chosen: Mask) -> Rows:
    """Positions of the chosen actions by due date, then by the day of the promise or incident."""
    actions = view.actions
    order = np.lexsort((waiting_since(view), first_due(actions), ~is_open(actions)))
    rows: Rows = order[chosen[order]]
    return rows


def _strengths(view: View, part: int) -> npt.NDArray[np.object_]:
    return strengths(view.actions)[part].astype(object).to_numpy()


def _of_column(name: Literal["kind", "strength", "severity", "team"]) -> "_Names":
    return lambda view, as_of: side_by_side(view, name).astype(object).to_numpy()


def _ended_in(view: View, state: str) -> npt.NDArray[np.object_]:
    ended = quarter_names(view.actions["completed_on"])
    return np.where(is_state(view.actions, state), ended, "")


_Names = Callable[[View, dt.datetime], npt.NDArray[np.object_]]
_NAMES: dict[str, _Names] = {
    "state": lambda view, as_of: labels(view.actions["status"]).astype(object).to_numpy(),
    "late": lambda view, as_of: band_names(view.actions, as_of=as_of),
    "kind": _of_column("kind"),
    "strength": _of_column("strength"),
    "severity": _of_column("severity"),
    "team": _of_column("team"),
    "given": lambda view, as_of: _strengths(view, 0),
    "suggested": lambda view, as_of: _strengths(view, 1),
    "quarter": lambda view, as_of: quarter_names(view.actions["created_on"]),
    "done": lambda view, as_of: _ended_in(view, DONE),
    "wont_do": lambda view, as_of: _ended_in(view, WONT_DO),
}
#: By what a list of actions can be asked for; ``left`` is ``open`` or ``overdue``.
FACETS = ("all", "left", "deadline", *_NAMES)
