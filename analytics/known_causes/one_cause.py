"""What is known of one cause: its incidents, the time between them, services and impact.

All history counts, whatever the reader filtered: a cause is judged by its whole record.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer
from analytics.clocks import Floats
from analytics.impact.minutes import TIME_OF_IMPACT, impact_hours
from analytics.known_causes.grouping import KnownCauses, days_between, gaps, recurrences
from analytics.known_causes.intensity import (
    HORIZONS,
    BackWithin,
    LaplaceTrend,
    MeanCumulative,
    PowerLaw,
    back_within,
    laplace,
    mean_cumulative,
    power_law,
)
from analytics.known_causes.overview import STRUCK_AGAIN
from analytics.selection import UNKNOWN, Mask, Rows

#: Class of an incident that is no confirmed repeat.
NO_REPEAT = -1


@dataclass(frozen=True)
class OneCause:
    """The record of one cause.

    Attributes:
        cause: its number.
        incidents: positions in order of time; ``days_away``, ``repeat_class``, ``as_written`` and
            ``hours`` run parallel.
        events: how often it struck; incidents that continue an event are part of it.
        days_away: days from the end of the event before; NaN for the first, for a cascade, and
            where that end is unknown.
        repeat_class: a :class:`~analytics.repeats.earlier_actions.RepeatClass` each,
            :data:`NO_REPEAT` for what is no confirmed repeat.
        as_written: whether its fix was open only as sources said when they were written.
        hours: hours of impact, NaN where unknown.
        impact: these hours together.
        services: incidents by service, the most first, those without any as "unknown".
        back_within: by days, how often it was back within them, and the chance that it is.
        away: days since the last of its incidents was over; NaN where it is not known to be.
        gaps_unknown: events of which nobody knows when they were over.
    """

    cause: int
    incidents: Rows
    events: int
    days_away: Floats
    repeat_class: npt.NDArray[np.int8]
    as_written: Mask
    hours: Floats
    impact: Answer
    services: dict[str, int]
    back_within: dict[int, BackWithin]
    away: float
    gaps_unknown: int


@dataclass(frozen=True)
class Recurring:
    """How often one cause came back.

    Attributes:
        days: of its recurrences, from its first incident.
        watched: days from its first incident until the moment looked from.
        trend: whether its recurrences gather towards the end.
        growth: whether they come faster and faster.
    """

    days: Floats
    watched: float
    trend: LaplaceTrend
    growth: PowerLaw


@dataclass(frozen=True)
class CommonRecurrence:
    """How often causes come back, to hold one of them against.

    Attributes:
        mean: mean cumulative recurrences of all causes that struck at least twice.
        causes: how many these are.
    """

    mean: MeanCumulative
    causes: int


def one_cause(causes: KnownCauses, cause: int, *, as_of: dt.datetime) -> OneCause:
    """Everything on record of one cause.

    Args:
        causes: the causes of the history.
        cause: number of the one asked for.
        as_of: naive UTC moment looked from.
    """
    members, now = causes.members(cause), np.datetime64(as_of, "s")
    hours = impact_hours(causes.repeats.history.incidents.take(members))
    away = gaps(causes, causes.repeats.history.marks(members), as_of=as_of)
    return OneCause(
        cause=cause,
        incidents=members,
        events=int(causes.events[cause]),
        days_away=_days_away(causes, cause),
        repeat_class=_classes(causes, members),
        as_written=np.isin(members, causes.repeats.later[causes.repeats.as_written]),
        hours=hours,
        impact=_together(hours),
        services=services_of(causes, members),
        back_within={days: back_within(away.days, away.came_back, days=days) for days in HORIZONS},
        away=float(days_between(causes.over[causes.first[cause + 1] - 1 :][:1], now)[0]),
        gaps_unknown=away.unknown,
    )


def recurring(causes: KnownCauses, cause: int, *, as_of: dt.datetime) -> Recurring:
    """How often ``cause`` came back, and whether it comes back faster and faster."""
    own = recurrences(causes, np.array([cause]), as_of=as_of)
    watched = float(own.watched[0])
    inside = own.days[own.days < watched]
    return Recurring(
        days=own.days,
        watched=watched,
        trend=laplace(inside, watched=watched),
        growth=power_law(inside, watched=watched),
    )


def common_recurrence(causes: KnownCauses, *, as_of: dt.datetime) -> CommonRecurrence:
    """How often the causes that struck at least twice came back; worth keeping for a revision."""
    chosen = np.flatnonzero(causes.events >= STRUCK_AGAIN)
    every = recurrences(causes, chosen, as_of=as_of)
    return CommonRecurrence(
        mean=mean_cumulative(every.days, every.cause, every.watched), causes=len(chosen)
    )


def _days_away(causes: KnownCauses, cause: int) -> Floats:
    """From the end of the event before, which may have gone on in cascades."""
    here = slice(causes.first[cause], causes.first[cause + 1])
    began = causes.repeats.links.moments.began[causes.incidents[here]]
    days = np.full(len(began), np.nan)
    days[1:] = days_between(causes.over[here][:-1], began[1:])
    return np.where(causes.new_event[here], days, np.nan)


def _classes(causes: KnownCauses, members: Rows) -> npt.NDArray[np.int8]:
    found = causes.repeats
    of_all = np.full(len(causes.of), NO_REPEAT, np.int8)
    of_all[found.later] = found.repeat_class
    return of_all[members]


def _together(hours: Floats) -> Answer:
    known = hours[np.isfinite(hours)]
    return Answer(
        float(known.sum()) if len(known) else None,
        n=len(known),
        n_missing=len(hours) - len(known),
        unit="h",
        method=TIME_OF_IMPACT,
        reason="" if len(known) else "no incident of this cause has a known impact",
    )


def services_of(causes: KnownCauses, members: Rows) -> dict[str, int]:
    """Incidents by service, the most first, those without any as "unknown"."""
    table = causes.repeats.history.services
    own = table.loc[
        causes.repeats.history.marks(members)[table["incident"].to_numpy()]
    ].drop_duplicates()
    counts = own["service"].astype(object).value_counts()
    named = dict(sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0]).lower())))
    without = len(members) - own["incident"].nunique()
    return {str(name): int(n) for name, n in named.items()} | (
        {UNKNOWN: without} if without else {}
    )
