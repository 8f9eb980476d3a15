"""How often, and is it more often than before: counts over exposure, compared exactly.

Incidents are counted in handfuls, so normal approximations mislead. Given the total of two Poisson
counts, one of them is binomial: an exact test that needs no estimate of the common rate. Half the
probability of what was seen (mid-p) takes away the needless caution of the exact tail. Counts that
spread more than Poisson ones are first divided by their dispersion.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats
from analytics.statistics.distributions import (
    at_least,
    gamma_quantile,
    gamma_tail,
    normal_quantile,
    t_quantile,
    two_sided_normal,
)
from analytics.statistics.two_samples import POWER

RATE = Method(
    title="Rate",
    answers="How often does it happen, per day or per deploy?",
    formula=(
        "Events divided by exposure, with the exact Poisson interval. Without any event the "
        "rate is 0 and the upper end 3.69 divided by the exposure. Where counts cluster more "
        "than chance allows, the interval is as wide as their variance over mean makes it."
    ),
    source="Garwood, Biometrika 28, 1936",
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="9 incidents in 30 days.",
        inputs={"incidents": 9, "days": 30},
        gives="0.3 a day, between 0.137 and 0.569.",
        result=(0.3, 0.13718, 0.56949),
    ),
)
RATE_RATIO = Method(
    title="Change of a rate",
    answers="By what factor did it become more or less frequent?",
    formula=(
        "Rate after divided by rate before. Given the total, the later count is binomial; the "
        "test is two-sided with half the probability of what was seen (mid-p), the interval is "
        "what it does not reject. Counts that spread more than Poisson ones within the periods "
        "are first divided by their variance over mean."
    ),
    source="Przyborowski and Wilenski, 1940; mid-p: Lancaster, 1961",
    leaves_out=(
        "Drills, tests, maintenance and second reports of the same event. How counts spread is "
        "taken from up to three years before the later period; with less than half a year of "
        "them there is no comparison."
    ),
    example=Example(
        given="20 incidents in 90 days, after 10 in the 90 days before.",
        inputs={"now": 20, "days_now": 90, "then": 10, "days_then": 90},
        gives=("The ratio is 2, its interval 0.94 to 4.45, and p is 0.071: that can be luck."),
        result=(2, 0.94482, 4.4548, 0.070756),
    ),
)

#: Odds up to 1e13 either way are searched for the ends of an interval.
LARGEST_LOG_ODDS = 30.0
#: A crossing is searched to so many places.
PRECISION = 1e-12
#: Counts hardly wider than Poisson ones have the binomial for their limit, and so many clusters
#: tails that no longer differ.
LEAST_CLUSTERED, MANY = 1.02, 2000.0
#: Counts beyond so many standard deviations and so many clusters have less than 1e-17 of a chance.
SPREADS, CLUSTERS = 12.0, 40.0


@dataclass(frozen=True, slots=True)
class RateComparison:
    """Two rates.

    Attributes:
        ratio: rate after / rate before; where there was none before only the lower end is known.
        p_value: two-sided mid-p, the test that belongs to the interval; None without any event.
        detectable_rise, detectable_fall: the ratios that would be found 4 times in 5; None where
            none would (a fall to zero events would go unnoticed).
        dispersion: variance over mean that the counts were corrected for.
    """

    ratio: Answer
    p_value: float | None
    detectable_rise: float | None
    detectable_fall: float | None
    dispersion: float


def rate(count: int, exposure: float, *, per: str = "day", dispersion: float = 1.0) -> Answer:
    """Events per unit of exposure with the exact interval (Garwood, 1936).

    Zero events are an estimate of 0 with an upper end of 3.69 / exposure.

    Args:
        count: events.
        exposure: days, deploys or requests.
        per: the unit of exposure, in the singular.
        dispersion: variance over mean of such counts, at least 1; widens the interval.

    Raises:
        ValueError: a negative count or an exposure that is not positive.
    """
    if count < 0 or exposure <= 0:
        raise ValueError(f"a rate needs count >= 0 and exposure > 0, got {count} / {exposure}")
    tail = (1.0 - LEVEL) / 2.0
    alone = count / dispersion
    low = float(gamma_quantile(tail, alone)) if count else 0.0
    high = float(gamma_quantile(1.0 - tail, alone + 1.0))
    scale = dispersion / exposure
    return Answer(
        count / exposure, low * scale, high * scale, n=count, unit=f"per {per}", method=RATE
    )


def compare(
    count_after: int,
    exposure_after: float,
    count_before: int,
    exposure_before: float,
    *,
    dispersion: float = 1.0,
) -> RateComparison:
    """Did events become more or less frequent, by what factor?

    Args:
        count_after, count_before: events.
        exposure_after, exposure_before: days, deploys or requests, in one unit.
        dispersion: variance over mean of the counts (:mod:`~analytics.statistics.dispersion`),
            at least 1.

    Raises:
        ValueError: an exposure that is not positive, or a dispersion below 1.
    """
    if min(exposure_after, exposure_before) <= 0 or dispersion < 1:
        raise ValueError("a comparison needs exposures above 0 and a dispersion of at least 1")
    after, before = count_after / dispersion, count_before / dispersion
    rise, fall = detectable(before, exposure_after, exposure_before)
    return RateComparison(
        ratio=_ratio(count_after, count_before, after, before, exposure_before / exposure_after),
        p_value=mid_p(after, exposure_after, before, exposure_before),
        detectable_rise=rise,
        detectable_fall=fall,
        dispersion=dispersion,
    )


def mid_p(
    count_after: float, exposure_after: float, count_before: float, exposure_before: float
) -> float | None:
    """The two-sided exact mid-p of :func:`compare` alone; None without any event.

    Args:
        count_after, count_before: events, divided by the dispersion of such counts.
        exposure_after, exposure_before: days, deploys or requests, in one unit.
    """
    if not count_after + count_before:
        return None
    share = exposure_after / (exposure_after + exposure_before)
    upper = _mid_upper_tail(count_after, count_after + count_before, share)
    return min(1.0, 2.0 * min(upper, 1.0 - upper))


def unequal(
    count_after: int,
    exposure_after: float,
    count_before: float,
    exposure_before: float,
    *,
    dispersion: float = 1.0,
) -> float | None:
    """The two-sided mid-p that two rates are equal; None without any event.

    Clustered counts are negative binomial, whose tails are longer than those of Poisson counts
    divided by their dispersion: given the total, one of two with the same dispersion has the
    beta-binomial distribution.

    Args:
        count_after, count_before: events; a usual count need not be whole.
        exposure_after, exposure_before: days, deploys or requests, in one unit.
        dispersion: variance over mean of the counts, at least 1.

    Raises:
        ValueError: an exposure that is not positive, or a dispersion below 1.
    """
    if min(exposure_after, exposure_before) <= 0 or dispersion < 1:
        raise ValueError("a comparison needs exposures above 0 and a dispersion of at least 1")
    total = count_after + count_before
    if not total:
        return None
    share = exposure_after / (exposure_after + exposure_before)
    if dispersion < LEAST_CLUSTERED or total / dispersion > MANY:
        upper = _mid_upper_tail(count_after / dispersion, total / dispersion, share)
    else:
        upper = _clustered_upper_tail(count_after, round(total), share, dispersion)
    return min(1.0, 2.0 * min(upper, 1.0 - upper))


def score_test(
    count_after: int, exposure_after: float, count_before: int, exposure_before: float
) -> tuple[float, float]:
    """Score z and two-sided p that two Poisson rates are equal (Gu et al., 2008).

    The quick second opinion: it agrees with the exact test once both counts pass about ten.
    """
    total = count_after + count_before
    if total == 0:
        return 0.0, 1.0
    share = exposure_after / (exposure_after + exposure_before)
    z = (count_after - total * share) / math.sqrt(total * share * (1.0 - share))
    return z, float(two_sided_normal(z))


def _ratio(
    count_after: int, count_before: int, after: float, before: float, exposure_ratio: float
) -> Answer:
    """The interval inverts the test: the binomial shares that it would not reject."""
    total = count_after + count_before
    if total == 0:
        reason = "no events in either period"
        return Answer(None, unit="ratio", method=RATE_RATIO, reason=reason)
    tail = (1.0 - LEVEL) / 2.0

    def odds_at(level: float) -> float:
        def tail_at(log_odds: float) -> float:
            return _mid_upper_tail(after, after + before, 1.0 / (1.0 + math.exp(-log_odds)))

        return math.exp(crossing(tail_at, level, low=-LARGEST_LOG_ODDS, high=LARGEST_LOG_ODDS))

    low = odds_at(tail) if count_after else 0.0
    high = odds_at(1.0 - tail) if count_before else None
    estimate = count_after / count_before * exposure_ratio if count_before else None
    return Answer(
        estimate,
        low * exposure_ratio,
        None if high is None else high * exposure_ratio,
        n=total,
        unit="ratio",
        method=RATE_RATIO,
        reason="" if count_before else "none before, so no ratio",
    )


def _mid_upper_tail(count: float, total: float, share: float) -> float:
    """P(X > count) + P(X = count) / 2 for a binomial; rises with ``share``."""
    both = float(at_least(count, total, share)) + float(at_least(count + 1.0, total, share))
    return both / 2.0


def _clustered_upper_tail(count: int, total: int, share: float, dispersion: float) -> float:
    """The same for a beta-binomial whose variance over mean at small shares is ``dispersion``."""
    if count > total:
        return 0.0
    size = total / (dispersion - 1.0)
    mine, others = size * share, size * (1.0 - share)
    mean = total * share
    reach = mean + SPREADS * math.sqrt(mean * dispersion) + CLUSTERS * dispersion
    k = np.arange(count, min(max(count, math.ceil(reach)), total))
    # From each count to the next one its chance changes by this factor.
    steps = np.log((total - k) / (k + 1.0) * (k + mine) / (total - k - 1.0 + others))
    ways, weighed = _log_ways(total, count), _log_beta(count + mine, total - count + others)
    first = ways + weighed - _log_beta(mine, others)
    chance = np.exp(first + np.concatenate([[0.0], np.cumsum(steps)]))
    return min(float(chance.sum()) - float(chance[0]) / 2.0, 1.0)


def _log_ways(total: int, count: int) -> float:
    return math.lgamma(total + 1.0) - math.lgamma(count + 1.0) - math.lgamma(total - count + 1.0)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def crossing(rising: Callable[[float], float], level: float, *, low: float, high: float) -> float:
    """Where a function that rises reaches ``level`` between ``low`` and ``high``, else an end."""
    from scipy.optimize import brentq  # loading it takes as long as a whole review

    if rising(high) <= level:
        return high
    if rising(low) >= level:
        return low
    place: float = brentq(lambda at: rising(at) - level, low, high, xtol=PRECISION)
    return place


def detectable(
    before: float, exposure_after: float, exposure_before: float, *, level: float = 1.0 - LEVEL
) -> tuple[float | None, float | None]:
    """Ratios found with 80 % chance, on the square-root scale where counts have equal variance.

    Args:
        before: events before, divided by the dispersion of such counts.
        exposure_after, exposure_before: days, deploys or requests, in one unit.
        level: two-sided level of the test.
    """
    if before == 0:
        return None, None
    scores = float(normal_quantile(1.0 - level / 2.0)) + float(normal_quantile(POWER))
    root = math.sqrt(before / exposure_before)
    step = scores / 2.0 * math.sqrt(1.0 / exposure_after + 1.0 / exposure_before)
    fall = ((root - step) / root) ** 2 if root > step else None
    return ((root + step) / root) ** 2, fall


# Do counts spread more than chance alone would spread them, and by how much?
#
# Incidents come in clusters, so their counts are usually wider than Poisson ones, and a test that
# does not know it finds changes in nothing. Given the total, Poisson counts are multinomial, and
# Pearson's chi-square then has an exact mean and variance at any size (Haldane, 1937), which a
# gamma matches, so small counts need no special care.

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


# What does one more value of a series usually look like, by a handful of earlier ones?
#
# The prediction interval of a normal sample (Hahn and Meeker, Statistical Intervals, 1991), on a
# scale on which luck spreads small and large values alike: counts by their roots, times by their
# logs, shares by the arcsine of their roots. It is never narrower than luck alone, or the unit in
# which a clock is read, makes it: a few equal values are no proof that the next one will be equal.

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
