"""Which incidents belong to one known cause, when did it strike, and when did it come back?

An incident that nobody has grouped is a cause of its own that has struck once. Leaving such causes
out would keep only those that came back, and every fix among them would look useless.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.calendar import Times
from analytics.clocks import Floats
from analytics.frames import NOT_INCIDENTS, History
from analytics.pairs import is_new_event
from analytics.repeats.ledger import Repeats
from analytics.selection import Mask, Rows
from analytics.units import DAY

#: Of an incident that counts for no cause: drills, second reports, records without any time.
NO_CAUSE = -1
#: Fewest events for a cause to count as recurring.
STRUCK_AGAIN = 2


@dataclass(frozen=True)
class KnownCauses:
    """The incidents of each cause in order of time; causes are numbered from 0.

    Attributes:
        of: the cause of each incident of the history, :data:`NO_CAUSE` where it counts for none.
        incidents: positions, cause by cause, each in order of time.
        first: where each cause begins in ``incidents``; one more entry marks the end.
        over: when each of ``incidents`` and all of its cause before it were over; NaT where the end
            of this one is not known.
        new_event: whether each of ``incidents`` is a new event and no cascade of those before.
        names: what people or the search call some of the causes, by number.
    """

    repeats: Repeats
    of: Rows
    incidents: Rows
    first: Rows
    over: Times
    new_event: Mask
    names: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first) - 1

    def members(self, cause: int) -> Rows:
        """Positions of the incidents of one cause, in order of time."""
        return self.incidents[self.first[cause] : self.first[cause + 1]]

    def within(self, positions: Rows) -> Rows:
        """The causes that any of these incidents belongs to, each once."""
        found = np.unique(self.of[positions])
        return np.asarray(found[found != NO_CAUSE])

    def id_of(self, cause: int) -> str:
        """What names a cause in addresses: the id of its earliest incident."""
        ids, _ = self.repeats.history.once(_called)
        return ids[int(self.incidents[self.first[cause]])]

    def name_of(self, cause: int) -> str:
        """What a cause is called: its name, else the title of its earliest incident."""
        if name := self.names.get(cause):
            return name
        _, titles = self.repeats.history.once(_called)
        return titles[int(self.incidents[self.first[cause]])] or self.id_of(cause)

    @property
    def events(self) -> npt.NDArray[np.int64]:
        """How often each cause struck: its cascades are part of the event that they continue."""
        return np.add.reduceat(self.new_event.astype(np.int64), self.first[:-1])

    @property
    def is_first(self) -> Mask:
        """Whether each of ``incidents`` is the first of its cause."""
        first = np.zeros(len(self.incidents), dtype=bool)
        first[self.first[:-1]] = True
        return first


def _called(history: History) -> tuple[list[str], list[str]]:
    """The ids and titles of all incidents: a page that names a thousand causes asks that often."""
    incidents = history.incidents
    return incidents["id"].astype(str).tolist(), incidents["title"].fillna("").astype(str).tolist()


@dataclass(frozen=True)
class Recurrences:
    """When causes came back, counted in days from their first incident.

    Attributes:
        days: of each recurrence.
        cause: index into ``watched``.
        watched: days from the first incident of each cause until the moment looked from.
    """

    days: Floats
    cause: Rows
    watched: Floats


@dataclass(frozen=True)
class Gaps:
    """For how long causes stayed away.

    Attributes:
        days: from the end of each event to the next of its cause, or to the moment looked from.
        came_back: whether there was a next one.
        cause: number of the cause.
        unknown: events of which nobody knows when they were over.
    """

    days: Floats
    came_back: Mask
    cause: Rows
    unknown: int


def known_causes(repeats: Repeats, family: npt.NDArray[np.integer] | None = None) -> KnownCauses:
    """The causes of a history.

    Args:
        repeats: the confirmed repeats; they group the incidents where ``family`` is not given.
        family: a number for each incident, the same for those of one cause, negative for none.

    Raises:
        ValueError: ``family`` does not have one number for each incident.
    """
    table = repeats.history.incidents
    if family is not None and len(family) != len(table):
        raise ValueError(f"needs a family for each of {len(table)} incidents, got {len(family)}")
    began = repeats.links.moments.began
    no_incident = table["kind"].isin(NOT_INCIDENTS).to_numpy()
    rows = np.flatnonzero(~no_incident & ~table["is_duplicate"].to_numpy() & ~np.isnat(began))
    group = repeats.links.cause if family is None else _alone_if_none(family)
    names, numbers = np.unique(group[rows], return_inverse=True)
    of = np.full(len(table), NO_CAUSE, np.intp)
    of[rows] = numbers
    order = np.lexsort((began[rows], numbers))
    incidents, cause = rows[order], numbers[order]
    over = _over_with_those_before(repeats, incidents, cause)
    return KnownCauses(
        repeats=repeats,
        of=of,
        incidents=incidents,
        first=np.searchsorted(cause, np.arange(len(names) + 1)),
        over=over,
        new_event=_is_new_event(repeats, incidents, cause, over),
    )


def recurrences(causes: KnownCauses, chosen: Rows, *, as_of: dt.datetime) -> Recurrences:
    """The recurrences of the ``chosen`` causes; cascades of an event are no recurrence of it."""
    began = causes.repeats.links.moments.began
    place = np.full(len(causes), NO_CAUSE, np.intp)
    place[chosen] = np.arange(len(chosen))
    start = began[causes.incidents[causes.first[chosen]]]
    cause = place[causes.of[causes.incidents]]
    now = np.datetime64(as_of, "s")
    when = began[causes.incidents]
    again = causes.new_event & ~causes.is_first & (cause != NO_CAUSE) & (when <= now)
    return Recurrences(
        days=days_between(start[cause[again]], when[again]),
        cause=cause[again],
        watched=np.maximum(days_between(start, now), 0.0),
    )


def gaps(causes: KnownCauses, incidents: Mask, *, as_of: dt.datetime) -> Gaps:
    """How long the causes stayed away after those events whose incidents are marked.

    Args:
        causes: the causes of a history.
        incidents: a mark for each incident of the history; the ones that came next need none.
        as_of: naive UTC moment looked from; causes that are not back by then are still away.
    """
    moments = causes.repeats.links.moments
    ends = np.append(causes.new_event[1:], True)[: len(causes.incidents)]
    last = np.append(causes.is_first[1:], True)[: len(causes.incidents)]
    place = np.flatnonzero(ends & incidents[causes.incidents])
    now = np.datetime64(as_of, "s")
    next_one = moments.began[np.append(causes.incidents[1:], causes.incidents[:1])[place]]
    came_back = ~last[place] & (next_one <= now)
    over = causes.over[place]
    days = days_between(over, np.where(came_back, next_one, now))
    known = np.isfinite(days) & (days >= 0.0)
    return Gaps(
        days=days[known],
        came_back=came_back[known],
        cause=causes.of[causes.incidents[place[known]]],
        unknown=int(np.isnat(over).sum()),
    )


def days_between(start: Times, end: Times | np.datetime64) -> Floats:
    """Days from ``start`` to ``end``, NaN where one of them is unknown."""
    days: Floats = (end - start) / np.timedelta64(1, "s") / DAY
    return days


def _over_with_those_before(repeats: Repeats, incidents: Rows, cause: Rows) -> Times:
    """The one just before may be over while a longer one still goes on.

    One whose end is not known holds back only the next: it may have been forgotten open.
    """
    over = pd.Series(repeats.links.moments.over[incidents])
    return over.groupby(cause).cummax().to_numpy("datetime64[s]")


def _is_new_event(repeats: Repeats, incidents: Rows, cause: Rows, over: Times) -> Mask:
    """An incident within a day after all before it were over continues their event."""
    new_event = np.ones(len(incidents), dtype=bool)
    away = repeats.links.moments.began_until[incidents[1:]] - over[:-1]
    new_event[1:] = (cause[1:] != cause[:-1]) | is_new_event(away)
    return new_event


def _alone_if_none(family: npt.NDArray[np.integer]) -> Rows:
    alone = -1 - np.arange(len(family))
    return np.where(family < 0, alone, family).astype(np.intp)


def still_to_say(causes: KnownCauses, links: Rows) -> Rows:
    """Of these rows of links those whose two incidents are not of one confirmed cause already."""
    pairs = causes.repeats.history.links.iloc[links]
    one, other = (causes.of[pairs[side].to_numpy()] for side in ("later", "earlier"))
    left: Rows = links[(one != other) | (one == NO_CAUSE)]
    return left
