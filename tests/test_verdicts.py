"""Verdicts: the newest word on a pair counts, can be taken back, and outlives every reload."""

import datetime as dt
from collections.abc import Callable

import pytest

from data.history import read_history
from data.record import Incident
from data.store import Store, open_store
from data.verdicts import (
    RELATIONS,
    Suggestion,
    judge,
    judge_all,
    stored_verdicts,
    suggest,
    undo,
    undo_all,
    verdicts,
)

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
RECORDS = [Incident(id="a"), Incident(id="b"), Incident(id="c", repeats=("a",))]


@pytest.fixture
def store(store: Store) -> Store:
    store.load(RECORDS, source="test")
    return store


def said(store: Store) -> list[tuple[str, str, str]]:
    return [(one.later_id, one.earlier_id, one.relation) for one in verdicts(store)]


def links(store: Store, origin: str) -> list[tuple[int, int, str]]:
    frame = read_history(store).links
    chosen = frame[frame["origin"] == origin]
    return list(zip(chosen["later"], chosen["earlier"], chosen["relation"], strict=True))


def test_a_verdict_stands_in_the_links_beside_what_the_record_declares(store: Store) -> None:
    judge(store, "b", "a", "repeat", by="payments")
    judge(store, "c", "b", "different")
    assert links(store, "record") == [(2, 0, "repeat")]
    assert sorted(links(store, "verdict")) == [(1, 0, "repeat"), (2, 1, "different")]
    frame = read_history(store).links
    assert frame.loc[frame["later"] == 1, "basis"].tolist() == ["payments"]


@pytest.mark.parametrize("relation", RELATIONS)
def test_each_relation_can_be_said(store: Store, relation: str) -> None:
    verdict = judge(store, "b", "a", relation, by="SRE")  # type: ignore[arg-type]
    assert verdicts(store) == [verdict]
    assert (verdict.relation, verdict.by, verdict.at.tzinfo) == (relation, "SRE", dt.UTC)


def test_a_relation_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="relation"):
        judge(store, "b", "a", "cousin")  # type: ignore[arg-type]


def test_an_incident_is_no_repeat_of_itself(store: Store) -> None:
    with pytest.raises(ValueError, match="two incidents"):
        judge(store, "a", "a", "repeat")


