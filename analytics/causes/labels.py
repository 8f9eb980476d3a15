"""What keeps breaking: how often each cause, trigger and contributing factor is named.

Two denominators answer two questions and differ by a factor when labels are many or often missing
(Gunawi 2016: upgrades are 16 % of the labels and 9 % of the outages), so both are always there.
Incidents of unknown cause are a category of their own and are never dropped from "of incidents".
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.causes.accepted import FACTORS, accepted_in
from analytics.method import Example, Method
from analytics.selection import UNKNOWN, View
from analytics.statistics.shares import WILSON, share

CAUSE_SHARE = Method(
    title="Share of a cause",
    answers="How often is this the root cause?",
    formula=(
        "Incidents with this category of root cause, divided by all incidents in view (of "
        "incidents) and by those whose cause is known (of labels), each with Wilson's "
        "interval. Incidents of unknown cause are a category of their own."
    ),
    source=WILSON,
    leaves_out=(
        "Drills, tests, maintenance and second reports of the same event. Of labels leaves out "
        "the incidents of unknown cause."
    ),
    example=Example(
        given=(
            "3 incidents were caused by a code bug and 1 by the network; the cause of 1 is unknown."
        ),
        inputs={"counts": {"code bug": 3, "network": 1, "unknown": 1}},
        gives="A code bug has 60 % of the incidents and 75 % of the labels.",
        result=(0.6, 0.75),
    ),
)
TRIGGER_SHARE = Method(
    title="Share of a trigger",
    answers="How often did this set an incident off?",
    formula="As the share of a cause, over the categories of the trigger.",
    source=WILSON,
    leaves_out="As the share of a cause; a trigger told in free words only is unknown.",
    example=Example(
        given=(
            "3 incidents were set off by a binary deploy and 1 by a manual operation; of 1 "
            "the trigger is unknown."
        ),
        inputs={"counts": {"binary deploy": 3, "manual operation": 1, "unknown": 1}},
        gives="A binary deploy has 60 % of the incidents and 75 % of the labels.",
        result=(0.6, 0.75),
    ),
)
FACTOR_SHARE = Method(
    title="Share of a contributing factor",
    answers="How often did this contribute?",
    formula=(
        "Incidents that name the factor, divided by all incidents in view (of incidents) and "
        "by all factors named (of labels), each with Wilson's interval. An incident can name "
        "several, so the shares of incidents add up to more than one."
    ),
    source=WILSON,
    leaves_out="A factor named twice for one incident counts once.",
    example=Example(
        given=(
            "Of three incidents one names a test gap and alert quality, one a test gap, and "
            "one names nothing."
        ),
        inputs={"factors": (("test gap", "alert quality"), ("test gap",), ())},
        gives="A test gap has 67 % of the incidents and 67 % of the factors named.",
        result=(0.66667, 0.66667),
    ),
)


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
        n_accepted: incidents whose label was suggested from their text and accepted by somebody.
    """

    rows: tuple[LabelShare, ...]
    unknown: Answer
    n_unknown: int
    n_incidents: int
    n_labels: int
    n_accepted: int = 0


def cause_shares(view: View) -> LabelShares:
    """How often each category of root cause is named; at most one an incident."""
    return label_shares(view, "root_cause_category", method=CAUSE_SHARE)


def trigger_shares(view: View) -> LabelShares:
    """How often each category of trigger is named: what set the incident off, not why it could."""
    return label_shares(view, "trigger_category", method=TRIGGER_SHARE)


def factor_shares(view: View) -> LabelShares:
    """How often each contributing factor is named; an incident can have several."""
    named = distinct_factors(view)
    shares = _shares(
        named["factor"], len(view), n_with=named["incident"].nunique(), method=FACTOR_SHARE
    )
    return replace(shares, n_accepted=accepted_in(view, FACTORS))


def label_shares(view: View, column: str, *, method: Method) -> LabelShares:
    """How often each value of a label column is given; at most one an incident.

    Args:
        column: a label column of the incidents.
        method: name of the written definition.
    """
    values = known_labels(view, column)
    shares = _shares(values, len(view), n_with=len(values), method=method)
    return replace(shares, n_accepted=accepted_in(view, column))


def distinct_factors(view: View) -> pd.DataFrame:
    """The factors of the incidents in view, each at most once an incident."""
    factors = view.of(view.history.factors).drop_duplicates()
    return factors[factors["factor"].notna() & (factors["factor"] != UNKNOWN)]


def known_labels(view: View, column: str) -> pd.Series:
    """The values of a label ``column`` in view that say something: not missing, not "unknown"."""
    values = view.history.incidents[column].take(view.rows)
    return values[values.notna() & (values != UNKNOWN)]


def label_counts(view: View, column: str) -> dict[str, int]:
    """How many incidents in view have each of these values, of those that occur."""
    values = view.history.incidents[column].cat
    codes = values.codes.to_numpy()[view.rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(values.categories))
    named = zip(map(str, values.categories), counts.tolist(), strict=True)
    return {name: count for name, count in named if count and name != UNKNOWN}


def _shares(values: pd.Series, n_incidents: int, *, n_with: int, method: Method) -> LabelShares:
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
