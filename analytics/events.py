"""Which incidents are one event: a storm of one cause is seen many times and happened once.

Incidents of one event share their fate, so they are no independent evidence: ten records of one
storm say as much about a company as one. Statistics about times, causes and detection take the
event for the unit. An event is a chain of incidents of the same cause, each within three days of
the one before, that share a service where both name one, or whatever people said was one event.
"""

import numpy as np
import numpy.typing as npt

from analytics.frames import History
from analytics.pairs import components
from analytics.selection import UNKNOWN

Events = npt.NDArray[np.int64]

#: How long after one incident another of the same cause still belongs to the same event.
WITHIN = np.timedelta64(72, "h")


def events(history: History) -> Events:
    """The number of the event that each incident belongs to, by position."""
    later, earlier = _neighbours(history)
    said = history.links["relation"].astype(object).to_numpy() == "same_event"
    both = history.links[["later", "earlier"]].to_numpy()[said]
    left = np.concatenate([later, both[:, 0]])
    right = np.concatenate([earlier, both[:, 1]])
    return components(len(history.incidents), left, right).astype(np.int64)


def _neighbours(history: History) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Incidents of one cause that follow each other soon enough and share a service."""
    incidents = history.incidents
    cause = incidents["root_cause_category"]
    known = np.append(cause.cat.categories != UNKNOWN, False)[cause.cat.codes.to_numpy()]
    when = incidents["period_at"].to_numpy()
    rows = np.flatnonzero(known & ~np.isnat(when))
    order = rows[np.lexsort((when[rows], cause.cat.codes.to_numpy()[rows]))]
    codes = cause.cat.codes.to_numpy()[order]
    near = (np.diff(codes) == 0) & (np.diff(when[order]) <= WITHIN)
    earlier, later = order[:-1][near], order[1:][near]
    apart = _no_service_in_common(history, earlier, later)
    return later[~apart], earlier[~apart]


def _no_service_in_common(
    history: History, left: npt.NDArray[np.intp], right: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Whether both name services and none is the same."""
    codes = history.services["service"].cat.codes.to_numpy().astype(np.int64)
    width = int(codes.max(initial=0)) + 1
    keys = np.unique(history.services["incident"].to_numpy().astype(np.int64) * width + codes)
    rows = keys // width
    first, last = np.searchsorted(rows, left), np.searchsorted(rows, left, side="right")
    counts = last - first
    pair = np.repeat(np.arange(len(left)), counts)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = right[pair].astype(np.int64) * width + keys[first[pair] + step] % width
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    common = np.zeros(len(left), dtype=bool)
    if len(keys):
        common[pair[keys[place] == wanted]] = True
    named = history.marks(rows)
    return named[left] & named[right] & ~common
