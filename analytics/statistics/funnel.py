"""Which group lies outside what equal groups would show: the funnel plot, in place of a ranking.

Small groups scatter widely around the common rate and large ones narrowly; the limits say how far
luck carries a group of each size (Spiegelhalter, 2005). They are exact Poisson limits: a point on
or beyond one has at most the stated chance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.distributions import poisson_quantile

FUNNEL = Method(
    title="Funnel plot",
    answers="Which group lies outside what equal groups would show?",
    formula=(
        "Each group's rate against its exposure, around the common rate, with exact Poisson "
        "limits that an equal group reaches on one side with 2.5 % and with 0.1 %. "
        "A small group may have no lower one."
    ),
    source="Spiegelhalter, Statistics in Medicine 24, 2005",
    leaves_out=(
        "Groups whose exposure is not known. Of 20 equal groups one may lie outside 95 % by "
        "luck. No order of merit is made."
    ),
    example=Example(
        given="Two teams had 5 and 10 incidents in 90 days and a third had 21 in 180.",
        inputs={"incidents": (5, 10, 21), "days": (90, 90, 180)},
        gives=(
            "All together have 3 in 30 days; over 90 days 19 of 20 teams would lie between "
            "1.05 and 5.27 by luck."
        ),
        result=(3, 1.0518, 5.269),
    ),
)

#: "Worth a look" and "hardly luck"; the second is 3 standard deviations of a normal.
WARNING, ALARM = 0.95, 0.998


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates between which groups of each exposure lie if all are equal; NaN = no lower limit."""

    exposure: Floats
    low95: Floats
    high95: Floats
    low998: Floats
    high998: Floats


@dataclass(frozen=True, slots=True)
class Funnel:
    """Groups against the common rate, in the order given.

    Attributes:
        rate: of each group; centre: of all together.
        limits: at the exposure of each group.
        outside: 0 inside, 95 or 99.8 where a limit is reached, negative below the centre.
    """

    rate: Floats
    centre: float
    limits: Limits
    outside: Floats


def limits(rate: float, exposure: npt.ArrayLike) -> Limits:
    """The funnel around ``rate`` at any exposures (to draw it as a curve)."""
    watched = np.asarray(exposure, dtype=np.float64)
    low95, high95 = _counts(rate * watched, WARNING)
    low998, high998 = _counts(rate * watched, ALARM)
    return Limits(
        exposure=watched,
        low95=low95 / watched,
        high95=high95 / watched,
        low998=low998 / watched,
        high998=high998 / watched,
    )


def funnel(counts: npt.ArrayLike, exposure: npt.ArrayLike) -> Funnel | None:
    """Each group's rate with its limits; None without groups.

    Raises:
        ValueError: an exposure that is not positive.
    """
    events = np.asarray(counts, dtype=np.float64)
    watched = np.broadcast_to(np.asarray(exposure, dtype=np.float64), events.shape)
    if not len(events):
        return None
    if (watched <= 0).any():
        raise ValueError("every group needs an exposure above 0")
    centre = float(events.sum() / watched.sum())
    outside = np.zeros(len(events))
    for level in (WARNING, ALARM):
        low, high = _counts(centre * watched, level)
        outside[events <= low] = -100.0 * level
        outside[events >= high] = 100.0 * level
    return Funnel(
        rate=events / watched, centre=centre, limits=limits(centre, watched), outside=outside
    )


def _counts(expected: Floats, level: float) -> tuple[Floats, Floats]:
    """Counts that equal groups reach, on each side, with a chance of at most (1 - level) / 2."""
    tail = (1.0 - level) / 2.0
    low = poisson_quantile(tail, expected)
    # P(X >= x) = 1 - P(X <= x - 1), so the upper limit lies one above the quantile.
    high = np.nan_to_num(poisson_quantile(1.0 - tail, expected)) + 1.0
    return low, high
