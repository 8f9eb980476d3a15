"""Did a share change: of incidents that repeat, that others found first, of promises kept?

Shares are compared by the exact test and by one in which the event is the unit (for actions the
post-mortem that promised them), as incidents of one event are found, repeated and forgotten
together; the more cautious of the two counts. An action belongs to the period in which the last
day of its promise fell, so that every one had its full time and no young action drags a recent
period down.
"""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.actions.pace import ENDED_DONE, MOST_UNDATED, fates
from analytics.actions.states import Dates, days
from analytics.answer import LEVEL, Answer, Example, Method, too_few
from analytics.clocks import Mask, Rows
from analytics.frames import OUTSIDE, History
from analytics.repeats.ledger import OF_EXAMINED, Repeats, examined
from analytics.response.durations import FOUND_OUTSIDE
from analytics.review.claims import OF_RATES, SHARE, Change, Longer, Weights, smallest, untested
from analytics.review.periods import Side, Sides, Timeline
from analytics.selection import UNKNOWN
from analytics.statistics.distributions import normal_quantile, two_sided_t
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.shares import difference, share
from analytics.statistics.two_samples import POWER
from analytics.targets import Promise

SMALLEST_CHANGE_OF_SHARE = Method(
    title="Smallest detectable change of a share",
    answers="By how many points would a share have had to move to be seen?",
    formula=(
        "On the arcsine scale, where shares have the same variance: (1.96 + 0.84) / 2 times "
        "the root of 1/n now + 1/n then, away from the earlier share, with the quantile of the "
        "level that this question has alone in its family in place of 1.96; n is the number "
        "of single things that say as much as these do in clusters."
    ),
    source="Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6",
    leaves_out="Nothing beyond what the two denominators leave out.",
    example=Example(
        given="20 % of 200 before, and 50 now.",
        inputs={"before": 0.2, "of_now": 50, "of_then": 200},
        gives=("Only a rise of 20 points or a fall of 14, −0.14, would be found 4 times in 5."),
        result=(0.2004, -0.14249),
    ),
)
DONE_WITHIN_OF_PERIOD = Method(
    title="Share of actions done within the promise",
    answers="Do promised actions get done, for actions that had the time?",
    formula=(
        "Of the actions whose last day fell in the period, the share done by then, with "
        "Wilson's interval. The last day is the 30th after the promise, or as many days after it "
        "as the setting says for the severity of the incident. Each had its full time, so no "
        "young action drags a recent period down. An action given up was not done."
    ),
    source="Wilson, Journal of the American Statistical Association 22, 1927",
    leaves_out=(
        "Actions without a day of creation or a known state, and those done on an unknown "
        "day; where these are more than a tenth of the done ones there is no figure."
    ),
    example=Example(
        given=("20 actions had their thirtieth day in the period, and 12 were done by then."),
        inputs={"done": 12, "promised": 20},
        gives="60 %, between 39 and 78 %.",
        result=(0.6, 0.38658, 0.78119),
    ),
)

#: In each denominator; with fewer a share says next to nothing.
FEWEST = minimum_n_for_interval(0.5)
#: Days back within which an original must lie, where the records of both sides reach so far.
LONGEST_LOOK_BACK = 365
SHORTEST_LOOK_BACK = 90

