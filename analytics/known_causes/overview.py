"""Which known causes have struck more than once, and what still stands open against each?

A cause is asked for when one of its incidents is in view; what is said of it counts all history,
because a cause does not begin where the reader's period does. Incidents that nobody has confirmed
are counted apart, and causes of which nobody has confirmed anything are a list of their own.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analytics.answer import LEVEL, Answer
from analytics.calendar import Times, ordinals
from analytics.clocks import Floats, for_logs
from analytics.frames import NO_ROW, OPEN_STATES, PREVENT
from analytics.impact import TIME_OF_IMPACT, impact_hours
from analytics.known_causes.grouping import (
    NO_CAUSE,
    STRUCK_AGAIN,
    KnownCauses,
    days_between,
    gaps,
    recurrences,
)
from analytics.known_causes.membership import Families
from analytics.known_causes.rates import (
    HORIZONS,
    BackWithin,
    CauseRecords,
    LaplaceTrend,
    MeanCumulative,
    PowerLaw,
    RatePriors,
    back_within,
    laplace,
    mean_cumulative,
    power_law,
    rate_priors,
)
from analytics.repeats.fixes import FixStages, as_written, fix_stages
from analytics.selection import UNKNOWN, Mask, Rows, View
from analytics.statistics import groups
from analytics.statistics.distributions import normal_quantile
from analytics.units import HOUR

# How many hours of impact is a cause expected to take in the days ahead?
#
# Expected recurrences times the mean impact of one: the mean, not the median, because a few long
# incidents are most of the impact and a median leaves them out. Both are the cause's own record,
# moved towards that of all causes. One time is an event: incidents within a day count together.
#
# The interval says what nineteen of twenty such stretches of days would take. It holds the doubt
# about the rate and about the mean, and the luck of how often and for how long; so it begins at 0
# where the cause may well stay away.

#: Spread of log durations to plan with, and as how many values beyond the first of each cause it
#: counts: enough to stand in where there are none, little beside a year of incidents.
PLANNING_SIGMA, PLANNING_WEIGHT = 1.25, 4


@dataclass(frozen=True, slots=True)
class ImpactAhead:
    """What is expected of each cause asked for; the arrays run parallel, NaN where unknown.

    Attributes:
        hours: expected hours of impact.
        low, high: what 95 % of such stretches of days would take.
        recurrences: expected times that it comes back.
        hours_each: expected hours of one time.
        borrowed: whether these are those of all causes, none of its own being known.
    """

    hours: Floats
    low: Floats
    high: Floats
    recurrences: Floats
    hours_each: Floats
    borrowed: Mask


@dataclass(frozen=True, slots=True)
class _Each:
    """The impact of one time of a cause: log-normal hours around a mean that is itself in doubt.

    Attributes:
        mean: expected hours.
        shared: of two times of one cause, the expected product of their hours.
        square: expected square of the hours of one time.
        borrowed: whether the cause has no known impact of its own.
    """

    mean: Floats
    shared: Floats
    square: Floats
    borrowed: Mask


def impact_ahead(
    causes: KnownCauses, asked: Rows, *, as_of: dt.datetime, days: float
) -> ImpactAhead:
    """The impact of the causes ``asked`` in so many ``days`` from ``as_of`` on.

    Args:
        causes: the causes of the history; all of them say how often causes come back.
        asked: numbers of causes, each once.
        as_of: naive UTC moment looked from; what began later is not looked at.
        days: how far ahead.
    """
    records = _records(causes, as_of=as_of)
    # All causes are looked at until the day began, so that what they say holds for all of it.
    earlier = _records(causes, as_of=dt.datetime.combine(as_of, dt.time()))
    priors = rate_priors(earlier) or rate_priors(records)
    mean, shape = _times(priors, records.of(asked), days)
    each = _one_time(causes, asked, as_of=as_of)
    hours = mean * each.mean
    # Of a gamma-Poisson count N: the mean of N(N - 1), and the chance that N is 0.
    pairs = mean**2 * (1.0 + 1.0 / shape)
    stays_away = (1.0 + mean / shape) ** -shape
    low, high = _interval(hours, mean * each.square + pairs * each.shared, stays_away)
    return ImpactAhead(hours, low, high, mean, each.mean, each.borrowed)


def _records(causes: KnownCauses, *, as_of: dt.datetime) -> CauseRecords:
    again = recurrences(causes, np.arange(len(causes)), as_of=as_of)
    events = np.bincount(again.cause, minlength=len(causes)).astype(np.float64)
    return CauseRecords(
        events=events,
        days=again.watched,
        silent=again.watched.max(initial=0.0) - again.watched,
        came_back=events > 0,
    )


def _times(priors: RatePriors | None, records: CauseRecords, days: float) -> tuple[Floats, Floats]:
    """How often each cause will come back: mean and shape of a gamma distribution."""
    if priors is None:
        return (unknown := np.full(len(records.events), np.nan)), unknown
    expected = priors.expected(records, np.full(len(records.events), days))
    return expected.mean, expected.shape


def _one_time(causes: KnownCauses, asked: Rows, *, as_of: dt.datetime) -> _Each:
    logs, of = _known_events(causes, as_of=as_of)
    n = np.bincount(of, minlength=len(causes))
    there = n > 0
    if not there.any():
        unknown = np.full(len(asked), np.nan)
        return _Each(unknown, unknown, unknown, np.ones(len(asked), dtype=bool))
    means = np.bincount(of, weights=logs, minlength=len(causes)) / np.maximum(n, 1)
    scatter = float(((logs - means[of]) ** 2).sum()) + PLANNING_WEIGHT * PLANNING_SIGMA**2
    within = scatter / (len(logs) - int(there.sum()) + PLANNING_WEIGHT)
    prior = groups.fit_normal(means[there], n[there], within)
    middle, error = prior.posterior(means[asked], n[asked])
    return _Each(
        mean=np.exp(middle + (error**2 + within) / 2.0),
        shared=np.exp(2.0 * middle + 2.0 * error**2 + within),
        square=np.exp(2.0 * (middle + error**2 + within)),
        borrowed=~there[asked],
    )


def _known_events(
    causes: KnownCauses, *, as_of: dt.datetime
) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Logarithms of the hours of each event of known impact, and the cause of each."""
    began = causes.repeats.links.moments.began[causes.incidents]
    hours = impact_hours(causes.repeats.history.incidents)[causes.incidents]
    event = np.cumsum(causes.new_event) - 1
    known = np.isfinite(hours) & (began <= np.datetime64(as_of, "s"))
    numbers, place = np.unique(event[known], return_inverse=True)
    together: Floats = np.bincount(place, weights=hours[known]).astype(np.float64) * HOUR
    of = causes.of[causes.incidents[np.flatnonzero(causes.new_event)]]
    return np.log(for_logs(together) / HOUR), of[numbers]


