"""The filters of every page: what a link asks for, and what is said of the rest."""

import datetime as dt

import pytest

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


def test_where_records_stop_the_review_says_so_and_claims_nothing_of_the_days_since(
    monkeypatch: pytest.MonkeyPatch, company_url: str
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", company_url)
    monkeypatch.setattr(source, "now", lambda: dt.datetime(2026, 11, 24))
    said = words(run_page())
    assert "so long a silence is more likely an end of loading" in said
    assert "**2026 Q1**, the latest full quarter" in said
