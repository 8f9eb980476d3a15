"""Charts of counts: published limits, and wider ones for clustered incidents."""

import numpy as np
import pytest

from analytics.surveillance import OUTSIDE, count_false_alarm_rate, u_chart
from tests.support.published import published


def plain_limits(found):
    """The centre and the limits before Laney's factor, which the published ones do without."""
    centre, factor = found.chart.centre[0], found.widened[0]
    reach = (found.chart.high[0] - centre) / factor
    return [centre, centre - reach, centre + reach]


def test_montgomerys_c_chart_has_his_limits():
    entry = published("charts", "c_montgomery_7_3")
    everything = u_chart(entry["counts"], baseline=26)
    stated = entry["all"]
    assert plain_limits(everything) == pytest.approx([stated["cl"], stated["lcl"], stated["ucl"]])
    counts = np.array(entry["counts"])
    outside = (counts < stated["lcl"]) | (counts > stated["ucl"])
    assert (np.flatnonzero(outside) + 1).tolist() == [6, 20]
    assert (OUTSIDE, 20) in {(s.rule, s.index + 1) for s in everything.chart.signals}


def test_montgomerys_u_chart_has_his_limits_and_none_below_zero():
    entry = published("charts", "u_montgomery_7_4")
    found = u_chart(entry["counts"], entry["exposure"])
    centre, _, high = plain_limits(found)
    assert centre == pytest.approx(entry["centre"])
    assert high == pytest.approx(entry["high"], abs=5e-7)
    assert found.chart.low[0] == entry["low"]


def test_limits_narrow_with_exposure():
    chart = u_chart(np.tile([4, 6, 40, 60], 6), np.tile([1.0, 1.0, 10.0, 10.0], 6)).chart
    assert chart.high[2] < chart.high[0]


def test_clustered_counts_get_laneys_wider_limits():
    counts = np.random.default_rng(14).negative_binomial(3, 0.2, 24)
    found = u_chart(counts)
    assert found.widened[0] > 1.2
    centre, high = found.chart.centre[0], found.chart.high[0]
    assert high - centre == pytest.approx(3 * found.widened[0] * np.sqrt(centre))


def test_counts_that_do_not_cluster_keep_the_plain_limits():
    counts = np.random.default_rng(15).poisson(50, 24)
    assert u_chart(counts).widened == (1.0,)


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
    plain = count_false_alarm_rate(24, mean=5.0)
    clustered = count_false_alarm_rate(24, mean=5.0, dispersion=2.7)
    assert plain.estimate == pytest.approx(0.11, abs=0.03)
    assert 0.2 < clustered.estimate < 0.45


def test_the_stated_false_alarm_rate_is_that_of_the_chart():
    rng = np.random.default_rng(17)
    alarms = [bool(u_chart(rng.poisson(5, 24)).chart.signals) for _ in range(400)]
    assert np.mean(alarms) == pytest.approx(count_false_alarm_rate(24, mean=5.0).estimate, abs=0.05)


def test_without_events_or_limits_there_is_no_false_alarm_rate():
    assert count_false_alarm_rate(24, mean=0.0).reason == "no events"
    assert count_false_alarm_rate(5, mean=3.0).estimate is None
