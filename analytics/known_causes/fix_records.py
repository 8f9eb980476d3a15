"""How often did each cause come back before and after its fix?

The incident that brought a fix about is left out of the "before" that the fix is judged by,
together with the wait that it ended: causes get fixed when they have just struck, and leaving out
the incident alone would make the time before look quieter than it was. What is learnt of causes in
general keeps it: long waits that did not end are kept too, and without those that did all causes
would look rare.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from analytics.clocks import Floats
from analytics.known_causes.fix_dates import FixDates
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, days_between
from analytics.known_causes.rates import CauseRecords
from analytics.selection import Mask, Rows


@dataclass(frozen=True)
class FixRecords:
    """How often each cause came back, by number of the cause.

    Attributes:
        until_fix: until its fix; until the moment looked from where there is no fix.
        before: the same without the trigger of the fix and the wait that it ended.
        after, days_after: recurrences and days since its fix; zero where there is none.
    """

    until_fix: CauseRecords
    before: CauseRecords
    after: Floats
    days_after: Floats


def fix_records(causes: KnownCauses, fixes: FixDates, *, as_of: dt.datetime) -> FixRecords:
    """Recurrences and days of each cause before and after its fix; without one all is before."""
    began = causes.repeats.links.moments.began
    now = np.datetime64(as_of, "s")
    until = np.where(np.isnat(fixes.done), now, fixes.done)
    events = np.flatnonzero(causes.new_event & (began[causes.incidents] <= now))
    cause = causes.of[causes.incidents[events]]
    when = began[causes.incidents[events]]
    counts = ~causes.is_first[events] & (when <= until[cause])
    is_trigger, wait = _triggers(causes, fixes, events)
    is_trigger &= counts
    start = began[causes.incidents[causes.first[:-1]]]

    def of_each(marks: Mask, weights: Floats | None = None) -> Floats:
        return np.bincount(cause[marks], weights, minlength=len(causes)).astype(np.float64)

    until_fix = CauseRecords(
        events=of_each(counts),
        days=np.maximum(days_between(start, until), 0.0),
        silent=days_between(np.minimum.reduce(start, initial=now), start),
        came_back=of_each(counts) > 0,
    )
    lost = of_each(is_trigger, wait[is_trigger])
    return FixRecords(
        until_fix=until_fix,
        before=replace(
            until_fix,
            events=until_fix.events - of_each(is_trigger),
            days=np.maximum(until_fix.days - lost, 0.0),
        ),
        after=of_each(when > until[cause]),
        days_after=days_between(until, now),
    )


def _triggers(causes: KnownCauses, fixes: FixDates, events: Rows) -> tuple[Mask, Floats]:
    """Which of ``events`` brought a fix about, if it is a recurrence, and the wait before each."""
    began = causes.repeats.links.moments.began
    place = np.full(len(causes.of), NO_CAUSE, np.intp)
    place[causes.incidents] = np.arange(len(causes.incidents))
    triggers = fixes.trigger[~np.isnat(fixes.done)]
    # A trigger may be a cascade of an event that began before it: the event is what is left out.
    nearest = np.searchsorted(events, place[triggers], side="right") - 1
    left_out = np.zeros(len(events), dtype=bool)
    left_out[nearest[nearest >= 0]] = True
    when = began[causes.incidents[events]]
    wait = np.zeros(len(events))
    wait[1:] = days_between(when[:-1], when[1:])
    return left_out, wait
