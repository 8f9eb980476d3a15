"""Is a file that did not change left alone, what it no longer says taken back, and nothing lost?"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data import lists, readers
from data.gathering import Reading
from data.loading import Summary, load, load_sources, load_uploads, preview
from data.notations import DayOrder
from data.readers.source import Item, Options, RawIncident, Source, from_bytes
from data.record import Incident
from data.store import Store
from data.writing import known_counts

LISTS = lists.read(lists.SHIPPED)
Write = Callable[[str, str], Path]
ROWS = "id,title,severity,impact_started_at\nw-1,Gate shut,SEV1,2026-03-02T10:00:00Z\n"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []
    read = readers.read

    def noting(source: Source) -> Iterator[Item]:
        names.append(source.name)
        return read(source)

    monkeypatch.setattr(readers, "read", noting)
    return names


def loaded(store: Store, *paths: str | Path, **said: Any) -> Summary:
    return load(store, paths, lists=LISTS, options=Options(**said))


def counts(summary: Summary) -> tuple[int, int, int]:
    return summary.new, summary.updated, summary.unchanged


def record(store: Store, name: str) -> Incident:
    incident = store.incident(name)
    assert incident is not None
    return incident


def document(name: str, **values: Any) -> Source:
    """A document that says just that; see ``whole`` below."""
    return from_bytes(name, json.dumps({"id": Path(name).stem, **values}).encode())


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes JSON files whole documents."""
    read = readers.read

    def wholly(source: Source) -> Iterator[Item]:
        for item in read(source):
            is_record = isinstance(item, RawIncident)
            yield RawIncident(item.place, item.values, whole=True) if is_record else item

    monkeypatch.setattr(readers, "read", wholly)


def test_a_file_that_did_not_change_is_not_read_and_its_fields_are_counted(
    store: Store, write: Write, opened: list[str]
) -> None:
    write("in/a.csv", ROWS + "w-2,Crane,odd,soon\n")
    write("in/b.csv", "incident_id,title\nw-1,Oil it\n")
    first = loaded(store, "in")
    opened.clear()
    again = loaded(store, "in")
    assert (opened, counts(again)) == ([], (0, 0, 2))
    assert again.findings.fields == first.findings.fields
    assert (again.findings.incidents, again.findings.actions, again.findings.timed) == (2, 1, 1)
    assert again.findings.problems == first.findings.problems
    assert again.findings.recognised == first.findings.recognised
    assert store.revision() == 1


def test_a_file_that_changed_is_read_and_no_other(
    store: Store, write: Write, opened: list[str]
) -> None:
    write("in/a.csv", ROWS)
    write("in/b.csv", "id,title\nw-2,Crane\n")
    loaded(store, "in")
    opened.clear()
    write("in/b.csv", "id,title\nw-2,Crane stuck\n")
    assert counts(loaded(store, "in")) == (0, 1, 1)
    assert opened == ["in/b.csv"]


def test_the_same_file_read_in_another_manner_is_read_again(
    store: Store, write: Write, opened: list[str]
) -> None:
    path = write("a.csv", "id,title,impact_started_at\nw-1,Gate,03/02/2026\n")
    loaded(store, path, day_order=DayOrder.DAY)
    opened.clear()
    loaded(store, path, day_order=DayOrder.DAY)
    assert opened == []
    assert counts(loaded(store, path, day_order=DayOrder.MONTH)) == (0, 1, 0)
    assert str(record(store, "w-1").impact_started_at) == "2026-03-02 00:00:00+00:00"


def test_a_file_of_which_something_was_refused_is_read_again(
    store: Store, write: Write, opened: list[str]
) -> None:
    path = write("a.json", '[{"id": "w-1", "title": "Gate"}, {"id": "w-2", "team": "quay"}]')
    loaded(store, path)
    opened.clear()
    assert loaded(store, path).findings.rejected == 1
    assert opened == ["a.json"]


def test_a_file_that_cannot_be_read_is_not_tried_again_and_said_again(
    store: Store, write: Write, opened: list[str]
) -> None:
    path = write("a.json", '{"id": ')
    loaded(store, path)
    opened.clear()
    again = loaded(store, path)
    assert (opened, again.findings.rejected) == ([], 1)
    assert "is no JSON" in again.findings.problems[0].reason


def test_a_file_that_the_user_names_once_more_counts_again(store: Store, write: Write) -> None:
    write("in/a.csv", ROWS)
    loaded(store, "in")
    loaded(store, write("fix.csv", "id,severity\nw-1,SEV4\n"))
    assert counts(loaded(store, "in")) == (0, 0, 1)
    assert record(store, "w-1").severity == "SEV4"
    loaded(store, "in/a.csv")
    assert record(store, "w-1").severity == "SEV1"


def test_records_that_were_cleared_come_back_from_the_same_file(store: Store, write: Write) -> None:
    path = write("a.csv", ROWS)
    loaded(store, path)
    store.clear()
    assert counts(loaded(store, path)) == (1, 0, 0)


