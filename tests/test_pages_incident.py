"""What the page of one incident displays, over the sample and over a made-up company."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.record import Action, Incident
from data.store import open_store
from tests.support.pages import run_page, words

PAGE = "pages/incident.py"


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The first table that has this column."""
    shown: pd.DataFrame = next(t.value for t in app.table if column in t.value.columns)
    return shown


@pytest.mark.usefixtures("sample_store")
def test_the_labels_of_an_incident_lead_to_the_others_that_have_them() -> None:
    labels = table(run_page(PAGE, id="gh-28771344"), "Severity").iloc[0]
    assert "](incidents?team=GitHub" in labels["Team"]
    assert "](incidents?" in labels["Service"]
    assert "service=" in labels["Service"]


def test_previous_and_next_follow_the_list_within_the_filters(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    days = {"a": 1, "b": 2, "c": 3, "d": 4}
    records = [
        Incident(
            id=name,
            team="Other" if name == "b" else "Ours",
            impact_started_at=dt.datetime(2024, 2, number, tzinfo=dt.UTC),
        )
        for name, number in days.items()
    ]
    open_store(sqlite_url).load(records, source="test")

    def beside(**filters: str) -> list[str]:
        links = run_page(PAGE, **filters).get("page_link")
        return [one.proto.label for one in links if ": " in one.proto.label]

    assert beside(id="c") == ["Previous: d", "Next: b"]
    assert beside(id="c", team="Ours") == ["Previous: d", "Next: a"]
    assert beside(id="d") == ["Next: c"]
    assert beside(id="b", team="Ours") == []


@pytest.mark.usefixtures("sample_store")
@pytest.mark.parametrize(
    ("identity", "earlier", "reason"),
    [
        ("gh-28429325", "gh-28427396", "within a day after the earlier one was over"),
        ("k8s-2019-02-08", "k8s-2019-02-05", "the order of the two is not known"),
    ],
)
def test_a_declared_repeat_that_does_not_count_is_named_with_its_reason(
    identity: str, earlier: str, reason: str
) -> None:
    app = run_page(PAGE, id=identity)
    row = table(app, "Said to repeat").iloc[0]
    assert f"(incident?id={earlier})" in row["Said to repeat"]
    assert reason in row["Not counted as a repeat"]
    assert "Nobody has said" not in words(app)


@pytest.mark.usefixtures("sample_store")
def test_of_an_incident_that_nobody_called_a_repeat_that_is_said() -> None:
    assert "Nobody has said that this repeats" in words(run_page(PAGE, id="gh-28771344"))


@pytest.mark.usefixtures("sample_store")
def test_an_error_of_a_process_is_not_called_that_of_a_person() -> None:
    said = words(run_page(PAGE, id="gh-28771344"))
    assert "The cause is filed as human or process error" in said
    assert "person" not in said


@pytest.mark.usefixtures("sample_store")
def test_an_action_past_its_date_is_not_called_overdue_by_a_post_from_before() -> None:
    app = run_page(PAGE, id="az-QNBQ-5W8")
    states = next(t.value for t in app.table if "State" in t.value.columns)["State"]
    assert states.str.contains("what became of it is not recorded").any()
    assert not states.str.contains("overdue").any()


@pytest.mark.usefixtures("sample_store")
def test_what_is_not_recorded_is_not_called_missing_in_the_world() -> None:
    said = words(run_page(PAGE, id="gh-28771344"))
    assert "No action is recorded here; some may have been promised elsewhere." in said


@pytest.mark.usefixtures("sample_store")
def test_a_repeat_by_a_post_is_not_said_to_have_begun_while_a_fix_was_open() -> None:
    said = words(run_page(PAGE, id="gh-31199495"))
    assert "not known to be done" in said
    assert "open still" not in said


def test_an_action_whose_date_was_moved_is_overdue_here_as_on_the_page_of_actions(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    first, moved = dt.date(2024, 3, 1), dt.date(2199, 5, 1)
    promised: dict[str, Any] = {"status": "open", "created_on": dt.date(2024, 2, 1)}
    record = Incident(
        id="a",
        title="Gate shut",
        impact_started_at=dt.datetime(2024, 2, 1, tzinfo=dt.UTC),
        actions=(
            Action(id="late", title="L", first_due_on=first, due_on=moved, **promised),
            Action(id="ahead", title="A", first_due_on=moved, **promised),
        ),
    )
    open_store(sqlite_url).load([record], source="test")
    app = run_page(PAGE, id="a")
    states = next(t.value for t in app.table if "State" in t.value.columns)["State"]
    assert states.str.replace("\N{NO-BREAK SPACE}", " ").tolist() == [
        "open, overdue since 1 Mar 2024; moved to 1 May 2199",
        "open, due 1 May 2199",
    ]


def test_what_somebody_checked_of_a_fix_stands_beside_it_and_in_the_list_of_actions(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    day = dt.date(2024, 3, 1)
    record = Incident(
        id="a",
        title="Gate shut",
        impact_started_at=dt.datetime(2024, 2, 1, tzinfo=dt.UTC),
        actions=(
            Action(
                id="one",
                title="L",
                status="done",
                completed_on=day,
                verification="verified",
                verified_on=day,
                verified_how="a *drill*",
            ),
            Action(id="two", title="A", status="done", verified_how="the alert fires in a test"),
        ),
    )
    open_store(sqlite_url).load([record], source="test")
    states = next(t.value for t in run_page(PAGE, id="a").table if "State" in t.value.columns)
    assert states["State"].str.replace("\N{NO-BREAK SPACE}", " ").tolist() == [
        "done on 1 Mar 2024; verified on 1 Mar 2024: a \\*drill\\*",
        "done; not verified yet; to be known by: the alert fires in a test",
    ]
    app = run_page("pages/actions.py", list="all:")
    listed = next(frame.value for frame in app.dataframe if "verified" in frame.value)
    assert listed.set_index("title")["verified"].to_dict() == {
        "L": "verified on 1 Mar 2024: a *drill*",
        "A": "not verified yet; to be known by: the alert fires in a test",
    }