Clusters = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Things of one stretch of time, of which some are what is asked for.

    Attributes:
        hits: for each thing that is known, whether it is.
        clusters: the event or post-mortem of each.
        missing: things of which it is not known whether they belong.
    """

    hits: Mask
    clusters: Clusters
    missing: int
    reason: str = ""

    @property
    def of(self) -> int:
        """How many are known."""
        return len(self.hits)

    @property
    def count(self) -> int:
        """How many of them are what is asked for."""
        return int(self.hits.sum())

    def variance(self, usual: float) -> float:
        """Of the share, with the cluster as the unit, were ``usual`` the share everywhere.

        Around its own share a part in which nothing or everything is hit would seem to be certain.
        """
        sums = np.bincount(self._numbers, self.hits - usual)
        return float(sums @ sums) / self.of**2

    @cached_property
    def groups(self) -> int:
        """How many clusters there are."""
        return int(np.count_nonzero(np.bincount(self._numbers)))

    @cached_property
    def _numbers(self) -> Clusters:
        """The clusters by numbers that begin near 0, as a sum is taken for each up to the last."""
        return self.clusters - self.clusters.min() if self.of else self.clusters


@dataclass(frozen=True)
class ShareMeasure:
    """A share of something, by stretch of time.

    Attributes:
        part: what it is a share of in each stretch, which its first and last day tell.
        what: the things counted, for reasons.
        method: name of the written definition, if it is shown.
        alike: the same where two stretches are compared and more must be left out for that.
        no_comparison: in words, why no two stretches can be compared; empty otherwise.
    """

    part: Callable[[Side], Part]
    what: str
    method: Method | None
    alike: Callable[[Side], Part] | None = None
    no_comparison: str = ""
    _known: dict[tuple[bool, dt.date, dt.date], Part] = field(default_factory=dict, repr=False)

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_RATES

    def figure(self, side: Side) -> Answer:
        """The share with Wilson's interval; its ``n`` is the denominator."""
        part = self._part(side)
        if part.reason:
            return Answer(
                None, n=part.of, n_missing=part.missing, method=self.method, reason=part.reason
            )
        return replace(share(part.count, part.of, method=self.method), n_missing=part.missing)

    def compare(self, now: Side, then: Side) -> Change:
        """The difference of two shares in points; the more cautious of both tests."""
        after, before = self._compared(now), self._compared(then)
        if reason := self.no_comparison or after.reason or before.reason:
            return untested(reason)
        if (fewer := min(after.of, before.of)) < FEWEST:
            return untested(too_few(FEWEST, fewer, what=f"{self.what} in each period"))
        found = difference(after.count, after.of, before.count, before.of)
        p_value = found.p_value
        usual = (after.count + before.count) / (after.of + before.of)
        error = math.sqrt(after.variance(usual) + before.variance(usual))
        if p_value is not None and error > 0.0:
            moved = abs(after.hits.mean() - before.hits.mean())
            df = max(min(after.groups, before.groups) - 1, 1)
            p_value = max(p_value, float(two_sided_t(moved / error, df)))
        return Change(found.change, p_value)

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """A share is held against the year before only."""
        return ()

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest rise and fall in points, with as many things as there are clusters."""
        after, before = self._compared(now), self._compared(then)
        rise, fall = detectable_points(
            before.count / before.of, _alone(after), _alone(before), level=level
        )
        n = after.of + before.of
        return smallest_points(rise, fall, n=n)

    def _compared(self, side: Side) -> Part:
        return self._part(side, alike=self.alike is not None)

    def _part(self, side: Side, *, alike: bool = False) -> Part:
        key = alike, side.start, side.end
        if key not in self._known:
            self._known[key] = self.alike(side) if alike and self.alike else self.part(side)
        return self._known[key]


def _alone(part: Part) -> float:
    """How many single things say as much as these do in clusters."""
    share_ = float(part.hits.mean())
    chance, variance = share_ * (1.0 - share_), part.variance(share_)
    if chance <= 0.0 or variance <= 0.0:
        return float(part.groups)
    return min(chance / variance, float(part.of))


def smallest_points(rise: float | None, fall: float | None, *, n: int) -> tuple[Answer, Answer]:
    """The smallest detectable changes of a share, as answers."""
    return smallest(rise, fall, unit=SHARE, n=n, method=SMALLEST_CHANGE_OF_SHARE)


def detectable_points(
    before: float, n_after: float, n_before: float, *, level: float = 1.0 - LEVEL
) -> tuple[float | None, float | None]:
    """The rise and the fall of a share that would be found 4 times in 5, in points.

    On the arcsine scale, where all shares have the same variance (Cohen, 1988); None where not
    even 100 % or 0 % would be found.
    """
    scores = float(normal_quantile(1.0 - level / 2.0)) + float(normal_quantile(POWER))
    step = scores / 2.0 * math.sqrt(1.0 / n_after + 1.0 / n_before)
    angle = math.asin(math.sqrt(before))
    rise = math.sin(angle + step) ** 2 - before if angle + step < math.pi / 2.0 else None
    fall = math.sin(angle - step) ** 2 - before if angle > step else None
    return rise, fall


def repeating(line: Timeline, repeats: Repeats, sides: Sides, events: Clusters) -> ShareMeasure:
    """Share of confirmed repeats among the incidents whose cause is known.

    Where two stretches are compared, only repeats of an original within the same days back count on
    both sides: otherwise records that grow older would hold more to repeat every month.
    """
    reach = (sides.reference.start - line.opened).days
    back = min(reach, LONGEST_LOOK_BACK)
    looked, clusters = examined(repeats)[line.rows], events[line.rows]
    every, near = (
        of_places(
            repeats.history.marks(repeats.later[chosen])[line.rows],
            looked,
            clusters,
            method=OF_EXAMINED,
        )
        for chosen in (slice(None), repeats.days_since <= back)
    )
    reason = ""
    if back < SHORTEST_LOOK_BACK:
        reason = (
            f"needs {SHORTEST_LOOK_BACK} days of records before the year it is held against, "
            f"has {max(back, 0)}"
        )
    return replace(every, alike=near.part, no_comparison=reason)


def found_outside(line: Timeline, events: Clusters) -> ShareMeasure:
    """Share of incidents that somebody outside found first, where it is known who did."""
    source = line.view.history.incidents["detection_source"]
    names = source.cat.categories
    outside, known = (
        np.append(wanted, False)[source.cat.codes.to_numpy()[line.rows]]
        for wanted in (names.isin(OUTSIDE), names != UNKNOWN)
    )
    return of_places(outside, known, events[line.rows], method=FOUND_OUTSIDE)


def done_within(line: Timeline, promise: Promise) -> ShareMeasure:
    """Share of actions done within the days promised for the severity of their incident.

    An action belongs to the period in which that many days after its creation fall. One that was
    given up is not done, whenever that was; one done on a day that nobody noted may have been in
    time or not and is left out.
    """
    history = line.view.history
    in_order, created = history.once(_by_creation)
    in_view = line.view.marks_actions()
    all_fates = fates(history.actions, as_of=line.here)
    incident = history.actions["incident"].to_numpy()
    severity = history.incidents["severity"].cat
    # The code of a missing label is -1 and finds the last entry.
    labels = [*severity.categories, ""]
    by_code = np.array([promise.by_severity.get(str(name), promise.days) for name in labels])
    different = np.unique(by_code)
    codes = severity.codes.to_numpy()

    def allowed(rows: Rows) -> npt.NDArray[np.int64]:
        return np.asarray(by_code[codes[incident[rows]]])

    def due(judged: Dates, given: int) -> Rows:
        edges = np.searchsorted(created, judged - np.timedelta64(given, "D"))
        rows = in_order[slice(*edges)]
        return rows if len(different) == 1 else rows[allowed(rows) == given]

    def part(side: Side) -> Part:
        last = min(side.end, line.here.date() + dt.timedelta(days=1))
        days_judged = np.array([side.start, max(side.start, last)], "datetime64[D]")
        rows = np.sort(np.concatenate([due(days_judged, given) for given in different]))
        rows = rows[in_view[rows]]
        of = all_fates.take(rows)
        usable, done = ~np.isnan(of.days), of.outcomes == ENDED_DONE
        without_day = int(of.undated.sum())
        ended = without_day + int(done.sum())
        reason = ""
        if without_day > MOST_UNDATED * ended:
            reason = f"{without_day} of {ended} done actions do not say when they were done"
        in_time = (done & (of.days <= allowed(rows)))[usable]
        return Part(in_time, incident[rows][usable].astype(np.int64), int((~usable).sum()), reason)

    return ShareMeasure(part, what="actions", method=DONE_WITHIN_OF_PERIOD)


def _by_creation(history: History) -> tuple[Rows, Dates]:
    """The positions of the actions in order of the day they were promised, and these days."""
    created = days(history.actions["created_on"])
    in_order = np.argsort(created)
    return in_order, created[in_order]


def of_places(
    hits: Mask, known: Mask, clusters: Clusters, *, method: Method | None
) -> ShareMeasure:
    """A share of the incidents of a timeline, by their places on it."""

    def part(side: Side) -> Part:
        inside = known[side.span]
        return Part(
            hits[side.span][inside],
            clusters[side.span][inside],
            len(inside) - int(inside.sum()),
        )

    return ShareMeasure(part, what="incidents", method=method)
