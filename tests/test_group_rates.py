"""Rates of teams, services and causes on what each of them does."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analytics.exposure import PER_30_DAYS, Per
from analytics.response.groups import By, GroupRates, members, rates_by_group
from analytics.selection import Scope, select
from analytics.statistics.groups import CANNOT_TELL_APART
from tests.support.exposed import exposed

START, END = dt.date(2026, 1, 1), dt.date(2026, 4, 1)
AS_OF = dt.datetime(2026, 4, 1)
PER_DEPLOYS = Per("deploys", 1e3)


def incidents(count: int, **fields: Any) -> list[dict[str, Any]]:
    start = dt.datetime.combine(START, dt.time())
    hours = (dt.datetime.combine(END, dt.time()) - start) / max(count, 1)
    return [{"impact_started_at": (start + hours * k).isoformat(), **fields} for k in range(count)]


def deploys(amount: float, team: str | None = None, service: str | None = None) -> tuple[Any, ...]:
    return ("deploys", START, END, amount, team, service)


def rates(
    rows: list[dict[str, Any]],
    *exposure: tuple[Any, ...],
    by: By = "team",
    per: Per = PER_DEPLOYS,
    scope: Scope | None = None,
) -> GroupRates:
    view = select(exposed(rows, *exposure), scope or Scope())
    found = members(view, by)
    assert found is not None
    return rates_by_group(view, found, by, per, as_of=AS_OF)


TWO = [*incidents(40, team="Billing"), *incidents(10, team="Search")]


def test_each_team_is_divided_by_its_own_deploys() -> None:
    found = rates(TWO, deploys(4_000.0, "Billing"), deploys(1_000.0, "Search"))
    assert found.rates is not None
    assert found.rates.names == ("Billing", "Search")
    assert found.rates.funnel.rate.tolist() == [10.0, 10.0]
    assert found.rates.groups.reason == CANNOT_TELL_APART
    assert found.rates.groups.overall.estimate == 10.0
    per_day = rates(TWO, per=PER_30_DAYS).rates
    assert per_day is not None
    assert per_day.groups.apart
    assert per_day.funnel.rate == pytest.approx([40 / 3, 10 / 3])


def test_a_team_that_deploys_and_has_no_incident_is_one_of_the_groups() -> None:
    quiet = deploys(5_000.0, "Quiet")
    found = rates(TWO, deploys(4_000.0, "Billing"), deploys(1_000.0, "Search"), quiet)
    assert found.rates is not None
    assert found.rates.names == ("Billing", "Quiet", "Search")
    assert found.rates.counts.tolist() == [40, 0, 10]
    assert found.rates.funnel.outside[1] < 0


def test_a_team_without_deploys_is_left_out_with_the_reason_and_not_with_zero() -> None:
    rows = [*TWO, *incidents(5, team="New"), *incidents(3)]
    idle = deploys(0.0, "Idle")
    found = rates(rows, deploys(4_000.0, "Billing"), deploys(1_000.0, "Search"), idle)
    assert found.rates is not None
    assert found.rates.names == ("Billing", "Search")
    assert found.rates.n == 50
    assert found.without == (
        ("Idle", "there were no deploys"),
        ("New", "no deploys of New are loaded"),
    )
    assert found.n_unknown == 3


def test_with_one_known_group_there_is_nothing_to_set_side_by_side() -> None:
    found = rates(TWO, deploys(4_000.0, "Billing"))
    assert found.rates is None
    assert found.reason == "needs 2 groups with known deploys, has 1"


def test_incidents_outside_the_loaded_days_do_not_count() -> None:
    half = dt.date(2026, 2, 15)
    rows = [("deploys", START, half, 100.0, team, None) for team in ("Billing", "Search")]
    found = rates(TWO, *rows)
    assert found.rates is not None
    assert (found.start.date(), found.end.date()) == (START, half)
    assert found.rates.counts.tolist() == [20, 5]


def test_an_incident_of_two_services_counts_for_both_and_is_said_once() -> None:
    both = incidents(10, services=["a", "b"])
    exposure = [deploys(100.0, None, name) for name in ("a", "b")]
    found = rates([*both, *incidents(5, services=["b"])], *exposure, by="service")
    assert found.rates is not None
    assert found.rates.counts.tolist() == [10, 15]
    assert found.rates.n == 15


def test_causes_share_one_exposure_and_so_have_no_curve() -> None:
    rows = [
        *incidents(9, root_cause_category="config"),
        *incidents(3, root_cause_category="network"),
    ]
    found = rates(rows, deploys(3_000.0), by="root_cause_category").rates
    assert found is not None
    assert found.exposure.tolist() == [3_000.0, 3_000.0]
    assert found.funnel.rate.tolist() == [3.0, 1.0]
    assert found.curve is None


def test_a_filter_leaves_out_groups_that_it_does_not_name() -> None:
    scope = Scope(teams=("Billing", "Search"))
    exposure = [deploys(1_000.0, name) for name in ("Billing", "Search", "Quiet")]
    found = rates(TWO, *exposure, scope=scope)
    assert found.rates is not None
    assert found.rates.names == ("Billing", "Search")


def test_the_curve_reaches_from_the_smallest_to_beyond_the_largest_group() -> None:
    found = rates(TWO, deploys(4_000.0, "Billing"), deploys(1_000.0, "Search")).rates
    assert found is not None
    assert found.curve is not None
    assert found.curve.exposure[[0, -1]] == pytest.approx([1.0, 4.2])
    there = found.curve.high998 > found.curve.high95
    assert there.all()


def test_equal_teams_of_any_size_are_seldom_outside() -> None:
    rng = np.random.default_rng(8)
    outside = []
    for _ in range(40):
        sizes = rng.uniform(500, 5_000, 12)
        rows = [
            row
            for k, size in enumerate(sizes)
            for row in incidents(int(rng.poisson(size / 100)), team=f"t{k:02}")
        ]
        found = rates(rows, *(deploys(size, f"t{k:02}") for k, size in enumerate(sizes))).rates
        assert found is not None
        outside += np.abs(found.funnel.outside).tolist()
    assert np.mean(np.array(outside) > 0) < 0.07
    assert np.mean(np.array(outside) > 99) < 0.01


def test_members_are_in_alphabetical_order_and_one_group_is_none() -> None:
    view = select(exposed([{"team": "b"}, {"team": "a"}, {}]), Scope())
    found = members(view, "team")
    assert found is not None
    assert (found.names, found.n_unknown) == (("a", "b"), 1)
    assert members(select(exposed([{"team": "b"}]), Scope()), "team") is None
