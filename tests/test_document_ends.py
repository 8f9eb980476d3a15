"""When was it mitigated, and when over, by the words of a post-mortem?"""

from tests.support.ferry import at, of_timeline, record


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


def test_what_is_confirmed_to_be_resolved_is_resolved() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:40 The team discussed how to resolve it for good",
        "09:50 Outage confirmed to be resolved",
    )
    assert values["resolved_at"] == at("09:50")


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


def test_a_fix_before_the_confirmation_of_the_end_is_the_mitigation() -> None:
    values = of_timeline(
        "10:05 Alert fired",
        "11:45 Hotfix deployed",
        "12:00 Resolved: all gates are back to normal",
    )
    assert values["mitigated_at"] == at("11:45")
    assert values["resolved_at"] == at("12:00")


def test_a_line_that_works_again_and_then_says_that_it_is_over_is_the_mitigation() -> None:
    values = of_timeline(
        "10:05 Alert fired",
        "11:45 New certificate installed",
        "12:00 Logins back to normal. Incident resolved.",
    )
    assert values["mitigated_at"] == values["resolved_at"] == at("12:00")


def test_a_call_for_help_or_work_in_progress_is_no_end() -> None:
    called = of_timeline("10:05 Alert fired", "11:45 Everybody met", "12:00 Vendor contacted")
    assert "resolved_at" not in called
    working = of_timeline("10:05 Alert fired", "12:00 Fix #5 deployed (1f7e) - IN PROGRESS")
    assert not {"mitigated_at", "resolved_at"} & working.keys()


def test_what_is_done_in_order_to_come_back_is_no_return() -> None:
    values = of_timeline(
        "10:05 Alert fired",
        "11:00 Data is dropped in order to get the gates back up",
        "11:20 The gates are operating normally",
    )
    assert values["mitigated_at"] == at("11:20")


def test_a_chain_that_resumes_works_again() -> None:
    values = of_timeline("10:05 Chain halts", "11:20 Operators upgrade and the chain resumes")
    assert values["mitigated_at"] == at("11:20")


def test_what_works_again_but_still_fails_is_no_mitigation() -> None:
    values = of_timeline(
        "10:05 Alert fired",
        "11:00 Gates are back online but orders still fail",
        "11:40 All gates are back to normal",
    )
    assert values["mitigated_at"] == at("11:40")


def test_the_hours_beside_a_stated_length_are_no_beginning_and_no_end() -> None:
    values = record(
        "# Ferry tickets\n\n- **Time to resolve**: 7h (during office hours, 10:00-17:00)\n\n"
        "## Timeline\n\n- 2026-05-04 07:32 UTC Fault occurs\n- 2026-05-04 07:36 UTC Team aware\n"
        "- 2026-05-04 17:07 UTC Resolved\n"
    )
    assert values["impact_started_at"] == at("07:32")
    assert values["detected_at"] == at("07:36")
    assert values["resolved_at"] == at("17:07")


def test_an_end_in_words_is_none_if_it_fails_and_works_again_afterwards() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:30 Restart of the planner; this resolved the errors",
        "10:30 Error rate increases once more",
        "11:15 Planner is back to normal",
    )
    assert values["resolved_at"] == at("11:15")


def test_what_is_given_up_is_no_end() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:40 Gives up on resolving the payment issue and asks for help",
        "11:00 Incident resolved",
    )
    assert values["resolved_at"] == at("11:00")


def test_of_two_repairs_the_one_within_the_stated_window_counts() -> None:
    values = record(
        "# Ferry tickets\n\n## Summary\n\nOn 2026-05-04 between 12:17 and 12:30 UTC all bookings "
        "failed.\n\n## Timeline\n\n- 12:25 Alert fired\n- 12:30 The deployment was rolled back\n"
        "- 13:49 The fix was merged and deployed\n"
    )
    assert values["mitigated_at"] == at("12:30")
    assert values["resolved_at"] == at("12:30")


def test_a_labelled_end_by_which_all_works_again_is_the_mitigation_too() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:40 Resolution: The pool was enlarged and normal service was restored",
    )
    assert values["mitigated_at"] == at("09:40")
    assert values["resolved_at"] == at("09:40")


def test_the_window_of_an_outage_ends_with_its_mitigation_where_no_step_says_more() -> None:
    told = "On 2026-05-04 between 09:00 and 09:40 UTC no gate opened."
    values = record(f"# Ferry outage\n\n## Summary\n\n{told}\n\n## Root cause\n\nA typo.\n")
    assert values["mitigated_at"] == values["resolved_at"] == at("09:40")
    assert values["clock_precision"]["mitigated_at"] == "estimated"
    steps = "- 09:05 UTC alert fired\n- 09:25 UTC rule rolled back\n"
    values = record(f"# Ferry outage\n\n## Summary\n\n{told}\n\n## Timeline\n\n{steps}")
    assert values["mitigated_at"] == at("09:25")


def test_a_bare_day_stated_as_the_end_leaves_the_minute_to_the_last_event() -> None:
    values = record(
        "# Ferry outage\n\n- Incident until: 2026-05-04\n\n## Timeline\n\n"
        "- 2026-05-04 09:00 UTC alert fired\n- 2026-05-04 09:50 UTC gates opened by hand\n"
    )
    assert values["resolved_at"] == at("09:50")


def test_what_recovers_in_one_region_is_not_over() -> None:
    values = of_timeline(
        "09:00 Alert fired",
        "09:20 Ticket sales fully recovered in the northern region",
        "09:40 All sales back to normal",
    )
    assert values["resolved_at"] == at("09:40")


def test_a_sentence_that_says_when_it_works_again_tells_the_end_where_nothing_else_does() -> None:
    values = record(
        "# Ferry outage on 4 May 2026\n\nStarting around 09:00 UTC no gate opened. "
        "Ticket sales returned to normal around 09:40 UTC.\n\n## Root cause\n\nA typo.\n"
    )
    assert values["impact_started_at"] == at("09:00")
    assert values["mitigated_at"] == values["resolved_at"] == at("09:40")


def test_a_sentence_may_say_until_when_it_lasted() -> None:
    values = record(
        "# Ferry outage\n\nOn May 4, 2026 at 09:00 UTC the gates went down and this "
        "lasted until May 4, 2026, at 09:40 UTC.\n\n## Root cause\n\nA typo.\n"
    )
    assert values["impact_started_at"] == at("09:00")
    assert values["resolved_at"] == at("09:40")
