"""Is any table read: its columns guessed, its times decided for the column, its rows told apart?"""

import datetime as dt
import json
import random
import zoneinfo
from typing import Any

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.mapping import MappingUnreadable, parse_mapping
from data.notations import DayOrder
from data.options import guessed_mapping
from data.problems import Problem
from data.readers import is_action_table, read
from data.readers.source import (
    Assumption,
    Item,
    LeftOut,
    Options,
    RawAction,
    RawIncident,
    Recognised,
    from_bytes,
)
from data.readers.tables.cells import currency_in, number_in

BERLIN = "Störung;Beginn (MEZ);Ende;Schweregrad;Ursache;Maßnahmen;Status;Kosten\n"


def items(content: str, options: Options | None = None) -> list[Item]:
    return list(read(from_bytes("records.csv", content.encode(), options=options)))


def incidents(content: str, options: Options | None = None) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in item.values.items() if value not in (None, "", [])}
        for item in items(content, options)
        if isinstance(item, RawIncident)
    ]


def records(content: str) -> list[dict[str, Any]]:
    reading = Reading([from_bytes("records.csv", content.encode())], lists=lists.current_lists())
    found = [plain_fields(record) for record in reading.incidents()]
    assert reading.findings.problems == []
    return found


def columns(content: str) -> dict[str, str]:
    return next(dict(item.columns) for item in items(content) if isinstance(item, Recognised))


def said(content: str) -> list[str]:
    found = items(content)
    return [str(item) for item in found if isinstance(item, Problem)] + [
        item.text for item in found if isinstance(item, Assumption)
    ]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Título,Inicio,Fin,Gravedad,Equipo,Causa raíz", "es"),
        ("Titel,Beginn,Ende,Schweregrad,Team,Ursache", "de"),
        ("Titre,Début,Fin,Gravité,Équipe,Cause racine", "fr"),
        ("Título,Início,Fim,Gravidade,Equipe,Causa raiz", "pt"),
        ("件名,発生日時,復旧日時,重大度,担当チーム,根本原因", "ja"),
        ("Incident title,Started at,Ended,Sev,Owning team,Root cause", "en"),
    ],
)
def test_columns_are_known_by_their_names_in_every_language(header: str, fields: str) -> None:
    row = "Gate shut,2026-03-02 09:14,2026-03-02 10:40,SEV1,Harbour,The bolt was bent"
    (record,) = incidents(f"{header}\n{row}\n")
    known = ("title", "impact_started_at", "resolved_at", "severity", "team", "root_cause")
    assert [record[name] for name in known] == row.split(","), fields


@pytest.mark.parametrize(
    ("started", "ended", "clock"),
    [
        ("25/03/2026 23:10", "26/03/2026 00:02", "2026-03-25T23:10:00"),
        ("03/25/2026 11:10 PM", "3/26/2026 12:02 AM", "2026-03-25T23:10:00"),
        ("25.03.2026 23:10", "26.03.2026 00:02", "2026-03-25T23:10:00"),
        ("25/Mar/26 11:10 PM", "26/Mar/26 12:02 AM", "2026-03-25T23:10:00"),
        ("1774480200", "1774483320", "2026-03-25T23:10:00+00:00"),
        ("1774480200000", "1774483320000", "2026-03-25T23:10:00+00:00"),
        ("46106.965277778", "46107.001388889", "2026-03-25T23:10:00"),
        ("25 de marzo de 2026 23:10", "26 de marzo de 2026 0:02", "2026-03-25T23:10:00"),
        ("2026年3月25日 23時10分", "2026年3月26日 0時2分", "2026-03-25T23:10:00"),
        ("2026-03-25 23:10 CET", "2026-03-26 00:02 CET", "2026-03-25T23:10:00+01:00"),
    ],
)
def test_times_are_read_in_the_notation_of_their_column(
    started: str, ended: str, clock: str
) -> None:
    (record,) = incidents(f'Title,Start,End\nGate shut,"{started}","{ended}"\n')
    assert record["impact_started_at"] == clock
    begin, end = (
        dt.datetime.fromisoformat(record[c]) for c in ("impact_started_at", "resolved_at")
    )
    assert end - begin == dt.timedelta(minutes=52)


