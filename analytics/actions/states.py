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

from analytics.answer import Answer, Example, Method
from analytics.clocks import Floats
from analytics.frames import DONE, ENDED_STATES, OPEN_STATES, PREVENT, WONT_DO
from analytics.repeats.fixes import as_written
from analytics.selection import UNKNOWN, Mask, View
from analytics.statistics.quantiles import median
from analytics.statistics.shares import WILSON, share

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
    band = _bands(since[is_late], as_of)
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


def band_names(actions: pd.DataFrame, *, as_of: dt.datetime) -> npt.NDArray[np.object_]:
    """The band of :data:`BANDS` of each action that is overdue, empty for all others."""
    since = overdue_since(actions, as_of=as_of)
    names = np.array(BANDS, dtype=object)[_bands(since, as_of) % len(BANDS)]
    return np.where(np.isnat(since), "", names)


def _bands(since: Dates, as_of: dt.datetime) -> npt.NDArray[np.intp]:
    """The place in :data:`BANDS` of each day since which something is overdue."""
    return np.searchsorted(BAND_ENDS, days_past(since, as_of), side="left")


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


def waiting_since(view: View) -> Dates:
    """The day of each promise in view; that of its incident, the earliest it can be, without one.

    An age that is counted from it is an upper bound where the source gives no date of the promise.
    """
    created = days(view.actions["created_on"])
    began = view.history.incidents["period_at"].take(view.actions["incident"].to_numpy())
    return np.where(np.isnat(created), days(began), created)


def days_past(dates: Dates, as_of: dt.datetime) -> Floats:
    """Days from each date to the day of ``as_of``, NaN where the date is unknown."""
    return elapsed_days(dates, np.datetime64(as_of, "D"))


def elapsed_days(since: Dates, until: Dates | np.datetime64) -> Floats:
    """Calendar days from one date to another, NaN where one of them is unknown."""
    gone = np.asarray(until - since)
    return np.where(np.isnat(gone), np.nan, gone.astype("timedelta64[D]").astype(np.float64))


# Were the promises kept in time, by a published policy or by their own first due dates?
#
# Only actions whose deadline has passed can answer: of those still running the quick ones alone
# are done, and counting them would flatter. A due date that was moved does not make an action on
# time; how often and how far dates move is shown beside it.

ON_TIME = Method(
    title="Done on time",
    answers="What share of the actions was done by its deadline?",
    formula=(
        "Done by the deadline, divided by the actions whose deadline has passed: those done "
        "late, still open, or given up only after it are not on time. The deadline is the due "
        f"date ({FIRST_DATE}) or so many days after creation by a published policy. Where all "
        "that is known of the actions past it was written before, nothing can be told."
    ),
    source=(
        "Policies: PagerDuty, 15 days for SEV1 and 30 for SEV2; Atlassian, 4 or 8 weeks. "
        f"Interval: {WILSON}"
    ),
    leaves_out=(
        "Actions not yet due, even when done: only the quick ones are. Those given up before "
        "their deadline, without one, of unknown state or done on an unknown day."
    ),
    example=Example(
        given=(
            "Actions were due on 2026-06-10 (done on 2026-06-08), on 2026-06-10 (done on "
            "2026-06-15), on 2026-06-12 (open) and on 2026-07-20 (open); today is 2026-06-30."
        ),
        inputs={
            "due": ("2026-06-10", "2026-06-10", "2026-06-12", "2026-07-20"),
            "done": ("2026-06-08", "2026-06-15", None, None),
            "today": "2026-06-30",
        },
        gives="33 % of the three that were due were on time, between 6 and 79 %.",
        result=(0.33333, 0.061492, 0.79234),
    ),
)
SLIPS = Method(
    title="Moved due dates",
    answers="How often, and by how many days, are due dates moved?",
    formula=(
        "Actions whose present due date is later than their first, divided by those that have "
        "both; median of the days between them with its exact interval."
    ),
    source=WILSON,
    leaves_out="Actions of which the source keeps one due date or none.",
    example=Example(
        given=(
            "Two actions were due on 2026-06-10; one is now due on 2026-06-20, the other "
            "still on 2026-06-10."
        ),
        inputs={"first": ("2026-06-10", "2026-06-10"), "now": ("2026-06-20", "2026-06-10")},
        gives="50 % were moved, by 10 days.",
        result=(0.5, 10),
    ),
)

