"""Is a service counted as down once, however many incidents say so, and in the right period?"""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.impact import ServiceImpact, service_impact
from analytics.selection import Scope, View
from tests.support.columns import empty, times, view

HOUR, DAY = 3600.0, 86_400.0
END_OF_MARCH = dt.datetime(2026, 4, 1)


def of_services(*rows: tuple[str, str | None, str], scope: Scope | None = None) -> View:
    """Incidents of one service each: its begin, its end and its name."""
    return view(
        {
            "impact_started_at": times(*[begin for begin, _, _ in rows]),
            "mitigated_at": times(*[end for _, end, _ in rows]),
        },
        scope,
        services={"incident": range(len(rows)), "service": [name for *_, name in rows]},
    )


def monthly(seen: View, as_of: dt.datetime = END_OF_MARCH) -> ServiceImpact:
    return service_impact(seen, every="month", as_of=as_of)


def test_overlapping_incidents_of_a_service_are_counted_once() -> None:
    found = monthly(
        of_services(
            ("2026-03-01 00:00", "2026-03-01 04:00", "api"),
            ("2026-03-01 01:00", "2026-03-01 02:00", "api"),
            ("2026-03-01 03:00", "2026-03-01 05:00", "api"),
            ("2026-03-01 06:00", "2026-03-01 07:00", "api"),
            ("2026-03-01 00:00", "2026-03-01 02:00", "web"),
        )
    )
    assert found.services == ("api", "web")
    assert (found.down / HOUR).tolist() == [[6], [2]]


def test_impact_across_the_end_of_a_month_counts_in_each_for_its_part() -> None:
    found = monthly(of_services(("2026-01-31 22:00", "2026-02-01 03:00", "api")))
    assert (found.down / HOUR).tolist() == [[2, 3, 0]]
    assert found.began.tolist() == [[1, 0, 0]]


def test_availability_is_the_rest_of_the_period() -> None:
    found = monthly(of_services(("2026-03-01 00:00", "2026-03-02 00:00", "api")))
    assert found.length.tolist() == [31 * DAY]
    assert found.availability(0, 0).estimate == pytest.approx(30 / 31)


def test_the_last_period_ends_at_the_moment_one_looks() -> None:
    seen = of_services(("2026-03-01 00:00", "2026-03-01 12:00", "api"))
    found = monthly(seen, dt.datetime(2026, 3, 2))
    assert (found.length.tolist(), found.availability(0, 0).estimate) == ([DAY], 0.5)


def test_an_incident_from_before_the_period_counts_for_its_part_inside() -> None:
    scope = Scope(start=dt.date(2026, 3, 1), end=dt.date(2026, 4, 1))
    seen = of_services(("2026-02-28 23:00", "2026-03-01 01:00", "api"), scope=scope)
    assert len(seen) == 0
    assert (monthly(seen).down / HOUR).tolist() == [[1]]


def test_a_service_whose_only_incident_has_no_times_is_not_fully_available() -> None:
    answer = monthly(of_services(("2026-03-01 00:00", None, "api"))).availability(0, 0)
    assert (answer.estimate, answer.n, answer.n_missing) == (None, 0, 1)


def test_a_service_of_which_most_impact_is_unknown_has_no_availability_that_flatters() -> None:
    march = [f"2026-03-{day:02} 00:00" for day in range(1, 12)]
    rows = [(day, day, "api") for day in march]
    nearly = monthly(of_services(*rows[:10], (march[10], None, "api"))).availability(0, 0)
    mostly = monthly(of_services(*rows[:1], *[(day, None, "api") for day in march[1:]]))
    assert (nearly.estimate, nearly.n, nearly.n_missing) == (1.0, 10, 1)
    assert mostly.availability(0, 0).reason == "10 of 11 incidents have no usable start and end"


def test_a_service_without_a_name_is_no_service() -> None:
    seen = view(
        {"impact_started_at": times("2026-03-01 00:00", "2026-03-01 00:00")},
        services={"incident": [0, 1], "service": ["api", None]},
    )
    assert (monthly(seen).services, monthly(seen).n_without_service) == (("api",), 1)


def test_an_open_incident_is_unknown_and_not_down_until_now() -> None:
    seen = view(
        {"impact_started_at": times("2026-03-01 00:00"), "status": ["open"]},
        services={"incident": [0], "service": ["api"]},
    )
    assert (monthly(seen).down.tolist(), monthly(seen).n_unknown.tolist()) == ([[0]], [[1]])


def test_incidents_that_name_no_service_are_counted_apart() -> None:
    seen = view({"impact_started_at": times("2026-03-01 00:00")})
    found = monthly(seen)
    assert (found.services, found.n_without_service) == ((), 1)


def test_an_empty_view_has_no_cells() -> None:
    assert monthly(empty()).down.shape == (0, 0)


intervals = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 60), st.sampled_from(["api", "web"])),
    min_size=1,
    max_size=25,
)


@given(intervals)
def test_the_union_is_the_number_of_hours_that_any_incident_covers(
    rows: list[tuple[int, int, str]],
) -> None:
    origin = np.datetime64("2026-01-25T00", "h")
    seen = of_services(
        *[(str(origin + begin), str(origin + begin + hours), name) for begin, hours, name in rows]
    )
    found = monthly(seen)
    for row, service in enumerate(found.services):
        hours: set[int] = set()
        for begin, length, name in rows:
            hours |= set(range(begin, begin + length)) if name == service else set()
        in_january = sum(hour < 7 * 24 for hour in hours)
        down = found.down[row] / HOUR
        assert down.sum() == len(hours)
        if found.starts[0] == np.datetime64("2026-01-01"):
            assert down[0] == in_january
