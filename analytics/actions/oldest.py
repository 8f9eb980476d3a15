"""Which promised preventions have waited longest: the open actions themselves, oldest first."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.actions.states import days, elapsed_days, first_due, is_open
from analytics.method import Example, Method
from analytics.selection import UNKNOWN, View
from analytics.vocabulary import PREVENT

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
    found = actions.loc[is_open(actions) & np.asarray(actions["kind"] == PREVENT)]
    created = days(found["created_on"])
    of_incident = days(view.history.incidents["period_at"].take(found["incident"].to_numpy()))
    since = np.where(np.isnat(created), of_incident, created)
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
