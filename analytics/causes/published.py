"""What did others find: published tables of triggers, causes, mitigations, to stand beside ours.

Each table keeps the words of its authors. A row names our categories only where the two mean the
same; no mapping is made where it would be a guess. They are facts of other companies in other
years, and no target.
"""

from dataclasses import dataclass

from analytics.answer import Answer
from analytics.causes.labels import LabelShares
from analytics.method import Example, Method
from analytics.statistics.shares import share

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
