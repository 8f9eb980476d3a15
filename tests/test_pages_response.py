"""What the page of response times displays, over the sample."""

import pytest

from tests.support.pages import run_page, words

PAGE = "pages/response.py"


@pytest.mark.usefixtures("sample_store")
def test_a_median_of_four_incidents_is_shown_with_how_few_they_are() -> None:
    table = next(t.value for t in run_page(PAGE).table if "Recorded" in t.value.columns)
    detection = table[table.iloc[:, 0] == "Time to detect"].iloc[0]
    assert detection["Recorded"] == "4 of 789"
    assert detection["Median (95 %)"] == "12 min (from 4 incidents)"
    assert detection["Mean, as old reports"] == "1 h (from 4 incidents)"


@pytest.mark.usefixtures("sample_store")
def test_the_two_figures_of_services_rest_on_what_each_of_them_knows() -> None:
    said = words(run_page(PAGE))
    assert "17 services in alphabetical order" in said
    assert "130 incidents of no known service left out" in said
    assert "16 services with a duration" in said
    assert "312 incidents with both · 69 more of no known service left out" in said


@pytest.mark.usefixtures("sample_store")
def test_one_incident_is_not_called_incidents() -> None:
    said = words(run_page(PAGE, team="Jenkins infrastructure"))
    assert "1 incident of no known service left out" in said


@pytest.mark.usefixtures("sample_store")
def test_why_most_are_resolved_before_they_are_mitigated_stands_below_the_table() -> None:
    assert "3 incidents were closed before the impact was over" in words(
        run_page(PAGE, period="2026 Q1")
    )
