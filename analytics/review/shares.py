"""Did a share change: of incidents that repeat, that others found first, of promises kept?

Shares are compared by the exact test, each with its own denominator. An action counts in the period
in which its thirtieth day fell, so that every one had its full time and no young action drags a
recent period down.
"""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analytics.actions.curves import DONE, MOST_UNDATED, fates
from analytics.actions.states import days
from analytics.answer import LEVEL, Answer, too_few
from analytics.clocks import Mask
from analytics.repeats.ledger import Repeats
from analytics.repeats.rates import examined
from analytics.review.claims import SHARE, Change, smallest, untested
from analytics.review.periods import Side, Timeline
from analytics.selection import UNKNOWN
from analytics.statistics.distributions import normal_quantile
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.shares import difference, share
from analytics.statistics.two_samples import POWER
from analytics.vocabulary import OUTSIDE

#: In each denominator; with fewer a share says next to nothing.
FEWEST = minimum_n_for_interval(0.5)


@dataclass(frozen=True, slots=True)
class Part:
    """``hits`` of ``of``; of ``missing`` more it is not known whether they belong."""

    hits: int
    of: int
    missing: int
    reason: str = ""


@dataclass(frozen=True)
class ShareMeasure:
    """A share of something, by stretch of time.

    Attributes:
        part: what it is a share of in each stretch.
        what: the things counted, for reasons.
        method: name of the written definition.
    """

    part: Callable[[Side], Part]
    what: str
    method: str

    def figure(self, side: Side) -> Answer:
        """The share with Wilson's interval; its ``n`` is the denominator."""
        part = self.part(side)
        if part.reason:
            return Answer(
                None, n=part.of, n_missing=part.missing, method=self.method, reason=part.reason
            )
        return replace(share(part.hits, part.of, method=self.method), n_missing=part.missing)

    def compare(self, now: Side, then: Side) -> Change:
        """The difference of two shares in points, with the exact test."""
        after, before = self.part(now), self.part(then)
        if reason := after.reason or before.reason:
            return untested(reason)
        if (fewer := min(after.of, before.of)) < FEWEST:
            return untested(too_few(FEWEST, fewer, what=f"{self.what} in each period"))
        found = difference(after.hits, after.of, before.hits, before.of)
        rise, fall = detectable_points(before.hits / before.of, after.of, before.of)
        total = after.of + before.of
        return Change(
            change=found.change,
            smallest_rise=smallest_points(rise, total),
            smallest_fall=smallest_points(fall, total),
            p_value=found.p_value,
        )


def smallest_points(points: float | None, n: int) -> Answer:
    """The smallest detectable change of a share, as an answer."""
    return smallest(points, unit=SHARE, n=n, method="smallest_change_of_share")


def detectable_points(
    before: float, n_after: int, n_before: int
) -> tuple[float | None, float | None]:
    """The rise and the fall of a share that would be found 4 times in 5, in points.

    On the arcsine scale, where all shares have the same variance (Cohen, 1988); None where not
    even 100 % or 0 % would be found.
    """
    scores = float(normal_quantile(0.5 + LEVEL / 2.0)) + float(normal_quantile(POWER))
    step = scores / 2.0 * math.sqrt(1.0 / n_after + 1.0 / n_before)
    angle = math.asin(math.sqrt(before))
    rise = math.sin(angle + step) ** 2 - before if angle + step < math.pi / 2.0 else None
    fall = math.sin(angle - step) ** 2 - before if angle > step else None
    return rise, fall


def repeating(line: Timeline, repeats: Repeats) -> ShareMeasure:
    """Share of confirmed repeats among the incidents whose cause is known."""
    is_repeat = repeats.history.marks(repeats.later)
    looked = examined(repeats)[line.rows]
    return _of_incidents(is_repeat[line.rows], looked, method="repeat_share_of_examined")


def found_outside(line: Timeline) -> ShareMeasure:
    """Share of incidents that somebody outside found first, where it is known who did."""
    source = line.view.history.incidents["detection_source"]
    names = source.cat.categories
    outside, known = (
        np.append(wanted, False)[source.cat.codes.to_numpy()[line.rows]]
        for wanted in (names.isin(OUTSIDE), names != UNKNOWN)
    )
    return _of_incidents(outside, known, method="found_outside")


def done_within(line: Timeline, horizon: int) -> ShareMeasure:
    """Share of actions done within ``horizon`` days of the promise.

    An action belongs to the period in which that many days after its creation fall.
    """
    actions = line.view.actions
    judged_on = days(actions["created_on"]) + np.timedelta64(horizon, "D")
    all_fates = fates(actions, as_of=line.here)
    usable = ~np.isnan(all_fates.days)
    done = usable & (all_fates.outcomes == DONE) & (all_fates.days <= horizon)

    def part(side: Side) -> Part:
        last = min(side.end, line.here.date() + dt.timedelta(days=1))
        inside = (judged_on >= np.datetime64(side.start)) & (judged_on < np.datetime64(last))
        ended = int((inside & ((all_fates.outcomes != 0) | all_fates.undated)).sum())
        undated = int((inside & all_fates.undated).sum())
        reason = ""
        if undated > MOST_UNDATED * ended:
            reason = f"{undated} of {ended} ended actions do not say when they ended"
        of = int((inside & usable).sum())
        return Part(int((inside & done).sum()), of, int(inside.sum()) - of, reason)

    return ShareMeasure(part, what="actions", method="done_within_of_period")


def _of_incidents(hits: Mask, known: Mask, *, method: str) -> ShareMeasure:
    def part(side: Side) -> Part:
        inside = known[side.span]
        of = int(inside.sum())
        return Part(int((hits[side.span] & inside).sum()), of, len(inside) - of)

    return ShareMeasure(part, what="incidents", method=method)
