"""What the page of records says to be missing from the data."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Button

from analytics.quality import doubts, known_shares, round_times
from data import lists
from data.history import read_history
from data.loading import load
from data.store import open_store
from pages.parts import leads
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import company_view, make_company

PAGE = "pages/records.py"


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize("table", ["incidents", "actions"])
def test_each_field_stands_with_how_often_it_is_known(table: str) -> None:
    expected = [each.share for each in known_shares(company_view()) if each.table == table]
    figure = chart(run_page(PAGE), f"known_{table}")
    assert figure["data"][0]["x"] == pytest.approx([share.estimate for share in expected])
    for note, share in zip(figure["layout"]["annotations"], expected, strict=True):
        assert note["text"].startswith(f"{share.n - share.n_missing:,} of {share.n:,} (")


@pytest.mark.usefixtures("sample_store")
def test_the_sample_says_that_no_action_has_a_date() -> None:
    figure = chart(run_page(PAGE), "known_actions")
    shown = dict(zip(figure["data"][0]["y"], figure["data"][0]["x"], strict=True))
    assert (shown["day of the promise"], shown["day it ended"], shown["state"]) == (0, 0, 1)


@pytest.mark.usefixtures("company_store")
def test_the_missing_part_of_a_label_leads_to_the_incidents_without_it() -> None:
    known, missing = chart(run_page(PAGE), "known_incidents")["data"]
    leads_to = dict(zip(missing["y"], missing["ids"], strict=True))
    assert leads_to["root cause"] == "incidents?cause=unknown"
    assert len(set(missing["ids"])) == len(missing["y"])
    assert leads.bare(leads_to["mitigation"]) == ""
    assert "ids" not in known


@pytest.mark.usefixtures("company_store")
def test_impossible_orders_and_doubts_are_counted() -> None:
    found = doubts(company_view())
    said = words(run_page(PAGE))
    assert found.backwards.n
    assert f" of {found.backwards.n:,} (" in said
    assert f"{found.caught_before_impact} incidents detected before their impact" in said


@pytest.mark.usefixtures("company_store")
def test_round_times_stand_beside_what_chance_would_bring() -> None:
    found = {each.clock: each for each in round_times(company_view())}
    app = run_page(PAGE)
    table = next(t.value for t in app.table if "On 15 min" in t.value.columns)
    row = table[table["Clock"] == "detection"].iloc[0]
    assert row["On 15 min"] == f"{100 * found['detected_at'].shares[15].estimate:.0f} %"
    assert "chance alone: 7 % on 15 min, 3 % on 30 min, 2 % on 60 min" in words(app)


@pytest.mark.usefixtures("company_store")
def test_the_filters_apply_to_what_is_missing() -> None:
    app = run_page(PAGE, severity="SEV1")
    every = len(company_view())
    assert f"Of the {every} incidents in view" not in words(app)
    assert "What is missing from the data" in words(app)


def test_an_empty_store_has_nothing_missing(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    open_store(sqlite_url).close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    assert "What is missing from the data" not in words(run_page(PAGE))


def test_links_to_records_that_were_never_loaded_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    began = {"title": "Disk full", "impact_started_at": "2024-01-01T00:00Z"}
    records = [
        {"id": "a", **began, "repeats": ["gone", "lost"]},
        {"id": "b", **began, "duplicate_of": "gone"},
    ]
    (tmp_path / "records.json").write_text(json.dumps(records), encoding="utf-8")
    store = open_store(sqlite_url)
    load(store, [str(tmp_path / "records.json")], lists=lists.current_lists())
    store.close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    said = words(run_page(PAGE))
    assert "2 repeats declared of an incident that was never loaded" in said
    assert "1 incident said to be a second report of one that was never loaded" in said


@pytest.mark.usefixtures("company_store")
def test_loaded_exposure_is_listed_with_its_days_and_owners() -> None:
    said = "\n".join(table.value.to_string() for table in run_page(PAGE).table)
    assert "1,080" in said
    assert "0 amounts of all, 15 teams, 30 services" in said
    assert "36 amounts of all, 0 teams, 0 services" in said


def test_a_unit_loaded_wrongly_can_be_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_company(tmp_path)
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    app = run_page(PAGE)
    next(button for button in app.button if button.label == "Forget deploys").click().run()
    assert [b.label for b in app.button if b.label.startswith("Forget ")] == [
        "Forget requests",
        "Forget all records",
    ]
    store = open_store(url)
    assert read_history(store).exposure["unit"].unique().tolist() == ["requests"]
    store.close()


def test_everything_is_forgotten_only_after_the_word_for_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_company(tmp_path)
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    app = run_page(PAGE)
    store = open_store(url)
    count = store.counts().incidents

    def button() -> Button:
        return next(one for one in app.button if one.label == "Forget all records")

    typed = next(one for one in app.text_input if one.key == "forget")
    assert f"{count:,} incidents" in typed.label
    typed.set_value("yes").run()
    assert button().disabled
    next(one for one in app.text_input if one.key == "forget").set_value("forget").run()
    button().click().run()
    assert store.counts().incidents == 0
    store.close()
