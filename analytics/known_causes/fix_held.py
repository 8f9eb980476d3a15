"""Did the fix hold: did its cause come back less often afterwards than it would have anyway?

Causes get fixed when they have just struck, so fewer recurrences afterwards prove nothing: with
fixes that do nothing at all they fall by three quarters. Hauer's empirical Bayes before-after study
(1997) compares with what was to be expected: the cause's own rate before, shrunk towards that of
all causes, over the days watched since. "Prevented" is said only where the interval excludes 1.
"""

import datetime as dt
import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer
from analytics.clocks import Floats
from analytics.known_causes.fix_dates import fix_dates
from analytics.known_causes.fix_records import fix_records
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.rate_priors import rate_priors
from analytics.known_causes.rates import Expected
from analytics.method import Example, Method
from analytics.moments import Times
from analytics.selection import Rows
from analytics.statistics.distributions import beta_cdf, beta_quantile

FIX_HELD = Method(
    title="Did the fix hold",
    answers="Did causes come back less often after their fix than they would have anyway?",
    formula=(
        "A fix is in place when every preventive action promised until then had ended and one "
        "was done. Expected without it, per day since: (α + x) / (β + t), with x recurrences "
        "in t days before. The prior comes from all causes: some strike once and never again, "
        "the rates of the others follow a gamma distribution (α, β); it is averaged over all "
        "priors that the records leave possible. A share of the silence before a cause's first "
        "incident, which the records decide, counts as days without one. The ratio is (seen / "
        "expected) / (1 + variance / expected²); its interval is exact for a negative binomial "
        "count. That a fix did not hold is said of two returns or more."
    ),
    source="Hauer, Observational Before–After Studies in Road Safety, 1997",
    leaves_out=(
        "From before: a cause's first incident, and the incident that brought the fix about "
        "with the wait that it ended, since causes get fixed when they have just struck. "
        "Causes whose fix was done at an unknown date. Work done after the first fix is "
        "credited to it. Time is counted in days, not in deploys or requests."
    ),
    example=Example(
        given=(
            "3 recurrences were seen after the fixes where 6 were expected, with a variance of 9."
        ),
        inputs={"seen": 3, "expected": 6, "variance": 9},
        gives=(
            "The ratio is 0.4: 3/6 divided by 1 + 9/36. Its interval, 0.09 to 2.96, holds 1, "
            "so nothing is claimed."
        ),
        result=(0.4, 0.089292, 2.9555),
    ),
)
PREVENTED = Method(
    title="Repeats prevented",
    answers="How many repeats did the fixes prevent?",
    formula=(
        "Expected recurrences minus seen ones, with the middle 95 % of how many there would "
        "have been. Said only where the interval of the ratio excludes 1."
    ),
    source="Hauer, 1997",
    leaves_out="The same as the ratio.",
    example=Example(
        given=(
            "Each of 6 causes came back 5 times, every 90 days, then was fixed and came back "
            "0 times until 2024."
        ),
        inputs={"causes": 6, "before": 5, "after": 0, "days": 90},
        gives="About 65 repeats were prevented, between 39 and 96.",
        result=(64.897, 39, 96),
    ),
)

NO_FIX = "no cause has a fix that was done at a known date"
NO_RATE = "no cause has come back before its fix, so nothing says what to expect"
CANNOT_TELL = "cannot tell: the interval of the ratio holds 1"


#: Of many causes some come back once by chance, however few returns were to be expected.
FEWEST_MORE = 2


class Held(IntEnum):
    """What may be said of a fix."""

    CANNOT_TELL = 0  # the interval holds 1
    PREVENTED = 1  # fewer recurrences than expected
    MORE = 2  # more recurrences than expected


@dataclass(frozen=True)
class FixHeld:
    """Recurrences before and after the fix of each cause; the arrays run parallel.

    Attributes:
        cause: number of the cause.
        done: when its fix was in place.
        before, days_before: recurrences and days before, the trigger and its wait left out.
        after, days_after: recurrences and days since.
        expected: recurrences since that were to be expected without the fix.
        ratio, low, high: recurrences seen to expected, 1 where the fix changed nothing.
        verdict: a :class:`Held` each.
        overall: the ratio over all these causes.
        prevented: recurrences prevented together; an estimate only where ``overall`` excludes 1.
        undated: causes whose fix may be done, but at an unknown date.
    """

    cause: Rows
    done: Times
    before: Floats
    days_before: Floats
    after: Floats
    days_after: Floats
    expected: Floats
    ratio: Floats
    low: Floats
    high: Floats
    verdict: npt.NDArray[np.int8]
    overall: Answer
    prevented: Answer
    undated: int


