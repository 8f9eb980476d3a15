"""How long does an incident usually take, and how long the bad ones: median, percentiles, ECDF.

Durations are so skewed that a mean moves with its largest member, and a bootstrap of it covers far
less than it says. Order statistics need no assumption: the k-th smallest and the k-th largest value
enclose the median with a probability that the binomial gives exactly (Conover, Practical
Nonparametric Statistics, 3.2).
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats, for_logs
from analytics.statistics.distributions import binomial_cdf, t_quantile

MEDIAN = Method(
    title="Median",
    answers="How long does a usual incident take?",
    formula=(
        "The middle of the sorted durations; of an even number, half-way between the two in "
        "the middle. The interval runs from the k-th smallest to the k-th largest value, k the "
        "largest for which the binomial gives at least 95 %; it needs 6 incidents."
    ),
    source="Conover, Practical Nonparametric Statistics, section 3.2",
    leaves_out=(
        "Incidents with a missing clock or with an end before the start, and those of which the "
        "day is known only and leaves the duration open by more than half as much again; others "
        "count with the middle of what it may be, and widen the interval to all of that. With an "
        "open incident the figure comes from Kaplan-Meier instead."
    ),
    example=Example(
        given="Ten incidents took 10, 20, 30, 40, 50, 60, 70, 80, 90 and 100 minutes.",
        inputs={"values": (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)},
        gives=(
            "The median is 55 minutes, its interval 20 to 90: the second shortest to the "
            "second longest."
        ),
        result=(55, 20, 90),
    ),
)
PERCENTILE = Method(
    title="Percentile",
    answers="How long do the bad ones take: what do 90, 95 or 99 % stay under?",
    formula=(
        "The value at that share of the sorted durations, interpolated between neighbours. "
        "Given from 29 incidents for p90, 59 for p95 and 299 for p99, when the largest value "
        "lies above it with 95 %; the interval of order statistics needs 36, 72 and 368."
    ),
    source="Conover, Practical Nonparametric Statistics, sections 3.2 and 3.3",
    leaves_out="The same as the median. With fewer incidents there is no figure at all.",
    example=Example(
        given=(
            "Thirty incidents took 1, 2, 3 and so on to 30 hours, and 90 % of them are asked for."
        ),
        inputs={
            "values": tuple(range(1, 31)),
            "share": 0.9,
        },
        gives="Nine in ten took at most 27.1 hours.",
        result=(27.1,),
    ),
)
ECDF = Method(
    title="Distribution of durations",
    answers="What share of the incidents was over within any given time?",
    formula="For each duration, the share of all durations that are at most as long.",
    source="Every textbook of statistics; drawn on a logarithmic axis",
    leaves_out="Incidents without a usable duration, also those that are still open.",
    example=Example(
        given="Four incidents took 10, 20, 20 and 40 minutes.",
        inputs={"values": (10, 20, 20, 40), "at": 20},
        gives="75 % took at most 20 minutes.",
        result=(0.75,),
    ),
)

#: The ends of an interval lie about two standard deviations from the middle rank; the search looks
#: no further than this many.
RANKS_SEARCHED_IN_SDS = 6.0

NOTHING_RECORDED = "none recorded"


@dataclass(frozen=True, slots=True)
class Ecdf:
    """Share of values at or below each distinct value.

    Attributes:
        values: the distinct values, ascending.
        shares: share of all values that are at most this one; the last is 1.
        n: values counted.
    """

    values: Floats
    shares: Floats
    n: int


def known(values: Floats) -> Floats:
    """The values that are there: NaN stands for "none" and is left out."""
    array = np.asarray(values, dtype=np.float64)
    return array[~np.isnan(array)]


def order_interval(n: int, share: float = 0.5) -> tuple[int, int] | None:
    """Ranks (from 1) whose values enclose the ``share`` quantile with at least :data:`LEVEL`.

    Each tail holds at most half of what is left. None where no such pair exists, for the median
    below n = 6.
    """
    tail = (1.0 - LEVEL) / 2.0

    def below(rank: int) -> float:
        return float(binomial_cdf(rank - 1, n, share))

    ranks = range(1, n + 1)
    reach = RANKS_SEARCHED_IN_SDS * math.sqrt(n * share * (1.0 - share)) + 2.0
    first, last = max(math.floor(n * share - reach), 0), min(math.ceil(n * share + reach), n)
    low = bisect_right(ranks, tail, first, last, key=below)
    high = bisect_left(ranks, 1.0 - tail, first, last, key=below) + 1
    return (low, high) if low > 0 and high <= n else None


def minimum_n(share: float) -> int:
    """Values needed before the largest one lies above the ``share`` quantile with :data:`LEVEL`.

    29 for p90, 59 for p95, 299 for p99: with fewer, the tail has probably not been seen yet.
    """
    return math.ceil(math.log(1.0 - LEVEL) / math.log(share))


def minimum_n_for_interval(share: float) -> int:
    """Values needed for a two-sided interval of the ``share`` quantile: 6 for the median."""
    outer = max(share, 1.0 - share)
    return math.ceil(math.log((1.0 - LEVEL) / 2.0) / math.log(outer))


def median(values: Floats, *, unit: str = "s") -> Answer:
    """The middle value with its exact interval; of two values, what lies half-way between them.

    Below 6 values there is an estimate and, instead of an interval, the reason.
    """
    return _quantile(known(values), 0.5, unit=unit, method=MEDIAN)


def percentile(values: Floats, share: float, *, unit: str = "s") -> Answer:
    """The value that a ``share`` (0.9 for p90) of the values stays under, if there are enough.

    Between the minimum for an estimate and that for an interval (29 and 36 for p90) the interval
    is missing and the reason says why. Interpolated linearly between neighbouring values.
    """
    present = known(values)
    needed = minimum_n(share)
    if len(present) < needed:
        return Answer(
            None,
            n=len(present),
            unit=unit,
            method=PERCENTILE,
            reason=too_few(needed, len(present)),
        )
    return _quantile(present, share, unit=unit, method=PERCENTILE)


def ecdf(values: Floats) -> Ecdf:
    """The empirical distribution: what share of the values is at most x."""
    present = known(values)
    distinct, counts = np.unique(present, return_counts=True)
    shares = np.cumsum(counts) / max(len(present), 1)
    return Ecdf(values=distinct, shares=shares, n=len(present))


def _quantile(present: Floats, share: float, *, unit: str, method: Method) -> Answer:
    n = len(present)
    if n == 0:
        return Answer(None, unit=unit, method=method, reason=NOTHING_RECORDED)
    ordered = np.sort(present)
    estimate = _interpolated(ordered, share)
    ranks = order_interval(n, share)
    if ranks is None:
        needed = minimum_n_for_interval(share)
        reason = too_few(needed, n, what="incidents for an interval")
        return Answer(estimate, n=n, unit=unit, method=method, reason=reason)
    low, high = ordered[ranks[0] - 1], ordered[ranks[1] - 1]
    return Answer(estimate, float(low), float(high), n=n, unit=unit, method=method)


def _interpolated(ordered: Floats, share: float) -> float:
    place = (len(ordered) - 1) * share
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return float(below + (above - below) * (place - math.floor(place)))


# How long is typical when durations spread over orders of magnitude: the mean of the logs.

GEOMETRIC_MEAN = Method(
    title="Geometric mean",
    answers="How long does an incident take on the scale on which durations are symmetrical?",
    formula=(
        "The mean of the logarithms, taken back: exp(m). Interval exp(m - t s / root n) to "
        "exp(m + t s / root n). A duration of 0 is read as half a minute."
    ),
    source="Olsson, Journal of Statistics Education 13(1), 2005",
    leaves_out="Incidents without a usable duration, and those still open.",
    example=Example(
        given="Six incidents took 10, 20, 40, 80, 160 and 320 minutes.",
        inputs={"values": (10, 20, 40, 80, 160, 320)},
        gives="The geometric mean is 56.6 minutes, its interval 14.5 to 220.6.",
        result=(56.569, 14.506, 220.59),
    ),
)


def geometric_mean(seconds: Floats) -> Answer:
    """Mean on the log scale, exp(m +- t s / sqrt(n)); zero is read as half a minute."""
    return geometric_mean_of_logs(np.log(for_logs(seconds)))


def geometric_mean_of_logs(logs: Floats) -> Answer:
    """The same of durations whose logs are known already."""
    n = len(logs)
    if n == 0:
        return Answer(None, unit="s", method=GEOMETRIC_MEAN, reason=NOTHING_RECORDED)
    middle = float(logs.mean())
    needed = minimum_n_for_interval(0.5)
    if n < needed or logs.min() == logs.max():
        few = too_few(needed, n, what="incidents for an interval")
        reason = few if n < needed else "no interval: all durations are equal"
        return Answer(math.exp(middle), n=n, unit="s", method=GEOMETRIC_MEAN, reason=reason)
    error = float(logs.std(ddof=1)) / math.sqrt(n)
    half = float(t_quantile(0.5 + LEVEL / 2.0, n - 1)) * error
    return Answer(
        math.exp(middle),
        math.exp(middle - half),
        math.exp(middle + half),
        n=n,
        unit="s",
        method=GEOMETRIC_MEAN,
    )