def test_what_a_row_says_as_before_leaves_what_others_changed(store: Store, write: Write) -> None:
    write("in/a.csv", ROWS)
    loaded(store, "in")
    loaded(store, write("fix.csv", "id,severity\nw-1,SEV4\n"))
    write("in/a.csv", ROWS + "w-2,Crane stuck,,\n")
    assert counts(loaded(store, "in")) == (1, 0, 1)
    assert record(store, "w-1").severity == "SEV4"


@pytest.mark.usefixtures("whole")
def test_a_document_takes_back_what_it_no_longer_says_and_nothing_of_others(store: Store) -> None:
    said = {"title": "Gate", "team": "quay", "severity": "SEV1", "detected_at": "2026-03-02T10:00Z"}
    load_sources(store, [document("a.json", **said, weather="calm", tags=["x"])], lists=LISTS)
    fix = from_bytes("fix.csv", b"id,severity,cost\na,SEV2,7\n")
    load_sources(store, [fix], lists=LISTS)
    summary = load_sources(store, [document("a.json", title="Gate")], lists=LISTS)
    kept = record(store, "a")
    assert (kept.team, kept.detected_at, kept.tags, kept.extra) == (None, None, (), {})
    assert (kept.severity, kept.severity_rank, kept.cost) == ("SEV2", 2, 7)
    assert (summary.updated, summary.cleared_fields, summary.cleared_records) == (1, 4, 1)


@pytest.mark.usefixtures("whole")
def test_a_document_takes_back_its_actions_and_nothing_of_others(store: Store) -> None:
    actions = [{"id": "1", "title": "Oil", "owner": "quay"}, {"id": "2", "title": "Paint"}]
    load_sources(store, [document("a.json", title="Gate", actions=actions)], lists=LISTS)
    rows = b"incident_id,id,title,status\na,1,,done\na,3,Rest,open\n"
    load_sources(store, [from_bytes("fix.csv", rows)], lists=LISTS)
    left = [{"id": "1", "title": "Oil"}]
    load_sources(store, [document("a.json", title="Gate", actions=left)], lists=LISTS)
    first, second = record(store, "a").actions
    assert (first.id, first.status, first.owner) == ("1", "done", None)
    assert (second.id, second.title) == ("3", "Rest")
    load_sources(store, [document("a.json", title="Gate")], lists=LISTS)
    assert [action.id for action in record(store, "a").actions] == ["1", "3"]


@pytest.mark.usefixtures("whole")
def test_a_field_moves_from_one_document_to_another(store: Store) -> None:
    pair = [document("a.json", title="Gate", team="quay"), document("b.json", id="a", title="Gate")]
    load_sources(store, pair, lists=LISTS)
    pair = [document("a.json", title="Gate"), document("b.json", id="a", title="Gate", team="dock")]
    load_sources(store, pair, lists=LISTS)
    assert record(store, "a").team == "dock"
    revision = store.revision()
    load_sources(store, pair, lists=LISTS)
    assert store.revision() == revision


def test_a_table_that_lost_a_column_takes_nothing_back(store: Store, write: Write) -> None:
    path = write("a.csv", ROWS)
    loaded(store, path)
    write("a.csv", "id,title\nw-1,Gate shut\n")
    assert counts(loaded(store, path)) == (0, 0, 1)
    assert record(store, "w-1").severity == "SEV1"


