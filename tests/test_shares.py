"""Shares, their differences and the drift of causes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.shares import difference, fisher_mid_p, share
from tests.support.published import published

counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_wilson_intervals_are_the_published_ones():
    for case in published("shares", "wilson")["intervals"]:
        answer = share(case["count"], case["of"])
        assert answer.low == pytest.approx(case["low"], abs=5e-5)
        assert answer.high == pytest.approx(case["high"], abs=5e-5)


def test_a_share_of_nothing_is_none_and_not_zero():
    answer = share(0, 0)
    assert answer.estimate is None
    assert answer.reason


@pytest.mark.parametrize(("count", "of"), [(-1, 3), (4, 3)])
def test_a_count_outside_its_denominator_is_refused(count, of):
    with pytest.raises(ValueError, match="denominator"):
        share(count, of)


def test_mid_p_is_fisher_with_half_of_what_was_seen():
    from scipy import stats

    low = stats.hypergeom(16, 9, 10).cdf(7)
    here = stats.hypergeom(16, 9, 10).pmf(8)
    expected = 2 * min(1 - low - here / 2, low + here / 2)
    assert fisher_mid_p(8, 10, 1, 6) == pytest.approx(expected)


def test_equal_shares_have_no_small_p_value():
    assert fisher_mid_p(30, 100, 30, 100) > 0.9
    assert fisher_mid_p(0, 10, 0, 10) == 1.0
    assert fisher_mid_p(0, 0, 3, 10) == 1.0


def test_large_counts_are_tested_as_exactly_as_small_ones():
    assert fisher_mid_p(30_500, 100_000, 30_000, 100_000) == pytest.approx(0.0148, abs=0.0003)


def test_a_missing_denominator_gives_no_difference():
    change = difference(0, 0, 3, 10)
    assert change.change.estimate is None
    assert change.p_value is None


@given(counted)
def test_the_interval_contains_the_share_and_stays_within_zero_and_one(counts):
    answer = share(*counts)
    assert 0.0 <= answer.low <= answer.estimate <= answer.high <= 1.0


@given(st.integers(1, 40), st.integers(0, 40))
def test_the_interval_widens_as_n_shrinks(n, count):
    small, large = share(min(count, n), n), share(10 * min(count, n), 10 * n)
    assert small.high - small.low > large.high - large.low


@given(counted, counted)
def test_the_difference_turns_with_its_periods(after, before):
    there, back = difference(*after, *before), difference(*before, *after)
    assert there.change.low <= there.change.estimate <= there.change.high
    assert there.change.estimate == pytest.approx(-back.change.estimate)
    assert there.p_value == pytest.approx(back.p_value)
    assert 0.0 < there.p_value <= 1.0
