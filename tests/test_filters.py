"""The filters of every page: what a link asks for, and what is said of the rest."""

import datetime as dt
from pathlib import Path

import pytest

from data import lists
from data.loading import load
from data.store import open_store
from pages.parts import source
from tests.support.pages import run_page, words


@pytest.mark.usefixtures("sample_store")
def test_a_link_that_asks_for_an_unknown_team_says_so_and_applies_the_rest() -> None:
    app = run_page("pages/retrospective.py", team=["Nobody **at** all", "GitHub"])
    assert [warning.value for warning in app.warning] == [
        "The link asks for what is not known here: Team Nobody \\*\\*at\\*\\* all. Not applied."
    ]
    assert app.session_state["team"] == ["GitHub"]


@pytest.mark.usefixtures("sample_store")
def test_a_link_to_what_exists_is_taken_without_a_word() -> None:
    assert not run_page("pages/retrospective.py", team="GitHub").warning


@pytest.mark.usefixtures("sample_store")
@pytest.mark.parametrize("odd", ["9999-12-31", "1900-01-01", "2026-02-30", "soon"])
def test_a_day_that_no_record_may_be_of_is_said_and_not_applied(odd: str) -> None:
    days = {"period": "Between two days", "from": "2026-01-01", "to": odd}
    app = run_page("pages/retrospective.py", team="GitHub", **days)
    said = [warning.value.replace("\\", "") for warning in app.warning]
    assert said == [f"The link asks for what is not known here: To {odd}. Not applied."]
    assert app.session_state["from"] == dt.date(2026, 1, 1)


@pytest.mark.usefixtures("sample_store")
def test_days_after_the_last_record_of_a_team_leave_nothing_and_break_nothing() -> None:
    days = {"period": "Between two days", "from": "2026-07-01", "to": "2031-01-01"}
    said = words(run_page("pages/response.py", team="Jenkins infrastructure", **days))
    assert "**0 of 952 records in view**" in said


@pytest.fixture
def tiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    rows = [
        "f-1,Gold customer down,SEV1,Pay,2026-05-01T10:00Z,gold,eu;vip",
        "f-2,Silver customer slow,SEV3,Pay,2026-05-02T10:00Z,silver,eu",
        "f-3,Gold customer slow,SEV3,Web,2026-05-03T10:00Z,gold,",
        "f-4,Nobody knows,SEV3,Web,2026-05-04T10:00Z,,",
    ]
    head = "id,title,severity,team,impact_started_at,customer_tier,tags"
    (tmp_path / "incidents.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    store = open_store(sqlite_url)
    load(store, [str(tmp_path / "incidents.csv")], lists=lists.current_lists())
    store.close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)


@pytest.mark.usefixtures("tiers")
@pytest.mark.parametrize(
    ("asked", "in_view"),
    [
        ({"own": "customer_tier: gold"}, 2),
        ({"own": ["customer_tier: gold", "customer_tier: silver"]}, 3),
        ({"own": "customer_tier: unknown"}, 1),
        ({"without": "own:customer_tier: gold"}, 2),
        ({"tag": "eu"}, 2),
        ({"without": "tag:vip"}, 3),
        ({"without": ["team:Web", "severity:SEV1"]}, 1),
        ({"team": "Web", "without": "own:customer_tier: unknown"}, 1),
    ],
)
def test_own_fields_and_tags_can_be_chosen_and_left_out_by_a_link(
    asked: dict[str, str | list[str]], in_view: int
) -> None:
    app = run_page("pages/response.py", **asked)
    assert f"**{in_view} of 4 records in view**" in words(app)
    assert not app.warning
    assert {key: app.query_params[key] for key in asked} == asked


@pytest.mark.usefixtures("tiers")
def test_own_fields_and_tags_are_columns_of_the_list_where_they_are_asked_for() -> None:
    app = run_page("pages/response.py", columns=["customer_tier", "tags"], behind="true")
    shown = app.dataframe[-1].value
    assert shown["own customer_tier"].fillna("").tolist() == ["", "gold", "silver", "gold"]
    assert shown["own tags"].fillna("").tolist() == ["", "", "eu", "eu, vip"]


@pytest.mark.usefixtures("company_store")
@pytest.mark.parametrize("script", ["pages/actions.py", "pages/repeats.py"])
def test_tags_are_columns_of_other_lists_too(script: str) -> None:
    shown = run_page(script, columns="tags", behind="true").dataframe
    assert any("own tags" in table.value.columns for table in shown)


@pytest.mark.usefixtures("tiers")
def test_the_filters_that_a_reader_sets_go_into_the_address() -> None:
    app = run_page("pages/response.py")
    labels = [choice.label for choice in app.sidebar.multiselect]
    assert labels == ["Team", "Service", "Severity", "Root cause", "Tag", "Own field", "Leave out"]
    app.multiselect(key="without").set_value(["team:Web"]).run()
    app.multiselect(key="own").set_value(["customer_tier: silver"]).run()
    assert "**1 of 4 records in view**" in words(app)
    assert app.query_params["without"] == "team:Web"
    assert app.query_params["own"] == "customer_tier: silver"


@pytest.mark.usefixtures("tiers")
def test_an_own_field_that_is_not_here_is_said_and_not_applied() -> None:
    app = run_page("pages/response.py", own="weather: wet", columns="weather")
    assert [warning.value.replace("\\", "") for warning in app.warning] == [
        "The link asks for what is not known here: Own field weather: wet; More columns weather. "
        "Not applied."
    ]
    assert "**4 of 4 records in view**" in words(app)


def test_where_records_stop_the_review_says_so_and_claims_nothing_of_the_days_since(
    monkeypatch: pytest.MonkeyPatch, company_url: str
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", company_url)
    monkeypatch.setattr(source, "now", lambda: dt.datetime(2026, 11, 24))
    said = words(run_page())
    assert "so long a silence is more likely an end of loading" in said
    assert "Latest on record: **2026 Q2**" in said
