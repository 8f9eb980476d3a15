"""Are pairs of contributing factors counted once an incident, beside what chance would bring?"""

import pytest

from analytics.causes.labels import FactorPair, factor_pairs
from tests.support.columns import empty, view


def test_pairs_stand_beside_the_number_that_chance_would_bring() -> None:
    seen = view(
        {"id": ["a", "b", "c", "d", "none"]},
        factors={
            "incident": [0, 0, 1, 1, 1, 2, 3],
            "factor": ["tooling", "alerts", "alerts", "tooling", "test gap", "alerts", "test gap"],
        },
    )
    found = factor_pairs(seen)
    assert found.factors == ("alerts", "test gap", "tooling")
    assert found.counts.tolist() == [[3, 1, 2], [1, 2, 1], [2, 1, 2]]
    assert (found.n, found.n_without) == (4, 1)
    assert found.pairs()[0] == FactorPair("alerts", "tooling", 2, pytest.approx(3 * 2 / 4))
    assert [(pair.first, pair.second) for pair in found.pairs()[1:]] == [
        ("alerts", "test gap"),
        ("test gap", "tooling"),
    ]


def test_a_factor_named_twice_does_not_pair_with_itself() -> None:
    seen = view({"id": ["a"]}, factors={"incident": [0, 0], "factor": ["alerts", "alerts"]})
    assert (factor_pairs(seen).pairs(), factor_pairs(seen).counts.tolist()) == ((), [[1]])


def test_without_factors_there_are_no_pairs() -> None:
    assert factor_pairs(empty()).pairs() == ()
    assert factor_pairs(view({"id": ["a"]})).n_without == 1
