"""Minutes of error budgets, by hand; what is not loaded is neither good nor bad."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.error_budget import NOT_LOADED, ErrorBudget, error_budget
from analytics.frames import History
from analytics.selection import Scope, select
from analytics.stored.search import stored_history
from data import lists
from data.added import WrongField
from data.exposure import ServiceLevel, remove_service_levels
from data.loading import load
from data.store import Store, open_store
from pages.views.impact import budget_basis, budget_title
from tests.support.histories import history
from tests.support.pages import run_page, words

AS_OF = dt.datetime(2026, 7, 1)
DAY = pd.Timestamp("2026-06-01")


def levels(good: list[int], *, service: str = "web", minutes: int = 60, **more: Any) -> Any:
    """Stretches of 1,000 requests each from midnight of 1 June on."""
    return pd.DataFrame(
        {
            "time": [DAY + pd.Timedelta(minutes=minutes * k) for k in range(len(good))],
            "service": service,
            "good": good,
            "total": 1000,
            **more,
        }
    ).astype({"time": "datetime64[s]"})


def struck(*spans: tuple[str, str], service: str = "web") -> list[dict[str, Any]]:
    return [
        {
            "impact_started_at": f"2026-06-01T{begin}",
            "mitigated_at": f"2026-06-01T{end}",
            "services": [service],
        }
        for begin, end in spans
    ]


def budget(rows: list[dict[str, Any]], *loaded: pd.DataFrame, **scope: Any) -> ErrorBudget:
    known = history(rows)
    records = History.of(
        known.incidents,
        services=known.services,
        service_levels=pd.concat(loaded, ignore_index=True) if loaded else None,
    )
    return error_budget(select(records, Scope(**scope)), as_of=AS_OF)


def test_bad_minutes_are_the_bad_share_of_each_stretch_times_its_length() -> None:
    found = budget([], levels([1000, 900, 500, 1000], objective=0.99))
    (web,) = found.services
    assert (web.covered, web.budget) == (240, pytest.approx(2.4))
    assert web.used == pytest.approx(6 + 30)
    assert found.used.estimate == pytest.approx(36)
    assert found.used.n == 4


def test_an_incident_used_what_was_bad_while_it_lasted() -> None:
    # Half an hour of the stretch with a tenth bad, and all of the one with a half.
    found = budget(struck(("01:30", "03:00")), levels([1000, 900, 500, 1000]))
    assert found.minutes.tolist() == pytest.approx([3 + 30])
    (web,) = found.services
    assert web.by_incidents == pytest.approx(33)
    assert web.budget is None


def test_overlapping_incidents_share_their_minutes_only_in_the_sum() -> None:
    found = budget(struck(("02:00", "03:00"), ("02:30", "03:00")), levels([1000, 900, 500, 1000]))
    assert found.minutes.tolist() == pytest.approx([30, 15])
    assert found.services[0].by_incidents == pytest.approx(30)


def test_only_the_services_that_an_incident_names_are_its_own() -> None:
    found = budget(
        struck(("01:00", "02:00"), service="api"),
        levels([1000, 500, 1000]),
        levels([1000, 800, 1000], service="api"),
    )
    assert [(each.service, each.by_incidents) for each in found.services] == [
        ("api", pytest.approx(12)),
        ("web", 0),
    ]


def test_a_gap_is_neither_good_nor_bad() -> None:
    early, late = levels([500, 500, 500]), levels([500])
    late["time"] += pd.Timedelta(days=1)
    assert budget([], early, late).services[0].covered == 240


def test_a_stretch_without_any_request_is_good() -> None:
    nothing = levels([0, 0, 0])
    nothing["total"] = 0
    assert budget([], nothing).services[0].used == 0


def test_only_the_period_and_the_services_in_view_count() -> None:
    day_and_a_half = levels([500] * 36)
    other = levels([500] * 36, service="api")
    found = budget([], day_and_a_half, other, services=("web",), end=dt.date(2026, 6, 2))
    assert [(each.service, each.covered) for each in found.services] == [("web", 24 * 60)]


def test_without_an_indicator_there_is_no_budget() -> None:
    found = budget(struck(("01:00", "02:00")))
    assert (found.used.estimate, found.used.reason) == (None, NOT_LOADED)


def test_a_service_without_an_objective_is_told_apart() -> None:
    found = budget([], levels([500, 500], objective=0.9), levels([0, 1000], service="api"))
    assert (
        budget_title(found)
        == "60 min bad of the 12 min that objectives allow; 0.0 min of them in incidents"
    )
    assert "60 min more of 1 service without an objective" in budget_basis(found, "June")


def test_an_incident_of_unknown_impact_is_counted() -> None:
    rows = [{"impact_started_at": "2026-06-01T01:00", "services": ["web"]}]
    assert budget(rows, levels([500, 500])).unmeasured == 1


# ---- from a file to the page


TABLES = {
    "incidents.csv": (
        "id,title,services,impact_started_at,mitigated_at\n"
        "a,Checkout down,web,2026-06-01T01:00,2026-06-01T02:00\n"
    ),
    "anything.csv": (
        "time,service,good,total,objective\n"
        "2026-06-01T00:00,web,1000,1000,99.9 %\n"
        "2026-06-01T01:00,web,500,1000,0.999\n"
        "2026-06-01T02:00,web,1000,1000,99.9\n"
    ),
}
TITLE = "30 min bad of the 0.2 min that objectives allow; 30 min of them in incidents"


def loaded(store: Store, folder: Path) -> Store:
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    load(store, [folder], lists=lists.read(lists.SHIPPED))
    return store


def test_a_table_is_known_by_its_columns_and_can_be_forgotten(tmp_path: Path, store: Store) -> None:
    known = stored_history(loaded(store, tmp_path))
    assert known.service_levels["objective"].tolist() == pytest.approx([0.999] * 3)
    assert budget_title(error_budget(select(known, Scope()), as_of=AS_OF)) == TITLE
    assert remove_service_levels(store)
    assert stored_history(store).service_levels.empty


def test_the_budget_stands_on_the_page_of_impact(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(open_store(sqlite_url), tmp_path).close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    assert TITLE in words(run_page("pages/impact.py"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"good": "5", "total": "4"}, ""),
        ({"good": "-1", "total": "4"}, "good"),
        ({"good": "1", "total": "4", "objective": "100"}, "objective"),
        ({"good": "1", "total": "4", "objective": "three nines"}, "objective"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, str], field: str) -> None:
    with pytest.raises(WrongField) as refused:
        ServiceLevel.checked({"time": "2026-06-01T00:00", "service": "web", **fields})
    assert refused.value.field == field
