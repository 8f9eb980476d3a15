"""Counts that spread more than chance alone spreads them."""

import numpy as np
import pytest

from analytics.statistics.rates import clustering, dispersion, pooled_dispersion


def test_poisson_counts_are_rarely_called_clustered():
    rng = np.random.default_rng(1)
    p_values = [dispersion(rng.poisson(1.5, 24)).p_value for _ in range(1000)]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.02)


def test_clustered_counts_are_found_and_measured():
    counts = np.random.default_rng(2).negative_binomial(3, 0.3, 400)
    spread = dispersion(counts)
    assert spread.p_value < 1e-6
    assert spread.factor == pytest.approx(1 / 0.3, rel=0.25)


def test_the_factor_never_narrows_an_interval():
    assert dispersion([4, 4, 4, 4]).factor == 1.0


def test_one_count_or_no_event_has_no_test():
    assert dispersion([7]).p_value is None
    assert dispersion([0, 0, 0]).p_value is None


def test_a_single_event_is_not_unusual_wherever_it_falls():
    assert dispersion([0, 0, 1, 0]).p_value == 1.0


def test_a_change_between_periods_is_no_spread_within_them():
    assert pooled_dispersion([2, 2, 2, 2], [9, 9, 9, 9]) == 1.0
    assert dispersion([2, 2, 2, 2, 9, 9, 9, 9]).factor > 2.0


def test_no_counts_mean_no_correction():
    assert pooled_dispersion([], [0, 0]) == 1.0


def test_counts_that_spread_like_chance_are_left_as_they_are():
    poisson = np.random.default_rng(1).poisson(10, 36).reshape(3, 12)
    assert clustering(list(poisson)) == 1.0


def test_counts_in_clusters_are_corrected_by_more_than_their_variance_over_mean():
    year = np.array([0, 20] * 6)
    assert clustering([year, year, year]) == pytest.approx(10 * 12 / 11 * 1.0771, rel=1e-3)


def test_growth_from_year_to_year_is_no_clustering():
    assert clustering([np.full(12, 40), np.full(12, 20), np.full(12, 10)]) == 1.0


def test_without_any_history_nothing_is_corrected():
    assert clustering([]) == 1.0
    assert clustering([np.array([4])]) == 1.0
    assert clustering([np.zeros(12, dtype=np.int64)]) == 1.0


def test_counts_that_follow_their_exposure_are_no_clusters():
    exposure = np.tile([10.0, 400.0], 6)
    counts = exposure / 10.0
    assert clustering([counts]) > 5.0
    assert clustering([counts], [exposure]) == 1.0


def test_exposure_must_be_positive():
    with pytest.raises(ValueError, match="exposure"):
        dispersion([1, 2], [1.0, 0.0])
