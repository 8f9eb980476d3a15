"""Does a load tell how much it understood, so that none looks good that understood nothing?"""

import datetime as dt
import json

import pytest

from analytics import calendar
from data import lists, report
from data.findings import FURTHEST_ZONE, Findings
from data.gathering import Reading
from data.problems import Place, Problem
from data.readers.source import LeftOut, from_bytes
from data.record import Incident
from data.report import (
    MOST_PRINTED,
    TIMELESS,
    Listed,
    ahead_in_words,
    as_json,
    in_words,
    left_out_lines,
    problem_lines,
    with_records,
)

LISTS = lists.read(lists.SHIPPED)
ROWS = (
    "id,title,severity,services,impact_started_at,detected_at,resolved_at,root_cause\n"
    "a,Gate shut,SEV1,gate,2026-05-01T10:00:00Z,,,A worn hinge.\n"
    "b,Crane stuck,,,2026-05-02T10:00:00Z,2026-05-02T10:05:00Z,,\n"
    "c,Light out,SEV3,,,,,\n"
)
ACTIONS = "incident_id,id,title\na,a-1,Grease it\na,a-2,Paint it\n"


def read(**files: str) -> Findings:
    sources = [from_bytes(name.replace("_", "."), text.encode()) for name, text in files.items()]
    reading = Reading(sources, lists=LISTS)
    assert list(reading.incidents())
    return reading.findings


def test_each_field_is_told_of_how_many_records_it_is_known() -> None:
    findings = read(incidents_csv=ROWS, actions_csv=ACTIONS)
    assert [(known.what, known.known, known.of) for known in findings.fields] == [
        ("start", 2, 3),
        ("detection", 1, 3),
        ("end", 0, 3),
        ("title", 3, 3),
        ("cause", 1, 3),
        ("severity", 2, 3),
        ("services", 1, 3),
        ("actions", 1, 3),
    ]
    assert findings.actions == 2
    assert in_words({"new": 3}, findings) == (
        "3 new.\n"
        "Known: start 2 of 3, detection 1 of 3, end 0 of 3, title 3 of 3, cause 1 of 3, "
        "severity 2 of 3, services 1 of 3, actions 1 of 3 (2 in all).\n"
        "Taken for: table of incidents (1), table of actions (1)."
    )


def test_records_without_any_time_are_told_as_such() -> None:
    findings = read(x_csv="id,title\na,Gate shut\n")
    assert findings.timeless
    assert TIMELESS in in_words({"new": 1}, findings).splitlines()


def test_no_record_at_all_is_not_a_record_without_a_time() -> None:
    assert not Findings().timeless


def test_what_is_left_out_is_told_by_name_and_counted_beside_the_rest() -> None:
    findings = Findings()
    for number in range(25):
        findings.leave_out(LeftOut(Place(f"{number}.md", "line 3"), "is a template"))
    findings.leave_out(LeftOut(Place("x.png"), "ends in .png"))
    assert list(left_out_lines(findings)) == [
        "Left out: 0.md, line 3; 1.md, line 3; 2.md, line 3; 3.md, line 3; 4.md, line 3 "
        "and 20 more: is a template",
        "Left out: x.png: ends in .png",
        "--json lists everything that was left out.",
    ]
    assert in_words({"new": 0}, findings) == "0 new, 26 left out."
    told = json.loads(as_json({}, findings))
    assert told["left_out"][24] == {
        "file": "24.md",
        "position": "line 3",
        "reason": "is a template",
    }


def test_a_check_lists_the_first_records_and_says_how_many_more_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "MOST_RECORDS", 2)
    monkeypatch.setattr(report, "HELD_BYTES", 10)
    with Listed() as records:
        for number in range(5):
            records.add(Incident(id=str(number), title="ü"))
        told = json.loads("".join(with_records(records, {"readable": 5}, Findings())))
    assert told["records"] == [{"id": "0", "title": "ü"}, {"id": "1", "title": "ü"}]
    assert (told["records_not_listed"], told["readable"]) == (3, 5)


def test_reasons_beyond_what_anybody_reads_are_counted() -> None:
    findings = Findings()
    for number in range(MOST_PRINTED + 3):
        findings.leave_out(LeftOut(Place(f"{number}.md"), f"is odd in way {number}"))
    assert list(left_out_lines(findings))[MOST_PRINTED] == "… and 3 more left out"


def test_problems_that_are_alike_are_told_together() -> None:
    findings = Findings()
    for row in (2, 3, 4):
        findings.add([Problem(Place("x.csv", f"row {row}"), "detected_at", "soon", "is no time")])
    findings.add([Problem(Place("y.csv", "row 2"), "detected_at", "soon", "is no time")])
    assert list(problem_lines(findings)) == [
        "x.csv, row 2: detected_at = 'soon': is no time (and 2 more like this)",
        "y.csv, row 2: detected_at = 'soon': is no time",
    ]
    for number in range(MOST_PRINTED):
        findings.add([Problem(Place(f"{number}.md"), "", "", "is odd", rejected=True)])
    assert list(problem_lines(findings))[MOST_PRINTED:] == [
        "… and 2 more problems; --json lists them."
    ]


def test_records_with_a_time_still_to_come_are_told_by_their_ids() -> None:
    findings = Findings()
    moment = dt.datetime.now(dt.UTC)
    for number, days in enumerate((-1, 0, 400)):
        at = moment + dt.timedelta(days=days)
        findings.count(Incident(id=f"i{number}", impact_started_at=at))
    assert dict(findings.ahead) == {"i2": 1}
    assert ahead_in_words(findings) == (
        "Doubtful: 1 record has a time that is still to come, which no figure believes (i2)."
    )
    findings.count(Incident(id="i2"), before=Incident(id="i2", impact_started_at=at))
    assert ahead_in_words(findings) == ""
    assert FURTHEST_ZONE == calendar.FURTHEST_ZONE