def test_the_newest_verdict_counts_even_within_one_second(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.verdicts.now", lambda: NOON)
    for relation in ("repeat", "different", "related"):
        judge(store, "b", "a", relation)  # type: ignore[arg-type]
    assert said(store) == [("b", "a", "related")]


def test_a_pair_is_the_same_both_ways_round(store: Store) -> None:
    judge(store, "b", "a", "repeat")
    judge(store, "a", "b", "different")
    assert said(store) == [("a", "b", "different")]
    assert undo(store, "b", "a")
    assert said(store) == [("b", "a", "repeat")]


def test_undoing_brings_back_what_was_said_before_and_keeps_the_history(store: Store) -> None:
    judge(store, "b", "a", "repeat")
    judge(store, "b", "a", "different")
    assert undo(store, "b", "a")
    assert said(store) == [("b", "a", "repeat")]
    assert undo(store, "b", "a")
    assert said(store) == []
    with store.reading() as connection:
        past = stored_verdicts(connection)
    assert [(one.relation, one.undone_at is None) for one in past] == [
        ("repeat", False),
        ("different", False),
    ]


def test_a_verdict_taken_back_can_be_given_again(store: Store) -> None:
    for _ in range(3):
        judge(store, "b", "a", "repeat")
        assert said(store) == [("b", "a", "repeat")]
        undo(store, "b", "a")
        assert said(store) == []


def test_undoing_nothing_changes_nothing(store: Store) -> None:
    before = store.revision()
    assert not undo(store, "b", "a")
    assert store.revision() == before


def test_a_double_click_is_one_verdict(store: Store) -> None:
    first = judge(store, "b", "a", "repeat", by="SRE")
    revision = store.revision()
    assert judge(store, "b", "a", "repeat", by="SRE") == first
    assert store.revision() == revision


def test_every_change_raises_the_revision_once(store: Store) -> None:
    before = store.revision()
    judge(store, "b", "a", "repeat")
    judge(store, "b", "a", "different")
    undo(store, "b", "a")
    assert store.revision() == before + 3


def reload_the_same(store: Store) -> None:
    store.load(RECORDS, source="again")


def update_both(store: Store) -> None:
    store.load([Incident(id="a", title="new"), Incident(id="b", title="new")], source="update")


def clear_and_load(store: Store) -> None:
    store.clear()
    assert read_history(store).links.empty
    store.load(reversed(RECORDS), source="again")


@pytest.mark.parametrize("what_happens", [reload_the_same, update_both, clear_and_load])
def test_verdicts_outlive_what_happens_to_the_records(
    store: Store, what_happens: Callable[[Store], None]
) -> None:
    verdict = judge(store, "b", "a", "repeat", by="SRE")
    what_happens(store)
    assert verdicts(store) == [verdict]
    history = read_history(store)
    ids = history.incidents["id"]
    named = [(ids[later], ids[earlier]) for later, earlier, _ in links(store, "verdict")]
    assert named == [("b", "a")]


def test_a_verdict_on_what_is_not_in_the_store_waits_for_it(store: Store) -> None:
    judge(store, "later", "a", "repeat")
    assert links(store, "verdict") == []
    store.load([Incident(id="later")], source="test")
    assert links(store, "verdict") == [(3, 0, "repeat")]


def test_verdicts_on_the_sample_go_with_it(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.load(RECORDS, source="sample", as_sample=True)
    judge(store, "b", "a", "repeat")
    store.load([Incident(id="mine")], source="mine")
    assert verdicts(store) == []
    store.close()


def test_the_same_is_said_of_several_pairs_at_once(store: Store) -> None:
    assert judge_all(store, [("b", "a"), ("c", "a")], "repeat", by="ana")
    assert {(one.later_id, one.relation, one.by) for one in verdicts(store)} == {
        ("b", "repeat", "ana"),
        ("c", "repeat", "ana"),
    }
    assert not judge_all(store, [("b", "a")], "repeat", by="ana")
    revision = store.revision()
    with pytest.raises(ValueError, match="two incidents"):
        judge_all(store, [("d", "a"), ("a", "a")], "repeat")
    assert (store.revision(), len(verdicts(store))) == (revision, 2)


def test_incidents_that_repeat_the_same_one_that_is_not_here_have_one_cause(store: Store) -> None:
    store.load([Incident(id="d", repeats=("x",)), Incident(id="e", repeats=("x",))], source="test")
    assert links(store, "record") == [(2, 0, "repeat"), (4, 3, "repeat")]
    assert read_history(store).repeats_not_here == 2


def test_a_verdict_on_what_was_never_flagged_keeps_what_it_was_shown_as(store: Store) -> None:
    judge(store, "b", "a", "repeat", score=7.5, level="maybe")
    suggest(
        store, [Suggestion(later_id="c", earlier_id="b", score=9.0, level="likely")], searched=["c"]
    )
    judge(store, "c", "b", "repeat", score=7.5, level="maybe")
    kept = {one.later_id: (one.score, one.level) for one in verdicts(store)}
    assert kept == {"b": (7.5, "maybe"), "c": (9.0, "likely")}


def test_several_verdicts_are_taken_back_at_once_and_older_ones_hold_again(store: Store) -> None:
    judge(store, "b", "a", "different")
    judge_all(store, [("b", "a"), ("c", "a")], "repeat")
    assert undo_all(store, [("b", "a"), ("c", "a")])
    assert [(one.pair, one.relation) for one in verdicts(store)] == [(frozenset("ab"), "different")]
    assert not undo_all(store, [("c", "a")])
