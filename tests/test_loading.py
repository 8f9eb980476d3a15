"""Does a load change what it should and nothing else, and say what became of each record?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from data import lists
from data.engine import BATCH
from data.loading import load, load_sample, load_uploads, preview
from data.readers.source import from_bytes
from data.record import Incident
from data.store import Store, open_store

LISTS = lists.read(lists.SHIPPED)
INCIDENTS = "id,title,services\nw-1,Gate shut,gate\nw-2,Crane stuck,crane\n"
ACTIONS = "incident_id,id,title,status\nw-1,a-1,Grease it,open\nw-1,,Paint it,open\n"


@pytest.fixture
def store(sqlite_url: str) -> Store:
    return open_store(sqlite_url)


def in_store(store: Store, incident_id: str) -> Incident:
    incident = store.incident(incident_id)
    assert incident is not None
    return incident


def test_loading_twice_changes_nothing_and_a_changed_record_is_updated(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    write("in/incidents.csv", INCIDENTS)
    write("in/actions.csv", ACTIONS)
    first = load(store, ["in"], lists=LISTS)
    again = load(store, [Path("in").absolute()], lists=LISTS)
    write("in/incidents.csv", INCIDENTS.replace("stuck", "still stuck"))
    changed = load(store, ["in"], lists=LISTS)
    assert [(s.new, s.updated, s.unchanged) for s in (first, again, changed)] == [
        (2, 0, 0),
        (0, 0, 2),
        (0, 1, 1),
    ]


def test_one_half_of_the_pair_leaves_the_other_half_alone(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    incidents, actions = write("incidents.csv", INCIDENTS), write("actions.csv", ACTIONS)
    load(store, [incidents, actions], lists=LISTS)
    summary = load(store, [incidents], lists=LISTS)
    assert summary.unchanged == 2
    write("actions.csv", "incident_id,id,title,status\nw-1,a-1,Grease it,done\nw-2,b,Free it,\n")
    summary = load(store, [actions], lists=LISTS)
    assert (summary.updated, summary.findings.problems) == (2, [])
    assert [a.status for a in in_store(store, "w-1").actions] == ["done", "open"]
    assert [a.title for a in in_store(store, "w-2").actions] == ["Free it"]


def test_an_action_of_no_incident_at_all_is_rejected_with_its_row(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    path = write("actions.csv", "incident_id,title\nnowhere,Find it\n,Lost\n")
    summary = load(store, [path], lists=LISTS)
    assert summary.findings.rejected == 2
    assert sorted(str(problem) for problem in summary.findings.problems) == [
        "actions.csv, row 2: incident_id = 'nowhere': is no incident that was read or is stored",
        "actions.csv, row 3: incident_id = '': names no incident, so it cannot be attached to one",
    ]


def test_uploads_load_like_files(store: Store) -> None:
    uploads = [("actions.csv", ACTIONS.encode()), ("incidents.csv", INCIDENTS.encode())]
    summary = load_uploads(store, uploads, lists=LISTS)
    assert summary.new == 2
    assert len(in_store(store, "w-1").actions) == 2


def test_amounts_for_the_same_days_are_told_after_the_load(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    rows = (
        "unit,start,end,amount\ndeploys,2026-01-01,2026-02-01,31\ndeploys,2026-01-15,2026-03-01,9\n"
    )
    summary = load(store, [write("exposure.csv", rows)], lists=LISTS)
    assert [str(problem) for problem in summary.findings.problems] == [
        "exposure: two amounts of deploys of all are loaded for some of the same days "
        "(2026-01-01 to 2026-01-31 and 2026-01-15 to 2026-02-28); neither counts there"
    ]


def test_a_preview_says_what_a_load_would_do_and_writes_nothing(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    load(store, [write("incidents.csv", INCIDENTS)], lists=LISTS)
    text = b"id,title,services\nw-1,Gate shut,\nw-2,Crane stuck,crane\nw-3,Box lost,\n"
    actions = b"incident_id,title\nw-1,Oil\nnowhere,Paint\n"
    sources = [from_bytes("actions.csv", actions), from_bytes("incidents.csv", text)]
    draft = preview(store, sources, lists=LISTS)
    summary = draft.summary
    assert (summary.new, summary.updated, summary.unchanged) == (1, 1, 1)
    assert (summary.cleared_fields, summary.cleared_records) == (1, 1)
    assert summary.findings.rejected == 1
    assert [(record.id, len(record.actions)) for record in draft.first] == [
        ("w-1", 1),
        ("w-2", 0),
        ("w-3", 0),
    ]
    assert (store.revision(), store.counts().incidents) == (1, 2)
    assert in_store(store, "w-1").services == ("gate",)


def test_a_record_that_is_stored_is_updated_without_a_title_and_a_time(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    write("incidents.csv", "id,title,detected_at\nw-1,Gate shut,2026-05-01T10:00:00Z\n")
    load(store, ["incidents.csv"], lists=LISTS)
    path = write("more.csv", "id,severity\nw-1,SEV2\nw-2,SEV3\n")
    summary = load(store, [path], lists=LISTS)
    assert (summary.new, summary.updated, summary.findings.rejected) == (0, 1, 1)
    assert [str(problem.place) for problem in summary.findings.problems] == ["more.csv, row 3"]
    assert in_store(store, "w-1").title == "Gate shut"
    known = {item.what: (item.known, item.of) for item in summary.findings.fields}
    assert (known["title"], known["detection"], known["severity"]) == ((1, 1), (1, 1), (1, 1))
    assert not summary.findings.timeless


def test_the_sample_stays_where_nothing_was_understood(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    load_sample(store)
    before = store.counts()
    path = write("x.json", '[{"id": "a", "said": "Gate"}]')
    summary = load(store, [path], lists=LISTS)
    assert (summary.new, summary.findings.rejected, summary.findings.usable) == (0, 1, 0)
    assert (store.is_sample(), store.counts()) == (True, before)


def test_a_record_is_counted_once_however_often_it_is_spoken_of(
    store: Store, write: Callable[[str, str], Path]
) -> None:
    many = "".join(f"w-{n},Gate {n}\n" for n in range(BATCH))
    write("incidents.csv", f"id,title\nx,Gate\n{many}x,Gate again\n")
    actions = write("actions.csv", "incident_id,id,title\nx,a-1,Grease it\n")
    summary = load(store, ["incidents.csv", actions], lists=LISTS)
    assert (summary.findings.incidents, summary.findings.actions) == (BATCH + 1, 1)
    again = load(store, [actions], lists=LISTS)
    assert (again.findings.incidents, again.findings.actions) == (1, 1)
