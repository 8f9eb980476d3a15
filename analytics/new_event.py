"""Does an incident begin long enough after another one to be a new event?

Times tell it: what begins while another one goes on, or soon after, is a second report of its event
or a consequence of it. The search for alike records and the count of repeats ask the same question
here, so that they never differ about a pair.
"""

import numpy as np
import numpy.typing as npt

from analytics.units import DAY

#: An incident that begins no later than this after another one was over belongs to its event.
NEW_EVENT_AFTER = np.timedelta64(DAY, "s")


def is_new_event(away: npt.NDArray[np.timedelta64] | np.timedelta64) -> npt.NDArray[np.bool_]:
    """Whether so long after the end of another incident a new event begins.

    Args:
        away: from that end to the beginning; NaT, which is never a new event, while it goes on.
    """
    return np.asarray(away) > NEW_EVENT_AFTER
