"""Do counts spread more than chance alone would spread them, and by how much?

Incidents come in clusters, so their counts are usually wider than Poisson ones, and a test that
does not know it finds changes in nothing. Given the total, Poisson counts are multinomial, and
Pearson's chi-square then has an exact mean and variance at any size (Haldane, 1937), which a gamma
matches, so small counts need no special care.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL
from analytics.clocks import Floats
from analytics.statistics.distributions import gamma_tail, normal_quantile, t_quantile

#: Counts are taken for wider than Poisson below this p-value.
REJECT_BELOW = 0.01
#: Before a comparison counts pass for unclustered above this p-value. At the 1 % that suits a
#: chart, mild clustering mostly passes, and claims at half a per cent then come true by luck three
#: times as often.
CLUSTERED_BELOW = 0.10


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Spread of counts around one common rate.

    Attributes:
        factor: variance over mean, at least 1: what comparisons are corrected by.
        p_value: that this spread is chance; None with fewer than two counts or no event.
        df: degrees of freedom behind the factor.
    """

    factor: float
    p_value: float | None
    df: int


def dispersion(counts: npt.ArrayLike, exposure: npt.ArrayLike = 1.0) -> Dispersion:
    """How much wider than Poisson the counts of equal stretches (or of groups) are.

    Args:
        counts: events in each stretch.
        exposure: days, deploys or requests in each, one number where they are equal.
    """
    events, shares = _with_shares(counts, exposure)
    total, k = float(events.sum()), len(events)
    if k < 2 or total == 0:
        return Dispersion(factor=1.0, p_value=None, df=max(k - 1, 0))
    square = _chi_square(events, shares)
    mean = k - 1.0
    variance = 2.0 * mean + (float((1.0 / shares).sum()) - k * k - 2.0 * k + 2.0) / total
    # A single event can fall in one place only: nothing varies, so nothing can be unusual.
    p_value = 1.0
    if variance > 1e-9:
        p_value = float(gamma_tail(square * mean / variance, mean * mean / variance))
    return Dispersion(factor=max(square / mean, 1.0), p_value=p_value, df=k - 1)


def clustering(
    periods: Sequence[npt.ArrayLike],
    exposure: Sequence[npt.ArrayLike] | None = None,
    *,
    below: float = CLUSTERED_BELOW,
) -> float:
    """What a comparison of counts is corrected by: 1 where chance alone explains their spread.

    Else the variance over mean within periods. It is itself a guess from so many counts, hence
    widened by what Student's t is wider than the normal.

    Args:
        periods, exposure: as in :func:`pooled_dispersion`.
        below: the p-value from which on counts pass for unclustered.
    """
    df = sum(len(counts) - 1 for counts in map(np.asarray, periods) if counts.sum())
    factor = pooled_dispersion(*periods, exposure=exposure)
    if df < 1 or float(gamma_tail(df * factor / 2.0, df / 2.0)) >= below:
        return 1.0
    middle = 0.5 + LEVEL / 2.0
    wider = float(t_quantile(middle, df)) / float(normal_quantile(middle))
    return factor * wider**2


def pooled_dispersion(
    *periods: npt.ArrayLike, exposure: Sequence[npt.ArrayLike] | None = None
) -> float:
    """Variance over mean within periods, each with its own rate: a change between is no spread.

    Args:
        periods: the counts of the stretches (weeks) of each period.
        exposure: days, deploys or requests of the same stretches; None where they are equal.
    """
    squares, df = 0.0, 0
    for counts, each in zip(periods, exposure or [1.0] * len(periods), strict=True):
        events, shares = _with_shares(counts, each)
        if len(events) > 1 and events.sum() > 0:
            squares += _chi_square(events, shares)
            df += len(events) - 1
    return max(squares / df, 1.0) if df else 1.0


def _with_shares(counts: npt.ArrayLike, exposure: npt.ArrayLike) -> tuple[Floats, Floats]:
    events = np.asarray(counts, dtype=np.float64)
    watched = np.broadcast_to(np.asarray(exposure, dtype=np.float64), events.shape)
    if (watched <= 0).any():
        raise ValueError("every count needs an exposure above 0")
    return events, watched / watched.sum() if len(watched) else watched


def _chi_square(events: Floats, shares: Floats) -> float:
    expected = events.sum() * shares
    return float(((events - expected) ** 2 / expected).sum())
