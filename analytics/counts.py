"""How many incidents, of which severity, in which month: counts on a calendar without gaps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.periods import ordinals, run, starts
from analytics.recorded import on_calendar
from analytics.selection import UNKNOWN, View, labels

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CalendarCounts:
    """Counts by label and month.

    Attributes:
        starts: first day of each month, in order, those without an incident included.
        labels: what the rows of ``counts`` stand for.
        counts: one row a label, one column a month.
    """

    starts: npt.NDArray[np.datetime64]
    labels: tuple[str, ...]
    counts: Counts

    @property
    def total(self) -> Counts:
        """Incidents of each month, whatever their label."""
        totals: Counts = self.counts.sum(axis=0)
        return totals


def by_severity(view: View) -> CalendarCounts:
    """Incidents in view by severity and month, the worst first, unknown ones last."""
    incidents, order = view.incidents, severity_order(view.history.incidents)
    moments = incidents["period_at"].to_numpy()
    dated = on_calendar(view)
    codes = pd.Categorical(labels(incidents["severity"]), categories=list(order)).codes
    numbers = ordinals(moments[dated], "month")
    months = run(numbers)
    table = np.zeros((len(order), len(months)), dtype=np.int64)
    if len(months):
        np.add.at(table, (codes[dated], numbers - months[0]), 1)
    occurs = table.sum(axis=1) > 0
    return CalendarCounts(
        starts=starts(months, "month"),
        labels=tuple(name for name, kept in zip(order, occurs, strict=True) if kept),
        counts=table[occurs],
    )


def severity_order(incidents: pd.DataFrame) -> tuple[str, ...]:
    """All severity labels of the store, the worst rank first, then by name, unknown last."""
    column = incidents["severity"]
    ranks = incidents.groupby(column, observed=True)["severity_rank"].min()
    known = [str(name) for name in ranks.index if name != UNKNOWN]
    known.sort(key=lambda name: (np.nan_to_num(ranks[name], nan=np.inf), name.lower()))
    return (*known, UNKNOWN)
