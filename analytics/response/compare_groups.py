"""Do teams, services or causes differ, or is it luck: rates and durations of groups, side by side.

Groups stand in alphabetical order and are never ranked: the worst of twenty identical ones
"improves" 19 times in 20. Each figure is shrunk towards all of them by as much as its own records
leave in doubt, and where the groups cannot be told apart one number stands for all.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.clocks import TTM, TTR, Status, Step, measure
from analytics.selection import UNKNOWN, Rows, View
from analytics.statistics.groups import Groups, group_durations, group_rates

By = Literal["team", "service", "root_cause_category"]
#: Rates are said for thirty days: a month of every length, and a number that people can picture.
RATE_DAYS = 30


@dataclass(frozen=True)
class GroupComparison:
    """Groups of the incidents in view, those of unknown group left out.

    Attributes:
        names: in alphabetical order.
        rates: incidents in :data:`RATE_DAYS` days.
        durations: time to mitigate (to resolve where that is hardly recorded), in seconds.
        step: which of the two.
        n_unknown: incidents of no known group.
        n_timed: incidents of a known group whose duration is recorded.
        n_timed_unknown: incidents of no known group whose duration is.
        days: length of the period watched.
    """

    names: tuple[str, ...]
    rates: Groups
    durations: Groups
    step: Step
    n_unknown: int
    n_timed: int
    n_timed_unknown: int
    days: int


def compare_groups(view: View, by: By, *, as_of: dt.datetime) -> GroupComparison | None:
    """The groups of the incidents in view; None where fewer than two have an incident."""
    names, codes, rows = _members(view, by)
    if len(names) < 2:
        return None
    incidents = view.history.incidents.take(rows)
    days = _days(view, as_of)
    step = _better_recorded(view, as_of)
    durations = measure(incidents, step, as_of=as_of)
    recorded = durations.status == Status.RECORDED
    counts = np.bincount(codes, minlength=len(names))
    n_timed = len(np.unique(rows[recorded]))
    in_view = measure(view.incidents, step, as_of=as_of).count(Status.RECORDED)
    return GroupComparison(
        names=names,
        rates=group_rates(counts, days / RATE_DAYS, per=f"{RATE_DAYS} days"),
        durations=group_durations(durations.seconds[recorded], codes[recorded], groups=len(names)),
        step=step,
        n_unknown=len(view) - len(np.unique(rows)),
        n_timed=n_timed,
        n_timed_unknown=in_view - n_timed,
        days=days,
    )


def _members(view: View, by: By) -> tuple[tuple[str, ...], npt.NDArray[np.int64], Rows]:
    """Names, and for each pair of group and incident the group's number and the position."""
    if by == "service":
        pairs = view.services.drop_duplicates()
        labels, rows = pairs["service"], pairs["incident"].to_numpy(np.intp)
    else:
        labels, rows = view.history.incidents[by].take(view.rows), view.rows
    known = (labels.notna() & (labels != UNKNOWN)).to_numpy()
    names, codes = np.unique(labels[known].astype(str), return_inverse=True)
    return tuple(names.tolist()), codes.astype(np.int64), rows[known]


def _days(view: View, as_of: dt.datetime) -> int:
    """Days watched: of the period asked for, else from the first incident until ``as_of``."""
    when = view.incidents["period_at"].dropna()
    first = when.min().to_pydatetime() if len(when) else as_of
    start = dt.datetime.combine(view.scope.start, dt.time()) if view.scope.start else first
    end = dt.datetime.combine(view.scope.end, dt.time()) if view.scope.end else as_of
    return max((min(end, max(as_of, start)) - start).days, 1)


def _better_recorded(view: View, as_of: dt.datetime) -> Step:
    recorded = [
        measure(view.incidents, step, as_of=as_of).count(Status.RECORDED) for step in (TTM, TTR)
    ]
    return TTM if 2 * recorded[0] >= recorded[1] else TTR
