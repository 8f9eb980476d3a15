"""Durations of single incidents, and what is known of each."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.calendar import without_future
from analytics.clocks import TTA, TTD, TTM, TTR, Status, Step, for_logs, measure
from analytics.frames import CLOCKS, History
from analytics.quality import doubts
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


# ---- clocks known to the day


def test_a_long_outage_with_a_bare_start_date_counts_with_what_the_day_leaves_open() -> None:
    records = history(
        [
            {
                "impact_started_at": "2024-05-01T00:00",
                "resolved_at": "2024-05-29T01:00",
                "day_clocks": 1,
            }
        ]
    )
    durations = measure(records.incidents, TTR, as_of=AS_OF)
    assert Status(durations.status[0]) is Status.RECORDED
    # It lasted 649 to 673 hours: told is the middle on the scale of logs.
    assert durations.seconds[0] == pytest.approx((649 * 673) ** 0.5 * 3600)
    shortest, longest = durations.extremes()
    assert shortest.seconds[0] == pytest.approx(649 * 3600)
    assert longest.seconds[0] == pytest.approx(673 * 3600)
    assert durations.to_the_day() == 1


@pytest.mark.parametrize(
    ("last_day", "status"),
    [("2024-05-05", Status.TOO_COARSE), ("2024-05-06", Status.RECORDED)],
)
def test_two_bare_days_count_from_five_days_on(last_day: str, status: Status) -> None:
    # Five days apart are 4 to 6 days, and 6 is 1.5 times 4; four apart are 3 to 5.
    clocks = {"impact_started_at": "2024-05-01", "resolved_at": last_day}
    assert one(**clocks, day_clocks=1 | RESOLVED_BIT)[1] is status


def test_an_open_incident_that_began_on_some_day_has_lasted_since_its_end_at_least() -> None:
    row = {"impact_started_at": "2024-05-30", "status": "open", "day_clocks": 1}
    durations = measure(history([row]).incidents, TTR, as_of=AS_OF)
    assert durations.elapsed[0] == 86_400
