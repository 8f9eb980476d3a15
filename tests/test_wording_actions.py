"""Actions in words: what a due date that has passed says, and what cannot be told."""

import datetime as dt
from dataclasses import replace

import pytest

from analytics.actions.mix import Prevention
from analytics.actions.states import Overdue
from analytics.answer import Answer
from analytics.statistics.shares import share
from pages.views.actions import (
    not_told,
    overdue_title,
    past_date_words,
    past_due_words,
    verification_words,
)
from pages.views.promised import prevention_words


def late(past: int, dated: int, *, as_written: int) -> Overdue:
    return Overdue({}, share(past, dated, method="overdue"), 0, dated, as_written)


@pytest.mark.parametrize(
    ("past", "dated", "still_open", "said"),
    [
        (0, 0, 304, "none of them with a due date"),
        (0, 0, 0, "none of them late"),
        (0, 5, 5, "0 of them past their date"),
        (3, 5, 9, "3 of the 5 with a due date past it"),
    ],
)
def test_open_actions_without_a_due_date_are_not_on_time(
    past: int, dated: int, still_open: int, said: str
) -> None:
    found = share(past, dated, method="overdue")
    overdue = replace(found, n_missing=still_open - dated)
    assert past_date_words(Overdue({}, overdue, 0, still_open, 0)) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (late(3, 4, as_written=0), "Past their date: 3 of 4 (75 %)"),
        (
            late(3, 4, as_written=3),
            "3 of 4 dated open actions have passed their date; what became of them since is not "
            "recorded",
        ),
        (
            late(1, 1, as_written=1),
            "1 of 1 dated open action has passed its date; what became of it since is not recorded",
        ),
        (
            late(5, 6, as_written=2),
            "5 of 6 dated open actions have passed their date; what became of 2 of them since is "
            "not recorded",
        ),
    ],
)
def test_who_wrote_before_the_date_says_nothing_of_the_day_after(found: Overdue, said: str) -> None:
    assert overdue_title(found) == said


def test_one_action_past_its_date() -> None:
    due = dt.date(2025, 11, 30)
    assert past_due_words(due, as_written=False) == ", overdue since 30 Nov 2025"
    assert "what became of it is not recorded" in past_due_words(due, as_written=True)


@pytest.mark.parametrize(
    ("unclear", "said"),
    [
        (0, "Without a preventive action that would hold: 6 of 10 (60 %)."),
        (
            3,
            "Without a preventive action that would hold: at least 6 of 10 (60 %); for 3 more it "
            "cannot be told.",
        ),
    ],
)
def test_an_unclear_strength_makes_a_lower_bound(unclear: int, said: str) -> None:
    plain = share(6, 10, method="no_strong_prevention")
    answer = Answer(
        plain.estimate, plain.low, plain.high, n=10, n_missing=unclear, unit="share", method="m"
    )
    assert prevention_words(Prevention(plain, answer, 1, 0)) == said


@pytest.mark.parametrize(
    ("as_written", "said"),
    [
        (0, "So these records cannot tell how fast"),
        (1, "1 action is open as the source said"),
        (2, "2 actions are open as the source said"),
    ],
)
def test_states_are_called_written_only_where_they_are(as_written: int, said: str) -> None:
    text = not_told([], ["how fast"], as_written=as_written)
    assert said in text
    assert ("written" in text) is bool(as_written)


DAY = dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("verification", "on", "how", "said"),
    [
        ("", None, "", ""),
        ("verified", None, "", "verified"),
        ("verified", DAY, "a drill", "verified on 1 Apr 2026: a drill"),
        ("failed", DAY, "", "checked on 1 Apr 2026, and it did not work"),
        ("not_yet", None, "", "not verified yet"),
        ("", None, "a drill", "not verified yet; to be known by: a drill"),
        ("not_yet", DAY, "a drill", "not verified yet; to be known by: a drill"),
    ],
)
def test_only_what_somebody_checked_is_called_verified(
    verification: str, on: dt.date | None, how: str, said: str
) -> None:
    assert verification_words(verification, on, how) == said
