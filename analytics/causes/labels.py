"""What keeps breaking: how often each cause, trigger and contributing factor is named.

Two denominators answer two questions and differ by a factor when labels are many or often missing
(Gunawi 2016: upgrades are 16 % of the labels and 9 % of the outages), so both are always there.
Incidents of unknown cause are a category of their own and are never dropped from "of incidents".
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.selection import UNKNOWN, View
from analytics.statistics.shares import share


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How often one label is given.

    Attributes:
        count: incidents that have the label.
        of_incidents: share of all incidents in view, those without any label included.
        of_labels: share of all labels given.
        cumulative: share of all labels that this one and the commoner ones make up (Pareto).
    """

    label: str
    count: int
    of_incidents: Answer
    of_labels: Answer
    cumulative: float


@dataclass(frozen=True, slots=True)
class LabelShares:
    """The labels of the incidents in view.

    Attributes:
        rows: the commonest first, equal ones in alphabetical order; without "unknown".
        unknown: share of incidents without a label; its ``n`` is all incidents in view.
        n_unknown: incidents without a label.
        n_incidents: incidents in view.
        n_labels: labels given; more than incidents where one can have several.
    """

    rows: tuple[LabelShare, ...]
    unknown: Answer
    n_unknown: int
    n_incidents: int
    n_labels: int


def cause_shares(view: View) -> LabelShares:
    """How often each category of root cause is named; at most one an incident."""
    return label_shares(view, "root_cause_category", method="cause_share")


def trigger_shares(view: View) -> LabelShares:
    """How often each category of trigger is named: what set the incident off, not why it could."""
    return label_shares(view, "trigger_category", method="trigger_share")


def factor_shares(view: View) -> LabelShares:
    """How often each contributing factor is named; an incident can have several."""
    named = distinct_factors(view)
    return _shares(
        named["factor"], len(view), n_with=named["incident"].nunique(), method="factor_share"
    )


def label_shares(view: View, column: str, *, method: str) -> LabelShares:
    """How often each value of a label column is given; at most one an incident.

    Args:
        column: a label column of the incidents.
        method: name of the written definition.
    """
    values = known_labels(view, column)
    return _shares(values, len(view), n_with=len(values), method=method)


def distinct_factors(view: View) -> pd.DataFrame:
    """The factors of the incidents in view, each at most once an incident."""
    factors = view.of(view.history.factors).drop_duplicates()
    return factors[factors["factor"].notna() & (factors["factor"] != UNKNOWN)]


def known_labels(view: View, column: str) -> pd.Series:
    """The values of a label ``column`` in view that say something: not missing, not "unknown"."""
    values = view.history.incidents[column].take(view.rows)
    return values[values.notna() & (values != UNKNOWN)]


def _shares(values: pd.Series, n_incidents: int, *, n_with: int, method: str) -> LabelShares:
    counts = {str(label): int(count) for label, count in values.value_counts().items() if count}
    ordered = sorted(counts, key=lambda label: (-counts[label], label))
    running = np.cumsum([counts[label] for label in ordered])
    missing = n_incidents - n_with
    rows = tuple(
        LabelShare(
            label=label,
            count=counts[label],
            of_incidents=share(counts[label], n_incidents, method=method),
            of_labels=replace(share(counts[label], len(values), method=method), n_missing=missing),
            cumulative=float(so_far / len(values)),
        )
        for label, so_far in zip(ordered, running, strict=True)
    )
    unknown = share(missing, n_incidents, method=method)
    return LabelShares(
        rows, unknown, n_unknown=missing, n_incidents=n_incidents, n_labels=len(values)
    )
