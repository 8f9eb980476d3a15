"""Does the backlog grow by what is new and shrink by what ends, done or given up?"""

import datetime as dt

from analytics.actions.pace import backlog
from tests.support.columns import AS_OF, empty, times, with_actions


def test_growth_is_new_less_ended_in_each_month_the_quiet_ones_too() -> None:
    seen = with_actions(
        status=["done", "wont_do", "open", "done"],
        created_on=times("2026-03-01", "2026-03-31", "2026-03-15", "2026-05-01"),
        completed_on=times("2026-03-20", "2026-06-30", None, "2026-05-02"),
    )
    found = backlog(seen, every="month", as_of=AS_OF)
    assert found.starts[0].item() == dt.date(2026, 3, 1)
    assert found.new.tolist() == [3, 0, 1, 0, 0]
    assert found.done.tolist() == [1, 0, 1, 0, 0]
    assert found.given_up.tolist() == [0, 0, 0, 1, 0]
    assert found.net.tolist() == [2, 0, 0, -1, 0]
    assert found.open_at_end.tolist() == [2, 2, 2, 1, 1]


def test_actions_without_usable_dates_are_left_out_and_counted() -> None:
    seen = with_actions(
        status=["done", "open", None, "done", "open"],
        created_on=times("2026-06-01", None, "2026-06-01", "2026-06-05", "2026-06-01"),
        completed_on=times(None, None, None, "2026-06-01", None),
    )
    found = backlog(seen, every="month", as_of=AS_OF)
    assert (found.new.sum(), found.n_missing, found.n_invalid) == (1, 3, 1)


def test_what_comes_after_the_moment_one_looks_has_not_happened_yet() -> None:
    seen = with_actions(
        status=["done", "open"],
        created_on=times("2026-06-01", "2026-08-01"),
        completed_on=times("2026-07-20", None),
    )
    found = backlog(seen, every="month", as_of=AS_OF)
    assert (found.open_at_end.tolist(), found.new.tolist()) == ([1, 1], [1, 0])


def test_a_source_without_dates_has_no_periods_and_no_zeros() -> None:
    found = backlog(with_actions(status=["open"] * 3), every="month", as_of=AS_OF)
    assert (len(found.starts), found.n_missing) == (0, 3)
    assert len(backlog(empty(), every="quarter", as_of=AS_OF).starts) == 0
