"""Charts of counts: published limits, and wider ones for clustered incidents."""

import numpy as np
import pytest

from analytics.surveillance.chart_rules import OUTSIDE
from analytics.surveillance.count_charts import false_alarm_rate, u_chart
from tests.support.published import published


def limits(chart):
    return [chart.centre[0], chart.low[0], chart.high[0]]


def test_montgomerys_c_chart_has_his_limits():
    entry = published("charts", "c_montgomery_7_3")
    everything = u_chart(entry["counts"], baseline=26, laney=False).chart
    stated = entry["all"]
    assert limits(everything) == pytest.approx([stated["cl"], stated["lcl"], stated["ucl"]])
    assert {(s.rule, s.index + 1) for s in everything.signals} >= {(OUTSIDE, 6), (OUTSIDE, 20)}


def test_montgomerys_c_chart_without_its_explained_points_has_his_limits():
    entry = published("charts", "c_montgomery_7_3")
    chart = u_chart(entry["counts"], baseline=26, laney=False, explained=[5, 19]).chart
    stated = entry["without_points_6_and_20"]
    assert limits(chart) == pytest.approx([stated["cl"], stated["lcl"], stated["ucl"]])


def test_montgomerys_u_chart_has_his_limits_and_none_below_zero():
    entry = published("charts", "u_montgomery_7_4")
    chart = u_chart(entry["counts"], entry["exposure"], laney=False).chart
    assert chart.centre[0] == pytest.approx(entry["centre"])
    assert chart.low[0] == entry["low"]
    assert chart.high[0] == pytest.approx(entry["high"], abs=5e-7)


def test_limits_narrow_with_exposure():
    chart = u_chart(np.tile([4, 6, 40, 60], 6), np.tile([1.0, 1.0, 10.0, 10.0], 6)).chart
    assert chart.high[2] < chart.high[0]


def test_clustered_counts_get_laneys_wider_limits():
    counts = np.random.default_rng(14).negative_binomial(3, 0.2, 24)
    chosen, plain = u_chart(counts), u_chart(counts, laney=False)
    assert chosen.widened[0] > 1.2
    assert chosen.chart.high[0] > plain.chart.high[0]
    assert plain.widened == (1.0,)


def test_laneys_limits_of_poisson_counts_are_nearly_the_plain_ones():
    counts = np.random.default_rng(15).poisson(50, 24)
    assert u_chart(counts, laney=True).widened[0] == pytest.approx(1.0, abs=0.35)


def test_months_without_any_incident_make_no_signal():
    chart = u_chart(np.zeros(30)).chart
    assert chart.signals == ()
    assert chart.centre[0] == 0.0


def test_a_doubled_rate_is_signalled_after_the_baseline():
    rng = np.random.default_rng(16)
    counts = np.concatenate([rng.poisson(10, 24), rng.poisson(22, 12)])
    chart = u_chart(counts).chart
    assert any(signal.index >= 24 and signal.direction == "up" for signal in chart.signals)


def test_thirteen_months_are_too_few_for_limits():
    chart = u_chart(np.arange(13)).chart
    assert chart.segments[0].reason == "needs 20 points for limits, has 13"


def test_no_exposure_is_refused():
    with pytest.raises(ValueError, match="exposure"):
        u_chart([1, 2], [1.0, 0.0])


def test_an_empty_series_makes_an_empty_chart():
    assert len(u_chart([]).chart.values) == 0


def test_clustered_counts_alarm_more_often_and_the_rate_says_so():
    plain = false_alarm_rate(24, mean=5.0)
    clustered = false_alarm_rate(24, mean=5.0, dispersion=2.7)
    assert plain.estimate == pytest.approx(0.11, abs=0.03)
    assert 0.2 < clustered.estimate < 0.45


def test_the_stated_false_alarm_rate_is_that_of_the_chart():
    rng = np.random.default_rng(17)
    alarms = [bool(u_chart(rng.poisson(5, 24)).chart.signals) for _ in range(400)]
    assert np.mean(alarms) == pytest.approx(false_alarm_rate(24, mean=5.0).estimate, abs=0.05)


def test_without_events_or_limits_there_is_no_false_alarm_rate():
    assert false_alarm_rate(24, mean=0.0).reason == "no events"
    assert false_alarm_rate(5, mean=3.0).estimate is None
