"""What keeps breaking: how often each cause, trigger and contributing factor is named.

Two denominators answer two questions and differ by a factor when labels are many or often missing
(Gunawi 2016: upgrades are 16 % of the labels and 9 % of the outages), so both are always there.
Incidents of unknown cause are a category of their own and are never dropped from "of incidents".
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.causes.suggesting import FACTORS, accepted_in
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


# Which contributing factors come together more often than chance would bring them?
#
# An incident is rarely due to one thing. Pairs are counted among the incidents that name any
# factor, beside the number that two independent factors of the same frequency would share.

FACTOR_PAIRS = Method(
    title="Factors that come together",
    answers="Which contributing factors are named for the same incident?",
    formula=(
        "Incidents that name both, beside the number expected if the two had nothing to do "
        "with each other: the product of their counts divided by the incidents that name any."
    ),
    source="Plain counts",
    leaves_out="Incidents that name no factor.",
    example=Example(
        given=(
            "Of four incidents two name a test gap and alert quality, one a test gap alone, "
            "one alert quality alone."
        ),
        inputs={
            "factors": (
                ("test gap", "alert quality"),
                ("test gap", "alert quality"),
                ("test gap",),
                ("alert quality",),
            )
        },
        gives="Both were named 2 times where chance would give 2.25.",
        result=(2, 2.25),
    ),
)


@dataclass(frozen=True, slots=True)
class FactorPair:
    """Two factors, in alphabetical order.

    Attributes:
        together: incidents that name both.
        expected: incidents that would if the two had nothing to do with each other.
    """

    first: str
    second: str
    together: int
    expected: float


@dataclass(frozen=True)
class FactorPairs:
    """Contributing factors and how often they meet.

    Attributes:
        factors: names in alphabetical order.
        counts: incidents naming each pair; on the diagonal those naming the factor.
        n: incidents that name any factor.
        n_without: incidents in view that name none.
    """

    factors: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    n: int
    n_without: int

    def pairs(self) -> tuple[FactorPair, ...]:
        """The pairs that occur, the most frequent first, equal ones in alphabetical order."""
        alone = np.diag(self.counts)
        found = [
            FactorPair(
                self.factors[i],
                self.factors[j],
                together=int(self.counts[i, j]),
                expected=float(alone[i] * alone[j] / self.n),
            )
            for i, j in zip(*np.nonzero(np.triu(self.counts, k=1)), strict=True)
        ]
        return tuple(sorted(found, key=lambda pair: (-pair.together, pair.first, pair.second)))


def factor_pairs(view: View) -> FactorPairs:
    """How often each pair of contributing factors is named for one incident in view."""
    named = distinct_factors(view)
    incidents, rows = np.unique(named["incident"].to_numpy(), return_inverse=True)
    codes = named["factor"].cat.codes.to_numpy()
    present = np.unique(codes)
    names = [str(name) for name in named["factor"].cat.categories[present]]
    order = np.argsort(np.array(names, dtype=str), kind="stable")
    column = np.empty(len(present), dtype=np.intp)
    column[order] = np.arange(len(present))
    # Sums of ones stay exact in float, and only float products are quick.
    holds = np.zeros((len(incidents), len(present)))
    holds[rows, column[np.searchsorted(present, codes)]] = 1.0
    return FactorPairs(
        factors=tuple(names[place] for place in order),
        counts=(holds.T @ holds).astype(np.int64),
        n=len(incidents),
        n_without=len(view) - len(incidents),
    )


# What did others find: published tables of triggers, causes, mitigations, to stand beside ours.
#
# Each table keeps the words of its authors. A row names our categories only where the two mean the
# same; no mapping is made where it would be a guess. They are facts of other companies in other
# years, and no target.

PUBLISHED_TABLES = Method(
    title="What others published",
    answers="How does our mix look beside that of others?",
    formula=(
        "Shares as published, beside our share of known labels where a category means the "
        "same. The lists, the years and the kinds of company differ: they are no target."
    ),
    source="Named beside each table",
    leaves_out="Published categories without a counterpart in ours are shown without a figure.",
    example=Example(
        given=("2 of our incidents were set off by a binary deploy and 3 by a manual operation."),
        inputs={"counts": {"binary deploy": 2, "manual operation": 3}},
        gives="Google published 37 % for binary pushes; ours are 40 %.",
        result=(0.37, 0.4),
    ),
)


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One line of a published table.

    Attributes:
        label: the category in the words of its authors.
        share: share as published, of what the table's ``of`` says.
        ours: our categories that mean the same; empty where none does.
    """

    label: str
    share: float
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A published table.

    Attributes:
        subject: what the rows are: ``trigger``, ``root cause``, ``mitigation``, ``detection``.
        of: the denominator of the shares, in words.
        source: authors, title, year.
    """

    name: str
    subject: str
    of: str
    source: str
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A published share beside ours; None where no category of ours means the same."""

    label: str
    published: float
    ours: Answer | None


_WORKBOOK = "Google, The Site Reliability Workbook (2018), appendix C"
_GHOSH = "Ghosh et al., How to fight production incidents?, SoCC 2022"
_GUNAWI = "Gunawi et al., Why does the cloud stop computing?, SoCC 2016"
_GOOGLE_OF = "of post-mortems, 2010 to 2017"
_TEAMS_OF = "of 152 high-severity incidents of Microsoft Teams"

