"""Is this series stable, or did something change: the XmR chart, with limits that do not chase it.

Limits come from the first 20 to 24 points and then stay; they start afresh only where the reader
has marked a break. Durations go on a log scale: on the raw scale their long tail gives false alarms
in most stable series. The spread is the mean moving range, which a slow drift does not inflate
(Wheeler, Understanding Variation; Montgomery, Introduction to Statistical Quality Control, 6.4).
"""

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.answer import Answer, too_few
from analytics.clocks import Floats, for_logs
from analytics.method import Example, Method
from analytics.periods import Moments
from analytics.statistics.shares import share
from analytics.surveillance.chart_rules import LIMIT, Signal, find_signals

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


def baseline_before(at: Moments, day: dt.date) -> int:
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
