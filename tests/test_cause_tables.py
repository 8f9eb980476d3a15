"""Do the tables of causes count each incident where the reader expects it?"""

import datetime as dt

import pytest

from analytics.causes.tables import Side, cause_table, causes_by_period
from analytics.selection import View
from tests.support.columns import empty, times, view


def cells(seen: View, against: Side) -> dict[tuple[str, str], int]:
    table = cause_table(seen, against)
    return {
        (cause, column): int(table.counts[i, j])
        for i, cause in enumerate(table.causes)
        for j, column in enumerate(table.columns)
        if table.counts[i, j]
    }


def test_an_incident_of_two_services_counts_in_both_columns() -> None:
    seen = view(
        {"root_cause_category": ["dns", "dns", None]},
        services={"incident": [0, 0, 1], "service": ["api", "web", "api"]},
    )
    assert cells(seen, "service") == {
        ("dns", "api"): 2,
        ("dns", "web"): 1,
        ("unknown", "unknown"): 1,
    }


def test_a_service_named_twice_counts_once() -> None:
    seen = view(
        {"root_cause_category": ["dns"]},
        services={"incident": [0, 0], "service": ["api", "api"]},
    )
    assert cells(seen, "service") == {("dns", "api"): 1}


def test_services_meet_their_own_incident_whatever_the_order_of_time() -> None:
    seen = view(
        {
            "root_cause_category": ["dns", "network"],
            "impact_started_at": times("2026-02-01", "2026-01-01"),
        },
        services={"incident": [0, 1], "service": ["api", "web"]},
    )
    assert cells(seen, "service") == {("dns", "api"): 1, ("network", "web"): 1}


def test_causes_meet_the_way_in_which_they_were_detected() -> None:
    seen = view(
        {
            "root_cause_category": ["dns", "dns", "dns"],
            "detection_source": ["customer", None, "customer"],
        }
    )
    assert cells(seen, "detection_source") == {("dns", "customer"): 2, ("dns", "unknown"): 1}


def test_causes_meet_every_contributing_factor() -> None:
    seen = view(
        {"root_cause_category": ["dns", "network"]},
        factors={"incident": [0, 0], "factor": ["test gap", "tooling"]},
    )
    assert cells(seen, "factor") == {
        ("dns", "test gap"): 1,
        ("dns", "tooling"): 1,
        ("network", "unknown"): 1,
    }


def test_columns_beyond_the_most_are_counted_not_cut_in_silence() -> None:
    seen = view({"root_cause_category": ["dns"] * 6, "team": ["a", "a", "a", "b", "b", "c"]})
    table = cause_table(seen, "team", most=2)
    assert (table.columns, table.columns_left_out) == (("a", "b"), 1)
    assert table.n == 6


def test_an_empty_view_has_an_empty_table() -> None:
    table = cause_table(empty(), "service")
    assert (table.causes, table.columns, table.counts.shape) == ((), (), (0, 0))
    assert causes_by_period(empty(), every="quarter").counts.shape == (0, 0)


def test_a_quarter_without_incidents_is_a_column_and_its_unknown_share_is_no_zero() -> None:
    seen = view(
        {
            "root_cause_category": ["dns", None, "dns", "network"],
            "impact_started_at": times("2025-01-31", "2025-03-31 23:59", "2025-07-01", None),
        }
    )
    table = causes_by_period(seen, every="quarter")
    assert table.starts.tolist() == [dt.date(2025, month, 1) for month in (1, 4, 7)]
    assert dict(zip(table.causes, table.counts.tolist(), strict=True)) == {
        "dns": [1, 0, 1],
        "network": [0, 0, 0],
        "unknown": [1, 0, 0],
    }
    assert [answer.estimate for answer in table.unknown] == [0.5, None, 0.0]


def test_the_same_month_of_two_years_is_two_columns() -> None:
    seen = view({"impact_started_at": times("2024-05-01", "2025-05-01")})
    table = causes_by_period(seen, every="month")
    assert len(table.starts) == 13
    assert table.counts.sum(axis=0)[[0, 12]] == pytest.approx([1, 1])
