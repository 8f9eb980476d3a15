"""Do teams, services or causes differ, beyond what luck makes of equal ones: shrinkage and tests.

The worst of twenty identical teams "improves" almost every time, because it was picked for bad
luck. So each group is pulled towards all of them by as much as its few incidents are worth
(empirical Bayes: gamma-Poisson for rates, normal-normal for log durations), and where the groups
cannot be told apart there is one number for all. Results keep the order of the groups given;
nothing here ranks.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, too_few
from analytics.clocks import Floats, for_logs
from analytics.statistics import normal_prior
from analytics.statistics.dispersion import dispersion
from analytics.statistics.distributions import f_tail, gamma_quantile, normal_quantile
from analytics.statistics.gamma_prior import GammaPrior, fit
from analytics.statistics.means import geometric_mean
from analytics.statistics.rates import RATE, rate

#: A prior learnt from fewer groups is a guess.
FEWEST_GROUPS = 3
#: Degrees of freedom within groups below which their common spread is a guess.
FEWEST_WITHIN = 10
#: Groups are told apart below this p-value.
TOLD_APART_BELOW = 0.05

CANNOT_TELL_APART = "the groups cannot be told apart: one number stands for all"


@dataclass(frozen=True, slots=True)
class Groups:
    """One figure per group, in the order given.

    Attributes:
        estimate, low, high: the shrunken figure with its 95 % interval; NaN for a group without
            exposure or duration.
        raw: the figure of each group taken alone.
        n: incidents behind each.
        overall: one number for all groups.
        p_value: that all groups are equal; None where there is no test.
        apart: whether they may be shown as different.
        prior: of rates, what all groups together say; None where nothing was shrunk or all is one.
        reason: in words, why the groups are not told apart; empty otherwise.
    """

    estimate: Floats
    low: Floats
    high: Floats
    raw: Floats
    n: npt.NDArray[np.int64]
    overall: Answer
    p_value: float | None
    apart: bool
    prior: GammaPrior | None
    reason: str


def group_rates(counts: npt.ArrayLike, exposure: npt.ArrayLike, *, per: str = "day") -> Groups:
    """The rate of each group, shrunk towards all (Gaver and O'Muircheartaigh, 1987).

    Args:
        counts: events per group.
        exposure: days, deploys or requests per group, above 0; one number where equal.
        per: the unit of exposure, in the singular.

    Raises:
        ValueError: an exposure that is not positive.
    """
    events = np.asarray(counts, dtype=np.float64)
    watched = np.broadcast_to(np.asarray(exposure, dtype=np.float64), events.shape)
    if (watched <= 0).any():
        raise ValueError("every group needs an exposure above 0")
    p_value = dispersion(events, watched).p_value if len(events) >= 2 else None
    overall = _overall_rate(events, watched, per)
    prior = fit(events, watched) if len(events) >= FEWEST_GROUPS else None
    estimate, low, high = _posterior(events, watched, prior)
    reason = _why_not_apart(p_value, len(events))
    return Groups(
        estimate=estimate,
        low=low,
        high=high,
        raw=events / watched,
        n=events.astype(np.int64),
        overall=overall,
        p_value=p_value,
        apart=not reason,
        prior=prior,
        reason=reason,
    )


def group_durations(seconds: Floats, codes: npt.NDArray[np.integer], *, groups: int) -> Groups:
    """The geometric mean of each group's durations, shrunk towards all, in seconds.

    Args:
        seconds: durations, NaN = none.
        codes: the group of each, 0 to ``groups`` - 1.
        groups: how many groups there are, also empty ones.
    """
    known = ~np.isnan(seconds)
    logs, member = np.log(for_logs(seconds[known])), codes[known]
    n = np.bincount(member, minlength=groups).astype(np.int64)
    with np.errstate(invalid="ignore"):
        means = np.bincount(member, weights=logs, minlength=groups) / n
    overall = replace(geometric_mean(seconds[known]), n_missing=int((~known).sum()))
    there = n > 0
    df_within = len(logs) - int(there.sum())
    if there.sum() < 2 or df_within < FEWEST_WITHIN:
        return _unshrunk(means, n, overall, df_within, int(there.sum()))
    within = float(((logs - means[member]) ** 2).sum()) / df_within
    middle, error = normal_prior.fit(means[there], n[there], within).posterior(means, n)
    reach = np.where(there, float(normal_quantile(0.5 + LEVEL / 2.0)) * error, np.nan)
    p_value = _equal_means_p(means[there], n[there], within, df_within)
    reason = _why_not_apart(p_value, int(there.sum()))
    return Groups(
        estimate=np.where(there, np.exp(middle), np.nan),
        low=np.exp(middle - reach),
        high=np.exp(middle + reach),
        raw=np.exp(means),
        n=n,
        overall=overall,
        p_value=p_value,
        apart=not reason,
        prior=None,
        reason=reason,
    )


def _overall_rate(events: Floats, watched: Floats, per: str) -> Answer:
    if not len(events):
        return Answer(None, unit=f"per {per}", method=RATE, reason="there are no groups")
    return rate(int(events.sum()), float(watched.sum()), per=per)


def _posterior(
    events: Floats, watched: Floats, prior: GammaPrior | None
) -> tuple[Floats, Floats, Floats]:
    """Mean and interval of each rate: pooled, shrunk, or each group for itself (exact)."""
    tail = (1.0 - LEVEL) / 2.0
    if prior is None:
        low = np.where(events > 0, gamma_quantile(tail, np.maximum(events, 1.0)), 0.0)
        return events / watched, low / watched, gamma_quantile(1.0 - tail, events + 1.0) / watched
    if math.isinf(prior.alpha):
        total, time = np.full_like(events, events.sum()), watched.sum()
        low = np.where(total > 0, gamma_quantile(tail, np.maximum(total, 1.0)), 0.0)
        return total / time, low / time, gamma_quantile(1.0 - tail, total + 1.0) / time
    shape, time = prior.alpha + events, prior.beta + watched
    return (
        shape / time,
        gamma_quantile(tail, shape) / time,
        gamma_quantile(1.0 - tail, shape) / time,
    )


def _equal_means_p(
    means: Floats, n: npt.NDArray[np.int64], within: float, df_within: int
) -> float | None:
    if within <= 0.0:
        return None
    centre = float((n * means).sum() / n.sum())
    between = float((n * (means - centre) ** 2).sum()) / (len(n) - 1)
    return float(f_tail(between / within, len(n) - 1, df_within))


def _why_not_apart(p_value: float | None, groups: int) -> str:
    if groups < 2:
        return too_few(2, groups, what="groups")
    if p_value is None or p_value >= TOLD_APART_BELOW:
        return CANNOT_TELL_APART
    return ""


def _unshrunk(
    means: Floats, n: npt.NDArray[np.int64], overall: Answer, df_within: int, groups: int
) -> Groups:
    nothing = np.full(len(n), np.nan)
    few = too_few(FEWEST_WITHIN, max(df_within, 0), what="durations beyond the first of each group")
    return Groups(
        estimate=np.exp(means),
        low=nothing,
        high=nothing,
        raw=np.exp(means),
        n=n,
        overall=overall,
        p_value=None,
        apart=False,
        prior=None,
        reason=too_few(2, groups, what="groups") if groups < 2 else few,
    )