def test_a_row_that_stands_twice_far_apart_is_one_record(
    store: Store, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    monkeypatch.setattr("data.engine.BATCH", 2)
    rows = "".join(f"w-{n},Crane {n},,\n" for n in range(2, 9))
    path = write("a.csv", ROWS + rows + "w-1,Gate open,SEV2,\n")
    assert counts(loaded(store, path)) == (8, 0, 0)
    assert record(store, "w-1").title == "Gate open"
    assert counts(loaded(store, path)) == (0, 0, 8)


def test_a_record_that_is_no_longer_in_its_file_is_marked_and_kept(
    store: Store, write: Write
) -> None:
    path = write("in/a.csv", ROWS + "w-2,Crane stuck,,\n")
    loaded(store, path)
    write("in/a.csv", ROWS)
    summary = loaded(store, path)
    assert (counts(summary), summary.gone) == ((0, 0, 1), 1)
    (gone,) = store.gone()
    assert (gone.id, gone.title, gone.source_name, gone.place) == (
        "w-2",
        "Crane stuck",
        "in",
        "in/a.csv",
    )
    revision = store.revision()
    assert loaded(store, path).gone == 0
    assert store.revision() == revision
    write("in/a.csv", ROWS + "w-2,Crane stuck,,\n")
    loaded(store, path)
    assert (store.gone(), store.counts().incidents) == ([], 2)


def test_a_file_that_is_no_longer_in_its_folder_marks_its_records(
    store: Store, write: Write
) -> None:
    write("in/a.csv", ROWS)
    write("in/sub/b.csv", "id,title\nw-2,Crane\n")
    loaded(store, "in")
    Path("in/sub/b.csv").unlink()
    write("other/c.csv", "id,title\nw-3,Box\n")
    assert [loaded(store, path).gone for path in ("in/a.csv", "other", "in")] == [0, 0, 1]
    assert store.remove_gone(source="other") == 0
    assert store.remove_gone() == 1
    assert [r.id for r in store.incidents()] == ["w-1", "w-3"]
    write("in/sub/b.csv", "id,title\nw-2,Crane\n")
    assert counts(loaded(store, "in")) == (1, 0, 1)


def test_what_another_file_still_has_is_not_gone(store: Store, write: Write) -> None:
    write("in/a.csv", ROWS)
    write("in/b.csv", ROWS)
    loaded(store, "in")
    Path("in/b.csv").unlink()
    assert loaded(store, "in").gone == 0
    Path("in/a.csv").unlink()
    write("in/c.csv", "id,title\nw-3,Box\n")
    assert loaded(store, "in").gone == 1


def test_a_table_that_corrects_makes_nothing_gone(store: Store, write: Write) -> None:
    loaded(store, write("in/a.csv", ROWS))
    fixes = write("fix/x.csv", "id,severity\nw-1,SEV2\n")
    loaded(store, fixes)
    write("fix/x.csv", "id,severity\n")
    assert loaded(store, fixes).gone == 0
    fixes.unlink()
    write("fix/y.csv", "id,team\nw-1,quay\n")
    assert loaded(store, "fix").gone == 0


def test_a_file_that_cannot_be_read_makes_nothing_gone(store: Store, write: Write) -> None:
    path = write("in/a.json", '{"id": "a", "title": "Gate"}')
    loaded(store, path)
    write("in/a.json", '{"id": "a", ')
    assert loaded(store, "in").gone == 0


def test_another_upload_of_the_same_name_makes_nothing_gone(store: Store) -> None:
    load_uploads(store, [("a.csv", ROWS.encode())], lists=LISTS)
    assert load_uploads(store, [("a.csv", b"id,title\nx-1,Sky\n")], lists=LISTS).gone == 0
    load_uploads(store, [("b.csv", b"id,title\ny-1,Sea\ny-2,Air\n")], lists=LISTS)
    assert load_uploads(store, [("b.csv", b"id,title\ny-1,Sea\n")], lists=LISTS).gone == 1


def test_a_source_of_which_everything_was_read_tells_what_is_gone(store: Store) -> None:
    def pages(*texts: str) -> list[Source]:
        options = Options(source="desk")
        return [
            from_bytes(f"page {n}", text.encode(), options=options)
            for n, text in enumerate(texts, start=1)
        ]

    first, second = '[{"id": "a", "title": "A"}]', '[{"id": "b", "title": "B"}]'
    load_sources(store, pages(first, second), lists=LISTS)
    moved = '[{"id": "b", "title": "B"}, {"id": "a", "title": "A"}]'
    assert load_sources(store, pages(moved), lists=LISTS, complete=["desk"]).gone == 0
    assert load_sources(store, pages(second), lists=LISTS, complete=["desk"]).gone == 1
    assert [record.id for record in store.gone()] == ["a"]


def test_a_preview_tells_what_would_be_gone_and_leaves_no_trace(store: Store, write: Write) -> None:
    loaded(store, write("in/a.csv", ROWS + "w-2,Crane,,\n"))
    text = ROWS.replace("SEV1", "")
    source = from_bytes("a.csv", text.encode(), options=Options(source="in"))
    draft = preview(store, [source], lists=LISTS)
    assert (counts(draft.summary), draft.summary.gone) == ((0, 1, 0), 1)
    assert (store.gone(), store.revision(), record(store, "w-1").severity) == ([], 1, "SEV1")


def test_stored_records_are_counted_as_those_at_hand(store: Store) -> None:
    rich = Incident.model_validate(
        {
            "id": "a", "title": "Gate", "severity_rank": 2, "resolved_at": "2026-03-02T10:00Z",
            "services": ["x"], "root_cause": "Rust", "actions": [{"id": "1"}, {"id": "2"}],
        }
    )  # fmt: skip
    category = Incident(id="b", root_cause_category="process", severity="odd")
    bare = Incident(id="c", title="Crane", postmortem_published_at=rich.resolved_at)
    records = [rich, category, bare]
    store.load(records, source="test")
    with store.reading() as connection:
        told = known_counts(connection, range(1, 4))
    reading = Reading([], lists=LISTS)
    reading.count_stored(*told)
    at_hand = Reading([], lists=LISTS).findings
    for one in records:
        at_hand.count(one)
    assert reading.findings == at_hand


def test_settings_are_kept_by_name(store: Store) -> None:
    assert store.setting("mapping: ours") is None
    assert store.set_setting("mapping: ours", {"columns": {"Größe": "title"}})
    assert not store.set_setting("mapping: ours", {"columns": {"Größe": "title"}})
    store.set_setting("zone", "Europe/Madrid")
    assert store.setting("mapping: ours") == {"columns": {"Größe": "title"}}
    assert store.settings("mapping: ") == {"mapping: ours": {"columns": {"Größe": "title"}}}
    store.set_setting("zone", None)
    assert store.setting("zone") is None
