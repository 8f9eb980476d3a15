"""How long do incidents take when some have not ended: Kaplan-Meier for right-censored durations.

An open incident says "at least this long". Leaving it out makes the newest period look fast, and
reading it as "until now" makes it grow; the product-limit estimate uses exactly what is known.
Intervals are of the log(-log) kind, which stay within 0 and 1 (Kalbfleisch and Prentice, 1980);
those of a quantile invert them (Brookmeyer and Crowley, 1982).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Floats
from analytics.statistics.distributions import normal_quantile, two_sided_normal
from analytics.statistics.quantiles import minimum_n_for_interval

KAPLAN_MEIER = Method(
    title="Median with open incidents (Kaplan-Meier)",
    answers="How long do incidents take, when some have not ended?",
    formula=(
        "At each duration at which one ended, the share still open is multiplied by the share "
        "of those watched that did not end. An open incident is watched until now and then "
        "leaves. Intervals on the log(-log) scale with Greenwood's variance; those of the "
        "median are where they cross one half."
    ),
    source=("Kaplan and Meier, 1958; Kalbfleisch and Prentice, 1980; Brookmeyer and Crowley, 1982"),
    leaves_out="Incidents with a missing clock, an impossible order, or times to the day only.",
    example=Example(
        given=("Four incidents ended after 10, 20, 40 and 50 minutes; one has been open for 30."),
        inputs={"ended": (10, 20, 40, 50), "still_open": (30,)},
        gives=(
            "After 20 minutes 3 of 5 are still open, and the first end after that leaves half"
            " of them: the median is 40 minutes. Without the open one it would be 30."
        ),
        result=(40,),
    ),
)

#: A share that is reached exactly differs from its floating-point product by no more than this.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Survival:
    """Share still open after each time at which something ended.

    Attributes:
        times: distinct times at which at least one ended, ascending.
        open_share: share still open just after each time.
        low, high: 95 % interval of ``open_share``; NaN where there is none (share 0).
        n: durations used; ``n_open`` of them have not ended.
    """

    times: Floats
    open_share: Floats
    low: Floats
    high: Floats
    n: int
    n_open: int

    def at(self, time: float) -> float | None:
        """Share still open after ``time``; None where there are no durations at all."""
        if self.n == 0:
            return None
        place = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if place == 0 else float(self.open_share[place - 1])


def kaplan_meier(durations: Floats, ended: npt.NDArray[np.bool_]) -> Survival:
    """The product-limit estimate; at tied times ends come before censorings.

    Args:
        durations: time to the end, or time so far, each not negative.
        ended: whether it has ended.
    """
    durations = np.asarray(durations, dtype=np.float64)
    times, ends = np.unique(durations[ended], return_counts=True)
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        open_share: Floats = np.cumprod(1.0 - ends / at_risk, dtype=np.float64)
        greenwood = np.cumsum(ends / (at_risk * (at_risk - ends)))
        low, high = _log_log_interval(open_share, greenwood)
    return Survival(
        times=times,
        open_share=open_share,
        low=low,
        high=high,
        n=len(durations),
        n_open=int(len(durations) - ended.sum()),
    )


def quantile(curve: Survival, share: float = 0.5, *, unit: str = "s") -> Answer:
    """The time by which ``share`` have ended; None while too few have.

    Without open ones it equals the plain quantile of the empirical distribution: where the curve
    is flat at the share, the middle of the flat part.
    """
    left = 1.0 - share
    estimate = _crossing(curve, curve.open_share, left)
    n_ended, needed = curve.n - curve.n_open, minimum_n_for_interval(share)
    low = high = None
    if estimate is None:
        reason = _why_none(curve, share)
    elif n_ended < needed:
        reason = too_few(needed, n_ended, what="ended incidents for an interval")
    else:
        # A bound that does not exist (where the share is 0) is never crossed.
        low, high = _crossing(curve, curve.low, left), _crossing(curve, curve.high, left)
        reason = "" if high is not None else "no upper end yet: too few have ended"
    return Answer(estimate, low, high, n=curve.n, unit=unit, method=KAPLAN_MEIER, reason=reason)


def _log_log_interval(open_share: Floats, greenwood: Floats) -> tuple[Floats, Floats]:
    z = float(normal_quantile(0.5 + LEVEL / 2.0))
    log_share = np.log(open_share)
    spread = z * np.sqrt(greenwood) / np.abs(log_share)
    inside = (open_share > 0.0) & (open_share < 1.0)
    low = np.where(inside, np.exp(log_share * np.exp(spread)), np.nan)
    high = np.where(inside, np.exp(log_share * np.exp(-spread)), np.nan)
    return low, high


def _crossing(curve: Survival, line: Floats, left: float) -> float | None:
    """First time at which ``line`` is at or below ``left``; the middle of a flat part at it."""
    reached = np.flatnonzero(line <= left + ROUNDING)
    if not len(reached):
        return None
    first = int(reached[0])
    if math.isclose(line[first], left, abs_tol=ROUNDING) and first + 1 < len(curve.times):
        return float((curve.times[first] + curve.times[first + 1]) / 2.0)
    return float(curve.times[first])


def _why_none(curve: Survival, share: float) -> str:
    if curve.n == 0:
        return "none recorded"
    return f"{curve.n_open} of {curve.n} are still open, so the {share:.0%} mark is not reached"


# What share has ended in one way after so long, when it can also end in another?
#
# A cancelled action is neither done nor "still on its way". Counting it as censored (one minus
# Kaplan-Meier) pretends that it could yet be done, so the shares of the outcomes add up to more
# than one. The Aalen-Johansen estimate lets every outcome take its part from those still open.
#
# The variance is that of the delta method (Marubini and Valsecchi, Analysing Survival Data, 1995,
# 10.3), which is the binomial one where nothing is censored; intervals are of the log(-log) kind,
# which stay within 0 and 1 (Choudhury, Statistics in Medicine 2002).

#: Outcome code of what has not ended yet; ways to end are coded from 1.
CENSORED = 0
#: A share that is 0 or 1 exactly differs from its floating-point sum by no more than this.
COMPETING_ROUNDING = 1e-12


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
    inside = (share > COMPETING_ROUNDING) & (share < 1 - COMPETING_ROUNDING)
    within = np.where(inside, share, 0.5)
    reach = z * np.sqrt(variance) / (within * np.log(within))
    low = np.where(inside, within ** np.exp(-reach), np.nan)
    high = np.where(inside, within ** np.exp(reach), np.nan)
    return low, high


# Do incidents of two periods end at different speeds, when some have not ended: the log-rank test.
#
# A ratio of geometric means needs ends. Where many incidents are open, this test still uses all of
# them: at each end it compares how many of each period ended with how many were at risk (Mantel,
# 1966). It says whether, not by how much.

LOG_RANK = Method(
    title="Second opinion with open incidents (log-rank)",
    answers="Do incidents of one period end more slowly, counting those still open?",
    formula=(
        "At each time at which one ended, the ends of the later period less those expected "
        "from its share of the incidents then open; summed, squared, divided by the variance."
    ),
    source="Mantel, Cancer Chemotherapy Reports 50, 1966",
    leaves_out="Incidents with a missing clock, an impossible order, or times to the day only.",
    example=Example(
        given=(
            "Three incidents ended after 1, 2 and 3 hours, three of the next period after 4, "
            "5 and 6."
        ),
        inputs={"after": (4, 5, 6), "before": (1, 2, 3)},
        gives="The statistic is 5.05 and p is 0.025.",
        result=(5.0517, 0.024602),
    ),
)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test.

    Attributes:
        statistic: chi-square with one degree of freedom; 0 where nothing can be compared.
        p_value: two-sided; None where nothing can be compared.
        slower: whether the first period ends fewer incidents than expected, so takes longer.
    """

    statistic: float
    p_value: float | None
    slower: bool


