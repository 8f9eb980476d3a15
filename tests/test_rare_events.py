"""Times between rare incidents."""

import numpy as np
import pytest

from analytics.surveillance import t_chart
from tests.support.published import published


def test_montgomerys_valve_failures_have_his_limits():
    entry = published("charts", "t_montgomery_7_6")
    chart = t_chart(np.array(entry["gaps"], float))
    assert chart.centre[0] == pytest.approx(entry["centre"], abs=5e-7)
    assert chart.low[0] == entry["low"]
    assert chart.high[0] == pytest.approx(entry["high"], abs=5e-7)
    assert chart.signals == ()


def test_a_long_gap_is_said_to_be_an_improvement():
    gaps = np.append(np.tile([5.0, 9.0, 14.0, 7.0], 6), 4000.0)
    (signal,) = t_chart(gaps).signals
    assert signal.words == "above the upper limit: an improvement"


def test_eight_short_gaps_are_said_to_be_a_deterioration():
    gaps = np.append(np.tile([30.0, 90.0, 60.0, 45.0], 6), np.full(8, 31.0))
    assert any("a deterioration" in signal.words for signal in t_chart(gaps).signals)


def test_a_gap_that_still_lasts_is_no_point_but_may_already_be_long():
    gaps = np.tile([5.0, 9.0, 14.0, 7.0], 6)
    assert t_chart(gaps, since_last=10.0).signals == ()
    (signal,) = t_chart(gaps, since_last=5000.0).signals
    assert signal.index == len(gaps)
    assert "an improvement" in signal.words


def test_a_few_gaps_have_no_limits():
    chart = t_chart(np.array([4.0, 8.0]), since_last=900.0)
    assert np.isnan(chart.high).all()
    assert chart.signals == ()


def test_two_events_at_one_moment_are_a_gap_of_zero():
    chart = t_chart(np.tile([0.0, 3.0], 12))
    assert chart.low[0] == 0.0
    assert np.isfinite(chart.high).all()
