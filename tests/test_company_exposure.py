"""What the made-up company did: deploys and requests that load like a user's."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from analytics.exposure import choices, meter
from analytics.frames import History
from analytics.selection import Scope
from data import company, lists
from data.history import read_history
from data.loading import load
from data.store import open_store

START, END = dt.datetime(2023, 7, 1), dt.datetime(2026, 7, 1)


@pytest.fixture(scope="module")
def history() -> History:
    made = company.generate(incidents=2_000, years=3, seed=1)
    return History.of(**made.frames())


def test_deploys_are_known_for_all_for_each_team_and_for_each_service(history: History) -> None:
    everything = meter(history, "deploys", Scope()).amount(START, END)
    assert everything.estimate is not None
    for label, names in (
        ("teams", history.incidents["team"].cat.categories),
        ("services", history.services["service"].cat.categories),
    ):
        parts = [
            meter(history, "deploys", Scope(**{label: (name,)})).amount(START, END).estimate
            for name in names
        ]
        assert sum(part for part in parts if part) == pytest.approx(everything.estimate)
        assert None not in parts


def test_one_deploy_in_thirty_ends_in_an_incident(history: History) -> None:
    everything = meter(history, "deploys", Scope()).amount(START, END)
    assert everything.estimate == pytest.approx(30 * 2_000, rel=0.02)


def test_requests_are_known_for_all_and_for_nobody_alone(history: History) -> None:
    assert meter(history, "requests", Scope()).amount(START, END).known
    assert not meter(history, "requests", Scope(teams=("Billing",))).amount(START, END).known


def test_rates_are_offered_in_sizes_that_people_can_say(history: History) -> None:
    assert [(per.unit, per.size) for per in choices(history)] == [
        ("days", 30.0),
        ("deploys", 1e3),
        ("requests", 1e9),
    ]


def test_the_file_loads_and_gives_the_same_amounts(tmp_path: Path, sqlite_url: str) -> None:
    company.write_company(tmp_path, incidents=50, years=0.4, seed=3)
    store = open_store(sqlite_url)
    findings = load(store, [tmp_path / "exposure.csv"], lists=lists.current_lists()).findings
    assert findings.problems == []
    stored = read_history(store).exposure
    store.close()
    made = company.generate(incidents=50, years=0.4, seed=3).frames()["exposure"]
    columns = ["unit", "start", "end", "team", "service"]
    ours, theirs = (
        frame.astype({"unit": str}).sort_values(columns, ignore_index=True)
        for frame in (made, stored)
    )
    assert np.array_equal(ours["amount"], theirs["amount"])
    for name in columns:
        assert ours[name].astype(str).tolist() == theirs[name].astype(str).tolist()


@pytest.mark.parametrize("years", [0.001, 0.05, 1.3])
def test_months_follow_each_other_without_a_gap_however_short_the_history(years: float) -> None:
    made = company.generate(incidents=5, years=years, seed=1).frames()["exposure"]
    requests = made[made["unit"] == "requests"]
    assert requests["start"].iloc[1:].tolist() == requests["end"].iloc[:-1].tolist()
    assert (requests["start"] < requests["end"]).all()
