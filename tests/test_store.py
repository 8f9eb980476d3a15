"""The store: loads are whole or not at all, change nothing twice, and give back what they took."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select, text

from data import engine, tables
from data.record import CLOCK_FIELDS, Action, Event, Incident
from data.store import (
    Counts,
    Loaded,
    Store,
    StoreBusy,
    StoreUnreachable,
    open_store,
)

MOMENT = dt.datetime(2024, 5, 1, 14, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def incident(name: str, **values: Any) -> Incident:
    return Incident(id=name, **values)


def full(name: str = "inc-1") -> Incident:
    """A record with something in every field."""
    return Incident(
        id=name,
        title="Checkout down",
        summary="Nobody could pay.\nFor two hours.",
        url="https://example.org/pm/1",
        kind="drill",
        status="resolved",
        severity="SEV1",
        severity_rank=1,
        services=("checkout", "basket"),
        team="payments",
        environment="production",
        tags=("q2", "peak"),
        **{clock: MOMENT + i * dt.timedelta(minutes=7) for i, clock in enumerate(CLOCK_FIELDS)},
        postmortem_status="published",
        time_precision="estimated",
        clock_precision={"detected_at": "day"},
        clock_sources={"detected_at": "timeline"},
        detection_source="customer",
        trigger="a flag was pushed",
        trigger_category="config or flag push",
        root_cause_category="process",
        needs_analysis=True,
        root_cause="The flag had no owner.",
        contributing_factors=("monitoring gap", "test gap"),
        what_let_it_grow="no alert",
        impact="1,000 orders lost",
        affected_users=1000.5,
        cost=0.1 + 0.2,
        currency="EUR",
        what_went_well=("rollback was quick",),
        what_went_wrong=("paged the wrong team", "no runbook"),
        where_we_got_lucky=("night time",),
        repeats=("inc-0", "inc-00"),
        duplicate_of="inc-000",
        source="postmortems/1.md",
        timeline=(
            Event(at=MOMENT, kind="detected", text="alert"),
            Event(text="somebody noticed"),
        ),
        actions=(
            Action(
                id="a-1",
                title="Give flags owners",
                kind="process",
                strength="stronger",
                priority="P1",
                owner="platform",
                status="done",
                created_on=dt.date(2024, 5, 2),
                first_due_on=dt.date(2024, 5, 9),
                due_on=dt.date(2024, 6, 9),
                completed_on=dt.date(2024, 6, 1),
                url="https://example.org/t/1",
                extra={"points": 3},
            ),
            Action(id="a-2"),
        ),
        extra={"region": ["eu", {"zone": None}], "ünïcode": "✓"},
    )


def test_a_record_with_everything_comes_back_unchanged(store: Store) -> None:
    store.load([full()], source="test")
    assert store.incident("inc-1") == full()


def test_a_record_with_nothing_comes_back_unchanged(store: Store) -> None:
    store.load([incident("bare")], source="test")
    assert store.incident("bare") == incident("bare")


TEXTS = st.text(max_size=20)
LABELS = st.none() | TEXTS
IDS = st.text(min_size=1, max_size=12).filter(lambda name: name.isprintable() and name.strip())
MOMENTS = st.none() | st.datetimes(
    dt.datetime(1970, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(dt.UTC)
).map(lambda at: at.replace(microsecond=0))
DAYS = st.none() | st.dates(dt.date(1970, 1, 1), dt.date(2199, 12, 31))
AMOUNTS = st.none() | st.floats(min_value=0, allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EXTRA = st.dictionaries(TEXTS, PLAIN, max_size=3)
ACTIONS = st.builds(
    Action, id=IDS, title=TEXTS, owner=LABELS, created_on=DAYS, due_on=DAYS, extra=EXTRA
)
EVENTS = st.builds(Event, at=MOMENTS, text=TEXTS)
INCIDENTS = st.builds(
    Incident,
    id=IDS,
    title=TEXTS,
    team=LABELS,
    severity_rank=st.none() | st.integers(1, 5),
    services=st.lists(TEXTS, max_size=3),
    needs_analysis=st.booleans(),
    affected_users=AMOUNTS,
    cost=AMOUNTS,
    what_went_wrong=st.lists(TEXTS, max_size=2),
    clock_precision=st.dictionaries(
        st.sampled_from(CLOCK_FIELDS), st.sampled_from(["day", "estimated"]), max_size=2
    ),
    repeats=st.lists(IDS, max_size=2),
    timeline=st.lists(EVENTS, max_size=3),
    actions=st.lists(ACTIONS, max_size=3),
    extra=EXTRA,
    **dict.fromkeys(CLOCK_FIELDS, MOMENTS),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INCIDENTS)
def test_any_checked_record_survives_the_store(store: Store, record: Incident) -> None:
    store.load([record], source="test")
    assert store.incident(record.id) == record


def test_loading_the_same_twice_changes_nothing(store: Store) -> None:
    assert store.load([full(), incident("b")], source="one") == Loaded(2, 0, 0)
    assert store.revision() == 1
    assert store.load([full(), incident("b")], source="two") == Loaded(0, 0, 2)
    assert store.revision() == 1
    assert [load.source for load in store.loads()] == ["one"]


def test_the_order_of_keys_in_a_mapping_is_no_change(store: Store) -> None:
    store.load([incident("a", extra={"x": 1, "y": {"p": 1, "q": 2}})], source="test")
    swapped = incident("a", extra={"y": {"q": 2, "p": 1}, "x": 1})
    assert store.load([swapped], source="test") == Loaded(0, 0, 1)


def test_a_changed_record_replaces_the_old_one_and_all_its_parts(store: Store) -> None:
    store.load([full(), incident("other", services=("x",))], source="test")
    changed = full().model_copy(update={"title": "New", "actions": (), "services": ("basket",)})
    assert store.load([changed], source="test") == Loaded(0, 1, 0)
    assert store.incident("inc-1") == changed
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
    monkeypatch.setattr("data.writing.BATCH", 1)
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
    monkeypatch.setattr("data.writing.BATCH", 2)
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
    store.load([full(), incident("b", extra={"z": 1, "a": 2})], source="test")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    copy.load(store.incidents(), source="export")
    assert list(copy.incidents()) == list(store.incidents())
    assert copy.load(store.incidents(), source="export again") == Loaded(0, 0, 2)
    copy.close()


def test_an_id_that_is_not_there_is_no_record(store: Store) -> None:
    assert store.incident("nobody") is None


def test_hostile_text_is_only_text(store: Store) -> None:
    name = "'; DROP TABLE incidents; --"
    store.load([incident(name, title="<script>%s ? :x {}</script>")], source=name)
    kept = store.incident(name)
    assert kept is not None
    assert kept.title == "<script>%s ? :x {}</script>"
    assert store.loads()[0].source == name


def test_clearing_forgets_the_records_and_raises_the_revision(store: Store) -> None:
    store.load([full()], source="test")
    store.clear()
    assert store.counts() == Counts(incidents=0, actions=0)
    assert store.revision() == 2
    assert store.load([full()], source="test") == Loaded(1, 0, 0)


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


def test_a_database_that_is_not_there_is_told_without_the_password() -> None:
    url = "postgresql://ann:s3cret@127.0.0.1:1/incidents"
    with pytest.raises(StoreUnreachable) as caught:
        open_store(url)
    said = str(caught.value)
    assert "incidents on 127.0.0.1" in said
    assert "AFTERMATH_DATABASE" in said
    assert "s3cret" not in said
    assert "ann" not in said.replace("cannot", "")


def test_an_address_that_is_none_is_not_repeated_back() -> None:
    with pytest.raises(StoreUnreachable) as caught:
        open_store("postgres;s3cret")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["nosuch://host/db", "mssql+nosuch://host/db"])
def test_a_driver_that_is_not_installed_is_named(url: str) -> None:
    with pytest.raises(StoreUnreachable, match=r"nosuch.* is installed"):
        open_store(url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, and they are longer than a header of SQLite, which is 100")
    with pytest.raises(StoreUnreachable, match=r"notes\.txt cannot be used: file is not a"):
        open_store(f"sqlite:///{path}")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="unable to open"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")


def test_a_store_that_fails_later_is_told_in_words(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    behind = create_engine(sqlite_url)
    with behind.begin() as connection:
        connection.execute(text("DROP TABLE actions"))
    behind.dispose()
    with pytest.raises(StoreUnreachable, match="no such table"):
        store.counts()
    store.close()


def test_the_environment_names_the_store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    store = open_store()
    assert "aftermath.db" in store.address
    store.close()


def test_without_a_name_the_store_is_a_file_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFTERMATH_DATABASE")
    monkeypatch.chdir(tmp_path)
    open_store().close()
    assert (tmp_path / "aftermath.db").exists()


def test_sqlite_keeps_foreign_keys_and_reads_on_while_it_writes(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    store.close()


def test_no_column_holds_a_time_with_a_zone_to_mistake(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.load([full()], source="test")
    store.close()
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    (seconds,) = connection.execute("SELECT impact_started_at FROM incidents").fetchone()
    connection.close()
    assert seconds == int(MOMENT.timestamp())
