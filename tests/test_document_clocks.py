"""Are the clocks of a post-mortem right where several places tell of them, and absent in doubt?"""

from typing import Any

from data.readers import read
from data.readers.source import RawIncident, from_bytes


def record(text: str, name: str = "2026-05-04-ferry.md") -> dict[str, Any]:
    items = read(from_bytes(name, text.encode()))
    (incident,) = [item for item in items if isinstance(item, RawIncident)]
    return dict(incident.values)


def of_timeline(*lines: str, above: str = "All times in UTC.") -> dict[str, Any]:
    events = "\n".join(f"- {line}" for line in lines)
    return record(f"# Ferry tickets\n\n## Timeline\n\n{above}\n\n{events}\n")


def at(clock: str) -> str:
    return f"2026-05-04T{clock}:00+00:00"


def test_what_is_noticed_before_the_beginning_is_of_the_world_and_no_detection() -> None:
    values = of_timeline(
        "08:40 Press reports that the island festival sold out",
        "08:52 **OUTAGE BEGINS**: the booking pages time out",
        "08:57 On-call paged",
        "09:40 **OUTAGE MITIGATED**",
        "10:05 **INCIDENT ENDS**",
    )
    assert values["impact_started_at"] == at("08:52")
    assert values["detected_at"] == at("08:57")
    assert values["mitigated_at"] == at("09:40")
    assert values["resolved_at"] == at("10:05")


def test_words_for_another_beginning_do_not_move_the_start_behind_the_detection() -> None:
    values = of_timeline(
        "09:10 Customers report empty timetables",
        "09:30 Ferries at two piers stop responding to the planner",
        "10:00 Resolved",
    )
    assert values["detected_at"] == at("09:10")
    assert values["impact_started_at"] == at("09:10")
    assert values["clock_precision"]["impact_started_at"] == "estimated"


def test_that_work_or_a_call_begins_is_no_beginning_of_the_incident() -> None:
    values = of_timeline(
        "09:00 Alert fired for the gate",
        "09:12 Problem found, started work on a fix",
        "09:14 An incident call was started",
        "09:40 Service restored",
    )
    assert values["clock_sources"]["impact_started_at"].startswith("first event")
    assert values["impact_started_at"] == at("09:00")


def test_a_cause_that_is_discovered_is_no_detection() -> None:
    values = of_timeline(
        "09:00 All gates answer with errors",
        "09:05 Investigation started",
        "09:50 Root cause discovered in the rule for day tickets",
        "10:00 All gates are back to normal",
    )
    assert values["acknowledged_at"] == at("09:05")
    assert "detected_at" not in values


def test_the_last_event_by_which_all_works_again_is_the_end_where_no_other_is_told() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:20 Gate service restored, exports are still off",
        "09:45 Exports recovered",
        "11:00 Notes written",
    )
    assert values["mitigated_at"] == at("09:20")
    assert values["resolved_at"] == at("09:45")
    assert values["clock_precision"]["resolved_at"] == "estimated"


def test_a_stated_duration_counts_more_for_the_end_than_an_event_of_recovery() -> None:
    values = record(
        "# Ferry tickets\n\n- Start: 2026-05-04 09:00 UTC\n- Duration: 2 hours\n\n## Timeline\n\n"
        "- 09:05 UTC alert fired\n- 10:30 UTC service restored\n"
    )
    assert values["mitigated_at"] == at("10:30")
    assert values["resolved_at"] == at("11:00")


def test_a_cause_laid_days_before_a_dense_list_is_not_when_it_began() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline\n\n- 2026-05-01 11:00 UTC New rule deployed\n"
        "- 2026-05-04 09:00 UTC All gates answer with errors\n"
        "- 2026-05-04 09:05 UTC Alert fired\n- 2026-05-04 09:30 UTC Resolved\n"
    )
    assert values["impact_started_at"] == at("09:00")


def test_events_in_lists_below_times_that_are_headings_stay_with_their_time() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline\n\nAll times in UTC\n\n### 2026-05-04 09:00\n\n"
        "* Ticket sales are noticed to fail\n* two nodes are lost\n\n### 09:20\n\n"
        "* nodes deleted\n* sales are back to normal\n"
    )
    first, second = values["timeline"]
    assert first["at"] == at("09:00")
    assert first["text"].endswith("- two nodes are lost")
    assert values["detected_at"] == at("09:00")
    assert (second["at"], values["mitigated_at"]) == (at("09:20"), at("09:20"))


