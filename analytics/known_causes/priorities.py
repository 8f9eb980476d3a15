"""What to finish first: which open preventive action stands against the most expected impact?

An action is worth the hours that its cause is expected to take until the next review: how often it
will come back (its own record, moved towards that of all causes) times the median impact of its
incidents. The interval covers both the rate and the median. Actions of one cause share its figure;
among them the one that was promised first comes first.
"""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.answer import LEVEL
from analytics.clocks import ZERO_MEANS_SECONDS, Floats
from analytics.impact.minutes import HOUR_SECONDS, impact_hours
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, recurrences
from analytics.known_causes.rate_priors import rate_priors
from analytics.known_causes.rates import CauseRecords
from analytics.repeats.earlier_actions import PREVENTIVE
from analytics.repeats.fix_state import action_dates
from analytics.selection import Mask, Rows, View
from analytics.statistics.distributions import gamma_quantile, normal_quantile

NO_RATE = "no cause has come back yet, so nothing says how often one will"
NOTHING_OPEN = "no open preventive action in view"
NO_IMPACT = "no incident has a known impact"
#: Spread of log durations to plan with where there are no two to measure it.
PLANNING_SIGMA = 1.25
#: Standard error of a median of normal values over that of their mean, sqrt(pi / 2).
_MEDIAN_TO_MEAN = 1.2533


@dataclass(frozen=True)
class Priorities:
    """Open preventive actions, the most expected impact first; the arrays run parallel.

    Attributes:
        action: row in ``history.actions``.
        cause: number of its cause; ``causes.members(cause)`` are the incidents behind it.
        incidents: how many these are.
        hours, low, high: expected hours of impact of the cause in the days ahead; NaN without
            an estimate, and then ``reason`` says why.
        recurrences: expected in the days ahead.
        median_hours: of the incidents of the cause.
        borrowed: whether the median is that of all incidents, as the cause has none of its own.
        days_ahead: until the next review.
        unknown_status: preventive actions in view that may be open, but nobody knows.
    """

    action: Rows
    cause: Rows
    incidents: Rows
    hours: Floats
    low: Floats
    high: Floats
    recurrences: Floats
    median_hours: Floats
    borrowed: Mask
    days_ahead: float
    unknown_status: int
    reason: str

    def by_cause(self) -> tuple[Rows, ...]:
        """Indices of the actions against each cause, the causes in the order of their first."""
        _, first, which = np.unique(self.cause, return_index=True, return_inverse=True)
        place = np.argsort(np.argsort(first))[which]
        order = np.argsort(place, kind="stable")
        return (
            tuple(np.split(order, np.flatnonzero(np.diff(place[order])) + 1)) if len(order) else ()
        )


def finish_first(
    causes: KnownCauses, view: View, *, as_of: dt.datetime, next_review: dt.datetime
) -> Priorities:
    """The open preventive actions of the incidents in ``view``, ranked.

    Args:
        causes: the causes of the history; all of them give the rates.
        view: whose actions are asked for.
        as_of: naive UTC moment looked from.
        next_review: until when impact is expected.

    Raises:
        ValueError: the next review is not after ``as_of``.
    """
    ahead = (next_review - as_of).total_seconds() / (24 * HOUR_SECONDS)
    if ahead <= 0:
        raise ValueError("the next review must be after the moment looked from")
    rows, unknown = _open_actions(causes, view)
    of_action = causes.of[view.history.actions["incident"].to_numpy(np.intp)[rows]]
    asked, which = np.unique(of_action, return_inverse=True)
    mean, low, high = _expected(_records(causes, as_of=as_of), asked, ahead)
    typical = _typical_hours(causes, asked)
    hours = mean * typical.median
    hours_low, hours_high = _interval(mean, low, high, typical)
    order = _order(causes, view, rows, hours[which])
    which = which[order]
    return Priorities(
        action=rows[order],
        cause=asked[which],
        incidents=np.diff(causes.first)[asked[which]],
        hours=hours[which],
        low=hours_low[which],
        high=hours_high[which],
        recurrences=mean[which],
        median_hours=typical.median[which],
        borrowed=typical.borrowed[which],
        days_ahead=ahead,
        unknown_status=unknown,
        reason=_reason(mean, typical.median),
    )