def test_one_cell_decides_the_order_of_day_and_month_for_its_column_and_the_others() -> None:
    content = "id,start,end\n1,02/03/2026 09:14,03/03/2026\n2,25/03/2026 09:14,04/04/2026\n"
    assert [record["impact_started_at"][:10] for record in incidents(content)] == [
        "2026-03-02",
        "2026-03-25",
    ]
    assert [record["resolved_at"] for record in incidents(content)] == ["2026-03-03", "2026-04-04"]


def test_what_no_cell_decides_is_said_and_not_guessed() -> None:
    content = "id,title,impact_started_at\n1,A,02/03/2026 09:14\n2,B,04/05/2026 23:10\n"
    reason = "day or month first cannot be told in column 'impact_started_at'"
    assert [line for line in said(content) if reason in line and "--day-order" in line]
    assert incidents(content)[0]["extra"] == {"impact_started_at": "02/03/2026 09:14"}
    chosen = incidents(content, Options(day_order=DayOrder.MONTH))
    assert chosen[0]["impact_started_at"] == "2026-02-03T09:14:00"


def test_a_day_that_reads_the_same_both_ways_is_read() -> None:
    content = "id,start\n1,03/03/2026\n2,04/05/2026\n"
    assert [record.get("impact_started_at") for record in incidents(content)] == [
        "2026-03-03",
        None,
    ]


def test_the_deciding_cell_may_come_late() -> None:
    rows = "".join(f"{n},{1 + n % 12:02}/{1 + n % 11:02}/2026\n" for n in range(5_000))
    records = incidents(f"id,start\n{rows}x,25/03/2026\n")
    assert records[2]["impact_started_at"] == "2026-03-03"
    assert records[1]["impact_started_at"] == "2026-02-02"
    assert records[5]["impact_started_at"] == "2026-06-06"
    assert records[11]["impact_started_at"] == "2026-01-12"


def test_a_zone_in_one_header_counts_for_the_others_but_not_for_local_ones() -> None:
    content = "Title,Start (UTC),End,Detected (local)\na b,2026-07-02 09:14,2026-07-02 10:40,"
    (record,) = incidents(f"{content}2026-07-02 11:14\n")
    assert record["impact_started_at"] == "2026-07-02T09:14:00+00:00"
    assert record["resolved_at"] == "2026-07-02T10:40:00+00:00"
    assert record["detected_at"] == "2026-07-02 11:14"


def test_day_and_times_of_day_are_joined_and_midnight_is_crossed() -> None:
    content = "Title,Date,Start time,End time\nGate shut,2026-03-02,11:50 PM,12:20 AM\n"
    (record,) = incidents(content)
    assert record["impact_started_at"] == "2026-03-02T23:50:00"
    assert record["resolved_at"] == "2026-03-03T00:20:00"
    assert record["clock_sources"]["resolved_at"] == "column 'End time'"


@pytest.mark.parametrize(
    ("header", "length", "end"),
    [
        ("Duration (min)", "86", "2026-03-02T10:40:00"),
        ("Duration", "1:26", "2026-03-02T10:40:00"),
        ("Dauer in Minuten", "86", "2026-03-02T10:40:00"),
        ("duration_minutes", "86.0", "2026-03-02T10:40:00"),
        ("Duración", "1 hora y 26 minutos", "2026-03-02T10:40:00"),
        ("Time to resolve (h)", "1.5", "2026-03-02T10:44:00"),
        ("seconds_to_resolve", "5160", "2026-03-02T10:40:00"),
        ("Resolution time (min)", "86", "2026-03-02T10:40:00"),
    ],
)
def test_a_length_of_time_gives_the_missing_end(header: str, length: str, end: str) -> None:
    (record,) = incidents(f"Title,Started,{header}\nGate shut,2026-03-02 09:14,{length}\n")
    assert record["resolved_at"] == end
    assert record["clock_sources"]["resolved_at"] == f"column {header!r}"


def test_a_length_without_a_known_beginning_is_kept_beside_the_record() -> None:
    (record,) = incidents("Title,Date,Duration (min)\nGate shut,2026-03-02,86\n")
    assert record["impact_started_at"] == "2026-03-02"
    assert "resolved_at" not in record
    assert record["extra"] == {"Duration (min)": "86"}


