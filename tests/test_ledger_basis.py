"""What the classes of a ledger rest on, counted by hand."""

import pandas as pd
import pytest

from analytics.repeats.ledger import LedgerBasis, find_repeats, ledger, ledger_basis
from analytics.selection import Scope, select
from tests.support.repeating import Row, action, history_of, incident, link

DAY = pd.Timestamp("2025-01-05")


def basis_of(*actions: Row) -> LedgerBasis:
    """Of one repeat of incident 0; incident 2 has another cause."""
    rows = [incident("2025-01-01"), incident("2025-03-01"), incident("2025-04-01")]
    history = history_of(rows, [link(1, 0)], list(actions))
    return ledger_basis(ledger(find_repeats(history), select(history, Scope())))


def test_only_actions_that_decide_a_class_are_counted_each_once() -> None:
    found = basis_of(
        action(0, "open", created_on=DAY),
        {**action(0, "open"), "kind": "detect"},
        action(1, "open"),
        action(2, "open"),
    )
    assert (found.actions, found.undated_promises) == (1, 0)


def test_missing_dates_and_states_are_counted() -> None:
    found = basis_of(
        action(0, "done", created_on=DAY, completed_on=DAY),
        action(0, "done"),
        action(0, None),
        action(0, "open"),
    )
    assert found == LedgerBasis(actions=4, undated_promises=3, ended=2, undated_ends=1, unclear=1)


@pytest.mark.parametrize(
    ("dated", "undated", "weak"),
    [(0, 0, False), (1, 0, False), (0, 1, True), (1, 1, False), (1, 2, True)],
)
def test_a_basis_is_weak_where_most_actions_have_no_date(
    dated: int, undated: int, weak: bool
) -> None:
    known = [action(0, "open", created_on=DAY)] * dated
    assert basis_of(*known, *[action(0, "open")] * undated).is_weak == weak


def test_without_repeats_there_is_nothing_to_rest_on() -> None:
    history = history_of([incident("2025-01-01")], [])
    found = ledger_basis(ledger(find_repeats(history), select(history, Scope())))
    assert found == LedgerBasis(0, 0, 0, 0, 0)
