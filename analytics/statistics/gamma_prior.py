"""How much do true rates vary from group to group: the gamma prior that the counts themselves give.

Counts of groups with gamma-distributed rates are negative binomial; its likelihood has one maximum
along each shape, found by bisection, and the best shape by zooming into a grid. No start value, no
failure to converge, the same answer on every machine.
"""

import math
from dataclasses import dataclass

import numpy as np

from analytics.clocks import Floats
from analytics.statistics.distributions import log_gamma

#: Shapes searched. Above the largest the rates differ by less than 1 % and count as equal.
SMALLEST_SHAPE, LARGEST_SHAPE = 1e-2, 1e4
GRID, ZOOMS, HALVINGS = 32, 5, 40


@dataclass(frozen=True, slots=True)
class GammaPrior:
    """Rates of groups: gamma with mean alpha / beta.

    Attributes:
        alpha: shape; infinite where the counts give no sign that rates differ.
        beta: rate, in units of exposure: what the prior is worth; infinite likewise.
    """

    alpha: float
    beta: float


def fit(events: Floats, exposure: Floats) -> GammaPrior | None:
    """The gamma prior that makes the counts most likely; None without any event.

    Args:
        events: count per group.
        exposure: above 0, per group.
    """
    if events.sum() == 0:
        return None
    low, high = math.log(SMALLEST_SHAPE), math.log(LARGEST_SHAPE)
    for _ in range(ZOOMS):
        shapes = np.exp(np.linspace(low, high, GRID))
        best = int(np.argmax(_profile(shapes, events, exposure)))
        low = math.log(shapes[max(best - 1, 0)])
        high = math.log(shapes[min(best + 1, GRID - 1)])
    alpha = shapes[best]
    if alpha >= LARGEST_SHAPE * 0.99:
        return GammaPrior(alpha=math.inf, beta=math.inf)
    (beta,) = _best_beta(np.array([alpha]), events, exposure)
    return GammaPrior(alpha=float(alpha), beta=float(beta))


def _profile(shapes: Floats, events: Floats, exposure: Floats) -> Floats:
    """Log likelihood at each shape, with the best beta for it."""
    alpha = shapes[:, None]
    beta = _best_beta(shapes, events, exposure)[:, None]
    terms = (
        log_gamma(alpha + events)
        - log_gamma(alpha)
        + alpha * np.log(beta / (beta + exposure))
        - events * np.log(beta + exposure)
    )
    return np.asarray(terms.sum(axis=1))


def _best_beta(shapes: Floats, events: Floats, exposure: Floats) -> Floats:
    """Root of the score in beta, which falls from positive to negative exactly once."""
    alpha = shapes[:, None]
    guess = np.log(shapes * exposure.sum() / events.sum())
    low, high = guess - 30.0, guess + 30.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        beta = np.exp(middle)[:, None]
        score = ((alpha * exposure - beta * events) / (beta + exposure)).sum(axis=1)
        low, high = np.where(score > 0, middle, low), np.where(score > 0, high, middle)
    best: Floats = np.exp((low + high) / 2.0)
    return best
