"""When did something else begin, so that the numbers before and after measure different things?

A new severity scheme, a change of reporting policy, a merger: the reader marks the day and says
why. Nothing is tested across such a day, and charts begin anew at it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.periods import Moments


@dataclass(frozen=True, slots=True)
class Break:
    """A day marked by the reader.

    Attributes:
        at: first day (UTC) on which the new state of things holds.
        note: why, in the reader's words.
    """

    at: dt.date
    note: str


def between(breaks: Sequence[Break], start: dt.date, end: dt.date) -> str:
    """The notes of the breaks that part a stretch of days in two, in order; empty if none does.

    A break on ``start`` itself parts nothing: all of the stretch comes after it.

    Args:
        breaks: those that the reader has marked, in any order.
        start: first day.
        end: first day after.
    """
    parting = sorted((each for each in breaks if start < each.at < end), key=lambda each: each.at)
    return "; ".join(f"{each.note} ({each.at.isoformat()})" for each in parting)


def last_before(breaks: Sequence[Break], day: dt.date) -> dt.date | None:
    """The day of the latest break on or before ``day``, None if there is none."""
    return max((each.at for each in breaks if each.at <= day), default=None)


def first_points(starts: Moments, breaks: Sequence[Break]) -> list[int]:
    """Of a series, the points with which something else begins: the first to start after a break.

    A point whose time holds a break measures some of both. It stays with what was before: there it
    is one odd point beside the mark of the break, while among the first of the new it would be in
    the limits for good.

    Args:
        starts: when the time of each point starts, in order.
        breaks: those that the reader has marked, in any order.
    """
    days = np.array([each.at for each in breaks], dtype="datetime64[D]")
    found = np.searchsorted(starts, days)
    return sorted({int(place) for place in found if 0 < place < len(starts)})
