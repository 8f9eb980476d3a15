"""Is everything as it was before the last load, once that is undone?"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data import lists, tables, told
from data.added import add_break, breaks
from data.loading import load, load_sample, undo_last_load
from data.record import Incident
from data.store import Store
from data.verdicts import Suggestion, suggest, suggestions

LISTS = lists.read(lists.SHIPPED)
Write = Callable[[str, str], Path]
ROWS = "id,title,severity,services\nw-1,Gate shut,SEV1,gate;crane\nw-2,Crane stuck,,\n"
ACTIONS = "incident_id,id,title,status\nw-1,a-1,Grease it,open\n"
#: What a load may change; the list of loads and the revision are not brought back.
CHANGED = (*told.OF_A_RECORD, tables.FILES, tables.TOLD, *tables.ADDED)


def content(store: Store) -> dict[str, list[Any]]:
    """All rows of the tables that a load changes."""
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in CHANGED
        }


@pytest.fixture
def before(store: Store, write: Write) -> dict[str, list[Any]]:
    write("in/incidents.csv", ROWS)
    write("in/actions.csv", ACTIONS)
    write("in/breaks.csv", "at,note\n2024-05-01,New scheme\n")
    load(store, ["in"], lists=LISTS)
    return content(store)


def test_records_and_additions_are_as_they_were(
    store: Store, write: Write, before: dict[str, list[Any]]
) -> None:
    write("in/incidents.csv", ROWS.replace("SEV1", "").replace("w-2", "w-3"))
    write("in/actions.csv", ACTIONS.replace("open", "done") + "w-3,a-2,Paint,open\n")
    write("in/breaks.csv", "at,note\n2024-05-01,Old scheme\n2024-06-01,Another\n")
    write("in/new.json", '{"id": "x", "title": "Box", "repeats": ["w-1"]}')
    summary = load(store, ["in"], lists=LISTS)
    assert (summary.new, summary.updated, summary.gone) == (2, 1, 1)
    assert content(store) != before
    revision = store.revision()
    said = undo_last_load(store)
    assert said == (
        "The load of in is undone: 2 new records are taken out and 1 changed ones are as they were "
        "before."
    )
    assert (content(store), store.revision()) == (before, revision + 1)
    assert len(store.loads()) == 1
    assert undo_last_load(store) is None
    assert load(store, ["in"], lists=LISTS).new == 2


@pytest.mark.usefixtures("before")
def test_what_people_added_since_stays(store: Store, write: Write) -> None:
    load(store, [write("more.csv", "id,title\nw-9,Box\n")], lists=LISTS)
    add_break(store, dt.date(2025, 1, 1), "Since")
    found = Suggestion(later_id="w-9", earlier_id="w-1", score=1, level="likely")
    suggest(store, [found], searched=["w-9"])
    assert undo_last_load(store)
    assert [one.note for one in breaks(store)] == ["New scheme", "Since"]
    assert suggestions(store) == []


def test_the_sample_comes_back(store: Store, write: Write) -> None:
    load_sample(store)
    add_break(store, dt.date(2025, 1, 1), "Said of the sample")
    before = content(store)
    load(store, [write("a.csv", ROWS)], lists=LISTS)
    assert (store.is_sample(), len(breaks(store))) == (False, 0)
    assert undo_last_load(store)
    assert (store.is_sample(), content(store)) == (True, before)


@pytest.mark.usefixtures("before")
def test_a_load_that_changed_nothing_is_not_the_one_to_undo(store: Store) -> None:
    load(store, ["in"], lists=LISTS)
    assert undo_last_load(store)
    assert store.counts().incidents == 0


@pytest.mark.usefixtures("before")
def test_a_load_that_changed_too_much_says_that_it_cannot_be_undone(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "MOST_KEPT", 10)
    write("in/incidents.csv", ROWS.replace("stuck", "free"))
    load(store, ["in"], lists=LISTS)
    assert store.can_undo() == told.TOO_MUCH
    assert undo_last_load(store) is None
    with store.reading() as connection:
        assert connection.execute(select(tables.UNDO_ROWS)).all() == []


@pytest.mark.usefixtures("before")
def test_after_records_were_forgotten_there_is_nothing_to_undo(store: Store) -> None:
    assert store.can_undo() == ""
    store.clear()
    assert (store.can_undo(), undo_last_load(store)) == (None, None)


def test_whole_records_that_were_written_are_undone_too(store: Store) -> None:
    first = Incident(id="a", title="Gate", tags=("x",))
    store.load([first], source="one")
    store.load([Incident(id="a", title="Gate shut"), Incident(id="b")], source="two")
    assert undo_last_load(store)
    assert list(store.incidents()) == [first]
