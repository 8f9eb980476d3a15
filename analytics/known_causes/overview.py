"""Which known causes have struck more than once, and what still stands open against each?

A cause is asked for when one of its incidents is in view; what is said of it counts all history,
because a cause does not begin where the reader's period does. Incidents that nobody has confirmed
are counted apart, and causes of which nobody has confirmed anything are a list of their own.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats
from analytics.frames import NO_ROW
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, days_between, gaps
from analytics.known_causes.intensity import BackWithin, back_within
from analytics.known_causes.membership import Families
from analytics.repeats.fix_stages import FixStages, fix_stages
from analytics.repeats.fix_state import as_written
from analytics.selection import Rows, View
from analytics.vocabulary import OPEN_STATES, PREVENT

#: Fewest events for a cause to count as recurring.
STRUCK_AGAIN = 2
#: Days within which the list says how likely a cause is to be back: about until the next review.
WITHIN_DAYS = 90


@dataclass(frozen=True)
class CauseList:
    """Causes that struck at least twice, the most incidents first; the arrays run parallel.

    Attributes:
        cause: number of the cause.
        earliest, latest: positions of its first and of its last incident.
        incidents: how many confirmed ones there are in all history.
        possible: incidents that may have the cause too, in none of the other figures.
        repeats: confirmed repeats among them.
        open_actions: preventive actions still to be done.
        unclear_actions: preventive actions of unknown status.
        stages: how far the preventive actions of each are.
        back_within: how often it was back within :data:`WITHIN_DAYS` days, one each.
        away: days since the last of its incidents was over; NaN where it is not known to be.
        total: causes that struck at least twice, of which these are the first.
        with_open: how many of all these have a preventive action still to be done.
        as_written: how many of these have none but what sources said when they were written.
    """

    cause: Rows
    earliest: Rows
    latest: Rows
    incidents: npt.NDArray[np.int64]
    possible: npt.NDArray[np.int64]
    repeats: npt.NDArray[np.int64]
    open_actions: npt.NDArray[np.int64]
    unclear_actions: npt.NDArray[np.int64]
    stages: FixStages
    back_within: tuple[BackWithin, ...]
    away: Floats
    total: int
    with_open: int
    as_written: int


@dataclass(frozen=True)
class PossibleList:
    """Groups of incidents that may have one cause, none confirmed; the most incidents first.

    Attributes:
        family: number of each family.
        earliest, latest: positions of its first and of its last incident.
        incidents: how many there are in all history.
        total: how many such groups there are, of which these are the first.
        members: incidents of all of them.
    """

    family: Rows
    earliest: Rows
    latest: Rows
    incidents: npt.NDArray[np.int64]
    total: int
    members: int


def cause_list(families: Families, view: View, *, as_of: dt.datetime, most: int) -> CauseList:
    """The causes that struck at least twice in all history and at least once in ``view``.

    Args:
        families: the causes of the history.
        view: the incidents that the reader asks about.
        as_of: naive UTC moment looked from.
        most: causes given at most.
    """
    causes = families.causes
    sizes = np.diff(causes.first)
    asked = causes.within(view.events)
    asked = asked[causes.events[asked] >= STRUCK_AGAIN]
    latest = causes.incidents[causes.first[asked + 1] - 1]
    began = causes.repeats.links.moments.began[latest].astype(np.int64)
    order = np.lexsort((-began, -sizes[asked]))[:most]
    chosen = asked[order]
    to_do, written, unclear = _preventive(causes)
    later = causes.of[causes.repeats.later]
    return CauseList(
        cause=chosen,
        earliest=causes.incidents[causes.first[chosen]],
        latest=latest[order],
        incidents=sizes[chosen],
        possible=_possible(families)[families.of[causes.incidents[causes.first[chosen]]]],
        repeats=_per_cause(causes, later)[chosen],
        open_actions=to_do[chosen],
        unclear_actions=unclear[chosen],
        stages=_stages(causes, chosen, as_of=as_of),
        back_within=_back_within(causes, chosen, as_of=as_of),
        away=days_between(causes.over[causes.first[chosen + 1] - 1], np.datetime64(as_of, "s")),
        total=len(asked),
        with_open=int((to_do[asked] > 0).sum()),
        as_written=int(((to_do[asked] > 0) & (written[asked] == to_do[asked])).sum()),
    )


def possible_list(families: Families, view: View, *, most: int) -> PossibleList:
    """The groups of at least two incidents without a confirmed cause, one of them in ``view``."""
    asked = np.unique(families.of[view.events])
    asked = asked[asked != NO_CAUSE]
    asked = asked[families.core[asked] == NO_CAUSE]
    sizes = np.diff(families.first)[asked]
    latest = families.incidents[families.first[asked + 1] - 1]
    began = families.causes.repeats.links.moments.began[latest].astype(np.int64)
    order = np.lexsort((-began, -sizes))[:most]
    chosen = asked[order]
    return PossibleList(
        family=chosen,
        earliest=families.incidents[families.first[chosen]],
        latest=latest[order],
        incidents=sizes[order],
        total=len(asked),
        members=int(sizes.sum()),
    )


def _possible(families: Families) -> npt.NDArray[np.int64]:
    """Possible members of each family."""
    of = families.of[families.incidents]
    return np.bincount(of, families.is_possible, minlength=len(families)).astype(np.int64)


def _per_cause(causes: KnownCauses, numbers: Rows) -> npt.NDArray[np.int64]:
    return np.bincount(numbers[numbers != NO_CAUSE], minlength=len(causes))


def _preventive(causes: KnownCauses) -> tuple[npt.NDArray[np.int64], ...]:
    """Preventive actions of each cause: to be done, of these as written, and of unknown state."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    counts = (actions["kind"] == PREVENT).to_numpy() & (incident != NO_ROW)
    to_do = counts & actions["status"].isin(OPEN_STATES).to_numpy()
    written = counts & as_written(actions)
    unclear = counts & actions["status"].isna().to_numpy()
    return tuple(
        _per_cause(causes, causes.of[incident[chosen]]) for chosen in (to_do, written, unclear)
    )


def _stages(causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime) -> FixStages:
    """How far the preventive actions after incidents of each of the ``chosen`` causes are."""
    actions = causes.repeats.history.actions
    incident = actions["incident"].to_numpy(np.intp)
    rows = np.flatnonzero((actions["kind"] == PREVENT).to_numpy() & (incident != NO_ROW))
    place = np.full(len(causes) + 1, NO_CAUSE, np.intp)  # the last is that of no cause
    place[chosen] = np.arange(len(chosen))
    which = place[causes.of[incident[rows]]]
    pairs = [(which[which != NO_CAUSE], rows[which != NO_CAUSE])]
    return fix_stages(actions, pairs, fixes=len(chosen), as_of=as_of)


def _back_within(
    causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime
) -> tuple[BackWithin, ...]:
    found = gaps(causes, np.isin(causes.of, chosen), as_of=as_of)  # sorted by cause
    first, last = (np.searchsorted(found.cause, chosen, side=side) for side in ("left", "right"))
    return tuple(
        back_within(found.days[a:b], found.came_back[a:b], days=WITHIN_DAYS)
        for a, b in zip(first, last, strict=True)
    )
