"""What changed, and what cannot be told: the trend review, as one pure function.

A period is held against the twelve months before it in a small family of questions that is the same
for every company: how often incidents of each severity happen, how long they take, whether the
causes moved, how many repeat, how many others found first, and whether promised actions get done.
They are judged together, so that a page of many figures cries wolf no more often than a single one.
The benchmark of honesty runs this very function on companies in which nothing changes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.calendar import Break, Period, bounds
from analytics.causes.tables import CauseDrift
from analytics.clocks import IMPACT, Mask, Step
from analytics.frames import History
from analytics.recorded import Events, events, last_told_quarter, strays
from analytics.repeats.ledger import Repeats
from analytics.review.causes import SINGLE_CAUSES, CauseMeasure, Causes, MixMeasure, causes_of
from analytics.review.charts import Bins, PageChart, Watch, months, rate_chart, time_chart, weeks
from analytics.review.claims import ALSO, FIRST, Claim, Question, ask, judge
from analytics.review.doubts import LikeForLike, Newcomers, newcomers, ranks_of
from analytics.review.periods import Sides, Timeline, sides, timeline
from analytics.review.rates import RateMeasure, rate_measure
from analytics.review.shares import ShareMeasure, done_within, found_outside, repeating
from analytics.review.tail import hours_measure, tail
from analytics.review.time import (
    ReviewTimes,
    TimeMeasure,
    first_step,
    review_times,
    time_measures,
)
from analytics.selection import Rows, Scope, View, select
from analytics.targets import Promise
from analytics.units import HOUR

#: What is promised of actions where no setting says otherwise.
USUAL = Promise()
ALL, TIME = "rate", "time"
REPEATS, OUTSIDE, DONE = "repeats", "outside", "done"


@dataclass(frozen=True)
class CountSeries:
    """Incidents of one severity, or all of them, over time.

    Attributes:
        key: that of its claim.
        label: the severity as the source has it; empty for all.
    """

    key: str
    label: str
    weeks: Bins
    months: Bins
    chart: PageChart


@dataclass(frozen=True)
class Review:
    """The review of one period.

    Attributes:
        view: the incidents of the period under review.
        line: those of all periods in order of time, with what is measured of them.
        sides: the period, its reference, the one before and the same a year ago.
        claims: the questions in a fixed order, judged together.
        counts: all incidents first, then each severity, the worst first.
        times: what stands beside the claim about durations.
        time_chart: its monthly geometric means.
        shares: how repeats, those found outside and actions done in time are counted.
        drift: the causes of the period against the reference; None where not comparable.
        events: how many events the incidents of the period are (:mod:`analytics.recorded`).
        newcomers: teams of which nothing is recorded before the period.
        strays: positions of the records that stand apart before all others and begin nothing.
        breaks: those that the reader has marked.
    """

    view: View
    line: Timeline
    sides: Sides
    claims: tuple[Claim, ...]
    counts: tuple[CountSeries, ...]
    times: ReviewTimes
    time_chart: PageChart
    shares: dict[str, ShareMeasure]
    drift: CauseDrift | None
    events: int
    newcomers: Newcomers
    strays: Rows
    breaks: tuple[Break, ...]

    def claim(self, key: str) -> Claim:
        """The claim with this key; ``time`` is that of the step that is shown first.

        Raises:
            KeyError: there is none.
        """
        key = f"{TIME}:{self.times.step.name}" if key == TIME else key
        found = next((each for each in self.claims if each.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    @property
    def changed(self) -> tuple[Claim, ...]:
        """The claims that say that something changed."""
        return tuple(each for each in self.claims if each.verdict.is_claim)

    @property
    def says_changed(self) -> bool:
        """Whether anything on the page says that something changed, charts included."""
        charts = [self.time_chart, *(each.chart for each in self.counts)]
        return bool(self.changed) or any(chart.coloured for chart in charts)


@dataclass(frozen=True)
class _Severity:
    """Some of the incidents of a timeline, by severity."""

    key: str
    label: str
    members: Mask
    measured: RateMeasure


def claim_of(reviewed: Review | None, key: str) -> Claim | None:
    """A question of a review; None where there is no review, or it does not ask it."""
    claims = () if reviewed is None else reviewed.claims
    return next((claim for claim in claims if claim.key == key), None)


def claimed_causes(reviewed: Review | None) -> frozenset[str]:
    """The causes of which the review claims a change."""
    claims = () if reviewed is None else reviewed.claims
    return frozenset(c.label for c in claims if c.key.startswith("cause:") and c.verdict.is_claim)


def claim_of_step(reviewed: Review | None, step: Step, *, anchor: str = IMPACT) -> Claim | None:
    """The question of a review about a step; None where it is counted from another clock."""
    other = step.anchored and anchor != IMPACT
    return None if other else claim_of(reviewed, f"{TIME}:{step.name}")


def review(
    history: History,
    scope: Scope,
    *,
    as_of: dt.datetime,
    repeats: Repeats,
    period: Period | None = None,
    breaks: Sequence[Break] = (),
    promised: Promise = USUAL,
) -> Review:
    """Review a period of the incidents in ``scope``.

    Args:
        history: all records; the reference lies before the period.
        scope: teams, services, severities and causes; its own period is left aside.
        as_of: naive UTC moment looked from.
        repeats: :func:`analytics.repeats.ledger.find_repeats` of the same history.
        period: a half-open one; by default :func:`~analytics.recorded.last_told_quarter`.
        breaks: days marked by the reader; nothing is tested across one.
        promised: days within which actions are to be done.

    Raises:
        ValueError: the period is open or empty.
    """
    always = select(history, scope.always())
    start, end = bounds(period or last_told_quarter(always, as_of=as_of))
    line = timeline(always, as_of=as_of, start=start, breaks=breaks)
    beside = sides(line, start=start, end=end, breaks=breaks)
    event = events(history)
    severities = _severities(line, beside)
    measures = time_measures(line, beside, event)
    step, instead = first_step(measures, beside)
    causes = causes_of(line, beside.now, beside.reference)
    shares = {
        REPEATS: repeating(line, repeats, beside, event),
        OUTSIDE: found_outside(line, event),
        DONE: done_within(line, promised),
    }
    like = LikeForLike(line, beside, measures[step].durations.seconds, ranks_of(line))
    claims = judge(
        [
            *_rate_questions(severities, beside, like),
            *_time_questions(measures, step, beside, like),
            *_tail_questions(line, measures[step], beside, event, like),
            *_cause_questions(causes, beside, like),
            ask(REPEATS, shares[REPEATS], beside),
            ask(OUTSIDE, shares[OUTSIDE], beside),
            ask(DONE, shares[DONE], beside, label=promised.words),
        ]
    )
    watch = Watch(line, beside.now, breaks)
    by_key = {each.key: each for each in claims}
    return Review(
        view=select(history, scope.during(start, end)),
        line=line,
        sides=beside,
        claims=claims,
        counts=tuple(_series(each, by_key[each.key], watch, end) for each in severities),
        times=review_times(measures[step], instead, beside),
        time_chart=time_chart(watch, by_key[f"{TIME}:{step}"], measures[step]),
        shares=shares,
        drift=causes.drift,
        events=len(np.unique(event[line.rows[beside.now.span]])),
        newcomers=newcomers(line, beside),
        strays=strays(history, teams=scope.teams),
        breaks=tuple(breaks),
    )


def _rate_questions(
    severities: Sequence["_Severity"], beside: Sides, like: LikeForLike
) -> list[Question]:
    return [
        ask(
            each.key,
            each.measured,
            beside,
            label=each.label,
            weight=FIRST,
            explain=partial(like.explain_rate, members=each.members),
        )
        for each in severities
    ]


def _time_questions(
    measures: dict[str, TimeMeasure], first: str, beside: Sides, like: LikeForLike
) -> list[Question]:
    return [
        ask(
            f"{TIME}:{name}",
            measured,
            beside,
            label=name,
            weight=FIRST if name == first else ALSO,
            explain=partial(like.explain_time, measured=measured),
        )
        for name, measured in measures.items()
    ]


def _tail_questions(
    line: Timeline, measured: TimeMeasure, beside: Sides, event: Events, like: LikeForLike
) -> list[Question]:
    window = slice(beside.reference.span.start, beside.now.span.stop)
    beyond, limit = tail(measured.durations, event[line.rows], window)
    return [
        ask(
            "tail",
            beyond,
            beside,
            label=f"{limit / HOUR:g}",
            explain=partial(like.explain_tail, measured=measured, limit=limit),
        ),
        ask("hours", hours_measure(line, event), beside, explain=like.explain_hours),
    ]


def _cause_questions(causes: Causes, beside: Sides, like: LikeForLike) -> list[Question]:
    names = causes.asked(beside.now)
    single = {name: CauseMeasure(causes, name) for name in names}
    return [
        ask("causes", MixMeasure(causes), beside, explain=like.explain_mix),
        *(
            ask(
                f"cause:{name}",
                measured,
                beside,
                label=name,
                weight=SINGLE_CAUSES / len(names),
                explain=partial(like.explain_cause, measured=measured),
            )
            for name, measured in single.items()
        ),
    ]


def _severities(line: Timeline, beside: Sides) -> list[_Severity]:
    """All incidents, and those of each severity rank that occurs in the period or before it.

    Where all have one rank, the question is the same and is asked once.
    """
    ranks = line.view.history.incidents["severity_rank"].to_numpy()[line.rows]
    compared = ranks[beside.reference.span.start : beside.now.span.stop]
    known = np.unique(compared[~np.isnan(compared)])
    chosen = [(ALL, "", np.ones(len(ranks), dtype=bool))]
    if len(known) > 1 or np.isnan(compared).any():
        of_ranks = ((rank, ranks == rank) for rank in known)
        chosen += [(f"{ALL}:{rank:g}", _label(line, each), each) for rank, each in of_ranks]
    whole = rate_measure(line, chosen[0][2], beside.now)
    return [
        _Severity(
            key,
            label,
            members,
            whole if key == ALL else rate_measure(line, members, beside.now, whole=whole),
        )
        for key, label, members in chosen
    ]


def _label(line: Timeline, members: Mask) -> str:
    """What the source calls those of one rank; every name where sources differ."""
    severity = line.view.history.incidents["severity"]
    codes = severity.cat.codes.to_numpy()[line.rows[members]]
    used = np.flatnonzero(np.bincount(codes[codes >= 0]))
    return " / ".join(str(severity.cat.categories[code]) for code in used.tolist())


def _series(severity: _Severity, claim: Claim, watch: Watch, end: dt.date) -> CountSeries:
    return CountSeries(
        key=severity.key,
        label=severity.label,
        weeks=weeks(watch.line, severity.measured, end),
        months=months(watch.line, severity.measured, end),
        chart=rate_chart(watch, claim, severity.measured, severity.members),
    )
