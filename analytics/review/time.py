"""Did steps get faster or slower: detection, acknowledgement, mitigation, resolution?

The claim is about geometric means, which is what a test on logs compares; medians and whole
distributions stand beside it. Incidents of one event are no independent evidence, so the spread is
widened by how alike they are; quarters that wander widen it further. Open incidents enter twice,
left out and with what they may still last: where only one of the two shows a change, it may be the
doing of those that are open, and nothing is claimed.
"""

import datetime as dt
import itertools
import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, too_few
from analytics.clocks import (
    TTM,
    TTR,
    Durations,
    Floats,
    Mask,
    Step,
    for_logs,
)
from analytics.response.durations import SMALLEST_CHANGE, Comparison, compare, count, headline
from analytics.review.claims import (
    OF_TIMES,
    RATIO,
    Change,
    Longer,
    Look,
    Weights,
    smallest,
    untested,
)
from analytics.review.periods import Side, Sides, Timeline
from analytics.review.rates import as_ratio
from analytics.statistics.distributions import (
    normal_hazard,
    normal_quantile,
    two_sided_t,
)
from analytics.statistics.quantiles import (
    MEDIAN,
    Ecdf,
    ecdf,
    geometric_mean_of_logs,
    minimum_n_for_interval,
)
from analytics.statistics.rates import crossing
from analytics.statistics.serial import Series, Shift, middling, shifts, usual_levels
from analytics.statistics.two_samples import POWER, RATIO_OF_DURATIONS

#: Mitigation is hardly recorded where it is known for fewer than this share of the incidents whose
#: resolution is: the rest would then be a selection, and probably not a fair one.
HARDLY_RECORDED = 0.5
#: Durations in each of two periods; in the years and lines, of all together.
FEWEST = minimum_n_for_interval(0.5)
FEWEST_LONGER = 24
#: Search for a smallest change: up to times a thousand as long, on the scale of logs.
LARGEST_STEP = 7.0
#: Typical times stay where they are more often than the number of incidents does.
STAYS = 0.75

Events = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Difference:
    """Two geometric means on the scale of logs.

    Attributes:
        shift: their difference.
        likely: of each way in which the level may wander.
        errors: the standard error of the difference in each.
        df: the degrees of freedom of Welch.
    """

    shift: Shift
    likely: Floats
    errors: Floats
    df: float


@dataclass(frozen=True)
class _Logs:
    """Logs of some durations by place on the timeline; NaN where there is none.

    Attributes:
        number: of the way in which the open ones are treated.
        values: the logs.
        events: the event of each place.
        looked: the window whose spread is taken.
    """

    number: int
    values: Floats
    events: Events
    looked: slice
    _known: dict[tuple[int, int], Floats] = field(default_factory=dict, repr=False)

    def of(self, span: slice) -> Floats:
        key = span.start, span.stop
        if key not in self._known:
            part = self.values[span]
            self._known[key] = part[~np.isnan(part)]
        return self._known[key]

    @cached_property
    def variance(self) -> float:
        """Of one of them, widened by how alike those of one event are; NaN of fewer than two."""
        whole = self.of(self.looked)
        return float(whole.var(ddof=1)) * self.alike if len(whole) > 1 else math.nan

    @cached_property
    def alike(self) -> float:
        """How much wider a mean spreads as incidents of one event are alike, at least 1."""
        known = self.of(self.looked)
        left = known - known.mean() if len(known) else known
        square = float(left @ left)
        if square <= 0.0:
            return 1.0
        events = self.events[self.looked][~np.isnan(self.values[self.looked])]
        sums = np.bincount(events - events.min(), left)
        return max(float(sums @ sums) / square, 1.0)


@dataclass(frozen=True)
class _Wandering:
    """What the months up to a period say of how their level wanders.

    Attributes:
        likely: of each way, adding up to 1.
        wider: how much wider that makes a difference.
        slow: what changed over more than the period.
    """

    likely: Floats
    wider: Floats
    slow: dict[Look, Shift]


