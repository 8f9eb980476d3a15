"""Since when is the fix of each cause in place, and which incident brought it about?

A fix is in place from the first moment at which every preventive action promised until then had
ended and at least one of them was done. Later promises do not move that moment: choosing the last
one would choose it for the quiet that followed.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.known_causes.grouping import NO_CAUSE, KnownCauses
from analytics.moments import Times
from analytics.repeats.fix_state import action_dates
from analytics.selection import Mask, Rows
from analytics.vocabulary import DONE, PREVENT, WONT_DO

_NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class FixDates:
    """The fix of each cause, by number of the cause.

    Attributes:
        done: when the fix was in place, NaT where it is not, or nobody knows when.
        trigger: position of the incident that promised first; :data:`NO_CAUSE` without promise.
        undated: whether the fix may be in place, but a date or a status is missing.
    """

    done: Times
    trigger: Rows
    undated: Mask


def fix_dates(causes: KnownCauses, *, as_of: dt.datetime) -> FixDates:
    """When the fix of each cause was in place, as known at ``as_of``."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    dates = action_dates(actions, causes.repeats.links.moments.over)
    rows = np.flatnonzero((actions["kind"] == PREVENT).to_numpy() & (incident != NO_CAUSE))
    cause = causes.of[incident[rows]]
    rows, cause = rows[cause != NO_CAUSE], cause[cause != NO_CAUSE]
    done = np.asarray(dates.status == DONE)[rows]
    given_up = np.asarray(dates.status == WONT_DO)[rows]
    ended = dates.ended_until[rows]
    ended = np.where((done | given_up) & (ended <= np.datetime64(as_of, "s")), ended, _NEVER)
    unclear = np.asarray(dates.status.isna())[rows] | ((done | given_up) & np.isnat(ended))
    since = dates.since[rows]
    since = np.where(np.isnat(since) | (since > ended), ended, since)
    in_place = _first_all_ended(cause, since, ended, done, causes=len(causes))
    undated = np.bincount(cause[unclear], minlength=len(causes)) > 0
    return FixDates(
        done=in_place,
        trigger=_first_promise(cause, since, incident[rows], causes=len(causes)),
        undated=undated & np.isnat(in_place),
    )


def _first_all_ended(cause: Rows, since: Times, ended: Times, done: Mask, *, causes: int) -> Times:
    """First moment of each cause when nothing is open and something is done."""
    known = ~np.isnat(ended)
    whose = np.concatenate([cause, cause[known]])
    when = np.concatenate([since, ended[known]])
    step = np.repeat([1, -1], [len(cause), int(known.sum())])
    finished = np.concatenate([np.zeros(len(cause), bool), done[known]])
    # Promises before ends at the same moment; a promise of unknown date is taken to be the first.
    order = np.lexsort((-step, np.where(np.isnat(when), np.datetime64(0, "s"), when), whose))
    whose, when, step = whose[order], when[order], step[order]
    still_open, any_done = np.cumsum(step), np.cumsum(finished[order])
    start = np.searchsorted(whose, whose, side="left")
    still_open -= np.append(0, still_open)[start]
    any_done -= np.append(0, any_done)[start]
    hits = np.flatnonzero((still_open == 0) & (any_done > 0))
    found, first = np.unique(whose[hits], return_index=True)
    moments = np.full(causes, _NEVER)
    moments[found] = when[hits[first]]
    return moments


def _first_promise(cause: Rows, since: Times, incident: Rows, *, causes: int) -> Rows:
    order = np.lexsort((incident, since, cause))
    found, first = np.unique(cause[order], return_index=True)
    trigger = np.full(causes, NO_CAUSE, np.intp)
    trigger[found] = incident[order[first]]
    return trigger
