"""Are doubtful times found and counted, and only those?"""

import datetime as dt

import pytest

from analytics.frames import CLOCKS
from analytics.quality import doubts, orders, precision, round_times
from analytics.selection import Scope
from tests.support.columns import empty, times, view, with_actions

DAY_OF_MITIGATION = 1 << CLOCKS.index("mitigated_at")


def test_a_mitigation_before_the_start_is_backwards_of_those_that_have_both() -> None:
    seen = view(
        {
            "impact_started_at": times("2026-01-01 10:00", "2026-01-01 10:00", "2026-01-01 10:00"),
            "mitigated_at": times("2026-01-01 09:00", "2026-01-01 11:00", None),
        }
    )
    found = {(row.first, row.second): row.backwards for row in orders(seen)}
    answer = found["impact_started_at", "mitigated_at"]
    assert (answer.estimate, answer.n, answer.n_missing) == (0.5, 2, 1)
    assert found["mitigated_at", "resolved_at"].estimate is None
    assert (doubts(seen).backwards.estimate, doubts(seen).backwards.n) == (0.5, 2)


def test_a_day_without_an_hour_is_not_backwards() -> None:
    seen = view(
        {
            "impact_started_at": times("2026-01-01 10:00"),
            "mitigated_at": times("2026-01-01"),
            "day_clocks": [DAY_OF_MITIGATION],
        }
    )
    assert doubts(seen).backwards.estimate is None


def test_detection_before_impact_is_caught_and_not_backwards() -> None:
    seen = view(
        {
            "impact_started_at": times("2026-01-01 10:00"),
            "detected_at": times("2026-01-01 09:00"),
            "resolved_at": times("2026-01-01 12:00"),
        }
    )
    assert doubts(seen).caught_before_impact == 1
    assert doubts(seen).backwards.estimate == 0.0


def test_multiples_of_15_30_and_60_minutes_are_counted_each() -> None:
    clock = times(
        "2026-01-01 10:00", "2026-01-01 10:15", "2026-01-01 10:30", "2026-01-01 10:30:20", None
    )
    [found] = round_times(view({"detected_at": clock}))
    assert {minutes: answer.estimate for minutes, answer in found.shares.items()} == {
        15: 0.75,
        30: 0.5,
        60: 0.25,
    }
    assert (found.clock, found.shares[15].n) == ("detected_at", 4)
    assert found.expected[15] == pytest.approx(4 / 60)


def test_a_date_without_an_hour_is_not_counted_as_a_round_time() -> None:
    seen = view({"mitigated_at": times("2026-01-01"), "day_clocks": [DAY_OF_MITIGATION]})
    assert round_times(seen) == ()
    [found] = precision(seen)
    assert (found.to_the_day.estimate, found.estimated.estimate) == (1.0, 0.0)


def test_precision_is_a_share_of_the_recorded_times_of_that_clock() -> None:
    seen = view(
        {
            "mitigated_at": times("2026-01-01", "2026-01-02 03:04", None),
            "day_clocks": [DAY_OF_MITIGATION, 0, 0],
            "estimated_clocks": [0, DAY_OF_MITIGATION, DAY_OF_MITIGATION],
        }
    )
    [found] = precision(seen)
    assert (found.to_the_day.estimate, found.estimated.estimate) == (0.5, 0.5)
    assert (found.estimated.n, found.estimated.n_missing) == (2, 1)


def test_an_incident_without_any_time_is_said_to_be_in_no_period() -> None:
    undated = {"impact_started_at": times("2026-01-01", None)}
    assert doubts(view(undated)).undated == 1
    period = Scope(start=dt.date(2026, 1, 1))
    assert doubts(view(undated, period)).undated_left_out == 1


def test_human_error_is_counted_as_a_cause_still_to_be_found() -> None:
    assert doubts(view({"needs_analysis": [True, False]})).needs_analysis == 1


def test_records_that_contradict_themselves_are_counted() -> None:
    seen = with_actions(
        status=["open", "done"],
        created_on=times("2026-01-05", "2026-01-05"),
        completed_on=times("2026-01-06", "2026-01-04"),
    )
    assert (doubts(seen).actions_open_with_end, doubts(seen).actions_backwards) == (1, 1)
    open_but_over = view({"status": ["open"], "resolved_at": times("2026-01-01")})
    assert doubts(open_but_over).open_with_end == 1


def test_an_empty_view_has_no_doubts_and_no_shares() -> None:
    assert doubts(empty()).backwards.estimate is None
    assert (round_times(empty()), precision(empty())) == ((), ())
