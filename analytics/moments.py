"""When did each incident begin and when was it over, as exactly as that is known?"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.frames import CLOCKS, History, began_at
from analytics.units import DAY

Times = npt.NDArray[np.datetime64]

#: A clock known to the day could have struck at any of its seconds.
REST_OF_DAY = np.timedelta64(DAY - 1, "s")
#: A time without a zone is read as UTC and may have been written where the day is further on.
FURTHEST_ZONE = dt.timedelta(hours=14)


@dataclass(frozen=True)
class Moments:
    """When each incident began and was over, by position.

    Attributes:
        began: first moment it can have begun.
        began_until: last moment it can have begun: the end of the day where only that is known.
        over: when it was resolved, else the last time it has; NaT while open and where unknown.
    """

    began: Times
    began_until: Times
    over: Times


def moments_of(incidents: pd.DataFrame) -> Moments:
    """When each incident began and was over, with what is known of their precision."""
    began = _times(incidents["began_at"])
    coarse = np.zeros(len(incidents), dtype=bool)
    day_bits = incidents["day_clocks"].to_numpy()
    for bit, clock in reversed(tuple(enumerate(CLOCKS))):
        struck = _times(incidents[clock]) == began
        coarse = np.where(struck, (day_bits >> bit) & 1 != 0, coarse)
    clocks = [clock for clock in CLOCKS if clock != "postmortem_published_at"]
    last_known = _times(incidents[clocks].max(axis=1))
    resolved = _times(incidents["resolved_at"])
    over = np.where(np.isnat(resolved), last_known, resolved)
    still_open = (incidents["status"] == "open").to_numpy() & np.isnat(resolved)
    over[still_open] = np.datetime64("NaT")
    return Moments(began, np.where(coarse, began + REST_OF_DAY, began), over)


def without_future(history: History, *, now: dt.datetime) -> History:
    """The history without the clocks that cannot have struck yet, which ``future_clocks`` keep.

    A slip of the year in one record would be more hours of impact than all others have together,
    and a record of a year to come many empty months.

    Args:
        now: naive UTC.
    """
    latest = np.datetime64(now + FURTHEST_ZONE, "s")
    incidents = history.incidents
    ahead = {clock: (incidents[clock] > latest).to_numpy() for clock in CLOCKS}
    if not any(marks.any() for marks in ahead.values()):
        return history
    bits = sum(marks.astype(np.int16) << bit for bit, marks in enumerate(ahead.values()))
    cleared = {clock: incidents[clock].mask(marks) for clock, marks in ahead.items()}
    incidents = incidents.assign(future_clocks=bits, **cleared)
    began = began_at(incidents)
    return replace(history, incidents=incidents.assign(began_at=began, period_at=began))


def _times(column: pd.Series) -> Times:
    return column.to_numpy().astype("datetime64[s]")
