"""What share of the incidents, how sure, and did it change: exact at the edges, small or large.

Wilson's interval keeps its coverage at 0 and n and never leaves 0 to 1; the difference of two
shares combines two of them (Newcombe, 1998, method 10); the test is Fisher's with mid-p, because
causes are counted in handfuls.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method
from analytics.clocks import Floats
from analytics.statistics.distributions import log_gamma, normal_quantile

WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"
SHARE_DIFFERENCE = Method(
    title="Change of a share",
    answers="Did a share change between two periods, by how many points?",
    formula=(
        "Share after less share before; the interval combines the two Wilson intervals. The "
        "test is Fisher's exact one with half the probability of what was seen (mid-p)."
    ),
    source="Newcombe, Statistics in Medicine 17, 1998 (method 10); Lancaster, 1961",
    leaves_out="What the two denominators leave out.",
    example=Example(
        given="15 of 20 now, 10 of 20 before.",
        inputs={"now": 15, "of_now": 20, "then": 10, "of_then": 20},
        gives="A rise of 0.25, or 25 points, between −0.05 and 0.49; p is 0.12.",
        result=(0.25, -0.046836, 0.49365, 0.11958),
    ),
)

#: The hypergeometric is summed this far around its mean; beyond, less than 1e-20 is left.
REACH_IN_SDS = 12.0
REACH_AT_LEAST = 40

NOTHING_COUNTED = "there are none to take a share of"


@dataclass(frozen=True, slots=True)
class Difference:
    """Change of a share, in points of 1 (0.1 is ten percentage points).

    Attributes:
        change: after minus before, with its interval.
        p_value: two-sided exact mid-p; None where one of the two has no denominator.
    """

    change: Answer
    p_value: float | None


def share(count: int, of: int, *, method: Method | None = None) -> Answer:
    """``count`` of ``of`` with Wilson's interval; None where ``of`` is 0, which is not 0 %.

    Raises:
        ValueError: the count is negative or above its denominator.
    """
    if not 0 <= count <= of:
        raise ValueError(f"a share needs 0 <= count <= denominator, got {count} of {of}")
    if of == 0:
        return Answer(None, unit="share", method=method, reason=NOTHING_COUNTED)
    low, high = _wilson(count, of)
    return Answer(count / of, low, high, n=of, unit="share", method=method)


def difference(count_after: int, of_after: int, count_before: int, of_before: int) -> Difference:
    """How a share changed between two periods, with Newcombe's interval and the exact test."""
    after, before = share(count_after, of_after), share(count_before, of_before)
    if after.estimate is None or before.estimate is None:
        answer = Answer(None, unit="share", method=SHARE_DIFFERENCE, reason=NOTHING_COUNTED)
        return Difference(answer, None)
    low_after, high_after = _wilson(count_after, of_after)
    low_before, high_before = _wilson(count_before, of_before)
    down = math.hypot(after.estimate - low_after, high_before - before.estimate)
    up = math.hypot(high_after - after.estimate, before.estimate - low_before)
    change = after.estimate - before.estimate
    answer = Answer(
        change,
        change - down,
        change + up,
        n=of_after + of_before,
        unit="share",
        method=SHARE_DIFFERENCE,
    )
    return Difference(answer, fisher_mid_p(count_after, of_after, count_before, of_before))


def fisher_mid_p(count_after: int, of_after: int, count_before: int, of_before: int) -> float:
    """Two-sided mid-p of the hypergeometric: twice the smaller tail, half the observed table."""
    total, hits = of_after + of_before, count_after + count_before
    if total == 0 or hits in (0, total):
        return 1.0
    tables = _tables_near(total, hits, of_after, count_after)
    logs = _log_choose(of_after, tables) + _log_choose(of_before, hits - tables)
    weights = np.exp(logs - logs.max())
    here = weights[tables == count_after].sum() / 2.0
    tail = min(weights[tables > count_after].sum(), weights[tables < count_after].sum()) + here
    return float(min(1.0, 2.0 * tail / weights.sum()))


def _wilson(count: int, of: int) -> tuple[float, float]:
    z = float(normal_quantile(0.5 + LEVEL / 2.0))
    middle = (count + z * z / 2.0) / (of + z * z)
    half = z * math.sqrt(count * (of - count) / of + z * z / 4.0) / (of + z * z)
    # At the edges the formula gives 0 and 1 up to rounding; they are exact.
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == of else middle + half
    return low, high


def _tables_near(total: int, hits: int, drawn: int, observed: int) -> npt.NDArray[np.int64]:
    mean = drawn * hits / total
    spread = math.sqrt(mean * (1.0 - hits / total) * (1.0 - drawn / total))
    reach = REACH_IN_SDS * spread + REACH_AT_LEAST
    first = max(0, hits - (total - drawn), min(math.floor(mean - reach), observed))
    last = min(hits, drawn, max(math.ceil(mean + reach), observed))
    return np.arange(first, last + 1)


def _log_choose(n: int, k: npt.NDArray[np.int64]) -> Floats:
    chosen: Floats = log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)
    return chosen


# How does the chance of one of two outcomes follow from several numbers?
#
# Logistic regression by Newton's method on standardised numbers, held back a little (ridge), so
# that a perfect separation stays finite and a number that tells nothing weighs nothing.

Vector = npt.NDArray[np.float64]

#: Penalty on squared standardised weights: as if one more observation spoke for each being 0.
RIDGE = 1.0
#: Newton's method has settled when no weight moves by more than this; it takes about ten steps.
SETTLED, MOST_STEPS = 1e-9, 50
#: Beyond this the exponential says no more.
FARTHEST = 500.0


@dataclass(frozen=True)
class Logistic:
    """chance = 1 / (1 + exp(-(weights · numbers + intercept)))."""

    weights: Vector
    intercept: float

    def chance(self, numbers: Vector) -> Vector:
        """The chance for each row."""
        return _sigmoid(numbers @ self.weights + self.intercept)


def fit_logistic(numbers: Vector, outcome: npt.NDArray[np.bool_]) -> Logistic:
    """The regression of ``outcome`` on the columns of ``numbers``.

    Raises:
        ValueError: there is no row, or not one outcome for each.
    """
    if len(numbers) != len(outcome) or not len(outcome):
        raise ValueError(f"needs one outcome a row, got {len(outcome)} for {len(numbers)}")
    centre, scale = numbers.mean(axis=0), numbers.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack(((numbers - centre) / scale, np.ones(len(numbers))))
    held_back = np.diag(np.append(np.full(numbers.shape[1], RIDGE), SETTLED))
    weights = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        chance = _sigmoid(design @ weights)
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + held_back
        step = np.linalg.solve(curvature, design.T @ (outcome - chance) - held_back @ weights)
        weights = weights + step
        if float(np.abs(step).max()) < SETTLED:
            break
    plain = weights[:-1] / scale
    return Logistic(plain, float(weights[-1] - plain @ centre))


def _sigmoid(values: Vector) -> Vector:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -FARTHEST, FARTHEST))), np.float64)
