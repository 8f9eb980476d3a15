"""What the page of one incident displays, over the sample and over a made-up company."""

import datetime as dt
from typing import Any

import pytest

from data.record import Action, Incident
from data.store import open_store
from tests.support.pages import run_page, words

PAGE = "pages/incident.py"


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
    said = words(run_page(PAGE, id=identity))
    assert f"(incident?id={earlier}); not counted as a repeat: {reason}" in said
    assert "Nobody has said" not in said


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
