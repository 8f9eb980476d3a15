"""What one made-up company is made from, and how its chance is kept reproducible.

Every part draws from its own stream of random numbers, named here. So a change in one part (a new
phrase, say) leaves the others as they were, and a chunk of texts can be made on its own.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

DAY = 86_400
YEAR = 365.25 * DAY
#: The history stops here whatever the day it is made on, so one seed always gives the same files.
END = dt.datetime(2026, 7, 1)
#: Everything of this company carries its name; ``.example`` addresses can never be real.
NAME = "Quillhaven"
MARK = "made-up"
#: Positions and days that are unknown.
UNKNOWN = -1


class Stream(IntEnum):
    """The separate sources of chance."""

    EVENTS = 1
    SINGLES = 2
    COPIES = 3
    CLOCKS = 4
    LABELS = 5
    ACTIONS = 6
    DECLARED = 7
    TEXTS = 8
    ACTION_TEXTS = 9
    EXPOSURE = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """The size, the length and the seed of a made-up company.

    Attributes:
        incidents: records to make, drills and duplicates among them.
        years: length of the history that stops at ``end``.
        seed: any number from 0 up.
        end: naive UTC moment at which the company is looked at.
    """

    incidents: int
    years: float
    seed: int
    end: dt.datetime = END

    def __post_init__(self) -> None:
        if self.incidents < 1 or not 0 < self.years <= 50 or self.seed < 0:
            raise ValueError(
                "a made-up company needs at least 1 incident, up to 50 years and a seed from 0 up; "
                f"got {self.incidents}, {self.years} and {self.seed}"
            )

    @property
    def end_second(self) -> int:
        """``end`` in seconds since 1970."""
        return int(self.end.replace(tzinfo=dt.UTC).timestamp())

    @property
    def start_second(self) -> int:
        """The first moment of the history in seconds since 1970."""
        return int(self.end_second - self.years * YEAR)

    def rng(self, stream: Stream, part: int = 0) -> np.random.Generator:
        """The random numbers of ``stream``; ``part`` tells the chunks of one stream apart."""
        return np.random.default_rng([self.seed, stream, part])
