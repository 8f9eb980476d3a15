"""From when until when do the records tell, and which quarter is the last one that they tell of?

A long silence is more often an end of loading than of incidents. Whoever stops loading records
would be told that incidents fell to none. So where the silence since the newest record is longer
than the pace before it makes believable, the records are taken to end with that record, and nothing
is said of the days after it. In the same way they begin with the first record after which others
follow at their pace: one that was copied from long before would make a rise of everything since.

The pace is that of the year beside the silence. A Poisson count of so many expected incidents is 0
with a chance under one in a thousand; as incidents cluster, the silence must be longer than twice
every gap of that year as well.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import (
    Datetimes,
    Period,
    bounds,
    last_full_quarter,
    ordinals,
    quarter,
    run,
    starts,
)
from analytics.frames import History, by_time
from analytics.pairs import PairRows, components
from analytics.selection import UNKNOWN, Mask, Rows, View, labels

#: Under this chance, a silence is no accident of an unchanged pace.
UNBELIEVABLE = 0.001
#: Times the longest earlier gap.
LONGER_THAN_ANY = 2.0
#: Records in the year, below which it shows no pace; as many that stand apart are no strays.
FEWEST = 10
#: Share of a quarter that may be silent at its end for it to count as told.
MAY_BE_SILENT = 0.1
YEAR = np.timedelta64(365, "D")
DAY = np.timedelta64(1, "D")


def has_pace(begun: Datetimes, *, newest: np.datetime64) -> bool:
    """Whether the records of the year up to the newest one show how often there is one."""
    return int((begun > newest - YEAR).sum()) >= FEWEST


def silent_since(
    history: History, *, now: dt.datetime, teams: Sequence[str] = ()
) -> dt.date | None:
    """The day of the newest record where the records end there; None where they reach ``now``.

    Args:
        now: naive UTC; what is dated later is left out.
        teams: those of whose records alone is asked; all where there are none.
    """
    begun = _begun(history, teams)
    present = np.datetime64(history.here(now), "s")
    begun = begun[begun <= present]
    if not len(begun) or not _is_unbelievable(present - begun[::-1]):
        return None
    return _day(begun[-1])


def stopped_teams(history: History, *, now: dt.datetime) -> dict[str, dt.date]:
    """The teams whose records end before those of all together do, with the day of the last one."""
    until, ends = now, silent_since(history, now=now)
    if ends is not None:
        until = history.absolute(dt.datetime.combine(ends, dt.time.max))
    names = history.incidents["team"].cat.categories
    last = {str(team): silent_since(history, now=until, teams=(team,)) for team in names}
    return {team: day for team, day in last.items() if day is not None}


def strays(history: History, *, teams: Sequence[str] = ()) -> Rows:
    """Positions of the records that stand apart before all others, in order of time.

    Args:
        teams: as in :func:`silent_since`.
    """
    rows = _in_order(history, teams)
    begun = history.incidents["period_at"].to_numpy()[rows]
    for number in range(min(FEWEST, len(begun)) - 1, 0, -1):
        if _is_unbelievable(begun[number:] - begun[number - 1]):
            return rows[:number]
    return rows[:0]


def on_calendar(view: View) -> Mask:
    """The incidents in view that a calendar without gaps is drawn for, in their order.

    The dated ones; without the strays, which would be so many empty periods, unless the reader
    asks for a period or nothing else is in view.
    """
    dated = view.incidents["period_at"].notna().to_numpy()
    if view.scope.start or view.scope.end:
        return dated
    near: Mask = dated & ~view.having(strays(view.history, teams=view.scope.teams))
    return near if near.any() else dated


def records_begin(
    history: History, *, teams: Sequence[str] = (), otherwise: dt.date = dt.date.min
) -> dt.date:
    """The first day of which records are kept; ``otherwise`` where there is none.

    The day of the first record that is no stray; where teams are chosen, that of theirs, of several
    the one that begins last: a team may have joined the store late, and what it had before is
    missing and not zero. A service or a severity without a record may well have had no incident.
    """
    firsts = []
    groups: list[tuple[str, ...]] = [(team,) for team in teams] or [()]
    for chosen in groups:
        begun = _begun(history, chosen)
        if len(begun):
            firsts.append(begun[len(strays(history, teams=chosen))])
    return _day(max(firsts)) if firsts else otherwise


def last_told_quarter(view: View, *, as_of: dt.datetime, today: dt.date | None = None) -> Period:
    """The latest calendar quarter that is over and of which the records tell up to its end.

    They may be silent for the last tenth of it. Of records that are too few to show a pace, it is
    the latest one with any of them: whether none in the quarters since is good news or an end of
    loading cannot be told, and an empty review would tell nothing of the few that there are.

    Args:
        view: the reader's scope over all time.
        as_of: naive UTC moment until which the records tell.
        today: the present day by the reader's clock; that of ``as_of`` by default.
    """
    here = view.history.here(as_of)
    latest = last_full_quarter(today or here.date())
    begun = _dated(view)
    begun = begun[begun < min(np.datetime64(here, "s"), np.datetime64(latest.end, "s"))]
    if not len(begun):
        return latest
    start, end = bounds(quarter(here.date()))
    told = last_full_quarter(here.date() + MAY_BE_SILENT * (end - start))
    if not has_pace(begun, newest=begun[-1]) or bounds(told)[1] <= _day(begun[0]):
        return quarter(_day(begun[-1]))
    return min(told, latest, key=bounds)


def _is_unbelievable(away: npt.NDArray[np.timedelta64]) -> bool:
    """Whether there was silence too long for the pace of the records beside it.

    Args:
        away: how far they are from the other end of the silence, the nearest first.
    """
    silence = away[0]
    year = away[: np.searchsorted(away, silence + YEAR)]
    if len(year) < FEWEST:
        return False
    gaps = np.diff(year)
    expected = len(gaps) * (silence / max(year[-1] - silence, DAY))
    return math.exp(-expected) < UNBELIEVABLE and bool(silence > LONGER_THAN_ANY * gaps.max())


def _in_order(history: History, teams: Sequence[str]) -> Rows:
    """Positions of the dated records in order of time."""
    in_order = history.once(_dated_by_time)
    if not teams:
        return in_order
    team = history.incidents["team"].cat
    chosen = np.append(team.categories.isin(teams), False)
    rows: Rows = in_order[chosen[team.codes.to_numpy()[in_order]]]
    return rows


def _dated_by_time(history: History) -> Rows:
    in_order = history.once(by_time)
    return in_order[: int(history.incidents["period_at"].notna().sum())]


def _begun(history: History, teams: Sequence[str]) -> Datetimes:
    """When the dated records began, in order."""
    begun: Datetimes = history.incidents["period_at"].to_numpy()[_in_order(history, teams)]
    return begun


def _dated(view: View) -> Datetimes:
    when = view.history.incidents["period_at"].to_numpy()[view.rows].astype("datetime64[s]")
    dated: Datetimes = when[~np.isnat(when)]
    return dated


def _day(moment: np.datetime64) -> dt.date:
    day: dt.date = moment.astype("datetime64[D]").item()
    return day


# How many incidents, of which severity, in which month: counts on a calendar without gaps.

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CalendarCounts:
    """Counts by label and month.

    Attributes:
        starts: first day of each month, in order, those without an incident included.
        labels: what the rows of ``counts`` stand for.
        counts: one row a label, one column a month.
    """

    starts: npt.NDArray[np.datetime64]
    labels: tuple[str, ...]
    counts: Counts

    @property
    def total(self) -> Counts:
        """Incidents of each month, whatever their label."""
        totals: Counts = self.counts.sum(axis=0)
        return totals


def by_severity(view: View) -> CalendarCounts:
    """Incidents in view by severity and month, the worst first, unknown ones last."""
    incidents, order = view.incidents, severity_order(view.history.incidents)
    moments = incidents["period_at"].to_numpy()
    dated = on_calendar(view)
    codes = pd.Categorical(labels(incidents["severity"]), categories=list(order)).codes
    numbers = ordinals(moments[dated], "month")
    months = run(numbers)
    table = np.zeros((len(order), len(months)), dtype=np.int64)
    if len(months):
        np.add.at(table, (codes[dated], numbers - months[0]), 1)
    occurs = table.sum(axis=1) > 0
    return CalendarCounts(
        starts=starts(months, "month"),
        labels=tuple(name for name, kept in zip(order, occurs, strict=True) if kept),
        counts=table[occurs],
    )


def severity_order(incidents: pd.DataFrame) -> tuple[str, ...]:
    """All severity labels of the store, the worst rank first, then by name, unknown last."""
    column = incidents["severity"]
    ranks = incidents.groupby(column, observed=True)["severity_rank"].min()
    known = [str(name) for name in ranks.index if name != UNKNOWN]
    known.sort(key=lambda name: (np.nan_to_num(ranks[name], nan=np.inf), name.lower()))
    return (*known, UNKNOWN)


# Which incidents are one event: a storm of one cause is seen many times and happened once.
#
# Incidents of one event share their fate, so they are no independent evidence: ten records of one
# storm say as much about a company as one. Statistics about times, causes and detection take the
# event for the unit. An event is a chain of incidents of the same cause, each within three days of
# the one before, that share a service where both name one, or whatever people said was one event.

Events = npt.NDArray[np.int64]

#: How long after one incident another of the same cause still belongs to the same event.
WITHIN = np.timedelta64(72, "h")


def events(history: History) -> Events:
    """The number of the event that each incident belongs to, by position."""
    return history.once(_events)


def _events(history: History) -> Events:
    later, earlier = _neighbours(history)
    said = history.links["relation"].astype(object).to_numpy() == "same_event"
    both = history.links[["later", "earlier"]].to_numpy()[said]
    left = np.concatenate([later, both[:, 0]])
    right = np.concatenate([earlier, both[:, 1]])
    return components(len(history.incidents), left, right).astype(np.int64)


def _neighbours(history: History) -> tuple[PairRows, PairRows]:
    """The later and the earlier of incidents of one cause that follow each other soon enough.

    They follow each other on a service of both, whatever happened on others in between; one that
    names none follows, and is followed by, the nearest one.
    """
    incidents = history.incidents
    cause = incidents["root_cause_category"].cat
    known = np.append(cause.categories != UNKNOWN, False)[cause.codes.to_numpy()]
    known &= incidents["period_at"].notna().to_numpy()
    everyone = np.flatnonzero(known)
    later, earlier = _following(history, everyone, np.zeros(len(everyone), np.int64))
    services = history.services
    named = history.marks(services["incident"].to_numpy())
    one_names_none = ~(named[later] & named[earlier])
    chosen = services[known[services["incident"].to_numpy()]]
    on_one = _following(
        history, chosen["incident"].to_numpy(), chosen["service"].cat.codes.to_numpy()
    )
    return (
        np.concatenate([later[one_names_none], on_one[0]]),
        np.concatenate([earlier[one_names_none], on_one[1]]),
    )


def _following(
    history: History, rows: PairRows, groups: npt.NDArray[np.integer]
) -> tuple[PairRows, PairRows]:
    """Neighbours in time among incidents of the same cause and group, at most three days apart."""
    when = history.incidents["period_at"].to_numpy()[rows]
    cause = history.incidents["root_cause_category"].cat.codes.to_numpy()[rows]
    order = np.lexsort((rows, when, groups, cause))
    same = (np.diff(cause[order]) == 0) & (np.diff(groups[order]) == 0)
    near = same & (np.diff(when[order]) <= WITHIN)
    return rows[order][1:][near], rows[order][:-1][near]
