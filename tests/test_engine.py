"""Reaching the database: where it is looked for, and what is said when it cannot be used."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from data.store import StoreUnreachable, open_store


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
    with pytest.raises(StoreUnreachable, match=r"notes\.txt cannot be used: "):
        open_store(f"sqlite:///{path}")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match=r"x\.db cannot be used: "):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")


def test_a_store_that_fails_later_is_told_in_words(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    behind = create_engine(sqlite_url)
    with behind.begin() as connection:
        connection.execute(text("DROP TABLE actions"))
    behind.dispose()
    with pytest.raises(StoreUnreachable, match="cannot be used: "):
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