def test_a_window_gives_both_ends() -> None:
    content = "Title,Incident window\nGate shut,2026-03-02 23:14 – 00:40 UTC\n"
    (record,) = incidents(content)
    assert record["impact_started_at"] == "2026-03-02T23:14:00+00:00"
    assert record["resolved_at"] == "2026-03-03T00:40:00+00:00"


def test_placeholders_and_what_goes_on_are_empty_and_no_problem() -> None:
    content = "id,title,team,detected_at,resolved_at\n1,A,N/A,-,ongoing\n2,B,?,2026-03-02,tbd\n"
    first, second = records(content)
    assert first == {"id": "1", "title": "A", "status": "open", "source": "records.csv"}
    assert second["detected_at"] == "2026-03-02T00:00:00Z"
    assert second["clock_precision"] == {"detected_at": "day"}
    assert not second.keys() & {"team", "resolved_at"}


def test_a_placeholder_that_is_a_value_stays() -> None:
    content = "id,title,severity,detection_source,root_cause_category\n1,A,none,unknown,unknown\n"
    (record,) = records(content)
    assert (record["severity"], record["severity_rank"]) == ("none", 5)
    assert record["detection_source"] == record["root_cause_category"] == "unknown"


def test_an_empty_cell_says_that_there_is_nothing() -> None:
    item = items("id,team,Weather\n1,,\n")[-1]
    assert isinstance(item, RawIncident)
    assert item.values == {"id": "1", "team": None, "Weather": None}


def test_a_column_whose_cells_contradict_its_name_is_kept_beside() -> None:
    content = "Incident,Started,Resolved,Users affected\nGate shut,2026-03-02,yes,many\n"
    assert columns(content) == {
        "Incident": "title",
        "Started": "impact_started_at",
        "Resolved": "status",
        "Users affected": "",
    }
    assert incidents(content)[0]["status"] == "resolved"


def test_a_column_of_times_of_day_is_no_team_whatever_its_name_means_elsewhere() -> None:
    (record,) = incidents("Date,Time,Title\n2026-05-01,10:05,Down\n")
    assert record["impact_started_at"] == "2026-05-01T10:05:00"
    assert columns("Time,Title\nPagamentos,Down\nBusca,Slow\n")["Time"] == "team"


def test_two_columns_for_one_field_are_said_and_the_better_one_counts() -> None:
    content = "Name,Title,Start\nx y,Gate shut,2026-03-02\n"
    assert incidents(content)[0]["title"] == "Gate shut"
    assert incidents(content)[0]["Name"] == "x y"
    assert any("'Name' could be title as well as 'Title'" in line for line in said(content))


def test_numbers_and_money_are_read_as_they_are_written() -> None:
    content = 'Title,Start,Cost,Users affected\na b,2026-03-02,"1.234,50 €","12,400"\n'
    (record,) = incidents(content)
    assert (record["cost"], record["currency"], record["affected_users"]) == (1234.5, "EUR", 12400)


@pytest.mark.parametrize(
    ("text", "number", "money"),
    [
        ("$1,234.50", 1234.5, ""),
        ("1.234,50 €", 1234.5, "EUR"),
        ("CHF 12'345.60", 12345.6, "CHF"),
        ("R$ 1.234,00", 1234.0, "BRL"),
        ("1 234,5", 1234.5, ""),
        ("1.234", 1234.0, ""),
        ("0.234", 0.234, ""),
        ("1234.567", 1234.567, ""),
        ("12 %", 12.0, ""),
        ("~500", 500.0, ""),
        ("1.2M", 1_200_000.0, ""),
        ("-5", -5.0, ""),
        ("1.2.3", None, ""),
        ("86 min", None, ""),
        ("abc", None, ""),
        ("", None, ""),
    ],
)
def test_a_number_in_a_cell_is_what_people_mean(
    text: str, number: float | None, money: str
) -> None:
    assert number_in(text) == number
    assert currency_in(text) == money


