"""Kaplan-Meier against published curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.quantiles import median
from analytics.statistics.survival import kaplan_meier, quantile
from tests.support.published import published


def expanded(table):
    return np.repeat([float(time) for time in table], list(table.values()))


def curve_of(*groups):
    ended = np.concatenate([expanded(group["deaths"]) for group in groups])
    open_ = np.concatenate([expanded(group["censored"]) for group in groups])
    flags = np.arange(len(ended) + len(open_)) < len(ended)
    return kaplan_meier(np.concatenate([ended, open_]), flags)


def test_waltons_flies_survive_as_published():
    entry = published("survival", "waltons")
    both = curve_of(entry["mutant"], entry["control"])
    assert (both.n, both.n - both.n_open) == (entry["n"], entry["deaths"])
    for time, share in entry["surviving"].items():
        assert both.at(float(time)) == pytest.approx(share, abs=5e-5)
    assert quantile(both).estimate == entry["median"]
    assert quantile(curve_of(entry["control"])).estimate == entry["median_control"]
    assert quantile(curve_of(entry["mutant"])).estimate == entry["median_mutant"]


def test_rossi_convicts_stay_free_as_published():
    entry = published("survival", "rossi")
    arrests = expanded(entry["arrests"])
    free = np.full(entry["n"] - len(arrests), float(entry["watched_until"]))
    flags = np.arange(entry["n"]) < len(arrests)
    curve = kaplan_meier(np.concatenate([arrests, free]), flags)
    for week, share in entry["free"].items():
        assert curve.at(float(week)) == pytest.approx(share, abs=5e-7)


def test_the_median_is_none_while_too_many_are_open():
    curve = kaplan_meier(np.array([1.0, 5.0, 5.0, 5.0]), np.array([True, False, False, False]))
    answer = quantile(curve)
    assert answer.estimate is None
    assert answer.reason == "3 of 4 are still open, so the 50% mark is not reached"


def test_an_open_incident_is_not_read_as_ended_now():
    ended = np.array([True] * 7 + [False])
    durations = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.5])
    assert quantile(kaplan_meier(durations, ended)).estimate == 4.0
    assert median(durations).estimate == 3.5


def test_no_durations_make_no_curve_and_no_zero():
    curve = kaplan_meier(np.array([]), np.array([], dtype=bool))
    assert curve.at(1.0) is None
    assert quantile(curve).reason == "none recorded"


def test_few_ended_incidents_have_no_interval():
    curve = kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, True, False]))
    answer = quantile(curve)
    assert (answer.estimate, answer.low) == (2.0, None)
    assert answer.reason == "needs 6 ended incidents for an interval, has 2"


samples = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=60)


@given(samples, st.randoms(use_true_random=False))
def test_permuting_tied_times_changes_nothing(sample, random):
    shuffled = list(sample)
    random.shuffle(shuffled)
    curves = [
        kaplan_meier(np.array([float(t) for t, _ in rows]), np.array([e for _, e in rows]))
        for rows in (sample, shuffled)
    ]
    assert np.array_equal(curves[0].open_share, curves[1].open_share)
    assert quantile(curves[0]) == quantile(curves[1])


@given(samples)
def test_the_interval_contains_the_curve_and_the_median(sample):
    curve = kaplan_meier(
        np.array([float(t) for t, _ in sample]), np.array([e for _, e in sample], dtype=bool)
    )
    inside = ~np.isnan(curve.low)
    assert (curve.low[inside] <= curve.open_share[inside]).all()
    assert (curve.open_share[inside] <= curve.high[inside]).all()
    answer = quantile(curve)
    if answer.low is not None:
        assert answer.low <= answer.estimate
    if answer.high is not None:
        assert answer.estimate <= answer.high


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=80))
def test_without_open_incidents_the_median_is_the_plain_one(values):
    durations = np.array(values)
    curve = kaplan_meier(durations, np.ones(len(durations), dtype=bool))
    assert quantile(curve).estimate == pytest.approx(median(durations).estimate)
