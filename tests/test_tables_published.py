"""Are tables read as people publish them: exports, logs of changes, sums below, ids by name?"""

import csv
import io
import json

import pytest

from data import words
from data.readers.source import LeftOut, RawAction
from tests.test_tables import columns, incidents, items


def test_a_column_of_incidents_holds_their_ids_or_what_they_are_called() -> None:
    named = columns("Incident,Date\nNetwork,2026-01-04\nDNS-Ausfall,2026-01-05\n")
    assert named["Incident"] == "title"
    for ids in ("H-1", "GATE", "gate-shut", "x7f3"):
        assert columns(f"Incident,Date\n{ids},2026-01-04\n")["Incident"] == "id", ids
    assert columns("Incident number,Date\nOne,2026-01-04\n")["Incident number"] == "id"
    assert columns("incident_id,title,status\na,Rest,open\n")["incident_id"] == "incident_id"


@pytest.mark.parametrize("row", ["Total,,,612,170", "Summe:,,,612,170", ",,,612,170", "合計,,,1,2"])
def test_a_row_that_adds_up_the_others_is_left_out_by_name(row: str) -> None:
    head = "Title,Start,Severity,Users affected,Cost\n"
    content = f"{head}Total outage,2026-03-02,SEV1,600,150\nTotal,2026-03-03,SEV2,12,20\n{row}\n"
    assert [record["title"] for record in incidents(content)] == ["Total outage", "Total"]
    (left_out,) = [item for item in items(content) if isinstance(item, LeftOut)]
    assert "sum of others" in left_out.reason


LOG = [
    ("1", "Gate shut", "Investigating", "SEV1", "2026-03-02 10:00", "2026-03-02 10:10"),
    ("1", "Gate shut", "Monitoring", "SEV2", "2026-03-02 10:00", "2026-03-02 10:50"),
    ("1", "Gate shut", "Resolved", "SEV3", "2026-03-02 10:00", "2026-03-02 11:30"),
    ("2", "Crane stuck", "Open", "SEV1", "2026-03-03 10:00", "2026-03-03 10:10"),
    ("2", "Crane stuck", "Closed", "SEV2", "2026-03-03 10:00", "2026-03-03 10:20"),
]


@pytest.mark.parametrize("told", [6, 5], ids=["by the times of changes", "by states"])
def test_the_last_word_counts_whichever_way_a_log_is_sorted(told: int) -> None:
    for rows in (LOG, LOG[::-1]):
        lines = [",".join(row[:told]) for row in rows]
        header = ",".join(["id", "title", "status", "severity", "Started", "Changed"][:told])
        records = incidents("\n".join([header, *lines]))
        last = {r["id"]: (words.current().status(r["status"]), r["severity"]) for r in records}
        assert last == {"1": ("resolved", "SEV3"), "2": ("resolved", "SEV2")}


def test_exports_name_an_incident_by_incident_id_and_so_do_its_actions() -> None:
    head = "incident_id,short_description,priority,status,created_date,loss_usd\n"
    (record,) = incidents(head + "A-1,Gate shut,High,Closed,2026-03-02 09:14,1200\n")
    assert (record["id"], record["title"]) == ("A-1", "Gate shut")
    assert (record["detected_at"], record["cost"]) == ("2026-03-02 09:14", 1200.0)
    assert record["currency"] == "USD"
    for head in ("incident_id,title", "incident_id,id,status,completed_on"):
        found = items(f"{head}\nA-1,Oil it,done,2026-03-02\n")
        assert any(isinstance(item, RawAction) for item in found), head


def test_a_column_may_hold_whole_records_of_a_tool_as_a_database_keeps_them() -> None:
    issue = {"id": "P1", "incident_number": 7, "title": "Gate", "created_at": "2026-03-02",
             "html_url": "https://x.example/7", "incident_key": "k", "urgency": "high",
             "status": "resolved", "service": {"summary": "gate"}}  # fmt: skip
    stream = io.StringIO()
    csv.writer(stream).writerows([["id", "data", "loaded"], ["1", json.dumps(issue), "2026-03-03"]])
    (record,) = incidents(stream.getvalue())
    assert (record["id"], record["services"]) == ("P1", ["gate"])
    texts = repr({"id": "s", "summary": "gate", "self": None})
    stream = io.StringIO()
    row = {**issue, "service": texts}
    csv.writer(stream).writerows([list(row), list(row.values())])
    assert incidents(stream.getvalue())[0]["services"] == ["gate"]


def test_a_length_is_counted_from_nothing_where_the_start_is_not_read() -> None:
    content = "Detected,Start,Duration,Title\n2026-03-02 09:14,yesterday,20 min,Gate shut\n"
    (record,) = incidents(content)
    assert "resolved_at" not in record


def test_a_word_for_title_and_id_is_the_id_where_the_cells_are() -> None:
    (record,) = incidents("Fecha,Incidente,Unidad,Estado\n2026-05-28,INC-4589,U-37,Completado\n")
    assert (record["id"], record["status"]) == ("INC-4589", "Completado")
    assert columns("Fecha,Incidente\n2026-05-28,Compuerta cerrada\n")["Incidente"] == "title"
