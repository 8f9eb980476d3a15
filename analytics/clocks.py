"""How long did each step take, and what do we know of each clock: durations of single incidents.

Every duration has a status. A missing clock is not zero, an open incident is not "until now", an
end before its start is not a negative time, and a clock known to the day says nothing of minutes.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.frames import CLOCKS

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: The start that TTM and TTR count from unless the reader chooses another.
IMPACT = "impact_started_at"
#: Anchors that a reader may choose; vendors differ (see the definition of MTTR).
ANCHORS = (IMPACT, "detected_at", "declared_at", "acknowledged_at")
#: Clocks are kept to the minute in most sources, so "0" means "under a minute"; a logarithm needs a
#: positive number, and half a minute is the middle of what 0 can mean.
ZERO_MEANS_SECONDS = 30.0


class Status(IntEnum):
    """What is known of one duration of one incident."""

    RECORDED = 0
    PENDING = 1  # the incident is open and the end has not come
    MISSING = 2  # one of the two clocks is unknown
    INVALID = 3  # the end lies before the start, or one of them cannot have come yet
    NOT_APPLICABLE = 4  # detected before the impact began: caught in time
    TOO_COARSE = 5  # one of the two clocks is known to the day only


#: What else decides the status of a duration, beside its two clocks.
STATUS_COLUMNS = ("status", "day_clocks", "future_clocks")


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of duration: from one clock to another."""

    name: str
    start: str
    end: str
    anchored: bool  # whether the reader's anchor replaces ``start``


TTD = Step("TTD", IMPACT, "detected_at", anchored=False)
TTA = Step("TTA", "detected_at", "acknowledged_at", anchored=False)
TTM = Step("TTM", IMPACT, "mitigated_at", anchored=True)
TTR = Step("TTR", IMPACT, "resolved_at", anchored=True)
STEPS = {step.name: step for step in (TTD, TTA, TTM, TTR)}


@dataclass(frozen=True)
class Durations:
    """One duration of every incident, in the order of the frame it was measured on.

    Attributes:
        seconds: the duration where the status is RECORDED, NaN elsewhere.
        status: a :class:`Status` each.
        elapsed: for PENDING ones the seconds so far at ``as_of`` (right-censored), NaN elsewhere.
    """

    step: Step
    seconds: Floats
    status: npt.NDArray[np.int8]
    elapsed: Floats

    @property
    def recorded(self) -> Floats:
        """The recorded durations in seconds."""
        recorded: Floats = self.seconds[self.status == Status.RECORDED]
        return recorded

    def part(self, rows: slice | Mask) -> "Durations":
        """The durations of some of the incidents."""
        return Durations(self.step, self.seconds[rows], self.status[rows], self.elapsed[rows])

    def count(self, *statuses: Status) -> int:
        """How many incidents have one of ``statuses``."""
        return int(np.isin(self.status, statuses).sum())


def measure(
    incidents: pd.DataFrame, step: Step, *, as_of: dt.datetime, anchor: str = IMPACT
) -> Durations:
    """The duration ``step`` of each incident.

    Args:
        incidents: rows with the columns of :data:`analytics.frames.INCIDENTS`.
        step: one of :data:`STEPS`, or any pair of clocks.
        as_of: naive UTC moment at which open incidents are looked at.
        anchor: the clock that anchored steps count from, one of :data:`ANCHORS`.

    Raises:
        ValueError: ``anchor`` is none of :data:`ANCHORS`.
    """
    if anchor not in ANCHORS:
        raise ValueError(f"anchor must be one of {', '.join(ANCHORS)}, got {anchor!r}")
    start_clock = anchor if step.anchored else step.start
    start = incidents[start_clock].to_numpy().astype("datetime64[s]")
    end = incidents[step.end].to_numpy().astype("datetime64[s]")
    seconds = _seconds(end - start)
    status = _status(incidents, seconds, start_clock=start_clock, end_clock=step.end)
    so_far = _seconds(np.asarray(np.datetime64(as_of, "s") - start))
    pending = (status == Status.PENDING) & (so_far >= 0)
    return Durations(
        step=step,
        seconds=np.where(status == Status.RECORDED, seconds, np.nan),
        status=status,
        elapsed=np.where(pending, so_far, np.nan),
    )


def for_logs(seconds: Floats) -> Floats:
    """Durations made fit for a logarithm: zero is read as half a minute."""
    return np.where(seconds > 0, seconds, ZERO_MEANS_SECONDS)


def _seconds(delta: npt.NDArray[np.timedelta64]) -> Floats:
    return np.where(np.isnat(delta), np.nan, delta.astype("timedelta64[s]").astype(np.float64))


def _status(
    incidents: pd.DataFrame, seconds: Floats, *, start_clock: str, end_clock: str
) -> npt.NDArray[np.int8]:
    no_start = incidents[start_clock].isna().to_numpy()
    no_end = incidents[end_clock].isna().to_numpy()
    still_open = (incidents["status"] == "open").to_numpy()
    bits = (1 << CLOCKS.index(start_clock)) | (1 << CLOCKS.index(end_clock))
    coarse = (incidents["day_clocks"].to_numpy() & bits) != 0
    in_future = (incidents["future_clocks"].to_numpy() & bits) != 0
    early_catch = (end_clock == "detected_at") & (start_clock == IMPACT)
    backwards = Status.NOT_APPLICABLE if early_catch else Status.INVALID
    return np.select(
        [~no_start & no_end & still_open, in_future, no_start | no_end, coarse, seconds < 0],
        [Status.PENDING, Status.INVALID, Status.MISSING, Status.TOO_COARSE, backwards],
        default=Status.RECORDED,
    ).astype(np.int8)
