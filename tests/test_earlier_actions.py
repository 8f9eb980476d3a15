"""How the actions against a cause stood when it came back, worked out by hand and by property."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from analytics.frames import NO_ROW, History
from analytics.repeats.fixes import FixState, RepeatClass
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import action, histories, history_of, incident, link

FIRST = incident("2025-01-01 10:00")
AGAIN = incident("2025-03-01 10:00")


def test_actions_then_tell_state_and_days_open() -> None:
    history = history_of(
        [FIRST, AGAIN],
        [link(1, 0)],
        [
            action(0, "open", created_on=pd.Timestamp("2025-02-19 10:00")),
            action(0, "open"),
            {**action(0, "open"), "kind": "detect"},
        ],
    )
    found = find_repeats(history)
    dated, assumed = found.actions_then(1)
    assert dated.state == FixState.OPEN
    assert dated.days_open == pytest.approx(10)
    assert (dated.promise_assumed, assumed.promise_assumed) == (False, True)
    assert assumed.days_open == pytest.approx(59 - 3 / 24)
    assert len(found.actions_then(1, all_kinds=True)) == 3
    assert found.actions_then(0) == ()


def test_the_action_open_for_longest_is_named_with_its_days() -> None:
    history = history_of(
        [FIRST, AGAIN, incident("2025-05-01 10:00")],
        [link(1, 0), link(2, 1)],
        [
            action(0, "open", created_on=pd.Timestamp("2025-02-19 10:00")),
            action(0, "open", created_on=pd.Timestamp("2025-02-09 10:00")),
            action(0, "done", created_on="2025-01-02", completed_on="2025-01-03"),
            {**action(0, "open"), "kind": "detect"},
        ],
    )
    row, days = find_repeats(history).actions.longest_open(np.array([1, 2, 0]))
    assert row.tolist() == [1, 1, NO_ROW]
    assert days == pytest.approx([20, 81, np.nan], nan_ok=True)


@given(histories())
def test_class_agrees_with_the_actions_shown_beside_it(history: History) -> None:
    found = find_repeats(history)
    for position, each, open_then in zip(
        found.later, found.repeat_class, found.open_then, strict=True
    ):
        shown = [one for one in found.actions_then(int(position)) if one.state != FixState.NOT_YET]
        opened = sum(one.days_open is not None for one in shown)
        assert opened == open_then
        assert (each == RepeatClass.R2) == (opened > 0)
        assert (each == RepeatClass.R0) == (not shown)
        if each == RepeatClass.R3:
            assert {one.state for one in shown} == {FixState.DONE_BEFORE}


@given(histories())
def test_the_longest_open_action_is_one_of_those_shown_beside_the_repeat(history: History) -> None:
    found = find_repeats(history)
    rows, days = found.actions.longest_open(found.later)
    deciding = set(found.actions.deciding(found.later).tolist())
    for position, row, longest in zip(found.later, rows, days, strict=True):
        shown = {one.row: one.days_open for one in found.actions_then(int(position))}
        assert set(shown) <= deciding
        opened = [each for each in shown.values() if each is not None]
        assert (row == NO_ROW) == (not opened)
        if opened:
            assert shown[row] == longest == max(opened)
