"""Whose deploys count for whom."""

import datetime as dt

import pytest

from analytics.exposure import LoadedUnit, known_days, loaded_units, meter, meters
from analytics.selection import UNKNOWN, Scope
from tests.support.exposed import exposed

MAY, JUNE = dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1)
INCIDENTS = [
    {"team": "Billing", "services": ["ledger", "invoice"]},
    {"team": "Search", "services": ["index"]},
    {"services": []},
]


def row(amount: float, team: str | None = None, service: str | None = None) -> tuple[object, ...]:
    return ("deploys", MAY, JUNE, amount, team, service)


def deploys(scope: Scope, *rows: tuple[object, ...]) -> float | str | None:
    found = meter(exposed(INCIDENTS, *rows), "deploys", scope).amount(MAY, JUNE)
    return found.reason or found.estimate


def test_an_amount_without_team_and_service_is_of_all() -> None:
    assert deploys(Scope(), row(100), row(30, "Billing"), row(5, None, "ledger")) == 100.0


def test_an_amount_of_all_is_no_teams_and_no_services() -> None:
    assert deploys(Scope(teams=("Search",)), row(100)) == "no deploys of Search are loaded"
    assert deploys(Scope(services=("index",)), row(100)) == "no deploys of index are loaded"


def test_several_teams_are_added_up() -> None:
    both = Scope(teams=("Billing", "Search"))
    assert deploys(both, row(30, "Billing"), row(70, "Search")) == 100.0
    assert deploys(both, row(30, "Billing")) == "no deploys of Search are loaded"


def test_a_team_without_an_amount_of_its_own_has_those_of_its_services() -> None:
    billing = Scope(teams=("Billing",))
    rows = (row(10, "Billing", "ledger"), row(20, "Billing", "invoice"), row(5, "Search", "index"))
    assert deploys(billing, *rows) == 30.0
    assert deploys(billing, *rows, row(33, "Billing")) == 33.0


def test_a_services_amount_is_the_services_whoever_owns_or_asks() -> None:
    rows = (row(10, "Billing", "ledger"), row(4, None, "index"))
    assert deploys(Scope(services=("ledger",)), *rows) == 10.0
    assert deploys(Scope(teams=("Search",), services=("ledger",)), *rows) == 10.0
    assert deploys(Scope(teams=("Billing",), services=("index",)), *rows) == 4.0


def test_a_team_and_a_service_together_come_before_the_service_alone() -> None:
    rows = (row(10, "Billing", "ledger"), row(12, None, "ledger"))
    assert deploys(Scope(teams=("Billing",), services=("ledger",)), *rows) == 10.0
    assert deploys(Scope(services=("ledger",)), *rows) == 12.0


def test_all_is_the_sum_of_the_teams_if_each_that_the_records_name_has_one() -> None:
    assert deploys(Scope(), row(30, "Billing"), row(70, "Search"), row(9, "Quiet")) == 109.0
    lacking = "no deploys of all are loaded, nor of each team or each service"
    assert deploys(Scope(), row(30, "Billing")) == lacking


def test_all_is_else_the_sum_of_the_services() -> None:
    rows = [row(n, None, name) for n, name in ((1, "ledger"), (2, "invoice"), (4, "index"))]
    assert deploys(Scope(), *rows) == 7.0
    assert str(deploys(Scope(), *rows[:2])).startswith("no deploys of all")


def test_one_team_that_lacks_a_month_leaves_none_for_all_and_is_named() -> None:
    late = ("deploys", dt.datetime(2026, 5, 10), JUNE, 70.0, "Search", None)
    reason = "no amount of deploys of Search is loaded for 2026-05-01 to 2026-05-09"
    assert deploys(Scope(), row(30, "Billing"), late) == reason


@pytest.mark.parametrize("scope", [Scope(teams=(UNKNOWN,)), Scope(services=("index", UNKNOWN))])
def test_incidents_of_no_known_owner_have_no_exposure(scope: Scope) -> None:
    assert "no known owner" in str(deploys(scope, row(100)))


def test_a_filter_by_severity_or_cause_changes_no_exposure() -> None:
    assert deploys(Scope(severities=("SEV1",), causes=("config",)), row(100)) == 100.0


def test_other_units_are_left_alone() -> None:
    records = exposed(INCIDENTS, row(100), ("requests", MAY, JUNE, 1e9))
    found = [meter(records, unit, Scope()).amount(MAY, JUNE) for unit in ("deploys", "requests")]
    assert [answer.estimate for answer in found] == [100.0, 1e9]
    nobody = meter(records, "builds", Scope()).amount(MAY, JUNE)
    assert nobody.reason.startswith("no builds of all are loaded")


def test_meters_of_several_scopes_are_those_of_each() -> None:
    records = exposed(INCIDENTS, row(30, "Billing"), row(70, "Search"))
    scopes = [Scope(teams=("Billing",)), Scope(teams=("Search",)), Scope()]
    found = [counted.amount(MAY, JUNE).estimate for counted in meters(records, "deploys", scopes)]
    assert found == [30.0, 70.0, 100.0]


def test_the_known_days_reach_from_the_first_to_the_last_amount() -> None:
    records = exposed(INCIDENTS, row(1), ("deploys", JUNE, dt.datetime(2026, 6, 15), 2.0))
    assert known_days(records, "deploys") == (MAY, dt.datetime(2026, 6, 15))
    assert known_days(records, "days") is None


def test_what_is_loaded_is_told_by_unit() -> None:
    records = exposed(INCIDENTS, row(1), row(2, "Billing"), row(3, "Billing", "ledger"))
    assert loaded_units(records) == (
        LoadedUnit("deploys", n=3, of_all=1, teams=1, services=1, start=MAY, end=JUNE),
    )
    assert loaded_units(exposed(INCIDENTS)) == ()
