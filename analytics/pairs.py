"""Pairs of incidents: as numbers, the groups that they make, and whether the later one is new."""

import numpy as np
import numpy.typing as npt

from analytics.units import DAY

# Does an incident begin long enough after another one to be a new event?
#
# Times tell it: what begins while another one goes on, or soon after, is a second report of its
# event or a consequence of it. The search for alike records and the count of repeats ask the same
# question here, so that they never differ about a pair.

#: An incident that begins no later than this after another one was over belongs to its event.
NEW_EVENT_AFTER = np.timedelta64(DAY, "s")


def is_new_event(away: npt.NDArray[np.timedelta64] | np.timedelta64) -> npt.NDArray[np.bool_]:
    """Whether so long after the end of another incident a new event begins.

    Args:
        away: from that end to the beginning; NaT, which is never a new event, while it goes on.
    """
    return np.asarray(away) > NEW_EVENT_AFTER


# Pairs of incidents as numbers, and the groups that pairs make.

PairRows = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]


def pair_keys(left: PairRows, other: PairRows, incidents: int) -> Keys:
    """One number for each pair of positions, the same both ways round."""
    low, high = np.minimum(left, other), np.maximum(left, other)
    keys: Keys = low.astype(np.int64) * incidents + high
    return keys


def components(nodes: int, left: PairRows, other: PairRows) -> PairRows:
    """For each node the smallest node that it is connected to by the given edges."""
    root = np.arange(nodes)
    while True:
        a, b = root[left], root[other]
        if np.array_equal(a, b):
            return root
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(root, root[root]):
            root = root[root]