def fix_held(causes: KnownCauses, *, as_of: dt.datetime, chosen: Rows | None = None) -> FixHeld:
    """Hauer's before-after study of every cause with a fix of known date.

    Args:
        causes: the causes of a history; all of them give the prior.
        as_of: naive UTC moment until which recurrences were watched.
        chosen: numbers of the causes asked for, None for all.
    """
    fixes = fix_dates(causes, as_of=as_of)
    records = fix_records(causes, fixes, as_of=as_of)
    priors = rate_priors(records.until_fix.of(~fixes.undated))
    asked = np.arange(len(causes)) if chosen is None else np.unique(chosen)
    fixed = asked[~np.isnat(fixes.done[asked]) & (records.days_after[asked] > 0)]
    before = records.before.of(fixed)
    after, ahead = records.after[fixed], records.days_after[fixed]
    undated = int(fixes.undated[asked].sum())
    expected = priors.expected(before, ahead) if priors is not None else None
    mean, shape = _of_each(expected, len(fixed))
    ratio, low, high = before_after(after, mean, shape)
    overall = _overall(after, expected, undated=undated)
    return FixHeld(
        cause=fixed,
        done=fixes.done[fixed],
        before=before.events,
        days_before=before.days,
        after=after,
        days_after=ahead,
        expected=mean,
        ratio=ratio,
        low=low,
        high=high,
        verdict=np.select(
            [high < 1, (low > 1) & (after >= FEWEST_MORE)],
            [Held.PREVENTED, Held.MORE],
            Held.CANNOT_TELL,
        ),
        overall=overall,
        prevented=_prevented(after, expected, overall),
        undated=undated,
    )


def before_after(after: Floats, expected: Floats, shape: Floats) -> tuple[Floats, Floats, Floats]:
    """Ratio of recurrences seen to expected, with its 95 % interval.

    The estimate is Hauer's, corrected for the uncertain denominator. The interval is exact for a
    gamma-distributed expectation, where the count is negative binomial: the ratios under which
    neither so few nor so many would be seen with a chance of 2.5 % or less.

    Args:
        after: recurrences seen.
        expected: mean of the expectation.
        shape: its squared mean over its variance.
    """
    tail = (1.0 - LEVEL) / 2.0
    ratio = after / expected / (1.0 + 1.0 / shape)
    lowest = beta_quantile(tail, np.maximum(after, 1.0), shape)
    highest = beta_quantile(1.0 - tail, after + 1.0, shape)
    with np.errstate(divide="ignore"):
        low = np.where(after > 0, shape * lowest / (1.0 - lowest) / expected, 0.0)
        high = shape * highest / (1.0 - highest) / expected
    # Hauer's correction overshoots where next to nothing is known of the expectation.
    return ratio, np.minimum(low, ratio), high


def _of_each(expected: Expected | None, causes: int) -> tuple[Floats, Floats]:
    unknown = np.full(causes, np.nan)
    return (unknown, unknown) if expected is None else (expected.mean, expected.shape)


def _overall(after: Floats, expected: Expected | None, *, undated: int) -> Answer:
    if not len(after) or expected is None:
        reason = NO_RATE if len(after) else NO_FIX
        return Answer(None, n_missing=undated, unit="ratio", method=FIX_HELD, reason=reason)
    ratio, low, high = before_after(
        after.sum(keepdims=True), np.array([expected.total]), np.array([expected.total_shape])
    )
    return Answer(
        float(ratio[0]),
        float(low[0]),
        float(high[0]) if np.isfinite(high[0]) else None,
        n=len(after),
        n_missing=undated,
        unit="ratio",
        method=FIX_HELD,
    )


def _prevented(after: Floats, expected: Expected | None, overall: Answer) -> Answer:
    """Recurrences prevented, with the interval of how many there would have been."""
    if expected is None or overall.high is None or overall.high >= 1.0:
        reason = overall.reason or CANNOT_TELL
        return Answer(None, n=overall.n, unit="count", method=PREVENTED, reason=reason)
    seen = float(after.sum())
    fewest, most = _count_interval(expected.total, expected.total_shape)
    return Answer(
        expected.total - seen,
        max(fewest - seen, 0.0),
        most - seen,
        n=overall.n,
        unit="count",
        method=PREVENTED,
    )


def _count_interval(mean: float, shape: float) -> tuple[float, float]:
    """The middle 95 % of a negative binomial count."""
    reach = mean + 20.0 * math.sqrt(mean + mean**2 / shape) + 20.0
    counts = np.arange(math.ceil(reach))
    at_most = beta_cdf(shape / (shape + mean), shape, counts + 1.0)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.searchsorted(at_most, [tail, 1.0 - tail])
    return float(low), float(high)