def _interval(mean: Floats, square: Floats, nothing: Floats) -> tuple[Floats, Floats]:
    """Quantiles of a sum that is 0 with chance ``nothing`` and else log-normal, by its moments."""
    tail = (1.0 - LEVEL) / 2.0
    something = 1.0 - nothing
    spread = np.sqrt(np.maximum(np.log(square * something / mean**2), 0.0))
    centre = np.log(mean / something) - spread**2 / 2.0
    ends = []
    for p in (tail, 1.0 - tail):
        inside = np.clip((p - nothing) / something, 1e-12, 1.0)
        ends.append(np.where(p > nothing, np.exp(centre + spread * normal_quantile(inside)), 0.0))
        ends[-1][np.isnan(mean)] = np.nan
    return ends[0], ends[1]


#: Days within which the list says how likely a cause is to be back: about until the next review.
WITHIN_DAYS = 90


class FixNow(IntEnum):
    """What has become of the fix of a cause, by all preventive actions promised against it."""

    NONE = 0  # none was promised
    DROPPED = 1  # all were given up
    OPEN = 2  # at least one is still to be done
    DID_NOT_HOLD = 3  # all ended, and the cause struck after the last was done
    DONE = 4  # all ended, one was done, and nobody has checked it
    VERIFIED = 5  # the same, and somebody checked at least one
    UNKNOWN = 6  # the state of one is not known, and none is known to be open


@dataclass(frozen=True)
class CauseList:
    """Causes that struck at least twice, the most incidents first; the arrays run parallel.

    Attributes:
        cause: number of the cause.
        earliest, latest: positions of its first and of its last incident.
        incidents: how many confirmed ones there are in all history.
        possible: incidents that may have the cause too, in none of the other figures.
        repeats: confirmed repeats among them.
        open_actions: preventive actions still to be done.
        unclear_actions: preventive actions of unknown status.
        stages: how far the preventive actions of each are.
        fix: a :class:`FixNow` each.
        written: whether its fix is open only as sources said when they were written.
        by_quarter: incidents by quarter, from the first of any of these causes until now, a row
            for each cause.
        ahead: impact expected of each in the next :data:`WITHIN_DAYS` days.
        back_within: how often it was back within :data:`WITHIN_DAYS` days, one each.
        away: days since the last of its incidents was over; NaN where it is not known to be.
        total: causes that struck at least twice, of which these are the first.
        with_open: how many of all these have a preventive action still to be done.
        as_written: how many of these have none but what sources said when they were written.
    """

    cause: Rows
    earliest: Rows
    latest: Rows
    incidents: npt.NDArray[np.int64]
    possible: npt.NDArray[np.int64]
    repeats: npt.NDArray[np.int64]
    open_actions: npt.NDArray[np.int64]
    unclear_actions: npt.NDArray[np.int64]
    stages: FixStages
    fix: npt.NDArray[np.int8]
    written: Mask
    by_quarter: npt.NDArray[np.int64]
    ahead: ImpactAhead
    back_within: tuple[BackWithin, ...]
    away: Floats
    total: int
    with_open: int
    as_written: int