def log_rank(after: Floats, after_ended: Flags, before: Floats, before_ended: Flags) -> LogRank:
    """Compare two periods, each with its durations (or times so far) and whether they ended."""
    times = np.unique(np.concatenate([after[after_ended], before[before_ended]]))
    ends_after, at_risk_after = _ends_and_risk(after, after_ended, times)
    ends_before, at_risk_before = _ends_and_risk(before, before_ended, times)
    ends, at_risk = ends_after + ends_before, at_risk_after + at_risk_before
    share = at_risk_after / at_risk
    surplus = float((ends_after - ends * share).sum())
    # With one left at risk the outcome is certain and has no variance.
    chance = (at_risk - ends) / np.maximum(at_risk - 1.0, 1.0)
    variance = float((ends * share * (1.0 - share) * chance).sum())
    if variance <= 0.0:
        return LogRank(0.0, None, slower=False)
    z = surplus / np.sqrt(variance)
    return LogRank(float(z * z), float(two_sided_normal(z)), slower=surplus < 0.0)


def _ends_and_risk(durations: Floats, ended: Flags, times: Floats) -> tuple[Floats, Floats]:
    """At each time, how many end then and how many are still watched just before."""
    done = np.sort(durations[ended])
    ends = np.searchsorted(done, times, side="right") - np.searchsorted(done, times, side="left")
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    return ends.astype(np.float64), at_risk.astype(np.float64)
