"""For how long did users feel the incidents, when, and how much of it do a few of them make up?

Impact lasts from its start to its mitigation, else to the resolution where no mitigation is
recorded. Open, missing, impossible and day-precise clocks give no figure rather than a guess, and
are counted beside every sum: a sum over what is known is a lower bound.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, too_few
from analytics.clocks import IMPACT, TTM, TTR, Durations, Floats, Status, Step, measure
from analytics.method import Example, Method
from analytics.periods import Every, Moments, ordinals, run, starts
from analytics.recorded import on_calendar
from analytics.selection import Rows, View
from analytics.units import HOUR

TIME_OF_IMPACT = Method(
    title="Impact time",
    answers="For how long did users feel the incidents?",
    formula=(
        "From the start of the impact to its mitigation, else to the resolution where no "
        "mitigation is recorded; summed incident by incident, in the period in which it began, "
        "so that two at the same time count twice: it is not the time that users felt any."
    ),
    source="Plain sum; the clocks are those of the record",
    leaves_out=(
        "Incidents whose impact is open, unknown, impossible, or known to the day only and too "
        "short for that. They are counted beside the sum; with them it would be larger."
    ),
    example=Example(
        given="Three incidents had an impact of 1, 2.5 and 4 hours.",
        inputs={"hours": (1, 2.5, 4)},
        gives="Together that is 7.5 hours.",
        result=(7.5,),
    ),
)
IMPACT_CONCENTRATION = Method(
    title="Concentration of the impact",
    answers="How much of the impact do the longest incidents make up?",
    formula="Impact time of the three longest incidents divided by that of all.",
    source="Plain sum",
    leaves_out="As the impact time; needs more incidents than it names.",
    example=Example(
        given=(
            "Four incidents had an impact of 1, 1, 2 and 6 hours, and the longest 1 is asked for."
        ),
        inputs={"hours": (1, 1, 2, 6), "longest": 1},
        gives="It holds 60 % of the impact.",
        result=(0.6,),
    ),
)

#: The end is the mitigation, else the resolution; no anchor moves the start of what users feel.
IMPACT_TIME = Step("impact", IMPACT, "mitigated_at", anchored=False)
#: A mitigation of which this is known says nothing, so the resolution stands in for it.
NO_MITIGATION = (Status.MISSING, Status.PENDING, Status.TOO_COARSE)
#: Recorded durations are the same at whatever moment one looks.
_WHENEVER = dt.datetime(1970, 1, 1)
#: The longest incidents that are named one by one.
NAMED = 3


@dataclass(frozen=True)
class ImpactTotal:
    """The impact of the incidents in view together.

    Attributes:
        total: seconds of impact, incident by incident: two at the same time count twice. Missing
            are the incidents whose impact has no usable start or end, the open ones included.
        n_open: incidents whose impact has not ended.
        longest: positions of the longest incidents, the longest first, with ``longest_seconds``.
        concentration: share of the total that the longest make up.
    """

    total: Answer
    n_open: int
    longest: Rows
    longest_seconds: Floats
    concentration: Answer


@dataclass(frozen=True)
class ImpactPeriods:
    """Impact by the period in which it began.

    Attributes:
        starts: first day of each period, without gaps.
        seconds: seconds of impact of the incidents that began in each.
        n: incidents whose impact is known; where it is 0 the sum is unknown or nothing happened.
        n_unknown: incidents that began in the period and whose impact is not known.
    """

    starts: Moments
    seconds: Floats
    n: npt.NDArray[np.int64]
    n_unknown: npt.NDArray[np.int64]


def impact_durations(incidents: pd.DataFrame, *, as_of: dt.datetime) -> Durations:
    """How long users felt each of ``incidents``."""
    return impact_of(measure(incidents, TTM, as_of=as_of), measure(incidents, TTR, as_of=as_of))


def impact_of(mitigated: Durations, resolved: Durations) -> Durations:
    """How long users felt incidents whose times to the mitigation and resolution are measured."""
    of_status = np.isin(np.array(Status), NO_MITIGATION)
    unmitigated = of_status[mitigated.status]
    return Durations(
        step=IMPACT_TIME,
        seconds=np.where(unmitigated, resolved.seconds, mitigated.seconds),
        status=np.where(unmitigated, resolved.status, mitigated.status),
        elapsed=np.where(unmitigated, resolved.elapsed, mitigated.elapsed),
        give=np.where(unmitigated, resolved.give, mitigated.give),
    )


def impact_hours(incidents: pd.DataFrame) -> Floats:
    """Hours of impact of each of ``incidents``, NaN where they cannot be known."""
    return impact_durations(incidents, as_of=_WHENEVER).seconds / HOUR


def added_up(felt: Durations) -> Answer:
    """Seconds of impact added up, incident by incident; a lower bound where some are missing."""
    n = felt.count(Status.RECORDED)
    n_invalid = felt.count(Status.INVALID)
    return Answer(
        float(felt.recorded.sum()) if n else None,
        n=n,
        n_missing=len(felt.status) - n - n_invalid,
        n_invalid=n_invalid,
        unit="s",
        method=TIME_OF_IMPACT,
        reason="" if n else "no incident has a usable start and end of its impact",
    )


def impact_total(view: View, *, as_of: dt.datetime, named: int = NAMED) -> ImpactTotal:
    """The impact of all incidents in view and the share of the ``named`` longest."""
    felt = impact_durations(view.incidents, as_of=as_of)
    known = np.flatnonzero(felt.status == Status.RECORDED)
    longest = known[np.argsort(-felt.seconds[known], kind="stable")[:named]]
    total = added_up(felt)
    return ImpactTotal(
        total=total,
        n_open=felt.count(Status.PENDING),
        longest=view.rows[longest],
        longest_seconds=felt.seconds[longest],
        concentration=_concentration(total, float(felt.seconds[longest].sum()), named),
    )


def impact_by_period(view: View, *, every: Every, as_of: dt.datetime) -> ImpactPeriods:
    """The impact that began in each period, with how much of it is not known."""
    felt = impact_durations(view.incidents, as_of=as_of)
    when = view.incidents["period_at"].to_numpy()
    dated = on_calendar(view)
    numbers = ordinals(when[dated], every)
    periods = run(numbers)
    bins = numbers - (periods[0] if len(periods) else 0)
    seconds = felt.seconds[dated]
    known = ~np.isnan(seconds)
    return ImpactPeriods(
        starts=starts(periods, every),
        seconds=_sums(bins[known], seconds[known], len(periods)),
        n=np.bincount(bins[known], minlength=len(periods)),
        n_unknown=np.bincount(bins[~known], minlength=len(periods)),
    )


def _sums(bins: npt.NDArray[np.int64], seconds: Floats, size: int) -> Floats:
    sums = np.zeros(size)
    np.add.at(sums, bins, seconds)
    return sums


def _concentration(total: Answer, longest: float, named: int) -> Answer:
    reason = "" if total.n > named else too_few(named + 1, total.n)
    if not reason and not total.estimate:
        reason = "all recorded impacts last no time at all"
    return Answer(
        None if reason or not total.estimate else longest / total.estimate,
        n=total.n,
        n_missing=total.n_missing,
        n_invalid=total.n_invalid,
        unit="share",
        method=IMPACT_CONCENTRATION,
        reason=reason,
    )
