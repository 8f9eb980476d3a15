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

from analytics.answer import LEVEL, Answer, too_few
from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.statistics.distributions import normal_quantile
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
