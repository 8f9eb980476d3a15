"""The store: loads are whole or not at all, change nothing twice, and give back what they took."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from data import engine, tables
from data.record import Action, Event, Incident
from data.store import (
    Counts,
    Loaded,
    Store,
    StoreBusy,
    open_store,
)

MOMENT = dt.datetime(2024, 5, 1, 14, 3, 0, tzinfo=dt.UTC)


def incident(name: str, **values: Any) -> Incident:
    return Incident(id=name, **values)


def rich(name: str = "rich") -> Incident:
    """A record with something in every table."""
    return Incident(
        id=name,
        services=("checkout", "basket"),
        tags=("q2",),
        contributing_factors=("test gap",),
        repeats=("earlier",),
        timeline=(Event(text="alert"),),
        actions=(Action(id="1", title="Give flags owners"), Action(id="2")),
        extra={"region": "eu"},
    )


def test_loading_the_same_twice_changes_nothing(store: Store) -> None:
    assert store.load([rich(), incident("b")], source="one") == Loaded(2, 0, 0)
    assert store.revision() == 1
    assert store.load([rich(), incident("b")], source="two") == Loaded(0, 0, 2)
    assert store.revision() == 1
    assert [load.source for load in store.loads()] == ["one"]


def test_the_order_of_keys_in_a_mapping_is_no_change(store: Store) -> None:
    store.load([incident("a", extra={"x": 1, "y": {"p": 1, "q": 2}})], source="test")
    swapped = incident("a", extra={"y": {"q": 2, "p": 1}, "x": 1})
    assert store.load([swapped], source="test") == Loaded(0, 0, 1)


def test_a_changed_record_replaces_the_old_one_and_all_its_parts(store: Store) -> None:
    store.load([rich(), incident("other", services=("x",))], source="test")
    changed = rich().model_copy(update={"title": "New", "actions": (), "services": ("basket",)})
    assert store.load([changed], source="test") == Loaded(0, 1, 0)
    assert store.incident("rich") == changed
    assert store.incident("other") == incident("other", services=("x",))
    assert store.counts() == Counts(incidents=2, actions=0)


def test_a_changed_record_keeps_its_place(store: Store) -> None:
    store.load([incident("a"), incident("b"), incident("c")], source="test")
    store.load([incident("a", title="changed"), incident("d")], source="test")
    assert [record.id for record in store.incidents()] == ["a", "b", "c", "d"]


def test_of_two_records_with_one_id_the_last_counts(store: Store) -> None:
    twice = [incident("a", title="first"), incident("a", title="last")]
    assert store.load(twice, source="test") == Loaded(1, 0, 0)
    kept = store.incident("a")
    assert kept is not None
    assert kept.title == "last"


def test_two_records_with_one_id_are_unchanged_when_loaded_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One record a batch, so that the two never meet before they are written.
    monkeypatch.setattr("data.engine.BATCH", 1)
    twice = [incident("a", title="first"), incident("b"), incident("a", title="last")]
    assert store.load(twice, source="test") == Loaded(2, 0, 0)
    assert store.load(twice, source="test") == Loaded(0, 0, 2)
    assert store.revision() == 1


def test_two_incidents_may_name_their_actions_alike(store: Store) -> None:
    records = [incident(name, actions=(Action(id="1", title=name),)) for name in "ab"]
    store.load(records, source="test")
    assert list(store.incidents()) == records


def test_a_load_that_fails_midway_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.engine.BATCH", 2)
    store.load([incident("kept")], source="test")

    def broken() -> Iterator[Incident]:
        yield from (incident(str(i)) for i in range(7))
        raise ValueError("the file ended early")

    with pytest.raises(ValueError, match="ended early"):
        store.load(broken(), source="test")
    assert [record.id for record in store.incidents()] == ["kept"]
    assert store.revision() == 1


def test_an_empty_load_is_no_change(store: Store) -> None:
    assert store.load([], source="test") == Loaded(0, 0, 0)
    assert store.revision() == 0


def test_more_records_than_a_batch_all_arrive(store: Store) -> None:
    records = [incident(f"i{n}", services=("x",)) for n in range(2_345)]
    assert store.load(iter(records), source="test").new == len(records)
    assert list(store.incidents()) == records


def test_an_export_loaded_elsewhere_gives_the_same_store(store: Store, tmp_path: Path) -> None:
    store.load([rich(), incident("b", extra={"z": 1, "a": 2})], source="test")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    copy.load(store.incidents(), source="export")
    assert list(copy.incidents()) == list(store.incidents())
    assert copy.load(store.incidents(), source="export again") == Loaded(0, 0, 2)
    copy.close()


def test_an_id_that_is_not_there_is_no_record(store: Store) -> None:
    assert store.incident("nobody") is None


def test_many_records_are_read_at_once_by_their_ids(store: Store) -> None:
    store.load([incident("a"), incident("b", services=("x",)), incident("c")], source="test")
    found = store.records(["b", "nobody", "a"])
    assert found == {"a": incident("a"), "b": incident("b", services=("x",))}


def test_hostile_text_is_only_text(store: Store) -> None:
    name = "'; DROP TABLE incidents; --"
    store.load([incident(name, title="<script>%s ? :x {}</script>")], source=name)
    kept = store.incident(name)
    assert kept is not None
    assert kept.title == "<script>%s ? :x {}</script>"
    assert store.loads()[0].source == name


def test_clearing_forgets_the_records_and_raises_the_revision(store: Store) -> None:
    store.load([rich()], source="test")
    store.clear()
    assert store.counts() == Counts(incidents=0, actions=0)
    assert store.revision() == 2
    assert store.load([rich()], source="test") == Loaded(1, 0, 0)


def test_past_loads_are_listed_latest_first(store: Store) -> None:
    store.load([incident("a")], source="monday.csv")
    store.load([incident("a", title="x"), incident("b")], source="tuesday.csv")
    latest, first = store.loads()
    assert (latest.source, latest.revision, latest.loaded) == ("tuesday.csv", 2, Loaded(1, 1, 0))
    assert first.source == "monday.csv"
    assert latest.at.tzinfo == dt.UTC


def test_the_sample_makes_way_for_records_of_ones_own(store: Store) -> None:
    store.load([incident("sample")], source="sample", as_sample=True)
    assert store.is_sample()
    assert store.load([], source="nothing usable") == Loaded(0, 0, 0)
    assert store.is_sample()
    store.load([incident("mine")], source="mine")
    assert not store.is_sample()
    assert [record.id for record in store.incidents()] == ["mine"]


def test_a_cleared_store_is_no_sample(store: Store) -> None:
    store.load([incident("sample")], source="sample", as_sample=True)
    store.clear()
    assert not store.is_sample()


def test_a_reader_sees_one_revision_while_a_load_goes_on(store: Store) -> None:
    store.load([incident("a")], source="test")
    count = select(func.count()).select_from(tables.INCIDENTS)
    with store.reading() as connection:
        assert connection.execute(count).scalar_one() == 1
        store.load([incident("b")], source="test")
        assert connection.execute(count).scalar_one() == 1
    assert store.counts().incidents == 2


def test_loads_at_the_same_time_take_turns(store_url: str, store: Store) -> None:
    def load(name: str) -> None:
        other = open_store(store_url)
        other.load((incident(f"{name}{n}") for n in range(300)), source=name)
        other.close()

    loaders = [threading.Thread(target=load, args=(name,)) for name in "abcd"]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert store.counts().incidents == 1_200
    assert store.revision() == 4


def test_a_load_that_waits_too_long_says_so_and_changes_nothing(
    store_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)
    other = open_store(store_url)

    def slow() -> Iterator[Incident]:
        yield incident("a")
        with pytest.raises(StoreBusy, match="try again when the other load has ended"):
            other.load([incident("b")], source="impatient")

    store.load(slow(), source="slow")
    assert [record.id for record in other.incidents()] == ["a"]
    other.close()


def test_a_change_beside_the_records_raises_the_revision_only_if_it_was_one(store: Store) -> None:
    assert store.change(lambda connection: True)
    assert not store.change(lambda connection: False)
    assert store.revision() == 1
    assert store.loads() == []


def test_what_comes_beside_records_fails_with_them_as_one(store: Store) -> None:
    class Broken:
        def __len__(self) -> int:
            return 1

        def write(self, connection: Connection) -> bool:
            raise ValueError("cannot be written")

    with pytest.raises(ValueError, match="cannot be written"):
        store.load([incident("a")], source="test", beside=Broken())
    assert (store.counts().incidents, store.revision()) == (0, 0)
