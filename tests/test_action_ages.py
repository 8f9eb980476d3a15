"""Do open actions show how long they have waited, and done ones how long they took?"""

from analytics.actions.pace import action_ages
from tests.support.columns import AS_OF, empty, times, with_actions


def test_the_age_of_open_actions_stands_beside_the_age_at_closing() -> None:
    ages = action_ages(
        with_actions(
            status=["open", "in_progress", "open", "done", "wont_do"],
            created_on=times("2026-06-30", "2026-06-21", "2025-07-01", "2026-01-01", "2020-01-01"),
            completed_on=times(None, None, None, "2026-01-08", "2026-01-01"),
        ),
        as_of=AS_OF,
    )
    assert (ages.open.median.estimate, ages.open.oldest.estimate) == (10, 365)
    assert ages.at_closing.median.estimate == 7
    assert ages.open.median.unit == "days"


def test_the_slow_end_needs_29_actions() -> None:
    few = with_actions(status=["open"] * 4, created_on=times(*["2026-06-01"] * 4))
    answer = action_ages(few, as_of=AS_OF).open.p90
    assert (answer.estimate, answer.reason) == (None, "needs 29 actions, has 4")


def test_an_age_that_is_not_known_is_missing_and_one_from_the_future_invalid() -> None:
    seen = with_actions(status=["open"] * 3, created_on=times("2026-06-01", None, "2027-01-01"))
    answer = action_ages(seen, as_of=AS_OF).open.median
    assert (answer.estimate, answer.n, answer.n_missing, answer.n_invalid) == (30, 1, 1, 1)


def test_a_source_without_dates_of_creation_gives_a_reason_and_no_zero() -> None:
    ages = action_ages(with_actions(status=["open", "done"]), as_of=AS_OF)
    assert ages.open.oldest.reason == "no open action says when it was created"
    assert ages.at_closing.median.reason == "no done action says when it was created and done"
    assert action_ages(empty(), as_of=AS_OF).open.median.estimate is None
