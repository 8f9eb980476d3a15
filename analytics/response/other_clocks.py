"""The same incidents by other people's clocks: as a vendor computes it, and in working hours.

Neither replaces the plain clock. A vendor's average has to be reproduced to the second before
anybody believes that ours differs for a reason, and a time in working hours says what a team that
sleeps at night could have done; users waited for all of it.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.clocks import IMPACT, Durations, Floats, Mask, Status, Step, measure
from analytics.frames import UTC
from analytics.response.durations import headline, mean
from analytics.selection import View
from analytics.units import DAY

VENDOR_MEAN = Method(
    title="As your vendor computes it",
    answers="Which average does the tool show that these records came from?",
    formula=(
        "The sum of the durations between the two clocks that the tool counts between, divided by "
        "their number. Beside it stands the median between the same clocks, which one long "
        "incident does not move."
    ),
    source=(
        "Documentation of each tool: PagerDuty counts from the trigger; Datadog its time to repair "
        "from the detection and its time to resolve from the declaration; FireHydrant, Rootly, "
        "Grafana Incident and Better Stack from the start"
    ),
    leaves_out=(
        "Incidents without one of the two clocks, open ones, and those with the end before the "
        "start. Drills, tests and second reports are not in view; where a tool counts them, its "
        "average differs by them."
    ),
    example=Example(
        given="Three incidents were resolved 600, 1200 and 5401 seconds after they were triggered.",
        inputs={"seconds": (600, 1200, 5401)},
        gives="PagerDuty shows 2400.33 seconds; the median is 1200.",
        result=(2400.3333, 1200),
    ),
)
IN_WORKING_HOURS = Method(
    title="Time in working hours",
    answers="How much of the time was anybody at work?",
    formula=(
        "The part of each duration that lies within the working hours of a working day, by the "
        "clock of the reader's zone; then the median. An incident of which no part does counts "
        "with zero."
    ),
    source="Our own definition; the calendar is set by readers",
    leaves_out=(
        "What the plain duration leaves out, and durations of which a clock is known to the day "
        "only. Users wait at night too, so no comparison and no claim is made of it."
    ),
    example=Example(
        given=(
            "Work lasts from 9 to 17 o'clock from Monday to Friday. An incident began on "
            "2026-06-05 at 16:00, a Friday, and was resolved on 2026-06-08 at 10:30, a Monday."
        ),
        inputs={
            "opens": 9,
            "closes": 17,
            "began": "2026-06-05",
            "at": "16:00",
            "ended": "2026-06-08",
            "until": "10:30",
        },
        gives="1 hour on Friday and 1.5 on Monday: 2.5 of its 66.5 hours.",
        result=(2.5, 66.5),
    ),
)


@dataclass(frozen=True, slots=True)
class VendorClock:
    """One average that a tool shows, by its own name, and the clocks that it counts between."""

    name: str
    step: Step


@dataclass(frozen=True, slots=True)
class Vendor:
    """A tool and the averages that it shows."""

    name: str
    clocks: tuple[VendorClock, ...]


def _clock(name: str, start: str, end: str) -> VendorClock:
    return VendorClock(name, Step(name, start, end, anchored=False))


def _from_start(*ends: str) -> tuple[VendorClock, ...]:
    names = {
        "detected_at": "MTTD",
        "acknowledged_at": "MTTA",
        "mitigated_at": "MTTM",
        "resolved_at": "MTTR",
    }
    return tuple(_clock(names[end], IMPACT, end) for end in ends)


_REPORTED_TO_END = (
    _clock("time to acknowledge", "detected_at", "acknowledged_at"),
    _clock("time to resolve", "detected_at", "resolved_at"),
)
VENDORS = (
    Vendor(
        "PagerDuty",
        (
            _clock("MTTA (mean seconds to first ack)", "detected_at", "acknowledged_at"),
            _clock("MTTR (mean seconds to resolve)", "detected_at", "resolved_at"),
        ),
    ),
    Vendor(
        "incident.io, from Reported",
        (
            _clock("reported to fixed", "detected_at", "mitigated_at"),
            _clock("reported to resolved", "detected_at", "resolved_at"),
        ),
    ),
    Vendor(
        "Datadog",
        (
            _clock("time to detect", IMPACT, "detected_at"),
            _clock("time to repair", "detected_at", "mitigated_at"),
            _clock("time to resolve", "declared_at", "resolved_at"),
        ),
    ),
    Vendor(
        "FireHydrant",
        _from_start("detected_at", "acknowledged_at", "mitigated_at", "resolved_at"),
    ),
    Vendor(
        "Rootly",
        _from_start("detected_at", "acknowledged_at", "mitigated_at", "resolved_at"),
    ),
    Vendor("Grafana Incident", _from_start("resolved_at")),
    Vendor("Better Stack", _from_start("acknowledged_at", "resolved_at")),
    Vendor("Opsgenie", _REPORTED_TO_END),
    Vendor("ServiceNow, Jira: calendar time", _REPORTED_TO_END),
)


@dataclass(frozen=True, slots=True)
class VendorMean:
    """One average of a tool, and what stands beside it.

    Attributes:
        mean: as the tool computes it, in seconds.
        median: between the same clocks.
    """

    clock: VendorClock
    mean: Answer
    median: Answer


def vendor_means(view: View, vendor: Vendor, *, as_of: dt.datetime) -> tuple[VendorMean, ...]:
    """The averages of a tool over the incidents in view, in the order in which it has them."""
    found = []
    for clock in vendor.clocks:
        measured = measure(view.incidents, clock.step, as_of=as_of)
        average = replace(mean(measured), method=VENDOR_MEAN)
        found.append(VendorMean(clock, average, headline(measured)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people are at work.

    Attributes:
        opens, closes: seconds since midnight.
        weekdays: days of the week, Monday 0.
        holidays: days on which nobody works.
    """

    opens: int
    closes: int
    weekdays: tuple[int, ...]
    holidays: tuple[dt.date, ...] = ()


