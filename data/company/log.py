"""What happened, one row for each event; and how such logs are put together."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from data.company.prevention import Prevention
from data.company.setting import Codes, Flags, Floats, Integers

KINDS = ("incident", "drill", "test", "maintenance")


@dataclass(frozen=True)
class Log:
    """One row for each event.

    Attributes:
        start: impact start in seconds since 1970.
        offsets: seconds from there to each clock (:data:`data.record.CLOCK_FIELDS`).
        rank: severity, 1 worst to 4.
        kind: position in :data:`KINDS`.
        cause: number of its cause; below the number of families it is a family's.
        original: row of the record that reports the same event, else ``UNKNOWN``.
        prevention: the preventive action promised after it.
    """

    start: Integers
    offsets: Floats
    rank: Codes
    kind: Codes
    cause: Integers
    original: Integers
    prevention: Prevention

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Integers | Flags) -> Self:
        """The log of these rows; ``original`` is left as it is."""
        return type(self)(
            **{f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "prevention"},
            prevention=self.prevention.take(rows),
        )


def joined(logs: list[Log]) -> Log:
    """One log of the rows of all, in their order."""

    def column(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(log, name) for log in logs])

    prevention = Prevention(
        **{
            f.name: np.concatenate([getattr(log.prevention, f.name) for log in logs])
            for f in fields(Prevention)
        }
    )
    names = [f.name for f in fields(Log) if f.name != "prevention"]
    return Log(**{name: column(name) for name in names}, prevention=prevention)
