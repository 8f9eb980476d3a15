"""How many of many differences may be claimed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.groups import adjust
from tests.support.published import published

#: Expected share of false claims among all claims.
FALSE_CLAIMS = 0.05


def claims(tests, weights=None):
    """Which differences a page would claim."""
    return (adjust(tests, weights=weights) <= FALSE_CLAIMS).tolist()


p_values = st.lists(st.floats(0.0, 1.0), max_size=40)


def test_the_example_of_benjamini_and_hochberg_has_four_claims():
    entry = published("multiplicity", "benjamini_hochberg_1995")
    assert sum(claims(entry["p_values"])) == entry["claims"]
    assert adjust(entry["p_values"])[:4] == pytest.approx(entry["first_adjusted"])


def test_a_difference_without_a_test_is_never_claimed_and_is_no_test():
    assert claims([None, 0.04]) == [False, True]
    assert np.isnan(adjust([None, 0.04])[0])


def test_nothing_tested_is_nothing_claimed():
    assert claims([]) == []


@given(p_values, st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(given_values, random):
    places = list(range(len(given_values)))
    random.shuffle(places)
    shuffled = adjust([given_values[place] for place in places])
    assert shuffled == pytest.approx(adjust(given_values)[places])


@given(p_values)
def test_adjusting_never_makes_a_p_value_smaller(given_values):
    assert (adjust(given_values) >= np.array(given_values)).all()


def test_the_questions_that_matter_most_may_weigh_more():
    plain = claims([0.02] + [0.5] * 9)
    weighted = claims([0.02] + [0.5] * 9, weights=[9.0] + [1.0] * 9)
    assert (plain[0], weighted[0]) == (False, True)


def test_weights_of_missing_tests_do_not_count():
    assert adjust([0.02, None, 0.5], weights=[1.0, 50.0, 1.0])[0] == pytest.approx(0.04)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0]])
def test_each_test_needs_a_weight_above_zero(weights):
    with pytest.raises(ValueError, match="weight"):
        adjust([0.1, 0.2], weights=weights)


def test_weighting_keeps_unchanged_worlds_quiet():
    rng = np.random.default_rng(31)
    weights = [4.0] * 4 + [1.0] * 16
    claimed = [any(claims(world, weights=weights)) for world in rng.uniform(size=(1000, 20))]
    assert np.mean(claimed) == pytest.approx(0.05, abs=0.02)


@given(p_values)
def test_equal_weights_are_no_weights(given_values):
    equal = adjust(given_values, weights=[3.0] * len(given_values))
    assert equal == pytest.approx(adjust(given_values))
