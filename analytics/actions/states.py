"""Do we finish what we promised: actions by state, and what of them is overdue.

"Overdue" is derived from the due date and the day one looks, never stored, and the first due date
counts: a date that was moved does not make an action on time. An action of unknown status is
neither open nor done.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.repeats.fix_state import as_written
from analytics.selection import UNKNOWN, Mask, View
from analytics.statistics.shares import WILSON, share
from analytics.vocabulary import DONE, ENDED_STATES, OPEN_STATES

#: Which of two due dates counts, in words.
FIRST_DATE = "the first due date counts, and the present one only where no earlier one is known"
STATES_OF_ACTIONS = Method(
    title="Actions by state",
    answers="How many of the promised actions are open, done or given up?",
    formula=(
        "Counts by the state that the source gives. The share done is of the actions whose "
        "state is known; it grows with the age of the actions, so it compares nothing."
    ),
    source=WILSON,
    leaves_out="Actions of unknown state are counted beside and are neither open nor done.",
    example=Example(
        given="3 actions are done, 2 open, 1 given up and 1 of unknown state.",
        inputs={"done": 3, "open": 2, "given_up": 1, "unknown": 1},
        gives="50 % of those whose state is known are done, between 19 and 81 %.",
        result=(0.5, 0.18762, 0.81238),
    ),
)
OVERDUE = Method(
    title="Overdue actions",
    answers="How many open actions are past their due date, and by how long?",
    formula=(
        "Open actions whose due date lies before the day looked at, by days past it; "
        f"{FIRST_DATE}. The share is of the open actions that have a due date. An action without a "
        "date of its promise is open as its source said when it was written, mostly before "
        "the due date: that it is past its date is known, that it was not done is not."
    ),
    source="Derived from the dates, never stored",
    leaves_out="Open actions without a due date, and actions of unknown state.",
    example=Example(
        given=(
            "Open actions were due on 2026-06-10, 2026-06-25 and 2026-07-10; today is 2026-06-30."
        ),
        inputs={"due": ("2026-06-10", "2026-06-25", "2026-07-10"), "today": "2026-06-30"},
        gives="67 % are overdue.",
        result=(0.66667,),
    ),
)

#: States of an action in the order of its life.
STATES = (*OPEN_STATES, *ENDED_STATES, UNKNOWN)
#: Last day overdue of each band; the last band has no end.
BAND_ENDS = (7, 30, 90)
BANDS = ("up to 7 days", "8 to 30 days", "31 to 90 days", "over 90 days")

Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many actions are in each state.

    Attributes:
        counts: actions by state, in the order of :data:`STATES`.
        total: all actions promised after the incidents in view.
        done: share done of the actions whose state is known. It depends on how old the actions
            are, so it compares nothing; completion curves do.
    """

    counts: dict[str, int]
    total: int
    done: Answer

    @property
    def still_open(self) -> int:
        """Actions open or in progress."""
        return sum(self.counts[state] for state in OPEN_STATES)


@dataclass(frozen=True, slots=True)
class Overdue:
    """Open actions whose due date has passed.

    Attributes:
        bands: overdue actions by days past the first due date, in the order of :data:`BANDS`.
        overdue: share overdue of the open actions with a due date; ``n_missing`` have none.
        moved_ahead: overdue actions whose due date was moved and lies ahead again.
        n_open: actions open or in progress.
        as_written: overdue actions that are open only as their source said when it was written,
            mostly before the due date: whether they were done since is not known.
    """

    bands: dict[str, int]
    overdue: Answer
    moved_ahead: int
    n_open: int
    as_written: int


def action_states(view: View) -> StateCounts:
    """Actions promised after the incidents in view, by state."""
    status = view.actions["status"]
    named = status.value_counts()
    counts = {state: int(named.get(state, 0)) for state in STATES}
    total = len(status)
    counts[UNKNOWN] = total - sum(counts[state] for state in STATES if state != UNKNOWN)
    known = total - counts[UNKNOWN]
    done = share(counts[DONE], known, method=STATES_OF_ACTIONS)
    return StateCounts(counts, total, replace(done, n_missing=counts[UNKNOWN]))


def overdue(view: View, *, as_of: dt.datetime) -> Overdue:
    """Open actions by how long they are overdue on the day of ``as_of``."""
    actions = view.actions
    still_open = is_open(actions)
    due = first_due(actions)[still_open]
    since = overdue_since(actions, as_of=as_of)[still_open]
    is_late = ~np.isnat(since)
    band = np.searchsorted(BAND_ENDS, days_past(since[is_late], as_of), side="left")
    counted = np.bincount(band, minlength=len(BANDS))
    dated = int((~np.isnat(due)).sum())
    now_due = days(actions["due_on"])[still_open]
    return Overdue(
        bands={name: int(count) for name, count in zip(BANDS, counted, strict=True)},
        overdue=replace(
            share(int(is_late.sum()), dated, method=OVERDUE), n_missing=len(due) - dated
        ),
        moved_ahead=int((is_late & (days_past(now_due, as_of) <= 0)).sum()),
        n_open=int(still_open.sum()),
        as_written=int((is_late & as_written(actions)[still_open]).sum()),
    )


def overdue_since(actions: pd.DataFrame, *, as_of: dt.datetime) -> Dates:
    """The due date of each action that is overdue on the day of ``as_of``, NaT for all others.

    An action is overdue from the day after its first due date.
    """
    due = first_due(actions)
    return np.where(is_open(actions) & (days_past(due, as_of) > 0), due, np.datetime64("NaT"))


def is_open(actions: pd.DataFrame) -> Mask:
    """Which actions are open or in progress; unknown is neither."""
    return _is_one_of(actions["status"], OPEN_STATES)


def is_state(actions: pd.DataFrame, state: str) -> Mask:
    """Which actions are said to be in ``state``."""
    return _is_one_of(actions["status"], (state,))


def _is_one_of(status: pd.Series, states: Sequence[str]) -> Mask:
    """Looked up by code; that of an unknown status is -1 and finds the last entry."""
    of_code = np.append(status.cat.categories.isin(states), False)
    hit: Mask = of_code[status.cat.codes.to_numpy()]
    return hit


def days(column: pd.Series) -> Dates:
    """Moments as calendar days: sources keep no more of an action, and people count in days."""
    return column.to_numpy().astype("datetime64[D]")


def first_due(actions: pd.DataFrame) -> Dates:
    """The first due date of each action; its present one where no earlier one is known."""
    first = days(actions["first_due_on"])
    return np.where(np.isnat(first), days(actions["due_on"]), first)


def days_past(dates: Dates, as_of: dt.datetime) -> Floats:
    """Days from each date to the day of ``as_of``, NaN where the date is unknown."""
    return elapsed_days(dates, np.datetime64(as_of, "D"))


def elapsed_days(since: Dates, until: Dates | np.datetime64) -> Floats:
    """Calendar days from one date to another, NaN where one of them is unknown."""
    gone = np.asarray(until - since)
    return np.where(np.isnat(gone), np.nan, gone.astype("timedelta64[D]").astype(np.float64))
