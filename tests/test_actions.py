"""Are actions counted by state and lateness as their dates say?"""

import datetime as dt

import pytest

from analytics.actions.states import action_states, overdue, overdue_since
from tests.support.columns import AS_OF, empty, times, view, with_actions


def test_unknown_is_a_state_of_its_own_and_neither_open_nor_done() -> None:
    states = action_states(with_actions(status=["done", "open", "in_progress", "wont_do", None]))
    assert states.counts == {"open": 1, "in_progress": 1, "done": 1, "wont_do": 1, "unknown": 1}
    assert (states.total, states.still_open) == (5, 2)
    assert (states.done.estimate, states.done.n, states.done.n_missing) == (0.25, 4, 1)


def test_a_state_that_nobody_knows_is_counted_as_unknown() -> None:
    assert action_states(with_actions(status=["parked", "unknown"])).counts["unknown"] == 2


def test_without_actions_the_share_done_is_a_reason_and_no_zero() -> None:
    done = action_states(empty()).done
    assert (done.estimate, bool(done.reason)) == (None, True)


def test_actions_of_incidents_out_of_view_do_not_count() -> None:
    seen = view(
        {"kind": ["incident", "drill"]},
        actions={"incident": [0, 1], "status": ["done", "open"]},
    )
    assert action_states(seen).total == 1


@pytest.mark.parametrize(
    ("due", "band"),
    [
        ("2026-07-02", None),
        ("2026-07-01", None),
        ("2026-06-30", "up to 7 days"),
        ("2026-06-24", "up to 7 days"),
        ("2026-06-23", "8 to 30 days"),
        ("2026-06-01", "8 to 30 days"),
        ("2026-05-31", "31 to 90 days"),
        ("2026-04-02", "31 to 90 days"),
        ("2026-04-01", "over 90 days"),
    ],
)
def test_an_action_is_overdue_from_the_day_after_its_due_date(due: str, band: str | None) -> None:
    found = overdue(with_actions(status=["open"], due_on=times(due)), as_of=AS_OF)
    assert [name for name, count in found.bands.items() if count] == ([band] if band else [])


def test_the_hour_of_the_day_makes_nothing_overdue() -> None:
    seen = with_actions(status=["open"], due_on=times("2026-07-01"))
    assert overdue(seen, as_of=dt.datetime(2026, 7, 1, 23, 59)).overdue.estimate == 0.0


def test_only_open_actions_with_a_due_date_are_the_denominator() -> None:
    seen = with_actions(
        status=["open", "in_progress", "open", "done", "wont_do", None],
        due_on=times("2026-06-01", "2026-08-01", None, "2026-01-01", "2026-01-01", "2026-01-01"),
    )
    answer = overdue(seen, as_of=AS_OF).overdue
    assert (answer.estimate, answer.n, answer.n_missing) == (0.5, 2, 1)


def test_a_due_date_that_was_moved_does_not_make_an_action_on_time() -> None:
    seen = with_actions(
        status=["open", "open"],
        first_due_on=times("2026-03-01", "2026-03-01"),
        due_on=times("2026-09-01", "2026-04-01"),
    )
    found = overdue(seen, as_of=AS_OF)
    assert found.bands["over 90 days"] == 2
    assert found.moved_ahead == 1


def test_open_actions_without_any_due_date_give_a_reason_and_no_zero() -> None:
    found = overdue(with_actions(status=["open", "open"]), as_of=AS_OF)
    assert (found.overdue.estimate, found.overdue.n_missing, found.n_open) == (None, 2, 2)


def test_an_action_is_overdue_since_its_first_due_date_wherever_it_was_moved() -> None:
    seen = with_actions(
        status=["open", "open", "done", "in_progress"],
        first_due_on=times("2026-06-01", None, "2026-06-01", "2026-07-02"),
        due_on=times("2026-09-01", "2026-06-30", "2026-06-01", "2026-06-01"),
    )
    since = overdue_since(seen.actions, as_of=AS_OF).astype(str)
    assert since.tolist() == ["2026-06-01", "2026-06-30", "NaT", "NaT"]
