"""Which actions were promised after some incidents, and when did each stand open?"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.clocks import Floats
from analytics.known_causes.grouping import KnownCauses, days_between
from analytics.moments import Times
from analytics.repeats.fix_stages import FixStages, fix_stages
from analytics.repeats.fix_state import action_dates
from analytics.selection import Mask, Rows
from analytics.vocabulary import OPEN_STATES, PREVENT, WONT_DO


@dataclass(frozen=True)
class CauseActions:
    """The actions promised after incidents of one cause, by promise; arrays run parallel.

    Attributes:
        row: in ``history.actions``.
        since: when it was promised; NaT where neither it nor its incident says.
        assumed: whether that is the end of its incident, for want of a date.
        until: when it ended, the moment looked from while it is open, NaT where unknown.
        is_open: whether it is still to be done.
        given_up: whether it will not be done.
        days_open: days since the promise while it is open, NaN otherwise.
        preventive: whether it is meant to stop the cause from coming back.
        stages: how far the preventive ones are, together as one fix.
    """

    row: Rows
    since: Times
    assumed: Mask
    until: Times
    is_open: Mask
    given_up: Mask
    days_open: Floats
    preventive: Mask
    stages: FixStages

    @property
    def as_written(self) -> Mask:
        """Actions that are open only as their source said when it was written."""
        return self.is_open & self.assumed


def cause_actions(causes: KnownCauses, incidents: Rows, *, as_of: dt.datetime) -> CauseActions:
    """The actions after ``incidents``, preventive ones first, each kind by date of its promise."""
    actions = causes.repeats.history.actions
    rows = np.flatnonzero(np.isin(actions["incident"].to_numpy(), incidents))
    dates = action_dates(actions, causes.repeats.links.moments.over)
    preventive = (actions["kind"] == PREVENT).to_numpy()
    since = dates.since[rows]
    undated = np.where(np.isnat(since), np.iinfo(np.int64).max, since.astype(np.int64))
    rows = rows[np.lexsort((rows, undated, ~preventive[rows]))]
    is_open = np.asarray(dates.status.isin(OPEN_STATES))[rows]
    since, now = dates.since[rows], np.datetime64(as_of, "s")
    return CauseActions(
        row=rows,
        since=since,
        assumed=dates.assumed[rows],
        until=np.where(is_open, now, dates.ended[rows]),
        is_open=is_open,
        given_up=np.asarray(dates.status == WONT_DO)[rows],
        days_open=np.where(is_open, days_between(since, now), np.nan),
        preventive=preventive[rows],
        stages=fix_stages(
            actions,
            [(np.zeros(int(preventive[rows].sum()), np.intp), rows[preventive[rows]])],
            fixes=1,
            as_of=as_of,
        ),
    )
