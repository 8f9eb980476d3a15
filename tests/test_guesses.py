"""Suggested causes and triggers: sure enough, marked, not counted before, counted after."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from analytics.causes.labels import cause_shares, factor_shares
from analytics.causes.suggesting import CONCEPT, OF_CONCEPTS, Guess, Learnt, features, open_rows
from analytics.matcher.prepared import READING, Document, Prepared, prepare
from analytics.matcher.words import compile_concepts
from analytics.selection import Scope, select
from analytics.stored.guesses import (
    FACTOR_OF,
    FACTORS,
    LEARNT_FIELDS,
    SUGGESTED_FIELDS,
    Basis,
    Suggested,
    guesses_of,
    learnt,
    spoken,
    suggested,
)
from analytics.stored.search import match_new, stored_history
from data.added import Judgement, judge, judgements
from data.barriers import told_in_store
from data.lists import LEARNT, current_lists
from data.record import Incident
from data.store import Store, open_store
from pages.parts import judging
from pages.parts.panels import suggested as panel
from pages.parts.panels.suggested import rests_on, suggested_line, suggestion_precision
from tests.benchmarks.suggested import (
    Labelled,
    Outcome,
    learn,
    least_chance,
    left_out,
    macro_f1,
    report,
)
from tests.support.pages import cells, run_page, words

#: Expired certificates are told by every word; of the third nobody could tell the cause.
RECORDS = [
    Incident(
        id="a",
        title="TLS certificate of the gateway expired",
        root_cause="The certificate was not renewed in time.",
    ),
    Incident(
        id="b",
        title="Power lost in one data centre",
        root_cause="The utility failed, and a generator did not start before the batteries ended.",
    ),
    Incident(id="c", title="Search was slow", root_cause="Not known."),
    Incident(id="d", title="Name not found", root_cause_category="dns"),
]
CERTIFICATE = "certificate/expiry"
CAUSE = "root_cause_category"
#: Two labels, three features.
TOY = {
    "labels": ["hot", "cold"],
    "start": [0.0, 0.5],
    "words": {"sun": [2.0, -2.0], "snow": [-1.0, 1.0], f"{CONCEPT}frost": [0.0, 3.0]},
    "least": 0.7,
    "right": 8,
    "suggested": 10,
    "asked": 30,
}


def text(**fields: str) -> Prepared:
    return prepare(Document(id="x", created=None, **fields), compile_concepts({"concepts": []}))


@pytest.fixture
def store(store: Store) -> Store:
    store.load(RECORDS, source="test")
    match_new(store)
    return store


@pytest.fixture
def url(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    made = open_store(sqlite_url)
    made.load(RECORDS, source="test")
    match_new(made)
    made.close()
    return sqlite_url


def test_the_chance_of_a_label_is_the_softmax_of_the_weights_of_its_words() -> None:
    model = Learnt.of(CAUSE, TOY)
    chances = model.chances(text(title="sun"))
    assert chances == pytest.approx(np.exp([2.0, -1.5]) / np.exp([2.0, -1.5]).sum())
    assert model.guess(features(text(title="sun"))) == Guess(CAUSE, "hot", chances[0], ("sun",))


def test_where_it_is_not_sure_enough_it_says_nothing() -> None:
    model = Learnt.of(CAUSE, TOY)
    assert model.chances(text(title="rain")) == pytest.approx([0.37754, 0.62246], abs=1e-5)
    assert model.guess(features(text(title="rain"))) is None


def test_words_are_weighed_by_how_often_they_are_said_whatever_the_length_of_the_text() -> None:
    found = features(text(title="sun", summary="snow snow snow"))
    assert sum(value**2 for value in found.values()) == pytest.approx(1.0)
    assert found["snow"] / found["sun"] == pytest.approx(2.0)
    spoken_of = Prepared("x", 0, None, (), b"", b"", {"frost": 2}, (), "", "")
    assert features(spoken_of) == {f"{CONCEPT}frost": pytest.approx(OF_CONCEPTS)}


def test_what_is_kept_fits_the_lists_and_the_reading_of_texts() -> None:
    kept = json.loads(LEARNT.read_text(encoding="utf-8"))
    assert kept["reading"] == READING, "python -m tests.benchmarks.suggested --learn"
    assert tuple(kept["fields"]) == LEARNT_FIELDS
    for field, one in kept["fields"].items():
        assert all(current_lists().resolve(field, label) == label for label in one["labels"])
        assert one["right"] <= one["suggested"] <= one["asked"]
        assert one["right"] / one["suggested"] > 0.5
        assert all(len(weights) == len(one["labels"]) for weights in one["words"].values())


def test_an_expired_certificate_and_lost_power_are_known_and_the_rest_is_left_open() -> None:
    said = {
        record.id: [made.label for made in guesses_of(record) if made.field == CAUSE]
        for record in RECORDS[:3]
    }
    assert said == {"a": [CERTIFICATE], "b": ["power/facility"], "c": []}


def test_a_suggestion_rests_on_words_as_the_record_writes_them() -> None:
    made = next(made for made in guesses_of(RECORDS[0]) if made.field == CAUSE)
    basis = spoken(RECORDS[0], made)
    assert "expired certificate" in basis.kinds
    assert set(basis.words) <= {"TLS", "certificate", "gateway", "expired", "renewed", "time"}
    assert basis.words
    assert spoken(RECORDS[0], Guess(CAUSE, "dns", 1.0, ("tls", ":nothing"))) == Basis(("TLS",))


def test_records_in_a_store_are_asked_about_the_fields_that_they_leave_open(store: Store) -> None:
    view = select(stored_history(store), Scope())
    wanted = list(view.history.incidents["id"][open_rows(view.history, CAUSE)])
    assert wanted == ["a", "b", "c"]
    found = suggested(store, {CAUSE: wanted})
    assert {one.record_id: one.guess.label for one in found} == {
        "a": CERTIFICATE,
        "b": "power/facility",
    }
    assert [one.guess.chance for one in found] == sorted(
        (one.guess.chance for one in found), reverse=True
    )
    assert cause_shares(view).n_unknown == 3


def test_a_label_that_the_lists_of_a_team_lack_is_not_suggested(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = Path("data/lists.yaml").read_text(encoding="utf-8")
    own = tmp_path / "lists.yaml"
    own.write_text(shipped.replace("  - certificate/expiry\n", ""), encoding="utf-8")
    monkeypatch.setenv("AFTERMATH_LISTS", str(own))
    assert [made for made in guesses_of(RECORDS[0]) if made.field == CAUSE] == []


def test_the_reader_is_told_how_often_it_was_right() -> None:
    said = suggestion_precision(Learnt.of(CAUSE, TOY).precision)
    assert said == ("right in about 8 of 10 on records it had not seen (4.9 to 9.4; 10 tried)")
    fields = dict.fromkeys(SUGGESTED_FIELDS, 0) | {CAUSE: 2}
    lack = "3 of 4 incidents have no cause recorded; the text suggests "
    assert suggested_line(fields, n_open=3, of=4) == f"{lack}one for 2: look"
    assert suggested_line(fields | {FACTORS: 1, "trigger_category": 3}, n_open=3, of=4) == (
        f"{lack}one for 2, a trigger for 3 and what contributed for 1: look"
    )
    assert suggested_line({}, n_open=3, of=4) == (
        "3 of 4 incidents have no cause recorded: look what the texts suggest"
    )
    assert rests_on(["TLS", "a*b"], ["dns"]) == "rests on “TLS”, “a\\*b”, dns"
    assert rests_on([], []) == ""


def test_what_contributed_is_suggested_with_its_sentence_where_a_guard_is_said_to_be_absent(
    store: Store,
) -> None:
    blind = Incident(
        id="e",
        title="Queue full",
        what_went_wrong=("- There was no alert for the queue.", "The test suite did not cover it."),
        what_went_well=("The canary caught it.",),
    )
    made = [one for one in guesses_of(blind) if one.field == FACTORS]
    assert [one.label for one in made] == ["monitoring gap", "test gap"]
    assert spoken(blind, made[0]) == Basis(words=("There was no alert for the queue.",))
    told = Incident(**{**blind.model_dump(), "id": "f", "contributing_factors": ("tooling",)})
    store.load([blind, told], source="test")
    view = select(stored_history(store), Scope())
    assert open_rows(view.history, FACTORS).tolist() == [True] * 5 + [False]
    guards = told_in_store(store, "abcdef")
    found = suggested(store, {FACTORS: ["a", "e"]}, guards=guards)
    assert [(one.record_id, one.guess.label) for one in found] == [
        ("e", "monitoring gap"),
        ("e", "test gap"),
    ]
    judge(store, [row(found[0])])
    history = stored_history(store)
    assert open_rows(history, FACTORS).tolist() == [True] * 5 + [False]
    shares = factor_shares(select(history, Scope()))
    assert {one.label: one.count for one in shares.rows} == {"monitoring gap": 1, "tooling": 1}
    assert shares.n_accepted == 1


def row(one: Suggested) -> Judgement:
    made = one.guess
    key = {"record_id": one.record_id, "field": made.field, "value": made.label}
    return Judgement.checked({**key, "state": "accepted"})


def test_every_factor_that_is_suggested_is_in_the_list() -> None:
    labels = set(FACTOR_OF.values())
    assert {current_lists().resolve(FACTORS, label) for label in labels} == labels


def test_on_the_page_of_an_incident_a_suggestion_is_accepted_counts_and_is_taken_back(
    url: str,
) -> None:
    app = run_page("pages/incident.py", id="a")
    assert "Cause: not known" in cells(app)
    assert f"Suggested root cause: **{CERTIFICATE}** · not counted until it is accepted" in words(
        app
    )
    assert "right in about 8 of 10 on records it had not seen" in words(app)
    app.button(key=f"accept_{CAUSE}_{CERTIFICATE}_a").click().run()
    leads = cells(app).replace("\\", "")
    assert f"Cause: [{CERTIFICATE} (an accepted suggestion)](incidents?cause=" in leads
    assert "Suggested root cause:" not in words(app)
    store = open_store(url)
    assert cause_shares(select(stored_history(store), Scope())).n_accepted == 1
    app.button(key=f"withdraw_{CAUSE}_{CERTIFICATE}").click().run()
    assert "Cause: not known" in cells(app)
    assert cause_shares(select(stored_history(store), Scope())).n_accepted == 0
    store.close()


def test_what_was_refused_is_not_suggested_again_until_that_is_taken_back(url: str) -> None:
    app = run_page("pages/incident.py", id="a")
    app.button(key=f"refuse_{CAUSE}_{CERTIFICATE}_a").click().run()
    assert f"Suggested root cause {CERTIFICATE}: refused on" in words(app)
    assert "Suggested root cause:" not in words(app)
    causes = run_page("pages/causes.py")
    assert any("the text suggests one for 1 " in box.label for box in causes.expander)
    app.button(key=f"withdraw_{CAUSE}_{CERTIFICATE}").click().run()
    assert "Suggested root cause:" in words(app)
    store = open_store(url)
    assert judgements(store) == []
    store.close()


def test_what_was_accepted_together_last_is_known_on_a_later_visit(url: str) -> None:
    store = open_store(url)
    found = suggested(store, {CAUSE: ["a", "b"]})
    judge(store, [row(found[0]).model_copy(update={"at": dt.datetime(2024, 5, 1, tzinfo=dt.UTC)})])
    judge(store, [row(one) for one in suggested(store, {"trigger_category": ["a", "b"]})])
    assert {one.field for one in judging.accepted_last(SUGGESTED_FIELDS)} == {"trigger_category"}
    assert [one.value for one in judging.accepted_last((CAUSE,))] == [found[0].guess.label]
    fields = dict.fromkeys(SUGGESTED_FIELDS, 0)
    assert suggested_line(fields, n_open=2, of=4).endswith("recorded: look what was accepted")
    store.close()


@pytest.mark.usefixtures("url")
def test_the_texts_of_very_many_incidents_are_asked_only_when_somebody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panel, "MOST_READ_UNASKED", 3)
    monkeypatch.setattr(judging, "suggested_in", lambda view: pytest.fail("was asked"))
    boxes = [box.label for box in run_page("pages/causes.py").expander]
    assert "3 of 4 incidents have no cause recorded: look what the texts suggest" in boxes


@pytest.mark.usefixtures("url")
def test_the_page_of_causes_says_how_many_lack_a_cause_and_have_one_suggested() -> None:
    boxes = [box.label for box in run_page("pages/causes.py").expander]
    line = "3 of 4 incidents have no cause recorded; the text suggests one for 2"
    assert any(label.startswith(line) for label in boxes)
    assert [model.field for model in learnt()] == list(LEARNT_FIELDS)


def test_the_benchmark_counts_each_label_alike_and_finds_the_certainty_that_suffices() -> None:
    truth, said = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    chance = np.array([0.9, 0.8, 0.6, 0.7])
    outcome = Outcome(truth, said, chance, chance >= 0.7)
    assert macro_f1(outcome) == pytest.approx((4 / 5 + 2 / 3) / 2)
    right = np.array([True] * 4 + [False, True, False])
    assert least_chance(np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]), right) == 0.4
    assert least_chance(np.array([0.5]), np.array([False])) > 1
    line = report("all", outcome)
    assert line.startswith("all          n    4  accuracy 0.75 (0.30 to 0.95)  macro-F1 0.73")
    assert line.endswith("suggested  75%, right 1.00 (0.44 to 1.00)")


def test_labels_of_one_origin_are_left_out_together() -> None:
    collections = {"x": "sun sun", "y": "snow", "clouds": "rain", "providers": "rain"}
    texts = [
        Labelled(collection, text(title=f"{words_} {n}"), {CAUSE: words_.split()[0]})
        for collection, words_ in collections.items()
        for n in "ab"
    ]
    labels, outcomes = left_out(texts, CAUSE)
    assert labels == ("rain", "snow", "sun")
    assert [o.right.sum() for o in outcomes.values()] == [0, 0, 0, 0]
    model = learn(texts, CAUSE)
    assert model.chances([text(title="snow")]).argmax() == labels.index("snow")
