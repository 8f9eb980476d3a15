"""Prepared texts: kept for the record they were made from, and for no other state of it."""

import datetime as dt

import pytest

from data.prepared_texts import keep_prepared, prepared, prepared_of, texts_edition, unprepared
from data.record import Incident
from data.store import Store
from data.verdicts import judge, undo

MAY = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


def prepare_all(store: Store, version: str = "1") -> bool:
    made = [
        (one.id, digest, f'{{"of": "{one.title}"}}') for digest, one in unprepared(store, version)
    ]
    return keep_prepared(store, version, made)


def waiting(store: Store, version: str = "1") -> list[str]:
    return [one.id for _, one in unprepared(store, version)]


def test_new_records_wait_to_be_prepared(store: Store) -> None:
    records = [Incident(id="a", title="A", services=("x",)), Incident(id="b")]
    store.load(records, source="test")
    assert [one for _, one in unprepared(store, "1")] == records
    assert list(prepared(store, "1")) == []


def test_what_was_prepared_comes_back_and_waits_no_more(store: Store) -> None:
    store.load([Incident(id="a", title="x"), Incident(id="b", title="y")], source="test")
    assert texts_edition(store).texts == 0
    assert prepare_all(store)
    assert texts_edition(store).texts == 2
    assert waiting(store) == []
    assert list(prepared(store, "1")) == [("a", '{"of": "x"}'), ("b", '{"of": "y"}')]


def test_texts_come_in_order_of_time_and_undated_ones_last(store: Store) -> None:
    day = dt.timedelta(days=1)
    store.load(
        [
            Incident(id="undated"),
            Incident(id="third", impact_started_at=MAY + 2 * day, detected_at=MAY - day),
            Incident(id="second", resolved_at=MAY + day, detected_at=MAY + day / 2),
            Incident(id="first", impact_started_at=MAY),
            Incident(id="at once", impact_started_at=MAY),
        ],
        source="test",
    )
    prepare_all(store)
    order = [name for name, _ in prepared(store, "1")]
    assert order == ["first", "at once", "second", "third", "undated"]


def test_a_changed_record_loses_its_text_and_the_others_keep_theirs(store: Store) -> None:
    store.load([Incident(id="a"), Incident(id="b")], source="test")
    prepare_all(store)
    store.load([Incident(id="a", title="new"), Incident(id="b")], source="update")
    assert waiting(store) == ["a"]
    assert [name for name, _ in prepared(store, "1")] == ["b"]
    prepare_all(store)
    assert dict(prepared(store, "1"))["a"] == '{"of": "new"}'


def test_texts_of_some_records_come_with_the_digests_they_were_made_from(store: Store) -> None:
    store.load([Incident(id=name, title=name.upper()) for name in "abc"], source="test")
    digests = {one.id: digest for digest, one in unprepared(store, "1")}
    prepare_all(store)
    found = prepared_of(store, "1", ["c", "nobody", "a"])
    assert found == [(digests["a"], '{"of": "A"}'), (digests["c"], '{"of": "C"}')]
    assert prepared_of(store, "2", ["a"]) == []


def test_another_version_asks_for_all_of_them_anew_and_replaces_the_old(store: Store) -> None:
    store.load([Incident(id="a"), Incident(id="b")], source="test")
    prepare_all(store)
    assert waiting(store, "2") == ["a", "b"]
    prepare_all(store, "2")
    assert waiting(store, "1") == ["a", "b"]
    assert list(prepared(store, "1")) == []


def test_what_was_made_from_a_record_that_changed_meanwhile_is_not_kept(store: Store) -> None:
    store.load([Incident(id="a")], source="test")
    ((digest, _),) = unprepared(store, "1")
    store.load([Incident(id="a", title="new")], source="update")
    revision = store.revision()
    assert not keep_prepared(store, "1", [("a", digest, "{}"), ("gone", digest, "{}")])
    assert (waiting(store), store.revision()) == (["a"], revision)


def test_texts_may_be_kept_while_the_records_still_stream(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.rows.CHUNK", 2)
    store.load([Incident(id=f"i{n}") for n in range(7)], source="test")
    for digest, one in unprepared(store, "1"):
        keep_prepared(store, "1", [(one.id, digest, "{}")])
    assert len(list(prepared(store, "1"))) == 7


def test_the_revision_rises_only_if_something_was_kept(store: Store) -> None:
    store.load([Incident(id="a")], source="test")
    made = [("a", digest, "{}") for digest, _ in unprepared(store, "1")]
    assert keep_prepared(store, "1", made)
    assert not keep_prepared(store, "1", made)
    assert store.revision() == 2


def test_clearing_forgets_what_was_made_of_the_records(store: Store) -> None:
    store.load([Incident(id="a")], source="test")
    prepare_all(store)
    store.clear()
    store.load([Incident(id="a")], source="again")
    assert waiting(store) == ["a"]


def test_texts_are_another_edition_after_each_change_of_one_and_of_the_way_of_reading(
    store: Store,
) -> None:
    editions = [texts_edition(store)]

    def changed() -> bool:
        editions.append(texts_edition(store))
        return editions[-1] not in editions[:-1]

    store.load([Incident(id="a", title="x"), Incident(id="b")], source="test")
    assert changed()
    assert prepare_all(store)
    assert changed()
    store.load([Incident(id="a", title="y")], source="test")
    assert changed()
    assert prepare_all(store)
    assert changed()
    assert prepare_all(store, "2")
    assert changed()
    store.clear()
    assert changed()


def test_what_people_say_of_pairs_leaves_the_edition_of_the_texts_as_it_is(store: Store) -> None:
    store.load([Incident(id="a"), Incident(id="b")], source="test")
    prepare_all(store)
    before = texts_edition(store)
    judge(store, "b", "a", "repeat")
    undo(store, "b", "a")
    assert texts_edition(store) == before
