"""Suggestions: replaced incident by incident, in the links, and remembered by verdicts on them."""

import pandas as pd
import pytest

from data.history import read_history
from data.record import Incident
from data.store import Store
from data.verdicts import Suggestion, judge, suggest, suggested_scores, suggestions


@pytest.fixture
def store(store: Store) -> Store:
    store.load([Incident(id=name) for name in "abc"], source="test")
    return store


def found(later: str, earlier: str, score: float, level: str = "likely") -> Suggestion:
    return Suggestion(later_id=later, earlier_id=earlier, score=score, confidence=0.93, level=level)


def pairs(store: Store, later_id: str | None = None) -> list[tuple[str, str, float]]:
    listed = suggestions(store, later_id=later_id)
    return [(one.later_id, one.earlier_id, one.score) for one in listed]


def test_suggestions_come_the_best_first(store: Store) -> None:
    suggest(store, [found("b", "a", 1.5), found("c", "a", 2.5)], searched="bc")
    assert pairs(store) == [("c", "a", 2.5), ("b", "a", 1.5)]
    assert pairs(store, "b") == [("b", "a", 1.5)]


def test_scores_are_told_by_later_and_earlier_incident(store: Store) -> None:
    assert suggested_scores(store) == {}
    suggest(store, [found("b", "a", 1.5), found("c", "a", 2.5), found("c", "b", 1)], searched="bc")
    assert suggested_scores(store) == {"b": {"a": 1.5}, "c": {"a": 2.5, "b": 1}}


def test_only_the_incidents_that_were_searched_get_new_suggestions(store: Store) -> None:
    suggest(store, [found("b", "a", 1.5), found("c", "a", 2.5)], searched="bc")
    suggest(store, [found("c", "b", 3.5)], searched=["c"])
    assert pairs(store) == [("c", "b", 3.5), ("b", "a", 1.5)]
    suggest(store, [], searched=["c"])
    assert pairs(store) == [("b", "a", 1.5)]


def test_the_same_found_again_is_no_change_and_keeps_its_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggest(store, [found("b", "a", 1.5)], searched="b")
    (before,), revision = suggestions(store), store.revision()
    again = found("b", "a", 1.5).model_copy(update={"made_at": before.made_at.replace(year=2199)})
    assert not suggest(store, [again], searched="b")
    assert (suggestions(store), store.revision()) == ([before], revision)


def test_more_incidents_than_a_batch_are_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.engine.BATCH", 2)
    many = [found(f"i{n}", "a", n) for n in range(7)]
    suggest(store, many, searched=[one.later_id for one in many])
    assert len(pairs(store)) == 7
    suggest(store, [], searched=[one.later_id for one in many])
    assert pairs(store) == []


def test_suggestions_stand_in_the_links_with_confidence_and_level(store: Store) -> None:
    suggest(store, [found("c", "a", 2.5), found("c", "gone", 1.0)], searched="c")
    links = read_history(store).links
    assert links[["later", "earlier"]].to_numpy().tolist() == [[2, 0]]
    assert links.loc[0, ["relation", "origin", "confidence", "basis"]].tolist() == [
        "repeat", "suggested", 0.93, "likely",
    ]  # fmt: skip


def test_a_confidence_that_cannot_be_told_is_missing(store: Store) -> None:
    none = Suggestion(later_id="c", earlier_id="a", score=1.0)
    suggest(store, [none], searched="c")
    links = read_history(store).links
    assert links[["confidence", "basis"]].isna().to_numpy().tolist() == [[True, True]]
    assert pd.api.types.is_float_dtype(links["confidence"])


def test_a_verdict_remembers_what_was_suggested(store: Store) -> None:
    suggest(store, [found("b", "a", 1.5, level="strong")], searched="b")
    verdict = judge(store, "b", "a", "repeat")
    assert (verdict.score, verdict.level) == (1.5, "strong")
    other = judge(store, "c", "a", "repeat")
    assert (other.score, other.level) == (None, "")


def test_suggestions_go_with_the_records_they_were_found_in(store: Store) -> None:
    suggest(store, [found("b", "a", 1.5)], searched="b")
    store.clear()
    assert pairs(store) == []
