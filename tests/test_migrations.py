"""Stores of other versions: an older one is copied and upgraded, a newer one is left alone."""

import datetime as dt
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from data import engine as database
from data.added import add_break, breaks
from data.history import read_history
from data.migrations import SCRIPTS, VERSION_TABLE, bring_up_to_date
from data.record import Incident
from data.store import StoreTooNew, StoreUnreachable, open_store
from data.tables import METADATA, SCHEMA
from tests.support.old_stores import old_incident, raise_revision

NEXT = f"{int(SCHEMA) + 1:04d}"
NEXT_SCRIPT = f'''
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{SCHEMA}"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("weather", sa.Text))
    FAIL
'''


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    connected = database.connect(store_url)
    yield connected
    connected.dispose()


def scripts_with_a_next(folder: Path, *, that: str = "pass") -> Path:
    """The shipped scripts and one more, as a later version will have it."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{NEXT}_next.py").write_text(NEXT_SCRIPT.replace("FAIL", that))
    return scripts


def columns(engine: Engine, table: str) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(table)}


def test_the_scripts_arrive_at_the_tables_of_today(engine: Engine) -> None:
    bring_up_to_date(engine)
    with engine.connect() as connection:
        options = {
            "version_table": VERSION_TABLE,
            "compare_type": True,
            # The index of texts is made by the opening, and FTS5 has tables of its own for it.
            "include_name": lambda name, kind, _: kind != "table" or "text_index" not in name,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_the_newest_script_is_the_version_of_the_tables() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == SCHEMA


def test_a_new_store_is_empty_at_revision_zero(store_url: str) -> None:
    store = open_store(store_url)
    assert (store.revision(), store.counts().incidents, store.is_sample()) == (0, 0, False)
    store.close()


def test_opening_again_does_nothing(store_url: str) -> None:
    for _ in range(2):
        store = open_store(store_url)
        store.load([Incident(id="a")], source="test")
        assert store.revision() == 1
        store.close()


def test_an_older_store_is_upgraded_and_keeps_its_records(
    store_url: str, engine: Engine, tmp_path: Path
) -> None:
    store = open_store(store_url)
    store.load([Incident(id="a", title="kept")], source="test")
    bring_up_to_date(engine, scripts=scripts_with_a_next(tmp_path), schema=NEXT)
    assert "weather" in columns(engine, "incidents")
    assert [record.title for record in store.incidents()] == ["kept"]
    store.close()


def test_an_older_file_is_copied_before_it_is_upgraded(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    store.load([Incident(id="a", title="kept")], source="test")
    engine = database.connect(sqlite_url)
    bring_up_to_date(engine, scripts=scripts_with_a_next(tmp_path), schema=NEXT)
    engine.dispose()
    store.close()
    copy = sqlite3.connect(tmp_path / f"aftermath.db.{SCHEMA}.backup")
    assert copy.execute("SELECT title FROM incidents").fetchall() == [("kept",)]
    names = {row[1] for row in copy.execute("PRAGMA table_info(incidents)")}
    copy.close()
    assert "weather" not in names


def test_a_new_file_needs_no_copy(sqlite_url: str, tmp_path: Path) -> None:
    open_store(sqlite_url).close()
    assert list(tmp_path.glob("*.backup")) == []


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(
    store_url: str, engine: Engine, tmp_path: Path
) -> None:
    open_store(store_url).close()
    scripts = scripts_with_a_next(tmp_path, that='op.execute("SELECT 1 FROM nowhere")')
    with pytest.raises(StoreUnreachable, match="nowhere"):
        bring_up_to_date(engine, scripts=scripts, schema=NEXT)
    assert "weather" not in columns(engine, "incidents")
    store = open_store(store_url)
    assert store.revision() == 0
    store.close()


@pytest.mark.parametrize("version", [NEXT, "9999", "from-a-branch"])
def test_a_store_of_a_newer_version_is_left_alone(
    store_url: str, engine: Engine, version: str
) -> None:
    open_store(store_url).close()
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'"))
    with pytest.raises(StoreTooNew, match=f"newer Aftermath.*version {version}.*Update Aftermath"):
        open_store(store_url)


def test_two_that_open_a_new_store_at_once_both_get_it(store_url: str) -> None:
    revisions: list[int] = []

    def start() -> None:
        store = open_store(store_url)
        revisions.append(store.revision())
        store.close()

    starters = [threading.Thread(target=start) for _ in range(4)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert revisions == [0, 0, 0, 0]


def test_a_store_of_the_first_version_gets_room_for_what_people_add(
    store_url: str, engine: Engine
) -> None:
    bring_up_to_date(engine, schema="0001")
    assert not inspect(engine).has_table("verdicts")
    old_incident(engine, 1, "a", title="kept")
    old_incident(engine, 2, "b", title="", repeats=["a"])
    raise_revision(engine)
    store = open_store(store_url)
    earlier = {"source_name": "earlier"}
    assert list(store.incidents()) == [
        Incident(id="a", title="kept", source_id="a", **earlier),
        Incident(id="b", repeats=("a",), source_id="b", **earlier),
    ]
    assert store.revision() == 1
    assert len(read_history(store).links) == 1
    added = add_break(store, dt.date(2024, 5, 1), "New severity scheme")
    assert breaks(store) == [added]
    store.close()


def test_a_file_of_the_first_version_is_copied_as_it_was(sqlite_url: str, tmp_path: Path) -> None:
    engine = database.connect(sqlite_url)
    bring_up_to_date(engine, schema="0001")
    old_incident(engine, 1, "a", title="kept")
    engine.dispose()
    open_store(sqlite_url).close()
    copy = sqlite3.connect(tmp_path / "aftermath.db.0001.backup")
    assert copy.execute("SELECT title FROM incidents").fetchall() == [("kept",)]
    assert copy.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [("0001",)]
    assert copy.execute("SELECT name FROM sqlite_master WHERE name = 'verdicts'").fetchall() == []
    copy.close()
