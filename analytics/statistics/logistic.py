"""How does the chance of one of two outcomes follow from several numbers?

Logistic regression by Newton's method on standardised numbers, held back a little (ridge), so that
a perfect separation stays finite and a number that tells nothing weighs nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Penalty on squared standardised weights: as if one more observation spoke for each being 0.
RIDGE = 1.0
#: Newton's method has settled when no weight moves by more than this; it takes about ten steps.
SETTLED, MOST_STEPS = 1e-9, 50
#: Beyond this the exponential says no more.
FARTHEST = 500.0


@dataclass(frozen=True)
class Logistic:
    """chance = 1 / (1 + exp(-(weights · numbers + intercept)))."""

    weights: Floats
    intercept: float

    def chance(self, numbers: Floats) -> Floats:
        """The chance for each row."""
        return _sigmoid(numbers @ self.weights + self.intercept)


def fit_logistic(numbers: Floats, outcome: npt.NDArray[np.bool_]) -> Logistic:
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


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -FARTHEST, FARTHEST))), np.float64)
