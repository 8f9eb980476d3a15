"""Are the clocks of a post-mortem right where several places tell of them, and absent in doubt?"""

from tests.support.ferry import at, of_timeline, record


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


def test_headings_that_are_days_go_on_with_a_timeline_at_their_own_level() -> None:
    values = record(
        "# Ferry tickets 2026\n\n## Timeline\n\n_All times in UTC_\n\n## May 4\n\n### 20:15\n\n"
        "A customer reports empty timetables\n\n## May 5\n\n### 09:30AM\n\nResolved\n\n"
        "## Action items\n\n- Alert on empty timetables\n"
    )
    assert values["detected_at"] == at("20:15")
    assert values["resolved_at"] == "2026-05-05T09:30:00+00:00"
    assert [action["title"] for action in values["actions"]] == ["Alert on empty timetables"]


def test_a_timeline_of_days_alone_has_an_event_a_day() -> None:
    values = record(
        "# Outage of ferry tickets, May 2026\n\n## Timeline\n\n### May 4, 2026\n\nFirst gates fail."
        "\n\n### May 6, 2026\n\nThe cause is found in a lock.\n\n"
        "### May 9, 2026\n\nAll is resolved.\n",
        "ferry.md",
    )
    assert values["impact_started_at"] == "2026-05-04"
    assert values["resolved_at"] == "2026-05-09"
    assert "detected_at" not in values


def test_a_start_to_the_minute_counts_more_than_a_day_on_which_something_expired() -> None:
    values = of_timeline(
        "**2026-05-01** - Outage of the certificate service begins to be possible",
        "**2026-05-04 10:00 UTC** - Outage begins at all gates",
        "**2026-05-04 10:40 UTC** - Service restored",
    )
    assert values["impact_started_at"] == at("10:00")


def test_a_bare_date_may_be_when_the_document_was_written() -> None:
    values = record(
        "# Ferry tickets\n\nDate: 2026-05-12\n\n## Timeline\n\nAll times in UTC.\n\n"
        "- 2026-05-04 09:00 Customers report empty timetables\n- 2026-05-04 10:00 Resolved\n",
        "ferry.md",
    )
    assert values["impact_started_at"] == at("09:00")


def test_a_declaration_that_comes_first_is_no_beginning() -> None:
    values = of_timeline("09:30 Incident declared", "10:00 Resolved")
    assert values["declared_at"] == at("09:30")
    assert values["impact_started_at"] == "2026-05-04"


def test_facts_below_headings_of_days_are_of_their_days() -> None:
    values = record(
        "# Two outages of ferry tickets\n\n## Timeline\n\n### May 4, 2026\n\n"
        "**Window:** 21:45 to 23:28 UTC\n\nGates fail.\n\n### May 6, 2026\n\n"
        "**Window:** 18:00 to 19:12 UTC\n\nGates fail again.\n",
        "ferry.md",
    )
    assert values["impact_started_at"] == at("21:45")
    assert values["resolved_at"] == at("23:28")


def test_facts_may_be_headings_with_day_and_time_apart() -> None:
    values = record(
        "## Incident report: ferry tickets\n\n## Date: May 4, 2026\n\n## Time: 15:30:00 UTC\n\n"
        "## Details:\n\nFees were wrong.\n\n## Mitigation:\n\nPeople were paid back.\n",
        "ferry.md",
    )
    assert values["impact_started_at"] == at("15:30")
    assert "team" not in values


def test_numbers_of_a_date_are_read_by_the_language_and_by_the_name_of_the_file() -> None:
    spanish = (
        "# Corte del portal\n\n- Fecha: 03/05/2026\n- Hora de inicio: 10:15 UTC\n"
        "- Hora de fin: 11:40 UTC\n\n## Resumen\n\n"
        "El portal de la línea del norte no vendió billetes para los barcos de la mañana.\n"
    )
    assert record(spanish, "corte.md")["impact_started_at"] == "2026-05-03T10:15:00+00:00"
    english = spanish.replace("Corte del portal", "Outage").split("## Resumen")[0]
    english = english.replace("Fecha", "Date").replace("Hora de inicio", "Start time")
    english = english.replace("Hora de fin", "End time")
    named = record(english, "2026-03-05-portal.md")
    assert named["impact_started_at"] == "2026-03-05T10:15:00+00:00"


def test_day_times_and_zone_may_stand_in_rows_of_their_own() -> None:
    values = record(
        "# Corte del portal\n\n| Campo | Valor |\n|---|---|\n| Fecha | 4 de mayo de 2026 |\n"
        "| Horario | 10:15 - 11:40 |\n| Zona horaria | Europe/Madrid |\n",
        "corte.md",
    )
    assert values["impact_started_at"] == "2026-05-04T10:15:00+02:00"
    assert values["resolved_at"] == "2026-05-04T11:40:00+02:00"


