"""Shares of repeats, with the denominator that a reader believes."""

import datetime as dt

import pytest

from analytics.repeats.ledger import find_repeats, repeat_rate
from analytics.selection import Scope, select
from tests.support.repeating import history_of, incident, link

ROWS = [
    {**incident("2025-01-10"), "root_cause_category": "dns", "needs_analysis": False},
    {**incident("2025-02-10"), "root_cause_category": "dns", "needs_analysis": False},
    {**incident("2025-03-10"), "root_cause_category": None, "needs_analysis": False},
    {**incident("2025-03-11"), "root_cause_category": "process", "needs_analysis": True},
    {**incident("2025-07-10"), "root_cause_category": None, "needs_analysis": False},
    {**incident("2025-08-10"), "root_cause_category": "network", "needs_analysis": False},
]
HISTORY = history_of(ROWS, [link(1, 0), link(4, 0)])
REPEATS = find_repeats(HISTORY)


def test_each_share_names_its_denominator() -> None:
    found = repeat_rate(REPEATS, select(HISTORY, Scope()))
    assert found.of_incidents.estimate == pytest.approx(2 / 6)
    assert found.of_incidents.n == 6
    # A cause is recorded of three, and the one of July was linked.
    assert (found.of_examined.estimate, found.of_examined.n) == (0.5, 4)
    assert found.of_examined.n_missing == 2


def test_a_period_without_incidents_has_no_share_instead_of_zero() -> None:
    found = repeat_rate(REPEATS, select(HISTORY, Scope()), every="quarter")
    assert [str(start) for start in found.starts] == ["2025-01-01", "2025-04-01", "2025-07-01"]
    assert [answer.n for answer in found.by_period] == [4, 0, 2]
    assert [answer.estimate for answer in found.by_period] == [0.25, None, 0.5]
    assert [answer.n for answer in found.examined_by_period] == [2, 0, 2]


def test_the_original_may_lie_outside_the_view() -> None:
    found = repeat_rate(REPEATS, select(HISTORY, Scope(start=dt.date(2025, 7, 1))))
    assert found.of_incidents.estimate == 0.5


def test_undated_incidents_count_over_all_and_in_no_period() -> None:
    history = history_of([*ROWS, incident(None)], [link(1, 0)])
    found = repeat_rate(find_repeats(history), select(history, Scope()))
    assert (found.of_incidents.n, sum(each.n for each in found.by_period)) == (7, 6)
    assert sum(answer.n for answer in found.by_period) == 6


def test_nothing_in_view_has_no_share() -> None:
    found = repeat_rate(REPEATS, select(HISTORY, Scope(start=dt.date(2030, 1, 1))))
    assert found.of_incidents.estimate is None
    assert found.by_period == ()
