"""Rows of a query: read, never written, and without a word of the password."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import Store, open_store
from tests.support.syncing import Syncing, counts


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (id, title, started, updated_at)")
        rows = [
            ("W-1", "Disk full", "2026-05-01 10:00:00", "2026-05-01 12:00:00"),
            ("W-2", "Kind: slow", "2026-05-02 10:00:00", "2026-05-02 12:00:00"),
        ]
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


QUERY = "SELECT id, title, started AS impact_started_at FROM t"


def test_rows_of_a_query_are_a_table(store: Store, tmp_path: Path, warehouse: Path) -> None:
    said = {"url": "sqlite:///warehouse.db", "query": f"{QUERY} WHERE title <> 'a:b'"}
    sync = Syncing(store, tmp_path, "database", **said)
    assert counts(sync()) == (2, 0, 0)
    assert counts(sync()) == (0, 0, 2)
    assert {record.title for record in store.incidents()} == {"Disk full", "Kind: slow"}


def test_a_query_may_ask_for_what_was_changed(
    store: Store, tmp_path: Path, warehouse: Path
) -> None:
    said = {"url": "sqlite:///warehouse.db", "query": f"{QUERY} WHERE updated_at >= :since"}
    sync = Syncing(store, tmp_path, "database", **said)
    assert counts(sync()) == (2, 0, 0)
    with sqlite3.connect(warehouse) as connection:
        connection.execute(
            "UPDATE t SET title = 'Disk full twice', updated_at = '2026-06-01 12:30:00' "
            "WHERE id = 'W-1'"
        )
    connection.close()
    assert counts(sync()) == (0, 1, 0)
    assert sync().summary is None
    assert store.counts().incidents == 2


def test_a_database_is_opened_so_that_nothing_can_write(
    store: Store, tmp_path: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.sync.kinds.database.READS", ("select", "with", "delete"))
    monkeypatch.setattr("data.sync.kinds.database.WRITES", frozenset())
    said = {"url": "sqlite:///warehouse.db", "query": "DELETE FROM t"}
    assert "readonly database" in Syncing(store, tmp_path, "database", **said)().failed
    with sqlite3.connect(warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
    connection.close()


def test_a_database_that_is_not_there_is_not_made(store: Store, tmp_path: Path) -> None:
    outcome = Syncing(store, tmp_path, "database", url="sqlite:///other.db", query=QUERY)()
    assert outcome.failed == "there is no SQLite file other.db"
    assert not (tmp_path / "other.db").exists()


def test_a_fault_of_a_query_is_said_without_the_password(store: Store, tmp_path: Path) -> None:
    url = "postgresql+psycopg://jo:${TOKEN}@127.0.0.1:1/x?connect_timeout=1"
    outcome = Syncing(store, tmp_path, "database", url=url, query=QUERY)()
    assert outcome.failed.startswith("postgresql database x on 127.0.0.1: ")
    assert "t0ken" not in outcome.failed
