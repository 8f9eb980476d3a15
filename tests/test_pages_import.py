"""The import on the page of records: seen first, stored only when asked."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from data.__main__ import app as commands
from data.exporting import EXAMPLE_TABLE
from data.preferences import names_of_mappings
from data.store import Counts, open_store
from pages.parts.wording.numbers import literal
from tests.support.pages import run_page, words

PAGE = "pages/records.py"
TWO = b"""id,title,severity,impact_started_at,resolved_at,root_cause_category
A-1,Logins *failed*,SEV1,2026-10-01T10:00:00Z,2026-10-01T12:00:00Z,config change
A-2,Emails were late,SEV3,2026-10-04,,moon phase
"""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store that the page looks at."""
    address = f"sqlite:///{tmp_path / 'own.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", address)
    open_store(address).close()
    return address


def stored(url: str) -> Counts:
    store = open_store(url)
    counts = store.counts()
    store.close()
    return counts


def dropped(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        app.file_uploader[0].upload(name, content)
    app.run()
    assert not app.exception, app.exception
    return app


def clicked(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception, app.exception
    return app


def rows(app: AppTest, column: str) -> list[str]:
    """A column of the table that has it."""
    table = next(table.value for table in app.table if column in table.value.columns)
    return list(table[column])


def test_what_would_be_loaded_is_shown_and_nothing_is_written(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", TWO))
    said = words(app)
    assert "2 incidents in 1 file" in said
    assert "2 new" in said
    assert "start 2 of 2 · **detection 0 of 2** · end 1 of 2 · title 2 of 2 · cause 1 of 2" in said
    assert rows(app, "Began") == [
        "1\u00a0Oct\u00a02026 10:00 UTC",
        "4\u00a0Oct\u00a02026, time not known",
    ]
    assert rows(app, "Title") == ["Logins \\*failed\\*", "Emails were late"]
    assert list(app.dataframe[0].value["value"]) == ["moon phase"]
    assert stored(url) == Counts(0, 0)


def test_load_writes_it_and_leads_on(url: str) -> None:
    app = clicked(dropped(run_page(PAGE), ("incidents.csv", TWO)), "Load")
    assert stored(url) == Counts(2, 0)
    assert [box.value for box in app.warning] == ["2 new, 1 problem."]
    links = [link.proto.label for link in app.get("page_link") if link.proto.label]
    assert "See the review" in links
    assert "No possible repeat was found" in links
    assert "Fill in first: detection (known of 0 of 2 incidents); it opens time to detect" in links
    assert app.file_uploader[0].value == []


def test_files_can_be_let_go_of_without_a_trace(url: str) -> None:
    app = clicked(dropped(run_page(PAGE), ("incidents.csv", TWO)), "Choose other files")
    assert "2 incidents in 1 file" not in words(app)
    assert stored(url) == Counts(0, 0)


def test_files_without_a_record_cannot_be_loaded_and_say_why(url: str) -> None:
    app = dropped(run_page(PAGE), ("photo.png", b"\x89PNG"), ("broken.json", b'{"a": ['))
    assert "No incident was found in 2 files" in words(app)
    assert [box.proto.body for box in app.error] == ["The files and the reasons are listed below."]
    assert next(button for button in app.button if button.label == "Load").disabled
    assert not app.dataframe
    assert rows(app, "Taken for") == ["left out", "left out"]
    assert all(rows(app, "Because"))


def test_records_without_any_time_do_not_look_like_a_success(url: str) -> None:
    app = clicked(dropped(run_page(PAGE), ("i.csv", b"id,title\n1,a\n2,b\n")), "Load")
    assert not app.success
    assert "No record has any time" in app.error[0].value


def test_the_example_table_loads_without_a_problem(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", EXAMPLE_TABLE.encode("utf-8-sig")))
    assert "3 incidents in 1 file" in words(app)
    assert not app.dataframe


def test_no_path_of_the_machine_can_be_typed_or_chosen_by_default(url: str) -> None:
    app = run_page(PAGE)
    assert not app.text_input
    assert "Or a folder of the machine that runs this dashboard" not in [
        box.label for box in app.selectbox
    ]


def test_a_named_folder_of_the_machine_is_read_like_an_upload(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "incidents.csv").write_bytes(TWO)
    monkeypatch.setenv("AFTERMATH_FOLDERS", str(folder))
    app = run_page(PAGE)
    box = next(box for box in app.selectbox if box.label.startswith("Or a folder of the machine"))
    box.select(folder)
    app.run()
    assert "2 incidents in 1 file" in words(app)
    assert stored(url) == Counts(0, 0)
    clicked(app, "Load")
    assert stored(url) == Counts(2, 0)


UNKNOWN = b"""id,title,severity,impact_started_at,resolved_at,root_cause_category
A-1,Logins failed,Hm,2026-10-01T10:00:00Z,2026-10-01T12:00:00Z,moon phase
A-2,Emails were late,Hm,2026-10-04,,config change
"""


def test_words_that_no_list_knows_are_asked_for_and_mean_what_was_said(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", UNKNOWN))
    severity, cause = (
        next(box for box in app.selectbox if box.label.startswith(words_))
        for words_ in ("severity: Hm (2)", "cause, from the list: moon phase (1)")
    )
    severity.select("SEV2")
    cause.select("network")
    app.run()
    assert rows(app, "Severity") == ["SEV2", "SEV2"]
    assert rows(app, "Cause") == ["network", "config change"]
    assert not app.dataframe
    clicked(app, "Load")
    store = open_store(url)
    stored_records = {record.id: record for record in store.incidents()}
    store.close()
    assert stored_records["A-1"].severity_rank == 2
    assert stored_records["A-1"].root_cause_category == "network"


def test_an_answer_can_be_taken_back(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", UNKNOWN))
    label = "cause, from the list: moon phase"
    next(box for box in app.selectbox if box.label.startswith(label)).select("network")
    app.run()
    next(box for box in app.selectbox if box.label.startswith(label)).set_value(None)
    app.run()
    assert rows(app, "Cause") == ["–", "config change"]


LOCAL = b"""id,title,impact_started_at,resolved_at
A-1,Logins failed,03/04/2026 10:00,25/04/2026 12:00
A-2,Mails failed,2026-07-01 10:00,2026-07-01 11:00
"""


def test_times_without_a_zone_are_taken_to_be_in_the_zone_that_is_chosen(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", LOCAL))
    box = next(box for box in app.selectbox if "no zone" in box.label)
    assert (box.label, box.value) == ("4 times name no zone and are taken to be in", "UTC")
    box.select("Europe/Madrid")
    app.run()
    assert "1\u00a0Jul\u00a02026 08:00 UTC" in rows(app, "Began")
    clicked(app, "Load")
    store = open_store(url)
    began = [record.impact_started_at for record in store.incidents()]
    store.close()
    assert dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC) in began


def test_a_date_that_leaves_it_open_is_asked_for_and_read_as_was_said(url: str) -> None:
    open_date = b"id,title,impact_started_at\nA-1,Logins failed,03/04/2026 10:00\n"
    app = dropped(run_page(PAGE), ("incidents.csv", open_date))
    assert rows(app, "Began") == ["–"]
    assert [box.proto.title for box in app.warning] == [
        "Is 03/04/2026 10\\:00 (start of impact) day first or month first?"
    ]
    order = next(group for group in app.button_group if group.label == "Dates of numbers alone")
    order.select("day")
    app.run()
    assert rows(app, "Began") == ["3\u00a0Apr\u00a02026 10:00 UTC"]
    assert not app.warning


def test_the_last_load_can_be_undone_from_where_it_is_told(url: str) -> None:
    clicked(dropped(run_page(PAGE), ("incidents.csv", TWO)), "Load")
    changed = TWO.replace(b"Emails were late", b"Emails were lost")
    app = clicked(dropped(run_page(PAGE), ("incidents.csv", changed)), "Load")
    assert "1 changed, 1 as they were" in app.warning[0].value
    app = clicked(app, "Undo the last load")
    assert [box.proto.title for box in app.success] == ["Undone"]
    store = open_store(url)
    titles = [record.title for record in store.incidents()]
    store.close()
    assert titles == ["Logins *failed*", "Emails were late"]
    assert "Undo the last load" not in [button.label for button in app.button]


def test_records_that_are_gone_at_their_source_are_listed_and_removed_when_asked(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("a", "b"):
        text = f"# Outage {name}\n\n- Start: 2026-05-0{1 + (name == 'b')} 10:00 UTC\n"
        (folder / f"{name}.md").write_text(text)
    monkeypatch.setenv("AFTERMATH_FOLDERS", str(folder))

    def loaded() -> AppTest:
        app = run_page(PAGE)
        next(box for box in app.selectbox if box.label.startswith("Or a folder")).select(folder)
        app.run()
        return clicked(app, "Load")

    loaded()
    (folder / "b.md").unlink()
    app = loaded()
    assert "1 no longer at their source" in app.success[0].value
    assert any("Outage b" in cell for cell in rows(app, "Incident"))
    assert stored(url) == Counts(2, 0)
    clicked(app, "Remove 1 incident that is gone")
    assert stored(url) == Counts(1, 0)


OWN_NAMES = b"""Ref,Headline,Moment,Grade
A-1,Logins failed,2026-10-01 10:00,SEV1
A-2,Emails were late,2026-10-04 12:00,SEV3
"""


def box(app: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(app, kind) if one.label.startswith(label))


def test_records_are_known_by_the_name_of_the_source_that_was_given(url: str) -> None:
    app = dropped(run_page(PAGE), ("incidents.csv", TWO))
    box(app, "text_input", "Name of the source").input(" Pager ").run()
    clicked(app, "Load")
    store = open_store(url)
    assert {record.source_name for record in store.incidents()} == {"Pager"}
    store.close()
    app = dropped(run_page(PAGE), ("renamed.csv", TWO.replace(b"failed", b"broke")))
    assert "1 new, 1 as they were" in words(app)
    note = "A-1 is the id of another record of Pager; this one is kept apart"
    assert literal(note) in words(app)
    box(app, "text_input", "Name of the source").input("Pager").run()
    assert "1 changed, 1 as they were" in words(app)


def test_columns_that_were_corrected_are_kept_by_name_with_the_load_and_chosen_the_next_time(
    url: str, tmp_path: Path
) -> None:
    app = dropped(run_page(PAGE), ("log.csv", OWN_NAMES))
    box(app, "selectbox", "Grade").select("team").run()
    box(app, "text_input", "To read such tables so again").input("our log").run()
    store = open_store(url)
    assert names_of_mappings(store) == []
    app = clicked(app, "Load")
    assert "What the columns are is kept as **our log**" in words(app)
    assert names_of_mappings(store) == ["our log"]
    store.close()

    app = dropped(run_page(PAGE), ("next.csv", OWN_NAMES.replace(b"A-", b"B-")))
    assert rows(app, "Team") == ["–", "–"]
    box(app, "selectbox", "Kept mapping of columns").select("our log").run()
    assert not app.exception
    assert rows(app, "Team") == ["SEV1", "SEV3"]
    assert box(app, "selectbox", "Grade").value == "team"
    path = tmp_path / "third.csv"
    path.write_bytes(OWN_NAMES.replace(b"A-", b"C-"))
    arguments = ["load", str(path), "--mapping", "our log", "--database", url]
    assert CliRunner().invoke(commands, arguments).exit_code == 0
    store = open_store(url)
    assert {record.team for record in store.incidents()} == {"SEV1", "SEV3"}
    clicked(run_page(PAGE), "Forget")
    assert names_of_mappings(store) == []
    store.close()


def test_a_mapping_whose_name_cannot_be_kept_leaves_everything_as_it_was(url: str) -> None:
    app = dropped(run_page(PAGE), ("log.csv", OWN_NAMES))
    box(app, "text_input", "To read such tables so again").input("our\x07log").run()
    app = clicked(app, "Load")
    assert [error.proto.title for error in app.error] == ["Nothing was changed"]
    assert stored(url) == Counts(0, 0)


def test_every_column_stands_with_values_of_it(url: str) -> None:
    said = words(dropped(run_page(PAGE), ("log.csv", OWN_NAMES)))
    assert "Logins failed · Emails were late" in said
    assert "SEV1 · SEV3" in said


@pytest.mark.parametrize(
    ("header", "is_open"), [(b"Moment", False), (b"Zzz", True)], ids=["with times", "without any"]
)
def test_the_columns_are_open_where_no_time_was_found(
    url: str, header: bytes, is_open: bool
) -> None:
    content = OWN_NAMES.replace(b"Moment", header).replace(
        b"2026-10-0", b"week " if is_open else b"2026-10-0"
    )
    app = dropped(run_page(PAGE), ("log.csv", content))
    columns = box(app, "expander", "What the columns are (4 columns)")
    assert columns.proto.expanded is is_open


def test_what_would_stand_twice_is_said_beside_what_is_new(url: str) -> None:
    clicked(dropped(run_page(PAGE), ("incidents.csv", TWO)), "Load")
    again = TWO.replace(b"A-1", b"X-1").replace(b"A-2", b"X-2")
    app = dropped(run_page(PAGE), ("others.csv", again))
    said = words(app)
    assert "2 new, 2 doubled (title and start are those of another record)" in said
    assert literal("X-1 has the title and the start of A-1") in said


def test_what_corrects_stored_records_is_shown_with_what_it_speaks_of_alone(url: str) -> None:
    clicked(dropped(run_page(PAGE), ("incidents.csv", TWO)), "Load")
    app = dropped(run_page(PAGE), ("severities.csv", b"id,severity\nA-1,SEV2\nA-2,SEV2\n"))
    assert "\n2 changed\n" in words(app)
    table = next(table.value for table in app.table if "Severity" in table.value.columns)
    assert list(table.columns) == ["Title", "Severity"]
    promised = b"incident_id,id,title,status\nA-1,x,Add an alert,done\n"
    app = dropped(run_page(PAGE), ("actions.csv", promised))
    assert (rows(app, "Title"), rows(app, "Actions")) == (["A\\-1"], ["1 done"])


TWICE = b"""id,title,services,team,severity,impact_started_at
1,Slow,checkout-api,Payments,Hm,2026-10-01T10:00Z
2,Down,checkout-api,payments,Hm,2026-10-02T10:00Z
3,Late,Checkout API,Payments,SEV1,2026-10-03T10:00Z
"""


def opened_names(url: str) -> AppTest:
    clicked(dropped(run_page(PAGE), ("incidents.csv", TWICE)), "Load")
    app = run_page(PAGE)
    app.session_state["names"] = True
    app.run()
    assert not app.exception, app.exception
    return app


def services(url: str) -> list[tuple[str, ...]]:
    store = open_store(url)
    names = [record.services for record in store.incidents()]
    store.close()
    return names


def test_names_that_differ_in_spelling_alone_are_offered_and_renamed_at_once(url: str) -> None:
    app = opened_names(url)
    assert app.dataframe[0].value["ours"].tolist() == ["", "checkout-api"]
    app = clicked(app, "Rename 1 service")
    assert services(url) == [("checkout-api",)] * 3
    assert [(box.proto.title, box.value) for box in app.success] == [
        ("Renamed", literal("1 name in 1 incident; every later load is read with them too."))
    ]


def test_renaming_is_undone_like_a_load(url: str) -> None:
    clicked(clicked(opened_names(url), "Rename 1 service"), "Undo the last load")
    assert services(url) == [("checkout-api",), ("checkout-api",), ("Checkout API",)]


@pytest.mark.parametrize(
    ("field", "names"), [("team", ["Payments", "payments"]), ("severity", ["Hm", "SEV1"])]
)
def test_teams_and_severities_are_renamed_in_the_same_way(
    url: str, field: str, names: list[str]
) -> None:
    app = opened_names(url)
    app.button_group(key="names_of").select(field).run()
    assert not app.exception
    assert app.dataframe[0].value["written"].tolist() == names


def test_columns_that_no_figure_knows_are_named_before_the_load(url: str) -> None:
    table = b"id,title,start,Weather\nA-1,Logins failed,2026-10-01T10:00Z,rain\n"
    said = words(dropped(run_page(PAGE), ("log.csv", table)))
    assert f"In no figure: {literal('Weather (1)')}" in said
