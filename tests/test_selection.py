"""What is in view, and what was left out and why."""

import datetime as dt

import pytest

from analytics.frames import History
from analytics.selection import UNKNOWN, Scope, select
from tests.support.histories import history

RECORDS = history(
    [
        {
            "impact_started_at": "2024-03-10T10:00",
            "team": "web",
            "severity": "major",
            "root_cause_category": "network",
            "services": ["api", "site"],
        },
        {"impact_started_at": "2024-01-05T08:00", "team": "web", "services": ["site"]},
        {"impact_started_at": "2024-02-01T00:00", "team": "db", "kind": "drill"},
        {"impact_started_at": "2024-02-02T00:00", "team": "db", "kind": "maintenance"},
        {"impact_started_at": "2024-03-10T10:05", "team": "web", "is_duplicate": True},
        {"team": "db"},
    ]
)


def ids(scope: Scope) -> list[str]:
    return select(RECORDS, scope).incidents["id"].tolist()


def test_incidents_in_view_come_in_order_of_time_with_undated_ones_last() -> None:
    assert ids(Scope()) == ["i1", "i0", "i5"]


def test_drills_maintenance_and_second_reports_never_count_and_are_counted_apart() -> None:
    left_out = select(RECORDS, Scope()).left_out
    assert (left_out.not_incidents, left_out.duplicates) == (2, 1)


def test_a_period_contains_its_first_day_and_not_the_day_after_its_last() -> None:
    january = Scope(start=dt.date(2024, 1, 5), end=dt.date(2024, 3, 10))
    assert ids(january) == ["i1"]


def test_a_record_without_any_time_is_in_no_period_and_said_so() -> None:
    view = select(RECORDS, Scope(start=dt.date(2020, 1, 1)))
    assert "i5" not in view.incidents["id"].tolist()
    assert view.left_out.undated == 1


def test_unknown_is_a_label_that_can_be_asked_for() -> None:
    assert ids(Scope(causes=(UNKNOWN,))) == ["i1", "i5"]
    assert ids(Scope(services=(UNKNOWN,))) == ["i5"]
    assert ids(Scope(severities=("major", UNKNOWN))) == ["i1", "i0", "i5"]


def test_an_incident_with_two_services_is_found_by_either_and_counted_once() -> None:
    assert ids(Scope(services=("api", "site"))) == ["i1", "i0"]


def test_the_total_counts_every_record_whatever_its_kind() -> None:
    assert select(RECORDS, Scope(teams=("db",))).total == 6


def test_an_empty_store_gives_an_empty_view() -> None:
    view = select(History.of(), Scope(teams=("web",), start=dt.date(2024, 1, 1)))
    assert (len(view), view.total) == (0, 0)
    assert view.actions.empty


@pytest.mark.parametrize("names", [("nobody",), ("nobody", "web")])
def test_a_name_that_does_not_exist_matches_nothing(names: tuple[str, ...]) -> None:
    assert len(select(RECORDS, Scope(teams=names))) == (2 if "web" in names else 0)
