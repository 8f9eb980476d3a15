"""Numbers and lists beyond all reason are left out by name, and nothing else of their record is."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.lists import current_lists
from data.loading import load
from data.record import HIGHEST_COST, MOST_LABELS, MOST_PEOPLE
from data.store import Store, open_store
from tests.support.pages import run_page, words

RECORD = {"id": "a", "title": "Login was down", "impact_started_at": "2026-05-01T08:00:00Z"}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("cost", 1e308, "is above 1,000,000,000,000,000,000"),
        ("affected_users", 1e30, "is above 10,000,000,000"),
        (
            "services",
            [f"s{k}" for k in range(100_000)],
            "has 100,000 entries, and no more than 1,000 are taken",
        ),
        ("tags", ["t"] * 1_001, "has 1,001 entries, and no more than 1,000 are taken"),
    ],
)
def test_what_is_beyond_reason_is_left_out_by_name_and_the_rest_is_kept(
    store: Store, tmp_path: Path, field: str, value: Any, reason: str
) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{**RECORD, field: value}]))
    told = load(store, [str(tmp_path / "a.json")], lists=current_lists()).findings
    assert [(problem.field, problem.reason) for problem in told.problems] == [(field, reason)]
    (record,) = store.incidents()
    assert (record.title, getattr(record, field) or None) == (RECORD["title"], None)


def test_the_highest_numbers_that_are_taken_are_summed_and_shown(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = {"cost": HIGHEST_COST, "currency": "EUR", "affected_users": MOST_PEOPLE}
    services = [f"s{k}" for k in range(MOST_LABELS)]
    rows = [{**RECORD, "id": name, "services": services, **most} for name in ("a", "b")]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    store = open_store(sqlite_url)
    assert not load(store, [str(tmp_path / "a.json")], lists=current_lists()).findings.problems
    store.close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    for script in ("dashboard.py", "pages/impact.py", "pages/incident.py"):
        said = words(run_page(script, **({"id": "a"} if "incident" in script else {})))
        assert "Login was down" in said or "2 of 2 records in view" in said
