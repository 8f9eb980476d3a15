"""Do two samples of durations differ, by how much, and what change could have been seen at all.

Durations are close to log-normal, so Welch's t on logs compares geometric means and its interval
reads as a ratio. Mann-Whitney is the second opinion that needs no shape. The smallest detectable
change stands beside both, because "no change" from ten incidents says next to nothing.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats
from analytics.statistics.distributions import (
    noncentral_t_cdf,
    normal_quantile,
    t_quantile,
    two_sided_normal,
    two_sided_t,
)
from analytics.statistics.quantiles import minimum_n_for_interval

RATIO_OF_DURATIONS = Method(
    title="Change of a duration",
    answers="By what factor did a duration change between two periods?",
    formula=(
        "Geometric mean after divided by geometric mean before, with Welch's interval and test "
        "on the logarithms. 0.8 reads: a fifth shorter. Needs 6 incidents in each period."
    ),
    source="Welch, Biometrika 34, 1947",
    leaves_out=(
        "Incidents without a usable duration. Where more than a tenth of a period is still "
        "open there is no figure, because the ended ones are then the short ones."
    ),
    example=Example(
        given=(
            "Six incidents took 10, 20, 40, 80, 160 and 320 minutes, six of the next period "
            "5, 10, 20, 40, 80 and 160."
        ),
        inputs={"after": (5, 10, 20, 40, 80, 160), "before": (10, 20, 40, 80, 160, 320)},
        gives=(
            "The ratio is 0.5 and its interval 0.09 to 2.65: six of each cannot tell a half "
            "from no change."
        ),
        result=(0.5, 0.094296, 2.6512),
    ),
)
MANN_WHITNEY = Method(
    title="Second opinion on a duration (Mann-Whitney)",
    answers="Do incidents of one period tend to take longer, whatever the shape?",
    formula=(
        "The number of pairs in which the later incident took longer, ties counting half. "
        "Exact up to 8 incidents in the smaller period without ties, else normal with "
        "correction for ties and continuity."
    ),
    source="Mann and Whitney, Annals of Mathematical Statistics 18, 1947",
    leaves_out="The same as the change of a duration.",
    example=Example(
        given=("Three incidents took 10, 20 and 30 minutes, the next three 40, 50 and 60."),
        inputs={"after": (40, 50, 60), "before": (10, 20, 30)},
        gives=(
            "In all 9 of the 9 pairs the later one took longer, and still p is 0.1: three of "
            "each can show no more."
        ),
        result=(9, 0.1),
    ),
)

#: Log-scale standard deviation of incident durations to plan with, when there are no data yet.
PLANNING_SIGMA = 1.25
#: Chance with which the smallest detectable change would be found.
POWER = 0.80
#: In each sample; fewer give no interval of a median either.
MIN_EACH = minimum_n_for_interval(0.5)
#: Up to this size of the smaller sample the rank test is exact (without ties); the normal
#: approximation is good to about two digits from there on.
EXACT_UP_TO = 8


@dataclass(frozen=True, slots=True)
class Welch:
    """Difference of two means of logs, as a ratio of geometric means.

    Attributes:
        ratio: after / before, with its interval.
        p_value: two-sided; None where there is no test.
    """

    ratio: Answer
    p_value: float | None


@dataclass(frozen=True, slots=True)
class RankTest:
    """Mann-Whitney.

    Attributes:
        u: pairs in which the first sample is larger, ties counting half.
        p_value: two-sided; None where one sample is empty or all values are equal.
    """

    u: float
    p_value: float | None


def welch_on_logs(after: Floats, before: Floats) -> Welch:
    """Ratio of the geometric means of two samples of positive values (Welch, 1947, on logs)."""
    n = len(after) + len(before)
    smaller = min(len(after), len(before))
    if smaller < MIN_EACH:
        reason = too_few(MIN_EACH, smaller, what="incidents in each period")
        return _no_ratio(n, reason)
    logs_after, logs_before = np.log(after), np.log(before)
    errors = np.array([_squared_error(logs) for logs in (logs_after, logs_before)])
    difference = float(logs_after.mean() - logs_before.mean())
    if errors.sum() <= 0.0:
        return _no_ratio(n, "all durations of each period are equal")
    df = errors.sum() ** 2 / (
        errors[0] ** 2 / (len(after) - 1) + errors[1] ** 2 / (len(before) - 1)
    )
    error = math.sqrt(errors.sum())
    half = float(t_quantile(0.5 + LEVEL / 2.0, df)) * error
    ratio = Answer(
        math.exp(difference),
        math.exp(difference - half),
        math.exp(difference + half),
        n=n,
        unit="ratio",
        method=RATIO_OF_DURATIONS,
    )
    return Welch(ratio=ratio, p_value=float(two_sided_t(difference / error, df)))


def smallest_detectable_ratio(
    n_after: int, n_before: int, *, sigma: float = PLANNING_SIGMA
) -> float | None:
    """The ratio below 1 (its inverse above) that a Welch test on logs would find 4 times in 5.

    Args:
        n_after, n_before: durations in each sample.
        sigma: standard deviation of the logs.

    Returns:
        0.19 reads "a fall of 81 % or more"; None where a sample has fewer than 2.
    """
    if min(n_after, n_before) < 2:
        return None
    df = n_after + n_before - 2
    scores = float(t_quantile(0.5 + LEVEL / 2.0, df)) + float(normal_quantile(POWER))
    return math.exp(-scores * sigma * math.sqrt(1.0 / n_after + 1.0 / n_before))


def pooled_sigma(*samples: Floats) -> float:
    """Standard deviation of logs within the samples; the planning value below 10 degrees."""
    df = sum(len(sample) - 1 for sample in samples if len(sample) > 1)
    if df < 10:
        return PLANNING_SIGMA
    squares = sum(np.log(sample).var() * len(sample) for sample in samples if len(sample) > 1)
    return math.sqrt(float(squares) / df) or PLANNING_SIGMA


def power(n_each: int, ratio: float, *, sigma: float = PLANNING_SIGMA) -> float:
    """Chance that two samples of ``n_each`` show a true ``ratio`` at the 5 % level."""
    df = 2 * n_each - 2
    shift = abs(math.log(ratio)) / (sigma * math.sqrt(2.0 / n_each))
    limit = float(t_quantile(0.5 + LEVEL / 2.0, df))
    above = 1.0 - float(noncentral_t_cdf(limit, df, shift))
    return above + float(noncentral_t_cdf(-limit, df, shift))


def mann_whitney(after: Floats, before: Floats) -> RankTest:
    """Does one sample tend to be larger (Mann and Whitney, 1947)?

    Exact up to 8 values in the smaller sample if no two values are equal, else normal with
    correction for ties and continuity.
    """
    n, m = len(after), len(before)
    if not n or not m:
        return RankTest(u=0.0, p_value=None)
    late, early = np.sort(after), np.sort(before)
    below = np.searchsorted(early, late, side="left").sum()
    u = float(below + np.searchsorted(early, late, side="right").sum()) / 2.0
    # Two sorted runs are merged by a stable sort in one pass.
    ties = _tie_sizes(np.sort(np.concatenate([late, early]), kind="stable"))
    exact = bool(min(n, m) <= EXACT_UP_TO and max(n, m) <= 100 and (ties == 1).all())
    p_value = _exact_p(u, n, m) if exact else _normal_p(u, n, m, ties)
    return RankTest(u=u, p_value=p_value)


def _squared_error(logs: Floats) -> float:
    """Squared standard error of a mean; exactly 0 where all are equal, without rounding."""
    return 0.0 if logs.min() == logs.max() else float(logs.var(ddof=1)) / len(logs)


def _no_ratio(n: int, reason: str) -> Welch:
    answer = Answer(None, n=n, unit="ratio", method=RATIO_OF_DURATIONS, reason=reason)
    return Welch(ratio=answer, p_value=None)


def _tie_sizes(ordered: Floats) -> Floats:
    """How many values share each distinct value."""
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return np.diff(np.concatenate([[0], edges, [len(ordered)]])).astype(np.float64)


def _exact_p(u: float, n: int, m: int) -> float:
    """Two-sided p from the number of orderings that give each U (Gaussian binomial)."""
    ways = np.zeros(n * m + 1)
    ways[0] = 1.0
    for i in range(1, min(n, m) + 1):
        step = max(n, m) + i
        ways[step:] -= ways[: -step or None].copy() if step < len(ways) else 0.0
        for start in range(i):
            ways[start::i] = np.cumsum(ways[start::i])
    larger = max(u, n * m - u)
    return min(1.0, 2.0 * float(ways[math.ceil(larger) :].sum() / ways.sum()))


def _normal_p(u: float, n: int, m: int, ties: Floats) -> float | None:
    total = n + m
    tied = float((ties**3 - ties).sum()) / (total * (total - 1.0))
    variance = n * m / 12.0 * (total + 1.0 - tied)
    if variance <= 0.0:
        return None
    distance = max(abs(u - n * m / 2.0) - 0.5, 0.0)
    return float(two_sided_normal(distance / math.sqrt(variance)))
