"""What a team is asked at its retrospective, over the sample and over a made-up company."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analytics.impact import impact_hours
from analytics.matcher.words import compile_concepts
from analytics.repeats.ledger import find_repeats, ledger
from analytics.retrospective import (
    Passage,
    Writing,
    blaming,
    learned,
    passages,
    questions,
    themes,
    thin,
)
from analytics.selection import Scope, select
from analytics.stored.index import blame_concepts, lesson_concepts
from data.added import Judgement, WrongField
from data.lists import read_lessons
from data.record import Incident
from data.retrospectives import Minute, minute
from data.store import open_store
from pages.parts.card import Lead, ToIncident
from pages.parts.leads import parted
from pages.views.retrospective import lacks, last_quarter, lessons, nobody_says, written_up
from tests.benchmarks.lessons import of_company, score, written
from tests.support.histories import history
from tests.support.pages import chart, run_page, words
from tests.support.pages_stores import company_view

ALWAYS = {"period": "Between two days", "from": "2000-01-01", "to": "2026-12-31"}


@pytest.mark.usefixtures("sample_store")
def test_questions_speak_of_the_record_and_of_no_person() -> None:
    said = words(run_page("pages/retrospective.py", team="GitHub", **ALWAYS))
    assert "Human or process error as the cause: 14 of 789 incidents" in said
    assert "Preventive action not known to be done: 148 of 789 incidents" in said
    assert "No action on record: 387 of 789 incidents" in said
    assert "person" not in said
    assert "None of the latest 40 records says." in said


@pytest.mark.usefixtures("sample_store")
def test_it_is_of_the_last_quarter_against_the_one_before() -> None:
    app = run_page("pages/retrospective.py", team="GitHub")
    assert "1 Apr 2026 to 30 Jun 2026, against 1 Jan 2026 to 31 Mar 2026" in words(app)
    bars = chart(app, "by_month")["data"]
    page, asked = parted(bars[0]["ids"][0])
    assert (page, asked["from"], asked["to"]) == ("incidents", ["2026-04-01"], ["2026-04-30"])
    assert "\nimpact not recorded · period before: 5 of 89\n" in words(app)
    shown = sum(sum(severity["y"]) for severity in bars)
    assert f"{shown} incidents of GitHub" in words(app)


@pytest.mark.usefixtures("company_store")
def test_five_questions_make_the_agenda() -> None:
    team = str(company_view().incidents["team"].iloc[-1])
    headers = [h.value for h in run_page("pages/retrospective.py", team=team, **ALWAYS).header]
    asked = [title for title in headers if ": " in title and title.endswith("incidents")]
    assert len(asked) == 5


def test_what_cost_most_is_asked_first_and_its_costliest_incident_named_first() -> None:
    view = company_view()
    book = ledger(find_repeats(view.history), view)
    asked = questions(view, book, before=view, book_before=book)
    hours = [question.hours for question in asked]
    assert hours == sorted(hours, reverse=True)
    for question in asked:
        theirs = impact_hours(view.history.incidents.iloc[question.rows])
        known = theirs[~np.isnan(theirs)]
        assert known.tolist() == sorted(known, reverse=True)
        assert question.hours == pytest.approx(known.sum())
        assert (question.n_before, question.of_before) == (len(question.rows), len(view))


def test_how_many_records_say_nothing() -> None:
    assert nobody_says(40) == "None of the latest 40 records says."
    assert nobody_says(1) == "The record does not say."


BADLY = lesson_concepts()["what_went_wrong"]


def test_lessons_are_grouped_by_what_they_speak_of_and_counted_by_incident() -> None:
    said = [
        Passage("a", "The alert was missing."),
        Passage("a", "Our monitoring saw nothing."),
        Passage("b", "We could not revert for two hours."),
        Passage("c", "Nobody watched the monitors."),
        Passage("d", "The ferret ate the blue cable of the ledger."),
        Passage("e", "Again the ferret ate a blue cable."),
        Passage("f", "Nothing comparable."),
    ]
    assert [(theme.name, theme.incidents) for theme in themes(said, BADLY)] == [
        ("Alerts and monitoring", ("a", "c")),
        ("Again the ferret ate a blue cable.", ("d", "e")),
        ("The way back", ("b",)),
        ("Nothing comparable.", ("f",)),
    ]


def test_themes_are_called_as_people_call_them_and_those_of_one_name_are_one() -> None:
    said = [
        Passage("a", "The ferret ate the blue cable of the ledger."),
        Passage("b", "Again the ferret ate a blue cable."),
        Passage("c", "Rollback was slow."),
        Passage("d", "The status page was late."),
    ]
    first = themes(said, BADLY)[0]
    assert (len(first.keys), first.confirmed) == (2, False)
    named = {first.keys[1]: "Pets", "rollback": "Pets", "communication": "Telling people"}
    pets, telling = themes(said, BADLY, named=named)
    assert (pets.name, pets.confirmed, pets.incidents) == ("Pets", True, ("a", "b", "c"))
    assert pets.keys == (*first.keys, "rollback")
    assert (telling.name, telling.confirmed) == ("Telling people", True)


@pytest.mark.usefixtures("own_company")
def test_a_theme_is_confirmed_renamed_joined_and_proposed_again() -> None:
    def names(app: AppTest) -> list[str]:
        listed: list[str] = app.selectbox("theme_what_went_wrong").options
        return listed

    def call(app: AppTest, name: str, *, theme: int = 0) -> AppTest:
        app.selectbox("theme_what_went_wrong").set_value(theme).run()
        box = next(f for f in app.text_input if str(f.key).startswith("what_went_wrong_"))
        box.set_value(name).run()
        app.button("theme_yes_what_went_wrong").click().run()
        assert not app.exception, app.exception
        return app

    def is_confirmed(app: AppTest) -> bool:
        return any(button.key == "theme_no_what_went_wrong" for button in app.button)

    proposed = names(of_team())
    assert len(proposed) > 2
    assert not is_confirmed(of_team())
    assert names(call(of_team(), "*First*"))[0] == "*First*"
    again = of_team()  # another visit
    assert r"What went badly: \*First\*" in words(again)
    assert is_confirmed(again)
    assert names(call(again, "Second"))[0] == "Second"
    assert names(call(again, "*First*"))[0] == "*First*"  # back to a name that it had
    joined = call(again, "*First*", theme=1)
    assert proposed[1] not in names(joined)
    next(button for button in joined.button if button.label == "Undo").click().run()
    assert names(joined)[:2] == ["*First*", proposed[1]]
    joined.selectbox("theme_what_went_wrong").set_value(0).run()
    joined.button("theme_no_what_went_wrong").click().run()
    assert names(joined) == proposed
    assert not is_confirmed(joined)


@pytest.mark.parametrize("value", ["x", "what_went_wrong:rollback:", "a:b", "A b:c:d", ":::"])
def test_a_name_of_a_theme_that_says_of_which_is_not_taken_in(value: str) -> None:
    said = {"record_id": "r", "field": "lesson", "state": "accepted"}
    with pytest.raises(WrongField, match="is not the kind of a lesson"):
        Judgement.checked({**said, "value": value})
    assert Judgement.checked({**said, "value": "what_went_wrong:~0f:A: b"}).value.endswith("A: b")


def test_a_lesson_is_held_against_the_period_before_and_against_what_was_promised_ever() -> None:
    told = [("a", ["Rollback was slow. Nobody was told."]), ("b", "- The revert took an hour.")]
    now, before = passages(told), passages([("c", ("Rolling back failed.", " ", "…"))])
    assert [passage.text for passage in now] == [
        "Rollback was slow.",
        "Nobody was told.",
        "The revert took an hour.",
    ]
    rows = [{"id": name} for name in ("a", "b", "c")]
    actions = [
        {"incident": 0, "title": "Script the rollback of search", "status": "done"},
        {"incident": 2, "title": "Rehearse the rollback", "status": "open"},
        {"incident": 1, "title": "Grow the disk", "status": "done"},
    ]
    always = select(history(rows, actions=actions), Scope())
    back, alone = learned(now, before, always, BADLY)
    assert (back.theme.keys, back.theme.incidents) == (("rollback",), ("a", "b"))
    assert (back.before, back.followed, back.actions, back.done) == (1, 1, 2, 1)
    assert (alone.theme.name, alone.followed) == ("Nobody was told.", None)
    assert learned((), before, always, BADLY) == ()


def test_every_pattern_of_the_lists_of_lessons_can_be_used() -> None:
    assert compile_concepts(read_lessons("luck", "concepts", "blame")).problems == []


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("The root cause was human error.", "What made the mistake easy"),
        ("Bob forgot to renew the certificate.", "What would have reminded"),
        ("An operator mistake took the node out.", "What made the mistake easy"),
        ("An engineer accidentally deleted the table.", "What made the mistake easy"),
        ("The on-call should have been more careful.", "What did it look like"),
        ("She did not follow the procedure.", "What did it look like"),
        ("Se trata de un error humano.", "What made the mistake easy"),
        ("The error rate of the operator service rose.", ""),
        ("Users who forgot their password could not log in.", ""),
        ("Nothing stopped the command in production.", ""),
        ("The scheduler mistakenly took the node for a spare.", ""),
    ],
)
def test_a_sentence_that_stops_at_a_person_is_answered_with_a_question(
    sentence: str, asked: str
) -> None:
    advice = blaming([Passage("a", sentence)], blame_concepts())
    assert [one.ask.startswith(asked) for one in advice] == ([True] if asked else [])


def test_authors_are_shown_what_to_ask_instead_and_no_one_is_counted() -> None:
    records = [
        Incident(id="a", title="Lapsed", root_cause="Human error. Bob forgot to renew it."),
        Incident(id="b", title="Full", root_cause="Nothing deleted old segments."),
    ]
    over = Writing(missing=np.array([], int), late=np.array([], int), n=0)
    card = written_up(over, records, history([{}]), blame=blame_concepts())
    (asked,) = [table for table in card.tables if table.alt == "What to ask instead"]
    assert asked.rows == (
        {
            "Post-mortem": ToIncident("a", "Lapsed"),
            "It says": r"“Human error\.”",
            "Ask instead": "What made the mistake easy to make, and what would have stopped it on "
            "its way?",
        },
    )
    assert "person" not in card.title


def test_lessons_that_say_the_same_are_joined_and_hardly_any_others() -> None:
    company, unseen = score(of_company()), score(written())
    assert company.precision >= 0.9
    assert company.recall >= 0.8
    assert unseen.same >= 200
    assert unseen.precision >= 0.8
    assert unseen.recall >= 0.6


def test_a_card_of_lessons_shows_counts_the_period_before_a_quote_and_actions() -> None:
    records = {
        one.id: one
        for one in (
            Incident(id="r1", what_went_wrong=("The rollback needed a manual step.",)),
            Incident(id="r2", what_went_wrong=("We could not revert.", "Logs were gone.")),
        )
    }
    earlier = [Incident(id="r0", what_went_wrong=("Reverting was slow.",))]
    actions = [{"incident": 0, "title": "Script the rollback", "status": "open"}]
    always = select(history([{"id": "r1"}], actions=actions), Scope())
    read = ([*records.values()], earlier)
    made = lessons(read, always, of=3, concepts=lesson_concepts(), names={})[0]
    assert list(made) == [
        "what_went_well",
        "what_went_wrong",
        "where_we_got_lucky",
        "what_let_it_grow",
    ]
    badly = made["what_went_wrong"]
    assert badly.title == "What went badly: The way back"
    assert badly.basis.startswith("2 of the latest 2 records say · ")
    first, second = badly.tables[0].rows
    assert first["Theme"] == "The way back"
    called = {"what_went_wrong": {"rollback": "Back in a minute"}}
    cards, shown = lessons(read, always, of=3, concepts=lesson_concepts(), names=called)
    named = cards["what_went_wrong"]
    assert named.tables[0].rows[0]["Theme"] == "Back in a minute · confirmed"
    assert [theme.name for theme in shown["what_went_wrong"]] == [
        "Back in a minute",
        "Seeing inside",
    ]
    assert first["Actions on it"] == "after 1 of 2; ever 1, done 0"
    assert isinstance(first["Incidents"], Lead)
    assert first["Incidents"].text == "2 of 2; before 1 of 1"
    quote = ToIncident("r1", "“The rollback needed a manual step.”")
    assert first["One of them says"] == quote
    assert (second["Theme"], second["Actions on it"]) == ("Seeing inside", "none ever")
    assert isinstance(second["Incidents"], Lead)
    assert second["Incidents"].text == "1 of 2; before 0 of 1"
    assert made["what_went_well"].basis == "None of the latest 2 records says."


def test_what_a_good_post_mortem_would_add_is_named_and_the_thinnest_comes_first() -> None:
    full = {"summary": "s", "impact": "i", "root_cause": "r", "what_let_it_grow": "g"}
    bare, rich = Incident(id="bare", title="t"), Incident(id="rich", title="t", **full)
    lacking = {record.id: lacks(record) for record in (rich, bare)}
    assert lacking["rich"] == ("detection_source", "timeline", "actions", "what_went_wrong")
    assert thin(lacking) == ("bare", "rich")
    assert thin({"good": ("timeline",)}) == ()


@pytest.fixture
def own_company(tmp_path: Path, company_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the company's store, which a test may change."""
    copy = tmp_path / "minutes.db"
    shutil.copy(company_url.removeprefix("sqlite:///"), copy)
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{copy}")
    return f"sqlite:///{copy}"


