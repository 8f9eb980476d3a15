"""What people added: does it go out with an export and come back with a load, once each?"""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data import lists
from data.added import REQUIRED, Break, Judgement, add_break, breaks, keep_judgements
from data.additions import KINDS, additions_of, filled_fields
from data.exporting import Form, export, write
from data.exposure import Exposure, ServiceLevel, keep_exposure, keep_service_levels
from data.gathering import read_paths
from data.history import read_history
from data.known_causes import (
    CauseRow,
    KnownCause,
    Member,
    Shown,
    known_causes,
    move,
    propose,
    rename,
)
from data.loading import Summary, load
from data.names import Name, keep_names, names_of
from data.record import Incident
from data.retrospectives import Minute, keep_minutes
from data.store import Store, open_store
from data.verdicts import Verdict, judge, undo, verdicts
from data.worked import Worked, work
from tests.support.records import TEXTS

LISTS = lists.read(lists.SHIPPED)
RECORDS = [
    Incident(id=name, title=name, source="test", source_name="desk", source_id=name)
    for name in "abc"
]
FORMS = ["export", "export.json", "incidents.csv", "mine.csv"]


def filled(url: str) -> Store:
    """A store with something of each kind, formulas and an undone verdict among it."""
    store = open_store(url)
    store.load(RECORDS, source="test")
    add_break(store, dt.date(2024, 5, 1), '=New "scheme"; é', by="SRE")
    for relation in ("repeat", "different"):
        judge(store, "b", "a", relation, by="@payments")  # type: ignore[arg-type]
    undo(store, "b", "a")
    judge(store, "not loaded", "a", "same_event")
    propose(store, [KnownCause("a", (Member("c"), Member("a", reason="x;y")), "DNS")])
    rename(store, Shown("a", ()), "Resolvers", by="network")
    propose(store, [KnownCause("a", (Member("b"),)), KnownCause("x", (Member("x"),))])
    start = {"unit": "deploys", "start": "2024-05-01", "end": "2024-06-01"}
    rows = [
        Exposure.checked({**start, "amount": 0}),
        Exposure.checked({**start, "amount": 7.5, "team": "a"}),
    ]
    store.change(lambda connection: keep_exposure(connection, rows))
    level = {"time": "2024-05-01T10:00", "service": "=chk", "good": 999, "total": 1000}
    levels = [ServiceLevel.checked(level), ServiceLevel.checked({**level, "service": "b; c"})]
    store.change(lambda connection: keep_service_levels(connection, levels))
    names = names_of({"services": {"=chk": "Check; out"}, "severity": {"Schlimm": "SEV1"}})
    store.change(lambda connection: keep_names(connection, names))
    of_b = {"record_id": "b", "field": "contributing_factors"}
    judged = [
        Judgement.checked({**of_b, "value": "=test; gap", "state": "accepted", "by": "SRE"}),
        Judgement.checked({**of_b, "field": "barrier", "value": "alert", "state": "refused"}),
        Judgement.checked({**of_b, "value": "tooling", "state": "withdrawn", "basis": "words"}),
    ]
    store.change(lambda connection: keep_judgements(connection, judged))
    done = {"record_id": "b", "action_id": "b#=x; y", "status": "wont_do", "reason": "Too dear"}
    of_quarter = {"team": "=SRE; a", "start": "2024-04-01", "end": "2024-07-01"}
    said_then = [
        Minute.checked({**of_quarter, "topic": "repeated", "ticked": True, "note": "Why?\n-1"}),
        Minute.checked({**of_quarter, "topic": "meeting", "decision": "=Weekly drills; yes"}),
    ]
    store.change(lambda connection: keep_minutes(connection, said_then))
    work(store, [Worked.checked({**done, "due_on": "2024-06-01", "by": "SRE", "told": "open"})])
    return store


def said(store: Store) -> list[KnownCause]:
    """The known causes without what is only proposed in them."""
    return [
        replace(cause, members=tuple(one for one in cause.members if one.pinned))
        for cause in known_causes(store)
        if cause.pinned
    ]


def loaded(store: Store, path: Path) -> Summary:
    summary = load(store, [path], lists=LISTS)
    assert summary.findings.problems == []
    return summary