GOOGLE_TRIGGERS = PublishedTable(
    "Google, triggers",
    "trigger",
    _GOOGLE_OF,
    _WORKBOOK,
    (
        PublishedRow("binary push", 0.37, ("binary deploy",)),
        PublishedRow("configuration push", 0.31, ("config or flag push",)),
        PublishedRow("user behaviour change", 0.09, ("traffic or usage change",)),
        PublishedRow("processing pipeline", 0.06),
        PublishedRow("service provider change", 0.05, ("dependency or provider",)),
        PublishedRow("performance decay", 0.05, ("performance decay",)),
        PublishedRow("capacity management", 0.05, ("capacity or saturation",)),
        PublishedRow("hardware", 0.02, ("hardware or power or network",)),
    ),
)
GOOGLE_CAUSES = PublishedTable(
    "Google, root causes",
    "root cause",
    _GOOGLE_OF,
    _WORKBOOK,
    (
        PublishedRow("software", 0.4135, ("code bug",)),
        PublishedRow("development process failure", 0.2023, ("process",)),
        PublishedRow("complex system behaviours", 0.1690),
        PublishedRow("deployment planning", 0.0674, ("deployment",)),
        PublishedRow("network failure", 0.0275, ("network",)),
    ),
)
TEAMS_CAUSES = PublishedTable(
    "Microsoft Teams, root causes",
    "root cause",
    _TEAMS_OF,
    _GHOSH,
    (
        PublishedRow("code bug", 0.270, ("code bug",)),
        PublishedRow("dependency", 0.164, ("dependency/third party",)),
        PublishedRow("infrastructure", 0.158),
        PublishedRow("deployment", 0.132, ("deployment",)),
        PublishedRow("configuration", 0.125, ("config change",)),
        PublishedRow("database or network", 0.105, ("database/storage", "network", "dns")),
        PublishedRow("authentication", 0.046),
    ),
)
TEAMS_MITIGATIONS = PublishedTable(
    "Microsoft Teams, mitigations",
    "mitigation",
    _TEAMS_OF,
    _GHOSH,
    (
        PublishedRow("rollback", 0.224),
        PublishedRow("infrastructure change", 0.211),
        PublishedRow("external fix", 0.158),
        PublishedRow("configuration fix", 0.132),
        PublishedRow("ad hoc", 0.118),
        PublishedRow("code fix", 0.079),
        PublishedRow("transient", 0.079),
    ),
)
TEAMS_DETECTION = PublishedTable(
    "Microsoft Teams, why detection failed",
    "detection",
    _TEAMS_OF,
    _GHOSH,
    (
        PublishedRow("not failed", 0.520),
        PublishedRow("unclear", 0.118),
        PublishedRow("monitor bug", 0.105),
        PublishedRow("no monitor", 0.086),
        PublishedRow("telemetry gap", 0.086),
        PublishedRow("cannot detect", 0.046),
        PublishedRow("external", 0.040),
    ),
)

#: Outages by cause; one can have several, and 355 of the 597 have no known cause.
_GUNAWI_COUNTS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("upgrade", 54, ("deployment",)),
    ("network", 52, ("network", "dns")),
    ("bugs", 51, ("code bug",)),
    ("configuration", 34, ("config change",)),
    ("load", 31, ("capacity/overload",)),
    ("cross-service dependency", 28, ("dependency/third party",)),
    ("power", 21, ("power/facility",)),
    ("security", 17, ("security",)),
    ("human", 14, ("process",)),
    ("storage", 13, ("database/storage",)),
    ("server", 11, ()),
    ("natural disaster", 9, ()),
    ("hardware", 5, ("hardware",)),
)
GUNAWI_OUTAGES, GUNAWI_UNKNOWN = 597, 355
GUNAWI_LABELS = sum(count for _, count, _ in _GUNAWI_COUNTS)
CLOUD_CAUSES = PublishedTable(
    "32 cloud services, root causes",
    "root cause",
    f"of {GUNAWI_LABELS} causes named for {GUNAWI_OUTAGES} outages, 2009 to 2015; "
    f"{GUNAWI_UNKNOWN} outages name none",
    _GUNAWI,
    tuple(PublishedRow(name, count / GUNAWI_LABELS, ours) for name, count, ours in _GUNAWI_COUNTS),
)
TABLES = (
    GOOGLE_TRIGGERS,
    GOOGLE_CAUSES,
    TEAMS_CAUSES,
    TEAMS_MITIGATIONS,
    TEAMS_DETECTION,
    CLOUD_CAUSES,
)


def beside(table: PublishedTable, ours: LabelShares) -> tuple[Beside, ...]:
    """The rows of ``table`` with our share of the labels given, where a category is the same."""
    counts = {row.label: row.count for row in ours.rows}
    return tuple(
        Beside(
            row.label,
            row.share,
            share(
                sum(counts.get(name, 0) for name in row.ours),
                ours.n_labels,
                method=PUBLISHED_TABLES,
            )
            if row.ours
            else None,
        )
        for row in table.rows
    )
