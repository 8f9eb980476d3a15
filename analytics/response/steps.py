"""How fast do we detect, respond, mitigate and resolve, and is it changing?

The median with its exact interval is the headline; where incidents are still open it comes from
Kaplan–Meier, so that leaving the slow ones open cannot make the figure look better.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.answer import Answer
from analytics.clocks import IMPACT, STEPS, TTM, Durations, Step, measure
from analytics.periods import Every, Moments, ordinals, run, starts
from analytics.recorded import on_calendar
from analytics.response.durations import headline
from analytics.selection import View


@dataclass(frozen=True)
class Trend:
    """One answer for each bin of time, bins without an incident included.

    Attributes:
        starts, ends: first day of each bin, and the one after its last.
    """

    starts: Moments
    ends: Moments
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
    parts = (durations.part(slice(a, b)) for a, b in pairwise(edges))
    answers = tuple(headline(part) for part in parts)
    return Trend(starts(periods, every), starts(periods + 1, every), answers)
