"""Is every sheet of a workbook a table, and no workbook a danger?"""

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from data.problems import Problem
from data.readers import read
from data.readers.source import Item, LeftOut, RawAction, RawIncident, Recognised, from_bytes

HEADER = ["Key", "Title", "Started", "Ended", "Length", "Closed on", "Users affected"]


def saved(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def items(content: bytes, name: str = "records.xlsx") -> list[Item]:
    return list(read(from_bytes(name, content)))


def harbour(book: Any) -> None:
    sheet = book.active
    sheet.title = "2026"
    sheet.append(["Incidents of the harbour"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(HEADER)
    began = dt.datetime(2026, 3, 2, 9, 14)
    sheet.append(["H-1", "Gate shut", began, dt.time(10, 40), None, dt.datetime(2026, 3, 4), 12])
    sheet.append(["H-2", "Crane stuck", began, None, dt.timedelta(minutes=86), "#N/A", 3.0])
    actions = book.create_sheet("Follow-ups")
    actions.append(["Incident", "Action", "Owner", "Due"])
    actions.append(["H-1", "Grease it", "Yard", dt.date(2026, 4, 1)])
    secret = book.create_sheet("Drafts")
    secret.append(["id", "title"])
    secret.append(["H-9", "Nobody sees it"])
    secret.sheet_state = "hidden"
    book.create_sheet("Choices").append(["Red", "Green"])
    book.create_sheet("Empty")


def test_each_visible_sheet_is_a_table_and_the_others_are_left_out_by_name() -> None:
    found = items(saved(harbour))
    assert {(str(item.place), item.reason) for item in found if isinstance(item, LeftOut)} == {
        ("records.xlsx, sheet 'Drafts'", "is hidden"),
        (
            "records.xlsx, sheet 'Choices'",
            "has no column that names an incident, a time or an action",
        ),
    }
    assert [item.shape for item in found if isinstance(item, Recognised)] == [
        "table of actions",
        "table of incidents",
    ]
    assert not [item for item in found if isinstance(item, Problem)]


def test_cells_are_read_as_what_they_are() -> None:
    first, second = (item for item in items(saved(harbour)) if isinstance(item, RawIncident))
    assert str(first.place) == "records.xlsx, sheet '2026', row 4"
    assert first.values["impact_started_at"] == "2026-03-02T09:14:00"
    assert first.values["affected_users"] == 12
    assert second.values["id"] == "H-2"
    assert second.values["impact_started_at"] == "2026-03-02T09:14:00"


def test_actions_come_first_and_their_days_are_days() -> None:
    (action,) = (item for item in items(saved(harbour)) if isinstance(item, RawAction))
    assert action.values == {
        "incident_id": "H-1",
        "title": "Grease it",
        "owner": "Yard",
        "due_on": "2026-04-01",
    }


def test_a_formula_counts_by_its_value_alone() -> None:
    def fill(book: Any) -> None:
        book.active.append(["Title", "Start", "Cost"])
        book.active.append(["Gate shut", dt.date(2026, 3, 2), "=1+1"])

    (record,) = (item for item in items(saved(fill)) if isinstance(item, RawIncident))
    assert record.values["cost"] is None


def test_a_cell_far_out_and_a_row_far_down_cost_nothing() -> None:
    def fill(book: Any) -> None:
        book.active.append(["Title", "Start"])
        book.active.append(["Gate shut", dt.date(2026, 3, 2)])
        book.active.cell(row=3, column=16_000, value="far")
        book.active.cell(row=40_000, column=1, value="deep")

    found = [item for item in items(saved(fill)) if isinstance(item, RawIncident)]
    assert [item.values["title"] for item in found] == ["Gate shut", "deep"]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for member in old.namelist():
            new.writestr(member, part if member == name else old.read(member))
    return stream.getvalue()


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
SHEET = "xl/worksheets/sheet1.xml"
CELLS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    "part",
    [
        BOMB + CELLS + b'<row r="1"><c r="A1" t="str"><v>&c;</v></c></row></sheetData></worksheet>',
        CELLS + b'<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>',
        CELLS + b'<row r="999999999999"><c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        CELLS + b'<row r="-5"><c r="A"><v>x</v></c></row></sheetData></worksheet>',
        CELLS + b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>',
        CELLS,
        b"",
        b"no xml at all",
    ],
)
def test_a_sheet_that_was_built_to_do_harm_ends_in_a_reason(part: bytes) -> None:
    content = with_part(saved(harbour), SHEET, part)
    for item in items(content):
        if isinstance(item, Problem):
            assert "unexpected" not in item.reason


def test_damaged_workbooks_end_in_a_reason() -> None:
    content, chance = saved(harbour), random.Random(1)
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        for item in items(bytes(damaged)):
            if isinstance(item, Problem):
                assert "unexpected" not in item.reason


def test_what_unpacks_to_far_more_than_it_holds_is_refused() -> None:
    content = with_part(saved(harbour), SHEET, CELLS + b" " * 60_000_000)
    (problem,) = items(content)
    assert isinstance(problem, Problem)
    assert "unpacks to" in problem.reason


@pytest.mark.parametrize(
    ("called", "header"),
    [
        ("Maßnahmen", ["Störung", "Maßnahme", "Verantwortlich", "Fällig"]),
        ("Maßnahmen 2026", ["Nr", "Maßnahme", "Verantwortlich", "Frist"]),
        ("Actions", ["ID", "Description", "Owner", "Due date"]),
        ("Follow-ups", ["Incident ID", "Description", "Assigned to", "When"]),
    ],
)
def test_a_sheet_that_is_called_one_of_actions_holds_them(called: str, header: list[str]) -> None:
    def fill(book: Any) -> None:
        harbour(book)
        sheet = book["Follow-ups"]
        sheet.title = called
        for column, name in enumerate(header, start=1):
            sheet.cell(1, column).value = name

    (action,) = [item for item in items(saved(fill)) if isinstance(item, RawAction)]
    assert action.values == {
        "incident_id": "H-1",
        "title": "Grease it",
        "owner": "Yard",
        "due_on": "2026-04-01",
    }


def test_a_sheet_of_actions_without_their_incidents_is_left_out_for_that() -> None:
    def fill(book: Any) -> None:
        harbour(book)
        book["Follow-ups"].delete_cols(1)

    reasons = [item.reason for item in items(saved(fill)) if isinstance(item, LeftOut)]
    assert "has no column that names the incident that each action belongs to" in reasons
