"""Did something change at one moment, and when: the best single split of a series, tested honestly.

The best of all splits looks convincing even in noise, because it was chosen for looking so. Its
p-value therefore is that of the largest of all splits: the smaller of Bonferroni's bound and the
approximation of Miller and Siegmund (1982) for a maximally selected statistic. Pettitt's rank test
(1979) is the second opinion that one huge incident cannot move.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import too_few
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.distributions import normal_quantile, two_sided_t

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

#: With fewer points a split has nothing to stand on.
FEWEST_POINTS = 12
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
