"""What pages offer of records that may tell of one event, and what a verdict on them changes."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import lists
from data.loading import load
from data.store import open_store
from data.verdicts import verdicts
from tests.support.pages import run_page, words

HEADER = "id,title,services,impact_started_at,resolved_at,duplicate_of,team\n"
ROWS = """\
a-1,Checkout down,pay,2026-03-01T10:00Z,2026-03-01T11:00Z,,Pay
a-2,Checkout errors seen by support,pay,2026-03-01T10:20Z,,a-1,Help
a-3,Checkout down once more,pay,2026-03-09T10:00Z,2026-03-09T11:00Z,a-1,Pay
a-4,Reported by a partner,pay,2026-03-20T10:00Z,2026-03-20T11:00Z,lost,Pay
b-1,Queue depth high on worker-1,mail,2026-04-01T10:00Z,2026-04-01T10:10Z,,Mail
b-2,Queue depth high on worker-2,mail,2026-04-01T10:30Z,2026-04-01T10:40Z,,Mail
b-3,Queue depth high on worker-1,mail,2026-04-01T11:20Z,2026-04-01T11:25Z,,Mail
"""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    file = tmp_path / "incidents.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    store = open_store(sqlite_url)
    load(store, [str(file)], lists=lists.current_lists())
    store.close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    return sqlite_url


def press(app: AppTest, label: str, key: str) -> AppTest:
    chosen = [b for b in app.button if b.label == label and str(b.key).endswith(key)]
    app = chosen[0].click().run()
    assert not app.exception, app.exception
    return app


def given(url: str) -> set[tuple[str, str, str, str]]:
    store = open_store(url)
    said = {(one.later_id, one.earlier_id, one.relation, one.by) for one in verdicts(store)}
    store.close()
    return said


@pytest.mark.usefixtures("url")
def test_what_may_be_one_event_is_offered_and_counted_until_somebody_says_so() -> None:
    said = words(run_page("pages/repeats.py"))
    assert "One event or several? 1 doubted second report and 1 burst of one alert" in said
    assert "**6 of 7 records in view** · all time · 1 second report of the same event" in said
    assert "which was over 7 d 23 h before. Did it come back?" in said
    assert "3 incidents of one alert within 1 h 20 min" in said


def test_a_burst_that_people_call_one_event_counts_once(url: str) -> None:
    app = run_page("pages/repeats.py")
    app.text_input(key="verdicts_signature").set_value("Mail").run()
    app = press(app, "Same event", "b-2_b-1")
    assert given(url) == {
        ("b-2", "b-1", "same_event", "Mail"),
        ("b-3", "b-2", "same_event", "Mail"),
    }
    said = words(app)
    assert "**4 of 7 records in view** · all time · 3 second reports of the same event" in said
    assert "burst of one alert" not in said


def test_a_doubted_report_that_came_back_is_a_repeat(url: str) -> None:
    app = press(run_page("pages/repeats.py"), "Same cause", "a-3_a-1")
    assert given(url) == {("a-3", "a-1", "repeat", "")}
    said = words(app)
    assert "**6 of 7 records in view**" in said
    assert "doubted second report" not in said
    assert "1 of 6 (17 %" in said


@pytest.mark.usefixtures("url")
def test_what_is_doubted_is_said_where_records_are_doubted() -> None:
    said = words(run_page("pages/records.py"))
    assert "1 incident said to be a second report of one that had been over for more than" in said
    assert "1 incident said to be a second report of one that was never loaded" in said
    assert "3 incidents in 1 burst of one alert within the hour" in said


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    ("identity", "said"),
    [
        ("a-3", "which had been over for more than a day: the page What keeps coming back asks"),
        ("a-4", "Said to be a second report of lost, which was never loaded"),
    ],
)
def test_the_page_of_a_second_report_says_what_holds_of_it(identity: str, said: str) -> None:
    assert said in words(run_page("pages/incident.py", id=identity))


@pytest.mark.usefixtures("url")
def test_the_page_of_a_second_report_leads_to_the_record_that_counts() -> None:
    tables = [table.value for table in run_page("pages/incident.py", id="a-2").table]
    row = next(table.iloc[0] for table in tables if "A second report of" in table)
    assert row["A second report of"] == "[Checkout down](incident?id=a-1)"


@pytest.mark.usefixtures("url")
def test_a_report_of_another_team_counts_where_only_that_team_is_looked_at() -> None:
    said = words(run_page("pages/response.py", team="Help"))
    assert "**1 of 7 records in view**" in said
    assert "1 second report counted, as the first one is outside the filters" in said
