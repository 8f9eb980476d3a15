"""How much do groups differ in the mean of their logs, and where does that put each of them?

The spread between groups is what their means vary beyond the scatter of single values (DerSimonian
and Laird, 1986). A group then keeps of its own mean what its number of values deserves, and takes
the rest from all of them; one without any value takes all of it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats

#: A variance of zero would give its group all the weight there is.
_SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """What all groups say of the mean of another one.

    Attributes:
        centre: the mean of the means.
        error: its standard error.
        between: variance between the groups.
        within: variance of single values within a group.
    """

    centre: float
    error: float
    between: float
    within: float

    def posterior(self, means: Floats, n: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The mean of each group, moved towards the centre, with its standard error.

        Args:
            means: of the values of each group; not looked at where there are none.
            n: values of each group.
        """
        kept = self.between * n / (self.between * n + self.within)
        middle = np.where(n > 0, kept * means + (1.0 - kept) * self.centre, self.centre)
        own = (1.0 - kept) * self.between
        return middle, np.sqrt(own + (1.0 - kept) ** 2 * self.error**2)


def fit(means: Floats, n: npt.NDArray[np.int64], within: float) -> NormalPrior:
    """The prior that groups with values leave: one group at least, ``n`` above 0 for each."""
    within = max(within, _SMALLEST_VARIANCE)
    weight = n / within
    centre = float((weight * means).sum() / weight.sum())
    square = float((weight * (means - centre) ** 2).sum())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    beyond = square - (len(n) - 1)
    between = max(beyond / scale, 0.0) if len(n) > 1 else 0.0
    weight = 1.0 / (within / n + between)
    return NormalPrior(
        centre=float((weight * means).sum() / weight.sum()),
        error=float(1.0 / np.sqrt(weight.sum())),
        between=between,
        within=within,
    )