def test_lists_come_apart_as_their_column_does() -> None:
    content = 'id,title,services,what_went_well\n1,A,"api (EU, US), cart","Fast, calm\n- Kind"\n'
    (record,) = records(content)
    assert record["services"] == ["api (EU, US)", "cart"]
    assert record["what_went_well"] == ["Fast, calm", "Kind"]


def test_rows_without_an_id_keep_theirs_whatever_their_order() -> None:
    rows = [f"Gate shut,2026-03-0{day},SEV{1 + day % 2}" for day in (1, 2, 3, 3)]
    rows.append(rows[-1])
    header = "Title,Date,Severity\n"
    first = [record["id"] for record in incidents(header + "\n".join(rows) + "\n")]
    assert len(set(first)) == len(rows)
    random.Random(1).shuffle(rows)
    again = {record["id"] for record in incidents(header + "\n".join(rows) + "\n")}
    assert again == set(first)
    assert first[0].startswith("2026-03-01-gate-shut-")


def test_a_zone_that_is_named_later_makes_no_other_record() -> None:
    content = "Title,Start\nGate shut,2026-03-02 09:14\n"
    zone = parse_mapping("zone: Europe/Berlin")
    assert incidents(content)[0]["id"] == incidents(content, Options(mapping=zone))[0]["id"]


def test_several_actions_in_a_cell_with_owners_and_dates_beside_them() -> None:
    content = (
        "Title,Start,Follow-ups,Follow-up owner,Follow-up due\n"
        'Gate shut,2026-03-02,"- [x] Grease it\n- Replace it",Yard\nQuay,2026-04-01\n'
    ).replace("Yard\nQuay", '"Yard\nQuay"')
    (record,) = incidents(content)
    assert record["actions"] == [
        {"status": "done", "title": "Grease it", "owner": "Yard", "due_on": "2026-04-01"},
        {"title": "Replace it", "owner": "Quay", "due_on": "2026-04-01"},
    ]


def test_numbered_columns_are_one_action_each() -> None:
    content = (
        "Title,Start,Action 1,Owner 1,Due 1,Action 2,Owner 2,Due 2\n"
        "Gate shut,03/25/2026,Grease it,Yard,04/01/2026,Replace it,,\n"
    )
    (record,) = incidents(content)
    assert record["actions"] == [
        {"title": "Grease it", "owner": "Yard", "due_on": "2026-04-01"},
        {"title": "Replace it"},
    ]


def test_one_row_for_each_action_is_one_incident() -> None:
    content = (
        "Key,Summary,Started,Action,Owner,Due date,Status\n"
        "H-1,Gate shut,2026-03-02,Grease it,Yard,2026-04-01,Done\n"
        ",,,Replace it,Quay,2026-05-01,Open\n"
        "H-2,Crane stuck,2026-03-05,Oil it,Yard,2026-04-02,Open\n"
        "H-1,Gate shut,2026-03-02,Write it down,Yard,2026-06-01,Open\n"
    )
    first, second = records(content)
    assert [action["title"] for action in first["actions"]] == [
        "Grease it",
        "Replace it",
        "Write it down",
    ]
    assert first["actions"][0]["status"] == "done"
    assert first["actions"][1]["owner"] == "Quay"
    assert second["id"] == "H-2"
    assert "status" not in first


def test_a_table_of_actions_is_known_by_what_its_columns_say() -> None:
    content = "Action,Incident,Assignee,Due,State\nGrease it,H-1,Yard,25/03/2026,In progress\n"
    assert is_action_table(from_bytes("follow-ups.csv", content.encode()))
    assert [item.values for item in items(content) if isinstance(item, RawAction)] == [
        {
            "title": "Grease it",
            "incident_id": "H-1",
            "owner": "Yard",
            "due_on": "2026-03-25",
            "status": "In progress",
        }
    ]


def test_rows_of_a_log_become_one_incident_with_its_last_state() -> None:
    content = (
        "Incident,State,Started,Updated,Team\n"
        "H-1,New,29/2/2016 01:16,29/2/2016 01:16,Yard\n"
        "H-1,Resolved,29/2/2016 01:16,29/2/2016 05:00,Yard\n"
        "H-1,Closed,29/2/2016 01:16,5/3/2016 12:00,Quay\n"
        "H-2,New,1/3/2016 01:16,1/3/2016 01:16,Yard\n"
    )
    first, second = records(content)
    assert (first["status"], first["team"]) == ("resolved", "Quay")
    assert first["impact_started_at"] == "2016-02-29T01:16:00Z"
    assert second["status"] == "open"
    assert any("rows of one incident are put together" in line for line in said(content))