@dataclass(frozen=True)
class PossibleList:
    """Groups of incidents that may have one cause, none confirmed; the most incidents first.

    Attributes:
        family: number of each family.
        earliest, latest: positions of its first and of its last incident.
        incidents: how many there are in all history.
        total: how many such groups there are, of which these are the first.
        members: incidents of all of them.
    """

    family: Rows
    earliest: Rows
    latest: Rows
    incidents: npt.NDArray[np.int64]
    total: int
    members: int


def cause_list(families: Families, view: View, *, as_of: dt.datetime, most: int) -> CauseList:
    """The causes that struck at least twice in all history and at least once in ``view``.

    Args:
        families: the causes of the history.
        view: the incidents that the reader asks about.
        as_of: naive UTC moment looked from.
        most: causes given at most.
    """
    causes = families.causes
    sizes = np.diff(causes.first)
    asked = causes.within(view.events)
    asked = asked[causes.events[asked] >= STRUCK_AGAIN]
    latest = causes.incidents[causes.first[asked + 1] - 1]
    began = causes.repeats.links.moments.began[latest]
    order = np.lexsort((-began.astype(np.int64), -sizes[asked]))[:most]
    chosen = asked[order]
    to_do, written, unclear = _preventive(causes)
    later = causes.of[causes.repeats.later]
    only_written = (to_do > 0) & (written == to_do)
    stages = _stages(causes, chosen, as_of=as_of)
    return CauseList(
        cause=chosen,
        earliest=causes.incidents[causes.first[chosen]],
        latest=latest[order],
        incidents=sizes[chosen],
        possible=_possible(families)[families.of[causes.incidents[causes.first[chosen]]]],
        repeats=_per_cause(causes, later)[chosen],
        open_actions=to_do[chosen],
        unclear_actions=unclear[chosen],
        stages=stages,
        fix=_fix_now(stages, to_do[chosen], unclear[chosen], began=began[order]),
        written=only_written[chosen],
        by_quarter=_by_quarter(causes, chosen, as_of=as_of),
        ahead=impact_ahead(causes, chosen, as_of=as_of, days=WITHIN_DAYS),
        back_within=_back_within(causes, chosen, as_of=as_of),
        away=days_between(causes.over[causes.first[chosen + 1] - 1], np.datetime64(as_of, "s")),
        total=len(asked),
        with_open=int((to_do[asked] > 0).sum()),
        as_written=int(only_written[asked].sum()),
    )


def possible_list(families: Families, view: View, *, most: int) -> PossibleList:
    """The groups of at least two incidents without a confirmed cause, one of them in ``view``."""
    asked = np.unique(families.of[view.events])
    asked = asked[asked != NO_CAUSE]
    asked = asked[families.core[asked] == NO_CAUSE]
    sizes = np.diff(families.first)[asked]
    latest = families.incidents[families.first[asked + 1] - 1]
    began = families.causes.repeats.links.moments.began[latest].astype(np.int64)
    order = np.lexsort((-began, -sizes))[:most]
    chosen = asked[order]
    return PossibleList(
        family=chosen,
        earliest=families.incidents[families.first[chosen]],
        latest=latest[order],
        incidents=sizes[order],
        total=len(asked),
        members=int(sizes.sum()),
    )


def _fix_now(
    stages: FixStages,
    to_do: npt.NDArray[np.int64],
    unclear: npt.NDArray[np.int64],
    *,
    began: Times,
) -> npt.NDArray[np.int8]:
    """What has become of each fix; the first that applies.

    Args:
        to_do, unclear: its preventive actions that are open, and those of unknown state.
        began: when its cause struck last.
    """
    return np.select(
        [
            stages.promised == 0,
            to_do > 0,
            unclear > 0,
            stages.given_up == stages.promised,
            began > stages.last_done,
            stages.verified > 0,
        ],
        [
            FixNow.NONE,
            FixNow.OPEN,
            FixNow.UNKNOWN,
            FixNow.DROPPED,
            FixNow.DID_NOT_HOLD,
            FixNow.VERIFIED,
        ],
        FixNow.DONE,
    ).astype(np.int8)


