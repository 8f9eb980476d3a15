"""Which incidents are one event: a storm of one cause is seen many times and happened once.

Incidents of one event share their fate, so they are no independent evidence: ten records of one
storm say as much about a company as one. Statistics about times, causes and detection take the
event for the unit. An event is a chain of incidents of the same cause, each within three days of
the one before, that share a service where both name one, or whatever people said was one event.
"""

import numpy as np
import numpy.typing as npt

from analytics.frames import History
from analytics.pairs import Rows, components
from analytics.selection import UNKNOWN

Events = npt.NDArray[np.int64]

#: How long after one incident another of the same cause still belongs to the same event.
WITHIN = np.timedelta64(72, "h")


def events(history: History) -> Events:
    """The number of the event that each incident belongs to, by position."""
    return history.once(_events)


def _events(history: History) -> Events:
    later, earlier = _neighbours(history)
    said = history.links["relation"].astype(object).to_numpy() == "same_event"
    both = history.links[["later", "earlier"]].to_numpy()[said]
    left = np.concatenate([later, both[:, 0]])
    right = np.concatenate([earlier, both[:, 1]])
    return components(len(history.incidents), left, right).astype(np.int64)


def _neighbours(history: History) -> tuple[Rows, Rows]:
    """The later and the earlier of incidents of one cause that follow each other soon enough.

    They follow each other on a service of both, whatever happened on others in between; one that
    names none follows, and is followed by, the nearest one.
    """
    incidents = history.incidents
    cause = incidents["root_cause_category"].cat
    known = np.append(cause.categories != UNKNOWN, False)[cause.codes.to_numpy()]
    known &= incidents["period_at"].notna().to_numpy()
    everyone = np.flatnonzero(known)
    later, earlier = _following(history, everyone, np.zeros(len(everyone), np.int64))
    services = history.services
    named = history.marks(services["incident"].to_numpy())
    one_names_none = ~(named[later] & named[earlier])
    chosen = services[known[services["incident"].to_numpy()]]
    on_one = _following(
        history, chosen["incident"].to_numpy(), chosen["service"].cat.codes.to_numpy()
    )
    return (
        np.concatenate([later[one_names_none], on_one[0]]),
        np.concatenate([earlier[one_names_none], on_one[1]]),
    )


def _following(history: History, rows: Rows, groups: npt.NDArray[np.integer]) -> tuple[Rows, Rows]:
    """Neighbours in time among incidents of the same cause and group, at most three days apart."""
    when = history.incidents["period_at"].to_numpy()[rows]
    cause = history.incidents["root_cause_category"].cat.codes.to_numpy()[rows]
    order = np.lexsort((rows, when, groups, cause))
    same = (np.diff(cause[order]) == 0) & (np.diff(groups[order]) == 0)
    near = same & (np.diff(when[order]) <= WITHIN)
    return rows[order][1:][near], rows[order][:-1][near]
