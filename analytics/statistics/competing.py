"""What share has ended in one way after so long, when it can also end in another?

A cancelled action is neither done nor "still on its way". Counting it as censored (one minus
Kaplan-Meier) pretends that it could yet be done, so the shares of the outcomes add up to more than
one. The Aalen-Johansen estimate lets every outcome take its part from those still open.

The variance is that of the delta method (Marubini and Valsecchi, Analysing Survival Data, 1995,
10.3), which is the binomial one where nothing is censored; intervals are of the log(-log) kind,
which stay within 0 and 1 (Choudhury, Statistics in Medicine 2002).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL
from analytics.clocks import Floats
from analytics.statistics.distributions import normal_quantile

#: Outcome code of what has not ended yet; ways to end are coded from 1.
CENSORED = 0
#: A share that is 0 or 1 exactly differs from its floating-point sum by no more than this.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Incidence:
    """Share ended in one way after each time at which anything ended.

    Attributes:
        times: distinct times at which something ended, whatever the outcome, ascending.
        share: share ended in this way at or before each time.
        variance: of ``share``.
        low, high: interval of ``share``; NaN where it is 0 or 1 and log(-log) has none.
        n: items used.
    """

    times: Floats
    share: Floats
    variance: Floats
    low: Floats
    high: Floats
    n: int

    def place(self, time: float) -> int:
        """Row that holds at ``time``, -1 before the first end."""
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def at(self, time: float) -> float:
        """Share ended in this way at or before ``time``."""
        row = self.place(time)
        return 0.0 if row < 0 else float(self.share[row])


def cumulative_incidence(
    times: Floats, outcomes: npt.NDArray[np.int8], *, outcome: int
) -> Incidence:
    """The Aalen-Johansen estimate of the share ended with ``outcome``.

    At tied times ends come before censorings and all outcomes share one number at risk, so the
    order of the rows does not matter.

    Args:
        times: time to the end, or time watched so far, each not negative.
        outcomes: how each ended, :data:`CENSORED` for not yet.
        outcome: the one asked about, from 1.

    Raises:
        ValueError: a negative or missing time.
    """
    times = np.asarray(times, dtype=np.float64)
    if not np.all(times >= 0):
        raise ValueError("times must be numbers of 0 or more")
    ended = outcomes != CENSORED
    distinct, row = np.unique(times[ended], return_inverse=True)
    ends = np.bincount(row, minlength=len(distinct)).astype(np.float64)
    mine = np.bincount(row[outcomes[ended] == outcome], minlength=len(distinct)).astype(np.float64)
    gone = np.searchsorted(np.sort(times), distinct, side="left")
    at_risk = (len(times) - gone).astype(np.float64)
    left = np.cumprod(1.0 - ends / at_risk)
    left_before = np.concatenate(([1.0], left))[: len(distinct)]
    share = np.cumsum(left_before * mine / at_risk)
    variance = _variance(share, left_before, ends=ends, mine=mine, at_risk=at_risk)
    low, high = _interval(share, variance)
    return Incidence(distinct, share, variance, low, high, len(times))


def _variance(
    share: Floats, left_before: Floats, *, ends: Floats, mine: Floats, at_risk: Floats
) -> Floats:
    # The sums over earlier times of (F(t) − F(s))² a(s) and (F(t) − F(s)) c(s) are opened up so
    # that running sums give them for every t at once.
    remaining = at_risk - ends
    # When nobody remains, F stays as it is and its term is nought times infinity: nought.
    a = np.divide(ends, at_risk * remaining, out=np.zeros_like(ends), where=remaining > 0)
    b = left_before**2 * (at_risk - mine) * mine / at_risk**3
    c = left_before * mine / at_risk**2
    spread = share**2 * np.cumsum(a) - 2 * share * np.cumsum(share * a) + np.cumsum(share**2 * a)
    shared = share * np.cumsum(c) - np.cumsum(share * c)
    variance: Floats = np.maximum(spread + np.cumsum(b) - 2 * shared, 0.0)
    return variance


def _interval(share: Floats, variance: Floats) -> tuple[Floats, Floats]:
    z = float(normal_quantile((1.0 + LEVEL) / 2.0))
    inside = (share > ROUNDING) & (share < 1 - ROUNDING)
    within = np.where(inside, share, 0.5)
    reach = z * np.sqrt(variance) / (within * np.log(within))
    low = np.where(inside, within ** np.exp(-reach), np.nan)
    high = np.where(inside, within ** np.exp(reach), np.nan)
    return low, high
