"""What to finish first, worked out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.known_causes.grouping import known_causes
from analytics.known_causes.priorities import NO_RATE, NOTHING_OPEN, Priorities, finish_first
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
REVIEW = AS_OF + dt.timedelta(days=90)
OFTEN = [incident(f"2025-{month:02}-01", hours=3) for month in range(1, 11)]
ONCE = [incident("2025-01-05", hours=8), incident("2025-06-05", hours=1)]
ROWS = OFTEN + ONCE
LINKS = [link(later, later - 1) for later in range(1, 10)]


def rank(
    actions: list[Row],
    *,
    rows: list[Row] = ROWS,
    links: list[Row] = LINKS,
    scope: Scope | None = None,
) -> Priorities:
    history = history_of(rows, links, actions)
    return finish_first(
        known_causes(find_repeats(history)),
        select(history, scope or Scope()),
        as_of=AS_OF,
        next_review=REVIEW,
    )


def test_the_fix_of_a_frequent_cause_comes_before_that_of_a_long_incident() -> None:
    found = rank([action(10, "open"), action(4, "in_progress")])
    assert list(found.action) == [1, 0]
    assert list(found.incidents) == [10, 1]
    assert np.all(found.low <= found.high)
    assert found.low[0] < found.hours[0] < found.high[0]


def test_among_the_actions_of_one_cause_the_oldest_promise_comes_first() -> None:
    found = rank(
        [
            action(3, "open", created_on=pd.Timestamp("2025-05-01")),
            action(0, "open", created_on=pd.Timestamp("2025-02-01")),
        ]
    )
    assert list(found.action) == [1, 0]
    assert found.hours[0] == found.hours[1]


def test_actions_of_one_cause_stand_together_the_causes_by_rank() -> None:
    found = rank([action(10, "open"), action(4, "open"), action(11, "open"), action(0, "open")])
    groups = [found.action[group].tolist() for group in found.by_cause()]
    assert groups[0] == [3, 1]
    assert sorted(groups[1:]) == [[0], [2]]
    assert np.concatenate(found.by_cause()).tolist() == list(range(4))
    assert rank([]).by_cause() == ()


def test_only_open_preventive_actions_are_ranked() -> None:
    found = rank([action(0, "done"), action(0, "wont_do"), {**action(0, "open"), "kind": "detect"}])
    assert len(found.action) == 0
    assert found.reason == NOTHING_OPEN


def test_actions_of_unknown_status_are_counted_apart() -> None:
    assert rank([action(0, None), action(0, "open")]).unknown_status == 1


def test_the_view_chooses_the_actions_and_all_history_gives_the_rate() -> None:
    actions = [action(0, "open"), action(9, "open")]
    whole, late = rank(actions), rank(actions, scope=Scope(start=dt.date(2025, 9, 1)))
    assert list(late.action) == [1]
    assert late.hours[0] == whole.hours[0]


def test_a_cause_without_known_impact_borrows_the_mean_of_all_and_says_so() -> None:
    bare = {**incident("2025-02-02"), "mitigated_at": None, "resolved_at": None}
    found = rank([action(12, "open"), action(0, "open")], rows=[*ROWS, bare])
    assert dict(zip(found.action, found.borrowed, strict=True)) == {0: True, 1: False}


def test_without_any_recurrence_there_is_a_reason_and_no_figure() -> None:
    found = rank([action(0, "open")], links=[])
    assert np.isnan(found.hours).all()
    assert found.reason == NO_RATE


def test_the_next_review_lies_ahead() -> None:
    history = history_of(ROWS, LINKS, [])
    with pytest.raises(ValueError, match="after"):
        finish_first(
            known_causes(find_repeats(history)),
            select(history, Scope()),
            as_of=AS_OF,
            next_review=AS_OF,
        )
