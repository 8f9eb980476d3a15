"""Durations of single incidents, and what is known of each."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.clocks import TTA, TTD, TTM, TTR, Status, Step, for_logs, measure
from analytics.frames import CLOCKS, History
from analytics.moments import without_future
from analytics.quality.clocks import doubts
from analytics.selection import Scope, select
from tests.support.histories import history

AS_OF = dt.datetime(2024, 6, 1)
RESOLVED_BIT = 1 << CLOCKS.index("resolved_at")


def one(**fields: object) -> tuple[float, Status]:
    """Time to resolve of a single incident."""
    durations = measure(history([fields]).incidents, TTR, as_of=AS_OF)
    return float(durations.seconds[0]), Status(durations.status[0])


def test_time_to_resolve_runs_from_the_start_of_impact() -> None:
    seconds, status = one(impact_started_at="2024-05-01T10:00", resolved_at="2024-05-01T12:14")
    assert (seconds, status) == (8040.0, Status.RECORDED)


def test_a_missing_start_is_missing_and_not_detected_in_no_time() -> None:
    incidents = history([{"detected_at": "2024-05-01T10:00"}]).incidents
    durations = measure(incidents, TTD, as_of=AS_OF)
    assert Status(durations.status[0]) is Status.MISSING
    assert np.isnan(durations.seconds[0])


def test_an_end_before_its_start_is_invalid_and_enters_no_figure() -> None:
    seconds, status = one(impact_started_at="2024-05-01T10:00", resolved_at="2024-05-01T09:59")
    assert status is Status.INVALID
    assert np.isnan(seconds)


def test_a_date_without_a_time_is_not_taken_for_midnight_sharp() -> None:
    seconds, status = one(
        impact_started_at="2024-05-01T10:00",
        resolved_at="2024-05-02T00:00",
        day_clocks=RESOLVED_BIT,
    )
    assert status is Status.TOO_COARSE
    assert np.isnan(seconds)


def test_a_missing_end_of_a_closed_incident_is_not_read_as_now() -> None:
    assert one(impact_started_at="2024-05-01T10:00", status="resolved")[1] is Status.MISSING


def test_an_open_incident_is_pending_with_the_time_so_far_kept_apart() -> None:
    incidents = history([{"impact_started_at": "2024-05-31T00:00", "status": "open"}]).incidents
    durations = measure(incidents, TTR, as_of=AS_OF)
    assert Status(durations.status[0]) is Status.PENDING
    assert np.isnan(durations.seconds[0])
    assert durations.elapsed[0] == 86_400


def test_detection_before_impact_is_caught_in_time_and_no_duration() -> None:
    row = {"impact_started_at": "2024-05-01T10:00", "detected_at": "2024-05-01T09:00"}
    durations = measure(history([row]).incidents, TTD, as_of=AS_OF)
    assert Status(durations.status[0]) is Status.NOT_APPLICABLE


def test_the_anchor_moves_mitigation_and_resolution_but_not_detection() -> None:
    incidents = history(
        [
            {
                "impact_started_at": "2024-05-01T10:00",
                "detected_at": "2024-05-01T10:10",
                "acknowledged_at": "2024-05-01T10:15",
                "mitigated_at": "2024-05-01T11:00",
                "resolved_at": "2024-05-01T12:00",
            }
        ]
    ).incidents

    def minutes(step: Step, anchor: str) -> float:
        return float(measure(incidents, step, as_of=AS_OF, anchor=anchor).seconds[0]) / 60

    assert minutes(TTM, "impact_started_at") == 60
    assert minutes(TTM, "detected_at") == 50
    assert minutes(TTR, "acknowledged_at") == 105
    assert minutes(TTD, "acknowledged_at") == 10
    assert minutes(TTA, "acknowledged_at") == 5


def test_an_anchor_that_is_no_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="anchor must be one of"):
        measure(history([{}]).incidents, TTR, as_of=AS_OF, anchor="tomorrow")


def test_a_duration_of_zero_is_half_a_minute_to_a_logarithm() -> None:
    assert for_logs(np.array([0.0, 60.0])).tolist() == [30.0, 60.0]


# ---- times that are still to come


def _seen(*rows: dict[str, object]) -> History:
    return without_future(history(list(rows)), now=dt.datetime(2026, 11, 26, 9))


def test_a_time_still_to_come_is_impossible_and_an_open_incident_stays_open() -> None:
    began = {"impact_started_at": "2026-11-01T10:00"}
    records = _seen(
        {**began, "resolved_at": "2028-11-01T12:00"},
        {**began, "resolved_at": "2028-11-01T12:00", "status": "open"},
        {**began, "resolved_at": "2026-11-26T22:59"},  # today, where the day is further on
        {"impact_started_at": "2062-11-01T10:00", "resolved_at": "2026-11-01T12:00"},
    )
    status = measure(records.incidents, TTR, as_of=dt.datetime(2026, 11, 26)).status
    assert [Status(each) for each in status] == [
        Status.INVALID,
        Status.PENDING,
        Status.RECORDED,
        Status.INVALID,
    ]
    # It began at the first time that can be true.
    assert records.incidents["period_at"].tolist()[3] == pd.Timestamp("2026-11-01T12:00")


def test_a_record_of_which_every_time_is_to_come_is_left_out_and_counted() -> None:
    records = _seen(
        {"impact_started_at": "2062-11-01T10:00"},
        {"impact_started_at": "2026-11-01T10:00"},
        {},
    )
    whole = select(records, Scope())
    assert (whole.rows.tolist(), whole.left_out.in_future, whole.left_out.undated) == ([1, 2], 1, 0)
    november = select(records, Scope(start=dt.date(2026, 11, 1)))
    assert (november.left_out.in_future, november.left_out.undated) == (1, 1)
    assert (doubts(whole).in_future, doubts(whole).in_future_left_out) == (0, 1)
