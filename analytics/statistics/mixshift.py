"""Did the groups change, or only their mix: an average taken apart into the two.

More small incidents make the average faster while every severity gets slower (Simpson's paradox).
Kitagawa's decomposition (1955) says how much of a change each part makes, without a remainder. Both
parts are uncertain: the averages of the groups are, and so is how many of each there were.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL
from analytics.clocks import Floats
from analytics.statistics.distributions import t_quantile

#: Values of a group from which a spread can be taken.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class MixShift:
    """A change of a weighted average, after less before, in its unit.

    Attributes:
        total: the change; ``within`` + ``mix``.
        within: what the groups themselves contribute, at the mean of both mixes.
        mix: what the change of the mix contributes.
        within_by_group: the same, group by group; they add up.
        misleading: whether total and within have different signs: the average then says the
            opposite of what happened in the groups.
    """

    total: float
    within: float
    mix: float
    within_by_group: Floats
    misleading: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of each group in one period, in the order of the groups.

    Attributes:
        mean: of its values; variance: of single values around it.
        n: how many there are, at least 2.
    """

    mean: Floats
    variance: Floats
    n: Floats


def decompose(
    value_after: npt.ArrayLike,
    size_after: npt.ArrayLike,
    value_before: npt.ArrayLike,
    size_before: npt.ArrayLike,
) -> MixShift | None:
    """Take the change of an average apart.

    Args:
        value_after, value_before: a rate or a mean (of logs) per group; NaN where it has none.
        size_after, size_before: records with a value behind each, in the same order of groups.

    Returns:
        None where one period is empty. A group that exists in one period only changes the mix and
        nothing within.

    Raises:
        ValueError: a group has records and yet no value.
    """
    sizes = [np.asarray(size, dtype=np.float64) for size in (size_after, size_before)]
    if min(size.sum() for size in sizes) <= 0:
        return None
    share_after, share_before = (size / size.sum() for size in sizes)
    after, before = _filled(value_after, value_before, *sizes)
    within = (after - before) * (share_after + share_before) / 2.0
    mix = (share_after - share_before) * (after + before) / 2.0
    total = float((within + mix).sum())
    inside = float(within.sum())
    return MixShift(
        total=total,
        within=inside,
        mix=float(mix.sum()),
        within_by_group=within,
        misleading=total * inside < 0.0,
    )


def reach(after: Side, before: Side) -> tuple[float, float]:
    """How far the 95 % intervals of the within and of the mix part reach to either side.

    Both parts are smooth functions of the means and the shares of the groups, so their variances
    add up from those (delta method): the variance of each mean, and the spread of the other
    factor over the shares. Student's t with Satterthwaite's degrees of freedom allows for
    variances from few values.

    Raises:
        ValueError: a group with fewer than two values in a period.
    """
    if min(after.n.min(), before.n.min()) < FEWEST:
        raise ValueError("a variance needs two values in each group and period")
    shares = [side.n / side.n.sum() for side in (after, before)]
    mean_share, change_of_share = (shares[0] + shares[1]) / 2.0, (shares[0] - shares[1]) / 2.0
    change, mean = (after.mean - before.mean) / 2.0, (after.mean + before.mean) / 2.0
    sides = list(zip((after, before), shares, strict=True))
    return _reach(sides, mean_share, change), _reach(sides, change_of_share, mean)


def _reach(sides: list[tuple[Side, Floats]], on_means: Floats, on_shares: Floats) -> float:
    """Half the interval of a sum in which means and shares have these weights."""
    variances, freedom = [], []
    for side, share in sides:
        variances += [on_means**2 * side.variance / side.n, _spread(on_shares, share, side.n.sum())]
        freedom += [side.n - 1.0, np.array([side.n.sum() - 1.0])]
    parts, df = np.concatenate(variances), np.concatenate(freedom)
    total = float(parts.sum())
    if total <= 0.0:
        return 0.0
    widened = float(t_quantile(0.5 + LEVEL / 2.0, total**2 / (parts**2 / df).sum()))
    return widened * math.sqrt(total)


def _spread(values: Floats, share: Floats, n: float) -> Floats:
    """Variance of the mean of ``values`` when ``n`` records fall into groups by chance."""
    middle = float((share * values).sum())
    return np.array([float((share * (values - middle) ** 2).sum()) / n])


def _filled(
    value_after: npt.ArrayLike, value_before: npt.ArrayLike, size_after: Floats, size_before: Floats
) -> tuple[Floats, Floats]:
    """Both values where a group is absent once; 0 (of no weight) where it is absent twice."""
    after = np.where(size_after > 0, np.asarray(value_after, dtype=np.float64), np.nan)
    before = np.where(size_before > 0, np.asarray(value_before, dtype=np.float64), np.nan)
    if (np.isnan(after) & (size_after > 0)).any() or (np.isnan(before) & (size_before > 0)).any():
        raise ValueError("a group with records needs a value")
    filled_after = np.where(np.isnan(after), before, after)
    filled_before = np.where(np.isnan(before), after, before)
    return np.nan_to_num(filled_after), np.nan_to_num(filled_before)
