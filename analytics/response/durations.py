"""How long does one step of the response take, and did it change: one period, and two compared.

The headline is a median, because it says what a usual incident takes and has an exact interval. As
soon as an incident is open the headline comes from Kaplan-Meier. The arithmetic mean stays on
offer under its own name: old reports have it, and its movement is mostly noise.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Datetimes, Every, ordinals, run, starts
from analytics.causes.labels import LabelShares, known_labels, label_shares
from analytics.clocks import IMPACT, STEPS, TTM, Durations, Floats, Status, Step, for_logs, measure
from analytics.frames import OUTSIDE
from analytics.recorded import on_calendar
from analytics.selection import Rows, View
from analytics.statistics.quantiles import (
    NOTHING_RECORDED,
    PERCENTILE,
    geometric_mean,
    median,
    minimum_n,
)
from analytics.statistics.quantiles import percentile as plain_percentile
from analytics.statistics.shares import WILSON, share
from analytics.statistics.survival import LogRank, Survival, kaplan_meier, log_rank, quantile
from analytics.statistics.two_samples import (
    RankTest,
    mann_whitney,
    pooled_sigma,
    smallest_detectable_ratio,
    welch_on_logs,
)

ARITHMETIC_MEAN = Method(
    title="Arithmetic mean (MTTR as older reports have it)",
    answers="What would the old report have said?",
    formula="The sum of the durations divided by their number.",
    source="Davidovic, Incident Metrics in SRE, 2021, on why not to steer by it",
    leaves_out=(
        "Incidents without a usable duration, and those still open. No interval: with skewed "
        "durations a resampled one covers far less often than it says. A single long incident "
        "moves this figure more than any improvement does."
    ),
    example=Example(
        given="Three incidents took 10, 20 and 90 minutes.",
        inputs={"minutes": (10, 20, 90)},
        gives="The mean is 40 minutes, longer than two of the three took.",
        result=(40,),
    ),
)
SMALLEST_CHANGE = Method(
    title="Smallest detectable change",
    answers="What change could have been seen at all with so few incidents?",
    formula=(
        "exp of minus (t at 97.5 % + z at 80 %) times the standard deviation of the logs times "
        "the root of 1/n1 + 1/n2: a true change of that size is found 4 times in 5. The "
        "standard deviation is that of the data, 1.25 with fewer than 10 degrees of freedom. In "
        "the review the p-value is averaged over the ways in which monthly times may wander."
    ),
    source="The usual power formula of the t test, on logs",
    leaves_out="Nothing beyond what the comparison leaves out.",
    example=Example(
        given="Two periods of 50 incidents, whose logarithms spread by 1.25.",
        inputs={"incidents": 50, "spread": 1.25},
        gives=(
            "Only a fall to 0.49 of the time or less would be found 4 times in 5, or a rise "
            "to twice the time."
        ),
        result=(0.49336,),
    ),
)

#: Above this share of open incidents a comparison of the ended ones says more about what is still
#: open than about the response.
MOST_OPEN = 0.10
PERCENTILES = (0.90, 0.95, 0.99)
MEAN_HAS_NO_INTERVAL = "no interval: for skewed durations it would claim more than it covers"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many incidents stand behind a duration, by what is known of each.

    Attributes:
        recorded: with a duration; pending: still open; missing: a clock is unknown;
        invalid: the end lies before the start; too_coarse: known to the day only, and too short
        for that; to_the_day: recorded ones that a day leaves a little open.
    """

    recorded: int
    pending: int
    missing: int
    invalid: int
    too_coarse: int
    to_the_day: int

    @property
    def unknown(self) -> int:
        """Incidents whose duration is not known to the minute and that are not open."""
        return self.missing + self.too_coarse


