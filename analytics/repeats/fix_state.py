"""What was the state of a preventive action at the moment when a repeat began?

Statuses are of today; the question is about a moment in the past. An action that is open today was
open then. One that ended was open until it ended, so its date decides; without a date nothing is
known of that moment, and a date on the very day of the repeat does not say which came first.

A status without any date is what a post-mortem said when it was written. Such an action counts as
open, but nothing shows that it was at the moment in question, so every count of such actions says
so.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.moments import REST_OF_DAY, Times
from analytics.selection import Mask
from analytics.vocabulary import DONE, OPEN_STATES, WONT_DO


class FixState(IntEnum):
    """State of an action at a moment in the past."""

    NOT_YET = 0  # promised only later
    OPEN = 1  # open then and open today
    DONE_BEFORE = 2
    DONE_AFTER = 3  # open then, done since
    GIVEN_UP_BEFORE = 4  # will not be done
    GIVEN_UP_AFTER = 5  # open then, given up since
    UNKNOWN = 6  # ended without a date, on that very day, or of unknown status


#: States in which the action was promised and neither done nor given up.
OPEN_THEN = (FixState.OPEN, FixState.DONE_AFTER, FixState.GIVEN_UP_AFTER)

States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class ActionDates:
    """What is known of each action, by its row.

    Attributes:
        since, since_until: first and last moment at which it can have been promised.
        assumed: whether ``since`` is the end of its incident, as the source has no date.
        ended, ended_until: first and last moment at which it can have ended; NaT where unknown.
        status: open | in_progress | done | wont_do, or missing.
    """

    since: Times
    since_until: Times
    assumed: npt.NDArray[np.bool_]
    ended: Times
    ended_until: Times
    status: pd.Categorical


def action_dates(actions: pd.DataFrame, incident_over: Times) -> ActionDates:
    """The dates of ``actions``; for want of one, an action was promised when its incident was over.

    Args:
        actions: rows with the columns of :data:`analytics.frames.ACTIONS`.
        incident_over: when each incident was over, by position.
    """
    created = actions["created_on"].to_numpy().astype("datetime64[s]")
    assumed = np.isnat(created)
    since = np.where(assumed, incident_over[actions["incident"].to_numpy()], created)
    ended = actions["completed_on"].to_numpy().astype("datetime64[s]")
    return ActionDates(
        since=since,
        since_until=np.where(assumed, since, _until(created)),
        assumed=assumed,
        ended=ended,
        ended_until=_until(ended),
        status=pd.Categorical(actions["status"]),
    )


def states_at(
    dates: ActionDates, rows: npt.NDArray[np.intp], moment: Times, moment_until: Times
) -> States:
    """The state of action ``rows[k]`` at ``moment[k]``, one each.

    Args:
        dates: what is known of all actions.
        rows: the actions asked for.
        moment: the first second that each moment can have been.
        moment_until: the last one.
    """
    status = dates.status.take(rows)
    ended, ended_until = dates.ended[rows], dates.ended_until[rows]
    going = np.asarray(status.isin(OPEN_STATES))
    done, given_up = np.asarray(status == DONE), np.asarray(status == WONT_DO)
    before, after = ended_until <= moment, ended > moment_until
    return np.select(
        [
            dates.since[rows] > moment_until,
            dates.since_until[rows] > moment,
            going,
            done & before,
            done & after,
            given_up & before,
            given_up & after,
        ],
        [
            FixState.NOT_YET,
            FixState.UNKNOWN,
            FixState.OPEN,
            FixState.DONE_BEFORE,
            FixState.DONE_AFTER,
            FixState.GIVEN_UP_BEFORE,
            FixState.GIVEN_UP_AFTER,
        ],
        default=FixState.UNKNOWN,
    ).astype(np.int8)


def as_written(actions: pd.DataFrame) -> Mask:
    """Which actions are open only as somebody wrote once: without a date of their own."""
    return np.asarray(actions["status"].isin(OPEN_STATES) & actions["created_on"].isna())


def _until(moments: Times) -> Times:
    """The last second that each moment can mean: a midnight sharp is a date without a time."""
    is_date = moments.astype("datetime64[D]") == moments
    return np.where(is_date, moments + REST_OF_DAY, moments)
