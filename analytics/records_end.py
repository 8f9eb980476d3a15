"""Until when do the records tell? A long silence is more often an end of loading than of incidents.

Whoever stops loading records would be told that incidents fell to none. So where the silence since
the newest record is longer than the pace before it makes believable, the records are taken to end
with that record, and nothing is said of the days after it.

The pace is that of the year up to the newest record. A Poisson count of so many expected incidents
is 0 with a chance under one in a thousand; as incidents cluster, the silence must be longer than
twice every gap of that year as well.
"""

import datetime as dt
import math

import numpy as np

from analytics.frames import History
from analytics.periods import Moments

#: Under this chance, a silence is no accident of an unchanged pace.
UNBELIEVABLE = 0.001
#: Times the longest earlier gap.
LONGER_THAN_ANY = 2.0
#: Records in the year, below which it shows no pace.
FEWEST = 10
YEAR = np.timedelta64(365, "D")
DAY = np.timedelta64(1, "D")


def has_pace(begun: Moments, *, newest: np.datetime64) -> bool:
    """Whether the records of the year up to the newest one show how often there is one."""
    return int((begun > newest - YEAR).sum()) >= FEWEST


def silent_since(history: History, *, now: dt.datetime) -> dt.date | None:
    """The day of the newest record where the records end there; None where they reach ``now``.

    Args:
        now: naive UTC; what is dated later is left out.
    """
    begun = history.incidents["period_at"].to_numpy()
    present = np.datetime64(history.here(now), "s")
    begun = begun[begun <= present]
    if not len(begun):
        return None
    newest = begun.max()
    if not has_pace(begun, newest=newest):
        return None
    latest = np.sort(begun[begun > newest - YEAR])
    gaps = np.diff(latest)
    silence = present - newest
    known = max(newest - latest[0], DAY)
    expected = len(gaps) * (silence / known)
    believable = math.exp(-expected) >= UNBELIEVABLE or silence <= LONGER_THAN_ANY * gaps.max()
    return None if believable else newest.astype("datetime64[D]").astype(object)