def test_two_records_with_one_id_by_mistake_stay_two() -> None:
    content = "id,title,team\n1,Gate shut,Yard\n1,Crane stuck,Quay\n"
    assert [record["title"] for record in incidents(content)] == ["Gate shut", "Crane stuck"]


def test_a_mapping_says_what_columns_and_values_mean() -> None:
    mapping = parse_mapping(
        "columns:\n  Headline: title\n  Day: date\n  Grade: severity\n  Secret: '-'\n  Note: ''\n"
        "values:\n  severity: {A: SEV1}\nday_order: month\nzone: Europe/Berlin\n"
    )
    content = "Headline,Day,Grade,Secret,Note\nGate shut,02/03/2026 09:14,a,pin,calm\n"
    assert incidents(content, Options(mapping=mapping))[0] | {"id": ""} == {
        "id": "",
        "title": "Gate shut",
        "impact_started_at": "2026-02-03T09:14:00+01:00",
        "clock_sources": {"impact_started_at": "column 'Day'"},
        "severity": "SEV1",
        "Note": "calm",
    }


def test_a_word_above_the_table_is_not_its_header() -> None:
    content = "Status\nprinted on Monday\n\nid,title,status\n1,A,open\n"
    assert incidents(content) == [{"id": "1", "title": "A", "status": "open"}]


def test_actions_may_name_their_incident_by_its_title() -> None:
    actions = "Action,Incident title,Owner,Due\nGrease it,GATE shut,Yard,2026-04-01\nOil,None,,\n"
    incidents_ = "Title,Start\nGate shut,2026-03-02\n"
    sources = [
        from_bytes("incidents.csv", incidents_.encode()),
        from_bytes("actions.csv", actions.encode()),
    ]
    reading = Reading(sources, lists=lists.current_lists())
    (record,) = reading.incidents()
    assert [action.title for action in record.actions] == ["Grease it"]
    (problem,) = reading.findings.problems
    assert "is the title of no incident that was read" in problem.reason


def test_a_column_of_midnights_is_one_of_days() -> None:
    days = "Title,Start\nGate shut,2026-03-02 00:00:00\nCrane stuck,2026-03-05 00:00:00\n"
    assert [r["impact_started_at"] for r in incidents(days)] == ["2026-03-02", "2026-03-05"]
    times = days.replace("05 00:00", "05 09:14")
    assert incidents(times)[0]["impact_started_at"] == "2026-03-02 00:00:00"


def test_a_length_that_agrees_with_the_clocks_needs_not_be_kept() -> None:
    header = "Title,Start,End,Duration (min)\n"
    rows = "a b,2026-03-02 09:14,2026-03-02 10:40,86\nc d,2026-03-02 09:14,2026-03-02 10:40,50\n"
    agreeing, other = incidents(header + rows)
    assert "extra" not in agreeing
    assert other["extra"] == {"Duration (min)": "50"}


def test_a_list_of_objects_in_a_form_of_its_own_is_a_table() -> None:
    content = json.dumps(
        [
            {"number": "A-1", "headline": "Gate shut", "mood": {"name": "calm"}, "tags": ["x"]},
            {"number": "A-2", "headline": "Crane stuck", "opened": "2026-03-05 09:19:00"},
        ]
    )
    found = list(read(from_bytes("records.json", content.encode())))
    first, second = (item for item in found if isinstance(item, RawIncident))
    assert first.values["mood.name"] == "calm"
    assert (first.values["id"], first.values["title"]) == ("A-1", "Gate shut")
    assert first.values["tags"] == ["x"]
    assert second.values["impact_started_at"] == "2026-03-05 09:19:00"
    assert str(second.place) == "records.json, [1]"


