"""What is missing from the data: every other figure rests on what is known, so how much is that?

Each share is a plain count of what is there, without an interval: nothing is estimated. The
denominator is what could have been known: an open incident owes no resolution, an open action no
completion date.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.frames import CLOCKS
from analytics.method import Example, Method
from analytics.selection import UNKNOWN, Mask, View
from analytics.vocabulary import ENDED_STATES

KNOWN_SHARE = Method(
    title="Known fields",
    answers="How often is this field filled in?",
    formula=(
        "Records in which the field says something, divided by the records that could have "
        "it. The word unknown counts as missing. No interval: nothing is estimated."
    ),
    source="Plain count",
    leaves_out=(
        "Open incidents, for mitigation, resolution and publication; actions that have not "
        "ended, for the date of completion."
    ),
    example=Example(
        given="The field is filled in for 3 records and empty in 1.",
        inputs={"filled": 3, "empty": 1},
        gives="It is known for 75 %.",
        result=(0.75,),
    ),
)

#: Clocks that an open incident does not owe yet.
CLOCKS_AT_THE_END = ("mitigated_at", "resolved_at", "postmortem_published_at")
#: Labels of an incident, as the record names them.
LABELS = (
    "severity",
    "team",
    "detection_source",
    "trigger_category",
    "root_cause_category",
)
#: Labels and dates of an action that it owes whatever its state.
ACTION_FIELDS = ("kind", "strength", "owner", "status", "created_on", "due_on")

NONE_TO_COUNT = "no record in view can be counted"


@dataclass(frozen=True, slots=True)
class Known:
    """How often one field is filled in.

    Attributes:
        table: ``incidents`` or ``actions``.
        name: the column, or ``services``, ``contributing_factors``, ``postmortem``, ``actions``.
        share: known of the ``n`` records that could have it; ``n_missing`` have none.
    """

    table: str
    name: str
    share: Answer


def known_shares(view: View) -> tuple[Known, ...]:
    """How often each field of the incidents in view and of their actions is filled in."""
    return (*_of_incidents(view), *_of_actions(view.actions))


def known_share(is_known: Mask, owed: Mask | None = None) -> Answer:
    """The share of the records that owe a field in which it is filled in."""
    answer = plain_share(is_known, owed, method=KNOWN_SHARE)
    unfilled = answer.n - int((is_known if owed is None else is_known[owed]).sum())
    return replace(answer, n_missing=unfilled)


def plain_share(hits: Mask, among: Mask | None = None, *, method: Method) -> Answer:
    """The share of ``hits`` among the records that count, without an interval."""
    counted = hits if among is None else hits[among]
    n = len(counted)
    return Answer(
        float(counted.mean()) if n else None,
        n=n,
        n_missing=len(hits) - n,
        unit="share",
        method=method,
        reason="" if n else NONE_TO_COUNT,
    )


def is_filled(column: pd.Series) -> Mask:
    """Which values say something: not missing, not "unknown", not empty."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.notna())
    # By number: comparing the words themselves takes ten times longer.
    says_something = np.append(column.cat.categories != UNKNOWN, False)
    filled: Mask = says_something[column.cat.codes.to_numpy()]
    return filled


def _of_incidents(view: View) -> list[Known]:
    incidents = view.incidents
    ended = (incidents["status"] != "open").to_numpy()
    found = {
        clock: known_share(
            is_filled(incidents[clock]), ended if clock in CLOCKS_AT_THE_END else None
        )
        for clock in CLOCKS
    }
    found |= {label: known_share(is_filled(incidents[label])) for label in LABELS}
    for name, children, column in (
        ("services", view.services, "service"),
        ("contributing_factors", view.of(view.history.factors), "factor"),
    ):
        named = children["incident"].to_numpy()[is_filled(children[column])]
        found[name] = known_share(view.having(named))
    for name in ("affected_users", "cost"):
        found[name] = known_share(is_filled(incidents[name]))
    found["postmortem"] = known_share(incidents["has_postmortem"].to_numpy())
    found["actions"] = known_share(view.having(view.actions["incident"].to_numpy()))
    return [Known("incidents", name, answer) for name, answer in found.items()]


def _of_actions(actions: pd.DataFrame) -> list[Known]:
    found = {name: known_share(is_filled(actions[name])) for name in ACTION_FIELDS}
    ended = actions["status"].isin(ENDED_STATES).to_numpy()
    found["completed_on"] = known_share(is_filled(actions["completed_on"]), ended)
    return [Known("actions", name, answer) for name, answer in found.items()]