def in_working_hours(
    view: View, durations: Durations, hours: WorkingHours, *, anchor: str = IMPACT
) -> Durations:
    """The working part of ``durations``, which were measured on the incidents in view.

    Args:
        anchor: the clock that they were counted from, where their step has one.
    """
    step, zone = durations.step, view.history.zone
    start_clock = anchor if step.anchored else step.start
    counted = (durations.status == Status.RECORDED) & (durations.give == 1)
    seconds = np.full(len(counted), np.nan)
    began, ended = (
        _by_the_wall(view.incidents[clock][counted], zone) for clock in (start_clock, step.end)
    )
    seconds[counted] = _worked_until(ended, hours) - _worked_until(began, hours)
    coarse = (durations.status == Status.RECORDED) & ~counted
    return replace(
        durations,
        seconds=seconds,
        status=np.where(coarse, Status.TOO_COARSE, durations.status).astype(np.int8),
        elapsed=np.full(len(seconds), np.nan),
        give=np.ones(len(seconds)),
    )


def working_median(durations: Durations) -> Answer:
    """The median of durations in working hours; open incidents are left out, as missing ones."""
    open_ones = durations.count(Status.PENDING)
    answer = headline(durations)
    return replace(answer, n_missing=answer.n_missing + open_ones, method=IN_WORKING_HOURS)


def _by_the_wall(moments: pd.Series, zone: str) -> npt.NDArray[np.int64]:
    """Moments as seconds since 1970 of a clock on the wall."""
    if zone != UTC:
        moments = moments.dt.tz_localize(UTC).dt.tz_convert(zone).dt.tz_localize(None)
    return moments.to_numpy().astype("datetime64[s]").astype(np.int64)


def _worked_until(moments: npt.NDArray[np.int64], hours: WorkingHours) -> Floats:
    """Seconds of work from 1970 until each moment."""
    day, second = np.divmod(moments, DAY)
    length = hours.closes - hours.opens
    today = np.clip(second - hours.opens, 0, length) * _is_worked(day, hours)
    # Whole weeks hold the same number of working days; 1970 began on a Thursday, three days on.
    weeks, rest = np.divmod(day + 3, 7)
    in_week = np.isin(np.arange(7), hours.weekdays)
    before = weeks * in_week.sum() + np.concatenate([[0], np.cumsum(in_week)])[rest]
    free = np.sort(_days_of(hours))
    free = free[in_week[(free + 3) % 7]]
    worked: Floats = (before - np.searchsorted(free, day)) * float(length) + today
    return worked


def _is_worked(day: npt.NDArray[np.int64], hours: WorkingHours) -> Mask:
    return np.isin((day + 3) % 7, hours.weekdays) & ~np.isin(day, _days_of(hours))


def _days_of(hours: WorkingHours) -> npt.NDArray[np.int64]:
    return np.array(sorted(set(hours.holidays)), "datetime64[D]").astype(np.int64)
