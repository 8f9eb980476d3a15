"""Teams, services and causes side by side, without a ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.groups import CANNOT_TELL_APART, group_durations, group_rates
from tests.support.published import published


def test_the_pumps_are_shrunk_as_published():
    pumps = published("groups", "pumps")
    groups = group_rates(pumps["events"], pumps["exposure"])
    assert groups.prior.alpha == pytest.approx(pumps["alpha"], abs=5e-5)
    assert groups.prior.beta == pytest.approx(pumps["beta"], abs=5e-5)
    assert groups.estimate == pytest.approx(pumps["rates"], abs=5e-5)
    assert groups.apart


def test_equal_teams_cannot_be_told_apart_and_get_one_number():
    counts = [6, 5, 7, 6, 4, 8]
    groups = group_rates(counts, 90.0)
    assert not groups.apart
    assert groups.reason == CANNOT_TELL_APART
    assert groups.estimate == pytest.approx(np.full(6, 6 / 90))
    assert groups.overall.estimate == pytest.approx(6 / 90)


def test_twenty_equal_teams_are_rarely_told_apart():
    rng = np.random.default_rng(19)
    apart = [group_rates(counts, 90.0).apart for counts in rng.poisson(4, (150, 20))]
    assert np.mean(apart) < 0.09


def test_two_groups_are_not_shrunk():
    groups = group_rates([3, 0], [10.0, 10.0])
    assert groups.prior is None
    assert groups.estimate.tolist() == [0.3, 0.0]
    assert groups.high[1] == pytest.approx(0.369, abs=0.0005)


def test_one_group_and_no_group_say_why_they_are_not_compared():
    assert group_rates([3], [10.0]).reason == "needs 2 groups, has 1"
    assert group_rates([], []).overall.estimate is None


def test_no_event_anywhere_keeps_an_upper_end():
    groups = group_rates([0, 0, 0], 30.0)
    assert groups.estimate.tolist() == [0.0, 0.0, 0.0]
    assert (groups.high > 0).all()


def test_no_exposure_is_refused():
    with pytest.raises(ValueError, match="exposure"):
        group_rates([1, 2], [1.0, 0.0])


def test_the_slowest_of_equal_teams_is_drawn_back():
    rng = np.random.default_rng(20)
    codes = np.repeat(np.arange(12), 8)
    groups = group_durations(rng.lognormal(8, 1.25, 96), codes, groups=12)
    assert not groups.apart
    assert groups.estimate.max() < groups.raw.max()
    assert groups.estimate.min() > groups.raw.min()


def test_a_truly_slower_team_is_told_apart():
    rng = np.random.default_rng(21)
    codes = np.repeat(np.arange(5), 60)
    seconds = rng.lognormal(8, 1, 300) * np.where(codes == 3, 4.0, 1.0)
    groups = group_durations(seconds, codes, groups=5)
    assert groups.apart
    assert groups.low[3] > groups.high[0]


def test_a_team_without_a_duration_has_none_and_not_zero():
    seconds = np.append(np.random.default_rng(22).lognormal(8, 1, 30), np.nan)
    codes = np.append(np.repeat([0, 1], 15), 2)
    groups = group_durations(seconds, codes, groups=4)
    assert np.isnan(groups.estimate[2:]).all()
    assert groups.n.tolist() == [15, 15, 0, 0]
    assert groups.overall.n_missing == 1


def test_too_few_durations_are_shown_raw_with_the_reason():
    groups = group_durations(np.array([60.0, 120.0, 240.0]), np.array([0, 1, 1]), groups=2)
    assert groups.estimate == pytest.approx([60.0, np.sqrt(120.0 * 240.0)])
    assert np.isnan(groups.low).all()
    assert groups.reason == "needs 10 durations beyond the first of each group, has 1"


def test_equal_durations_everywhere_are_one_number():
    groups = group_durations(np.full(40, 60.0), np.repeat(np.arange(4), 10), groups=4)
    assert not groups.apart
    assert groups.estimate == pytest.approx(np.full(4, 60.0))


many = st.lists(st.tuples(st.integers(0, 40), st.floats(1, 500)), min_size=3, max_size=15)


@given(many)
def test_a_shrunken_rate_lies_within_its_interval_and_between_raw_and_all(rows):
    counts, exposure = (np.array(column, float) for column in zip(*rows, strict=True))
    groups = group_rates(counts, exposure)
    assert (groups.low <= groups.estimate).all()
    assert (groups.estimate <= groups.high).all()
    if groups.prior is not None and np.isfinite(groups.prior.alpha):
        centre = groups.prior.alpha / groups.prior.beta
        slack = 1e-9 + 1e-9 * np.abs(groups.raw)
        assert (groups.estimate <= np.maximum(groups.raw, centre) + slack).all()
        assert (groups.estimate >= np.minimum(groups.raw, centre) - slack).all()


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_groups_does_not_matter(rows, random):
    shuffled = list(range(len(rows)))
    random.shuffle(shuffled)
    counts, exposure = (np.array(column, float) for column in zip(*rows, strict=True))
    one = group_rates(counts, exposure)
    other = group_rates(counts[shuffled], exposure[shuffled])
    assert other.estimate == pytest.approx(one.estimate[shuffled], rel=1e-4, abs=1e-12)
