"""Charts that watch a series over time, and the rules by which they speak."""

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Datetimes
from analytics.clocks import Floats, for_logs
from analytics.statistics.distributions import gamma_tail
from analytics.statistics.rates import REJECT_BELOW
from analytics.statistics.rates import dispersion as spread_of
from analytics.statistics.shares import share

# When does a control chart say that something changed: three rules, each with a name and words.
#
# Colour and words appear on a chart only where one of these fired. The rules are Wheeler's as the
# XmR community publishes them (xmrit): a point outside the limits, three of four nearer a limit
# than the centre, eight in a row on one side. They look at standardised points, so one set serves
# every chart: the limits are at -3 and +3.

LIMIT = 3.0
NEARER_THE_LIMIT = LIMIT / 2.0
RUN = 8
WINDOW, WITHIN_WINDOW = 4, 3

OUTSIDE = "outside the limits"
NEAR_LIMIT = "3 of 4 nearer a limit"
ONE_SIDE = "8 on one side"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signal:
    """One rule that fired, once for as long as it goes on.

    Attributes:
        rule: its name, :data:`OUTSIDE`, :data:`NEAR_LIMIT` or :data:`ONE_SIDE`.
        direction: "up" or "down".
        start: index of the first point that is part of the evidence.
        index: index of the point at which the rule fired.
        last: index of the last point at which it still held.
        words: what happened, to be said beside the chart.
    """

    rule: str
    direction: str
    start: int
    index: int
    last: int
    words: str


def find_signals(standardised: Floats, *, offset: int = 0) -> tuple[Signal, ...]:
    """Every signal in a series of standardised points, in order of the point that gave it.

    Args:
        standardised: distance from the centre in thirds of the distance to the limit; a NaN ends
            every run.
        offset: added to each index (a segment starts somewhere in its chart).
    """
    found = []
    for direction, points in (("up", standardised), ("down", -standardised)):
        side, limit = ("above", "upper") if direction == "up" else ("below", "lower")
        for rule, fired, lead, words in (
            (OUTSIDE, points > LIMIT, 0, f"{side} the {limit} limit"),
            (
                NEAR_LIMIT,
                _crowded(points),
                WINDOW - 1,
                f"3 of 4 points nearer the {limit} limit than the centre",
            ),
            (
                ONE_SIDE,
                _streak(points > 0) >= RUN,
                RUN - 1,
                f"8 or more in a row {side} the centre",
            ),
        ):
            found += [
                Signal(rule, direction, offset + first - lead, offset + first, offset + last, words)
                for first, last in _episodes(fired)
            ]
    return tuple(sorted(found, key=lambda signal: (signal.index, signal.rule, signal.direction)))


def _crowded(points: Floats) -> Mask:
    """Whether at least 3 of the 4 points that end here are nearer the limit than the centre."""
    near = np.concatenate([[0], np.cumsum(points > NEARER_THE_LIMIT)])
    fired = np.zeros(len(points), dtype=bool)
    if len(points) >= WINDOW:
        whole = ~np.isnan(np.lib.stride_tricks.sliding_window_view(points, WINDOW)).any(axis=1)
        fired[WINDOW - 1 :] = (near[WINDOW:] - near[:-WINDOW] >= WITHIN_WINDOW) & whole
    return fired


def _streak(inside: Mask) -> npt.NDArray[np.int64]:
    """How many in a row, ending here, are inside."""
    place = np.arange(len(inside))
    last_outside = np.maximum.accumulate(np.where(inside, -1, place)) if len(inside) else place
    return place - last_outside


def _episodes(fired: Mask) -> list[tuple[int, int]]:
    """First and last index of each unbroken stretch of True."""
    edges = np.diff(np.concatenate([[0], fired.astype(np.int8), [0]]))
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


# Is this series stable, or did something change: the XmR chart, with limits that do not chase it.
#
# Limits come from the first 20 to 24 points and then stay; they start afresh only where the reader
# has marked a break. Durations go on a log scale: on the raw scale their long tail gives false
# alarms in most stable series. The spread is the mean moving range, which a slow drift does not
# inflate (Wheeler, Understanding Variation; Montgomery, Introduction to Statistical Quality
# Control, 6.4).

XMR = Method(
    title="Control chart of single values (XmR)",
    answers="Is this series stable, or did something change?",
    formula=(
        "Centre: the mean of the first 24 points (at least 20), which are those before the period "
        "under review. Limits: centre plus and minus "
        "2.66 times the mean distance between neighbours. Durations are charted as log10. A "
        "rule fires on a point outside, on 3 of 4 nearer a limit than the centre, on 8 in a "
        "row on one side. Limits start afresh at a break that a reader has marked, and 24 months "
        "before the period under review."
    ),
    source="Wheeler, Understanding Variation; Montgomery, Statistical Quality Control, 6.4",
    leaves_out="Months without a recorded duration have no point.",
    example=Example(
        given="The values of 24 months are 10 and 12 in turn.",
        inputs={"low": 10, "high": 12, "months": 24},
        gives=(
            "The centre is 11 and the limits are 5.68 and 16.32, which is 2.66 times the "
            "distance of 2 away."
        ),
        result=(11, 5.6809, 16.319),
    ),
)
FALSE_ALARMS = Method(
    title="False-alarm rate of a chart",
    answers="How often would a chart like this raise a signal although nothing changed?",
    formula="The share of simulated stable series of the same length in which a rule fires.",
    source="Simulated here with a fixed seed",
    leaves_out="Dependence between neighbouring points, which raises it.",
    example=Example(
        given="A chart of 24 months in which nothing changes.",
        inputs={"months": 24},
        gives="A rule fires all the same in 9.8 % of such charts.",
        result=(0.098,),
    ),
)