def test_an_offset_in_brackets_counts_more_than_the_name_of_the_zone() -> None:
    values = of_timeline("09:00 Alert fired", "09:30 Resolved", above="All times in PST (UTC-7)")
    assert values["detected_at"] == "2026-05-04T09:00:00-07:00"


def test_lines_that_are_set_in_below_a_day_are_events_and_logs_are_not() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline (all times UTC)\n\n2026-05-03\n\n"
        "    7:32 PM - Sales stopped responding\n\n    7:38 PM - Monitoring detected it\n\n"
        "    7:42 PM - Sales are back to normal\n\nThe log:\n\n"
        "```\n19:31:00 WARN slow\n19:31:30 ERROR stopped\n```\n"
    )
    assert [event["at"][11:16] for event in values["timeline"]] == ["19:32", "19:38", "19:42"]
    assert values["detected_at"] == "2026-05-03T19:38:00+00:00"


def test_what_is_confirmed_to_be_resolved_is_resolved() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:40 The team discussed how to resolve it for good",
        "09:50 Outage confirmed to be resolved",
    )
    assert values["resolved_at"] == at("09:50")


def test_a_stated_time_to_detect_leads_back_to_the_event_by_which_it_began() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline\n\nAll times in UTC.\n\n"
        "- 08:30 Workshop on the new planner\n- 09:00 New planner is switched on\n"
        "- 09:40 Customers report empty timetables\n"
        "- 10:00 Planner switched off\n\n## Stats\n\n- Time to detection: 40 minutes\n"
    )
    assert values["impact_started_at"] == at("09:00")
    assert values["clock_sources"]["impact_started_at"] == "stated time to detect of 0:40:00"


def test_a_first_event_that_a_stated_length_contradicts_is_no_beginning() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline\n\nAll times in UTC.\n\n- 02:00 A mirror is replaced\n"
        "- 09:40 Customers report empty timetables\n- 10:00 Resolved\n\n"
        "## Stats\n\n- Time to detection: 25 minutes\n"
    )
    assert values["impact_started_at"] == "2026-05-04"


def test_the_end_is_no_word_alone_and_nothing_that_was_written_afterwards() -> None:
    values = of_timeline(
        "09:00 Gates answer with errors",
        "10:00 Gates sell tickets by hand",
        "15:00 Write this document",
        "16:00 fin.",
    )
    assert values["resolved_at"] == at("10:00")


def test_a_restart_elsewhere_and_a_team_that_is_back_mitigate_nothing() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:20 The staging gates were successfully restarted",
        "09:30 Team is back up after the night",
        "10:00 All gates were successfully restarted",
    )
    assert values["mitigated_at"] == at("10:00")


def test_a_day_in_the_name_of_the_file_is_read_with_its_year_last_where_one_reading_is_left() -> (
    None
):
    timeline = "# Ferry tickets\n\n## Timeline\n\n- 09:00 UTC Alert fired\n- 09:30 UTC Resolved\n"
    assert record(timeline, "outage-5-26-21.md")["detected_at"] == "2021-05-26T09:00:00+00:00"
    assert record(timeline, "07-Sept-2022_gates.md")["detected_at"] == "2022-09-07T09:00:00+00:00"
    assert "detected_at" not in record(timeline, "outage-5-6-21.md")


def test_a_year_that_a_page_cannot_tell_of_yet_is_a_slip() -> None:
    values = record(
        "---\ntitle: Outage of the gates\ndate: 2023-11-10\n---\n\n"
        "At about 08:45 on November 10th, 2033, the gates were out for many people.\n\n"
        "## Timeline\n\nAll times are in UTC.\n\n- 08:45: Noticed closed gates.\n"
        "- 09:07: **Gates are back online.**\n",
        "gates.md",
    )
    assert values["impact_started_at"] == "2023-11-10T08:45:00+00:00"
    assert values["mitigated_at"] == "2023-11-10T09:07:00+00:00"


def test_contributing_factors_are_the_cause_where_no_other_is_told() -> None:
    values = record(
        "# Ferry tickets\n\n## Impact\n\nQueues\n\n## Contributing factors\n\n- Old rule\n"
    )
    assert values["root_cause"] == "- Old rule"
