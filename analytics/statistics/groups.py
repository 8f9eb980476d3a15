"""Do teams, services or causes differ, beyond what luck makes of equal ones: shrinkage and tests.

The worst of twenty identical teams "improves" almost every time, because it was picked for bad
luck. So each group is pulled towards all of them by as much as its few incidents are worth
(empirical Bayes: gamma-Poisson for rates, normal-normal for log durations), and where the groups
cannot be told apart there is one number for all. Results keep the order of the groups given;
nothing here ranks.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats, for_logs
from analytics.statistics.distributions import (
    f_tail,
    gamma_quantile,
    log_gamma,
    normal_quantile,
    poisson_quantile,
)
from analytics.statistics.quantiles import geometric_mean
from analytics.statistics.rates import RATE, dispersion, rate

# Which of the many differences on one page are real: the share of false claims is held at 5 %.
#
# A page that tests twelve causes finds one "significant" by luck in every second month. Benjamini
# and Hochberg (1995) hold the expected share of false claims among the claims; everything that one
# view shows is one family. A page asks some questions first and others in passing, so tests may
# weigh differently (Genovese, Roeder and Wasserman, 2006): the weights are set by the page, never
# by data.

BENJAMINI_HOCHBERG = Method(
    title="Correction for many comparisons",
    answers="Which of all the differences on this page are more than luck?",
    formula=(
        "All p-values of the view are sorted; a difference may be claimed if its p-value, "
        "times the number of tests, divided by its place, is at most 5 %, for it or for a "
        "larger one. Of all that is claimed, at most 5 % is expected to be false. The leading "
        "questions of a page may weigh more than the others; the weights are fixed beforehand."
    ),
    source=(
        "Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995; weights: "
        "Genovese, Roeder and Wasserman, Biometrika 93, 2006"
    ),
    leaves_out="Differences without a test: they are never claimed.",
    example=Example(
        given="Four questions have the p-values 0.01, 0.02, 0.04 and 0.5.",
        inputs={"chances": (0.01, 0.02, 0.04, 0.5)},
        gives=(
            "Judged together they are 0.04, 0.04, 0.053 and 0.5: at 5 % two pass instead of three."
        ),
        result=(0.04, 0.04, 0.053333, 0.5),
    ),
)

Places = npt.NDArray[np.intp]


def adjust(p_values: Iterable[float | None], *, weights: Sequence[float] | None = None) -> Floats:
    """Benjamini-Hochberg adjusted p-values, in the order given.

    A missing test (None or NaN) stays NaN and does not count as one.

    Args:
        p_values: of everything that the view shows.
        weights: how much each question matters, above 0; equal by default. Only their proportions
            count.

    Raises:
        ValueError: a weight that is not positive, or not one for each test.
    """
    given = np.array([np.nan if p is None else p for p in p_values], dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(given))
    weighted = given[tested] / _with_mean_one(weights, len(given), tested)
    order = np.argsort(-weighted, kind="stable")
    ranks = np.arange(len(order), 0, -1)
    steps = np.minimum(weighted[order] * (len(order) / ranks), 1.0)
    adjusted = np.full(len(given), np.nan)
    adjusted[tested[order]] = np.minimum.accumulate(steps)
    return adjusted


def _with_mean_one(weights: Sequence[float] | None, n: int, tested: Places) -> Floats:
    if weights is None:
        return np.ones(len(tested))
    given = np.asarray(weights, dtype=np.float64)
    if len(given) != n or (given <= 0.0).any():
        raise ValueError("each test needs a weight above 0")
    chosen: Floats = given[tested]
    return chosen / chosen.mean() if len(chosen) else chosen


# How much do true rates vary from group to group: the gamma prior that the counts themselves give.
#
# Counts of groups with gamma-distributed rates are negative binomial; its likelihood has one
# maximum along each shape, found by bisection, and the best shape by zooming into a grid. No start
# value, no failure to converge, the same answer on every machine.

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


def fit_gamma(events: Floats, exposure: Floats) -> GammaPrior | None:
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


# How much do groups differ in the mean of their logs, and where does that put each of them?
#
# The spread between groups is what their means vary beyond the scatter of single values
# (DerSimonian and Laird, 1986). A group then keeps of its own mean what its number of values
# deserves, and takes the rest from all of them; one without any value takes all of it.

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


def fit_normal(means: Floats, n: npt.NDArray[np.int64], within: float) -> NormalPrior:
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


# Which group lies outside what equal groups would show: the funnel plot, in place of a ranking.
#
# Small groups scatter widely around the common rate and large ones narrowly; the limits say how
# far luck carries a group of each size (Spiegelhalter, 2005). They are exact Poisson limits: a
# point on or beyond one has at most the stated chance.

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
    prior = fit_gamma(events, watched) if len(events) >= FEWEST_GROUPS else None
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
    middle, error = fit_normal(means[there], n[there], within).posterior(means, n)
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
