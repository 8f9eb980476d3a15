"""Is "in time" judged by the first deadline, and only when that has passed?"""

import pytest

from analytics.actions.states import ATLASSIAN_4_WEEKS, NO_NEWS, PAGERDUTY, on_time, slips
from tests.support.columns import AS_OF, empty, times, view, with_actions


def test_done_on_the_day_of_the_deadline_is_in_time_and_the_day_after_is_late() -> None:
    seen = with_actions(
        status=["done", "done"],
        due_on=times("2026-05-01", "2026-05-01"),
        completed_on=times("2026-05-01 23:00", "2026-05-02"),
    )
    found = on_time(seen, as_of=AS_OF)
    assert (found.on_time.estimate, found.on_time.n, found.done_late) == (0.5, 2, 1)


def test_an_action_done_early_does_not_count_before_its_deadline_has_passed() -> None:
    seen = with_actions(
        status=["done", "open"],
        due_on=times("2026-09-01", "2026-09-01"),
        completed_on=times("2026-06-01", None),
    )
    found = on_time(seen, as_of=AS_OF)
    assert (found.on_time.estimate, found.not_due) == (None, 2)


def test_a_date_that_was_moved_does_not_make_an_action_on_time() -> None:
    seen = with_actions(
        status=["done"],
        first_due_on=times("2026-03-01"),
        due_on=times("2026-06-01"),
        completed_on=times("2026-05-01"),
    )
    assert on_time(seen, as_of=AS_OF).on_time.estimate == 0.0


def test_open_and_given_up_late_are_not_done_and_given_up_in_time_is_apart() -> None:
    seen = with_actions(
        status=["open", "wont_do", "wont_do", "wont_do", "in_progress"],
        due_on=times(*["2026-05-01"] * 5),
        completed_on=times(None, "2026-05-09", "2026-04-01", None, None),
    )
    found = on_time(seen, as_of=AS_OF)
    assert (found.not_done, found.given_up) == (3, 2)
    assert (found.on_time.estimate, found.on_time.n, found.on_time.n_missing) == (0.0, 3, 0)


def test_done_on_an_unknown_day_and_unknown_states_are_missing() -> None:
    seen = with_actions(status=["done", None], due_on=times("2026-05-01", "2026-05-01"))
    answer = on_time(seen, as_of=AS_OF).on_time
    assert (answer.estimate, answer.n, answer.n_missing) == (None, 0, 2)


def test_pagerduty_gives_15_days_after_sev1_30_after_sev2_and_says_nothing_of_others() -> None:
    seen = view(
        {"severity_rank": [1, 2, 3, None]},
        actions={
            "incident": [0, 1, 2, 3],
            "status": ["done"] * 4,
            "created_on": times(*["2026-01-01"] * 4),
            "completed_on": times(*["2026-01-20"] * 4),
        },
    )
    found = on_time(seen, as_of=AS_OF, policy=PAGERDUTY)
    assert (found.on_time.estimate, found.on_time.n) == (0.5, 2)
    assert (found.done_late, found.without_deadline) == (1, 2)


def test_four_weeks_count_from_the_promise_and_need_its_date() -> None:
    seen = with_actions(
        status=["done", "done", "done"],
        created_on=times("2026-01-01", "2026-01-01", None),
        completed_on=times("2026-01-29", "2026-01-30", "2026-01-30"),
    )
    found = on_time(seen, as_of=AS_OF, policy=ATLASSIAN_4_WEEKS)
    assert (found.on_time.estimate, found.without_deadline) == (0.5, 1)


def test_slips_are_a_share_of_the_actions_that_have_both_dates() -> None:
    seen = with_actions(
        status=["open"] * 4,
        first_due_on=times("2026-05-01", "2026-05-01", "2026-05-09", None),
        due_on=times("2026-05-11", "2026-05-01", "2026-05-01", "2026-05-01"),
    )
    found = slips(seen)
    assert found.moved.estimate == pytest.approx(1 / 3)
    assert (found.moved.n, found.moved.n_missing) == (3, 1)
    assert (found.days.estimate, found.days.unit) == (10, "days")


def test_without_actions_nothing_is_on_time_and_nothing_late() -> None:
    assert on_time(empty(), as_of=AS_OF).on_time.estimate is None
    assert slips(empty()).moved.estimate is None


def test_what_was_written_before_the_deadline_says_nothing_of_the_day_after() -> None:
    seen = with_actions(status=["open", "open"], due_on=times("2026-05-01", "2026-06-01"))
    found = on_time(seen, as_of=AS_OF)
    assert (found.on_time.estimate, found.on_time.n_missing, found.not_done) == (None, 2, 0)
    assert found.on_time.reason == NO_NEWS


def test_an_open_action_with_a_date_of_its_own_was_not_done_in_time() -> None:
    seen = with_actions(status=["open"], due_on=times("2026-05-01"), created_on=times("2026-04-01"))
    assert on_time(seen, as_of=AS_OF).on_time.estimate == 0.0
