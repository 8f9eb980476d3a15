"""Does the pile of promised actions grow or shrink: new ones less ended ones, period by period.

Give it a view over all time: a backlog is made of the promises of earlier incidents too.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.actions.states import days, is_open, is_state
from analytics.method import Example, Method
from analytics.periods import Every, Moments, ordinals, run, starts
from analytics.selection import View
from analytics.vocabulary import DONE, WONT_DO

BACKLOG = Method(
    title="Growth of the backlog",
    answers="Do more actions arrive than end?",
    formula="Actions created in the period less those that ended in it, done or given up.",
    source="Plain counts",
    leaves_out="Actions of unknown state, without a date of creation, or ended without a date.",
    example=Example(
        given=(
            "Actions were created on 2026-01-10, 2026-02-10 and 2026-05-10; the first two "
            "were done on 2026-03-01 and 2026-05-05."
        ),
        inputs={
            "created": ("2026-01-10", "2026-02-10", "2026-05-10"),
            "done": ("2026-03-01", "2026-05-05"),
        },
        gives=(
            "The backlog grew by 1 in the first quarter and by 0 in the second; the third, "
            "just begun, has 0 yet."
        ),
        result=(1, 0, 0),
    ),
)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Backlog:
    """Actions that came and went in each period.

    Attributes:
        starts: first day of each period, without gaps; empty where no action has usable dates.
        new: actions created.
        done, given_up: actions ended, either way.
        open_at_end: actions still open at the end of the period, or at ``as_of``.
        n_missing: actions that are left out because their state or a date of theirs is unknown.
        n_invalid: actions that ended before they were created.
    """

    starts: Moments
    new: Counts
    done: Counts
    given_up: Counts
    open_at_end: Counts
    n_missing: int
    n_invalid: int

    @property
    def net(self) -> Counts:
        """Growth of the backlog in each period: new less ended, by whatever end."""
        return self.new - self.done - self.given_up


def backlog(view: View, *, every: Every, as_of: dt.datetime) -> Backlog:
    """New and ended actions in each period up to the day of ``as_of``."""
    actions = view.actions
    today = np.datetime64(as_of, "D")
    created, ended = days(actions["created_on"]), days(actions["completed_on"])
    done, given_up = is_state(actions, DONE), is_state(actions, WONT_DO)
    over = done | given_up
    dated = ~np.isnat(created) & (is_open(actions) | (over & ~np.isnat(ended)))
    invalid = dated & over & (ended < created)
    usable = dated & ~invalid & (created <= today)
    gone = usable & over & (ended <= today)
    begun = created[usable]
    periods = run(ordinals(np.append(begun, today) if len(begun) else begun, every))

    def per_period(moments: Moments) -> Counts:
        bins = ordinals(moments, every) - (periods[0] if len(periods) else 0)
        return np.bincount(bins, minlength=len(periods)).astype(np.int64)

    new = per_period(begun)
    ends = [per_period(ended[gone & how]) for how in (done, given_up)]
    return Backlog(
        starts=starts(periods, every),
        new=new,
        done=ends[0],
        given_up=ends[1],
        open_at_end=np.cumsum(new - ends[0] - ends[1]),
        n_missing=int((~dated).sum()),
        n_invalid=int(invalid.sum()),
    )