def _by_quarter(causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime) -> npt.NDArray[np.int64]:
    """Incidents of each cause by quarter, from the first of any of them until now."""
    place = np.full(len(causes) + 1, NO_CAUSE, np.intp)  # the last is that of no cause
    place[chosen] = np.arange(len(chosen))
    which, now = place[causes.of[causes.incidents]], np.datetime64(as_of, "s")
    began = causes.repeats.links.moments.began[causes.incidents]
    there = (which != NO_CAUSE) & (began <= now)
    quarter = ordinals(np.append(began[there], now), "quarter")
    first, last = int(quarter.min()), int(quarter[-1])
    counts = np.zeros((len(chosen), last - first + 1), np.int64)
    np.add.at(counts, (which[there], quarter[:-1] - first), 1)
    return counts


def _possible(families: Families) -> npt.NDArray[np.int64]:
    """Possible members of each family."""
    of = families.of[families.incidents]
    return np.bincount(of, families.is_possible, minlength=len(families)).astype(np.int64)


def _per_cause(causes: KnownCauses, numbers: Rows) -> npt.NDArray[np.int64]:
    return np.bincount(numbers[numbers != NO_CAUSE], minlength=len(causes))


def _preventive(causes: KnownCauses) -> tuple[npt.NDArray[np.int64], ...]:
    """Preventive actions of each cause: to be done, of these as written, and of unknown state."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    counts = (actions["kind"] == PREVENT).to_numpy() & (incident != NO_ROW)
    to_do = counts & actions["status"].isin(OPEN_STATES).to_numpy()
    written = counts & as_written(actions)
    unclear = counts & actions["status"].isna().to_numpy()
    return tuple(
        _per_cause(causes, causes.of[incident[chosen]]) for chosen in (to_do, written, unclear)
    )


def _stages(causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime) -> FixStages:
    """How far the preventive actions after incidents of each of the ``chosen`` causes are."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    rows = np.flatnonzero((actions["kind"] == PREVENT).to_numpy() & (incident != NO_ROW))
    place = np.full(len(causes) + 1, NO_CAUSE, np.intp)  # the last is that of no cause
    place[chosen] = np.arange(len(chosen))
    which = place[causes.of[incident[rows]]]
    pairs = [(which[which != NO_CAUSE], rows[which != NO_CAUSE])]
    return fix_stages(actions, pairs, fixes=len(chosen), as_of=as_of)


def _back_within(
    causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime
) -> tuple[BackWithin, ...]:
    found = gaps(causes, np.isin(causes.of, chosen), as_of=as_of)  # sorted by cause
    first, last = (np.searchsorted(found.cause, chosen, side=side) for side in ("left", "right"))
    return tuple(
        back_within(found.days[a:b], found.came_back[a:b], days=WITHIN_DAYS)
        for a, b in zip(first, last, strict=True)
    )


# What is known of one cause: its incidents, the time between them, services and impact.
#
# All history counts, whatever the reader filtered: a cause is judged by its whole record.

#: Class of an incident that is no confirmed repeat.
NO_REPEAT = -1


@dataclass(frozen=True)
class CauseHistory:
    """The record of one cause.

    Attributes:
        cause: its number.
        incidents: positions in order of time; ``days_away``, ``repeat_class``, ``as_written`` and
            ``hours`` run parallel.
        events: how often it struck; incidents that continue an event are part of it.
        days_away: days from the end of the event before; NaN for the first, for a cascade, and
            where that end is unknown.
        repeat_class: a :class:`~analytics.repeats.fixes.RepeatClass` each,
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
        incidents: positions of the incidents that these began with.
        watched: days from its first incident until the moment looked from.
        trend: whether its recurrences gather towards the end.
        growth: whether they come faster and faster.
    """

    days: Floats
    incidents: Rows
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


def cause_history(causes: KnownCauses, cause: int, *, as_of: dt.datetime) -> CauseHistory:
    """Everything on record of one cause.

    Args:
        causes: the causes of the history.
        cause: number of the one asked for.
        as_of: naive UTC moment looked from.
    """
    members, now = causes.members(cause), np.datetime64(as_of, "s")
    hours = impact_hours(causes.repeats.history.incidents.take(members))
    away = gaps(causes, causes.repeats.history.marks(members), as_of=as_of)
    return CauseHistory(
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
    here = slice(causes.first[cause], causes.first[cause + 1])
    members = causes.incidents[here]
    began = causes.repeats.links.moments.began[members]
    again = causes.new_event[here] & (began <= np.datetime64(as_of, "s"))
    again[0] = False
    return Recurring(
        days=own.days,
        incidents=members[again],
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
    of_all = np.full(len(causes.of), NO_REPEAT, np.int8)
    of_all[causes.repeats.later] = causes.repeats.repeat_class
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
