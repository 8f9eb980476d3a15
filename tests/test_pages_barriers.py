"""Are guards suggested and marked, counted once somebody confirmed them, and taken back again?"""

import datetime as dt

import pytest

from analytics.answer import Answer
from analytics.statistics.shares import share
from data.added import judgements
from data.record import Incident
from data.store import open_store
from pages.views.barriers import period_finding, value_words
from tests.support.pages import run_page, words

RECORDS = [
    Incident(
        id=f"q-{number}",
        title="Queue filled up",
        impact_started_at=dt.datetime(2026, 3, number, 9, tzinfo=dt.UTC),
        mitigated_at=dt.datetime(2026, 3, number, 9 + number, tzinfo=dt.UTC),
        root_cause_category="code bug",
        root_cause="There was no alert on the depth of the queue." if number < 3 else "A bug.",
        contributing_factors=("test gap",) if number == 3 else (),
    )
    for number in range(1, 5)
]


@pytest.fixture
def records(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    store = open_store(sqlite_url)
    store.load(RECORDS, source="test")
    store.close()
    return sqlite_url


def table(app: object) -> dict[str, dict[str, str]]:
    frames = [element.value for element in app.table]  # type: ignore[attr-defined]
    frame = next(frame for frame in frames if "Hours after it" in frame.columns)
    return {row["Guard"]: dict(row) for row in frame.to_dict("records")}


@pytest.mark.usefixtures("records")
def test_suggested_guards_are_marked_and_in_no_figure() -> None:
    app = run_page("pages/causes.py", tab="Missing guards")
    titles = [element.value for element in app.header]
    assert "Guards that were missing: confirmed for no incident yet, suggested for 3" in titles
    rows = table(app)
    assert (rows["alert"]["Missing"], rows["alert"]["Hours after it"]) == ("0", "–")
    assert rows["alert"]["Suggested only"].replace("\N{NO-BREAK SPACE}", " ") == "2 · 3 h"
    assert rows["test"]["Suggested only"].startswith("1 · 3")


def test_a_guard_that_somebody_confirmed_counts_and_can_be_taken_back(records: str) -> None:
    app = run_page("pages/incident.py", id="q-2")
    assert "Suggested: **no alert** · in no figure so far" in words(app)
    app.button(key="guard_yes_alert:absent_q-2").click().run()
    assert not app.exception
    assert "**no alert** · said" in words(app)
    assert "Suggested: **no alert**" not in words(app)
    store = open_store(records)
    assert [(row.value, row.state) for row in judgements(store, field="barrier")] == [
        ("alert:absent", "accepted")
    ]
    causes = run_page("pages/causes.py", tab="Missing guards")
    title = next(t.value for t in causes.header if t.value.startswith("Guards"))
    assert title.replace("\N{NO-BREAK SPACE}", " ") == (
        "Guards that were missing: most hours come after a missing alert, 2 h in 1 incident"
    )
    alert = table(causes)["alert"]
    assert alert["Missing"] == "[1 \\(1 absent\\)](incident?id=q-2)"
    assert alert["Of the incidents looked at"] == "needs 6 incidents looked at, has 1"
    app.button(key="guard_withdraw_alert:absent").click().run()
    assert "Suggested: **no alert**" in words(app)
    assert judgements(store, field="barrier") == []
    store.close()


def test_a_suggestion_that_was_refused_is_not_made_again(records: str) -> None:
    app = run_page("pages/incident.py", id="q-1")
    app.button(key="guard_no_alert:absent_q-1").click().run()
    assert "not so: **no alert** · said" in words(app)
    titles = [element.value for element in run_page("pages/causes.py", tab="Missing guards").header]
    assert "Guards that were missing: confirmed for no incident yet, suggested for 2" in titles


def test_all_suggestions_of_a_kind_are_confirmed_at_once_and_undone_together(
    records: str,
) -> None:
    app = run_page("pages/causes.py", tab="Missing guards")
    app.selectbox(key="guards_which").select("alert:absent").run()
    app.button(key="guards_confirm_all").click().run()
    assert not app.exception
    assert "2 guards confirmed." in words(app)
    missing = "[2 \\(2 absent\\)](incidents?only=q-1&only=q-2&of=no%20working%20alert)"
    assert table(app)["alert"]["Missing"] == missing
    store = open_store(records)
    assert sorted(row.record_id for row in judgements(store, field="barrier")) == ["q-1", "q-2"]
    app.button(key="guards_undo").click().run()
    assert judgements(store, field="barrier") == []
    store.close()


def test_people_may_say_what_no_text_suggests(records: str) -> None:
    app = run_page("pages/incident.py", id="q-4")
    assert "Nothing is said of a guard, and its text suggests none." in words(app)
    app.selectbox(key="guard_said").select("canary").run()
    app.radio(key="guard_was").set_value("failed").run()
    app.button(key="guard_keep").click().run()
    store = open_store(records)
    assert [row.value for row in judgements(store, record_id="q-4")] == ["canary:failed"]
    store.close()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("alert:absent", "no alert"),
        ("canary:failed", "canary failed"),
        ("test:held", "test worked"),
    ],
)
def test_values_are_said_in_plain_words(value: str, said: str) -> None:
    assert value_words(value) == said


def test_two_quarters_with_enough_looked_at_can_be_set_beside_each_other() -> None:
    enough, few = share(3, 7), Answer(None, n=2, reason="needs 6 incidents looked at, has 2")
    assert period_finding("alert", [enough, few, enough]).startswith("How often the alert")
    assert period_finding("alert", [enough, few]) == (
        "Over time nothing can be told of the alert yet: that needs two quarters with 6 incidents "
        "looked at; the most so far are 7"
    )
