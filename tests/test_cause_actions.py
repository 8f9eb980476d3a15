"""When the actions against a cause stood open, worked out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.known_causes.grouping import known_causes
from analytics.known_causes.priorities import CauseActions, cause_actions
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import Row, action, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
ROWS = [incident("2025-01-01"), incident("2025-03-01"), incident("2025-04-01")]


def actions_of(*actions: Row) -> CauseActions:
    causes = known_causes(find_repeats(history_of(ROWS, [link(1, 0)], list(actions))))
    return cause_actions(causes, causes.members(0), as_of=AS_OF)


def test_actions_of_every_incident_of_the_cause_preventive_ones_first() -> None:
    found = actions_of(
        {**action(0, "open"), "kind": "detect"},
        action(1, "open", created_on=pd.Timestamp("2025-03-05")),
        action(2, "open"),
        action(0, "open", created_on=pd.Timestamp("2025-01-05")),
    )
    assert found.row.tolist() == [3, 1, 0]
    assert found.preventive.tolist() == [True, True, False]


def test_an_open_action_lasts_until_the_moment_looked_from() -> None:
    found = actions_of(action(0, "open", created_on=pd.Timestamp("2025-12-01")))
    assert found.until.tolist() == [AS_OF]
    assert found.days_open.tolist() == [30.0]


def test_an_ended_action_lasts_until_its_end_and_without_a_date_nobody_knows() -> None:
    found = actions_of(
        action(0, "done", completed_on=pd.Timestamp("2025-02-01")),
        action(0, "wont_do"),
        action(0, None),
    )
    assert found.until.tolist() == [dt.datetime(2025, 2, 1), None, None]
    assert found.given_up.tolist() == [False, True, False]
    assert np.isnan(found.days_open).all()


def test_without_a_date_a_promise_counts_from_the_end_of_its_incident() -> None:
    found = actions_of(action(0, "open"), action(0, "open", created_on=pd.Timestamp("2025-02-01")))
    assert found.since.tolist() == [dt.datetime(2025, 1, 1, 3), dt.datetime(2025, 2, 1)]
    assert found.assumed.tolist() == [True, False]


def test_a_cause_without_actions_has_none() -> None:
    assert len(actions_of().row) == 0


@pytest.mark.parametrize("cause", [0, 1])
def test_no_action_belongs_to_two_causes(cause: int) -> None:
    history = history_of(ROWS, [link(1, 0)], [action(0, "open"), action(2, "open")])
    causes = known_causes(find_repeats(history))
    found = cause_actions(causes, causes.members(cause), as_of=AS_OF)
    assert found.row.tolist() == [cause]
