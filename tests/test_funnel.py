"""The funnel plot: limits that equal groups seldom reach."""

import numpy as np
import pytest
from scipy import special

from analytics.statistics.groups import funnel, limits


def test_a_point_on_a_limit_has_at_most_the_stated_chance():
    expected = np.array([4.0, 12.5, 80.0])
    at = limits(1.0, expected)
    for low, high, tail in ((at.low95, at.high95, 0.025), (at.low998, at.high998, 0.001)):
        reached = np.ceil(high * expected - 1e-9)
        assert (special.pdtrc(reached - 1, expected) <= tail + 1e-9).all()
        there = ~np.isnan(low)
        under = np.floor(low * expected)[there]
        assert (special.pdtr(under, expected[there]) <= tail + 1e-9).all()


def test_a_small_group_has_no_lower_limit_and_not_zero():
    assert np.isnan(limits(0.5, [1.0]).low95[0])


def test_limits_narrow_with_exposure():
    at = limits(0.1, [50.0, 500.0, 5000.0])
    assert (np.diff(at.high95) < 0).all()
    assert (np.diff(at.low95) > 0).all()


def test_groups_outside_are_marked_with_level_and_side():
    result = funnel([0, 5, 20, 100], [10, 10, 10, 200])
    assert result.outside.tolist() == [-95.0, 0.0, pytest.approx(99.8), 0.0]


def test_equal_groups_are_outside_no_more_often_than_stated():
    counts = np.random.default_rng(24).poisson(9, (300, 20))
    outside = np.mean([np.abs(funnel(row, 90.0).outside) > 99 for row in counts])
    assert outside < 0.003


def test_no_groups_make_no_funnel():
    assert funnel([], []) is None


def test_no_exposure_is_refused():
    with pytest.raises(ValueError, match="exposure"):
        funnel([1], [0.0])
