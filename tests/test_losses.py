"""Are users and money summed over what is given, with its n, and never across currencies?"""

from analytics.impact import affected_users, cost
from tests.support.columns import empty, view


def test_affected_users_are_summed_over_the_incidents_that_say_so() -> None:
    answer = affected_users(view({"affected_users": [100.0, None, 0.0, -1.0]}))
    assert (answer.estimate, answer.n, answer.n_missing, answer.n_invalid) == (100.0, 2, 1, 1)


def test_when_nobody_says_how_many_were_affected_there_is_no_zero() -> None:
    assert affected_users(view({"affected_users": [None, None]})).estimate is None
    assert affected_users(empty()).estimate is None


def test_costs_in_two_currencies_are_never_added() -> None:
    seen = view(
        {"cost": [5.0, 7.0, 1.0, None, 2.0], "currency": ["EUR", "USD", None, "EUR", "EUR"]}
    )
    found = cost(seen)
    assert {name: answer.estimate for name, answer in found.items()} == {
        "EUR": 7.0,
        "USD": 7.0,
        "unknown": 1.0,
    }
    assert [(answer.n, answer.n_missing, answer.unit) for answer in found.values()] == [
        (2, 1, "EUR"),
        (1, 1, "USD"),
        (1, 1, "unknown"),
    ]


def test_without_any_cost_there_is_no_currency_to_show() -> None:
    assert cost(view({"cost": [None, None]})) == {}
