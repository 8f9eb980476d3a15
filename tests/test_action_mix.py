"""Are kinds and strengths counted as given, and suggestions kept apart from what people said?"""

import pytest

from analytics.actions.mix import action_mix, prevention
from tests.support.columns import empty, view, with_actions


def test_a_given_strength_and_a_suggested_one_are_counted_apart() -> None:
    mix = action_mix(
        with_actions(
            strength=["stronger", None, None, "weaker", None],
            title=["Train everybody", "Isolate regions", "Resilience", "Isolate", "Add an alert"],
        )
    )
    assert mix.given == {"stronger": 1, "intermediate": 0, "weaker": 1}
    assert mix.suggested == {"stronger": 1, "intermediate": 0, "weaker": 1}
    assert (mix.unclear, mix.total) == (1, 5)


def test_kinds_are_shares_of_all_actions_with_the_unknown_last() -> None:
    mix = action_mix(with_actions(kind=["automation", None, "detect", "prevent", "prevent"]))
    assert [(row.kind, row.count) for row in mix.kinds] == [
        ("prevent", 2),
        ("detect", 1),
        ("automation", 1),
        ("unknown", 1),
    ]
    assert (mix.kinds[0].share.estimate, mix.kinds[0].share.n) == (0.4, 5)


def test_records_without_a_preventive_action_that_would_hold() -> None:
    seen = view(
        {
            "id": ["given", "by words", "weak", "unclear", "none", "only detects", "no record"],
            "has_postmortem": [True, True, True, True, True, False, False],
        },
        actions={
            "incident": [0, 1, 2, 3, 5],
            "kind": ["prevent"] * 4 + ["detect"],
            "strength": ["intermediate", None, "weaker", None, "stronger"],
            "title": ["a", "Split the database", "Isolate", "Resilience", "Isolate"],
            "status": ["open"] * 5,
        },
    )
    found = prevention(seen)
    assert (found.without_any.estimate, found.without_any.n) == (pytest.approx(2 / 6), 6)
    assert (found.without_strong.estimate, found.without_strong.n) == (pytest.approx(3 / 6), 6)
    assert found.without_strong.n_missing == 1
    assert (found.strong_given, found.strong_suggested) == (1, 1)


def test_a_prevention_that_will_not_be_done_prevents_nothing() -> None:
    seen = with_actions(kind=["prevent"], strength=["stronger"], status=["wont_do"])
    assert prevention(seen).without_any.estimate == 1.0


def test_one_strong_action_is_enough_beside_unclear_ones() -> None:
    seen = with_actions(
        kind=["prevent"] * 2, strength=["stronger", None], title=["a", "Resilience"]
    )
    assert (prevention(seen).without_strong.estimate, prevention(seen).strong_given) == (0.0, 1)


def test_without_records_there_is_a_reason_and_no_zero() -> None:
    assert prevention(empty()).without_strong.estimate is None
    assert action_mix(empty()).kinds == ()
