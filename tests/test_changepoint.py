"""The moment at which a series changed, and how seldom noise is taken for one."""

import numpy as np
import pytest

from analytics.statistics.changepoint import mean_shift, pettitt, rate_shift
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


def test_mining_becomes_safer_after_1891():
    coal = published("changepoints", "coal")
    split = rate_shift(coal["counts"])
    assert split.index == coal["index"]
    assert [split.before, split.after] == pytest.approx(coal["rates"], abs=5e-5)
    assert split.statistic == pytest.approx(coal["likelihood_ratio"], abs=5e-4)
    assert split.p_value < 1e-9


@pytest.mark.parametrize("n", [12, 24, 60])
def test_noise_has_no_change_point_more_often_than_stated(n):
    rng = np.random.default_rng(n)
    means = [mean_shift(values).p_value < 0.05 for values in rng.normal(size=(600, n))]
    rates = [rate_shift(counts).p_value < 0.05 for counts in rng.poisson(3, (600, n))]
    ranks = [pettitt(values).p_value < 0.05 for values in rng.normal(size=(600, n))]
    assert max(np.mean(means), np.mean(rates), np.mean(ranks)) < 0.07


def test_exposure_explains_a_change_of_counts():
    days = np.repeat([10.0, 20.0], 10)
    assert rate_shift(days * 2, days).p_value > 0.9
    assert rate_shift(days * 2).p_value < 0.01


def test_dispersion_takes_away_certainty():
    counts = np.repeat([4, 8], 10)
    assert rate_shift(counts, dispersion=3.0).p_value > rate_shift(counts).p_value


def test_short_and_constant_series_have_no_split_and_say_why():
    assert mean_shift(np.arange(11.0)).reason == "needs 12 points, has 11"
    assert mean_shift(np.full(20, 2.0)).reason == "all points are equal"
    assert rate_shift(np.zeros(20)).index is None
    assert pettitt(np.arange(11.0)) is None


def test_a_step_without_any_noise_is_certain():
    split = mean_shift(np.repeat([1.0, 2.0], 10))
    assert split.index == 10
    assert split.p_value == pytest.approx(0.0, abs=1e-12)


def test_each_side_keeps_three_points():
    values = np.zeros(30)
    values[0] = 100.0
    assert mean_shift(values).index == 3
