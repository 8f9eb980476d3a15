"""The trail: every change leaves an entry, none can be taken out, none says what records say."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from analytics.stored.search import match_new
from data import backup, exporting, kept_settings, lists, loading
from data.added import ACCEPTED, Judgement, add_break, judge, remove_break
from data.exposure import remove_exposure, remove_service_levels
from data.known_causes import Shown, rename
from data.names import forget as take_back_names
from data.names import names_of
from data.preferences import set_reader_zone
from data.record import Action, Incident
from data.retrospectives import Minute, minute
from data.store import Store, StoreUnreachable, open_store
from data.trail import Event
from data.verdicts import judge as judge_pair
from data.verdicts import judge_all, undo
from data.worked import Key, change, work_again
from tests.support.pages import run_page
from tests.test_cli import run
from tests.test_searching import incidents

NOW = dt.datetime(2026, 11, 27, 18, 0, tzinfo=dt.UTC)
SECRET = "Hunter2"


def record(identity: str, **fields: Any) -> Incident:
    return Incident(id=identity, title=f"{SECRET} {identity}", summary=SECRET, **fields)


def told(store: Store) -> list[tuple[str, str, str, int]]:
    """What stands in the trail, the oldest first."""
    events, total = store.trail()
    assert len(events) == total
    return [(event.what, event.about, event.by, event.count) for event in reversed(events)]


@pytest.fixture
def signing(store: Store, store_url: str) -> Iterator[Store]:
    """A store opened by somebody who signs as Web."""
    opened = open_store(store_url, who=lambda: "Web")
    yield opened
    opened.close()


def test_each_change_leaves_an_entry_with_who_what_and_how_many(
    signing: Store, tmp_path: Path
) -> None:
    store, line = signing, "Web"
    actions = (Action(id="1", title=SECRET),)
    store.load([record("a", actions=actions), record("b"), record("c")], source="own.csv")
    judge_pair(store, "b", "a", "repeat", by="Ana")
    judge_all(store, [("c", "a"), ("c", "b")], "different")
    undo(store, "c", "a")
    judge(store, [Judgement(record_id="a", field="barrier", value="alert: failed", state=ACCEPTED)])
    before = change(store, [Key("a", "1")], {"status": "done", "by": "Bo", "reason": SECRET})
    work_again(store, before)
    day = dt.date(2026, 4, 1)
    until, note = dt.date(2026, 7, 1), SECRET
    minute(store, Minute(team="Web", start=day, end=until, topic="repeats", note=note, by="Cy"))
    remove_break(store, add_break(store, day, SECRET, by="Di").id)
    set_reader_zone(store, "Europe/Madrid")
    made, sections = kept_settings.parse_file("zone: Europe/Berlin\n", name="settings.yaml")
    kept_settings.keep(store, made, sections)
    exporting.export(store, tmp_path / "out.json")
    rename(store, Shown(None, ["a", "b"]), SECRET, by="Ed")
    store.undo_last_load()
    assert told(store) == [
        ("load", "own.csv", line, 3),
        ("verdict", "b and a", "Ana", 1),
        ("verdict", "c and a, c and b", line, 2),
        ("verdict taken back", "c and a", line, 1),
        ("suggested value", "a", line, 1),
        ("action", "a 1", "Bo", 1),
        ("action undone", "a 1", line, 1),
        ("note", "Web, 2026-04-01: repeats", "Cy", 1),
        ("break", "2026-04-01", "Di", 1),
        ("break removed", "", line, 1),
        ("setting", "zone", line, 1),
        ("setting", "zone", line, 1),
        ("export", "out.json", line, 3),
        ("known cause", "a named", "Ed", 2),
        ("load undone", "own.csv", line, 3),
    ]


def test_what_changed_nothing_or_was_no_persons_doing_leaves_none(store: Store) -> None:
    store.load(incidents(), source="test")
    store.load(incidents(), source="test")
    match_new(store)
    set_reader_zone(store, "UTC")
    set_reader_zone(store, "UTC")
    remove_exposure(store, "deploys")
    remove_service_levels(store)
    take_back_names(store, names_of({"team": {"a": "b"}}))
    with pytest.raises(ValueError, match="stop"):
        store.load(_failing(), source="broken")
    assert [what for what, *_ in told(store)] == ["load", "setting"]
    assert {by for _, _, by, _ in told(store)} == {"command line"}


def _failing() -> Iterator[Incident]:
    yield Incident(id="never")
    raise ValueError("stop")


def test_forgetting_all_records_leaves_the_trail(store: Store) -> None:
    store.load([record("a"), record("b")], source="own.csv")
    store.clear()
    assert told(store) == [
        ("load", "own.csv", "command line", 2),
        ("all records forgotten", "", "command line", 2),
    ]


def test_what_was_gone_and_removed_is_named(store: Store, tmp_path: Path) -> None:
    for rows in ("a,x\nb,y\n", "a,x\n"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "incidents.csv").write_text(f"id,title\n{rows}")
        loading.load(store, [str(tmp_path / "in")], lists=lists.current_lists())
    (gone,) = store.gone()
    store.remove_gone()
    assert told(store)[-1] == ("records removed", gone.id, "command line", 1)


@pytest.mark.parametrize("statement", ["DELETE FROM trail", "UPDATE trail SET what = 'x'"])
def test_the_database_refuses_to_change_or_delete_an_entry(store: Store, statement: str) -> None:
    store.load([record("a")], source="own.csv")
    before = told(store)
    with pytest.raises(StoreUnreachable, match="only grows"):
        store.change(lambda connection: bool(connection.execute(text(statement))))
    assert told(store) == before


def test_the_trail_holds_no_text_of_a_record(signing: Store, tmp_path: Path) -> None:
    test_each_change_leaves_an_entry_with_who_what_and_how_many(signing, tmp_path)
    assert SECRET not in repr(signing.trail())


def test_names_that_are_too_long_or_hold_control_characters_are_cut(store: Store) -> None:
    store.load([record("a")], source="x\0y " * 400)
    ((_, about, _, _),) = told(store)
    assert (len(about), about[-1], "\0" in about) == (300, "…", False)


def test_a_restore_takes_nothing_out_of_the_trail(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    store.load([record("a")], source="first.csv")
    made = backup.back_up(store, tmp_path / "one.backup", at=NOW)
    store.load([record("b")], source="second.csv")
    backup.restore(made.path, sqlite_url, at=NOW, replace=True)
    line = "command line"
    mine = [("load", "first.csv", line, 1), ("backup", "one.backup", line, 1)]
    assert told(store) == [
        *mine,
        ("load", "second.csv", line, 1),
        ("backup", "aftermath.2026-11-27T18-00-00.000000Z.backup", line, 1),
        ("restore", "one.backup", line, 1),
    ]
    backup.restore(made.path, f"{sqlite_url}.new", at=NOW)
    new = open_store(f"{sqlite_url}.new")
    assert told(new) == [*mine, ("restore", "one.backup", line, 1)]
    new.close()
    store.close()


def test_the_command_prints_the_trail(tmp_path: Path) -> None:
    there = ("--database", f"sqlite:///{tmp_path / 'own.db'}")
    assert run("trail", *there, folder=tmp_path).returncode == 2
    store = open_store(there[1])
    store.load([record("a")], source="own.csv")
    store.load([record("b")], source="more.csv")
    store.close()
    said = run("trail", *there, folder=tmp_path).stdout.splitlines()
    assert (said[0].endswith("command line  load (1)  more.csv"), said[-1]) == (
        True,
        "2 of 2 entries.",
    )
    listed = json.loads(run("trail", *there, "--json", "--most", "1", folder=tmp_path).stdout)
    ((at, by, what, about, count),) = [tuple(event.values()) for event in listed]
    assert (by, what, about, count) == ("command line", "load", "more.csv", 1)
    assert dt.datetime.fromisoformat(at).utcoffset() == dt.timedelta()


def test_the_page_of_records_shows_the_trail_with_the_name_people_sign_with(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    store = open_store(sqlite_url)
    store.load([record("a")], source="own.csv")
    page = run_page("pages/records.py")
    assert "Who changed what" in [expander.label for expander in page.expander]
    page.session_state["verdicts_signed"] = "Web"
    page.session_state["forget"] = "forget"
    page.run()
    next(button for button in page.button if button.label == "Forget all records").click().run()
    assert told(store)[-1] == ("all records forgotten", "", "Web", 1)
    store.close()


def test_events_are_in_utc(store: Store) -> None:
    store.load([record("a")], source="own.csv")
    (event,), _ = store.trail()
    assert isinstance(event, Event)
    assert abs(dt.datetime.now(dt.UTC) - event.at) < dt.timedelta(hours=1)
