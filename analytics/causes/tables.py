"""Where and when does each cause strike: causes against services, detection sources and periods.

Tables of counts, so that a page can colour a cell and still say how few incidents it stands for.
Unknown causes are a row like any other; their share in each period says whether the other rows can
be compared at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.calendar import Break, Datetimes, Every, between, ordinals, run, starts
from analytics.causes.labels import CAUSE_SHARE, label_counts
from analytics.recorded import on_calendar
from analytics.selection import UNKNOWN, View, labels
from analytics.statistics.distributions import gamma_tail
from analytics.statistics.shares import difference, share

CAUSE_TABLES = Method(
    title="Causes against services, detection and periods",
    answers="Where, when and in whose sight does each cause strike?",
    formula=(
        "Counts of incidents. An incident of two services stands in both columns, so the cells "
        "of a row can add up to more than its incidents."
    ),
    source="Plain counts",
    leaves_out="Columns beyond those shown are counted below; undated incidents in periods.",
    example=Example(
        given="One incident caused by dns struck api and web, another only web.",
        inputs={"cause": "dns", "services": (("api", "web"), ("web",))},
        gives="web has 2 and api 1, of 2 incidents.",
        result=(2, 1, 2),
    ),
)

Counts = npt.NDArray[np.int64]
Side = Literal["service", "factor", "detection_source", "trigger_category", "severity", "team"]


@dataclass(frozen=True)
class CauseTable:
    """Incidents by cause and something else.

    Attributes:
        causes: row names, the commonest first, "unknown" last.
        columns: column names, the commonest first, "unknown" last.
        counts: incidents of each cause (rows) and column.
        columns_left_out: columns beyond the ``most`` asked for; never silently.
        n: incidents in view.
    """

    causes: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Counts
    columns_left_out: int
    n: int


@dataclass(frozen=True)
class CausePeriods:
    """Incidents by cause and period.

    Attributes:
        starts: first day of each period, without gaps.
        causes: row names, the commonest first, "unknown" last.
        counts: incidents of each cause (rows) and period.
        unknown: share of each period's incidents whose cause is unknown.
    """

    starts: Datetimes
    causes: tuple[str, ...]
    counts: Counts
    unknown: tuple[Answer, ...]


def cause_table(view: View, against: Side, *, most: int | None = None) -> CauseTable:
    """Causes against ``against``; an incident of two services or factors counts for each.

    Args:
        view: the incidents.
        against: what the columns are.
        most: columns to keep, the commonest first; None for all.
    """
    causes = _causes(view)
    rows, row_names = _ranked(causes)
    if against in ("service", "factor"):
        children = view.services if against == "service" else view.of(view.history.factors)
        place, values = _several(view, children[["incident", against]])
        across, names = _ranked(values)
        down = rows[place]
    else:
        across, names = _ranked(labels(view.history.incidents[against].take(view.rows)))
        down = rows
    keep = len(names) if most is None else min(most, len(names))
    return CauseTable(
        causes=row_names,
        columns=names[:keep],
        counts=_count(down, across, len(row_names), len(names))[:, :keep],
        columns_left_out=len(names) - keep,
        n=len(view),
    )


def causes_by_period(view: View, *, every: Every) -> CausePeriods:
    """Incidents of each cause in each period, and how much of each period is unknown."""
    rows, names = _ranked(_causes(view))
    when = view.history.incidents["period_at"].to_numpy()[view.rows]
    dated = on_calendar(view)
    numbers = ordinals(when[dated], every)
    periods = run(numbers)
    first = int(periods[0]) if len(periods) else 0
    counts = _count(rows[dated], numbers - first, len(names), len(periods))
    unknown = counts[names.index(UNKNOWN)] if UNKNOWN in names else np.zeros_like(periods)
    return CausePeriods(
        starts=starts(periods, every),
        causes=names,
        counts=counts,
        unknown=tuple(
            share(int(k), int(n), method=CAUSE_SHARE)
            for k, n in zip(unknown, counts.sum(axis=0), strict=True)
        ),
    )


def _causes(view: View) -> pd.Series:
    return labels(view.history.incidents["root_cause_category"].take(view.rows))


def _several(view: View, children: pd.DataFrame) -> tuple[npt.NDArray[np.intp], pd.Series]:
    """The place in view and the label of each pair; incidents without any label as "unknown"."""
    place_of = np.empty(len(view.history.incidents), dtype=np.intp)
    place_of[view.rows] = np.arange(len(view))
    pairs = children.drop_duplicates(ignore_index=True)
    named = place_of[pairs["incident"].to_numpy()]
    has_any = np.zeros(len(view), dtype=bool)
    has_any[named] = True
    nameless = np.flatnonzero(~has_any)
    padded = pairs.iloc[:, 1].reindex(range(len(named) + len(nameless)))
    return np.concatenate([named, nameless]), labels(padded)


def _ranked(values: pd.Series) -> tuple[Counts, tuple[str, ...]]:
    """Each value as the rank of its name: by how common, then by the alphabet; unknown last."""
    codes = values.cat.codes.to_numpy().astype(np.int64)
    names = [str(name) for name in values.cat.categories]
    counts = np.bincount(codes, minlength=len(names))
    present = [code for code in range(len(names)) if counts[code]]
    present.sort(key=lambda code: (names[code] == UNKNOWN, -counts[code], names[code]))
    rank = np.zeros(len(names), dtype=np.int64)
    rank[present] = np.arange(len(present))
    return rank[codes], tuple(names[code] for code in present)


def _count(down: Counts, across: Counts, rows: int, columns: int) -> Counts:
    cells = np.bincount(down * columns + across, minlength=rows * columns)
    return cells.astype(np.int64).reshape(rows, columns)


# Did the causes change from one period to another, or is this what luck does to small counts?
#
# One of twelve causes "doubles" in most months in which nothing happens. So each cause is tested
# exactly and one test over the whole table says whether anything moved at all; what may be claimed
# of them is for the trend review to say, which judges all its questions together. Shares are of
# the incidents whose cause is known; whether more of them are unknown is a question, and a row, of
# its own.

CAUSE_DRIFT = Method(
    title="Drift of the causes",
    answers="Has the mix of causes changed between two periods?",
    formula=(
        "For each cause its share of the incidents of known cause in both periods, and for "
        "unknown ones their share of all, with Newcombe's interval of the difference and "
        "Fisher's exact test (mid-p), two-sided, of each alone. One test over the whole table: its "
        "chi-square, among 9,999 tables shuffled with the same margins and a fixed seed where a "
        "cell expects fewer than 50. Whether a change may be claimed is judged by the trend "
        "review, with all its questions."
    ),
    source="Newcombe, Statistics in Medicine 17, 1998",
    leaves_out="Incidents of unknown cause, in all rows but their own.",
    example=Example(
        given=(
            "Of 40 incidents 30 had a cause in the network and 10 in software; of the next 40"
            " it is 10 and 30."
        ),
        inputs={"now": {"software": 30, "network": 10}, "then": {"software": 10, "network": 30}},
        gives=("The network lost 50 points, −0.5, between −0.65 and −0.29; p is 0.00001."),
        result=(-0.5, -0.65292, -0.28512, 8.1913e-06),
    ),
)

#: Tables drawn with the same margins: p-values down to a ten-thousandth.
SHUFFLES = 9_999
#: Of so many tables so many deviate as much: the p-value is over 0.2, and surely no claim.
FIRST_SHUFFLES, ENOUGH = 999, 200
#: Where each cell expects so many, chi-square itself is as good as any number of shuffles.
EXPECTED = 50.0
#: Any fixed number: the same records always give the same p-value.
SEED = 1995
#: Chi-squares that are equal by arithmetic differ by no more than this share in floating point.
ROUNDING = 1e-9

NO_KNOWN_CAUSES = "a period has no incident of known cause"
ONE_CAUSE = "all incidents of known cause have the same one"


@dataclass(frozen=True, slots=True)
class LabelDrift:
    """One cause in two periods.

    Attributes:
        before, after: its share in each period.
        change: after minus before, with its interval.
        p_value: exact, of this cause alone; None where a period has nothing to take a share of.
    """

    label: str
    before: Answer
    after: Answer
    change: Answer
    p_value: float | None


@dataclass(frozen=True)
class CauseDrift:
    """The causes of two periods.

    Attributes:
        rows: causes in alphabetical order, as shares of the incidents of known cause.
        unknown: incidents of unknown cause, as a share of all.
        reason: in words, why there is no overall test.
    """

    rows: tuple[LabelDrift, ...]
    unknown: LabelDrift
    reason: str
    _counts: Counts = field(repr=False)

    @cached_property
    def overall_p(self) -> float | None:
        """That the causes of both periods come from one mix; None with ``reason``."""
        return None if self.reason else mix_p_value(self._counts)


def cause_drift(after: View, before: View, *, breaks: Sequence[Break] = ()) -> CauseDrift:
    """How the causes in ``after`` differ from those in ``before``.

    Args:
        after: the later period.
        before: the earlier one; the two share no incident.
        breaks: marked by readers; across one, the mix is not tested.
    """
    now, then = (label_counts(view, "root_cause_category") for view in (after, before))
    names = sorted({*now, *then})
    counts = np.array([[side.get(name, 0) for name in names] for side in (now, then)])
    of = counts.sum(axis=1)
    cells = [
        (name, int(counts[0, i]), int(of[0]), int(counts[1, i]), int(of[1]))
        for i, name in enumerate(names)
    ]
    sizes = len(after), len(before)
    cells.append((UNKNOWN, sizes[0] - int(of[0]), sizes[0], sizes[1] - int(of[1]), sizes[1]))
    *rows, unknown = _tested(cells)
    reason = _parted(after, before, breaks) or _too_few(of, names)
    return CauseDrift(
        rows=tuple(rows),
        unknown=unknown,
        reason=reason,
        _counts=counts,
    )


def _parted(after: View, before: View, breaks: Sequence[Break]) -> str:
    start, end = before.scope.start, after.scope.end
    return between(breaks, start, end) if start and end else ""


def _too_few(of: Counts, names: Sequence[str]) -> str:
    if not of.all():
        return NO_KNOWN_CAUSES
    return ONE_CAUSE if len(names) == 1 else ""


def mix_p_value(counts: Counts, *, wider: float = 1.0) -> float:
    """The chance that one mix gives two periods as different as these.

    Chi-square of a table of 2 rows, referred to tables drawn with the same margins, so that small
    counts do no harm; the table itself counts as one of them. Where the first draws show that no
    claim is near, no more are made (Besag and Clifford 1991), and none where no count is small.

    Args:
        counts: two rows, a column a cause.
        wider: how much wider than chance such counts spread, as they come in storms.
    """
    margins, size = counts.sum(axis=0), int(counts[0].sum())
    part = size / counts.sum()
    expected = margins * part

    def deviates(rows: Counts) -> npt.NDArray[np.float64]:
        # With fixed margins the two rows deviate alike, so one row orders the tables as both do.
        found: npt.NDArray[np.float64] = ((rows - expected) ** 2 / margins).sum(-1)
        return found

    observed = deviates(counts[0]) * ((1 - ROUNDING) / wider)
    if min(expected.min(), (margins - expected).min()) >= EXPECTED:
        return float(gamma_tail(observed / (part * (1.0 - part)) / 2.0, (len(margins) - 1) / 2.0))
    draw = np.random.default_rng(SEED).multivariate_hypergeometric
    at_least = drawn = 0
    for more in (FIRST_SHUFFLES, SHUFFLES - FIRST_SHUFFLES):
        at_least += int((deviates(draw(margins, size, size=more)) >= observed).sum())
        drawn += more
        if at_least >= ENOUGH:
            break
    return (at_least + 1) / (drawn + 1)


def _tested(cells: list[tuple[str, int, int, int, int]]) -> list[LabelDrift]:
    differences = [difference(*numbers) for _, *numbers in cells]
    return [
        LabelDrift(
            label=name,
            before=share(count_before, of_before, method=CAUSE_DRIFT),
            after=share(count_after, of_after, method=CAUSE_DRIFT),
            change=found.change,
            p_value=found.p_value,
        )
        for (name, count_after, of_after, count_before, of_before), found in zip(
            cells, differences, strict=True
        )
    ]