def of_team(**asked: str) -> AppTest:
    team = str(company_view().incidents["team"].iloc[-1])
    return run_page("pages/retrospective.py", team=team, **ALWAYS, **asked)


def write(app: AppTest, topic: str, *, note: str, by: str, tick: bool = False) -> AppTest:
    """The page after something was written down of a topic."""
    fields = (*app.text_area, *app.text_input)
    mine = [field for field in fields if field.form_id == f"minute_{topic}"]
    next(field for field in mine if field.label == "Note").set_value(note)
    next(field for field in mine if field.label.startswith("Your team")).set_value(by)
    ticks = [box for box in app.checkbox if box.form_id == f"minute_{topic}"]
    ticks[0].set_value(tick)
    buttons = [b for b in app.button if b.label == "Write down" and b.form_id == f"minute_{topic}"]
    buttons[0].click().run()
    assert not app.exception, app.exception
    return app


@pytest.mark.usefixtures("own_company")
def test_what_is_written_down_stands_with_its_topic_until_it_is_undone() -> None:
    untouched = of_team()
    assert not any(box.value for box in untouched.checkbox if box.label == "Talked about")
    said = words(write(untouched, "owed", note="*Ask* the storage team", by="SRE", tick=True))
    assert "**Talked about**" in said
    assert r"**Note:** \*Ask\* the storage team" in said
    assert "SRE" in said
    again = of_team()
    assert r"**Note:** \*Ask\* the storage team" in words(again)
    other = run_page("pages/retrospective.py", team=str(company_view().incidents["team"].iloc[-1]))
    assert "storage team" not in words(other)  # another period
    first = write(of_team(), "written up", note="Thin", by="")
    assert "**Note:** Thin" in words(first)
    next(button for button in first.button if button.label == "Undo").click().run()
    assert "Not talked about yet" not in words(first)
    app = write(again, "owed", note="", by="")
    next(button for button in app.button if button.label == "Undo").click().run()
    assert r"**Note:** \*Ask\* the storage team" in words(app)


