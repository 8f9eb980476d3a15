"""Which share of deploys fails, by hand; what is not recorded is no zero."""

import datetime as dt
from typing import Any

import pytest

from analytics.response.rates import (
    NO_DEPLOYS,
    NO_TRIGGERS,
    Deployments,
    deployments,
    unit_of_deploys,
)
from analytics.selection import Scope, select
from tests.support.exposed import exposed

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
AS_OF = dt.datetime(2026, 7, 1)


def incidents(trigger: str | None, count: int, *, minutes: int = 30) -> list[dict[str, Any]]:
    """Incidents of June, a day apart, each of a cause of its own."""
    return [
        {
            "impact_started_at": f"2026-06-{1 + day:02}T10:00",
            "mitigated_at": f"2026-06-{1 + day:02}T10:{minutes:02}",
            "trigger_category": trigger,
        }
        for day in range(count)
    ]


def june(rows: list[dict[str, Any]], *loaded: tuple[Any, ...], scope: Scope | None = None) -> Any:
    records = exposed(rows, *loaded)
    return deployments(select(records, scope or Scope()), as_of=AS_OF)


def test_the_share_is_of_deploys_and_the_unknown_make_the_upper_one() -> None:
    rows = incidents("binary deploy", 6) + incidents("manual operation", 3) + incidents(None, 2)
    told: Deployments = june(rows, ("deploys", JUNE, JULY, 200))
    assert (told.failed.estimate, told.failed.n, told.failed.n_missing) == (0.03, 200, 2)
    # Wilson: (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96.
    assert (told.failed.low, told.failed.high) == pytest.approx((0.01381, 0.06387), abs=1e-4)
    assert told.at_most.estimate == 0.04
    assert (told.first, told.last) == (JUNE, dt.date(2026, 6, 30))
    assert (told.recovery.estimate, told.recovery.n) == (30 * 60, 6)


def test_a_storm_after_one_deploy_is_one_failure() -> None:
    rows = incidents("binary deploy", 5)
    for minute, row in enumerate(rows):
        row["impact_started_at"] = f"2026-06-01T10:0{minute}"
        row["root_cause_category"] = "code bug"
    assert june(rows, ("deploys", JUNE, JULY, 50)).failed.estimate == 1 / 50


def test_pushes_of_configuration_are_counted_apart() -> None:
    told = june(incidents("config or flag push", 4), ("deploys", JUNE, JULY, 50))
    assert (told.failed.estimate, told.other_changes) == (0.0, 4)


def test_only_days_with_both_count() -> None:
    half = ("deploys", JUNE, dt.date(2026, 6, 16), 100)
    told = june(incidents("binary deploy", 20), half)
    assert (told.failed.estimate, told.last) == (0.15, dt.date(2026, 6, 15))
    scope = Scope(start=dt.date(2026, 6, 11), end=JULY)
    assert june(incidents("binary deploy", 20), half, scope=scope).failed.n == 33


@pytest.mark.parametrize(
    ("rows", "loaded", "reason"),
    [
        (incidents("binary deploy", 3), (), NO_DEPLOYS),
        (incidents(None, 3), (("deploys", JUNE, JULY, 50),), NO_TRIGGERS),
        (incidents("binary deploy", 3), (("requests", JUNE, JULY, 1e6),), NO_DEPLOYS),
        (
            incidents("binary deploy", 3),
            (("deploys", JUNE, JULY, 2),),
            "3 incidents were set off by deploys, of which only 2 are loaded",
        ),
    ],
)
def test_what_is_not_recorded_gives_a_reason(rows: Any, loaded: Any, reason: str) -> None:
    assert june(rows, *loaded).failed.reason == reason


def test_deploys_are_known_by_other_names() -> None:
    assert unit_of_deploys(exposed([], ("Deployments", JUNE, JULY, 5))) == "Deployments"
    assert unit_of_deploys(exposed([], ("requests", JUNE, JULY, 5))) is None