@pytest.mark.parametrize("name", FORMS)
def test_an_export_loaded_elsewhere_gives_the_same_store(
    name: str, tmp_path: Path, store_url: str, sqlite_url: str
) -> None:
    store, other = filled(store_url), open_store(f"sqlite:///{tmp_path / 'other.db'}")
    folder = tmp_path / "out"
    export(store, folder / name)
    summary = loaded(other, folder)
    assert additions_of(other) == additions_of(store)
    assert list(other.incidents()) == list(store.incidents())
    assert summary.findings.added == {
        "breaks": 1,
        "verdicts": 3,
        "judgements": 3,
        "minutes": 2,
        "worked": 1,
        "known_causes": 2,
        "exposure": 2,
        "service_levels": 2,
        "names": 2,
    }
    assert (verdicts(other), breaks(other)) == (verdicts(store), breaks(store))
    assert sorted(known_causes(other), key=str) == sorted(said(store), key=str)
    assert read_history(other).exposure.equals(read_history(store).exposure)
    store.close()
    other.close()


@pytest.mark.parametrize("name", FORMS)
def test_an_export_loaded_into_the_same_store_changes_nothing(
    name: str, tmp_path: Path, store_url: str
) -> None:
    store = filled(store_url)
    export(store, tmp_path / "out" / name)
    revision = store.revision()
    loaded(store, tmp_path / "out")
    assert store.revision() == revision
    store.close()


def test_an_export_survives_clearing_and_loading_it_again(tmp_path: Path, store_url: str) -> None:
    store = filled(store_url)
    export(store, tmp_path / "out")
    before = additions_of(store)
    store.clear()
    loaded(store, tmp_path / "out")
    assert additions_of(store) == before
    store.close()


@pytest.mark.parametrize("name", ["out", "out.json"])
@given(texts=st.tuples(TEXTS, TEXTS, TEXTS), score=st.none() | st.floats(-9, 9))
@example(texts=("", "P", ""), score=None)
def test_any_text_survives_being_written_and_read(
    name: str, texts: tuple[str, str, str], score: float | None
) -> None:
    one, two, three = texts
    ids = {"later_id": f"1{one}", "earlier_id": f"2{two}", "relation": "related"}
    rows = {
        "breaks": [Break(at=dt.date(2024, 5, 1), note=f"x{one}", added_by=two)],
        "verdicts": [Verdict.checked({**ids, "score": score, "by": three, "level": one})],
        "known_causes": [CauseRow(cause_id=f"x{one}", name=two, member_id="a", reason=three)],
        "names": [Name(field="team", written=f"x{one}", ours=f"y{two}")],
    }
    with TemporaryDirectory() as folder:
        added = {kind: [filled_fields(row) for row in its_rows] for kind, its_rows in rows.items()}
        form: Form = "json" if name.endswith(".json") else "csv"
        write([], Path(folder) / name, form=form, added=added)
        reading = read_paths([Path(folder) / name], lists=LISTS)
        assert list(reading.incidents()) == []
    assert reading.findings.problems == []
    assert reading.additions.rows == rows


def test_what_people_said_since_the_export_stands(tmp_path: Path, store_url: str) -> None:
    store = filled(store_url)
    export(store, tmp_path / "out.json")
    undo(store, "b", "a")
    rename(store, Shown("a", ()), "Stub resolvers")
    move(store, "x", Shown("a", ()))
    said, causes = verdicts(store), known_causes(store)
    loaded(store, tmp_path / "out.json")
    assert (verdicts(store), known_causes(store)) == (said, causes)
    store.close()


def test_a_table_of_an_earlier_export_is_emptied_and_not_left_behind(
    tmp_path: Path, sqlite_url: str
) -> None:
    store = filled(sqlite_url)
    export(store, tmp_path / "out")
    store.change(lambda connection: bool(connection.exec_driver_sql("DELETE FROM breaks").rowcount))
    assert tmp_path / "out" / "breaks.csv" in export(store, tmp_path / "out")
    loaded(store, tmp_path / "out")
    assert breaks(store) == []
    store.close()