@pytest.mark.usefixtures("own_company")
def test_a_note_is_not_lost_when_nothing_raises_its_topic_any_more(own_company: str) -> None:
    team = str(company_view().incidents["team"].iloc[-1])
    quiet = {"period": "Between two days", "from": "1990-01-01", "to": "1990-03-31"}
    page = run_page("pages/retrospective.py", team=team, **quiet)
    assert "A quiet period" in [box.proto.title for box in page.info]
    assert "Also noted" not in words(page)
    write(page, "owed", note="Ask the storage team", by="")
    store = open_store(own_company)
    period = {"team": team, "start": "1990-01-01", "end": "1990-04-01"}
    minute(store, Minute.checked({**period, "topic": "repeated", "note": "Look at *keys*"}))
    store.close()
    said = words(run_page("pages/retrospective.py", team=team, **quiet))
    assert "**Note:** Ask the storage team" in said
    assert "Also noted" in said
    assert "Came back after an earlier one of the same cause" in said
    assert r"**Note:** Look at \*keys\*" in said
    shown = run_page("pages/retrospective.py", team=team, card="1", **quiet)
    assert "A quiet period" not in [box.proto.title for box in shown.info]
    assert "**Note:** Ask the storage team" in words(shown)


@pytest.mark.usefixtures("own_company")
def test_one_topic_at_a_time_is_presented_and_turned() -> None:
    app = of_team(card="1")
    first = [title.value for title in app.header]
    assert len(first) == 1
    next(button for button in app.button if button.label == "Next").click().run()
    assert app.query_params["card"] == "2"
    assert [title.value for title in app.header] != first
    next(button for button in app.button if button.label == "Back to the agenda").click().run()
    assert len(app.header) > 5
    assert len(of_team(card="99").header) > 5
    assert len(of_team(card="²").header) > 5
    assert len(of_team(card="0" * 5_000 + "1").header) > 5


def test_after_a_quiet_period_the_last_quarter_with_an_incident_is_named() -> None:
    began = [{"impact_started_at": "2026-05-20"}, {"impact_started_at": "2025-02-10"}, {}]
    assert last_quarter(select(history(began), Scope())) == "2026 Q2"
    assert last_quarter(select(history([{}]), Scope())) == ""
