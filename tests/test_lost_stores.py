"""A store that is deleted, replaced, unreadable for others, or away."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.record import Incident
from data.store import StoreUnreachable, open_store


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_loaded_into_a_file_that_was_deleted(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    store.load([Incident(id="a")], source="test")
    (tmp_path / "aftermath.db").unlink()
    with pytest.raises(StoreUnreachable, match="was deleted"):
        store.load([Incident(id="b")], source="test")
    with pytest.raises(StoreUnreachable, match="was deleted"):
        store.counts()
    assert not (tmp_path / "aftermath.db").exists()
    store.close()


def test_nothing_is_loaded_where_the_file_goes_during_the_load(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = open_store(sqlite_url)

    def deleting() -> list[Incident]:
        (tmp_path / "aftermath.db").unlink()
        return [Incident(id="a")]

    with pytest.raises(StoreUnreachable, match="deleted or replaced"):
        store.load(lambda _: deleting(), source="test")
    store.close()


def test_a_store_that_is_put_back_is_read_again(sqlite_url: str, tmp_path: Path) -> None:
    store, other = open_store(sqlite_url), open_store(f"{sqlite_url}.other")
    other.load([Incident(id="b")], source="test")
    other.close()
    assert store.counts().incidents == 0
    for ending in ("-wal", "-shm"):
        (tmp_path / f"aftermath.db{ending}").unlink(missing_ok=True)
    (tmp_path / "aftermath.db.other").replace(tmp_path / "aftermath.db")
    assert store.counts().incidents == 1
    store.close()


def test_only_its_owner_may_read_a_store(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    with store.turn("search"):
        store.load([Incident(id="a")], source="test")
        assert {path.name for path in tmp_path.iterdir()} >= {"aftermath.db", "aftermath.db-wal"}
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}
    store.close()


def test_the_check_of_readiness_says_by_its_code_whether_the_store_can_be_used(
    sqlite_url: str, tmp_path: Path
) -> None:
    def ready() -> int:
        return CliRunner().invoke(app, ["ready", "--database", sqlite_url]).exit_code

    assert ready()
    assert not (tmp_path / "aftermath.db").exists()
    open_store(sqlite_url).close()
    assert ready() == 0
    (tmp_path / "aftermath.db").write_bytes(b"no database at all" * 100)
    assert ready()
