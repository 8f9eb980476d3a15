"""Trends against published slopes and ranks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.trend import binned, mann_kendall, trend
from tests.support.published import published

series = st.lists(st.floats(-100, 100), min_size=12, max_size=50).map(np.array)


@pytest.mark.parametrize("entry", ["precipitation_great_lakes", "maxau_s", "maxau_q"])
def test_mann_kendall_gives_the_published_answers(entry):
    stated = published("trends", entry)
    test = mann_kendall(np.array(stated["values"]))
    assert test.score == stated["S"]
    assert test.tau == pytest.approx(stated["tau"], abs=5e-6)
    assert test.z == pytest.approx(stated["z"], abs=5e-5)
    assert test.p_value == pytest.approx(stated["p"], abs=5e-5)
    if "varS" in stated:
        assert test.variance == stated["varS"]


def test_the_slope_and_its_interval_are_the_published_ones():
    stated = published("trends", "maxau_s")
    values = np.array(stated["values"])
    slope = trend(np.arange(len(values), dtype=float), values, unit="per year").slope
    assert slope.estimate == pytest.approx(stated["sen"], abs=5e-8)
    assert [slope.low, slope.high] == pytest.approx(stated["sen_ci95"], abs=5e-8)


def test_the_nile_falls_by_rank_too():
    nile = published("changepoints", "nile")
    test = mann_kendall(np.array(nile["values"], float))
    assert test.p_value == pytest.approx(nile["mann_kendall_p"], abs=5e-9)


def test_eleven_points_are_too_few():
    result = trend(np.arange(11.0), np.arange(11.0), unit="per month")
    assert result.p_value is None
    assert result.slope.reason == "needs 12 points, has 11"


def test_points_at_one_time_have_no_slope():
    result = trend(np.zeros(20), np.arange(20.0), unit="per month")
    assert result.slope.reason == "all points are at one time"


def test_a_series_that_never_varies_has_no_trend():
    result = trend(np.arange(20.0), np.full(20, 3.0), unit="per month")
    assert (result.slope.estimate, result.p_value) == (0.0, 1.0)


def test_a_long_series_is_reduced_to_medians_in_its_order():
    x, y = binned(np.arange(10_000.0), 2.0 * np.arange(10_000.0), most=100)
    assert len(x) == 100
    assert y == pytest.approx(2.0 * x)


def test_a_drift_is_found_in_a_hundred_thousand_noisy_points():
    x = np.arange(100_000.0)
    y = x / 50_000.0 + np.random.default_rng(18).normal(size=100_000)
    result = trend(x, y, unit="per incident")
    assert (result.points, result.slope.n) == (300, 100_000)
    assert result.slope.estimate == pytest.approx(1 / 50_000.0, rel=0.05)


@given(series)
def test_the_interval_contains_the_slope_and_turns_with_the_series(values):
    x = np.arange(len(values), dtype=float)
    there, back = trend(x, values, unit="x"), trend(x, -values, unit="x")
    assert there.slope.low <= there.slope.estimate <= there.slope.high
    assert there.slope.estimate == pytest.approx(-back.slope.estimate)
    assert there.p_value == pytest.approx(back.p_value)
