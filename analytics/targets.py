"""Were times kept within what was promised: "SEV1 mitigated within an hour, nine in ten"?

A target is a time for one step, for one severity or for all that have none of their own, and may
say which share is to keep it. An open incident that has lasted longer already has missed it; one
that has not is not known yet, like one whose clocks are missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.calendar import Datetimes, Every, ordinals, run, starts
from analytics.clocks import Durations, Mask
from analytics.recorded import on_calendar
from analytics.selection import View
from analytics.statistics.shares import share

WITHIN_TARGET = Method(
    title="Share within target",
    answers="How many incidents stayed within the time that was promised?",
    formula=(
        "Incidents that took at most the time set for their severity, else that for all, divided "
        "by those of which it is known; an open one that has lasted longer is one that did not."
    ),
    source="Wilson, Journal of the American Statistical Association 22, 1927",
    leaves_out="Incidents of which a clock is missing or impossible, or that have no target.",
    example=Example(
        given=(
            "Three hours are set for SEV1 and one hour for all others. A SEV2 took 1 hour, a SEV1 "
            "took 2 hours and another SEV2 took 4."
        ),
        inputs={"severities": ("SEV2", "SEV1", "SEV2"), "hours": (1, 2, 4)},
        gives="Of the three, 2 stayed within theirs: 67 %.",
        result=(2 / 3,),
    ),
)
NO_TARGET = "no target is set"
#: The step of a target that says within how many days a promised action is to be done.
ACTIONS_DONE = "done"
#: Days for actions that no target is set for; a month is the common promise for severe incidents.
USUAL_PROMISE = 30
DAY = 86_400.0
NONE_OWED = "no incident has a severity that a target is set for"


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised of one step.

    Attributes:
        step: name of the step, as ``TTM``, ``publish`` for the post-mortem, or
            :data:`ACTIONS_DONE` for promised actions.
        seconds: the time it is to stay within.
        severity: the label that it is for; empty for every severity without a target of its own.
        wanted: the share that is to keep it; None where none was said.
    """

    step: str
    seconds: float
    severity: str = ""
    wanted: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Within how many days the actions promised after an incident are to be done.

    Attributes:
        days: for every severity without days of its own.
        by_severity: days by label, where they are others.
    """

    days: int = USUAL_PROMISE
    by_severity: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """``30 days``; of several, ``30 days (SEV1 7, SEV2 14)``."""
        others = ", ".join(f"{label} {days}" for label, days in sorted(self.by_severity.items()))
        return f"{self.days} days" + (f" ({others})" if others else "")


def promise(targets: Sequence[Target]) -> Promise:
    """What is promised of actions: targets of the step :data:`ACTIONS_DONE`, in whole days."""
    days = {
        target.severity: max(1, round(target.seconds / DAY))
        for target in targets
        if target.step == ACTIONS_DONE
    }
    usual = days.pop("", USUAL_PROMISE)
    return Promise(usual, {label: own for label, own in days.items() if own != usual})


@dataclass(frozen=True)
class Marks:
    """What became of each incident by its target.

    Attributes:
        target: position of its target, -1 where there is none for it.
        kept: whether it stayed within.
        known: whether that is known.
    """

    target: npt.NDArray[np.int64]
    kept: Mask
    known: Mask

    def share(self, rows: slice | Mask) -> Answer:
        """The share that kept its target, of those of some rows where that is known."""
        owed = self.target[rows] >= 0
        known = owed & self.known[rows]
        of, n_missing = int(known.sum()), int(owed.sum() - known.sum())
        if not of and not n_missing:
            return Answer(None, unit="share", method=WITHIN_TARGET, reason=NONE_OWED)
        kept = share(int((known & self.kept[rows]).sum()), of, method=WITHIN_TARGET)
        return replace(kept, n_missing=n_missing)


@dataclass(frozen=True)
class WithinTarget:
    """The share of incidents in view that stayed within their targets.

    Attributes:
        targets: of the step, as they were set, with the share that kept each.
        overall: of all that have a target.
        starts: first day of each period, those without an incident included.
        by_period: ``overall`` in each.
    """

    targets: tuple[tuple[Target, Answer], ...]
    overall: Answer
    starts: Datetimes
    by_period: tuple[Answer, ...]


def marks(incidents: pd.DataFrame, durations: Durations, targets: Sequence[Target]) -> Marks:
    """Which incidents stayed within their targets.

    Args:
        incidents: those that ``durations`` were measured on.
        targets: of the step; of two for one severity the last counts.
    """
    mine = [target for target in targets if target.step == durations.step.name]
    severity = incidents["severity"].cat
    of = {target.severity: place for place, target in enumerate(mine)}
    for_all = of.get("", -1)
    # The code of a missing label is -1 and finds the last entry.
    by_code = np.array([of.get(str(name), for_all) for name in severity.categories] + [for_all])
    target = by_code[severity.codes.to_numpy()]
    limits = np.array([each.seconds for each in mine] + [np.nan])[target]
    with np.errstate(invalid="ignore"):
        kept = durations.seconds <= limits
        missed = (durations.seconds > limits) | (durations.elapsed > limits)
    return Marks(target=target, kept=kept, known=kept | missed)


def within_target(
    view: View, durations: Durations, targets: Sequence[Target], *, every: Every = "quarter"
) -> WithinTarget:
    """The share within target, over all in view, by target and by period.

    Args:
        durations: measured on ``view.incidents``.
    """
    mine = [target for target in targets if target.step == durations.step.name]
    if not mine:
        none = Answer(None, unit="share", method=WITHIN_TARGET, reason=NO_TARGET)
        return WithinTarget((), none, np.empty(0, "datetime64[D]"), ())
    marked = marks(view.incidents, durations, mine)
    when = view.incidents["period_at"].to_numpy()
    numbers = ordinals(when[~np.isnat(when)], every)
    periods = run(ordinals(when[on_calendar(view)], every))
    # Rows are in order of time, the undated ones last, so each period is one slice.
    edges = np.searchsorted(numbers, [*periods, np.iinfo(np.int64).max])
    return WithinTarget(
        targets=tuple((each, marked.share(marked.target == k)) for k, each in enumerate(mine)),
        overall=marked.share(slice(None)),
        starts=starts(periods, every),
        by_period=tuple(marked.share(slice(a, b)) for a, b in pairwise(edges)),
    )
