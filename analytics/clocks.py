"""How long did each step take, and what do we know of each clock: durations of single incidents.

Every duration has a status. A missing clock is not zero, an open incident is not "until now", an
end before its start is not a negative time, and a clock known to the day says nothing of minutes;
of weeks it does, and then the duration enters with what the day leaves open.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.frames import CLOCKS, History
from analytics.units import DAY

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

#: The start that TTM and TTR count from unless the reader chooses another.
IMPACT = "impact_started_at"
#: Anchors that a reader may choose; vendors differ (see the definition of MTTR).
ANCHORS = (IMPACT, "detected_at", "declared_at", "acknowledged_at")
#: Clocks are kept to the minute in most sources, so "0" means "under a minute"; a logarithm needs a
#: positive number, and half a minute is the middle of what 0 can mean.
ZERO_MEANS_SECONDS = 30.0
#: A duration that days leave open between two values enters where the longer one is at most so many
#: times the shorter: on the scale of logs that adds less than 1 % to the usual variance (1.25²).
NARROW = 1.5


class Status(IntEnum):
    """What is known of one duration of one incident."""

    RECORDED = 0
    PENDING = 1  # the incident is open and the end has not come
    MISSING = 2  # one of the two clocks is unknown
    INVALID = 3  # the end lies before the start, or one of them cannot have come yet
    NOT_APPLICABLE = 4  # detected before the impact began: caught in time
    TOO_COARSE = 5  # a clock is known to the day only, and the duration is too short for that


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
        give: how many times longer or shorter than ``seconds`` a duration may have been: more than
            1 where a clock is known to the day only; ``seconds`` is then the middle of what may be.
            1 where nothing is recorded.
    """

    step: Step
    seconds: Floats
    status: npt.NDArray[np.int8]
    elapsed: Floats
    give: Floats

    @property
    def recorded(self) -> Floats:
        """The recorded durations in seconds."""
        recorded: Floats = self.seconds[self.status == Status.RECORDED]
        return recorded

    def part(self, rows: slice | Mask | Rows) -> "Durations":
        """The durations of some of the incidents."""
        return Durations(
            self.step,
            self.seconds[rows],
            self.status[rows],
            self.elapsed[rows],
            self.give[rows],
        )

    def to_the_day(self) -> int:
        """How many recorded durations a clock known to the day leaves a little open."""
        return int(np.count_nonzero(self.give > 1))

    def extremes(self) -> tuple["Durations", "Durations"]:
        """The same with each duration as short and as long as it may have been."""
        exact = np.ones_like(self.give)
        return (
            replace(self, seconds=self.seconds / self.give, give=exact),
            replace(self, seconds=self.seconds * self.give, give=exact),
        )

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
    start, end = (_moments(incidents, clock) for clock in (start_clock, step.end))
    day_clocks = incidents["day_clocks"].to_numpy()
    open_start, open_end = (_left_open(day_clocks, clock) for clock in (start_clock, step.end))
    seconds, give = _between(_seconds(end - start), open_start, open_end)
    status = _status(incidents, seconds, give, start_clock=start_clock, end_clock=step.end)
    recorded = status == Status.RECORDED
    known = Durations(
        step=step,
        seconds=np.where(recorded, seconds, np.nan),
        status=status,
        elapsed=np.full(len(status), np.nan),
        give=np.where(recorded, give, 1.0),
    )
    return _until(known, incidents, start_clock, as_of=as_of)


def measured(history: History, step: Step, *, as_of: dt.datetime) -> Durations:
    """The duration of every record, one of :data:`STEPS` from the impact on.

    What does not depend on the moment is measured once for all scopes.
    """
    known = history.once(_all_steps)[step.name]
    return _until(known, history.incidents, step.start, as_of=as_of)


def _all_steps(history: History) -> dict[str, Durations]:
    whenever = dt.datetime.min
    return {step.name: measure(history.incidents, step, as_of=whenever) for step in STEPS.values()}


def _until(
    durations: Durations, incidents: pd.DataFrame, start_clock: str, *, as_of: dt.datetime
) -> Durations:
    """The same with what open incidents have lasted by ``as_of``."""
    pending = np.flatnonzero(durations.status == Status.PENDING)
    elapsed = np.full(len(durations.status), np.nan)
    start = _moments(incidents, start_clock)[pending]
    so_far = _seconds(np.asarray(np.datetime64(as_of, "s") - start))
    so_far -= _left_open(incidents["day_clocks"].to_numpy()[pending], start_clock)
    elapsed[pending] = np.where(so_far >= 0, so_far, np.nan)
    return replace(durations, elapsed=elapsed)


def for_logs(seconds: Floats) -> Floats:
    """Durations made fit for a logarithm: zero is read as half a minute, and NaN stays."""
    return np.where(seconds <= 0, ZERO_MEANS_SECONDS, seconds)


def _moments(incidents: pd.DataFrame, clock: str) -> npt.NDArray[np.datetime64]:
    return incidents[clock].to_numpy().astype("datetime64[s]", copy=False)


def _seconds(delta: npt.NDArray[np.timedelta64]) -> Floats:
    return np.where(np.isnat(delta), np.nan, delta.astype("timedelta64[s]").astype(np.float64))


def _left_open(day_clocks: npt.NDArray[np.integer], clock: str) -> Floats:
    """The seconds by which a clock may have struck later: a day where only that is known."""
    is_day = (day_clocks & (1 << CLOCKS.index(clock))) != 0
    return np.where(is_day, float(DAY), 0.0)


def _between(apart: Floats, start_open: Floats, end_open: Floats) -> tuple[Floats, Floats]:
    """The middle of what each duration may be on the scale of logs, and what lies to either side.

    Args:
        apart: seconds from one clock to the other, each at the beginning of what it may be.
        start_open, end_open: seconds by which the clocks may have struck later.
    """
    middle, give = apart.copy(), np.ones_like(apart)
    coarse = np.flatnonzero((start_open > 0) | (end_open > 0))
    shortest, longest = (apart - start_open)[coarse], (apart + end_open)[coarse]
    narrow = (shortest > 0) & (longest <= NARROW * shortest)
    give[coarse] = np.inf
    give[coarse[narrow]] = np.sqrt(longest[narrow] / shortest[narrow])
    middle[coarse[narrow]] = np.sqrt(longest[narrow] * shortest[narrow])
    return middle, give


def _status(
    incidents: pd.DataFrame, seconds: Floats, give: Floats, *, start_clock: str, end_clock: str
) -> npt.NDArray[np.int8]:
    no_start, no_end = (np.isnat(incidents[clock].to_numpy()) for clock in (start_clock, end_clock))
    still_open = np.asarray(incidents["status"].array == "open")
    bits = (1 << CLOCKS.index(start_clock)) | (1 << CLOCKS.index(end_clock))
    in_future = (incidents["future_clocks"].to_numpy() & bits) != 0
    early_catch = (end_clock == "detected_at") & (start_clock == IMPACT)
    status = np.full(len(incidents), Status.RECORDED, np.int8)
    # What decides first is written last.
    status[seconds < 0] = Status.NOT_APPLICABLE if early_catch else Status.INVALID
    status[np.isinf(give)] = Status.TOO_COARSE
    status[no_start | no_end] = Status.MISSING
    status[in_future] = Status.INVALID
    status[~no_start & no_end & still_open] = Status.PENDING
    return status
