"""Do incidents come more often than they used to: counts per stretch over exposure, with limits.

The u chart takes the spread from the mean, which is right for counts that arrive one by one.
Incidents cluster; where the baseline spreads more than that, Laney's version (2002) widens the
limits by what neighbouring points really differ, and says so.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.dispersion import REJECT_BELOW
from analytics.statistics.dispersion import dispersion as spread_of
from analytics.statistics.distributions import gamma_tail
from analytics.surveillance.chart_rules import LIMIT, Signal, find_signals
from analytics.surveillance.control import (
    FALSE_ALARMS,
    POINTS_SIMULATED,
    RANGE_TO_SIGMA,
    SEED,
    Chart,
    Segment,
    mean_range,
    segments,
    share_with_signals,
    standardise,
)

U_CHART = Method(
    title="Control chart of counts (u)",
    answers="Do incidents come more or less often than they used to?",
    formula=(
        "Events per unit of exposure around the mean of the baseline, with limits of 3 roots "
        "of mean / exposure. Where the baseline spreads more than Poisson counts (dispersion "
        "test at 1 %, or neighbours differing by more than 1.2 times), Laney's factor widens "
        "the limits."
    ),
    source="Montgomery, Statistical Quality Control, 7.3; Laney, Quality Engineering 14, 2002",
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="Each of 24 months has 9 incidents in 30 days.",
        inputs={"incidents": 9, "days": 30, "months": 24},
        gives="The centre is 0.3 a day and the limits are 0 and 0.6.",
        result=(0.3, 0, 0.6),
    ),
)

#: Neighbouring points that differ by this much more than Poisson ones make a Laney chart.
WIDER_FROM = 1.2


@dataclass(frozen=True, slots=True)
class CountChart:
    """A chart of events per unit of exposure.

    Attributes:
        chart: values, limits and signals, in events per unit of exposure.
        widened: per segment, the factor of Laney's limits; 1 where Poisson limits do.
    """

    chart: Chart
    widened: tuple[float, ...]


def u_chart(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike = 1.0,
    *,
    baseline: int | None = None,
    breaks: Sequence[int] = (),
) -> CountChart:
    """Events per unit of exposure; with an exposure of 1 it is the c chart.

    Laney's limits are taken where the dispersion test rejects at 1 % or neighbours differ by more
    than 1.2 times what Poisson counts would.

    Args:
        counts: events in each stretch, in order of time.
        exposure: days, deploys or requests in each; one number where they are equal.
        baseline, breaks: as in :func:`analytics.surveillance.control.xmr`.

    Raises:
        ValueError: an exposure that is not positive.
    """
    events = np.asarray(counts, dtype=np.float64)
    watched = np.broadcast_to(np.asarray(exposure, dtype=np.float64), events.shape)
    if (watched <= 0).any():
        raise ValueError("every count needs an exposure above 0")
    parts = segments(len(events), baseline=baseline, breaks=breaks)
    centre, sigma = np.full(len(events), np.nan), np.full(len(events), np.nan)
    signals: list[Signal] = []
    widened = []
    for part in parts:
        here = slice(part.start, part.stop)
        factor = 1.0
        if part.baseline:
            rate, factor = _baseline(events, watched, part)
            centre[here] = rate
            sigma[here] = factor * np.sqrt(rate / watched[here])
            scores = standardise(events[here] / watched[here] - rate, sigma[here])
            signals += find_signals(scores, offset=part.start)
        widened.append(factor)
    chart = _chart(events / watched, centre, sigma, parts, tuple(signals))
    return CountChart(chart=chart, widened=tuple(widened))


def false_alarm_rate(
    points: int, *, mean: float, dispersion: float = 1.0, baseline: int | None = None
) -> Answer:
    """Share of stable series of such counts in which at least one rule fires.

    About 11 % for 24 Poisson counts of 5 each, but 30 to 40 % for clustered ones, even with Laney's
    limits: their skew sends single high points beyond any symmetrical limit. So a signal on a chart
    of counts is a place to look, and the comparison of rates is what may be claimed.

    Args:
        points: length of the series.
        mean: events per stretch, above 0.
        dispersion: variance over mean.
        baseline: as in :func:`u_chart`.
    """
    (part,) = segments(points, baseline=baseline)
    if not part.baseline or mean <= 0.0:
        reason = part.reason or "no events"
        return Answer(None, unit="share", method=FALSE_ALARMS, reason=reason)
    # Rounded, because the rate changes slowly and a simulated one can be kept.
    return _simulated(points, part.baseline, max(round(mean, 1), 0.1), round(dispersion, 1))


@functools.lru_cache(maxsize=64)
def _simulated(points: int, baseline: int, mean: float, dispersion: float) -> Answer:
    rng = np.random.default_rng(SEED)
    size = (max(POINTS_SIMULATED // points, 200), points)
    if dispersion > 1.0:
        shape = mean / (dispersion - 1.0)
        counts = rng.negative_binomial(shape, 1.0 / dispersion, size).astype(np.float64)
    else:
        counts = rng.poisson(mean, size).astype(np.float64)
    rate = counts[:, :baseline].mean(axis=1, keepdims=True)
    scores = (counts - rate) / np.sqrt(np.where(rate > 0, rate, np.nan))
    base = scores[:, :baseline]
    factor = np.abs(np.diff(base, axis=1)).mean(axis=1, keepdims=True) / RANGE_TO_SIGMA
    p_value = gamma_tail((base**2).sum(axis=1, keepdims=True) / 2.0, (baseline - 1) / 2.0)
    clustered = (factor > WIDER_FROM) | (p_value < REJECT_BELOW)
    scores = scores / np.where(clustered, np.maximum(factor, 1.0), 1.0)
    return share_with_signals(scores)


def _baseline(events: Floats, watched: Floats, part: Segment) -> tuple[float, float]:
    """The mean rate of the baseline and the factor by which its limits are widened."""
    base = slice(part.start, part.start + part.baseline)
    count, time = events[base], watched[base]
    rate = float(count.sum() / time.sum())
    if rate == 0.0:
        return rate, 1.0
    scores = (count / time - rate) / np.sqrt(rate / time)
    factor = mean_range(scores) / RANGE_TO_SIGMA
    p_value = spread_of(count, time).p_value
    clustered = factor > WIDER_FROM or (p_value is not None and p_value < REJECT_BELOW)
    return rate, max(factor, 1.0) if clustered else 1.0


def _chart(
    rates: Floats,
    centre: Floats,
    sigma: Floats,
    parts: tuple[Segment, ...],
    signals: tuple[Signal, ...],
) -> Chart:
    return Chart(
        values=rates,
        centre=centre,
        low=np.maximum(centre - LIMIT * sigma, 0.0),
        high=centre + LIMIT * sigma,
        segments=parts,
        signals=signals,
        scale="linear",
        method=U_CHART,
    )