@pytest.mark.parametrize("name", ["records.json", "records.jsonl"])
def test_a_mapping_reads_a_list_under_any_key_and_lines(name: str) -> None:
    mapping = parse_mapping("columns: {headline: title, seen: detected_at}")
    rows = [{"headline": "Gate shut", "seen": 1772442840}, {"headline": "Crane", "late": "x"}]
    wrapped = {"names": [{"a": 1}], "result": {"items": rows}}
    lines = "\n".join(map(json.dumps, rows))
    content = json.dumps(wrapped) if name.endswith("json") else lines
    source = from_bytes(name, content.encode(), options=Options(mapping=mapping))
    first, second = (item for item in read(source) if isinstance(item, RawIncident))
    assert first.values["title"] == "Gate shut"
    assert first.values["detected_at"] == "2026-03-02T09:14:00+00:00"
    assert second.values["late"] == "x"


def test_a_calendar_of_something_else_makes_no_incidents() -> None:
    content = "Date,Uptime,Service\n2026-03-01,99.9,api\n2026-03-02,100,api\n"
    assert incidents(content) == []
    assert said(content) == [
        "records.csv, row 1: is no table of incidents: it holds Date, Uptime, Service, and none of "
        "these was taken for a title, a severity, a state, an end or a cause; say which is which "
        "with --mapping, or on the page Records"
    ]


def test_starts_and_ends_alone_are_incidents() -> None:
    content = "Start,End,Service\n2026-03-01 09:00,2026-03-01 10:00,api\n"
    assert [record["services"] for record in records(content)] == [["api"]]


def test_a_person_who_names_columns_is_believed() -> None:
    mapping = parse_mapping("columns: {Date: impact_started_at, Service: services}")
    content = "Date,Uptime,Service\n2026-03-01,99.9,api\n"
    assert len(incidents(content, Options(mapping=mapping))) == 1


TABLE = b"What happened,Day,Grade,Note\nGate shut,02/03/2026,A,calm\n"


def test_what_a_table_is_taken_for_is_the_mapping_to_begin_with() -> None:
    mapping = guessed_mapping(from_bytes("t.csv", TABLE))
    assert mapping.columns == {"What happened": "title", "Day": "date", "Grade": "", "Note": ""}
    with pytest.raises(MappingUnreadable, match="holds no table"):
        guessed_mapping(from_bytes("t.md", b"# Gate shut\n"))


def test_columns_that_a_mapping_leaves_out_are_guessed() -> None:
    mapping = parse_mapping("columns: {Grade: severity}\nday_order: day\n")
    source = from_bytes("t.csv", TABLE, options=Options(mapping=mapping))
    (record,) = (item for item in read(source) if isinstance(item, RawIncident))
    assert record.values["severity"] == "A"
    assert record.values["title"] == "Gate shut"
    assert record.values["impact_started_at"] == "2026-03-02"


def test_a_column_that_names_an_incident_makes_a_table_of_actions() -> None:
    mapping = parse_mapping("columns: {Of: incident_id, Promise: action.title, By: action.due_on}")
    content = b"Of,Promise,By\nH-1,Grease it,2026-04-01\n"
    source = from_bytes("t.csv", content, options=Options(mapping=mapping))
    (action,) = (item for item in read(source) if isinstance(item, RawAction))
    assert action.values == {"incident_id": "H-1", "title": "Grease it", "due_on": "2026-04-01"}


def test_a_day_and_a_time_of_day_in_columns_of_their_own_are_one_clock() -> None:
    content = (
        "Incident,Start Date,Start Time,End Date,End Time\n"
        "Gate shut,03/25/2026,11:50 PM,03/26/2026,12:20 AM\nCrane stuck,03/27/2026,,,\n"
    )
    first, second = incidents(content)
    assert first["impact_started_at"] == "2026-03-25T23:50:00"
    assert first["resolved_at"] == "2026-03-26T00:20:00"
    assert first["clock_sources"]["resolved_at"] == "columns 'End Date' and 'End Time'"
    assert second["impact_started_at"] == "2026-03-27"
    assert "resolved_at" not in second


