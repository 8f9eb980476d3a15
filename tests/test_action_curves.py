"""Is the share done within so many days right for young and old, dated and undated actions?"""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analytics.actions.pace import NO_ACTIONS, NO_CREATION, completion, completion_by, fates
from analytics.selection import View
from tests.support.columns import AS_OF, empty, times, view, with_actions

TODAY = np.datetime64(AS_OF, "D")


def promised(*rows: tuple[int | None, int | None, str | None], **columns: Any) -> View:
    """Actions by days since the promise, days since they ended, and status."""
    created, ended = (
        times(*[None if ago is None else str(TODAY - ago) for ago in column])
        for column in ([row[0] for row in rows], [row[1] for row in rows])
    )
    status = [row[2] for row in rows]
    return with_actions(status=status, created_on=created, completed_on=ended, **columns)


TEN_OLD = [
    *[(200, 190, "done")] * 4,  # after 10 days
    *[(200, 155, "done")] * 2,  # after 45
    (200, 130, "wont_do"),  # after 70
    *[(200, None, "open")] * 3,
]


def test_of_old_actions_the_share_done_is_a_plain_count_with_wilson() -> None:
    found = completion(promised(*TEN_OLD), as_of=AS_OF)
    assert {days: answer.estimate for days, answer in found.done_within.items()} == {
        30: 0.4,
        60: 0.6,
        90: 0.6,
    }
    within_30 = found.done_within[30]
    assert (within_30.low, within_30.high) == pytest.approx((0.16818, 0.68733), abs=1e-4)
    assert (found.given_up_by_last.estimate, within_30.n) == (0.1, 10)


def test_an_action_given_up_is_neither_done_nor_still_on_its_way() -> None:
    rows = [(200, 195, "wont_do")] * 5 + [(200, 150, "done")] * 5
    found = completion(promised(*rows), as_of=AS_OF)
    # One minus Kaplan-Meier would say that all were done.
    assert found.done_within[60].estimate == 0.5


def test_young_actions_enter_the_curve_for_as_long_as_they_were_watched() -> None:
    young = [(20, None, "open")] * 10
    found = completion(promised(*TEN_OLD, *young), as_of=AS_OF)
    # 4 of 20 done after 10 days; the ten young leave unharmed, 2 of the 6 left are done after 45.
    assert found.done_within[30].estimate == pytest.approx(0.2)
    assert found.done_within[60].estimate == pytest.approx(0.2 + 0.8 * 2 / 6)
    low, high = found.done_within[60].low, found.done_within[60].high
    assert low is not None
    assert high is not None
    assert low < 0.2 + 0.8 * 2 / 6 < high


def test_a_group_without_six_old_actions_gives_a_reason() -> None:
    answer = completion(promised(*[(50, None, "open")] * 9), as_of=AS_OF).done_within[60]
    assert (answer.estimate, answer.reason) == (None, "needs 6 actions 60 days old, has 0")


def test_no_action_done_is_zero_with_an_upper_bound_when_all_are_old_enough() -> None:
    answer = completion(promised(*[(100, None, "open")] * 10), as_of=AS_OF).done_within[90]
    assert (answer.estimate, answer.low) == (0.0, 0.0)
    assert answer.high == pytest.approx(0.2775, abs=1e-4)


def test_a_source_that_never_says_when_actions_were_created_has_no_curve_and_no_zero() -> None:
    found = completion(promised(*[(None, None, "done")] * 8), as_of=AS_OF)
    assert (found.done, found.done_within[30].estimate) == (None, None)
    assert found.done_within[30].reason == NO_CREATION
    assert completion(empty(), as_of=AS_OF).done_within[30].reason == NO_ACTIONS


def test_undated_ends_are_no_reason_to_show_less_done_than_there_is() -> None:
    rows = [(200, None, "done")] * 3 + [(200, 190, "done")] * 7
    answer = completion(promised(*rows), as_of=AS_OF).done_within[30]
    assert answer.reason == "7 to 10 of 10, as 3 of the 10 done do not say when"
    answer = completion(promised(*[(200, None, "done")] * 8), as_of=AS_OF).done_within[30]
    assert answer.reason == "0 to 8 of 8, as 8 of the 8 done do not say when"


def test_actions_given_up_on_an_unknown_day_are_not_done_and_hide_no_figure() -> None:
    rows = [(200, 190, "done")] * 6 + [(200, None, "wont_do")] * 3 + [(200, None, "open")]
    found = completion(promised(*rows), as_of=AS_OF)
    assert [answer.estimate for answer in found.done_within.values()] == [0.6, 0.6, 0.6]
    assert found.done_within[30].n == 10
    assert found.given_up_by_last.reason == "0 to 3 of 10, as 3 of the 3 given up do not say when"


def test_unknown_and_impossible_fates_are_counted_apart() -> None:
    rows = [
        *TEN_OLD,
        (200, None, None),
        (None, None, "open"),
        (100, 120, "done"),
        (-3, None, "open"),
    ]
    answer = completion(promised(*rows), as_of=AS_OF).done_within[30]
    assert (answer.n, answer.n_missing, answer.n_invalid) == (10, 2, 2)


def test_what_is_done_after_the_moment_one_looks_is_open_at_that_moment() -> None:
    seen = promised((200, 10, "done"))
    earlier = AS_OF - dt.timedelta(days=100)
    assert fates(seen.actions, as_of=earlier).outcomes.tolist() == [0]
    assert fates(seen.actions, as_of=earlier).days.tolist() == [100]


def test_a_quarter_gives_a_figure_only_once_its_last_day_is_old_enough() -> None:
    seen = with_actions(
        status=["done", "open"],
        created_on=times("2026-01-01", "2026-05-31"),
        completed_on=times("2026-01-11", None),
    )
    first, second = completion_by(seen, "quarter", as_of=AS_OF)
    assert (first.label, second.label) == ("2026 Q1", "2026 Q2")
    assert first.done_within[90].estimate == 1.0
    assert second.done_within[30].reason == "known from 2026-07-30 on"
    assert second.done is not None


def test_the_same_quarter_of_two_years_is_two_cohorts() -> None:
    seen = with_actions(status=["open"] * 2, created_on=times("2024-01-01", "2025-01-01"))
    assert [row.label for row in completion_by(seen, "quarter", as_of=AS_OF)] == [
        "2024 Q1",
        "2025 Q1",
    ]


def test_groups_go_by_the_alphabet_with_unknown_last() -> None:
    seen = view(
        {"team": ["zebra", None, "ant"], "severity": ["2", "1", None]},
        actions={
            "incident": [0, 1, 2],
            "status": ["open"] * 3,
            "kind": ["prevent", "detect", None],
        },
    )
    names = {
        by: [row.label for row in completion_by(seen, by, as_of=AS_OF)]
        for by in ("team", "severity", "kind")
    }
    assert names == {
        "team": ["ant", "zebra", "unknown"],
        "severity": ["1", "2", "unknown"],
        "kind": ["detect", "prevent", "unknown"],
    }
