"""How many hours of impact is a cause expected to take in the days ahead?

Expected recurrences times the mean impact of one: the mean, not the median, because a few long
incidents are most of the impact and a median leaves them out. Both are the cause's own record,
moved towards that of all causes. One time is an event: incidents within a day count together.

The interval says what nineteen of twenty such stretches of days would take. It holds the doubt
about the rate and about the mean, and the luck of how often and for how long; so it begins at 0
where the cause may well stay away.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL
from analytics.clocks import Floats, for_logs
from analytics.impact.minutes import impact_hours
from analytics.known_causes.grouping import KnownCauses, recurrences
from analytics.known_causes.rate_priors import rate_priors
from analytics.known_causes.rates import CauseRecords
from analytics.selection import Mask, Rows
from analytics.statistics import normal_prior
from analytics.statistics.distributions import normal_quantile
from analytics.units import HOUR

#: Spread of log durations to plan with, and as how many values beyond the first of each cause it
#: counts: enough to stand in where there are none, little beside a year of incidents.
PLANNING_SIGMA, PLANNING_WEIGHT = 1.25, 4


@dataclass(frozen=True, slots=True)
class ImpactAhead:
    """What is expected of each cause asked for; the arrays run parallel, NaN where unknown.

    Attributes:
        hours: expected hours of impact.
        low, high: what 95 % of such stretches of days would take.
        recurrences: expected times that it comes back.
        hours_each: expected hours of one time.
        borrowed: whether these are those of all causes, as none of its own is known.
    """

    hours: Floats
    low: Floats
    high: Floats
    recurrences: Floats
    hours_each: Floats
    borrowed: Mask


@dataclass(frozen=True, slots=True)
class _Each:
    """The impact of one time of a cause: log-normal hours around a mean that is itself in doubt.

    Attributes:
        mean: expected hours.
        shared: of two times of one cause, the expected product of their hours.
        square: expected square of the hours of one time.
        borrowed: whether the cause has no known impact of its own.
    """

    mean: Floats
    shared: Floats
    square: Floats
    borrowed: Mask


def impact_ahead(
    causes: KnownCauses, asked: Rows, *, as_of: dt.datetime, days: float
) -> ImpactAhead:
    """The impact of the causes ``asked`` in so many ``days`` from ``as_of`` on.

    Args:
        causes: the causes of the history; all of them say how often causes come back.
        asked: numbers of causes, each once.
        as_of: naive UTC moment looked from; what began later is not looked at.
        days: how far ahead.
    """
    mean, shape = _times(_records(causes, as_of=as_of), asked, days)
    each = _one_time(causes, asked, as_of=as_of)
    hours = mean * each.mean
    # Of a gamma-Poisson count N: the mean of N(N - 1), and the chance that N is 0.
    pairs = mean**2 * (1.0 + 1.0 / shape)
    stays_away = (1.0 + mean / shape) ** -shape
    low, high = _interval(hours, mean * each.square + pairs * each.shared, stays_away)
    return ImpactAhead(hours, low, high, mean, each.mean, each.borrowed)


def _records(causes: KnownCauses, *, as_of: dt.datetime) -> CauseRecords:
    again = recurrences(causes, np.arange(len(causes)), as_of=as_of)
    events = np.bincount(again.cause, minlength=len(causes)).astype(np.float64)
    return CauseRecords(
        events=events,
        days=again.watched,
        silent=again.watched.max(initial=0.0) - again.watched,
        came_back=events > 0,
    )


def _times(records: CauseRecords, asked: Rows, days: float) -> tuple[Floats, Floats]:
    """How often each cause asked for will come back: mean and shape of a gamma distribution."""
    priors = rate_priors(records)
    if priors is None:
        unknown = np.full(len(asked), np.nan)
        return unknown, unknown
    expected = priors.expected(records.of(asked), np.full(len(asked), days))
    return expected.mean, expected.shape


def _one_time(causes: KnownCauses, asked: Rows, *, as_of: dt.datetime) -> _Each:
    logs, of = _known_events(causes, as_of=as_of)
    n = np.bincount(of, minlength=len(causes))
    there = n > 0
    if not there.any():
        unknown = np.full(len(asked), np.nan)
        return _Each(unknown, unknown, unknown, np.ones(len(asked), dtype=bool))
    means = np.bincount(of, weights=logs, minlength=len(causes)) / np.maximum(n, 1)
    scatter = float(((logs - means[of]) ** 2).sum()) + PLANNING_WEIGHT * PLANNING_SIGMA**2
    within = scatter / (len(logs) - int(there.sum()) + PLANNING_WEIGHT)
    prior = normal_prior.fit(means[there], n[there], within)
    middle, error = prior.posterior(means[asked], n[asked])
    return _Each(
        mean=np.exp(middle + (error**2 + within) / 2.0),
        shared=np.exp(2.0 * middle + 2.0 * error**2 + within),
        square=np.exp(2.0 * (middle + error**2 + within)),
        borrowed=~there[asked],
    )


def _known_events(
    causes: KnownCauses, *, as_of: dt.datetime
) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Logarithms of the hours of each event of known impact, and the cause of each."""
    began = causes.repeats.links.moments.began[causes.incidents]
    hours = impact_hours(causes.repeats.history.incidents)[causes.incidents]
    event = np.cumsum(causes.new_event) - 1
    known = np.isfinite(hours) & (began <= np.datetime64(as_of, "s"))
    numbers, place = np.unique(event[known], return_inverse=True)
    together: Floats = np.bincount(place, weights=hours[known]).astype(np.float64) * HOUR
    of = causes.of[causes.incidents[np.flatnonzero(causes.new_event)]]
    return np.log(for_logs(together) / HOUR), of[numbers]


def _interval(mean: Floats, square: Floats, nothing: Floats) -> tuple[Floats, Floats]:
    """Quantiles of a sum that is 0 with chance ``nothing`` and else log-normal, by its moments."""
    tail = (1.0 - LEVEL) / 2.0
    something = 1.0 - nothing
    spread = np.sqrt(np.maximum(np.log(square * something / mean**2), 0.0))
    centre = np.log(mean / something) - spread**2 / 2.0
    ends = []
    for p in (tail, 1.0 - tail):
        inside = np.clip((p - nothing) / something, 1e-12, 1.0)
        ends.append(np.where(p > nothing, np.exp(centre + spread * normal_quantile(inside)), 0.0))
        ends[-1][np.isnan(mean)] = np.nan
    return ends[0], ends[1]
