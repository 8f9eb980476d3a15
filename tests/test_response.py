"""How fast do we respond: medians over all and by bin of time."""

import datetime as dt

import pytest

from analytics.response.durations import closed_early, response
from analytics.selection import Scope, select
from tests.support.histories import history

AS_OF = dt.datetime(2024, 7, 1)


def incident(day: str, minutes: int, **fields: object) -> dict[str, object]:
    start = dt.datetime.fromisoformat(f"{day}T10:00")
    return {
        "impact_started_at": start.isoformat(),
        "resolved_at": (start + dt.timedelta(minutes=minutes)).isoformat(),
        **fields,
    }


def test_the_median_of_two_is_the_middle_and_not_the_smaller() -> None:
    records = history([incident("2024-01-01", 10), incident("2024-01-02", 30)])
    result = response(select(records, Scope()), as_of=AS_OF)["TTR"]
    assert result.headline.estimate == 20 * 60
    assert result.headline.low is None
    assert "needs 6" in result.headline.reason


def test_medians_by_quarter_keep_the_empty_quarter_as_unknown() -> None:
    records = history([incident("2024-01-01", 10), incident("2024-08-01", 30)])
    trend = response(select(records, Scope()), as_of=AS_OF)["TTR"].trend
    assert [answer.estimate for answer in trend.answers] == [600, None, 1800]
    assert [answer.n for answer in trend.answers] == [1, 0, 1]


def test_an_incident_without_clocks_changes_no_duration_and_is_counted_as_missing() -> None:
    rows = [incident("2024-01-01", 10), incident("2024-01-02", 30)]
    without = response(select(history(rows), Scope()), as_of=AS_OF)["TTR"].headline
    records = history([*rows, {"acknowledged_at": "2024-01-03T00:00"}])
    together = response(select(records, Scope()), as_of=AS_OF)["TTR"].headline
    assert together.estimate == without.estimate
    assert (together.n, together.n_missing) == (2, 1)


def test_open_incidents_raise_the_median_instead_of_being_dropped() -> None:
    rows = [incident("2024-01-0" + str(day), 10 * day) for day in range(1, 8)]
    closed = response(select(history(rows), Scope()), as_of=AS_OF)["TTR"].headline
    still_open = {"impact_started_at": "2024-01-09T00:00", "status": "open"}
    records = history([*rows, still_open, still_open])
    answer = response(select(records, Scope()), as_of=AS_OF)["TTR"].headline
    assert closed.estimate is not None
    assert answer.estimate is not None
    assert answer.estimate > closed.estimate
    assert answer.n == 9


@pytest.mark.parametrize("name", ["TTD", "TTA", "TTM"])
def test_a_step_that_nobody_recorded_has_a_reason_and_no_figure(name: str) -> None:
    result = response(select(history([incident("2024-01-01", 10)]), Scope()), as_of=AS_OF)[name]
    assert result.headline.estimate is None
    assert result.headline.reason


def test_incidents_that_were_closed_before_their_impact_was_over_are_counted() -> None:
    late, early = "2024-01-01T12:00", "2024-01-01T10:00"
    records = history(
        [
            {"mitigated_at": late, "resolved_at": early},
            {"mitigated_at": early, "resolved_at": late},
            {"mitigated_at": early, "resolved_at": early},
            {"mitigated_at": early},
        ]
    )
    assert closed_early(select(records, Scope())) == 1