@dataclass(frozen=True, slots=True)
class Summary:
    """One duration over one period.

    Attributes:
        headline: the median; by Kaplan-Meier if any incident is open.
        percentiles: share (0.9, 0.95, 0.99) to answer.
        curve: the survival curve behind the headline, None where no incident is open.
    """

    headline: Answer
    geometric_mean: Answer
    mean: Answer
    percentiles: dict[float, Answer]
    counts: Counts
    curve: Survival | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One duration in two periods.

    Attributes:
        ratio: geometric mean after / before; below 1 is shorter.
        p_value: of the ratio, two-sided; None where there is no test.
        detectable: the ratio (below 1; its inverse above) that would be found 4 times in 5.
        second_opinion: the rank test on the same durations.
        with_open: the log-rank test, which uses open incidents too; None where none is open.
        n_after, n_before: ended incidents with a duration in each period.
    """

    ratio: Answer
    p_value: float | None
    detectable: Answer
    second_opinion: RankTest
    with_open: LogRank | None
    n_after: int
    n_before: int


def summarise(durations: Durations) -> Summary:
    """Median, geometric mean, mean and percentiles of one duration, with all that was left out."""
    counts = count(durations)
    return Summary(
        headline=headline(durations),
        geometric_mean=_with(
            _whatever_the_hour(_geometric_mean, durations),
            counts,
            pending_is_missing=True,
        ),
        mean=mean(durations),
        percentiles={
            share: _with(
                _whatever_the_hour(functools.partial(_percentile, share=share), durations), counts
            )
            for share in PERCENTILES
        },
        counts=counts,
        curve=_curve(durations),
    )


def headline(durations: Durations) -> Answer:
    """The median duration in seconds; by Kaplan-Meier if any incident is open."""
    return _with(_whatever_the_hour(_median, durations), count(durations))


def mean(durations: Durations) -> Answer:
    """The arithmetic mean in seconds, as old reports have it; open incidents are missing."""
    # In order, as a sum depends on it in its last digits.
    average = _mean(np.sort(durations.recorded))
    return _with(average, count(durations), pending_is_missing=True)


def compare(after: Durations, before: Durations) -> Comparison:
    """Did the duration change between two periods, by what factor?

    Only ended incidents enter the ratio; where more than a tenth of a period is open there is none,
    because the ended ones are then the short ones. The log-rank test still speaks.
    """
    later, earlier = for_logs(after.recorded), for_logs(before.recorded)
    welch = welch_on_logs(later, earlier)
    ratio, p_value = welch.ratio, welch.p_value
    still_open = _too_many_open(after, before)
    if still_open and ratio.known:
        ratio = Answer(None, n=ratio.n, unit="ratio", method=ratio.method, reason=still_open)
        p_value = None
    counts = [count(side) for side in (after, before)]
    return Comparison(
        ratio=replace(
            ratio,
            n_missing=sum(side.unknown + side.pending for side in counts),
            n_invalid=sum(side.invalid for side in counts),
        ),
        p_value=p_value,
        detectable=_detectable(later, earlier),
        second_opinion=mann_whitney(later, earlier),
        with_open=_with_open(after, before),
        n_after=len(later),
        n_before=len(earlier),
    )


def count(durations: Durations) -> Counts:
    """How many incidents have each status."""
    tally = np.bincount(durations.status, minlength=len(Status))
    return Counts(
        recorded=int(tally[Status.RECORDED]),
        pending=int(tally[Status.PENDING]),
        missing=int(tally[Status.MISSING]),
        invalid=int(tally[Status.INVALID]),
        too_coarse=int(tally[Status.TOO_COARSE]),
        to_the_day=durations.to_the_day(),
    )


def _curve(durations: Durations) -> Survival | None:
    """The survival curve where something is open; None where plain quantiles do."""
    watched, ended = _watched(durations)
    return None if ended.all() else kaplan_meier(watched, ended)


def _watched(durations: Durations) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Recorded durations and the times so far of open incidents, and which of them have ended."""
    recorded = durations.recorded
    watched = np.concatenate([recorded, durations.elapsed[~np.isnan(durations.elapsed)]])
    return watched, np.arange(len(watched)) < len(recorded)


def _with_open(after: Durations, before: Durations) -> LogRank | None:
    later, later_ended = _watched(after)
    earlier, earlier_ended = _watched(before)
    if later_ended.all() and earlier_ended.all():
        return None
    return log_rank(later, later_ended, earlier, earlier_ended)


def _whatever_the_hour(figure: Callable[[Durations], Answer], durations: Durations) -> Answer:
    """A figure whose interval holds also where clocks known to the day struck at another hour."""
    answer = figure(durations)
    if not durations.to_the_day():
        return answer
    shortest, longest = (figure(each) for each in durations.extremes())
    return replace(answer, low=shortest.low, high=longest.high)


def _geometric_mean(durations: Durations) -> Answer:
    # In order, as a sum depends on it in its last digits.
    return geometric_mean(np.sort(durations.recorded))


def _median(durations: Durations) -> Answer:
    curve = _curve(durations)
    return median(durations.recorded) if curve is None else quantile(curve)


def _percentile(durations: Durations, *, share: float) -> Answer:
    curve = _curve(durations)
    if curve is None:
        return plain_percentile(durations.recorded, share)
    needed = minimum_n(share)
    if curve.n < needed:
        return Answer(None, n=curve.n, unit="s", method=PERCENTILE, reason=too_few(needed, curve.n))
    return quantile(curve, share)


def _mean(recorded: Floats) -> Answer:
    if not len(recorded):
        return Answer(None, unit="s", method=ARITHMETIC_MEAN, reason=NOTHING_RECORDED)
    return Answer(
        float(recorded.mean()),
        n=len(recorded),
        unit="s",
        method=ARITHMETIC_MEAN,
        reason=MEAN_HAS_NO_INTERVAL,
    )


