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

import numpy as np
import numpy.typing as npt

from analytics.calendar import Period, bounds, last_full_quarter, quarter
from analytics.frames import History, by_time
from analytics.periods import Moments
from analytics.selection import Mask, Rows, View

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


def has_pace(begun: Moments, *, newest: np.datetime64) -> bool:
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


def _begun(history: History, teams: Sequence[str]) -> Moments:
    """When the dated records began, in order."""
    begun: Moments = history.incidents["period_at"].to_numpy()[_in_order(history, teams)]
    return begun


def _dated(view: View) -> Moments:
    when = view.history.incidents["period_at"].to_numpy()[view.rows].astype("datetime64[s]")
    dated: Moments = when[~np.isnat(when)]
    return dated


def _day(moment: np.datetime64) -> dt.date:
    day: dt.date = moment.astype("datetime64[D]").item()
    return day
