"""Does an export hold everything, so that loading it gives the same records again?"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given

from data import lists
from data.check import check_incident
from data.exporting import FORMS, Form, NotExported, export, write
from data.gathering import read_paths
from data.loading import load
from data.problems import Place
from data.record import Incident
from data.statement import is_blank
from data.store import open_store
from tests.support.records import RAW

LISTS = lists.read(lists.SHIPPED)
SUFFIXES: dict[Form, str] = {"csv": "", "json": ".json", "jsonl": ".jsonl", "markdown": ""}


def checked(raw: dict[str, Any]) -> Incident:
    incident = check_incident(raw, place=Place("somewhere.json"), lists=LISTS).incident
    assert incident is not None
    return incident


def read_again(path: Path) -> list[Incident]:
    reading = read_paths([path], lists=LISTS)
    records = list(reading.incidents())
    assert reading.findings.problems == []
    return records


@pytest.mark.parametrize("form", FORMS)
@given(raw=RAW)
def test_any_record_survives_being_written_and_read(form: Form, raw: dict[str, Any]) -> None:
    record = checked({"title": "Gate shut", **raw})
    assume(not is_blank(record))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out{SUFFIXES[form]}"
        write([record], path, form=form)
        assert read_again(path) == [record]


def test_a_formula_in_csv_is_kept_from_running_and_comes_back(tmp_path: Path) -> None:
    record = checked({"id": "x", "title": "=1+1", "impact": "'=2", "team": "+all", "summary": "-1"})
    write([record], tmp_path / "incidents.csv", form="csv")
    row = (tmp_path / "incidents.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert all(f"'{cell}" in row for cell in ("=1+1", "'=2", "+all", "-1"))
    assert read_again(tmp_path) == [record]


def test_markdown_puts_texts_under_headings_where_people_look_for_them(tmp_path: Path) -> None:
    record = checked({"id": "x", "title": "Gate shut", "summary": "It *was* shut.\n\nFor long."})
    write([record], tmp_path / "out", form="markdown")
    document = (tmp_path / "out" / "x.md").read_text(encoding="utf-8")
    assert document.endswith("# Gate shut\n\n## Summary\n\nIt *was* shut.\n\nFor long.\n")


def test_texts_with_headings_of_their_own_stay_in_the_front_matter(tmp_path: Path) -> None:
    record = checked(
        {"id": "x", "title": "Gate", "summary": "Fine.\n\n## Impact\n\nNot an impact."}
    )
    write([record], tmp_path / "out", form="markdown")
    assert read_again(tmp_path / "out") == [record]


def test_ids_that_differ_only_in_case_get_files_of_their_own(tmp_path: Path) -> None:
    records = [
        checked({"id": name, "title": "Gate"}) for name in ("Gate", "gate", "../gate", "///")
    ]
    write(records, tmp_path / "out", form="markdown")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "Gate.md", "gate-2.md", "gate-3.md", "incident.md",
    ]  # fmt: skip
    assert {record.id for record in read_again(tmp_path / "out")} == {r.id for r in records}


@pytest.mark.parametrize("form", FORMS)
def test_loading_an_export_into_the_same_store_changes_nothing(
    form: Form, tmp_path: Path, sqlite_url: str
) -> None:
    with_actions = {"id": "a", "actions": [{"title": "Grease it", "due_on": "2025-01-01"}]}
    store = open_store(sqlite_url)
    store.load([checked(with_actions), checked({"id": "b", "timeline": ["Then"]})], source="test")
    path = tmp_path / f"out{SUFFIXES[form]}"
    export(store, path, form=form)
    summary = load(store, [path], lists=LISTS)
    assert (summary.new, summary.updated, summary.unchanged) == (0, 0, 2)


def test_an_export_of_an_empty_store_is_empty_in_every_form(tmp_path: Path) -> None:
    for form in FORMS:
        path = tmp_path / f"{form}{SUFFIXES[form]}"
        write([], path, form=form)
        assert list(read_paths([path], lists=LISTS).incidents()) == []


def test_an_unknown_ending_is_refused_in_words(tmp_path: Path, sqlite_url: str) -> None:
    with pytest.raises(NotExported, match=r"\.csv, \.json"):
        export(open_store(sqlite_url), tmp_path / "out.xlsx")


def test_markdown_is_not_mixed_into_a_folder_that_holds_something(
    tmp_path: Path, sqlite_url: str
) -> None:
    (tmp_path / "old.md").write_text("old")
    with pytest.raises(NotExported, match="not empty"):
        export(open_store(sqlite_url), tmp_path, form="markdown")


def test_a_failing_export_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")

    def failing() -> Any:
        yield checked({"id": "a"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(failing(), target, form="json")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_form_that_the_ending_contradicts_is_refused(tmp_path: Path, sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with pytest.raises(NotExported, match=r"out\.json: the ending says json, and csv was asked"):
        export(store, tmp_path / "out.json", form="csv")
    assert list(tmp_path.glob("out*")) == []
