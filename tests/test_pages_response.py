"""What the page of response times displays, over the sample."""

import datetime as dt

import pytest

from analytics.response.durations import opening_step, response
from tests.support.columns import times, view
from tests.support.pages import run_page, words

PAGE = "pages/response.py"


@pytest.mark.usefixtures("sample_store")
def test_a_median_of_four_incidents_is_shown_with_how_few_they_are() -> None:
    tables = run_page(PAGE, tab="How sure").table
    table = next(t.value for t in tables if "Recorded" in t.value.columns)
    detection = table[table.iloc[:, 0] == "Time to detect"].iloc[0]
    assert detection["Recorded"] == "4 of 789"
    assert detection["Median (95 %)"] == "12 min (from 4 incidents)"
    assert detection["Mean, as old reports"] == "1 h (from 4 incidents)"


@pytest.mark.usefixtures("sample_store")
def test_the_two_figures_of_services_rest_on_what_each_of_them_knows() -> None:
    said = words(run_page(PAGE, tab="Services and teams"))
    assert "17 services in alphabetical order" in said
    assert "130 incidents of no known service left out" in said
    assert "16 services with a duration" in said
    assert "312 incidents with both · 69 more of no known service left out" in said


@pytest.mark.usefixtures("sample_store")
def test_one_incident_is_not_called_incidents() -> None:
    said = words(run_page(PAGE, tab="Services and teams", team="Jenkins infrastructure"))
    assert "1 incident of no known service left out" in said


@pytest.mark.usefixtures("sample_store")
def test_why_most_are_resolved_before_they_are_mitigated_stands_below_the_table() -> None:
    assert "3 incidents were closed before the impact was over" in words(
        run_page(PAGE, tab="How sure", period="2026 Q1")
    )


@pytest.mark.usefixtures("sample_store")
def test_the_page_opens_on_a_step_that_is_recorded_and_shows_all_four_as_tiles() -> None:
    app = run_page(PAGE)
    assert [(tile.label, tile.delta) for tile in app.metric] == [
        ("Time to detect", "4 of 789 recorded"),
        ("Time to acknowledge", "4 of 789 recorded"),
        ("Time to mitigate", "381 of 789 recorded"),
        ("Time to resolve", "381 of 789 recorded"),
    ]
    assert next(c for c in app.segmented_control if c.key == "step").value == "TTM"


@pytest.mark.usefixtures("sample_store")
def test_only_the_open_tab_draws() -> None:
    drawn = {
        tab: len(run_page(PAGE, tab=tab).get("plotly_chart"))
        for tab in (
            "Trend",
            "Where the time goes",
            "How often",
            "Services and teams",
            "How sure",
        )
    }
    assert drawn == {
        "Trend": 1,
        "Where the time goes": 2,
        "How often": 3,
        "Services and teams": 3,
        "How sure": 1,
    }


def test_a_step_that_is_recorded_twice_as_often_as_mitigation_is_opened_first() -> None:
    def opened(mitigated: int, resolved: int) -> str:
        def known(number: int) -> list[str | None]:
            return ["2026-01-02T12:00"] * number + [None] * (4 - number)

        columns = {
            "impact_started_at": times(*["2026-01-02T10:00"] * 4),
            "mitigated_at": times(*known(mitigated)),
            "resolved_at": times(*known(resolved)),
        }
        return opening_step(response(view(columns), as_of=dt.datetime(2026, 2, 1)))

    assert [opened(2, 3), opened(2, 4), opened(0, 1), opened(0, 0)] == ["TTM", "TTR", "TTR", "TTM"]
