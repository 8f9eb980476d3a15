"""Does a load change only what its files speak of, and say what it emptied?"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from data import lists
from data.gathering import read_paths
from data.loading import Summary, load
from data.record import Incident
from data.store import Store

LISTS = lists.read(lists.SHIPPED)
Write = Callable[[str, str], Path]
FULL = (
    "id,title,severity,team,services,impact_started_at,root_cause,Weather\n"
    "w-1,Gate shut,SEV1,harbour,gate;crane,2026-03-02T10:00:00Z,No grease,calm\n"
    "w-2,Crane stuck,SEV2,harbour,crane,2026-03-03,Rust,storm\n"
)
ACTIONS = (
    "incident_id,id,title,status,owner,due_on\n"
    "w-1,a-1,Grease it,open,harbour,2026-04-01\n"
    "w-1,a-2,Paint it,open,harbour,2026-05-01\n"
)


@pytest.fixture
def loaded(store: Store, write: Write) -> Store:
    load(store, [write("incidents.csv", FULL), write("actions.csv", ACTIONS)], lists=LISTS)
    return store


def record(store: Store, name: str = "w-1") -> Incident:
    incident = store.incident(name)
    assert incident is not None
    return incident


def then(store: Store, write: Write, text: str, name: str = "patch.csv") -> Summary:
    """The store after a second load."""
    return load(store, [write(name, text)], lists=LISTS)


def test_a_column_that_is_absent_leaves_the_field_as_it_is(loaded: Store, write: Write) -> None:
    before = record(loaded)
    summary = then(loaded, write, "id,severity\nw-1,SEV3\n")
    assert (summary.new, summary.updated, summary.cleared_fields) == (0, 1, 0)
    assert record(loaded) == before.model_copy(update={"severity": "SEV3", "severity_rank": 3})


def test_an_empty_cell_clears_the_field_and_is_counted(loaded: Store, write: Write) -> None:
    before = record(loaded)
    text = "id,team,services,Weather,cost\nw-1,,,,\nw-2,,crane,storm,\n"
    summary = then(loaded, write, text)
    assert (summary.cleared_fields, summary.cleared_records) == (4, 2)
    assert record(loaded) == before.model_copy(update={"team": None, "services": (), "extra": {}})
    assert record(loaded, "w-2").services == ("crane",)


def test_null_in_json_clears_and_a_key_that_is_absent_does_not(loaded: Store, write: Write) -> None:
    text = '{"id": "w-1", "root_cause": null, "impact_started_at": null, "timeline": ["Shut"]}'
    summary = then(loaded, write, text, "patch.json")
    assert (summary.cleared_fields, summary.cleared_records) == (2, 1)
    kept = record(loaded)
    assert (kept.root_cause, kept.impact_started_at, kept.title) == ("", None, "Gate shut")
    assert [event.text for event in kept.timeline] == ["Shut"]
    assert len(kept.actions) == 2


def test_the_same_statement_twice_changes_nothing(loaded: Store, write: Write) -> None:
    then(loaded, write, "id,team,severity\nw-1,,SEV3\n")
    revision = loaded.revision()
    summary = then(loaded, write, "id,team,severity\nw-1,,SEV3\n")
    assert (summary.unchanged, summary.updated, summary.cleared_fields) == (1, 0, 0)
    assert loaded.revision() == revision


def test_a_value_that_cannot_be_used_leaves_the_stored_one(loaded: Store, write: Write) -> None:
    before = record(loaded)
    text = "id,impact_started_at,root_cause_category,team\nw-1,soon,gremlins,quay\n"
    summary = then(loaded, write, text)
    assert (summary.findings.problem_count, summary.cleared_fields) == (2, 0)
    kept = record(loaded)
    assert (kept.impact_started_at, kept.team) == (before.impact_started_at, "quay")
    assert kept.extra["as_given"] == {
        "impact_started_at": "soon",
        "root_cause_category": "gremlins",
    }
    then(loaded, write, "id,impact_started_at,root_cause_category\nw-1,2026-03-02T11:00:00Z,\n")
    assert "as_given" not in record(loaded).extra


def test_what_follows_from_a_field_follows_its_new_value(loaded: Store, write: Write) -> None:
    then(loaded, write, "id,severity,root_cause_category\nw-1,SEV1,human error\n")
    assert (record(loaded).severity_rank, record(loaded).needs_analysis) == (1, True)
    then(loaded, write, "id,severity,root_cause_category\nw-1,purple,process\n")
    assert (record(loaded).severity_rank, record(loaded).needs_analysis) == (None, False)


def test_a_clock_brings_along_how_exactly_it_is_known(loaded: Store, write: Write) -> None:
    assert record(loaded, "w-2").clock_precision == {"impact_started_at": "day"}
    then(loaded, write, "id,detected_at\nw-2,2026-03-03T09:00:00Z\n")
    assert record(loaded, "w-2").clock_precision == {"impact_started_at": "day"}
    then(loaded, write, "id,impact_started_at\nw-2,2026-03-03T08:00:00Z\n")
    assert record(loaded, "w-2").clock_precision == {}


def test_an_exact_clock_leaves_the_others_as_inexact_as_they_were(
    store: Store, write: Write
) -> None:
    started, ended = "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z"
    text = f"id,title,time_precision,impact_started_at,resolved_at\na,Gate,day,{started},{ended}\n"
    load(store, [write("incidents.csv", text)], lists=LISTS)
    then(store, write, f"id,resolved_at\na,{ended}\n")
    kept = record(store, "a")
    assert (kept.time_precision, kept.clock_precision) == (None, {"impact_started_at": "day"})


def test_actions_are_merged_by_id_and_field_by_field(loaded: Store, write: Write) -> None:
    text = "incident_id,id,status,completed_on,owner\nw-1,a-1,done,2026-03-20,\nw-1,a-3,open,,\n"
    summary = then(loaded, write, text)
    assert (summary.updated, summary.cleared_fields) == (1, 1)
    first, second, third = record(loaded).actions
    assert (first.title, first.status, first.owner) == ("Grease it", "done", None)
    assert (first.due_on, first.completed_on) == (dt.date(2026, 4, 1), dt.date(2026, 3, 20))
    assert (second.status, second.owner, third.id) == ("open", "harbour", "a-3")


def test_a_list_of_actions_in_a_record_is_the_whole_list(loaded: Store, write: Write) -> None:
    text = '{"id": "w-1", "actions": [{"id": "a-2", "status": "done"}, {"title": "Rest"}]}'
    summary = then(loaded, write, text, "patch.json")
    assert summary.cleared_fields == 1
    first, second = record(loaded).actions
    assert (first.id, first.title, first.status, first.owner) == (
        "a-2",
        "Paint it",
        "done",
        "harbour",
    )
    assert second.title == "Rest"


def test_an_action_numbered_by_its_place_takes_nothing_from_another(
    store: Store, write: Write
) -> None:
    text = '{"id": "a", "title": "Gate", "actions": [{"title": "Oil", "owner": "quay"}]}'
    load(store, [write("a.json", text)], lists=LISTS)
    then(store, write, '{"id": "a", "actions": [{"title": "Paint"}]}', "b.json")
    (action,) = record(store, "a").actions
    assert (action.title, action.owner) == ("Paint", None)


def test_a_record_and_a_later_patch_of_one_load_are_one_record(store: Store, write: Write) -> None:
    write("in/a.csv", FULL)
    write("in/b.csv", "id,severity\nw-1,SEV4\n")
    load(store, ["in"], lists=LISTS)
    assert (record(store).title, record(store).severity) == ("Gate shut", "SEV4")
    revision = store.revision()
    load(store, ["in"], lists=LISTS)
    assert store.revision() == revision


def test_an_action_behind_its_incident_is_joined_to_it(store: Store, write: Write) -> None:
    lines = (
        '{"id": "a", "title": "Gate", "actions": [{"title": "Oil"}]}\n{"id": "b", "title": "Box"}\n'
        '{"incident_id": "a", "title": "Paint"}\n{"incident_id": "a", "title": "Rest"}\n'
    )
    path = write("a.jsonl", lines)
    first, _ = read_paths([path], lists=LISTS).incidents()
    summary = load(store, [path], lists=LISTS)
    assert (summary.findings.problems, summary.findings.actions) == ([], 3)
    assert [action.id for action in record(store, "a").actions] == ["a#oil", "a#paint", "a#rest"]
    source = {"source_name": path.parent.name, "source_id": "a"}
    assert first.model_copy(update=source) == record(store, "a")
