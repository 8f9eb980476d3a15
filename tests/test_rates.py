"""Rates and their ratios, exact and with exposure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.rates import compare, pooled_dispersion, rate, score_test, unequal
from tests.support.published import published

counts = st.integers(0, 300)
days = st.floats(1.0, 1000.0)


def test_the_score_test_of_two_rates_is_the_published_one():
    entry = published("rates", "two_rates")
    z, p_value = score_test(*entry["after"], *entry["before"])
    assert z == pytest.approx(entry["score_z"], abs=5e-7)
    assert p_value == pytest.approx(entry["score_p"], abs=5e-7)


def test_the_exact_test_agrees_with_the_score_test_on_large_counts():
    entry = published("rates", "two_rates")
    exact = compare(*entry["after"], *entry["before"])
    assert exact.p_value == pytest.approx(entry["score_p"], rel=0.05)
    assert exact.ratio.estimate == pytest.approx(2.11, abs=0.005)


def test_the_exact_interval_of_one_rate_is_the_published_one():
    entry = published("rates", "one_rate")
    answer = rate(entry["count"], entry["exposure"])
    assert [answer.low, answer.high] == pytest.approx(entry["interval"], abs=5e-9)


def test_no_event_bounds_the_rate_from_above():
    answer = rate(0, 1.0)
    assert (answer.estimate, answer.low) == (0.0, 0.0)
    assert answer.high == pytest.approx(published("rates", "no_events")["upper_end"], abs=0.005)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1.0), (1, 0.0)])
def test_impossible_rates_are_refused(count, exposure):
    with pytest.raises(ValueError, match="exposure"):
        rate(count, exposure)


def test_no_event_before_gives_a_lower_end_and_no_ratio():
    comparison = compare(5, 10.0, 0, 10.0)
    assert comparison.ratio.estimate is None
    assert comparison.ratio.reason == "none before, so no ratio"
    assert comparison.ratio.low > 1.0
    assert comparison.ratio.high is None


def test_no_event_at_all_has_no_test():
    comparison = compare(0, 10.0, 0, 10.0)
    assert comparison.p_value is None
    assert comparison.ratio.reason == "no events in either period"


def test_a_fall_to_zero_is_a_ratio_of_zero_with_an_upper_end():
    comparison = compare(0, 10.0, 9, 10.0)
    assert comparison.ratio.estimate == 0.0
    assert comparison.ratio.high < 1.0


def test_exposure_decides_what_more_means():
    assert compare(60, 60.0, 30, 30.0).p_value == pytest.approx(1.0, abs=0.05)


def test_mid_p_is_the_binomial_tail_with_half_of_what_was_seen():
    tail = (math.comb(9, 7) / 2 + math.comb(9, 8) + 1) / 2**9
    assert compare(7, 1.0, 2, 1.0).p_value == pytest.approx(2 * tail)


def test_dispersion_widens_the_interval_and_takes_away_certainty():
    plain, clustered = compare(60, 90.0, 30, 90.0), compare(60, 90.0, 30, 90.0, dispersion=2.5)
    assert clustered.p_value > plain.p_value
    assert clustered.ratio.low < plain.ratio.low < plain.ratio.high < clustered.ratio.high
    assert clustered.detectable_rise > plain.detectable_rise


def test_a_dispersion_below_one_is_refused():
    with pytest.raises(ValueError, match="dispersion"):
        compare(1, 1.0, 1, 1.0, dispersion=0.5)


def test_the_detectable_rise_is_found_four_times_in_five():
    rng = np.random.default_rng(7)
    rise = compare(30, 90.0, 30, 90.0).detectable_rise
    before, after = rng.poisson(30, 800), rng.poisson(30 * rise, 800)
    found = [
        compare(int(a), 90.0, int(b), 90.0).p_value < 0.05
        for a, b in zip(after, before, strict=True)
    ]
    assert np.mean(found) == pytest.approx(0.80, abs=0.05)


def test_clustered_counts_of_unchanged_worlds_seldom_look_changed():
    rng = np.random.default_rng(8)
    naive, corrected = 0, 0
    for _ in range(400):
        after, before = rng.negative_binomial(3, 0.4, (2, 13))
        spread = pooled_dispersion(after, before)
        naive += compare(int(after.sum()), 91, int(before.sum()), 91).p_value < 0.05
        corrected += (
            compare(int(after.sum()), 91, int(before.sum()), 91, dispersion=spread).p_value < 0.05
        )
    assert corrected / 400 < 0.09 < naive / 400


@given(counts, days)
def test_the_interval_of_a_rate_contains_it(count, exposure):
    answer = rate(count, exposure)
    assert answer.low <= answer.estimate <= answer.high


@given(counts, days, counts, days, st.floats(1.0, 5.0))
def test_the_interval_of_a_ratio_contains_it(after, days_after, before, days_before, dispersion):
    answer = compare(after, days_after, before, days_before, dispersion=dispersion).ratio
    if answer.estimate is not None:
        assert answer.low <= answer.estimate <= answer.high


@given(counts, days, counts, days)
def test_the_interval_excludes_one_exactly_when_the_test_rejects(after, late, before, early):
    comparison = compare(after, late, before, early)
    if comparison.p_value is None or abs(comparison.p_value - 0.05) < 1e-6:
        return
    high = comparison.ratio.high
    excluded = comparison.ratio.low > 1.0 or (high is not None and high < 1.0)
    assert excluded == (comparison.p_value < 0.05)


@given(counts, days, counts, days)
def test_counts_that_do_not_cluster_are_tested_as_they_are_compared(after, late, before, early):
    assert unequal(after, late, before, early) == compare(after, late, before, early).p_value


def test_where_every_split_of_a_total_is_as_likely_the_tail_is_counted_out():
    # Two even stretches of 9 events whose variance is 5.5 times their mean: a beta-binomial with
    # both shapes 1, which is uniform over 0 to 9.
    assert unequal(8, 1.0, 1, 1.0, dispersion=5.5) == pytest.approx(2 * (0.1 + 0.1 / 2))
    assert unequal(9, 1.0, 0, 1.0, dispersion=5.5) == pytest.approx(2 * 0.1 / 2)
    assert unequal(0, 1.0, 9, 1.0, dispersion=5.5) == pytest.approx(2 * 0.1 / 2)


@pytest.mark.parametrize("dispersion", [1.5, 4.0, 9.0])
def test_clustered_counts_that_did_not_change_are_found_as_rarely_as_the_test_says(dispersion):
    rng = np.random.default_rng(1)
    size, n = 9.0 / (dispersion - 1.0), 1500
    after = rng.negative_binomial(size, 1.0 / dispersion, n)
    before = rng.negative_binomial(size * 11, 1.0 / dispersion, n)
    p_values = np.array(
        [
            unequal(int(a), 1.0, int(b), 11.0, dispersion=dispersion)
            for a, b in zip(after, before, strict=True)
            if a + b
        ]
    )
    assert np.mean(p_values <= 0.05) == pytest.approx(0.04, abs=0.017)
    assert np.mean(p_values <= 0.005) <= 0.008


def test_hardly_clustered_counts_go_over_into_those_that_are_not():
    alone = unequal(30, 90.0, 60, 365.0)
    hardly = unequal(30, 90.0, 60, 365.0, dispersion=1.021)
    assert hardly == pytest.approx(alone, rel=0.15)
    assert hardly > alone


def test_a_total_of_no_event_is_not_tested():
    assert unequal(0, 1.0, 0, 1.0) is None
    with pytest.raises(ValueError, match="dispersion of at least 1"):
        unequal(1, 1.0, 1, 1.0, dispersion=0.5)
