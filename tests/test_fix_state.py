"""The state of an action at a moment in the past."""

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.fixes import FixState, action_dates, states_at
from tests.support.repeating import Row, action, history_of, incident

MOMENT = np.array(["2025-03-01T10:00"], "datetime64[s]")
OVER = np.array(["2025-01-01T13:00"], "datetime64[s]")


def state(columns: Row, *, until: str = "2025-03-01T10:00") -> FixState:
    dates = {key: pd.Timestamp(str(day)) for key, day in columns.items() if key != "status"}
    row: Row = {**action(0, None), "status": columns["status"], **dates}
    actions = history_of([incident("2025-01-01")], [], [row]).actions
    found = states_at(
        action_dates(actions, OVER), np.array([0]), MOMENT, np.array([until], "datetime64[s]")
    )
    return FixState(found[0])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"status": "open"}, FixState.OPEN),
        ({"status": "open", "created_on": "2025-03-01 11:00"}, FixState.NOT_YET),
        ({"status": "open", "created_on": "2025-03-01"}, FixState.UNKNOWN),
        ({"status": "open", "created_on": "2025-03-01 09:00"}, FixState.OPEN),
        ({"status": "done", "completed_on": "2025-02-28"}, FixState.DONE_BEFORE),
        ({"status": "done", "completed_on": "2025-03-01"}, FixState.UNKNOWN),
        ({"status": "done", "completed_on": "2025-03-02"}, FixState.DONE_AFTER),
        ({"status": "wont_do", "completed_on": "2025-02-28"}, FixState.GIVEN_UP_BEFORE),
        ({"status": "wont_do", "completed_on": "2025-03-02"}, FixState.GIVEN_UP_AFTER),
        ({"status": "done"}, FixState.UNKNOWN),
        ({"status": None, "completed_on": "2025-02-28"}, FixState.UNKNOWN),
    ],
)
def test_dates_decide_what_the_state_was(columns: Row, expected: FixState) -> None:
    assert state(columns) == expected


def test_an_end_within_a_beginning_known_to_the_day_is_unknown() -> None:
    ended: Row = {"status": "done", "completed_on": "2025-03-01 12:00"}
    assert state(ended) == FixState.DONE_AFTER
    assert state(ended, until="2025-03-01T23:59:59") == FixState.UNKNOWN


def test_a_promise_without_a_date_counts_from_the_end_of_its_incident() -> None:
    actions = history_of([incident("2025-01-01")], [], [action(0, "open")]).actions
    found = action_dates(actions, OVER)
    assert found.assumed[0]
    assert found.since[0] == OVER[0]
