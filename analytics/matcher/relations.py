"""Is the later of two like records a new event, or the same one told again?

Times tell it: a repeat begins long after its original ended. What begins earlier is a second report
of one event, or a consequence of it.
"""

import numpy as np

from analytics.matcher.prepared import UNDATED
from analytics.new_event import is_new_event
from analytics.units import HOUR

#: Two records of one event begin within this time and share at least this much of their text.
SAME_START, SAME_TEXT = HOUR, 0.5

REPEAT, CASCADE, SAME_EVENT = "repeat", "cascade", "same_event"


def relation_of(
    start: int, earlier_start: int, earlier_end: int | None, *, shared_text: float
) -> str:
    """Whether the later record is a new event, another record of the same one, or its consequence.

    Args:
        start, earlier_start, earlier_end: seconds since 1970; an unknown end is None. What began
            nobody knows when is taken for a new event.
        shared_text: how much of the two texts is shared, between 0 and 1.
    """
    if start == UNDATED:
        return REPEAT
    ended = earlier_start if earlier_end is None else max(earlier_end, earlier_start)
    if is_new_event(np.timedelta64(start - ended, "s")):
        return REPEAT
    alike = abs(start - earlier_start) <= SAME_START and shared_text >= SAME_TEXT
    return SAME_EVENT if alike else CASCADE
