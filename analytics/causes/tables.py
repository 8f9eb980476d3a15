"""Where and when does each cause strike: causes against services, detection sources and periods.

Tables of counts, so that a page can colour a cell and still say how few incidents it stands for.
Unknown causes are a row like any other; their share in each period says whether the other rows can
be compared at all.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer
from analytics.causes.labels import CAUSE_SHARE
from analytics.method import Example, Method
from analytics.periods import Every, Moments, ordinals, run, starts
from analytics.recorded import on_calendar
from analytics.selection import UNKNOWN, View, labels
from analytics.statistics.shares import share

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

    starts: Moments
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
