"""Repeats in words: what may be said of a fix by its dates, and by a post alone."""

import numpy as np
import pandas as pd
import pytest

from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import Ledger, LedgerBasis, find_repeats, ledger, ledger_basis
from analytics.repeats.links import Aside
from analytics.selection import Scope, select
from pages.views.fixes import action_then, class_name, class_words
from pages.views.repeats import ASIDE_WORDS, basis_words, headline, hours_words
from tests.support.repeating import Row, action, history_of, incident, link

PROMISED = pd.Timestamp("2025-01-05")


def book_of(*actions: Row, rows: list[Row] | None = None) -> Ledger:
    """One repeat of incident 0."""
    rows = rows or [incident("2025-01-01"), incident("2025-03-01")]
    history = history_of(rows, [link(1, 0)], list(actions))
    return ledger(find_repeats(history), select(history, Scope()))


def test_a_fix_with_a_date_was_still_open() -> None:
    book = book_of(action(0, "open", title="Fence", created_on=PROMISED))
    assert headline(book).endswith("confirmed repeats began while the fix was still open")
    assert class_words(book.repeats, 0) == (
        "A confirmed repeat; it began while the fix was still open."
    )
    (then,) = book.repeats.actions_then(1)
    assert action_then(then, book.repeats.history) == (
        "Fence: open then, and open still, 55 d after the promise"
    )


def test_a_fix_without_a_date_is_only_not_known_to_be_done() -> None:
    book = book_of(action(0, "open", title="Fence"))
    assert headline(book).endswith("confirmed repeats began with the fix not known to be done")
    assert "not known to be done" in class_words(book.repeats, 0)
    (then,) = book.repeats.actions_then(1)
    assert action_then(then, book.repeats.history).startswith(
        "Fence: not known to be done, at most 8 weeks after the promise"
    )


@pytest.mark.parametrize(
    "dated",
    [
        action(0, "open", created_on=PROMISED),
        action(0, "done", completed_on=pd.Timestamp("2025-04-01")),
    ],
)
def test_one_fix_with_a_date_is_enough_for_its_repeat(dated: Row) -> None:
    book = book_of(dated, action(0, "open"))
    assert book.by_class[RepeatClass.R2] == 1
    assert book.as_written == 0


def test_the_name_of_a_class_says_on_what_it_rests() -> None:
    assert class_name(RepeatClass.R2, as_written=False) == "fix still open"
    assert class_name(RepeatClass.R2, as_written=True) == "fix not known to be done"
    assert class_name(RepeatClass.R0, as_written=True) == "no fix planned"


def test_the_bound_is_of_the_known_impact_alone() -> None:
    rows = [incident("2025-01-01"), incident("2025-03-01", hours=5), incident("2025-05-01")]
    del rows[2]["mitigated_at"], rows[2]["resolved_at"]
    history = history_of(rows, [link(1, 0), link(2, 0)], [action(0, "open")])
    said = hours_words(ledger(find_repeats(history), select(history, Scope())))
    assert "**5 h** of known impact, 1 repeat of unknown impact not in it." in said
    assert "upper bound" not in said
    whole = hours_words(book_of(action(0, "open")))
    assert whole.startswith("Together **2 h** of impact. Finishing the fix could have avoided at")


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (LedgerBasis(0, 0, 0, 0, 0), "No preventive action is recorded"),
        (LedgerBasis(1, 1, 1, 1, 0), "rest on 1 action. It has no date of its promise"),
        (LedgerBasis(1, 1, 1, 1, 0), "The one that ended does not say when."),
        (LedgerBasis(3, 3, 2, 2, 0), "None of them has a date of its promise"),
        (LedgerBasis(3, 3, 2, 2, 0), "None of the 2 that ended says when."),
        (LedgerBasis(9, 1, 5, 1, 1), "1 has no date of the promise"),
        (LedgerBasis(9, 1, 5, 1, 1), "1 of 5 that ended does not say when."),
        (LedgerBasis(9, 1, 5, 1, 1), "1 does not say whether anything was done."),
        (LedgerBasis(9, 2, 5, 3, 2), "2 do not say whether anything was done."),
    ],
)
def test_one_and_none_are_said_as_people_say_them(basis: LedgerBasis, said: str) -> None:
    assert said in basis_words(basis)


def test_the_reasons_that_records_give_are_counted_a_repeat_each() -> None:
    rows = [incident(f"2025-0{month}-01") for month in (1, 3, 5, 7)]
    links = [
        {**link(1, 0), "basis": "same kind"},
        {**link(2, 0), "basis": "same kind"},
        {**link(2, 1), "basis": "same kind"},
        link(3, 0),
    ]
    history = history_of(rows, links)
    basis = ledger_basis(ledger(find_repeats(history), select(history, Scope())))
    assert basis.reasons == (("same kind", 2),)
    assert basis_words(basis).endswith("Why repeats, as the records say: “same kind” 2.")


def test_a_declared_repeat_that_does_not_count_says_why() -> None:
    assert ASIDE_WORDS[Aside.TOO_SOON] == (
        "within a day after the earlier one was over, taken for one event"
    )


def test_the_repeats_of_a_post_are_marked_one_by_one() -> None:
    rows = [incident("2025-01-01"), incident("2025-03-01"), incident("2025-05-01")]
    actions = [action(0, "open"), action(1, "open", created_on=pd.Timestamp("2025-03-02"))]
    history = history_of(rows, [link(1, 0), link(2, 0), link(2, 1)], actions)
    found = find_repeats(history)
    assert found.as_written.tolist() == [True, False]
    assert np.all(found.repeat_class == RepeatClass.R2)