def test_a_column_may_hold_the_zone_of_each_row() -> None:
    content = (
        "Title,Started,Timezone\nGate shut,2026-07-02 09:14,PT\nCrane,2026-07-02 09:14,UTC\n"
        "Quay,2026-07-02 09:14,IST\n"
    )
    first, second, third = incidents(content)
    assert first["impact_started_at"] == "2026-07-02T09:14:00-07:00"
    assert second["impact_started_at"] == "2026-07-02T09:14:00+00:00"
    assert third["extra"] == {"impact_started_at": "2026-07-02 09:14 IST", "Timezone": "IST"}


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("EST/EDT", "2026-07-02T09:14:00-04:00"),
        ("CET/CEST", "2026-07-02T09:14:00+02:00"),
        ("+02:00", "2026-07-02T09:14:00+02:00"),
        ("Europe/Madrid", "2026-07-02T09:14:00+02:00"),
    ],
)
def test_a_header_may_name_its_zone_in_many_ways(zone: str, clock: str) -> None:
    (record,) = incidents(f"Title,Started ({zone})\nGate shut,2026-07-02 09:14\n")
    assert record["impact_started_at"] == clock


def test_a_zone_of_several_meanings_is_said_and_its_times_are_not_read() -> None:
    content = "Title,Started (IST)\nGate shut,2026-07-02 09:14\n"
    (record,) = incidents(content)
    assert record["extra"] == {"Started (IST)": "2026-07-02 09:14"}
    assert any("has several meanings" in line and "--zone" in line for line in said(content))
    kolkata = Options(zone=zoneinfo.ZoneInfo("Asia/Kolkata"))
    assert incidents(content, kolkata)[0]["impact_started_at"] == "2026-07-02T09:14:00+05:30"


def test_words_around_the_name_of_a_clock_are_looked_through() -> None:
    content = (
        "Title,Date/Time Opened,Closed timestamp\nGate shut,2026-03-02 09:14,2026-03-02 10:40\n"
    )
    (record,) = incidents(content)
    assert record["impact_started_at"] == "2026-03-02 09:14"
    assert record["resolved_at"] == "2026-03-02 10:40"


def test_a_row_of_one_cell_in_a_wide_table_is_a_heading() -> None:
    content = "Title,Date,Severity,Team\nJanuary 2026,,,\nGate shut,2026-01-05,SEV1,Yard\n"
    assert [record["title"] for record in incidents(content)] == ["Gate shut"]
    (heading,) = (item for item in items(content) if isinstance(item, LeftOut))
    assert heading.reason == "holds 'January 2026' alone, which is a heading"


def test_a_table_with_an_incident_id_and_clocks_is_one_of_incidents() -> None:
    content = (
        "Incident ID,Opened,Category,Priority,Description,Assigned To,Status\n"
        "I-1,2026-03-02 09:14,Network,P1,Gate shut,Network team,Closed\n"
    )
    assert incidents(content)[0]["id"] == "I-1"


def test_the_time_to_detect_gives_a_missing_start() -> None:
    content = "Title,Detected at,TTD (min),TTR (min)\nGate shut,2026-03-02 09:19,5,81\n"
    (record,) = incidents(content)
    assert record["impact_started_at"] == "2026-03-02T09:14:00"
    assert record["resolved_at"] == "2026-03-02T10:40:00"


def test_how_it_was_noticed_is_told_from_when() -> None:
    content = "Title,Date,Detection,Detected\nGate shut,2026-03-02,Alert,09:14\n"
    (record,) = incidents(content)
    assert record["detection_source"] == "Alert"
    assert record["detected_at"] == "2026-03-02T09:14:00"


def test_a_mapping_for_other_tables_is_left_alone() -> None:
    mapping = parse_mapping("tool: Kiosk\nrecognise: [Grade, day]\ncolumns: {Grade: severity}\n")
    options = Options(mapping=mapping)
    (record,) = incidents("What,Grade,Day\nGate shut,A,2026-03-02\n", options)
    assert record["severity"] == "A"
    (record,) = incidents("What,Grade,Date\nGate shut,A,2026-03-02\n", options)
    assert record["Grade"] == "A"
    source = from_bytes("t.csv", b"What,Grade,Day\nGate shut,A,2026-03-02\n", options=options)
    assert next(item.shape for item in read(source) if isinstance(item, Recognised)) == (
        "Kiosk table of incidents"
    )
