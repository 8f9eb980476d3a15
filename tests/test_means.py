"""The mean on the log scale, by hand and at its edges."""

import math

import numpy as np
import pytest

from analytics.statistics.quantiles import geometric_mean


def test_the_mean_on_the_log_scale_has_the_interval_of_students_t() -> None:
    found = geometric_mean(np.exp(np.arange(1.0, 7.0)))
    half = 2.570582 * math.sqrt(3.5) / math.sqrt(6)  # t with 5 degrees of freedom
    assert found.estimate == pytest.approx(math.exp(3.5))
    assert found.low == pytest.approx(math.exp(3.5 - half), rel=1e-6)
    assert found.high == pytest.approx(math.exp(3.5 + half), rel=1e-6)


def test_fewer_than_six_or_equal_durations_have_no_interval() -> None:
    assert geometric_mean(np.array([60.0] * 5)).reason == "needs 6 incidents for an interval, has 5"
    assert geometric_mean(np.array([60.0] * 9)).reason == "no interval: all durations are equal"
    assert geometric_mean(np.array([])).estimate is None


def test_the_geometric_mean_reads_zero_as_half_a_minute() -> None:
    assert geometric_mean(np.array([0.0, 0.0])).estimate == pytest.approx(30.0)


def test_the_geometric_mean_widens_as_n_shrinks() -> None:
    values = np.random.default_rng(11).lognormal(8, 1.25, 800)
    widths = []
    for n in (800, 200, 50, 12):
        answer = geometric_mean(values[:n])
        assert answer.low is not None
        assert answer.high is not None
        widths.append(answer.high / answer.low)
    assert widths == sorted(widths)
