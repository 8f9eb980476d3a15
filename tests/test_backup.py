"""Backups: whole while the store is in use, known when damaged, restored only where asked to."""

import datetime as dt
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from analytics.stored.search import match_new
from data import backup as backups
from data import tables
from data.added import add_break
from data.backup import BackupRefused, back_up, restore
from data.engine import connect
from data.migrations import VERSION_TABLE, bring_up_to_date
from data.preferences import set_reader_zone
from data.record import Incident
from data.store import Store, open_store
from data.verdicts import judge
from tests.support.old_stores import old_incident
from tests.test_cli import result, run
from tests.test_searching import incidents

NOW = dt.datetime(2026, 11, 27, 18, 0, tzinfo=dt.UTC)


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the revision and what is told of the restore itself."""
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table)).all()]
            for table in tables.METADATA.sorted_tables
            if table not in (tables.STORE, tables.TRAIL)
        }


def in_order(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(table, key=repr) for name, table in rows.items()}


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with something of everything that people add."""
    store.load(incidents(), source="test")
    match_new(store)
    store.load([Incident(id="own", title="Gate shut", summary="Ungüç")], source="own.csv")
    first, second = (record.id for record, _ in zip(store.incidents(), range(2), strict=False))
    judge(store, second, first, "repeat", by="Ana")
    add_break(store, dt.date(2026, 5, 1), "New scheme")
    set_reader_zone(store, "Europe/Madrid")
    return store