def test_a_symptom_after_the_detection_is_no_beginning_where_only_the_day_is_stated() -> None:
    values = record(
        "# Ferry tickets\n\n**Date**: 2026-05-04\n\n## Summary\n\n"
        "At 09:30 UTC, the planner began returning errors.\n\n## Timeline\n\n"
        "- **09:35 UTC**: Alert fired for the planner.\n"
        "- **09:40 UTC**: Latency spiked on the booking pages.\n"
        "- **10:15 UTC**: Service restored.\n"
    )
    assert values["impact_started_at"] == at("09:30")
    assert values["detected_at"] == at("09:35")


def test_the_day_in_the_title_of_a_page_counts_more_than_its_date() -> None:
    values = record(
        "---\ntitle: Report on the ferry outage of 4th May 2026\ndate: 2026-05-20\n---\n\n"
        "## What happened that day\n\nGates failed.\n\n## Root cause\n\nA lock.\n",
        "ferry.md",
    )
    assert values["impact_started_at"] == "2026-05-04"


def test_a_page_that_begins_with_a_line_across_has_no_front_matter() -> None:
    values = record(
        "---\n\n# Ferry outage\n\nDate: 2026-05-04\n**Severity:** P2\n\n"
        "## Root Cause\n\nA lock.\n\n---\n\n## Lessons\n\nMany.\n",
        "ferry.md",
    )
    assert values["title"] == "Ferry outage"
    assert values["root_cause"].startswith("A lock.")
    assert values["impact_started_at"] == "2026-05-04"


def test_the_day_of_times_may_stand_in_an_introduction() -> None:
    values = record(
        "# Incident Report\n\n## Introduction\n\nGates failed on May 4, 2026.\n\n"
        "## Timeline (UTC)\n\n- **9:00 AM**: First reports\n- **9:40 AM**: Resolved\n",
        "ferry.md",
    )
    assert values["resolved_at"] == at("09:40")


def test_a_first_heading_that_names_an_incident_is_the_title_at_any_depth() -> None:
    values = record(
        "### Postmortem: ferry outage - May 4, 2026\n\n## Timeline\n\n- 09:00 UTC Alert fired\n\n"
        "# Root Cause\n\nA lock.\n\n# Lessons\n\nMany.\n",
        "ferry.md",
    )
    assert values["title"] == "Postmortem: ferry outage - May 4, 2026"
    assert values["detected_at"] == at("09:00")


def test_a_length_behind_the_name_of_a_clock_is_how_long_it_took() -> None:
    values = record(
        "# Ferry tickets\n\n- Start: 2026-05-04 09:00 UTC\n- Detection time: 12 minutes\n"
        "- Recovery time: 5-6 hours (counted from 09:15 UTC)\n\n## Impact\n\nNo tickets.\n"
    )
    assert values["detected_at"] == at("09:12")
    assert "resolved_at" not in values


def test_what_is_noticed_after_the_stated_beginning_is_the_detection() -> None:
    values = record(
        "# Ferry tickets\n\n- Outage: from 09:00 to 10:00 UTC\n- Start: 2026-05-04 09:00 UTC\n\n"
        "## Timeline\n\n- 09:05 UTC Clerk notices empty pages\n"
        "- 09:20 UTC Gate service stops responding\n- 10:00 UTC Service restored\n"
    )
    assert values["impact_started_at"] == at("09:00")
    assert values["detected_at"] == at("09:05")


def test_a_change_that_is_only_merged_is_no_beginning() -> None:
    values = of_timeline(
        "07:54 Change to the fare rules merged",
        "08:28 New fare rules uploaded",
        "09:00 Passengers report wrong fares",
        "10:00 Fix deployed",
    )
    assert values["impact_started_at"] == at("08:28")


def test_what_is_declared_first_began_at_a_time_that_nobody_tells() -> None:
    values = of_timeline("09:00 Incident declared as the backlog grows", "10:00 Resolved")
    assert values["impact_started_at"] == "2026-05-04"


def test_a_first_alert_a_day_before_a_dense_list_belongs_to_the_incident() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline (UTC)\n\n- 2026-05-02 08:00 Monitoring alerts\n"
        "- 2026-05-04 09:00 Three more queues added\n- 2026-05-04 09:30 A bot is found\n"
        "- 2026-05-04 10:00 Bot blocked\n- 2026-05-04 10:30 Resolved\n"
    )
    assert values["detected_at"] == "2026-05-02T08:00:00+00:00"
    assert values["impact_started_at"] == "2026-05-02T08:00:00+00:00"