@dataclass(frozen=True)
class _Typical:
    """Median hours of impact of each cause, and the standard error of its logarithm."""

    median: Floats
    error: Floats
    borrowed: Mask


def _open_actions(causes: KnownCauses, view: View) -> tuple[Rows, int]:
    """Rows of the open preventive actions in view, and how many more may be open."""
    actions = view.actions
    preventive = (actions["kind"] == PREVENTIVE).to_numpy()
    is_open = actions["status"].isin(["open", "in_progress"]).to_numpy()
    known_cause = causes.of[actions["incident"].to_numpy(np.intp)] != NO_CAUSE
    rows = actions.index.to_numpy(np.intp)[preventive & is_open & known_cause]
    return rows, int((preventive & actions["status"].isna().to_numpy()).sum())


def _records(causes: KnownCauses, *, as_of: dt.datetime) -> CauseRecords:
    again = recurrences(causes, np.arange(len(causes)), as_of=as_of)
    events = np.bincount(again.cause, minlength=len(causes)).astype(np.float64)
    return CauseRecords(
        events=events,
        days=again.watched,
        silent=again.watched.max(initial=0.0) - again.watched,
        came_back=events > 0,
    )


def _expected(records: CauseRecords, asked: Rows, ahead: float) -> tuple[Floats, Floats, Floats]:
    """Recurrences of each cause asked for in the days ahead, with the interval of that mean."""
    priors = rate_priors(records)
    if priors is None:
        unknown = np.full(len(asked), np.nan)
        return unknown, unknown, unknown
    own = records.of(asked)
    expected = priors.expected(own, np.full(len(asked), ahead))
    tail = (1.0 - LEVEL) / 2.0
    scale = expected.mean / expected.shape
    low, high = (gamma_quantile(p, expected.shape) * scale for p in (tail, 1.0 - tail))
    return expected.mean, low, high


def _typical_hours(causes: KnownCauses, asked: Rows) -> _Typical:
    """A cause without any known impact borrows the median of all incidents, and their spread."""
    table = causes.repeats.history.incidents
    hours = impact_hours(table)
    known = np.flatnonzero(np.isfinite(hours) & (causes.of != NO_CAUSE))
    logs = pd.Series(np.log(np.maximum(hours[known], ZERO_MEANS_SECONDS / HOUR_SECONDS)))
    by_cause = logs.groupby(causes.of[known])
    middle = by_cause.median().reindex(asked).to_numpy()
    n = by_cause.size().reindex(asked, fill_value=0).to_numpy()
    freedom = len(logs) - by_cause.ngroups
    within = float((logs - by_cause.transform("mean")).pow(2).sum())
    # One incident a cause tells nothing of the spread within causes; take that of all.
    overall = float(logs.std()) if len(logs) > 1 else PLANNING_SIGMA
    sigma = math.sqrt(within / freedom) if freedom > 0 else overall
    borrowed = n == 0
    return _Typical(
        median=np.exp(np.where(borrowed, logs.median() if len(logs) else np.nan, middle)),
        error=np.where(borrowed, overall, _MEDIAN_TO_MEAN * sigma / np.sqrt(np.maximum(n, 1))),
        borrowed=borrowed,
    )


def _interval(mean: Floats, low: Floats, high: Floats, typical: _Typical) -> tuple[Floats, Floats]:
    """Of rate times median, from the interval of each on logs (Zou and Donner, 2008)."""
    reach = float(normal_quantile(0.5 + LEVEL / 2.0)) * typical.error
    with np.errstate(divide="ignore"):
        down = np.hypot(np.log(mean) - np.log(low), reach)
        up = np.hypot(np.log(high) - np.log(mean), reach)
    hours = mean * typical.median
    return hours * np.exp(-down), hours * np.exp(up)


def _order(causes: KnownCauses, view: View, rows: Rows, hours: Floats) -> Rows:
    """The most hours first, causes without a figure last; then the oldest promise."""
    dates = action_dates(view.history.actions, causes.repeats.links.moments.over)
    since = dates.since[rows].astype(np.int64)
    return np.lexsort((rows, since, -hours))


def _reason(mean: Floats, median: Floats) -> str:
    if not len(mean):
        return NOTHING_OPEN
    if np.isnan(mean).all():
        return NO_RATE
    return NO_IMPACT if np.isnan(median).all() else ""