@pytest.fixture(params=["sqlite", "postgres"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place of either kind, which may be the database that the backup is of."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.db'}"
    else:
        yield request.getfixturevalue("postgres_url")


def test_a_restored_store_equals_the_one_that_was_backed_up(
    filled: Store, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where what stood in PostgreSQL is kept
    made = back_up(filled, tmp_path / "one.backup", at=NOW)
    was, revision = content(filled), filled.revision()
    done = restore(made.path, other_url, at=NOW, replace=True)
    assert done.counts == filled.counts()
    restored = open_store(other_url)
    assert in_order(content(restored)) == in_order(was)
    assert restored.revision() > revision
    assert {event.what for event in restored.trail()[0]} >= {"load", "verdict", "backup", "restore"}
    assert restored.find("gate", most=5) == ["own"]
    assert restored.undo_last_load() is not None
    restored.close()


def test_a_backup_is_one_file_for_its_owner_alone_and_can_be_opened(
    filled: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = back_up(filled, folder, at=NOW)
    assert [path.name for path in folder.iterdir()] == [
        "aftermath.2026-11-27T18-00-00.000000Z.backup"
    ]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    opened = open_store(f"sqlite:///{made.path}")
    assert opened.counts() == filled.counts()
    opened.close()


def test_a_backup_holds_whole_loads_only_while_others_are_written(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    """Each load adds ten records; what is backed up meanwhile holds tens of them."""
    done = threading.Event()

    def loads() -> None:
        writer = open_store(store_url)
        for load in range(12):
            writer.load([Incident(id=f"{load}-{n}") for n in range(10)], source="test")
        writer.close()
        done.set()

    writing = threading.Thread(target=loads)
    writing.start()
    held = []
    while not done.is_set() or not held:
        made = back_up(store, tmp_path / f"{len(held)}.backup", at=NOW)
        opened = open_store(f"sqlite:///{made.path}")
        held.append((opened.counts().incidents, len(opened.loads())))
        opened.close()
    writing.join()
    assert [(n, n // 10) for n, _ in held] == held


def test_only_the_newest_backups_of_this_store_are_kept(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    folder = tmp_path / "backups" / "daily"
    for day in range(4):
        made = back_up(store, folder, at=NOW + dt.timedelta(days=day), keep=2)
        if not day:
            (folder / "aftermath.0014.backup").touch()
            (folder / "other.2020-01-01T00-00-00.000000Z.backup").touch()
    assert [path.name[:20] for path in made.removed] == ["aftermath.2026-11-28"]
    assert sorted(path.name[:20] for path in folder.iterdir()) == [
        "aftermath.0014.backu",
        "aftermath.2026-11-29",
        "aftermath.2026-11-30",
        "other.2020-01-01T00-",
    ]
    store.close()


def test_a_store_that_holds_something_is_not_replaced_unasked(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = open_store(sqlite_url)
    store.load([Incident(id="a")], source="test")
    made = back_up(store, tmp_path / "one.backup", at=NOW)
    store.load([Incident(id="b")], source="test")
    with pytest.raises(BackupRefused, match=r"holds 2 incidents\. Say --replace"):
        restore(made.path, sqlite_url, at=NOW)
    assert store.counts().incidents == 2
    done = restore(made.path, sqlite_url, at=NOW, replace=True)
    assert store.counts().incidents == 1  # as seen by whoever has it open
    assert done.before is not None
    restore(done.before, sqlite_url, at=NOW + dt.timedelta(seconds=1), replace=True)
    assert store.counts().incidents == 2
    store.close()


@pytest.mark.parametrize("at", ["first", "middle", "seal", "cut", "more"])
def test_a_damaged_backup_is_refused(at: str, sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    store.load([Incident(id=f"{n}", title="Gate shut") for n in range(50)], source="test")
    path = back_up(store, tmp_path / "one.backup", at=NOW).path
    held = bytearray(path.read_bytes())
    if at in ("first", "middle", "seal"):
        held[{"first": 3, "middle": held.index(b"Gate shut"), "seal": 61}[at]] ^= 1
    path.write_bytes({"cut": held[:-4096], "more": held + b"x"}.get(at, held))
    with pytest.raises(BackupRefused, match="Nothing was changed"):
        restore(path, f"{sqlite_url}.new", at=NOW)
    assert not (tmp_path / "aftermath.db.new").exists()
    store.close()


def test_what_is_no_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    connect(f"sqlite:///{tmp_path / 'empty.db'}").connect().close()
    for name, why in [("notes.txt", "no backup"), ("empty.db", "no store"), ("gone", "No such")]:
        with pytest.raises(BackupRefused, match=why):
            restore(tmp_path / name, sqlite_url, at=NOW)
    assert not (tmp_path / "aftermath.db").exists()


def test_a_backup_of_a_newer_version_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    with connect(sqlite_url).begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    path = back_up(store, tmp_path / "one.backup", at=NOW).path
    with pytest.raises(BackupRefused, match=r"newer Aftermath\. Update"):
        restore(path, f"{sqlite_url}.new", at=NOW)
    store.close()


def test_the_copy_made_before_an_upgrade_can_be_restored(sqlite_url: str, tmp_path: Path) -> None:
    engine = connect(sqlite_url)
    bring_up_to_date(engine, schema="0001")
    old_incident(engine, 1, "a", title="kept")
    engine.dispose()
    open_store(sqlite_url).close()
    new = f"{sqlite_url}.new"
    assert restore(tmp_path / "aftermath.db.0001.backup", new, at=NOW).counts.incidents == 1


def test_a_file_that_cannot_be_read_is_moved_aside_when_asked_to(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = open_store(sqlite_url)
    store.load([Incident(id="a")], source="test")
    made = back_up(store, tmp_path / "one.backup", at=NOW)
    store.close()
    broken = tmp_path / "aftermath.db"
    broken.write_bytes(b"torn" * 2000)
    with pytest.raises(BackupRefused, match="Say --replace to move this file aside"):
        restore(made.path, sqlite_url, at=NOW)
    done = restore(made.path, sqlite_url, at=NOW, replace=True)
    assert done.aside is not None
    assert done.aside.read_bytes() == b"torn" * 2000
    assert done.counts.incidents == 1


def test_a_place_that_cannot_be_written_is_named(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(sqlite_url)
    made = back_up(store, tmp_path / "one.backup", at=NOW)
    for to, why in [(made.path, "there already"), (tmp_path / "no" / "x", "no folder")]:
        with pytest.raises(BackupRefused, match=why):
            back_up(store, to, at=NOW)
    with pytest.raises(BackupRefused, match="No backup can be written"):
        back_up(store, made.path, at=NOW, keep=2)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(backups.StoreUnreachable, match="No space left on device"):
        back_up(store, tmp_path / "two.backup", at=NOW)
    assert list(tmp_path.glob("two*")) == []
    store.close()


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    (tmp_path / "records.csv").write_text("id,title,impact_started_at\na,x,2026-05-01T10:00Z\n")
    there = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    assert run("backup", *there, folder=tmp_path).stderr.startswith("There is no such database")
    run("load", "records.csv", *there, folder=tmp_path)
    assert run("backup", "one.backup", *there, folder=tmp_path).stdout.startswith(
        "Wrote one.backup ("
    )
    for _ in range(3):
        kept = run("backup", "daily", "--keep", "2", *there, "--json", folder=tmp_path)
    told = result(kept)
    assert (len(told["written"]), len(told["removed"]), told["bytes"] > 0) == (1, 1, True)
    refused = run("restore", "one.backup", *there, "--json", folder=tmp_path)
    assert (refused.returncode, "Say --replace" in refused.stderr) == (2, True)
    assert "Say --replace" in json.dumps(result(refused))
    done = run("restore", "one.backup", "--replace", *there, folder=tmp_path)
    assert "holds 1 incident of one.backup. What stood there is kept in" in done.stdout
    new = run("restore", "one.backup", "--database", "sqlite:///new.db", folder=tmp_path)
    assert (new.returncode, new.stdout) == (
        0,
        "The SQLite file new.db holds 1 incident of one.backup.\n",
    )