NO_NEWS = "no state is known after the due date"
#: What became of an action at its deadline.
IN_TIME, DONE_LATE, NOT_DONE = "done in time", "done late", "past it and not done"
GIVEN_UP, NOT_DUE = "given up before it", "not due yet"
NO_DEADLINE, NOT_TOLD = "no deadline", "not told"


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of how soon an action has to be done.

    Attributes:
        days_by_rank: days from the promise by rank of the incident's severity, 1 the worst.
        days_otherwise: days for all other incidents; None where the rule does not speak of them.
    """

    name: str
    source: str
    days_by_rank: tuple[tuple[int, int], ...] = ()
    days_otherwise: int | None = None


PAGERDUTY = Policy(
    "PagerDuty: 15 days for SEV1, 30 for SEV2",
    "PagerDuty incident response documentation, post-mortem process",
    days_by_rank=((1, 15), (2, 30)),
)
ATLASSIAN_4_WEEKS = Policy(
    "Atlassian: 4 weeks", "Atlassian incident management handbook", days_otherwise=28
)
ATLASSIAN_8_WEEKS = Policy(
    "Atlassian: 8 weeks", "Atlassian incident management handbook", days_otherwise=56
)
POLICIES = (PAGERDUTY, ATLASSIAN_4_WEEKS, ATLASSIAN_8_WEEKS)


@dataclass(frozen=True, slots=True)
class OnTime:
    """What became of the actions by their deadlines.

    Attributes:
        on_time: share done by the deadline, of the actions whose deadline has passed and that were
            not given up before it; missing are those of which that cannot be known.
        done_late: done after the deadline.
        not_done: past the deadline and open, or given up only after it.
        not_due: the deadline lies ahead, whatever the state.
        given_up: given up by the deadline, or on an unknown day.
        without_deadline: no due date, or none by the policy.
    """

    on_time: Answer
    done_late: int
    not_done: int
    not_due: int
    given_up: int
    without_deadline: int


@dataclass(frozen=True, slots=True)
class Slips:
    """How often and how far due dates move.

    Attributes:
        moved: share of the actions with both a first and a present due date in which the present
            one is later; missing are those with one date or none.
        days: median number of days of the moves.
    """

    moved: Answer
    days: Answer


def on_time(view: View, *, as_of: dt.datetime, policy: Policy | None = None) -> OnTime:
    """The share of actions done in time, by ``policy`` or (None) by their first due dates."""
    ended_how = at_deadline(view, as_of=as_of, policy=policy)
    count = {name: int(which.sum()) for name, which in ended_how.items()}
    judged = count[IN_TIME] + count[DONE_LATE] + count[NOT_DONE]
    passed = judged + count[NOT_TOLD]
    answer = share(count[IN_TIME], judged, method=ON_TIME)
    if passed and not judged + count[GIVEN_UP]:
        answer = replace(answer, reason=NO_NEWS)
    return OnTime(
        on_time=replace(answer, n_missing=count[NOT_TOLD]),
        done_late=count[DONE_LATE],
        not_done=count[NOT_DONE],
        not_due=count[NOT_DUE],
        given_up=count[GIVEN_UP],
        without_deadline=count[NO_DEADLINE],
    )


def at_deadline(view: View, *, as_of: dt.datetime, policy: Policy | None = None) -> dict[str, Mask]:
    """Which of the actions in view ended how at their deadline; each is in one of the sets."""
    actions = view.actions
    deadline = first_due(actions) if policy is None else _by_policy(view, actions, policy)
    none = np.isnat(deadline)
    passed = deadline < np.datetime64(as_of, "D")
    ended = days(actions["completed_on"])
    done, given_up = is_state(actions, DONE), is_state(actions, WONT_DO)
    in_time = passed & done & (ended <= deadline)
    late = passed & done & (ended > deadline)
    dropped = passed & given_up & ~(ended > deadline)
    missed = passed & (is_open(actions) | (given_up & (ended > deadline)))
    # Sources that were written before any date had passed call all of them open; that is no state.
    if not (in_time | late | dropped | (missed & ~as_written(actions))).any():
        missed = np.zeros_like(missed)
    return {
        IN_TIME: in_time,
        DONE_LATE: late,
        NOT_DONE: missed,
        GIVEN_UP: dropped,
        NOT_DUE: ~none & ~passed,
        NO_DEADLINE: none,
        NOT_TOLD: passed & ~(in_time | late | missed | dropped),
    }


def slips(view: View) -> Slips:
    """How often due dates were moved to later, and how far."""
    actions = view.actions
    moved = elapsed_days(days(actions["first_due_on"]), days(actions["due_on"]))
    both = ~np.isnan(moved)
    later = moved > 0
    answer = share(int(later.sum()), int(both.sum()), method=SLIPS)
    return Slips(
        moved=replace(answer, n_missing=int((~both).sum())),
        days=replace(median(moved[later], unit="days"), method=SLIPS),
    )


def _by_policy(view: View, actions: pd.DataFrame, policy: Policy) -> Dates:
    ranks = view.history.incidents["severity_rank"].to_numpy()[actions["incident"].to_numpy()]
    otherwise = np.nan if policy.days_otherwise is None else float(policy.days_otherwise)
    allowed = np.full(len(ranks), otherwise)
    for rank, days_allowed in policy.days_by_rank:
        allowed[ranks == rank] = days_allowed
    spoken_of = ~np.isnan(allowed)
    deadline = days(actions["created_on"]) + np.where(spoken_of, allowed, 0).astype(
        "timedelta64[D]"
    )
    return np.where(spoken_of, deadline, np.datetime64("NaT"))


# Which promised preventions have waited longest: the open actions themselves, oldest first.

OLDEST_OPEN = Method(
    title="Oldest open actions",
    answers="Which promised preventions have waited longest?",
    formula=(
        "Open actions in order of their day of creation. Where the source gives none, the day "
        "of the incident stands in and the age is an upper bound; the list says so."
    ),
    source="Plain order",
    leaves_out="Nothing: the list says of how many it shows the first.",
    example=Example(
        given=("Open actions were created on 2026-05-01 and 2026-01-10; today is 2026-06-30."),
        inputs={"created": ("2026-05-01", "2026-01-10"), "today": "2026-06-30"},
        gives="The older one has waited 171 days and comes first, the other 60.",
        result=(171, 60),
    ),
)

#: The moment that an action's age is counted from.
SINCE_CREATED = "created"
SINCE_INCIDENT = "incident"


@dataclass(frozen=True)
class OldestOpen:
    """The open actions that have waited longest.

    Attributes:
        rows: a frame of at most the number asked for, indexed by position in the actions:
            ``incident`` (position), ``title``, ``owner``, ``since`` (a day), ``basis``
            (``created``; ``incident`` where the source has no creation date and the age is at
            most that of the incident; else ``unknown``), ``age_days``, ``first_due_on``.
        total: open preventive actions, of which ``rows`` are the first.
    """

    rows: pd.DataFrame
    total: int


def oldest_open(view: View, *, as_of: dt.datetime, most: int = 10) -> OldestOpen:
    """The open preventive actions, oldest first, those without a date last."""
    actions = view.actions
    chosen = is_open(actions) & np.asarray(actions["kind"] == PREVENT)
    found, since = actions.loc[chosen], waiting_since(view)[chosen]
    created = days(found["created_on"])
    order = np.argsort(since, kind="stable")[:most]
    kept, begun = found.iloc[order], since[order]
    today = np.datetime64(as_of, "D")
    rows = kept[["incident", "title", "owner"]].assign(
        since=begun.astype("datetime64[s]"),
        basis=np.select(
            [~np.isnat(created[order]), ~np.isnat(begun)],
            [SINCE_CREATED, SINCE_INCIDENT],
            default=UNKNOWN,
        ),
        age_days=elapsed_days(begun, today),
        first_due_on=first_due(kept).astype("datetime64[s]"),
    )
    return OldestOpen(rows=rows, total=len(found))
