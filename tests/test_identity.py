"""Is a record known by its source and its id there, wherever its file stands?"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data import engine as database
from data import lists
from data.exporting import export
from data.loading import Summary, load, load_sources, load_uploads
from data.migrations import bring_up_to_date
from data.readers.source import Options, from_bytes
from data.record import Incident
from data.store import Store, open_store
from tests.support.old_stores import old_incident

LISTS = lists.read(lists.SHIPPED)
Write = Callable[[str, str], Path]
DOCUMENT = """---
title: {title}
impact_started_at: {start}
severity: SEV2
---

## Summary

{title} for an hour.

## Root cause

Nobody had looked at it.
"""


def document(title: str, start: str = "2026-03-02T10:00:00Z") -> str:
    return DOCUMENT.format(title=title, start=start)


def loaded(store: Store, *paths: str | Path, source: str = "") -> Summary:
    return load(store, paths, lists=LISTS, options=Options(source=source))


def counts(summary: Summary) -> tuple[int, int, int]:
    return summary.new, summary.updated, summary.unchanged


def ids(store: Store) -> list[str]:
    return [record.id for record in store.incidents()]


def record(store: Store, name: str) -> Incident:
    incident = store.incident(name)
    assert incident is not None
    return incident


def test_a_record_knows_the_folder_it_comes_from_and_its_id_there(
    store: Store, write: Write
) -> None:
    write("posts/2026/a.md", document("Gate shut"))
    loaded(store, "posts")
    loaded(store, "posts/2026")
    loaded(store, "posts/2026/a.md")
    assert [(r.source_name, r.source_id) for r in store.incidents()] == [("posts", "a")]
    loaded(store, "posts/*/*.md")
    assert store.counts().incidents == 1
    write("notes/2026/c.md", document("Box lost"))
    loaded(store, "notes/**/*.md")
    assert record(store, "c").source_name == "notes"
    write("other/b.csv", "id,title\nb,Crane stuck\n")
    loaded(store, "other/b.csv")
    assert record(store, "b").source_name == "other"


def test_the_same_id_of_another_source_is_kept_apart_and_said(store: Store, write: Write) -> None:
    write("shop/x.csv", "id,title,impact_started_at\nINC-1,Gate shut,2026-03-02T10:00Z\n")
    write("bank/x.csv", "id,title,impact_started_at\nINC-1,Cash out,2026-04-02T10:00Z\n")
    loaded(store, "shop")
    summary = loaded(store, "bank")
    assert counts(summary) == (1, 0, 0)
    assert ids(store) == ["INC-1", "bank/INC-1"]
    (note,) = summary.findings.notes
    assert "INC-1 is the id of another record of shop; this one is kept apart as bank/INC-1" in note
    again = loaded(store, "bank", "shop")
    assert (counts(again), again.findings.notes) == ((0, 0, 2), [])
    write("bank/x.csv", "id,title,impact_started_at\nINC-1,Cash out!,2026-04-02T10:00Z\n")
    assert counts(loaded(store, "bank")) == (0, 1, 0)
    assert record(store, "bank/INC-1").title == "Cash out!"


def test_references_mean_the_record_of_their_own_source(store: Store, write: Write) -> None:
    write("shop/x.csv", "id,title\nINC-1,Gate shut\n")
    loaded(store, "shop")
    write(
        "bank/x.csv", "id,title,repeats,duplicate_of\nINC-0,A,INC-1,\nINC-1,B,,\nINC-2,C,,INC-1\n"
    )
    write("bank/y.csv", "incident_id,title\nINC-1,Count it\n")
    loaded(store, "bank")
    assert record(store, "INC-0").repeats == ("bank/INC-1",)
    assert record(store, "INC-2").duplicate_of == "bank/INC-1"
    assert [a.title for a in record(store, "bank/INC-1").actions] == ["Count it"]
    assert record(store, "INC-1").actions == ()
    revision = store.revision()
    loaded(store, "bank")
    assert store.revision() == revision


def test_what_is_evidently_the_same_record_is_updated_and_said(store: Store, write: Write) -> None:
    write("posts/INC-1.md", document("Gate shut"))
    loaded(store, "posts")
    text = "id,title,impact_started_at,team\nINC-1,gate  SHUT,2026-03-02T10:00:00Z,quay\n"
    summary = load_uploads(store, [("list.csv", text.encode())], lists=LISTS)
    assert counts(summary) == (0, 1, 0)
    assert record(store, "INC-1").team == "quay"
    assert "is the record INC-1 of posts" in summary.findings.notes[0]


def test_a_table_that_corrects_finds_the_one_record_of_its_ids(store: Store, write: Write) -> None:
    write("posts/INC-1.md", document("Gate shut"))
    loaded(store, "posts")
    summary = loaded(store, write("fixes/x.csv", "id,severity\nINC-1,SEV4\n"))
    assert counts(summary) == (0, 1, 0)
    assert (record(store, "INC-1").severity, record(store, "INC-1").source_name) == (
        "SEV4",
        "posts",
    )
    assert summary.findings.notes == ["fixes/x.csv tells more of records of posts"]


def test_a_table_that_corrects_an_id_of_two_sources_is_asked_which(
    store: Store, write: Write
) -> None:
    write("shop/x.csv", "id,title\nINC-1,Gate shut\n")
    write("bank/x.csv", "id,title\nINC-1,Cash out\n")
    loaded(store, "shop")
    loaded(store, "bank")
    fixes = write("fixes/x.csv", "id,severity\nINC-1,SEV4\n")
    summary = loaded(store, fixes)
    assert (counts(summary), summary.findings.rejected) == ((0, 0, 0), 1)
    assert "INC-1 is an id of several sources (bank, shop)" in summary.findings.notes[0]
    assert counts(loaded(store, fixes, source="bank")) == (0, 1, 0)
    assert record(store, "bank/INC-1").severity == "SEV4"


def test_a_correction_may_come_before_its_record(store: Store, write: Write) -> None:
    write("in/a.csv", "id,severity\nw-1,SEV4\n")
    write("in/b.csv", "id,title\nw-1,Gate shut\n")
    summary = loaded(store, "in")
    assert (counts(summary), summary.findings.rejected) == ((1, 0, 0), 0)
    assert record(store, "w-1").severity == "SEV4"


def test_files_of_one_name_in_two_folders_are_two_records(store: Store, write: Write) -> None:
    write("posts/team-a/failure.md", document("Alpha fails"))
    write("posts/team-b/failure.md", document("Beta fails"))
    first = loaded(store, "posts")
    assert (counts(first), first.findings.problems) == ((2, 0, 0), [])
    assert ids(store) == ["failure", "team-b/failure"]
    assert counts(loaded(store, "posts")) == (0, 0, 2)
    write("posts/a/failure.md", document("Gamma fails"))
    write("posts/team-b/failure.md", document("Beta failed"))
    assert counts(loaded(store, "posts")) == (1, 1, 1)
    assert {r.id: r.title for r in store.incidents()} == {
        "failure": "Alpha fails",
        "team-b/failure": "Beta failed",
        "a/failure": "Gamma fails",
    }


def test_a_file_of_one_name_loaded_later_is_another_record(store: Store, write: Write) -> None:
    write("one/posts/failure.md", document("Alpha fails"))
    write("two/posts/failure.md", document("Beta fails"))
    loaded(store, "one/posts")
    assert counts(loaded(store, "two/posts")) == (1, 0, 0)
    assert counts(loaded(store, "one/posts", "two/posts")) == (0, 0, 2)


@pytest.mark.parametrize("new", ["posts/renamed.md", "posts/2026/a.md"])
def test_a_renamed_or_moved_file_is_the_same_record_and_said(
    store: Store, write: Write, new: str
) -> None:
    old = write("posts/a.md", document("Gate shut"))
    write("posts/b.md", document("Crane stuck", "2026-05-01"))
    loaded(store, "posts")
    Path(new).parent.mkdir(exist_ok=True)
    old.rename(new)
    summary = loaded(store, "posts")
    assert (summary.new, summary.gone, store.gone()) == (0, 0, [])
    assert store.counts().incidents == 2
    assert f"{new} was a.md before; its record is a" in summary.findings.notes
    assert counts(loaded(store, "posts")) == (0, 0, 2)


def test_a_file_that_is_renamed_and_changed_is_known_by_title_and_start(
    store: Store, write: Write
) -> None:
    write("posts/a.md", document("Gate shut")).unlink()
    write("posts/a.md", document("Gate shut"))
    write("posts/b.md", document("Crane stuck", "2026-05-01"))
    loaded(store, "posts")
    Path("posts/a.md").unlink()
    write("posts/2026-03-02-gate.md", document("Gate shut").replace("SEV2", "SEV1"))
    summary = loaded(store, "posts")
    assert (counts(summary), summary.gone) == ((0, 1, 1), 0)
    assert record(store, "a").severity == "SEV1"


def test_a_copy_of_a_folder_is_the_same_source(store: Store, write: Write) -> None:
    write("mine/posts/a.md", document("Gate shut"))
    loaded(store, "mine/posts")
    shutil.copytree("mine", "yours")
    assert counts(loaded(store, "yours/posts"))[0] == 0
    shutil.rmtree("mine")
    write("yours/posts/a.md", document("Gate shut").replace("SEV2", "SEV1"))
    assert counts(loaded(store, "yours/posts")) == (0, 1, 0)


def test_a_folder_that_is_uploaded_is_the_one_on_disk(store: Store, write: Write) -> None:
    path = write("posts/2026/a.md", document("Gate shut"))
    loaded(store, "posts")
    content = path.read_bytes().replace(b"Gate shut", b"Gate open")
    upload = from_bytes("posts/2026/a.md", content, asked_for=False, folder="posts")
    summary = load_sources(store, [upload], lists=LISTS, complete=["posts"])
    assert (counts(summary), summary.gone) == ((0, 1, 0), 0)


def test_a_source_may_be_named_and_renamed(store: Store, write: Write) -> None:
    write("posts/a.md", document("Gate shut"))
    loaded(store, "posts", source="harbour")
    assert record(store, "a").source_name == "harbour"
    assert counts(loaded(store, "posts")) == (0, 0, 1)
    assert counts(loaded(store, "posts", source="quay")) == (0, 1, 0)
    assert record(store, "a").source_name == "quay"


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out", "markdown"])
def test_an_export_carries_sources_and_loads_to_the_same_store(
    store: Store, write: Write, tmp_path: Path, name: str
) -> None:
    write("shop/x.csv", "id,title\nINC-1,Gate shut\n")
    write("bank/x.csv", "id,title,repeats\nINC-1,Cash out,\nINC-2,Cash in,INC-1\n")
    loaded(store, "shop")
    loaded(store, "bank")
    form = "markdown" if name == "markdown" else None
    export(store, tmp_path / name, form=form)
    copy = open_store(f"sqlite:///{tmp_path}/copy.db")
    load(copy, [tmp_path / name], lists=LISTS)
    by_id = {record.id: record for record in store.incidents()}
    assert {record.id: record for record in copy.incidents()} == by_id
    copy.close()
    summary = load(store, [tmp_path / name], lists=LISTS)
    assert counts(summary) == (0, 0, 3)


def test_records_of_an_older_store_are_found_again_by_the_same_folder(
    store_url: str, write: Write
) -> None:
    write("posts/a.md", document("Gate shut"))
    write("posts/team/b.csv", "id,title\nw-1,Crane stuck\n")
    engine = database.connect(store_url)
    bring_up_to_date(engine, schema="0002")
    old_incident(engine, 1, "a", title="Gate", source="posts/a.md")
    old_incident(engine, 2, "w-1", title="Crane", source="posts/team/b.csv")
    started = 1_772_445_600
    old_incident(
        engine, 3, "c-old", title="Box lost", impact_started_at=started, source="posts/c.md"
    )
    engine.dispose()
    write("posts/c.md", document("Box lost"))
    store = open_store(store_url)
    assert counts(loaded(store, "posts")) == (0, 3, 0)
    assert ids(store) == ["a", "w-1", "c-old"]
    assert {r.source_name for r in store.incidents()} == {"posts"}
    assert counts(loaded(store, "posts")) == (0, 0, 3)
    store.close()


def test_a_new_record_with_the_title_and_start_of_another_one_is_counted_as_doubled(
    store: Store, write: Write
) -> None:
    table = "id,title,impact_started_at,duplicate_of\n{}\n"
    at = "2026-03-02T10:00Z"
    loaded(store, write("a/log.csv", table.format(f"A-1,Disk full,{at},")))
    others = f"B-1,Disk full,{at},\nB-2,Disk full,2026-03-03T10:00Z,\nB-3,Disk full,{at},A-1"
    summary = loaded(store, write("b/log.csv", table.format(others)))
    assert (summary.new, summary.doubled) == (3, 1)
    assert summary.findings.notes == [
        "B-1 has the title and the start of A-1; if they tell of one event, say so on the page "
        "Repeats"
    ]
    assert loaded(store, "b/log.csv").doubled == 0


def test_two_rows_of_one_table_may_be_doubles_too(store: Store, write: Write) -> None:
    rows = "\n".join(f"{n},Disk full,2026-03-02T10:00Z" for n in "abc")
    summary = loaded(store, write("log.csv", f"id,title,impact_started_at\n{rows}\n"))
    assert (summary.new, summary.doubled) == (3, 2)
