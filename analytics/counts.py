"""How many incidents, of which severity, in which month: counts on a calendar without gaps."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.periods import Every, ordinals, run, starts
from analytics.selection import UNKNOWN, View, labels

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CalendarCounts:
    """Counts by label and bin of time.

    Attributes:
        starts: first day of each bin, in order, bins without an incident included.
        labels: what the rows of ``counts`` stand for.
        counts: one row a label, one column a bin.
        unfinished: whether the last bin has not ended at the moment looked from.
        undated: incidents without any time, in no bin.
    """

    starts: npt.NDArray[np.datetime64]
    labels: tuple[str, ...]
    counts: Counts
    unfinished: bool
    undated: int

    @property
    def total(self) -> Counts:
        """Incidents of each bin, whatever their label."""
        totals: Counts = self.counts.sum(axis=0)
        return totals


def by_severity(view: View, *, as_of: dt.datetime, every: Every = "month") -> CalendarCounts:
    """Incidents in view by severity, the worst first, unknown ones last.

    Args:
        as_of: naive UTC moment looked from; decides whether the last bin is complete.
        every: length of a bin.
    """
    incidents = view.incidents
    return on_calendar(
        incidents["period_at"],
        labels(incidents["severity"]),
        order=severity_order(view.history.incidents),
        as_of=as_of,
        every=every,
    )


def on_calendar(
    when: pd.Series,
    label: pd.Series,
    *,
    order: tuple[str, ...],
    as_of: dt.datetime,
    every: Every,
) -> CalendarCounts:
    """Counts of ``label`` by bin of ``when``, for the labels of ``order`` that occur."""
    moments = when.to_numpy()
    dated = ~np.isnat(moments)
    codes = pd.Categorical(label, categories=list(order)).codes
    numbers = ordinals(moments[dated], every)
    periods = run(numbers)
    table = np.zeros((len(order), len(periods)), dtype=np.int64)
    if len(periods):
        np.add.at(table, (codes[dated], numbers - periods[0]), 1)
    occurs = table.sum(axis=1) > 0
    now = ordinals(np.array([as_of], "datetime64[s]"), every)[0]
    return CalendarCounts(
        starts=starts(periods, every),
        labels=tuple(name for name, kept in zip(order, occurs, strict=True) if kept),
        counts=table[occurs],
        unfinished=bool(len(periods) and periods[-1] >= now),
        undated=int((~dated).sum()),
    )


def severity_order(incidents: pd.DataFrame) -> tuple[str, ...]:
    """All severity labels of the store, the worst rank first, then by name, unknown last."""
    column = incidents["severity"]
    ranks = incidents.groupby(column, observed=True)["severity_rank"].min()
    known = [str(name) for name in ranks.index if name != UNKNOWN]
    known.sort(key=lambda name: (np.nan_to_num(ranks[name], nan=np.inf), name.lower()))
    return (*known, UNKNOWN)
