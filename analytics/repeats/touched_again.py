"""Which causes struck again although their fix is still open today?

Of all that a review can say this asks for something to be done soonest: the fix was promised, it is
not known to be done, and the cause has shown since that it is needed.
"""

from dataclasses import dataclass

import numpy as np

from analytics.frames import NO_ROW
from analytics.matcher.confidence import SEEN, STRONG
from analytics.repeats.ledger import Ledger
from analytics.selection import Rows


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
    later = book.repeats.later[book.rows]
    return _touched(book, later, book.repeats.links.cause[later])


def perhaps_touched(book: Ledger) -> tuple[TouchedAgain, ...]:
    """The same of possible repeats that nobody has judged, as far as their texts are much alike."""
    suggested = book.repeats.history.links.iloc[book.suggested]
    alike = suggested[suggested["basis"].isin((SEEN, STRONG))]
    later = alike["later"].to_numpy(np.intp)
    order = np.argsort(book.repeats.links.moments.began[later], kind="stable")
    cause = book.repeats.links.cause[alike["earlier"].to_numpy(np.intp)]
    return _touched(book, later[order], cause[order])


def _touched(book: Ledger, later: Rows, cause: Rows) -> tuple[TouchedAgain, ...]:
    """One for each cause: ``later`` in order of time, each with the cause that it repeats."""
    repeats = book.repeats
    action, days = repeats.actions.longest_open(later, still=True, cause=cause)
    is_open = action != NO_ROW
    later, cause, action, days = (column[is_open] for column in (later, cause, action, days))
    assumed = repeats.history.actions["created_on"].isna().to_numpy()
    _, latest = np.unique(cause[::-1], return_index=True)
    touched = [
        TouchedAgain(
            later=int(later[place]),
            times=len(np.unique(later[cause == cause[place]])),
            action=int(action[place]),
            days_open=float(days[place]),
            promise_assumed=bool(assumed[action[place]]),
        )
        for place in np.sort(len(later) - 1 - latest)[::-1]
    ]
    return tuple(sorted(touched, key=lambda row: row.promise_assumed))
