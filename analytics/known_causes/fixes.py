"""Since when is the fix of each cause in place, and which incident brought it about?

A fix is in place from the first moment at which every preventive action promised until then had
ended and at least one of them was done. Later promises do not move that moment: choosing the last
one would choose it for the quiet that followed.
"""

import datetime as dt
import math
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer, Example, Method
from analytics.calendar import Times
from analytics.clocks import Floats
from analytics.frames import DONE, PREVENT, WONT_DO
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, days_between
from analytics.known_causes.rates import CauseRecords, Expected, rate_priors
from analytics.repeats.fixes import action_dates
from analytics.selection import Mask, Rows
from analytics.statistics.distributions import beta_cdf, beta_quantile

_NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class FixDates:
    """The fix of each cause, by number of the cause.

    Attributes:
        done: when the fix was in place, NaT where it is not, or nobody knows when.
        trigger: position of the incident that promised first; :data:`NO_CAUSE` without promise.
        undated: whether the fix may be in place, but a date or a status is missing.
    """

    done: Times
    trigger: Rows
    undated: Mask


def fix_dates(causes: KnownCauses, *, as_of: dt.datetime) -> FixDates:
    """When the fix of each cause was in place, as known at ``as_of``."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    dates = action_dates(actions, causes.repeats.links.moments.over)
    rows = np.flatnonzero((actions["kind"] == PREVENT).to_numpy() & (incident != NO_CAUSE))
    cause = causes.of[incident[rows]]
    rows, cause = rows[cause != NO_CAUSE], cause[cause != NO_CAUSE]
    done = np.asarray(dates.status == DONE)[rows]
    given_up = np.asarray(dates.status == WONT_DO)[rows]
    ended = dates.ended_until[rows]
    ended = np.where((done | given_up) & (ended <= np.datetime64(as_of, "s")), ended, _NEVER)
    unclear = np.asarray(dates.status.isna())[rows] | ((done | given_up) & np.isnat(ended))
    since = dates.since[rows]
    since = np.where(np.isnat(since) | (since > ended), ended, since)
    in_place = _first_all_ended(cause, since, ended, done, causes=len(causes))
    undated = np.bincount(cause[unclear], minlength=len(causes)) > 0
    return FixDates(
        done=in_place,
        trigger=_first_promise(cause, since, incident[rows], causes=len(causes)),
        undated=undated & np.isnat(in_place),
    )


def _first_all_ended(cause: Rows, since: Times, ended: Times, done: Mask, *, causes: int) -> Times:
    """First moment of each cause when nothing is open and something is done."""
    known = ~np.isnat(ended)
    whose = np.concatenate([cause, cause[known]])
    when = np.concatenate([since, ended[known]])
    step = np.repeat([1, -1], [len(cause), int(known.sum())])
    finished = np.concatenate([np.zeros(len(cause), bool), done[known]])
    # Promises before ends at the same moment; a promise of unknown date is taken to be the first.
    order = np.lexsort((-step, np.where(np.isnat(when), np.datetime64(0, "s"), when), whose))
    whose, when, step = whose[order], when[order], step[order]
    still_open, any_done = np.cumsum(step), np.cumsum(finished[order])
    start = np.searchsorted(whose, whose, side="left")
    still_open -= np.append(0, still_open)[start]
    any_done -= np.append(0, any_done)[start]
    hits = np.flatnonzero((still_open == 0) & (any_done > 0))
    found, first = np.unique(whose[hits], return_index=True)
    moments = np.full(causes, _NEVER)
    moments[found] = when[hits[first]]
    return moments


def _first_promise(cause: Rows, since: Times, incident: Rows, *, causes: int) -> Rows:
    order = np.lexsort((incident, since, cause))
    found, first = np.unique(cause[order], return_index=True)
    trigger = np.full(causes, NO_CAUSE, np.intp)
    trigger[found] = incident[order[first]]
    return trigger


# How often did each cause come back before and after its fix?
#
# The incident that brought a fix about is left out of the "before" that the fix is judged by,
# together with the wait that it ended: causes get fixed when they have just struck, and leaving
# out the incident alone would make the time before look quieter than it was. What is learnt of
# causes in general keeps it: long waits that did not end are kept too, and without those that did
# all causes would look rare.


@dataclass(frozen=True)
class FixRecords:
    """How often each cause came back, by number of the cause.

    Attributes:
        until_fix: until its fix; until the moment looked from where there is no fix.
        before: the same without the trigger of the fix and the wait that it ended.
        after, days_after: recurrences and days since its fix; zero where there is none.
    """

    until_fix: CauseRecords
    before: CauseRecords
    after: Floats
    days_after: Floats


def fix_records(causes: KnownCauses, fixes: FixDates, *, as_of: dt.datetime) -> FixRecords:
    """Recurrences and days of each cause before and after its fix; without one all is before."""
    began = causes.repeats.links.moments.began
    now = np.datetime64(as_of, "s")
    until = np.where(np.isnat(fixes.done), now, fixes.done)
    events = np.flatnonzero(causes.new_event & (began[causes.incidents] <= now))
    cause = causes.of[causes.incidents[events]]
    when = began[causes.incidents[events]]
    counts = ~causes.is_first[events] & (when <= until[cause])
    is_trigger, wait = _triggers(causes, fixes, events)
    is_trigger &= counts
    start = began[causes.incidents[causes.first[:-1]]]

    def of_each(marks: Mask, weights: Floats | None = None) -> Floats:
        return np.bincount(cause[marks], weights, minlength=len(causes)).astype(np.float64)

    until_fix = CauseRecords(
        events=of_each(counts),
        days=np.maximum(days_between(start, until), 0.0),
        silent=days_between(np.minimum.reduce(start, initial=now), start),
        came_back=of_each(counts) > 0,
    )
    lost = of_each(is_trigger, wait[is_trigger])
    return FixRecords(
        until_fix=until_fix,
        before=replace(
            until_fix,
            events=until_fix.events - of_each(is_trigger),
            days=np.maximum(until_fix.days - lost, 0.0),
        ),
        after=of_each(when > until[cause]),
        days_after=days_between(until, now),
    )


def _triggers(causes: KnownCauses, fixes: FixDates, events: Rows) -> tuple[Mask, Floats]:
    """Which of ``events`` brought a fix about, if it is a recurrence, and the wait before each."""
    began = causes.repeats.links.moments.began
    place = np.full(len(causes.of), NO_CAUSE, np.intp)
    place[causes.incidents] = np.arange(len(causes.incidents))
    triggers = fixes.trigger[~np.isnat(fixes.done)]
    # A trigger may be a cascade of an event that began before it: the event is what is left out.
    nearest = np.searchsorted(events, place[triggers], side="right") - 1
    left_out = np.zeros(len(events), dtype=bool)
    left_out[nearest[nearest >= 0]] = True
    when = began[causes.incidents[events]]
    wait = np.zeros(len(events))
    wait[1:] = days_between(when[:-1], when[1:])
    return left_out, wait


# Did the fix hold: did its cause come back less often afterwards than it would have anyway?
#
# Causes get fixed when they have just struck, so fewer recurrences afterwards prove nothing: with
# fixes that do nothing at all they fall by three quarters. Hauer's empirical Bayes before-after
# study (1997) compares with what was to be expected: the cause's own rate before, shrunk towards
# that of all causes, over the days watched since. "Prevented" is said only where the interval
# excludes 1.

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
