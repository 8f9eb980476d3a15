"""Is the time that users felt summed over what is known, and is the rest said?"""

import datetime as dt

import numpy as np
import pytest

from analytics.clocks import Status
from analytics.impact import impact_by_period, impact_durations, impact_hours, impact_total
from tests.support.columns import AS_OF, empty, times, view

HOURS = 3600.0


def lasting(*hours: float | None, start: str = "2026-01-05 00:00") -> dict[str, object]:
    begun = np.datetime64(start, "s")
    ends = [None if h is None else str(begun + np.timedelta64(int(h * HOURS))) for h in hours]
    return {"impact_started_at": times(*[start] * len(hours)), "mitigated_at": times(*ends)}


def test_impact_ends_with_the_mitigation_and_only_without_one_with_the_resolution() -> None:
    incidents = view(
        {
            "impact_started_at": times(*["2026-01-05 00:00"] * 3),
            "mitigated_at": times("2026-01-05 01:00", None, None),
            "resolved_at": times("2026-01-05 09:00", "2026-01-05 02:00", None),
        }
    ).incidents
    assert impact_hours(incidents).tolist() == pytest.approx([1, 2, float("nan")], nan_ok=True)


def test_a_mitigation_known_to_the_day_gives_way_to_an_exact_resolution() -> None:
    incidents = view(
        {
            "impact_started_at": times("2026-01-05 00:00"),
            "mitigated_at": times("2026-01-05 00:00"),
            "resolved_at": times("2026-01-05 02:00"),
            "day_clocks": [1 << 5],
        }
    ).incidents
    assert impact_hours(incidents).tolist() == [2.0]


def test_a_mitigation_before_the_start_is_invalid_and_no_other_end_is_tried() -> None:
    incidents = view(
        {
            "impact_started_at": times("2026-01-05 02:00"),
            "mitigated_at": times("2026-01-05 01:00"),
            "resolved_at": times("2026-01-05 09:00"),
        }
    ).incidents
    assert impact_durations(incidents, as_of=AS_OF).status.tolist() == [Status.INVALID]


def test_incidents_without_a_usable_impact_are_missing_from_the_sum_and_said() -> None:
    seen = view({**lasting(1, 2, None, None), "status": ["resolved"] * 3 + ["open"]})
    found = impact_total(seen, as_of=AS_OF)
    assert (found.total.estimate, found.total.n, found.total.n_missing) == (3 * HOURS, 2, 2)
    assert found.n_open == 1


def test_an_open_incident_does_not_grow_the_sum_as_time_goes_by() -> None:
    seen = view({**lasting(1, None), "status": ["resolved", "open"]})
    sums = {
        impact_total(seen, as_of=AS_OF + dt.timedelta(days=later)).total.estimate
        for later in (0, 100)
    }
    assert sums == {HOURS}


def test_the_three_longest_of_five_make_up_nine_tenths() -> None:
    found = impact_total(view(lasting(4, 1, 10, 4, 1)), as_of=AS_OF)
    assert found.concentration.estimate == pytest.approx(18 / 20)
    assert found.longest.tolist() == [2, 0, 3]
    assert found.longest_seconds.tolist() == [10 * HOURS, 4 * HOURS, 4 * HOURS]


def test_three_incidents_are_no_concentration() -> None:
    answer = impact_total(view(lasting(1, 2, 3)), as_of=AS_OF).concentration
    assert (answer.estimate, answer.reason) == (None, "needs 4 incidents, has 3")


def test_without_incidents_the_impact_is_unknown_and_not_zero() -> None:
    found = impact_total(empty(), as_of=AS_OF)
    assert (found.total.estimate, bool(found.total.reason)) == (None, True)
    assert impact_by_period(empty(), every="month", as_of=AS_OF).seconds.tolist() == []


def test_impact_counts_in_the_period_in_which_it_began() -> None:
    seen = view(
        {
            "impact_started_at": times("2026-01-31 23:00", "2026-03-01 00:00", "2026-03-02 00:00"),
            "mitigated_at": times("2026-02-01 03:00", "2026-03-01 01:00", None),
        }
    )
    found = impact_by_period(seen, every="month", as_of=AS_OF)
    assert found.starts.tolist() == [dt.date(2026, month, 1) for month in (1, 2, 3)]
    assert (found.seconds / HOURS).tolist() == [4, 0, 1]
    assert (found.n.tolist(), found.n_unknown.tolist()) == ([1, 0, 1], [0, 0, 1])