def test_an_investigation_that_is_labelled_after_other_findings_is_no_acknowledgement() -> None:
    late = of_timeline(
        "09:00 **Detected**: alert for the gates",
        "09:20 Engineers read the logs of the ticket office",
        "11:00 **Investigation**: queries of the planner",
        "12:00 **Resolution**: all gates open",
    )
    assert "acknowledged_at" not in late
    next_to_it = of_timeline(
        "09:00 **Detected**: alert for the gates",
        "09:20 **Investigation**: queries of the planner",
        "12:00 **Resolution**: all gates open",
    )
    assert next_to_it["acknowledged_at"] == at("09:20")


def test_whoever_is_asked_to_look_has_not_begun() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:04 The harbour pings the planner team to take a look",
        "09:07 Planner team starts looking",
        "10:00 Resolved",
    )
    assert values["acknowledged_at"] == at("09:07")


def test_what_follows_a_change_is_not_when_the_change_was() -> None:
    values = record(
        "# Ferry tickets\n\n## Trigger\n\nAfter deploying on May 4, 2026 at 13:57 UTC, we noticed "
        "that the planner was down.\n\n## Root cause\n\nA lock.\n"
    )
    assert "detected_at" not in values


def test_hours_of_four_digits_make_a_window_beside_one_zone() -> None:
    values = record(
        "# Delays\n\n## Summary\n\nOn May 4, 2026 between the hours of 1900 and 2100 UTC, the "
        "planner was slow.\n\n## Root cause\n\nA lock.\n"
    )
    assert values["impact_started_at"] == at("19:00")
    assert values["resolved_at"] == at("21:00")


def test_times_of_day_with_dots_in_front_of_lines_are_events() -> None:
    values = record(
        "# Ferry tickets\n\n## Timeline\n\n4 May 2026, all times UTC\n\n9.05 Alert fired\n\n"
        "9.20 Rolled back to release 1.10\n\n9.40 Site back to normal\n"
    )
    assert [event["at"] for event in values["timeline"]] == [at("09:05"), at("09:20"), at("09:40")]
    assert values["mitigated_at"] == at("09:40")


def test_updates_below_headings_that_are_times_are_a_timeline_in_order() -> None:
    values = record(
        "---\ntitle: Ferry tickets are down\n---\n\n## 2026-05-04T12:35 - All works again\n\n"
        "* closely watched\n\n## 2026-05-04T10:00\n\n* The search goes on.\n\n"
        "## 2026-05-04T09:30\n\n* Tickets cannot be bought.\n"
    )
    assert [event["at"][11:16] for event in values["timeline"]] == ["09:30", "10:00", "12:35"]
    assert values["mitigated_at"].startswith("2026-05-04T12:35")


def test_a_post_of_a_blog_is_named_after_the_day_of_its_publication() -> None:
    values = record(
        "---\nlayout: post\ntitle: The outage of our planner\n---\n\nOn May 2 the planner of all "
        "ferries was down.\n\n## Root cause\n\nA lock.\n"
    )
    assert values["impact_started_at"] == "2026-05-02"


def test_facts_below_the_day_of_another_outage_are_not_of_the_first() -> None:
    values = record(
        "# Two outages\n\n## May 4, 2026: gates\n\n**Window:** 21:45 to 23:28 UTC\n\n"
        "## May 7, 2026: planner\n\n**Window:** 18:00 to 19:12 UTC\n\n## Root cause\n\nA lock.\n"
    )
    assert values["impact_started_at"] == at("21:45")
    assert values["resolved_at"] == at("23:28")


def test_the_time_below_the_name_of_a_clock_is_its_value() -> None:
    values = record(
        "2026年5月4日 障害のご報告\n下記のとおりです。\n発生日時\n2026年5月4日 7時07分\n"
        "復旧日時\n2026年5月4日 7時37分\n原因\nサーバの応答が停止したため。\n",
        "ferry.txt",
    )
    assert values["impact_started_at"] == "2026-05-04T07:07:00"
    assert values["resolved_at"] == "2026-05-04T07:37:00"


def test_a_bold_label_in_front_of_a_time_leaves_no_marks() -> None:
    values = of_timeline(
        "**Reported:** 4 May 2026 09:36 (UTC)",
        "**Impact start:** 4 May 2026 09:30 (UTC)",
        "**Fixed:** 4 May 2026 09:45 (UTC)",
    )
    assert [event["text"] for event in values["timeline"]] == ["Reported", "Impact start", "Fixed"]


def test_a_remark_in_brackets_does_not_part_the_ends_of_a_window() -> None:
    values = record(
        "# 2026-05-04: ferry tickets\n\n## What happened?\n\nOn Monday, 2026-05-04 from ~12:00 "
        "(maybe before) to 17:55 UTC, our booking pages were slow.\n"
    )
    assert values["impact_started_at"] == at("12:00")
    assert values["resolved_at"] == at("17:55")


