"""Which causes struck again although their fix is still open today?

Of all that a review can say this asks for something to be done soonest: the fix was promised, it is
not known to be done, and the cause has shown since that it is needed.
"""

from dataclasses import dataclass

import numpy as np

from analytics.frames import NO_ROW
from analytics.repeats.ledger import Ledger


@dataclass(frozen=True, slots=True)
class TouchedAgain:
    """A cause that came back while a preventive action stood open that is open still.

    Attributes:
        later: position of the latest repeat in view.
        times: repeats of the cause in view that began while such an action stood open.
        action: row in ``history.actions`` of the one that had been open for longest.
        days_open: how long it had been when the latest repeat began.
        promise_assumed: whether that counts from the end of its incident, for want of a date, so
            that it is open only as its source said when it was written.
    """

    later: int
    times: int
    action: int
    days_open: float
    promise_assumed: bool


def touched_again(book: Ledger) -> tuple[TouchedAgain, ...]:
    """The causes of the repeats in view whose fix is open still, the latest touched first.

    Those with a dated promise come before those that are open only as their source said once.
    """
    repeats = book.repeats
    later = repeats.later[book.rows]
    action, days = repeats.actions.longest_open(later, still=True)
    later, action, days = later[action != NO_ROW], action[action != NO_ROW], days[action != NO_ROW]
    cause = repeats.links.cause[later]
    assumed = repeats.history.actions["created_on"].isna().to_numpy()
    _, latest, times = np.unique(cause[::-1], return_index=True, return_counts=True)
    places = len(later) - 1 - latest
    touched = [
        TouchedAgain(
            later=int(later[place]),
            times=int(count),
            action=int(action[place]),
            days_open=float(days[place]),
            promise_assumed=bool(assumed[action[place]]),
        )
        for place, count in zip(places, times, strict=True)
    ]
    # In order of time, as the rows of the ledger are.
    recent = np.argsort(-places, kind="stable")
    return tuple(sorted((touched[row] for row in recent), key=lambda row: row.promise_assumed))
