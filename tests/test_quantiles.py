"""Medians and percentiles with exact intervals, or the reason why there are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.distributions import binomial_cdf
from analytics.statistics.quantiles import (
    ecdf,
    median,
    minimum_n,
    minimum_n_for_interval,
    order_interval,
    percentile,
)
from tests.support.published import published

durations = st.lists(st.floats(0, 1e7), min_size=1, max_size=120).map(np.array)


def test_median_of_two_values_is_their_middle_not_the_minimum():
    assert median(np.array([10.0, 30.0])).estimate == 20.0


def test_median_interval_takes_the_published_ranks():
    entry = published("quantiles", "median_interval")
    for n, (low, high, coverage) in entry["ranks_and_coverage_by_n"].items():
        assert order_interval(int(n)) == (low, high)
        covered = 1 - 2 * float(binomial_cdf(low - 1, int(n), 0.5))
        assert covered == pytest.approx(coverage, abs=5e-5)


def test_median_below_six_has_an_estimate_and_says_why_it_has_no_interval():
    answer = median(np.array([1.0, 2.0, 4.0, 8.0]))
    assert (answer.estimate, answer.low, answer.high) == (3.0, None, None)
    assert answer.reason == "needs 6 incidents for an interval, has 4"


def test_median_of_nothing_is_none_and_not_zero():
    answer = median(np.array([]))
    assert answer.estimate is None
    assert answer.reason == "none recorded"


def test_missing_values_are_no_zeros():
    assert median(np.array([np.nan, 4.0, np.nan])).estimate == 4.0


def test_percentiles_appear_at_their_published_minimum():
    for share, needed in published("quantiles", "percentile_minimum")["minimum_n"].items():
        assert minimum_n(float(share)) == needed
        assert percentile(np.arange(needed, dtype=float), float(share)).known
        short = percentile(np.arange(needed - 1, dtype=float), float(share))
        assert short.estimate is None
        assert short.reason == f"needs {needed} incidents, has {needed - 1}"


def test_a_percentile_with_too_few_for_an_interval_says_so():
    answer = percentile(np.arange(30.0), 0.9)
    assert answer.low is None
    assert answer.reason == "needs 36 incidents for an interval, has 30"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99])
def test_the_interval_exists_exactly_from_its_minimum_on(share):
    needed = minimum_n_for_interval(share)
    assert order_interval(needed - 1, share) is None
    assert order_interval(needed, share) is not None


def test_ecdf_counts_ties_once_and_ends_at_one():
    curve = ecdf(np.array([3.0, 1.0, 3.0, np.nan]))
    assert curve.values.tolist() == [1.0, 3.0]
    assert curve.shares.tolist() == pytest.approx([1 / 3, 1.0])
    assert curve.n == 3


def test_ecdf_of_nothing_is_empty():
    assert ecdf(np.array([])).n == 0


@given(durations)
def test_the_interval_contains_the_estimate(values):
    for answer in (median(values), percentile(values, 0.9)):
        if answer.low is not None:
            assert answer.low <= answer.estimate <= answer.high


@given(durations, st.randoms(use_true_random=False))
def test_the_order_of_incidents_does_not_matter(values, random):
    shuffled = values.tolist()
    random.shuffle(shuffled)
    assert median(np.array(shuffled)) == median(values)
    assert percentile(np.array(shuffled), 0.9) == percentile(values, 0.9)


def test_the_interval_widens_as_n_shrinks():
    widths = []
    for n in (1000, 300, 100, 30, 10):
        answer = median(np.linspace(0.0, 1.0, n))
        widths.append(answer.high - answer.low)
    assert widths == sorted(widths)


def test_the_ranks_of_a_hundred_thousand_cover_what_they_say():
    low, high = order_interval(100_000)
    inside = binomial_cdf(high - 1, 100_000, 0.5) - binomial_cdf(low - 1, 100_000, 0.5)
    assert 0.95 <= float(inside) < 0.953
