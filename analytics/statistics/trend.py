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

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats
from analytics.statistics.distributions import normal_quantile, two_sided_normal, two_sided_t

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


# Did something change at one moment, and when: the best single split of a series, tested honestly.
#
# The best of all splits looks convincing even in noise, because it was chosen for looking so. Its
# p-value therefore is that of the largest of all splits: the smaller of Bonferroni's bound and the
# approximation of Miller and Siegmund (1982) for a maximally selected statistic. Pettitt's rank
# test (1979) is the second opinion that one huge incident cannot move.

CHANGEPOINT = Method(
    title="Change point",
    answers="Did something change at one moment, and when?",
    formula=(
        "The split into two parts that leaves the least squares, with at least 3 points on "
        "each side. The p-value is that of the largest of all splits. Pettitt's rank test, "
        "which no single month can move, is the second opinion."
    ),
    source="Miller and Siegmund, Biometrics 38, 1982; Pettitt, Applied Statistics 28, 1979",
    leaves_out=(
        "Months before the last break that a reader has marked. Fewer than 12 points are not "
        "tested. Only the one best split is given."
    ),
    example=Example(
        given=(
            "The values of twelve months are 10, 12, 11, 10, 12, 11, 20, 22, 21, 20, 22 and 21."
        ),
        inputs={"months": (10, 12, 11, 10, 12, 11, 20, 22, 21, 20, 22, 21)},
        gives="The level moved after 6 months, from 11 to 21.",
        result=(6, 11, 21),
    ),
)

#: Each side of a split keeps at least this many points.
FEWEST_EACH_SIDE = 3
#: A p-value that underflows stands for this score; the exact value no longer matters.
LARGEST_SCORE = 37.0


@dataclass(frozen=True, slots=True)
class Split:
    """The best single split.

    Attributes:
        index: first point of the second part; None where there is no split.
        before, after: mean of the two parts.
        statistic: the largest t.
        p_value: of the largest, so it may be read at face value; None without a split.
        reason: in words, why there is no split; empty otherwise.
    """

    index: int | None
    before: float | None
    after: float | None
    statistic: float | None
    p_value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Pettitt:
    """Pettitt's rank test: ``index`` is the first point of the second part."""

    index: int
    statistic: float
    p_value: float


def mean_shift(values: Floats) -> Split:
    """The split that leaves the least squares, for means of logs and the like."""
    values = np.asarray(values, dtype=np.float64)
    n = len(values)
    if n < FEWEST_POINTS or np.ptp(values) == 0.0:
        return _no_split(n)
    sizes = _sizes(n)
    left = np.cumsum(values - values.mean())[sizes - 1]
    gained = left**2 * n / (sizes * (n - sizes))
    best = int(np.argmax(gained))
    total = float(((values - values.mean()) ** 2).sum())
    error = max(total - float(gained[best]), 0.0) / (n - 2)
    t = math.sqrt(float(gained[best]) / error) if error > 0.0 else math.inf
    index = int(sizes[best])
    return Split(
        index=index,
        before=float(values[:index].mean()),
        after=float(values[index:].mean()),
        statistic=t,
        p_value=_p_of_largest(float(two_sided_t(t, n - 2)), splits=len(sizes), n=n),
        reason="",
    )


def pettitt(values: Floats) -> Pettitt | None:
    """The split that separates the ranks best; None below 12 points."""
    n = len(values)
    if n < FEWEST_POINTS:
        return None
    scores = 2.0 * np.cumsum(_middle_ranks(values)) - np.arange(1, n + 1) * (n + 1.0)
    index = int(np.argmax(np.abs(scores[:-1])))
    largest = float(abs(scores[index]))
    p_value = min(1.0, 2.0 * math.exp(-6.0 * largest**2 / (n**3 + n**2)))
    return Pettitt(index=index + 1, statistic=largest, p_value=p_value)


def _sizes(n: int) -> npt.NDArray[np.int64]:
    return np.arange(FEWEST_EACH_SIDE, n - FEWEST_EACH_SIDE + 1)


def _no_split(n: int) -> Split:
    few = too_few(FEWEST_POINTS, n, what="points")
    reason = few if n < FEWEST_POINTS else "all points are equal"
    return Split(None, None, None, None, None, reason)


def _p_of_largest(p_single: float, *, splits: int, n: int) -> float:
    """From the p-value of the best split taken alone to that of the best of all."""
    bonferroni = min(1.0, p_single * splits)
    if p_single <= 0.0:
        return bonferroni
    b = min(-float(normal_quantile(p_single / 2.0)), LARGEST_SCORE)
    if b <= 1.0:
        return bonferroni
    density = math.exp(-b * b / 2.0) / math.sqrt(2.0 * math.pi)
    edge = FEWEST_EACH_SIDE / n
    selected = density * ((b - 1.0 / b) * 2.0 * math.log((1.0 - edge) / edge) + 4.0 / b)
    return min(bonferroni, selected, 1.0)


def _middle_ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the middle of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2.0)[place]
    return ranks
