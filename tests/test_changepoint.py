"""The moment at which a series changed, and how seldom noise is taken for one."""

import numpy as np
import pytest

from analytics.statistics.trend import mean_shift, pettitt
from tests.support.published import published


def test_the_nile_changes_in_1898():
    nile = published("changepoints", "nile")
    values = np.array(nile["values"], float)
    split = mean_shift(values)
    assert split.index == nile["index"]
    assert [split.before, split.after] == pytest.approx(nile["means"], abs=0.005)
    assert split.p_value < 1e-9
    second = pettitt(values)
    assert (second.index, second.statistic) == (nile["index"], nile["pettitt"])
    assert second.p_value == pytest.approx(nile["pettitt_p"], abs=5e-10)
    # The first year of the lower flow is 1899; the last of the higher one is the year stated.
    assert nile["first_year"] + split.index - 1 == nile["year"]


@pytest.mark.parametrize("n", [12, 24, 60])
def test_noise_has_no_change_point_more_often_than_stated(n):
    rng = np.random.default_rng(n)
    means = [mean_shift(values).p_value < 0.05 for values in rng.normal(size=(600, n))]
    ranks = [pettitt(values).p_value < 0.05 for values in rng.normal(size=(600, n))]
    assert max(np.mean(means), np.mean(ranks)) < 0.07


def test_short_and_constant_series_have_no_split_and_say_why():
    assert mean_shift(np.arange(11.0)).reason == "needs 12 points, has 11"
    assert mean_shift(np.full(20, 2.0)).reason == "all points are equal"
    assert pettitt(np.arange(11.0)) is None


def test_a_step_without_any_noise_is_certain():
    split = mean_shift(np.repeat([1.0, 2.0], 10))
    assert split.index == 10
    assert split.p_value == pytest.approx(0.0, abs=1e-12)


def test_each_side_keeps_three_points():
    values = np.zeros(30)
    values[0] = 100.0
    assert mean_shift(values).index == 3
