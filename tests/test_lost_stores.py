"""A store that is deleted, replaced, unreadable for others, or away."""

import socket
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url
from typer.testing import CliRunner

from analytics.stored.search import match_new, unfinished_search
from data import engine
from data.__main__ import app
from data.record import Incident
from data.store import StoreUnreachable, open_store
from tests.test_searching import incidents


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


@pytest.fixture
def room() -> Iterator[Callable[[int | None], None]]:
    """Leaves so many pages of room to SQLite stores that are opened from now on; None for all."""
    pages = dict[str, int | None]()

    def limit(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection) and pages.get("left") is not None:
            (there,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {there + pages['left']}")

    def leave(left: int | None) -> None:
        pages["left"] = left

    event.listen(Engine, "connect", limit)
    yield leave
    event.remove(Engine, "connect", limit)


def test_a_load_for_which_there_is_no_room_keeps_nothing_and_says_so(
    sqlite_url: str, room: Callable[[int | None], None]
) -> None:
    open_store(sqlite_url).close()
    room(2)
    store = open_store(sqlite_url)
    with pytest.raises(StoreUnreachable, match=r"no room left.*what was stored before is"):
        store.load(incidents(), source="test")
    store.close()
    room(None)
    store = open_store(sqlite_url)
    assert (store.counts().incidents, store.trail()) == (0, ([], 0))
    store.close()


def test_records_are_stored_though_there_is_no_room_for_the_search_which_goes_on_later(
    sqlite_url: str, tmp_path: Path, room: Callable[[int | None], None]
) -> None:
    store = open_store(sqlite_url)
    store.load(incidents(), source="test")
    store.close()
    (tmp_path / "one.csv").write_text("id,title,impact_started_at\nz,x,2026-01-01T10:00Z\n")
    room(12)  # enough for one record, and not for what the search keeps of 131
    command = ["load", str(tmp_path / "one.csv"), "--database", sqlite_url]
    ended = CliRunner().invoke(app, command)
    said = " ".join(ended.output.split())
    assert ended.exit_code == 1
    assert "1 new" in said
    assert "The records are stored, but the search for repeats is not finished: There is no" in said
    assert "Nothing was changed" not in said
    room(None)
    store = open_store(sqlite_url)
    assert store.counts().incidents == 131
    match_new(store)
    assert not unfinished_search(store)
    store.close()


def test_a_full_server_is_told_from_one_that_is_away() -> None:
    class Full(sqlite3.Error):
        sqlstate = "53100"

    held = engine.connect("sqlite://")
    with pytest.raises(StoreUnreachable, match="no room left"), engine.in_words(held):
        raise Full


class Falling:
    """A way to a server that passes nothing on when told so, and closes nothing meanwhile."""

    def __init__(self, server: str) -> None:
        self.silent = False
        self._to, self._open = server, ExitStack()
        self._listening = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # closed when the test ends
            while True:
                here, there = self._listening.accept()[0], socket.socket(socket.AF_UNIX)
                for each in (here, there):
                    self._open.enter_context(each)
                there.connect(self._to)
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while content := one.recv(65_536):
                if not self.silent:
                    other.sendall(content)

    def close(self) -> None:
        """Close every way."""
        self._open.close()


@pytest.fixture
def falling(postgres_url: str) -> Iterator[tuple[Falling, str]]:
    """A way to PostgreSQL that can fall silent, and the address of a store behind it."""
    url = make_url(postgres_url)
    way = Falling(f"{url.query['host']}/.s.PGSQL.5432")
    through = url.set(host="127.0.0.1", port=way.port, query={})
    yield way, through.render_as_string(hide_password=False)
    way.close()


def test_nobody_waits_for_ever_for_a_server_that_fell_silent(
    falling: tuple[Falling, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ALIVE_SECONDS", 1)
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 2)
    way, url = falling
    store = open_store(url)
    store.load([Incident(id="a")], source="test")
    way.silent = True
    with pytest.raises(StoreUnreachable, match="cannot be used"):
        store.counts()
    way.silent = False
    assert store.counts().incidents == 1
    store.close()


def test_a_load_during_which_the_server_falls_silent_ends_and_keeps_nothing(
    falling: tuple[Falling, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHANGE_SECONDS", 1)
    way, url = falling
    store = open_store(url)

    def records() -> Iterator[Incident]:
        yield Incident(id="a")
        way.silent = True

    with pytest.raises(StoreUnreachable, match="no answer within 1 second"):
        store.load(lambda _: records(), source="test")
    way.silent = False
    assert store.counts().incidents == 0
    store.close()
