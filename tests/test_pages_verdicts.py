"""What pages show of possible repeats and of the verdicts on them, and of a load's records."""

import math
import random
import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.matcher.confidence import SEEN
from analytics.stored.index import open_index
from analytics.stored.search import judged, match_new
from data.loading import load_sample
from data.store import Store, open_store
from data.verdicts import Relation, Suggestion, judge, suggestions, verdicts
from tests.support.pages import run_page, words

REPEATS, INCIDENT, RECORDS = "pages/repeats.py", "pages/incident.py", "pages/records.py"
HEADER = "id,title,root_cause,impact_started_at,resolved_at\n"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    store = open_store(url)
    load_sample(store)
    match_new(store)
    yield store
    store.close()


def simulate(store: Store, number: int) -> None:
    """Verdicts by chance: the stronger the match, the likelier it is confirmed."""
    chosen = random.Random(3)
    found = suggestions(store)
    third = sorted(one.score for one in found)[len(found) // 3]
    for one in chosen.sample(found, number):
        chance = 1 / (1 + math.exp(third - one.score))
        relation: Relation = "repeat" if chosen.random() < chance else "different"
        judge(store, one.later_id, one.earlier_id, relation)


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(each.value for each in app.table if column in each.value.columns)


def to_look_at(app: AppTest) -> int:
    """How many cards wait."""
    place = next(one.value for one in app.caption if re.fullmatch(r"\d+ of \d+", one.value))
    return int(place.split()[2])


def one_incident(app: AppTest) -> AppTest:
    """The first card of one incident alone."""
    while not any(str(button.key).startswith("repeat_") for button in app.button):
        app.button("card_next").click().run()
    return app


def test_until_there_are_enough_verdicts_flags_are_named_by_percentile(sample: Store) -> None:
    simulate(sample, 31)
    app = one_incident(run_page(REPEATS))
    said = judged(sample)
    share = said.precision
    assert "so far on what was not seen before, 30 are needed" in words(app)
    assert f"flags confirmed so far: {said.confirmed} of 31 ({100 * share.estimate:.0f} %" in words(
        app
    )
    assert "a stronger match than" in words(app)
    assert "chance of the same cause" not in words(app)
    assert not any("Verdicts" in each.value.columns for each in app.table)


def test_from_thirty_verdicts_on_flags_are_named_by_their_chance(sample: Store) -> None:
    simulate(sample, 240)
    app, found = one_incident(run_page(REPEATS)), judged(sample)
    assert found.calibration is not None
    others = sum(one.level != SEEN for one in verdicts(sample))
    assert f"by their chance, calibrated on {others} verdicts" in words(app)
    shown = table(app, "Verdicts")
    assert [f"{100 * one.observed:.0f} % ({100 * one.low:.0f} to" for one in found.table] == [
        text.rsplit(" ", 1)[0] for text in shown["Confirmed (95 %)"]
    ]
    assert sum(map(int, shown["Verdicts"])) == others
    assert "chance of the same cause" in words(app)


def test_the_queue_leaves_out_what_verdicts_leave_no_fair_chance_and_says_so(
    sample: Store,
) -> None:
    simulate(sample, 240)
    calibration = judged(sample).calibration
    assert calibration is not None
    said = {verdict.pair for verdict in verdicts(sample)}
    waiting = [
        one for one in suggestions(sample) if frozenset((one.later_id, one.earlier_id)) not in said
    ]
    kept = [one for one in waiting if calibration.level(one.score)]
    app = one_incident(run_page(REPEATS))
    left_out = next((c.value for c in app.caption if "more are left out" in c.value), "0 more")
    assert 0 < to_look_at(app) <= len(kept)
    assert to_look_at(app) + int(left_out.split()[0]) <= len(waiting)
    names = {"strong": "Strong match", "likely": "Likely match", "possible": "Possible match"}
    one = shown_pair(app, kept)
    name = "Seen before" if one.level == SEEN else names[calibration.level(one.score)]
    assert f"**{name}" in words(app)


def shown_pair(app: AppTest, found: list[Suggestion]) -> Suggestion:
    """The first pair in the queue."""
    key = next(str(button.key) for button in app.button if str(button.key).startswith("repeat_"))
    return next(one for one in found if key == f"repeat_{one.later_id}_{one.earlier_id}")


def test_a_verdict_is_kept_with_who_and_when_and_can_be_taken_back(sample: Store) -> None:
    app = one_incident(run_page(REPEATS))
    waiting = to_look_at(app)
    app.text_input[-1].set_value("Team Search").run()
    button = next(str(b.key) for b in app.button if str(b.key).startswith("related_"))
    app.button(button).click().run()
    assert to_look_at(app) == waiting - 1
    (verdict,) = verdicts(sample)
    assert (verdict.relation, verdict.by, verdict.level != "") == ("related", "Team Search", True)
    assert f"Team Search · {verdict.at.day} {verdict.at:%b %Y}" in words(app)
    app.button(f"undo_{verdict.later_id}_{verdict.earlier_id}").click().run()
    assert (to_look_at(app), verdicts(sample)) == (waiting, [])


def test_a_verdict_on_a_pair_that_somebody_judged_meanwhile_is_kept_and_told(
    sample: Store,
) -> None:
    app = one_incident(run_page(REPEATS))
    pair = shown_pair(app, suggestions(sample))
    app.text_input[-1].set_value("B")
    judge(sample, pair.later_id, pair.earlier_id, "different", by="Team *A*")
    app.button(f"repeat_{pair.later_id}_{pair.earlier_id}").click().run()
    assert not app.exception
    (verdict,) = verdicts(sample)
    assert (verdict.relation, verdict.by) == ("repeat", "B")
    said = (
        "Meanwhile Team \\*A\\* had said: different. Your verdict, same cause, is in force now; "
        "undo it and theirs holds again."
    )
    assert said in words(app)
    app.button(f"undo_{pair.later_id}_{pair.earlier_id}").click().run()
    assert [one.relation for one in verdicts(sample)] == ["different"]
    assert "Meanwhile" not in words(app)


def test_on_its_own_page_an_incident_is_judged_with_the_actions_of_the_earlier_one(
    sample: Store,
) -> None:
    found = suggestions(sample)[0]
    app = run_page(INCIDENT, id=found.later_id)
    assert "The nearest earlier incidents" in words(app)
    assert "Actions of the earlier one: " in words(app)
    app.button(f"different_{found.later_id}_{found.earlier_id}").click().run()
    assert not app.exception
    assert "Different: [" in words(app)
    assert "not signed" in words(app)
    app.button(f"undo_{found.later_id}_{found.earlier_id}").click().run()
    assert verdicts(sample) == []


def history(tmp_path: Path) -> None:
    """Sixty records with nothing in common, then one like the fifth."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    rows = []
    for n in range(61):
        of = 5 if n == 60 else n
        word = f"{letters[of % 26]}{letters[of // 26]}{letters[25 - of % 26]}ol"
        month, day = divmod(n, 28)
        at = f"2024-{month + 1:02}-{day + 1:02}T10:00:00Z"
        end = f"2024-{month + 1:02}-{day + 1:02}T11:00:00Z"
        rows.append(f"r{n},{word} {word[::-1]},the {word}x of {word[::-1]}y broke,{at},{end}\n")
    (tmp_path / "old.csv").write_text(HEADER + "".join(rows[:60]))
    (tmp_path / "new.csv").write_text(HEADER + rows[60])
    (tmp_path / "new-verdicts.csv").write_text("later_id,earlier_id,relation\nr9,r2,different\n")


def load(app: AppTest, pattern: Path) -> None:
    for file in sorted(pattern.parent.glob(pattern.name)):
        app.file_uploader[0].upload(file.name, file.read_bytes())
    app.run()
    next(one for one in app.button if one.label == "Load").click().run()
    assert not app.exception


def test_a_load_says_what_its_records_look_like_and_what_came_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{tmp_path / 'own.db'}")
    history(tmp_path)
    app = run_page(RECORDS)
    load(app, tmp_path / "old.csv")
    assert "look like earlier ones" not in words(app)
    load(app, tmp_path / "new*.csv")
    said = words(app)
    assert "1 of 1 new or changed records looks like an earlier one." in said
    assert "](incident?id=r60" in said
    assert "](incident?id=r5)" in said
    assert "Actions of the earlier one: none was recorded" in said
    assert "Beside records, what people had added: verdicts (1)." in said
    assert "What people added stays too" in said


def test_a_late_load_says_which_later_records_look_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{tmp_path / 'own.db'}")
    history(tmp_path)
    lines = (tmp_path / "old.csv").read_text().splitlines(keepends=True)
    (tmp_path / "late.csv").write_text(lines[0] + lines[6])
    (tmp_path / "rest.csv").write_text("".join([*lines[:6], *lines[7:]]))
    app = run_page(RECORDS)
    load(app, tmp_path / "rest.csv")
    load(app, tmp_path / "new*.csv")
    load(app, tmp_path / "late.csv")
    assert "1 later record looks like" in words(app)
    assert "](incident?id=r60" in words(app)


def told(words: str) -> str:
    """Words as they are read, without the marks that keep them from being Markdown."""
    return words.replace("\\", "")


def test_concepts_that_cannot_be_used_are_told_where_they_are_needed(
    sample: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("concepts:\n- name: Left Pad\n")
    monkeypatch.setenv("AFTERMATH_CONCEPTS", str(tmp_path / "mine.yaml"))
    app = run_page(RECORDS)
    assert not app.error
    (note,) = app.sidebar.warning
    assert "mine.yaml, line 2: it needs a name" in told(note.value)
    app.file_uploader[0].upload("none.csv", b"id,title")
    app.run()
    assert any("mine.yaml, line 2: it needs a name" in told(error.value) for error in app.error)
    later = suggestions(sample)[0].later_id
    app = run_page(INCIDENT, id=later)
    assert any("mine.yaml, line 2: it needs a name" in told(error.value) for error in app.error)


def test_the_texts_are_read_again_after_a_record_changed_and_not_after_a_verdict(
    sample: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Mock(side_effect=open_index)
    monkeypatch.setattr("pages.parts.judging.open_index", opened)
    app = one_incident(run_page(REPEATS))
    pair = shown_pair(app, suggestions(sample))
    app.button(f"related_{pair.later_id}_{pair.earlier_id}").click().run()
    assert opened.call_count == 1
    record = next(sample.incidents())
    told = {"title": "Something else", "root_cause": "Something else broke."}
    sample.load([record.model_copy(update=told)], source="test", as_sample=True)
    match_new(sample)
    app.run()
    assert not app.exception
    assert opened.call_count == 2


def a_group(app: AppTest) -> AppTest:
    """The first card of a group."""
    while not any(str(button.key).startswith("confirm_") for button in app.button):
        app.button("card_next").click().run()
    return app


def heading(app: AppTest) -> str:
    return next(one.value for one in app.header if one.value.endswith("confirm?"))


def groups_and_incidents(app: AppTest) -> list[int]:
    return [int(word) for word in heading(app).split() if word.isdigit()]


def test_a_group_is_confirmed_at_once_and_comes_back_with_undo(sample: Store) -> None:
    app = a_group(run_page(REPEATS))
    groups, incidents = groups_and_incidents(app)
    assert f"{groups} groups look alike, {incidents} incidents" in [h.value for h in app.header]
    button = next(one for one in app.button if str(one.key).startswith("confirm_"))
    number, title = int(button.label.split()[-1]), heading(app)
    app.text_input[-1].set_value("Team Search").run()
    app.button(str(button.key)).click().run()
    assert not app.exception
    assert groups_and_incidents(app) == [groups - 1, incidents - number]
    given = verdicts(sample)
    assert {(one.relation, one.by) for one in given} == {("repeat", "Team Search")}
    assert len({name for one in given for name in one.pair}) == number == len(given) + 1
    undo = next(str(one.key) for one in app.button if one.label == "Undo")
    app.button(undo).click().run()
    assert (heading(app), verdicts(sample)) == (title, [])


def test_those_left_out_of_a_group_are_not_confirmed(sample: Store) -> None:
    app = a_group(run_page(REPEATS))
    box = next(one for one in app.multiselect if one.label.startswith("Leave out"))
    left_out = box.options[0]
    number = len(box.options)
    box.select(left_out).run()
    button = next(one for one in app.button if str(one.key).startswith("confirm_"))
    assert number < 3 or button.label == f"Confirm all {number - 1}"
    app.button(str(button.key)).click().run()
    assert len({name for one in verdicts(sample) for name in one.pair}) in (0, number - 1)


def test_a_small_group_can_be_said_to_be_no_group(sample: Store) -> None:
    app = run_page(REPEATS)
    groups, _ = groups_and_incidents(app)
    while not any(str(button.key).startswith("apart_") for button in app.button):
        app.button("card_next").click().run()
    app.button(
        next(str(b.key) for b in app.button if str(b.key).startswith("apart_"))
    ).click().run()
    assert not app.exception
    assert {one.relation for one in verdicts(sample)} == {"different"}
    assert groups_and_incidents(app)[0] == groups - 1


def test_every_card_is_reached_and_the_last_leads_no_further(sample: Store) -> None:
    app = run_page(REPEATS)
    cards = to_look_at(app)
    app.session_state["queue_place"] = cards - 1
    app.run()
    assert any(one.value == f"{cards} of {cards}" for one in app.caption)
    assert app.button("card_next").disabled
    app.button("card_previous").click().run()
    assert any(one.value == f"{cards - 1} of {cards}" for one in app.caption)