@dataclass(frozen=True)
class TimeMeasure:
    """One duration of every incident of a timeline.

    Attributes:
        line: the timeline.
        durations: of its incidents, in order.
        events: the event that each belongs to.
        looked: the window whose spread is taken: three years before the end of the period.
    """

    line: Timeline
    durations: Durations
    events: Events
    looked: slice
    _seen: dict[tuple[int, dt.date, dt.date], _Wandering] = field(default_factory=dict, repr=False)
    _compared: dict[tuple[int, int, int, int, int], _Difference] = field(
        default_factory=dict, repr=False
    )

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_TIMES

    def figure(self, side: Side) -> Answer:
        """The geometric mean in seconds."""
        counts = count(self.durations.part(side.span))
        return replace(
            self.typical(side.span),
            n_missing=counts.unknown + counts.pending,
            n_invalid=counts.invalid,
        )

    def typical(self, span: slice) -> Answer:
        """The geometric mean of a part of the timeline, in seconds."""
        return geometric_mean_of_logs(self.ways[0].of(span))

    def compare(self, now: Side, then: Side) -> Change:
        """The ratio of geometric means, by Welch's test on logs widened as above."""
        fewer = min(len(self.ways[0].of(side.span)) for side in (now, then))
        if fewer < FEWEST:
            return untested(too_few(FEWEST, fewer, what="incidents in each period"))
        found = [self._difference(logs, now, then) for logs in self.ways]
        n = len(self.ways[0].of(now.span)) + len(self.ways[0].of(then.span))
        ratio = as_ratio(found[0].shift, n=n, look=Look.PERIOD)
        return Change(replace(ratio, method=RATIO_OF_DURATIONS), _agreed(found))

    def longer(self, now: Side) -> tuple[Longer, ...]:
        """The last year against the one before, and the line through three years."""
        n = len(self.ways[0].of(self.looked))
        if n < FEWEST_LONGER:
            return ()
        ways = [self._wandering(logs, now).slow for logs in self.ways]
        return tuple(
            Longer(look, as_ratio(ways[0][look], n=n, look=look), _agreed_shifts(ways, look))
            for look in (Look.YEAR, Look.LINE)
            if all(look in way for way in ways)
        )

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest ratios found 4 times in 5."""
        found = self._difference(self.ways[0], now, then)
        unlucky = float(normal_quantile(POWER))

        def surely_unusual(step: float) -> float:
            scores = np.maximum(step / found.errors - unlucky, 0.0)
            return -float(found.likely @ two_sided_t(scores, found.df))

        ratio = math.exp(crossing(surely_unusual, -level, low=0.0, high=LARGEST_STEP))
        n = len(self.ways[0].of(now.span)) + len(self.ways[0].of(then.span))
        return smallest(ratio, 1.0 / ratio, unit=RATIO, n=n, method=SMALLEST_CHANGE)

    def in_full(self, now: Side, then: Side) -> Comparison:
        """The same comparison with its second opinions."""
        return compare(self.durations.part(now.span), self.durations.part(then.span))

    def only(self, members: Mask) -> "TimeMeasure":
        """The same of some of the incidents."""
        durations = replace(
            self.durations,
            seconds=np.where(members, self.durations.seconds, np.nan),
            elapsed=np.where(members, self.durations.elapsed, np.nan),
        )
        return replace(self, durations=durations, _seen={}, _compared={})

    @cached_property
    def ways(self) -> list[_Logs]:
        """The logs without the open incidents and, where some are open, with them."""
        logs = np.log(for_logs(self.durations.seconds))
        ways = [_Logs(0, logs, self.events, self.looked)]
        pending = ~np.isnan(self.durations.elapsed)
        if pending[self.looked].any() and (~np.isnan(logs)).sum() >= FEWEST:
            with_open = _with_open(logs, self.durations.elapsed, pending)
            ways.append(_Logs(1, with_open, self.events, self.looked))
        return ways

    def _difference(self, logs: _Logs, now: Side, then: Side) -> _Difference:
        spans = now.span.start, now.span.stop, then.span.start, then.span.stop
        key = logs.number, *spans
        if key not in self._compared:
            self._compared[key] = self._compare(logs, now, then)
        return self._compared[key]

    def _compare(self, logs: _Logs, now: Side, then: Side) -> _Difference:
        after, before = logs.of(now.span), logs.of(then.span)
        parts = [max(float(x.var(ddof=1)), 1e-12) / len(x) for x in (after, before)]
        df = sum(parts) ** 2 / sum(
            part**2 / (len(x) - 1) for part, x in zip(parts, (after, before), strict=True)
        )
        change = float(after.mean() - before.mean())
        alone = sum(parts) * logs.alike
        ways = self._wandering(logs, now)
        errors = np.sqrt(alone * ways.wider)
        p_value = float(ways.likely @ two_sided_t(abs(change) / errors, df))
        shift = Shift(change, middling(ways.likely, errors), p_value)
        return _Difference(shift, ways.likely, errors, df)

    def _wandering(self, logs: _Logs, now: Side) -> _Wandering:
        """How the monthly mean logs wander, and what changes in them."""
        key = logs.number, now.start, now.end
        if key not in self._seen:
            self._seen[key] = self._looked_at(logs, now)
        return self._seen[key]

    def _looked_at(self, logs: _Logs, now: Side) -> _Wandering:
        seen = self.line.looks(now)
        parts = [logs.of(self.line.span(a, b)) for a, b in itertools.pairwise(seen.edges)]
        sizes = np.array([len(part) for part in parts], dtype=np.float64)
        means = np.array([float(part.mean()) if len(part) else math.nan for part in parts])
        series = Series(means, logs.variance / np.maximum(sizes, 1.0))
        edges = np.array(seen.edges, "datetime64[D]")
        asked, earlier = (
            edges[:-1] >= np.datetime64(now.start),
            edges[1:] <= np.datetime64(now.start),
        )
        levels = usual_levels(series, asked, earlier=earlier, stays=STAYS)
        likely = np.array([level.likely for level in levels] or [1.0])
        designs = {Look.YEAR: seen.year, Look.LINE: seen.line}
        there = {look: design for look, design in designs.items() if design}
        changes = zip(there, shifts(series, list(there.values()), stays=STAYS), strict=True)
        return _Wandering(
            likely=likely / likely.sum(),
            wider=np.array([level.wider for level in levels] or [1.0]),
            slow={look: shift for look, shift in changes if shift is not None},
        )


@dataclass(frozen=True)
class ReviewTimes:
    """The duration that a review shows first, beside its claim.

    Attributes:
        step: which duration; ``TTR`` where mitigation is hardly recorded.
        instead: in words, why it is not the time to mitigate; empty otherwise.
        medians: of the period under review, the reference, the previous one and a year ago, by
            their names in :class:`analytics.review.periods.Sides`.
        comparison: with the reference, the rank test included; None where nothing is compared.
        now, reference: the distributions, in seconds.
    """

    step: Step
    instead: str
    medians: dict[str, Answer]
    comparison: Comparison | None
    now: Ecdf
    reference: Ecdf


def time_measures(line_: Timeline, sides: Sides, events: Events) -> dict[str, TimeMeasure]:
    """The four steps of the incidents of a timeline, by name."""
    first = min([*line_.months(sides.now.end), sides.now.start])
    looked = slice(line_.span(first, sides.now.end).start, sides.now.span.stop)
    mine = events[line_.rows]
    return {
        name: TimeMeasure(line_, durations, mine, looked) for name, durations in line_.times.items()
    }


def first_step(measures: dict[str, TimeMeasure], sides: Sides) -> tuple[str, str]:
    """The step that a review shows first, and why it is not mitigation, if it is not.

    Which one is decided by how much is recorded, never by what it says.
    """
    window = slice(sides.reference.span.start, sides.now.span.stop)
    has = len(measures[TTM.name].durations.part(window).recorded)
    could = len(measures[TTR.name].durations.part(window).recorded)
    if has < HARDLY_RECORDED * could:
        return TTR.name, f"mitigation is recorded for {has} of {could} incidents"
    return TTM.name, ""


def review_times(measured: TimeMeasure, instead: str, sides: Sides) -> ReviewTimes:
    """The medians and distributions that stand beside the claim."""
    durations = measured.durations
    named = {
        "now": sides.now,
        "reference": sides.reference,
        "previous": sides.previous,
        "year_ago": sides.year_ago,
    }
    then = sides.reference
    comparable = not (sides.now.no_figure or then.no_figure or then.no_comparison)
    return ReviewTimes(
        step=durations.step,
        instead=instead,
        medians={
            # What is known of a year that is too short to be compared is shown all the same.
            name: Answer(None, unit="s", method=MEDIAN, reason=side.no_figure)
            if side.no_figure and side is not then
            else headline(durations.part(side.span))
            for name, side in named.items()
        },
        comparison=measured.in_full(sides.now, then) if comparable else None,
        now=ecdf(durations.part(sides.now.span).recorded),
        reference=ecdf(durations.part(then.span).recorded),
    )


def _agreed(differences: list[_Difference]) -> float:
    """The p-value that all ways of treating the open incidents support; 1 where they disagree."""
    return _together([each.shift for each in differences])


def _agreed_shifts(ways: list[dict[Look, Shift]], look: Look) -> float:
    return _together([way[look] for way in ways])


def _together(shifts: list[Shift]) -> float:
    if len({shift.change > 0 for shift in shifts}) > 1:
        return 1.0
    return max(shift.p_value for shift in shifts)


def _with_open(logs: Floats, elapsed: Floats, pending: Mask) -> Floats:
    """Logs with what an open incident is expected to last, given how long it has.

    The mean of a log-normal duration beyond the time so far, by the spread of those that ended.
    """
    ended = logs[~np.isnan(logs)]
    mean, spread = float(ended.mean()), max(float(ended.std(ddof=1)), 1e-6)
    so_far = np.log(for_logs(elapsed[pending]))
    score = (so_far - mean) / spread
    filled = logs.copy()
    filled[pending] = mean + spread * normal_hazard(score)
    return filled
