"""What does one more value of a series usually look like, by a handful of earlier ones?

The prediction interval of a normal sample (Hahn and Meeker, Statistical Intervals, 1991), on a
scale on which luck spreads small and large values alike: counts by their roots, times by their
logs, shares by the arcsine of their roots. It is never narrower than luck alone, or the unit in
which a clock is read, makes it: a few equal values are no proof that the next one will be equal.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.answer import too_few
from analytics.clocks import Floats
from analytics.statistics.distributions import t_quantile

#: Fewer values show no spread.
FEWEST = 4
#: Share of further values that the range holds where nothing changes.
USUAL = 0.9
#: Variance of the root of a Poisson count, and of the arcsine of the root of a share of one.
ROOT_OF_COUNT = 0.25
#: Width squared over variance of what is spread evenly between two ticks of a clock.
EVEN = 12.0


class Scale(StrEnum):
    """On which scale do values spread evenly?"""

    COUNT = "count"
    TIME = "time"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Usual:
    """A range that nine of ten further values lie in.

    Attributes:
        low, high: its ends, None with ``reason``.
        n: values that it is taken from.
    """

    low: float | None
    high: float | None
    n: int
    reason: str = ""

    def holds(self, value: float) -> bool | None:
        """Whether a value is usual; None where nobody knows."""
        if self.low is None or self.high is None:
            return None
        return self.low <= value <= self.high


def usual_range(
    values: Floats, scale: Scale, *, of: int = 1, resolution: float = 0.0, what: str = "values"
) -> Usual:
    """The range of one more value like these.

    Args:
        values: the earlier ones.
        scale: what they are.
        of: denominator of a share.
        resolution: unit in which times are read, in their unit.
        what: the values, for the reason where there are too few.
    """
    n = len(values)
    if n < FEWEST:
        return Usual(None, None, n, too_few(FEWEST, n, what=what))
    even = _onto(values, scale)
    least = {
        Scale.COUNT: ROOT_OF_COUNT,
        Scale.SHARE: ROOT_OF_COUNT / max(of, 1),
        Scale.TIME: (resolution / max(float(values.mean()), resolution, 1.0)) ** 2 / EVEN,
    }[scale]
    spread = math.sqrt(max(float(even.var(ddof=1)), least) * (1.0 + 1.0 / n))
    reach = float(t_quantile(0.5 + USUAL / 2.0, n - 1.0)) * spread
    middle = float(even.mean())
    return Usual(_back(middle - reach, scale), _back(middle + reach, scale), n)


def _onto(values: Floats, scale: Scale) -> Floats:
    if scale is Scale.TIME:
        logs: Floats = np.log1p(values)
        return logs
    roots: Floats = np.sqrt(values)
    return roots if scale is Scale.COUNT else np.arcsin(np.minimum(roots, 1.0))


def _back(value: float, scale: Scale) -> float:
    if scale is Scale.TIME:
        return math.expm1(max(value, 0.0))
    if scale is Scale.COUNT:
        return max(value, 0.0) ** 2
    return math.sin(min(max(value, 0.0), math.pi / 2.0)) ** 2
