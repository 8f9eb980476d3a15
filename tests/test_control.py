"""The XmR chart: published limits, frozen baselines, breaks, false alarms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.surveillance import OUTSIDE, false_alarm_rate, mean_range, xmr
from tests.support.published import published


def test_montgomerys_loan_chart_has_his_limits_and_his_two_points_outside():
    entry = published("charts", "xmr_montgomery_6_5")
    chart = xmr(np.array(entry["values"], float), baseline=entry["baseline"])
    assert chart.centre[0] == pytest.approx(entry["centre"], abs=5e-7)
    assert chart.low[0] == pytest.approx(entry["low"], abs=5e-7)
    assert chart.high[0] == pytest.approx(entry["high"], abs=5e-7)
    first = np.array(entry["values"][: entry["baseline"]], float)
    assert mean_range(first) == pytest.approx(entry["mean_range"], abs=5e-7)
    (signal,) = chart.signals
    assert signal.rule == OUTSIDE
    assert [signal.index + 1, signal.last + 1] == entry["points_outside"]


def test_the_flow_rate_of_nist_has_its_limits():
    entry = published("charts", "xmr_nist_flow_rate")
    chart = xmr(np.array(entry["values"]), baseline=entry["baseline"])
    for ours, theirs in ((chart.centre, "centre"), (chart.low, "low"), (chart.high, "high")):
        assert ours[0] == pytest.approx(entry[theirs], abs=5e-5)


def test_limits_stay_frozen_after_the_baseline():
    steady = np.tile([10.0, 12.0], 12)
    chart = xmr(np.concatenate([steady, np.full(30, 90.0)]))
    assert chart.centre[-1] == chart.centre[0] == 11.0
    assert chart.segments[0].baseline == 24


def test_limits_start_afresh_at_a_break_and_no_run_crosses_it():
    series = np.concatenate([np.tile([10.0, 12.0], 12), np.tile([30.0, 33.0], 12)])
    chart = xmr(series, breaks=[24])
    assert (chart.centre[0], chart.centre[-1]) == (11.0, 31.5)
    assert chart.signals == ()


def test_a_short_series_has_no_limits_and_says_why():
    chart = xmr(np.arange(19.0))
    assert np.isnan(chart.centre).all()
    assert chart.segments[0].reason == "needs 20 points for limits, has 19"
    assert chart.signals == ()


def test_an_empty_series_makes_an_empty_chart():
    chart = xmr(np.array([]))
    assert len(chart.values) == 0
    assert chart.signals == ()


def test_durations_are_charted_as_logs_and_read_back():
    chart = xmr(np.tile([60.0, 240.0], 10), log=True)
    assert chart.centre[0] == pytest.approx(120.0)
    assert chart.low[0] * chart.high[0] == pytest.approx(120.0**2)
    assert chart.scale == "log10"


def test_a_series_that_never_varies_never_signals():
    assert xmr(np.full(40, 7.0)).signals == ()


def test_raw_durations_alarm_in_most_stable_series_and_logs_in_few():
    rng = np.random.default_rng(12)
    series = rng.lognormal(8, 1.25, (300, 24))
    raw = np.mean([bool(xmr(values).signals) for values in series])
    logs = np.mean([bool(xmr(values, log=True).signals) for values in series])
    assert logs < 0.2 < 0.7 < raw


def test_stable_series_of_24_points_alarm_in_about_a_tenth():
    answer = false_alarm_rate(24)
    assert answer.low < 0.108 < answer.high + 0.01
    assert false_alarm_rate(48).estimate > answer.estimate


def test_without_limits_there_is_no_false_alarm_rate():
    assert false_alarm_rate(12).reason == "needs 20 points for limits, has 12"


@given(st.lists(st.floats(-1e6, 1e6), min_size=20, max_size=60))
def test_the_centre_lies_between_its_limits(values):
    chart = xmr(np.array(values))
    assert (chart.low <= chart.centre).all()
    assert (chart.centre <= chart.high).all()
