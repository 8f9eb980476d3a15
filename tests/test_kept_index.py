"""The index that a search leaves: it finds what the texts would, and is never out of date."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.matcher.matching import Index
from analytics.matcher.nearest import nearest
from analytics.matcher.words import compile_concepts
from analytics.stored.index import (
    document_of,
    document_of_text,
    index_is_kept,
    keep_index,
    open_index,
)
from analytics.stored.search import match_new, open_search
from data.prepared_texts import forget_prepared
from data.record import Incident
from data.store import Store, open_store
from tests.support.causes import history

START = dt.datetime(2026, 1, 14, 10, tzinfo=dt.UTC)
CAUSES = (
    "The certificate expired and nobody renewed it.",
    "The disk filled with old logs.",
    "A slow query without an index took all connections.",
    "A release removed a column that was still read.",
)


def incident(number: int, *, day: int | None = None) -> Incident:
    at = START + dt.timedelta(days=3 * number if day is None else day)
    return Incident(
        id=f"k-{number}",
        title=f"Service {'abcdef'[number % 6]} down",
        root_cause=f"{CAUSES[number % 4]} Seen on host{chr(97 + number)}.",
        services=(f"service {number % 3}",),
        root_cause_category=("capacity", "change")[number % 2],
        impact_started_at=at,
        resolved_at=at + dt.timedelta(hours=1) if number % 5 else None,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'kept.db'}")
    opened.load(map(incident, range(24)), source="test")
    match_new(opened)
    return opened


def answers(store: Store) -> tuple[object, object]:
    """What is near each record and a description, by the kept index and by the texts."""
    asked = [document_of(one) for one in store.records(f"k-{n}" for n in range(40)).values()]
    asked.append(document_of_text("an expired certificate"))
    by_index, by_texts = (
        [nearest(document, search) for document in asked if document]
        for search in (open_index(store), open_search(store))
    )
    return by_index, by_texts


def test_the_kept_index_finds_what_the_texts_would(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_index, by_texts = answers(store)
    assert by_index == by_texts

    def no_text(*_: object) -> None:
        raise AssertionError("a text was read")

    monkeypatch.setattr("analytics.stored.index._from_texts", no_text)
    assert len(open_index(store).index) == 24


def load_later(store: Store) -> None:
    store.load([incident(30)], source="test")
    match_new(store)


def load_earlier(store: Store) -> None:
    store.load([incident(31, day=-4)], source="test")
    match_new(store)


def change(store: Store) -> None:
    store.load([incident(3).model_copy(update={"root_cause": CAUSES[0]})], source="test")
    match_new(store)


def load_without_a_search(store: Store) -> None:
    store.load([incident(32), incident(5).model_copy(update={"title": "x"})], source="test")


def forget(store: Store) -> None:
    forget_prepared(store, ["k-7"])


@pytest.mark.parametrize("act", [load_later, load_earlier, change, load_without_a_search, forget])
def test_whatever_happens_to_the_records_the_index_says_what_the_texts_say(
    store: Store, act: Callable[[Store], None]
) -> None:
    act(store)
    by_index, by_texts = answers(store)
    assert by_index == by_texts


def test_an_index_that_is_out_of_date_is_made_anew_by_the_next_search(store: Store) -> None:
    assert not index_is_kept(store, compile_concepts({"concepts": []}))
    concepts = open_index(store).concepts
    assert index_is_kept(store, concepts)
    forget_prepared(store, ["k-7"])
    assert not index_is_kept(store, concepts)
    match_new(store)
    assert index_is_kept(store, concepts)


def change_alone(store: Store) -> None:
    store.load([incident(3).model_copy(update={"root_cause": CAUSES[0]})], source="test")


def undo(store: Store) -> None:
    store.load([incident(2).model_copy(update={"title": "another one"})], source="test")
    match_new(store)
    store.undo_last_load()


@pytest.mark.parametrize("act", [change_alone, undo, forget])
def test_whoever_deletes_a_text_drops_the_index(store: Store, act: Callable[[Store], None]) -> None:
    concepts = open_index(store).concepts
    act(store)
    assert not index_is_kept(store, concepts)


def test_an_index_made_before_the_texts_changed_is_not_kept(store: Store) -> None:
    before = open_index(store)
    load_later(store)
    keep_index(store, before.index, before.concepts)
    assert not index_is_kept(store, before.concepts)
    assert len(open_index(store).index) == 25


def test_keeping_the_index_leaves_the_revision(store: Store) -> None:
    before, known = store.revision(), open_index(store)
    keep_index(store, known.index, known.concepts)
    assert store.revision() == before


def test_a_store_that_is_cleared_keeps_no_index(store: Store) -> None:
    concepts = open_index(store).concepts
    store.clear()
    assert not index_is_kept(store, concepts)
    assert len(open_index(store).index) == 0


def test_an_index_read_from_its_parts_finds_what_it_found_before() -> None:
    prepared, _ = history(40)
    whole = Index.restore(prepared[:30])
    again = Index.of_parts(dict(whole.parts()))
    assert [again.search(one) for one in prepared] == [whole.search(one) for one in prepared]
    assert dict(again.parts()) == dict(whole.parts())
    assert Index.of_parts(dict(Index().parts())).search(prepared[0]) == []
