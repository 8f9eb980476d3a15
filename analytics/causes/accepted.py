"""What do accepted suggestions fill? Only what the records leave open: a source always wins.

A value that was suggested from the text of an incident and accepted by somebody counts as if it
were recorded, and every figure that it enters can say how many of its labels came about so.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.frames import History
from analytics.selection import UNKNOWN, Mask, View

#: Label columns of the incidents that may be filled.
SINGLE = ("root_cause_category", "trigger_category")
FACTORS = "contributing_factors"


def with_accepted(history: History) -> History:
    """``history`` with accepted values where the records name none.

    Its table of accepted values then holds only those that are used.
    """
    accepted = history.accepted
    if accepted.empty:
        return history
    unused = np.zeros(len(accepted), dtype=bool)
    incidents, factors = history.incidents, history.factors
    for column in SINGLE:
        rows = (accepted["field"] == column).to_numpy()
        unused |= rows & ~_is_open(incidents[column]).take(accepted["incident"].to_numpy())
        incidents = incidents.assign(
            **{column: _filled(incidents[column], accepted[rows & ~unused])}
        )
    named = factors.loc[~_is_open(factors["factor"]), "incident"].to_numpy()
    rows = (accepted["field"] == FACTORS).to_numpy()
    unused |= rows & history.marks(named)[accepted["incident"].to_numpy()]
    return replace(
        history,
        incidents=incidents,
        factors=_with_factors(factors, accepted[rows & ~unused]),
        accepted=accepted[~unused].reset_index(drop=True),
    )


def accepted_in(view: View, field: str) -> int:
    """How many incidents in view have an accepted suggestion for a field that counts."""
    accepted = view.of(view.history.accepted)
    return int(accepted.loc[accepted["field"] == field, "incident"].nunique())


def open_rows(history: History, column: str) -> Mask:
    """A mark for each incident: whether something may still be suggested for a field.

    A label is neither recorded nor accepted; of contributing factors, of which there may be
    several, none is recorded.
    """
    if column != FACTORS:
        return _is_open(history.incidents[column])
    factors, accepted = history.factors, history.accepted
    size = len(history.incidents)
    named = factors.loc[~_is_open(factors["factor"]), "incident"]
    filled = accepted.loc[accepted["field"] == FACTORS, "incident"]
    by_records: Mask = np.bincount(named, minlength=size) > np.bincount(filled, minlength=size)
    return ~by_records


def _is_open(labels: pd.Series) -> Mask:
    is_open: Mask = (labels.isna() | (labels == UNKNOWN)).to_numpy()
    return is_open


def _filled(labels: pd.Series, accepted: pd.DataFrame) -> pd.Series:
    """The labels of incidents with accepted ones in their places."""
    filled = labels.astype(object)
    filled.iloc[accepted["incident"].to_numpy()] = accepted["value"].astype(object)
    return filled.astype("category")


def _with_factors(factors: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    new = accepted[["incident", "value"]].rename(columns={"value": "factor"})
    both = pd.concat([factors.astype({"factor": "str"}), new.astype({"factor": "str"})])
    ordered = both.sort_values("incident", kind="stable", ignore_index=True)
    return ordered.astype({"factor": "category"})
