"""How far is the fix: promised, done, verified, and on which days?

Done and working are two things. A fix is verified where somebody recorded a check of it; that
nothing was seen since is evidence of another kind, and is never counted here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.moments import Times
from analytics.selection import Mask, Rows
from analytics.vocabulary import DONE, FAILED, VERIFIED, WONT_DO

Counts = npt.NDArray[np.int64]
_NEVER = np.datetime64("NaT", "s")
_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class FixStages:
    """The actions that make up each of several fixes; the arrays run parallel.

    Attributes:
        promised: actions promised.
        first_promised: the first day of a promise, NaT where no promise has a date of its own.
        done, last_done: of these, done ones, and the last day on which one was.
        given_up: of these, the ones that will not be done.
        verified, last_verified: of these, the ones that somebody checked and found to work.
        failed: of these, the ones that somebody checked and found not to work.
        planned: of these, neither checked nor given up, of which it is said how one would know.
    """

    promised: Counts
    first_promised: Times
    done: Counts
    last_done: Times
    given_up: Counts
    verified: Counts
    last_verified: Times
    failed: Counts
    planned: Counts


def fix_stages(
    actions: pd.DataFrame, pairs: Iterable[tuple[Rows, Rows]], *, fixes: int, as_of: dt.datetime
) -> FixStages:
    """The stages of ``fixes`` fixes.

    Args:
        actions: rows with the columns of :data:`analytics.frames.ACTIONS`.
        pairs: the number of a fix and the row of one of its actions, in several arrays of pairs.
        fixes: how many there are.
        as_of: naive UTC moment looked from; a check of a later day has not been made.
    """
    now = np.datetime64(as_of, "s")
    checked_on = actions["verified_on"].to_numpy().astype("datetime64[s]")
    is_ahead: Mask = checked_on > now
    check = actions["verification"]
    verified: Mask = (check == VERIFIED).to_numpy() & ~is_ahead
    failed: Mask = (check == FAILED).to_numpy() & ~is_ahead
    given_up: Mask = (actions["status"] == WONT_DO).to_numpy()
    done: Mask = (actions["status"] == DONE).to_numpy()
    says_how = actions["verified_how"].notna().to_numpy() | is_ahead
    marks = {
        "promised": np.ones(len(actions), dtype=bool),
        "done": done,
        "given_up": given_up,
        "verified": verified,
        "failed": failed,
        "planned": says_how & ~verified & ~failed & ~given_up,
    }
    counts = {name: np.zeros(fixes, np.int64) for name in marks}
    first = np.full(fixes, _LAST)
    last_done, last_verified = np.full(fixes, -_LAST), np.full(fixes, -_LAST)
    created = actions["created_on"].to_numpy().astype("datetime64[s]")
    ended = actions["completed_on"].to_numpy().astype("datetime64[s]")
    for which, rows in pairs:
        for name, mark in marks.items():
            counts[name] += np.bincount(which[mark[rows]], minlength=fixes)
        for ufunc, ends, days, mark in (
            (np.minimum, first, created, ~np.isnat(created)),
            (np.maximum, last_done, ended, done & ~np.isnat(ended)),
            (np.maximum, last_verified, checked_on, verified & ~np.isnat(checked_on)),
        ):
            dated = mark[rows]
            ufunc.at(ends, which[dated], days[rows[dated]].astype(np.int64))
    return FixStages(
        **counts,
        first_promised=_days(first),
        last_done=_days(last_done),
        last_verified=_days(last_verified),
    )


def _days(seconds: Counts) -> Times:
    known = np.abs(seconds) != _LAST
    return np.where(known, np.where(known, seconds, 0).astype("datetime64[s]"), _NEVER)
