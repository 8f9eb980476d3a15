"""Runs around the median of a short series."""

import math

import numpy as np

from analytics.surveillance.run_rules import (
    fewest_crossings_allowed,
    longest_run_allowed,
    run_chart,
)
from tests.support.published import published


def test_the_bounds_are_the_published_ones():
    entry = published("charts", "runs")
    for n, longest in entry["longest_run"].items():
        assert longest_run_allowed(int(n)) == longest
    for n, fewest in entry["fewest_crossings"].items():
        assert fewest_crossings_allowed(int(n)) == fewest


def test_a_shift_in_thirteen_months_is_one_long_run_with_few_crossings():
    chart = run_chart(np.array([1, 2, 1, 3, 2, 1, 5, 9, 8, 9, 7, 8, 9.0]))
    assert (chart.useful, chart.crossings) == (12, 1)
    assert chart.signal
    assert "1 crossings" in chart.words


def test_an_alternating_series_has_no_signal_and_no_words():
    chart = run_chart(np.tile([1.0, 2.0], 8))
    assert not chart.signal
    assert chart.words == ""


def test_points_on_the_median_belong_to_no_run():
    chart = run_chart(np.full(20, 4.0))
    assert chart.useful == 0
    assert chart.words == "needs 10 points off the median, has 0"


def test_an_empty_series_has_no_median():
    assert math.isnan(run_chart(np.array([])).median)


def test_random_series_of_twenty_four_rarely_signal():
    rng = np.random.default_rng(13)
    alarms = [run_chart(values).signal for values in rng.normal(size=(600, 24))]
    assert np.mean(alarms) < 0.12