#: Limits from fewer points are too loose a guess to act on; more would never be frozen.
FEWEST_POINTS, MOST_BASELINE = 20, 24
#: Mean moving range of two over the standard deviation, for normal values.
RANGE_TO_SIGMA = 1.128
#: Points simulated for the false-alarm rate: 2,000 series of 24, a standard error of 0.7 points.
POINTS_SIMULATED, SEED = 48_000, 20


@dataclass(frozen=True, slots=True)
class Segment:
    """Points between two breaks, with limits of their own.

    Attributes:
        start, stop: first index and the one after the last.
        baseline: points from the start that the limits come from; 0 where there are none.
        reason: in words, why there are no limits; empty otherwise.
    """

    start: int
    stop: int
    baseline: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A control chart in the unit of its values; arrays have one entry per point.

    Attributes:
        centre, low, high: NaN where the segment is too short for limits.
        scale: ``linear``, ``log10`` or ``power``.
        method: name of the written definition.
    """

    values: Floats
    centre: Floats
    low: Floats
    high: Floats
    segments: tuple[Segment, ...]
    signals: tuple[Signal, ...]
    scale: str
    method: Method


def xmr(
    values: Floats,
    *,
    log: bool = False,
    baseline: int | None = None,
    breaks: Sequence[int] = (),
) -> Chart:
    """The chart of single values.

    Args:
        values: in order of time, without gaps.
        log: chart log10 of the values (durations); limits come back in the unit of the values.
        baseline: points that the limits come from; by default the first 24, at least 20.
        breaks: indices at which the reader says that something else begins.
    """
    if log:
        drawn, back = np.log10(for_logs(values)), _power_of_ten
    else:
        drawn, back = np.asarray(values, dtype=np.float64), _same
    return charted(
        np.asarray(values, dtype=np.float64),
        drawn,
        back,
        scale="log10" if log else "linear",
        method=XMR,
        segments=segments(len(drawn), baseline=baseline, breaks=breaks),
    )


def charted(
    values: Floats,
    drawn: Floats,
    back: Callable[[Floats], Floats],
    *,
    scale: str,
    method: Method,
    segments: tuple[Segment, ...],
) -> Chart:
    """An XmR chart of ``drawn`` with its limits taken ``back`` to the unit of ``values``."""
    n = len(drawn)
    centre, sigma = np.full(n, np.nan), np.full(n, np.nan)
    signals: list[Signal] = []
    for segment in segments:
        here = slice(segment.start, segment.stop)
        if not segment.baseline:
            continue
        base = slice(segment.start, segment.start + segment.baseline)
        centre[here] = drawn[base].mean()
        sigma[here] = mean_range(drawn[base]) / RANGE_TO_SIGMA
        scores = standardise(drawn[here] - centre[here], sigma[here])
        signals += find_signals(scores, offset=segment.start)
    return Chart(
        values=values,
        centre=back(centre),
        low=back(centre - LIMIT * sigma),
        high=back(centre + LIMIT * sigma),
        segments=segments,
        signals=tuple(signals),
        scale=scale,
        method=method,
    )


def baseline_before(at: Datetimes, day: dt.date) -> int:
    """How many of the points limits come from that the time from ``day`` on cannot move: 20 to 24.

    Args:
        at: day of each point, in order.
    """
    before = int(np.searchsorted(at.astype("datetime64[D]"), np.datetime64(day, "D")))
    return min(max(before, FEWEST_POINTS), MOST_BASELINE)


def segments(
    n: int, *, baseline: int | None = None, breaks: Sequence[int] = ()
) -> tuple[Segment, ...]:
    """The stretches between breaks, each with the length of its baseline or why it has none."""
    inner = sorted({at for at in breaks if 0 < at < n})
    edges = [0, *inner, n]
    return tuple(_segment(start, stop, baseline) for start, stop in itertools.pairwise(edges))


def mean_range(values: Floats) -> float:
    """Mean distance between neighbours; 0 where there are none."""
    distances = np.abs(np.diff(values))
    return float(distances.mean()) if len(distances) else 0.0


def standardise(distance: Floats, sigma: Floats) -> Floats:
    """Distances in units of sigma; NaN where sigma is 0: nothing varies, so nothing signals."""
    return np.where(sigma > 0, distance / np.where(sigma > 0, sigma, 1.0), np.nan)


@functools.lru_cache(maxsize=64)
def false_alarm_rate(points: int, *, baseline: int | None = None) -> Answer:
    """Share of perfectly stable series of this length in which at least one rule fires.

    Simulated with normal values and a fixed seed; 24 points that are their own baseline give
    about 10 %, 48 of which the first 24 are give 36 %. Printed beside the chart, so that one signal
    in a long series is read as such.
    """
    (segment,) = segments(points, baseline=baseline)
    if not segment.baseline:
        return Answer(None, unit="share", method=FALSE_ALARMS, reason=segment.reason)
    series = max(POINTS_SIMULATED // points, 200)
    values = np.random.default_rng(SEED).standard_normal((series, points))
    base = values[:, : segment.baseline]
    centre = base.mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(base, axis=1)).mean(axis=1, keepdims=True) / RANGE_TO_SIGMA
    return share_with_signals((values - centre) / sigma)


def share_with_signals(scores: Floats) -> Answer:
    """Share of standardised series, one a row, in which any rule fires."""
    series, points = scores.shape
    # Strung together with a gap after each: a NaN ends every run.
    gapped = np.pad(scores, ((0, 0), (0, 1)), constant_values=np.nan)
    alarmed = {signal.index // (points + 1) for signal in find_signals(gapped.ravel())}
    return share(len(alarmed), series, method=FALSE_ALARMS)


def _segment(start: int, stop: int, baseline: int | None) -> Segment:
    length = stop - start
    wanted = MOST_BASELINE if baseline is None else baseline
    needed = FEWEST_POINTS if baseline is None else min(baseline, FEWEST_POINTS)
    if length < max(needed, 2):
        reason = too_few(max(needed, 2), length, what="points for limits")
        return Segment(start, stop, 0, reason)
    return Segment(start, stop, min(wanted, length), "")


def _power_of_ten(values: Floats) -> Floats:
    return np.power(10.0, values)


def _same(values: Floats) -> Floats:
    return values


# Do incidents come more often than they used to: counts per stretch over exposure, with limits.
#
# The u chart takes the spread from the mean, which is right for counts that arrive one by one.
# Incidents cluster; where the baseline spreads more than that, Laney's version (2002) widens the
# limits by what neighbouring points really differ, and says so.

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
        baseline, breaks: as in :func:`analytics.surveillance.xmr`.

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


def count_false_alarm_rate(
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


# Are rare incidents getting rarer: the time between them, charted, where counts are mostly zero.
#
# With fewer than about three a period a chart of counts has no lower limit and cannot show
# progress. The time between events can: its power 1/3.6 is nearly normal for random arrivals, so
# an XmR chart of that works in both directions (Nelson, 1994; Montgomery, 7.3.5). A point above
# the upper limit is an improvement.

T_CHART = Method(
    title="Control chart of rare events (t)",
    answers="Are rare incidents becoming rarer?",
    formula=(
        "The time between one and the next, raised to 1/3.6, on an XmR chart; limits taken "
        "back. A point above the upper limit is an improvement."
    ),
    source="Nelson, Journal of Quality Technology 26, 1994; Montgomery, 7.3.5",
    leaves_out="The time since the last one is no point; it is only held against the limit.",
    example=Example(
        given="The time from one to the next is 20 and 40 days in turn, for 24 gaps.",
        inputs={"short": 20, "long": 40, "gaps": 24},
        gives=(
            "The centre is 28.8 days, and more than 126.9 days without one would be an improvement."
        ),
        result=(28.759, 126.94),
    ),
)

#: Turns exponential times into nearly normal ones.
POWER = 3.6
BETTER, WORSE = "an improvement", "a deterioration"


def t_chart(
    gaps: Floats,
    *,
    since_last: float | None = None,
    baseline: int | None = None,
    breaks: Sequence[int] = (),
) -> Chart:
    """The chart of times between events, in their unit.

    Args:
        gaps: time from each event to the next, in order, not negative.
        since_last: time since the last event until now; a gap that has not ended can only say
            that it is already longer than the limit.
        baseline, breaks: as in :func:`analytics.surveillance.xmr`.
    """
    gaps = np.asarray(gaps, dtype=np.float64)
    chart = charted(
        gaps,
        gaps ** (1.0 / POWER),
        _back,
        scale="power",
        method=T_CHART,
        segments=segments(len(gaps), baseline=baseline, breaks=breaks),
    )
    signals = tuple(
        replace(signal, words=f"{signal.words}: {_meaning(signal)}") for signal in chart.signals
    )
    return replace(chart, signals=signals + _ongoing(chart, since_last))


def _back(drawn: Floats) -> Floats:
    return np.where(np.isnan(drawn), np.nan, np.maximum(drawn, 0.0) ** POWER)


def _meaning(signal: Signal) -> str:
    return BETTER if signal.direction == "up" else WORSE


def _ongoing(chart: Chart, since_last: float | None) -> tuple[Signal, ...]:
    """The signal of a gap that still lasts and is already beyond the limit."""
    n = len(chart.values)
    if since_last is None or not n or not since_last > chart.high[-1]:
        return ()
    words = f"the time since the last one is already above the upper limit: {BETTER}"
    return (Signal(OUTSIDE, "up", n, n, n, words),)
