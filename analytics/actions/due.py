"""Were the promises kept in time, by a published policy or by their own first due dates?

Only actions whose deadline has passed can answer: of those still running the quick ones alone are
done, and counting them would flatter. A due date that was moved does not make an action on time;
how often and how far dates move is shown beside it.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.actions.states import (
    FIRST_DATE,
    Dates,
    days,
    elapsed_days,
    first_due,
    is_open,
    is_state,
)
from analytics.answer import Answer
from analytics.method import Example, Method
from analytics.repeats.fix_state import as_written
from analytics.selection import View
from analytics.statistics.quantiles import median
from analytics.statistics.shares import WILSON, share
from analytics.vocabulary import DONE, WONT_DO

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
    no_news = not (in_time | late | dropped | (missed & ~as_written(actions))).any()
    if no_news:
        missed = np.zeros_like(missed)
    judged = int((in_time | late | missed).sum())
    answer = share(int(in_time.sum()), judged, method=ON_TIME)
    if no_news and passed.any():
        answer = replace(answer, reason=NO_NEWS)
    return OnTime(
        on_time=replace(answer, n_missing=int(passed.sum() - dropped.sum()) - judged),
        done_late=int(late.sum()),
        not_done=int(missed.sum()),
        not_due=int((~none & ~passed).sum()),
        given_up=int(dropped.sum()),
        without_deadline=int(none.sum()),
    )


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
