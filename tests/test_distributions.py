"""The distributions under their readable names."""

import numpy as np
import pytest

from analytics.statistics import distributions as d


def test_counts_need_not_be_whole():
    whole = float(d.at_least(3, 10, 0.4)), float(d.at_least(4, 10, 0.4))
    assert whole[1] < float(d.at_least(3.5, 10, 0.4)) < whole[0]


def test_at_least_agrees_with_the_binomial():
    assert float(d.at_least(3, 10, 0.4)) == pytest.approx(1 - float(d.binomial_cdf(2, 10, 0.4)))
    assert float(d.at_least(0, 10, 0.4)) == 1.0
    assert float(d.at_least(11, 10, 0.4)) == 0.0


def test_no_count_is_below_zero():
    assert float(d.binomial_cdf(-1, 10, 0.5)) == 0.0


def test_a_poisson_quantile_below_the_chance_of_zero_is_none():
    quantiles = d.poisson_quantile(0.025, [1.0, 10.0])
    assert np.isnan(quantiles[0])
    assert 3.0 < quantiles[1] < 4.0


def test_two_sided_p_values_are_symmetrical():
    assert float(d.two_sided_normal(1.959964)) == pytest.approx(0.05, abs=1e-6)
    assert float(d.two_sided_t(-2.0, 9)) == float(d.two_sided_t(2.0, 9))