def test_where_nothing_was_added_the_export_is_of_records_alone(
    tmp_path: Path, sqlite_url: str
) -> None:
    store = open_store(sqlite_url)
    store.load(RECORDS, source="test")
    files = export(store, tmp_path / "out")
    assert [file.name for file in files] == ["incidents.csv", "actions.csv"]
    export(store, tmp_path / "out.json")
    assert list(json.loads((tmp_path / "out.json").read_text())) == ["incidents"]
    store.close()


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("Unit;Start;End;Amount;Team\ndeploys;2024-05-01;2024-06-01;7;payments\n", "exposure"),
        ("at,note\n2024-05-01,New scheme\n", "breaks"),
        ("Time;Service;Good;Total\n2024-05-01 10:00;web;9;10\n", "service_levels"),
        ("later id,earlier id,relation\nb,a,repeat\n", "verdicts"),
        ("cause_id,member_id\na,b\n", "known_causes"),
        (
            "Record id;Field;Value;State\nb;root_cause_category;DNS;accepted\n",
            "judgements",
        ),
        ("Record id;Action id;Status\nb;b#x;done\n", "worked"),
        ("Team;Start;End;Topic;Note\nSRE;2024-04-01;2024-07-01;repeated;Why?\n", "minutes"),
    ],
)
def test_a_table_written_by_hand_is_known_by_its_columns_and_loaded_once(
    table: str, kind: str, tmp_path: Path, sqlite_url: str
) -> None:
    store = open_store(sqlite_url)
    (tmp_path / "anything.csv").write_text(table)
    assert loaded(store, tmp_path / "anything.csv").findings.added == {kind: 1}
    assert list(additions_of(store)) == [kind]
    loaded(store, tmp_path / "anything.csv")
    assert store.revision() == 1
    store.close()


def test_incidents_with_columns_of_that_name_are_incidents(tmp_path: Path, sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    (tmp_path / "x.csv").write_text(
        "id,title,at,note,Unit,start,end,amount\na,Gate,2024-05-01,Hm,1,2,3,4\n"
    )
    loaded(store, tmp_path / "x.csv")
    record = store.incident("a")
    assert record is not None
    assert record.extra["Unit"] == "1"
    store.close()


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"unit": "deploys", "start": "2024-05-01", "end": "2024-05-01", "amount": 1}, "", "after"),
        ({"unit": "deploys", "start": "May", "end": "2024-05-01", "amount": 1}, "start", "ISO"),
        ({"unit": "deploys", "start": "2024-05-01", "end": "2024-06-01"}, "amount", "missing"),
        ("deploys", "", "no object"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_place(
    row: Any, field: str, reason: str, tmp_path: Path, sqlite_url: str
) -> None:
    store = open_store(sqlite_url)
    (tmp_path / "x.json").write_text(json.dumps({"exposure": [row]}))
    (problem,) = load(store, [tmp_path / "x.json"], lists=LISTS).findings.problems
    assert (problem.field, problem.rejected, problem.place.position) == (field, True, "exposure[0]")
    assert reason in problem.reason
    assert store.revision() == 0
    store.close()


def test_a_column_that_means_nothing_is_said_and_the_row_is_kept(
    tmp_path: Path, sqlite_url: str
) -> None:
    store = open_store(sqlite_url)
    (tmp_path / "x.csv").write_text("at,note,mood\n2024-05-01,New scheme,good\n")
    (problem,) = load(store, [tmp_path / "x.csv"], lists=LISTS).findings.problems
    assert (problem.field, problem.value, problem.rejected) == ("mood", "good", False)
    assert len(breaks(store)) == 1
    store.close()


def test_exposure_of_ones_own_makes_the_sample_go(tmp_path: Path, sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.load(RECORDS, source="sample", as_sample=True)
    (tmp_path / "x.csv").write_text("unit,start,end,amount\ndeploys,2024-05-01,2024-06-01,7\n")
    loaded(store, tmp_path / "x.csv")
    assert (store.counts().incidents, len(read_history(store).exposure), store.is_sample()) == (
        0,
        1,
        False,
    )
    store.close()


def test_the_columns_that_tell_a_table_are_those_that_a_row_needs() -> None:
    needed = {
        name: frozenset(k for k, field in kind.row.model_fields.items() if field.is_required())
        for name, kind in KINDS.items()
    }
    assert needed == REQUIRED
