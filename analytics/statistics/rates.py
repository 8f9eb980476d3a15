"""How often, and is it more often than before: counts over exposure, compared exactly.

Incidents are counted in handfuls, so normal approximations mislead. Given the total of two Poisson
counts, one of them is binomial: an exact test that needs no estimate of the common rate. Half the
probability of what was seen (mid-p) takes away the needless caution of the exact tail. Counts that
spread more than Poisson ones are first divided by their dispersion.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.answer import LEVEL, Answer
from analytics.method import Example, Method
from analytics.statistics.distributions import (
    at_least,
    gamma_quantile,
    normal_quantile,
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