def test_looking_into_something_after_much_else_is_no_first_response() -> None:
    between = [f"09:{minute} Plan number {minute} runs" for minute in (10, 20, 30, 40)]
    late = of_timeline("09:00 Alert fired", *between, "10:05 Ferry team looks into the locks")
    assert "acknowledged_at" not in late
    early = of_timeline("09:00 Alert fired", *between[:2], "09:35 Ferry team looks into the locks")
    assert early["acknowledged_at"] == at("09:35")


def test_a_service_that_goes_dark_has_begun_to_fail() -> None:
    values = of_timeline("08:40 Began the upgrade", "09:00 Booking goes dark", "09:02 Alert fired")
    assert values["impact_started_at"] == at("09:00")


def test_what_went_wrong_tells_when_where_no_summary_does() -> None:
    values = record(
        "## What Went Wrong\n\nOn May 4th at approximately 5:50 PM UTC, customers experienced "
        "intermittent outages of the timetable.\n\n## Root Cause\n\nA host was rebooted.\n"
        "\n## Next Steps\n\n- Reboot hosts one by one.\n"
    )
    assert values["impact_started_at"] == at("17:50")


def test_half_of_the_day_may_stand_right_behind_a_day_in_japanese() -> None:
    values = record(
        "# 障害報告\n\n### 発生日時\n2026年5月4日午後6時\n\n"
        "### 復旧日時\n2026年5月4日午後6時40分\n\n"
        "## 原因\n設定の誤り\n"
    )
    assert values["impact_started_at"] == "2026-05-04T18:00:00"
    assert values["resolved_at"] == "2026-05-04T18:40:00"


def test_days_without_a_year_stand_above_the_events_of_a_list() -> None:
    values = record(
        "# Ferry outage on 2026-05-30\n\n## Timeline\n\n- 5/30\n    - 21:00 - alert fired\n"
        "- 5/31\n    - 10:00 - pier 2 opens\n    - 10:40 - service restored\n- 6/1\n"
        "    - 09:00 - resolved\n"
    )
    assert [event["at"] for event in values["timeline"]] == [
        "2026-05-30T21:00:00",
        "2026-05-31T10:00:00",
        "2026-05-31T10:40:00",
        "2026-06-01T09:00:00",
    ]


def test_columns_named_after_zones_hold_the_times_of_a_timeline() -> None:
    values = record(
        "# Ferry outage\n\n## Timeline\n\n| NZST | UTC | Event |\n|---|---|---|\n"
        "| 2026-05-04 21:00 | 2026-05-04 09:00 | alert fired |\n"
        "| 2026-05-04 21:40 | 09:40 | service restored |\n"
    )
    assert [event["at"] for event in values["timeline"]] == [
        "2026-05-04T21:00:00+12:00",
        "2026-05-04T21:40:00+12:00",
    ]
    assert values["timeline"][0]["text"] == "alert fired"


def test_a_length_may_say_in_brackets_from_when_to_when_it_was() -> None:
    values = record(
        "# Ferry outage\n\n- Date: 2026-05-04\n"
        "- Duration: ~1h (gates stuck 09:00 UTC → open ~09:50 UTC)\n\n## Root cause\n\nA typo.\n"
    )
    assert values["impact_started_at"] == at("09:00")
    assert values["resolved_at"] == at("09:50")


def test_a_beginning_concluded_from_a_rounded_duration_has_to_be_an_event() -> None:
    values = record(
        "# Ferry outage\n\n- Duration: 2 hours\n\n## Timeline\n\n- 2026-05-04 08:10 UTC rule "
        "deployed\n- 2026-05-04 09:20 UTC alert fired\n- 2026-05-04 10:00 UTC resolved\n"
    )
    assert "impact_started_at" not in values or values["impact_started_at"] != at("08:00")


def test_facts_in_front_of_the_first_sentence_do_not_hide_when_it_was() -> None:
    values = record(
        "# Ferry outage\n\n- Date: 2026-05-04\n- Piers hit: 3 of 9\n\n## Summary\n\n"
        "On May 4, 2026 at 09:00 UTC a crowd exploited the free tickets.\n\n## Timeline\n\n"
        "- 07:00 UTC two visitors arrive\n- 09:00 UTC crowd at pier 1\n- 09:40 UTC pier closed\n"
    )
    assert values["impact_started_at"] == at("09:00")


def test_an_alert_that_does_not_fire_is_no_detection() -> None:
    values = of_timeline(
        "09:00 Backup of the tickets fails, the alarm does not fire",
        "09:30 Customers report lost tickets",
        "10:00 Resolved",
    )
    assert values["detected_at"] == at("09:30")
