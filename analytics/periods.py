"""Which week, month or quarter does a moment fall into, and when does that one begin?

Periods are numbered through, so that a gap is a period with nothing in it and January of one year
never meets January of the next.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

Every = Literal["week", "month", "quarter", "year"]
Moments = npt.NDArray[np.datetime64]
Ordinals = npt.NDArray[np.int64]

#: Months of the periods that are made of months.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS_OF_WEEK = 7
#: Days from the Monday before 1 January 1970, a Thursday, to that day.
MONDAY_BEFORE_EPOCH = 3


def ordinals(moments: Moments, every: Every) -> Ordinals:
    """The number of the period that each moment falls into, weeks beginning on Monday.

    Args:
        moments: naive UTC times, none of them NaT.
        every: length of a period.
    """
    if every == "week":
        days = moments.astype("datetime64[D]").astype(np.int64)
        return (days + MONDAY_BEFORE_EPOCH) // DAYS_OF_WEEK
    return moments.astype("datetime64[M]").astype(np.int64) // MONTHS[every]


def starts(numbers: Ordinals, every: Every) -> Moments:
    """The first day of each numbered period."""
    if every == "week":
        days = numbers * DAYS_OF_WEEK - MONDAY_BEFORE_EPOCH
        return days.astype("datetime64[D]")
    return (numbers * MONTHS[every]).astype("datetime64[M]").astype("datetime64[D]")


def run(numbers: Ordinals) -> Ordinals:
    """All periods from the first to the last of ``numbers``, the empty ones between them too."""
    if len(numbers) == 0:
        return np.empty(0, dtype=np.int64)
    return np.arange(numbers.min(), numbers.max() + 1)
