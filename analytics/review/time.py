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

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, too_few
from analytics.clocks import (
    STATUS_COLUMNS,
    STEPS,
    TTM,
    TTR,
    Durations,
    Floats,
    Mask,
    Step,
    for_logs,
    measure,
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
from analytics.review.periods import Side, Sides, Timeline, looks
from analytics.review.rates import as_ratio
from analytics.statistics.distributions import (
    normal_hazard,
    normal_quantile,
    t_quantile,
    two_sided_t,
)
from analytics.statistics.means import geometric_mean
from analytics.statistics.quantiles import MEDIAN, Ecdf, ecdf, minimum_n_for_interval
from analytics.statistics.serial import Series, Shift, shifts, usual_levels
from analytics.statistics.two_samples import POWER, RATIO_OF_DURATIONS

#: Mitigation is hardly recorded where it is known for fewer than this share of the incidents whose
#: resolution is: the rest would then be a selection, and probably not a fair one.
HARDLY_RECORDED = 0.5
#: Durations in each of two periods; in the years and lines, of all together.
FEWEST = minimum_n_for_interval(0.5)
FEWEST_LONGER = 24
#: Typical times stay where they are more often than the number of incidents does.
STAYS = 0.75

Events = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Difference:
    """Two geometric means on the scale of logs, with the degrees of freedom of Welch."""

    shift: Shift
    df: float


@dataclass(frozen=True)
class _Logs:
    """Logs of some durations by place on the timeline; NaN where there is none."""

    number: int
    values: Floats

    def of(self, span: slice) -> Floats:
        part = self.values[span]
        return part[~np.isnan(part)]


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
    _told: list[_Logs] = field(default_factory=list, repr=False)
    _seen: dict[tuple[int, dt.date], dict[Look, Shift]] = field(default_factory=dict, repr=False)

    @property
    def weights(self) -> Weights:
        """How much its looks matter."""
        return OF_TIMES

    def figure(self, side: Side) -> Answer:
        """The geometric mean in seconds."""
        part = self.durations.part(side.span)
        counts = count(part)
        return replace(
            geometric_mean(part.recorded),
            n_missing=counts.unknown + counts.pending,
            n_invalid=counts.invalid,
        )

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
        ways = [self._slow(logs, now) for logs in self.ways]
        return tuple(
            Longer(look, as_ratio(ways[0][look], n=n, look=look), _agreed_shifts(ways, look))
            for look in (Look.YEAR, Look.LINE)
            if all(look in way for way in ways)
        )

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        """The smallest ratios found 4 times in 5."""
        found = self._difference(self.ways[0], now, then)
        scores = float(t_quantile(1.0 - level / 2.0, found.df)) + float(normal_quantile(POWER))
        ratio = math.exp(scores * found.shift.error)
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
        return replace(self, durations=durations, _told=[], _seen={})

    @property
    def ways(self) -> list[_Logs]:
        """The logs without the open incidents and, where some are open, with them."""
        if not self._told:
            logs = np.log(for_logs(self.durations.seconds))
            logs[np.isnan(self.durations.seconds)] = np.nan
            self._told.append(_Logs(0, logs))
            pending = ~np.isnan(self.durations.elapsed)
            if pending[self.looked].any() and (~np.isnan(logs)).sum() >= FEWEST:
                self._told.append(_Logs(1, _with_open(logs, self.durations.elapsed, pending)))
        return self._told

    def _difference(self, logs: _Logs, now: Side, then: Side) -> "_Difference":
        after, before = logs.of(now.span), logs.of(then.span)
        parts = [max(float(x.var(ddof=1)), 1e-12) / len(x) for x in (after, before)]
        df = sum(parts) ** 2 / sum(
            part**2 / (len(x) - 1) for part, x in zip(parts, (after, before), strict=True)
        )
        change = float(after.mean() - before.mean())
        alone = sum(parts) * self._alike(logs)
        likely, wider = self._wandering(logs, now)
        p_values = two_sided_t(abs(change) / np.sqrt(alone * wider), df)
        return _Difference(
            Shift(
                change=change,
                error=math.sqrt(alone * float(likely @ wider)),
                wider=float(likely @ wider),
                p_value=float(likely @ p_values),
            ),
            df,
        )

    def _wandering(self, logs: _Logs, now: Side) -> tuple[Floats, Floats]:
        """How likely the months wander in each of the ways, and how much wider that makes it."""
        edges = np.array(looks(self.line, now).edges, "datetime64[D]")
        asked = edges[:-1] >= np.datetime64(now.start)
        earlier = edges[1:] <= np.datetime64(now.start)
        levels = usual_levels(self._months(logs, now), asked, earlier=earlier, stays=STAYS)
        if not levels:
            return np.ones(1), np.ones(1)
        likely = np.array([level.likely for level in levels])
        return likely / likely.sum(), np.array([level.wider for level in levels])

    def _months(self, logs: _Logs, now: Side) -> Series:
        """The mean logs of the months before the end of a period."""
        edges = looks(self.line, now).edges
        parts = [logs.of(self.line.span(a, b)) for a, b in itertools.pairwise(edges)]
        whole = logs.of(self.looked)
        variance = float(whole.var(ddof=1)) * self._alike(logs) if len(whole) > 1 else math.nan
        sizes = np.array([len(part) for part in parts], dtype=np.float64)
        means = [float(part.mean()) if len(part) else math.nan for part in parts]
        return Series(np.array(means), variance / np.maximum(sizes, 1.0))

    def _slow(self, logs: _Logs, now: Side) -> dict[Look, Shift]:
        """The mean logs of the months and what changes in them."""
        key = logs.number, now.end
        if key in self._seen:
            return self._seen[key]
        seen = looks(self.line, now)
        series = self._months(logs, now)
        designs = {Look.YEAR: seen.year, Look.LINE: seen.line}
        there = {look: design for look, design in designs.items() if design}
        found = zip(there, shifts(series, list(there.values()), stays=STAYS), strict=True)
        self._seen[key] = {k: shift for k, shift in found if shift is not None}
        return self._seen[key]

    def _alike(self, logs: _Logs) -> float:
        """How much wider a mean spreads as incidents of one event are alike, at least 1."""
        values, events = logs.values[self.looked], self.events[self.looked]
        there = ~np.isnan(values)
        left = values[there] - values[there].mean() if there.any() else values[there]
        square = float(left @ left)
        if square <= 0.0:
            return 1.0
        _, place = np.unique(events[there], return_inverse=True)
        return max(float((np.bincount(place, left) ** 2).sum()) / square, 1.0)


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
    incidents = _clocks_only(line_)
    first = min([*line_.months(sides.now.end), sides.now.start])
    looked = slice(line_.span(first, sides.now.end).start, sides.now.span.stop)
    mine = events[line_.rows]
    return {
        name: TimeMeasure(line_, measure(incidents, step, as_of=line_.as_of), mine, looked)
        for name, step in STEPS.items()
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


def _agreed(found: list[_Difference]) -> float:
    """The p-value that all ways of treating the open incidents support; 1 where they disagree."""
    return _together([each.shift for each in found])


def _agreed_shifts(ways: list[dict[Look, Shift]], look: Look) -> float:
    return _together([way[look] for way in ways])


def _together(found: list[Shift]) -> float:
    if len({shift.change > 0 for shift in found}) > 1:
        return 1.0
    return max(shift.p_value for shift in found)


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


def _clocks_only(line_: Timeline) -> pd.DataFrame:
    """The few columns that durations need: taking all of them would cost more than the review."""
    incidents = line_.view.history.incidents
    clocks = (clock for step in STEPS.values() for clock in (step.start, step.end))
    needed = list(dict.fromkeys([*clocks, *STATUS_COLUMNS]))
    return pd.DataFrame({name: incidents[name].array.take(line_.rows) for name in needed})