def _with(answer: Answer, counts: Counts, *, pending_is_missing: bool = False) -> Answer:
    pending = counts.pending if pending_is_missing else 0
    return replace(answer, n_missing=counts.unknown + pending, n_invalid=counts.invalid)


def _too_many_open(after: Durations, before: Durations) -> str:
    for durations in (after, before):
        pending, recorded = durations.count(Status.PENDING), len(durations.recorded)
        if pending > MOST_OPEN * (pending + recorded):
            return f"{pending} of {pending + recorded} are still open: too many for a comparison"
    return ""


def _detectable(later: Floats, earlier: Floats) -> Answer:
    ratio = smallest_detectable_ratio(len(later), len(earlier), sigma=pooled_sigma(later, earlier))
    n = len(later) + len(earlier)
    if ratio is None:
        smaller = min(len(later), len(earlier))
        reason = too_few(2, smaller, what="incidents in each period")
        return Answer(None, n=n, unit="ratio", method=SMALLEST_CHANGE, reason=reason)
    return Answer(ratio, n=n, unit="ratio", method=SMALLEST_CHANGE)


# How fast do we detect, respond, mitigate and resolve, and is it changing?
#
# The median with its exact interval is the headline; where incidents are still open it comes from
# Kaplan–Meier, so that leaving the slow ones open cannot make the figure look better.


@dataclass(frozen=True)
class Trend:
    """One answer for each bin of time, bins without an incident included.

    Attributes:
        starts, ends: first day of each bin, and the one after its last.
        middles: the middle one of the times at which its recorded incidents began, where its
            answer is drawn: a bin whose incidents are all of its last days has no figure before
            them. The middle of the bin where nothing is recorded.
    """

    starts: Datetimes
    ends: Datetimes
    middles: Datetimes
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class StepResult:
    """One duration over the incidents in view, in their order.

    Attributes:
        headline: the median of all, in seconds.
        trend: the median of each bin.
    """

    step: Step
    durations: Durations
    headline: Answer
    trend: Trend


def response(
    view: View, *, as_of: dt.datetime, anchor: str = IMPACT, every: Every = "quarter"
) -> dict[str, StepResult]:
    """TTD, TTA, TTM and TTR of the incidents in view.

    Args:
        as_of: naive UTC moment looked from; open incidents are censored there.
        anchor: clock that TTM and TTR count from.
        every: length of a bin of the trend.
    """
    return {
        name: step_result(view, step, as_of=as_of, anchor=anchor, every=every)
        for name, step in STEPS.items()
    }


def step_result(
    view: View, step: Step, *, as_of: dt.datetime, anchor: str = IMPACT, every: Every = "quarter"
) -> StepResult:
    """One of the durations, over all and by bin of time."""
    durations = measure(view.incidents, step, as_of=as_of, anchor=anchor)
    return StepResult(
        step=step,
        durations=durations,
        headline=headline(durations),
        trend=_trend(view, durations, every=every),
    )


def opening_step(steps: Mapping[str, StepResult]) -> str:
    """The step to show first: mitigation, unless another is recorded at least twice as often."""
    recorded = {name: len(result.durations.recorded) for name, result in steps.items()}
    most = max(recorded, key=recorded.__getitem__)
    return most if recorded[most] > 0 and recorded[most] >= 2 * recorded[TTM.name] else TTM.name


def longest(durations: Durations, *, most: int) -> Rows:
    """The places of the longest recorded durations, the longest first, at most so many."""
    seconds = np.where(durations.status == Status.RECORDED, durations.seconds, -1.0)
    in_order: Rows = np.argsort(-seconds, kind="stable")
    return in_order[: min(most, len(durations.recorded))]


def closed_early(view: View) -> int:
    """Incidents that were resolved, as their record says, before their impact was over.

    Their time to resolve is shorter than their time to mitigate, so that nine in ten may be
    resolved before nine in ten are mitigated.
    """
    over, closed = view.incidents["mitigated_at"], view.incidents["resolved_at"]
    return int((closed < over).sum())


