"""Did a level change, where levels wander by themselves?

Tests of two samples know the luck of sampling alone. Real rates and times also wander from month to
month, for reasons that nobody calls a change, and neighbouring months resemble each other, so that
a wandering level looks like a trend. Here the months are a change, plus a wandering level (a
first-order autoregression), plus sampling noise of known size. How far and how slowly the level
wanders is not known from three years; so every extent and slowness on a grid is tried, weighed by
its restricted likelihood (Patterson and Thompson, 1971), and the p-value is the weighted mean.

A series is a value a month on a log scale, with the variance that sampling alone gives it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from analytics.answer import Example, Method
from analytics.clocks import Floats, Mask
from analytics.statistics.distributions import two_sided_normal

CHANGE_OF_YEARS = Method(
    title="Twelve months against the twelve before",
    answers="Did a level change that moves too slowly for one quarter to show it?",
    formula=(
        "Logs of monthly values are a step between the two years, a level that may wander (a "
        "first-order autoregression) and sampling noise of known size. Each of 21 ways to "
        "wander, and none, is weighed by its restricted likelihood; the p-value is the "
        "weighted mean."
    ),
    source="Patterson and Thompson, Biometrika 58, 1971, on restricted likelihood",
    leaves_out="Months of which less than 14 days have passed, or before the last break.",
    example=Example(
        given=(
            "Twelve months at 10 and then twelve at 20, each known to 0.3 on the scale of logs."
        ),
        inputs={
            "first": (10,) * 12,
            "second": (20,) * 12,
            "error": 0.3,
        },
        gives="The change is 2.0 times, with p = 0.00004.",
        result=(2, 4.2525e-05),
    ),
)
LINE_OF_MONTHS = Method(
    title="Line through three years",
    answers="Is there a steady drift, beyond how a level wanders by itself?",
    formula=(
        "A straight line through the logs of up to 36 months, with the noise of the change of "
        "years; the ratio is its end over its beginning. At least 24 months are needed."
    ),
    source="Patterson and Thompson, Biometrika 58, 1971, on restricted likelihood",
    leaves_out="Months of which less than 14 days have passed, or before the last break.",
    example=Example(
        given=(
            "A value starts at 10 and grows by 3 % a month for 36 months, each known to 0.3 "
            "on the scale of logs."
        ),
        inputs={"start": 10, "growth": 0.03, "months": 36, "error": 0.3},
        gives="The line ends 2.81 times as high as it began, with p = 0.00003.",
        result=(2.8139, 2.8406e-05),
    ),
)

#: Fewer months show neither a level nor how it wanders.
FEWEST_MONTHS = 12
#: How much of a month's deviation the next one keeps: from a season to years.
KEPT = (0.6, 0.8, 0.9)
#: How far a level may wander, as the standard deviation of its logarithm.
WANDERS = (0.04, 0.08, 0.12, 0.17, 0.24, 0.34, 0.5)
#: Before looking, a level is as likely to stay where it is as to wander in any of these ways.
STAYS = 0.5
#: Values that are all alike have no variance, and a matrix of nothing has no inverse.
SMALLEST_VARIANCE = 1e-12
#: Ways to wander that are less likely than this change no p-value that anybody reads.
HARDLY_LIKELY = 1e-3


@dataclass(frozen=True, slots=True)
class Shift:
    """A change on the scale of the series.

    Attributes:
        change: the coefficient of the contrast.
        error: its standard error, the wandering included.
        p_value: two-sided.
    """

    change: float
    error: float
    p_value: float


@dataclass(frozen=True)
class Series:
    """A value a month, the latest last; NaN where there is none.

    Attributes:
        values: on a log scale.
        variances: of sampling alone.
    """

    values: Floats
    variances: Floats
    _known: dict[bytes, tuple[Floats, Floats]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def inverses(self, there: Mask) -> tuple[Floats, Floats]:
        """Inverse and log determinant of the covariance of some months in each way to wander."""
        key = there.tobytes()
        if key not in self._known:
            places = np.flatnonzero(there)
            covariance = _wandering(len(there))[:, places[:, None], places]
            noise = np.maximum(self.variances[there], SMALLEST_VARIANCE)
            covariance[:, np.arange(len(places)), np.arange(len(places))] += noise
            inverse = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
            self._known[key] = inverse, np.linalg.slogdet(covariance)[1]
        return self._known[key]


def shifts(
    series: Series, designs: Sequence[Sequence[Floats]], *, stays: float = STAYS
) -> list[Shift | None]:
    """The size of each contrast; None where the months do not show it.

    Args:
        series: the months.
        designs: for each question its columns, a value a month, of which the last is the contrast
            and the others are levels that it does not ask about. A constant is added.
        stays: how likely a level stays where it is, before looking.
    """
    there = ~np.isnan(series.values)
    if there.sum() < FEWEST_MONTHS:
        return [None] * len(designs)
    values = series.values[there]
    inverse, log_det = series.inverses(there)
    columns = [np.column_stack([np.ones(len(values)), *(c[there] for c in d)]) for d in designs]
    prior = _prior(stays)
    return [_shift(values, design, inverse, log_det, prior) for design in columns]


@dataclass(frozen=True)
class Level:
    """What the months before lead one to expect, if the level wanders in one of the ways.

    Attributes:
        likely: how likely it wanders in this way, given the months.
        months: how much each of the earlier months says of the level, adding up to 1; 0 in the
            months that are asked about.
        wider: variance of the difference over that of sampling alone, at least 1.
    """

    likely: float
    months: Floats
    wider: float


def usual_levels(
    series: Series, asked: Mask, *, earlier: Mask, stays: float = STAYS
) -> list[Level]:
    """What the level of some months is held against: a steady one gives every month its say.

    The more a level wanders, the more the nearest months count and the less sure they are.

    Args:
        series: the months.
        asked: those whose level is asked about.
        earlier: those that it is held against.
        stays: how likely a level stays where it is, before looking.

    Returns:
        The likely ways to wander; empty where the months are too few.
    """
    used = ~np.isnan(series.values) & (asked | earlier)
    both = (used & asked).any() and (used & ~asked).any()
    if used.sum() < FEWEST_MONTHS or not both:
        return []
    inverse, log_det = series.inverses(used)
    noise = np.maximum(series.variances[used], SMALLEST_VARIANCE)
    design = np.column_stack([np.ones(used.sum()), asked[used].astype(np.float64)])
    fits = _fit(series.values[used], design, inverse, log_det, _prior(stays))
    before = ~asked[used]
    levels = []
    for way in np.flatnonzero(fits.likely > HARDLY_LIKELY):
        months = np.zeros(len(series))
        # What the contrast takes from an earlier month is what this says of the usual level.
        says = np.clip(-fits.weights[way, 1, before], 0.0, None)
        months[np.flatnonzero(used)[before]] = says / says.sum()
        sampling = 1.0 / (1.0 / noise[~before]).sum() + float(
            (says / says.sum()) ** 2 @ noise[before]
        )
        wider = max(float(fits.variance[way]) / sampling, 1.0)
        levels.append(Level(float(fits.likely[way]), months, wider))
    return levels


def middling(likely: Sequence[float] | Floats, wider: Sequence[float] | Floats) -> float:
    """What the likely ways to wander make of a width: in half of them it is no more than this.

    Not the mean, by which even a level that stays where it is would be told less surely than it is.
    """
    order = np.argsort(wider)
    reached = np.cumsum(np.asarray(likely)[order])
    return float(np.asarray(wider)[order][np.searchsorted(reached, reached[-1] / 2.0)])


def combined(p_values: Sequence[float], weights: Sequence[float]) -> float:
    """One p-value for several looks at one thing, whatever their dependence (Liu and Xie, 2020).

    Args:
        p_values: of each look.
        weights: how much each look matters, above 0; only their proportions count.
    """
    given = np.clip(np.asarray(p_values, dtype=np.float64), 1e-15, 1.0 - 1e-12)
    share = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    statistic = float(share @ np.tan((0.5 - given) * math.pi))
    return min(max(0.5 - math.atan(statistic) / math.pi, 0.0), 1.0)


def is_line(values: Floats) -> bool:
    """Whether a steady drift tells a series better than a step at its best place.

    Judged by Schwarz's criterion, in which the place of a step is a parameter of its own.
    """
    n = len(values)
    at = np.arange(n) - (n - 1) / 2.0
    centred = values - values.mean()
    straight = centred - (at @ centred) / (at @ at) * at
    steps = (_stepped(values, place) for place in range(2, n - 1))
    best = min((float(left @ left) for left in steps), default=math.inf)
    tiny = 1e-12
    of_line = n * math.log(max(float(straight @ straight), tiny) / n) + 2.0 * math.log(n)
    return of_line <= n * math.log(max(best, tiny) / n) + 3.0 * math.log(n)


def _grid() -> list[tuple[float, float]]:
    return [(kept, s) for kept in KEPT for s in WANDERS]


def _prior(stays: float) -> Floats:
    n = len(KEPT) * len(WANDERS)
    prior: Floats = np.log(np.array([stays, *[(1.0 - stays) / n] * n]))
    return prior


@dataclass(frozen=True)
class _Fits:
    """Generalised least squares, once for each way in which the level may wander.

    Attributes:
        likely: of each way, adding up to 1.
        weights: what each month contributes to each coefficient.
        fitted: the coefficients.
        variance: of the last coefficient.
    """

    likely: Floats
    weights: Floats
    fitted: Floats
    variance: Floats


@cache
def _wandering(months: int) -> Floats:
    """The covariance of so many months, without noise, in each way to wander."""
    apart = np.abs(np.arange(months)[:, None] - np.arange(months))
    return np.array([np.zeros(apart.shape), *(s**2 * kept**apart for kept, s in _grid())])


def _fit(values: Floats, design: Floats, inverse: Floats, log_det: Floats, prior: Floats) -> _Fits:
    weighted = np.swapaxes(inverse @ design, 1, 2)
    information = weighted @ design
    spread = np.linalg.inv(information)
    weights = spread @ weighted
    fitted = weights @ values
    left = values - fitted @ design.T
    square = ((left[:, None, :] @ inverse)[:, 0, :] * left).sum(axis=1)
    likelihood = -0.5 * (log_det + np.linalg.slogdet(information)[1] + square) + prior
    likely = np.exp(likelihood - likelihood.max())
    variance = np.asarray(spread[:, -1, -1], dtype=np.float64)
    return _Fits(likely / likely.sum(), weights, fitted, variance)


def _shift(
    values: Floats, design: Floats, inverse: Floats, log_det: Floats, prior: Floats
) -> Shift | None:
    """The last coefficient, averaged over the ways in which the level may wander."""
    if np.linalg.matrix_rank(design) < design.shape[1] or len(values) <= design.shape[1]:
        return None
    fits = _fit(values, design, inverse, log_det, prior)
    last, variance, likely = fits.fitted[:, -1], fits.variance, fits.likely
    p_values = two_sided_normal(last / np.sqrt(variance))
    return Shift(
        change=float(likely @ last),
        error=math.sqrt(float(likely @ variance)),
        p_value=float(likely @ p_values),
    )


def _stepped(values: Floats, place: int) -> Floats:
    left: Floats = np.concatenate(
        [values[:place] - values[:place].mean(), values[place:] - values[place:].mean()]
    )
    return left
