"""Is there a steady drift over many months: Theil-Sen's slope and the Mann-Kendall test.

The median of all pairwise slopes shrugs off the one huge incident that bends a least-squares line,
and the rank test assumes no shape (Sen, 1968; Mann, 1945; Kendall, 1975). Both look at all pairs,
so a long series is first reduced to medians of neighbours. Look for a change point first: a step is
no trend, and both tests would call it one.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, too_few
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.distributions import normal_quantile, two_sided_normal

TREND = Method(
    title="Trend (Theil-Sen and Mann-Kendall)",
    answers="Is there a steady drift over many months?",
    formula=(
        "The median of the slopes of all pairs of points, with Sen's interval; the test counts "
        "the pairs that rise and those that fall, with correction for ties and continuity. "
        "Needs 12 points; above 300 neighbours are first reduced to medians."
    ),
    source="Sen, 1968; Mann, 1945; Kendall, 1975",
    leaves_out="Months before the last break that a reader has marked.",
    example=Example(
        given=(
            "The values of twelve months are 30, 32, 31, 34, 36, 35, 38, 40, 39, 42, 44 and 43."
        ),
        inputs={"months": (30, 32, 31, 34, 36, 35, 38, 40, 39, 42, 44, 43)},
        gives=("They rise by 1.33 a month, between 1 and 1.5; by chance alone with p = 0.0001."),
        result=(1.3333, 1, 1.5, 9.2819e-05),
    ),
)

#: With fewer points a slope says more about its two ends than about a trend.
FEWEST_POINTS = 12
#: All pairs of 300 points take a few milliseconds; longer series are binned to this many.
MOST_POINTS = 300


@dataclass(frozen=True, slots=True)
class MannKendall:
    """Rank test for a trend.

    Attributes:
        score: pairs that rise less pairs that fall (Kendall's S).
        variance: of the score without a trend, corrected for ties.
        tau: score as a share of all pairs.
        z, p_value: with continuity correction, two-sided; z is 0 where nothing varies.
    """

    score: float
    variance: float
    tau: float
    z: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A steady drift.

    Attributes:
        slope: change of y per unit of x, with Sen's interval; None below 12 points.
        p_value: of the rank test; None where there is no slope.
        points: what the slope rests on after binning.
    """

    slope: Answer
    p_value: float | None
    points: int


def trend(x: Floats, y: Floats, *, unit: str) -> Trend:
    """Theil-Sen slope of y over x with interval and test, from 12 points on.

    Args:
        x: when, in any unit, ascending.
        y: what, for durations their logarithms; no NaN.
        unit: of the slope, as it is to be shown ("log per month").
    """
    n = len(y)
    if n < FEWEST_POINTS:
        reason = too_few(FEWEST_POINTS, n, what="points")
        return Trend(Answer(None, n=n, unit=unit, method=TREND, reason=reason), None, n)
    x, y = binned(x, y)
    test = mann_kendall(y)
    slopes = _slopes(x, y)
    if not len(slopes):
        reason = "all points are at one time"
        return Trend(Answer(None, n=n, unit=unit, method=TREND, reason=reason), None, len(y))
    low, high = _sen_interval(slopes, test.variance)
    answer = Answer(float(np.median(slopes)), low, high, n=n, unit=unit, method=TREND)
    return Trend(answer, test.p_value, len(y))


def mann_kendall(y: Floats) -> MannKendall:
    """Does the series tend to rise or to fall?"""
    n = len(y)
    y = np.asarray(y, dtype=np.float64)
    signs = np.sign(y[None, :] - y[:, None])
    score = float(np.triu(signs, 1).sum())
    ties = np.unique(y, return_counts=True)[1].astype(np.float64)
    tied = float((ties * (ties - 1.0) * (2.0 * ties + 5.0)).sum())
    variance = (n * (n - 1.0) * (2.0 * n + 5.0) - tied) / 18.0
    z = 0.0 if variance <= 0.0 else (score - np.sign(score)) / math.sqrt(variance)
    pairs = n * (n - 1) / 2.0
    return MannKendall(
        score=score,
        variance=variance,
        tau=score / pairs if pairs else 0.0,
        z=float(z),
        p_value=float(two_sided_normal(z)),
    )


def binned(x: Floats, y: Floats, *, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """At most ``most`` points: medians of neighbours in groups of equal size, in order of x."""
    n = len(y)
    if n <= most:
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    edges = np.linspace(0, n, most + 1).round().astype(np.int64)
    return _medians(x, edges), _medians(y, edges)


def _medians(values: Floats, edges: npt.NDArray[np.int64]) -> Floats:
    return np.array([np.median(values[a:b]) for a, b in itertools.pairwise(edges)])


def _slopes(x: Floats, y: Floats) -> Floats:
    """The slope of every pair at different times, ascending."""
    first, second = np.triu_indices(len(x), 1)
    run = x[second] - x[first]
    apart: npt.NDArray[np.bool_] = run != 0
    slopes: Floats = (y[second] - y[first])[apart] / run[apart]
    return np.sort(slopes)


def _sen_interval(slopes: Floats, variance: float) -> tuple[float, float]:
    """Ranks around the middle of the slopes, as wide as the rank test allows."""
    pairs = len(slopes)
    reach = float(normal_quantile(0.5 + LEVEL / 2.0)) * math.sqrt(max(variance, 0.0))
    low = min(max(round((pairs - reach) / 2.0), 1), pairs)
    high = min(max(round((pairs + reach) / 2.0 + 1.0), 1), pairs)
    return float(slopes[low - 1]), float(slopes[high - 1])