def _trend(view: View, durations: Durations, *, every: Every) -> Trend:
    when = view.incidents["period_at"].to_numpy()
    numbers = ordinals(when[~np.isnat(when)], every)
    periods = run(ordinals(when[on_calendar(view)], every))
    # Rows are in order of time, the undated ones last, so each bin is one slice.
    edges = np.searchsorted(numbers, [*periods, np.iinfo(np.int64).max])
    bins = [slice(a, b) for a, b in pairwise(edges)]
    begin, end = starts(periods, every), starts(periods + 1, every)
    middles = (begin + (end - begin) // 2).astype("datetime64[s]")
    for place, rows in enumerate(bins):
        begun = when[rows][durations.status[rows] == Status.RECORDED]
        if len(begun):
            middles[place] = begun[len(begun) // 2]
    answers = tuple(headline(durations.part(rows)) for rows in bins)
    return Trend(begin, end, middles, answers)


# Where does the time go: the phases of a response side by side, from the first harm to the end.
#
# Each phase has its own n, because sources record some clocks and not others; medians of phases do
# not add up to the median of the whole, and are not shown as if they did.

TIME_IN_PHASES = Method(
    title="Phases of a response",
    answers="Where does the time go between the first harm and the end?",
    formula=(
        "The median, as defined there, of the time from one clock to the next: detection from "
        "the start of impact, notification from detection, reply from notification, "
        "mitigation from the reply, resolution from mitigation. Each phase rests on the "
        "incidents that record both of its clocks, so the medians do not add up."
    ),
    source="The clocks are those of the record; interval as for the median",
    leaves_out=(
        "From each phase the incidents that lack one of its two clocks, know one to the day "
        "only, or have them the wrong way round."
    ),
    example=Example(
        given=(
            "Three incidents were detected 2, 5 and 9 minutes after their start, acknowledged"
            " after 6, 12 and 15, mitigated after 36, 72 and 45."
        ),
        inputs={"detected": (2, 5, 9), "acknowledged": (6, 12, 15), "mitigated": (36, 72, 45)},
        gives=(
            "Detection took 5 minutes, the reply 6 more, mitigation another 30: the middle "
            "one of each."
        ),
        result=(5, 6, 30),
    ),
)

PHASES = (
    Step("detection", IMPACT, "detected_at", anchored=False),
    Step("notification", "detected_at", "notified_at", anchored=False),
    Step("reply", "notified_at", "acknowledged_at", anchored=False),
    Step("mitigation", "acknowledged_at", "mitigated_at", anchored=False),
    Step("resolution", "mitigated_at", "resolved_at", anchored=False),
)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the incidents in view, in their order; ``typical`` is its median in seconds."""

    step: Step
    durations: Durations
    typical: Answer


def phases(view: View, *, as_of: dt.datetime) -> tuple[Phase, ...]:
    """The median of each phase, in the order in which they follow each other."""
    measured = (measure(view.incidents, step, as_of=as_of) for step in PHASES)
    return tuple(Phase(of.step, of, headline(of)) for of in measured)


# Who noticed first: how incidents were detected, and how many were found by people outside.
#
# An incident that a customer reports was already hurting somebody. Sources that do not say how an
# incident was found are counted as unknown and stay in the denominator of "of incidents".

DETECTION_SHARE = Method(
    title="How incidents were detected",
    answers="What tells us that something is wrong?",
    formula=(
        "Incidents with this source of detection, divided by all incidents in view, with "
        "Wilson's interval. Incidents that do not say are a category of their own."
    ),
    source=WILSON,
    leaves_out="Drills, tests, maintenance and second reports of the same event.",
    example=Example(
        given="Monitoring noticed 6 incidents and customers 3; of 1 nobody knows.",
        inputs={"monitoring": 6, "customer": 3, "unknown": 1},
        gives=("Monitoring noticed 60 % of the incidents, 67 % of those where it is known."),
        result=(0.6, 0.66667),
    ),
)
FOUND_OUTSIDE = Method(
    title="Noticed outside first",
    answers="How often did customers, partners or the public notice before we did?",
    formula=(
        "Incidents detected by a customer, a partner or in social media, divided by those "
        "whose source of detection is recorded, with Wilson's interval."
    ),
    source=WILSON,
    leaves_out="Incidents that do not say how they were detected; counted beside the share.",
    example=Example(
        given="Monitoring noticed 6 incidents and customers 3; of 1 nobody knows.",
        inputs={"monitoring": 6, "customer": 3, "unknown": 1},
        gives="33 % were found outside first, between 12 and 65 %.",
        result=(0.33333, 0.12058, 0.6458),
    ),
)


@dataclass(frozen=True, slots=True)
class WhoNoticed:
    """How incidents were detected.

    Attributes:
        sources: share of each source of detection.
        outside: share noticed outside first, of the incidents whose source is known.
        n_outside: their number.
    """

    sources: LabelShares
    outside: Answer
    n_outside: int


def who_noticed(view: View) -> WhoNoticed:
    """How the incidents in view were detected."""
    known = known_labels(view, "detection_source")
    n_outside = int(known.isin(OUTSIDE).sum())
    return WhoNoticed(
        sources=label_shares(view, "detection_source", method=DETECTION_SHARE),
        outside=replace(
            share(n_outside, len(known), method=FOUND_OUTSIDE), n_missing=len(view) - len(known)
        ),
        n_outside=n_outside,
    )
