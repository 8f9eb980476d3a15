"""Two samples of durations against published and independent answers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.two_samples import (
    PLANNING_SIGMA,
    mann_whitney,
    pooled_sigma,
    power,
    smallest_detectable_ratio,
    welch_on_logs,
)
from tests.support.published import published

positive = st.lists(st.floats(1.0, 1e6), min_size=6, max_size=60).map(np.array)


def test_mann_whitney_gives_the_published_exact_answer():
    entry = published("two_samples", "mann_whitney")
    test = mann_whitney(np.array(entry["after"], float), np.array(entry["before"], float))
    assert test.u == entry["u"]
    assert test.p_value == pytest.approx(entry["p_value"], abs=5e-7)


@pytest.mark.parametrize(("n", "m"), [(3, 9), (8, 8), (1, 1), (2, 40)])
def test_exact_and_scipy_agree(n, m):
    from scipy import stats

    rng = np.random.default_rng(n * m)
    after, before = rng.normal(size=n), rng.normal(size=m)
    ours = mann_whitney(after, before)
    theirs = stats.mannwhitneyu(after, before, method="exact")
    assert (ours.u, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_tied_and_large_samples_agree_with_scipy():
    from scipy import stats

    rng = np.random.default_rng(3)
    after, before = rng.integers(0, 9, 40).astype(float), rng.integers(0, 9, 50).astype(float)
    ours = mann_whitney(after, before)
    theirs = stats.mannwhitneyu(after, before, method="asymptotic")
    assert (ours.u, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_equal_values_and_empty_samples_have_no_test():
    assert mann_whitney(np.ones(20), np.ones(20)).p_value is None
    assert mann_whitney(np.array([]), np.ones(3)).p_value is None


def test_welch_agrees_with_scipy():
    from scipy import stats

    rng = np.random.default_rng(4)
    after, before = rng.lognormal(8, 1, 30), rng.lognormal(8.3, 1.4, 45)
    ours = welch_on_logs(after, before)
    theirs = stats.ttest_ind(np.log(after), np.log(before), equal_var=False)
    low, high = theirs.confidence_interval(0.95)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    assert (ours.ratio.low, ours.ratio.high) == pytest.approx((math.exp(low), math.exp(high)))


def test_five_incidents_are_too_few_for_a_ratio():
    welch = welch_on_logs(np.arange(1.0, 6.0), np.arange(1.0, 30.0))
    assert welch.p_value is None
    assert welch.ratio.reason == "needs 6 incidents in each period, has 5"


def test_equal_durations_give_no_false_certainty():
    assert welch_on_logs(np.full(9, 60.0), np.full(9, 60.0)).ratio.estimate is None


def test_the_smallest_detectable_changes_are_the_stated_ones():
    entry = published("two_samples", "smallest_change")
    for n, change in entry["change_by_n"].items():
        digits = 0.0005 if change == -0.145 else 0.005
        found = smallest_detectable_ratio(int(n), int(n)) - 1
        assert found == pytest.approx(change, abs=digits)


def test_one_incident_can_detect_nothing():
    assert smallest_detectable_ratio(1, 50) is None


def test_power_is_the_published_one_within_its_simulation_error():
    # The published figures are simulated; ours are exact, so they differ by up to a point.
    for n, shorter, expected in published("two_samples", "power")["n_shorter_power"]:
        assert power(n, 1 - shorter) == pytest.approx(expected, abs=0.01)


def test_the_planning_sigma_stands_in_for_too_few_data():
    assert pooled_sigma(np.array([1.0, 9.0]), np.array([2.0])) == PLANNING_SIGMA
    rng = np.random.default_rng(5)
    assert pooled_sigma(rng.lognormal(3, 0.5, 4000)) == pytest.approx(0.5, rel=0.05)


@given(positive, positive)
def test_the_interval_contains_the_ratio_and_turns_with_it(after, before):
    there, back = welch_on_logs(after, before), welch_on_logs(before, after)
    if there.ratio.estimate is not None:
        assert there.ratio.low <= there.ratio.estimate <= there.ratio.high
        assert there.ratio.estimate * back.ratio.estimate == pytest.approx(1.0)
        assert there.p_value == pytest.approx(back.p_value)


@given(positive, positive, st.randoms(use_true_random=False))
def test_the_order_of_incidents_does_not_matter(after, before, random):
    shuffled = after.tolist()
    random.shuffle(shuffled)
    assert mann_whitney(np.array(shuffled), before) == mann_whitney(after, before)


def test_the_interval_widens_as_n_shrinks():
    rng = np.random.default_rng(6)
    after, before = rng.lognormal(8, 1.25, 1000), rng.lognormal(8, 1.25, 1000)
    answers = [welch_on_logs(after[:n], before[:n]).ratio for n in (1000, 200, 40, 8)]
    widths = [answer.high / answer.low for answer in answers]
    assert widths == sorted(widths)
