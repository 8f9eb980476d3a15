"""How long have the open actions waited, beside how long the done ones took?

The two answer different questions and neither replaces a completion curve: what is open now is
mostly what takes long, and what is done is mostly what went quickly.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from analytics.actions.states import days, days_past, elapsed_days, is_open, is_state
from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.selection import View
from analytics.statistics.quantiles import median, percentile
from analytics.vocabulary import DONE

ACTION_AGES = Method(
    title="Age of open actions and age at closing",
    answers="How long have open actions waited, and how long did done ones take?",
    formula=(
        "Calendar days since creation: median with its exact interval, p90 from 29 actions, "
        "the oldest. The open ones are mostly the slow ones and the done ones mostly the "
        "quick ones, so neither says how long an action takes; the completion curve does."
    ),
    source="Conover, Practical Nonparametric Statistics, 3.2",
    leaves_out="Actions without a date of creation, or done without a date.",
    example=Example(
        given="Three open actions were created 10, 20 and 60 days ago.",
        inputs={"days": (10, 20, 60)},
        gives="Their middle age is 20 days.",
        result=(20,),
    ),
)

#: The slow end: nine in ten are younger.
SLOW = 0.9


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages of a group of actions in days.

    Attributes:
        median: the middle age with its exact interval.
        p90: nine in ten are at most this old.
        oldest: the highest age.
    """

    median: Answer
    p90: Answer
    oldest: Answer


@dataclass(frozen=True, slots=True)
class ActionAges:
    """Ages of open actions and of done ones when they were done."""

    open: Ages
    at_closing: Ages


def action_ages(view: View, *, as_of: dt.datetime) -> ActionAges:
    """Days that open actions have waited and that done ones took."""
    actions = view.actions
    created = days(actions["created_on"])
    age = days_past(created, as_of)
    took = elapsed_days(created, days(actions["completed_on"]))
    return ActionAges(
        open=_ages(age[is_open(actions)], "no open action says when it was created"),
        at_closing=_ages(
            took[is_state(actions, DONE)], "no done action says when it was created and done"
        ),
    )


def _ages(ages: Floats, nothing: str) -> Ages:
    valid = ages[ages >= 0]
    none = "" if len(valid) else nothing
    oldest = Answer(float(valid.max()) if len(valid) else None, n=len(valid), reason=none)

    def finished(answer: Answer) -> Answer:
        return replace(
            answer,
            n_missing=int(np.isnan(ages).sum()),
            n_invalid=int((ages < 0).sum()),
            unit="days",
            method=ACTION_AGES,
            reason=none or answer.reason.replace("incidents", "actions"),
        )

    return Ages(
        median=finished(median(valid)),
        p90=finished(percentile(valid, SLOW)),
        oldest=finished(oldest),
    )
