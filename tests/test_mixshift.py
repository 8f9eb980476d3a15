"""A change of an average taken apart into mix and groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.mixshift import Side, decompose, reach
from tests.support.published import published


def test_the_kidney_stones_are_taken_apart_as_published():
    stones = published("mixshift", "kidney_stones")
    after, before = stones["open_surgery"], stones["puncture"]
    shift = decompose(
        np.divide(after["success"], after["n"]),
        after["n"],
        np.divide(before["success"], before["n"]),
        before["n"],
    )
    assert shift.total == pytest.approx(stones["total"], abs=5e-5)
    assert shift.within == pytest.approx(stones["within"], abs=5e-5)
    assert shift.mix == pytest.approx(stones["mix"], abs=5e-5)
    assert shift.misleading


def test_an_empty_period_has_no_decomposition():
    assert decompose([1.0], [0], [1.0], [5]) is None


def test_a_group_of_one_period_only_counts_as_mix():
    shift = decompose([2.0, np.nan], [10, 0], [2.0, 8.0], [5, 5])
    assert shift.within == 0.0
    assert shift.total == pytest.approx(-3.0)


def test_a_group_with_records_and_no_value_is_refused_and_not_read_as_zero():
    with pytest.raises(ValueError, match="needs a value"):
        decompose([1.0, np.nan], [5, 5], [1.0, 2.0], [5, 5])


def test_an_unchanged_world_has_no_change():
    shift = decompose([1.0, 2.0], [3, 4], [1.0, 2.0], [3, 4])
    assert (shift.total, shift.within, shift.mix) == (0.0, 0.0, 0.0)
    assert not shift.misleading


groups = st.lists(
    st.tuples(st.floats(-9, 9), st.integers(1, 50), st.floats(-9, 9), st.integers(1, 50)),
    min_size=1,
    max_size=8,
)


@given(groups)
def test_the_parts_add_up_to_the_change_of_the_average(rows):
    after, n_after, before, n_before = (np.array(column) for column in zip(*rows, strict=True))
    shift = decompose(after, n_after, before, n_before)
    change = np.average(after, weights=n_after) - np.average(before, weights=n_before)
    assert shift.total == pytest.approx(change, abs=1e-9)
    assert shift.within + shift.mix == pytest.approx(shift.total, abs=1e-9)
    assert shift.within_by_group.sum() == pytest.approx(shift.within, abs=1e-9)


def side(means, variances, n):
    return Side(*(np.array(column, float) for column in (means, variances, n)))


def test_the_reach_of_two_equal_groups_is_that_of_the_difference_of_two_means():
    after, before = side([1.0, 1.0], [4.0, 4.0], [25, 25]), side([2.0, 2.0], [4.0, 4.0], [25, 25])
    within, mix = reach(after, before)
    # Four means with variance 4/25, each at half weight, 24 degrees of freedom each; t_96 = 1.985.
    assert within == pytest.approx(1.985 * np.sqrt(4 * (4 / 25) / 4), rel=1e-3)
    assert mix == 0.0


def test_the_mix_is_as_uncertain_as_the_shares_are():
    after, before = side([0.0, 2.0], [0.0, 0.0], [50, 50]), side([0.0, 2.0], [0.0, 0.0], [50, 50])
    within, mix = reach(after, before)
    # The mean of values 0 and 2 at shares of a half varies by 1/100 in each period; t_198 = 1.972.
    assert within == 0.0
    assert mix == pytest.approx(1.972 * np.sqrt(2 / 100), rel=1e-3)


def test_a_variance_from_one_value_is_refused():
    with pytest.raises(ValueError, match="two values"):
        reach(side([1.0, 1.0], [1.0, 1.0], [5, 1]), side([1.0, 1.0], [1.0, 1.0], [5, 5]))


@pytest.mark.parametrize(
    ("sizes", "shares", "sigma"),
    [((20, 60), (0.3, 0.3, 0.4), 1.25), ((100, 400), (0.15, 0.25, 0.6), 1.25)],
)
def test_the_intervals_of_both_parts_cover_the_truth_as_often_as_they_say(sizes, shares, sigma):
    rng = np.random.default_rng(25)
    before_shares = np.array([0.2, 0.3, 0.5])
    after_shares, level = np.array(shares), np.array([9.0, 8.3, 7.4])
    moved = np.array([0.3, -0.2, 0.0])
    within = (moved * (after_shares + before_shares)).sum() / 2
    mix = ((after_shares - before_shares) * (2 * level + moved)).sum() / 2
    hits, runs = np.zeros(2), 0
    for _ in range(1_500):
        drawn = []
        for n, share, mean in (
            (sizes[0], after_shares, level + moved),
            (sizes[1], before_shares, level),
        ):
            counts = rng.multinomial(n, share)
            logs = [rng.normal(m, sigma, k) for m, k in zip(mean, counts, strict=True)]
            drawn.append((counts, logs))
        if min(counts.min() for counts, _ in drawn) < 3:
            continue
        after, before = (
            side([x.mean() for x in logs], [x.var(ddof=1) for x in logs], counts)
            for counts, logs in drawn
        )
        found = decompose(after.mean, after.n, before.mean, before.n)
        half = reach(after, before)
        hits += [abs(found.within - within) <= half[0], abs(found.mix - mix) <= half[1]]
        runs += 1
    assert runs > 1_000
    assert (hits / runs > 0.93).all()
    assert hits[0] / runs < 0.97


@given(groups)
def test_the_intervals_do_not_depend_on_the_order_of_the_groups(rows):
    after, n_after, before, n_before = (
        np.array(column, float) for column in zip(*rows, strict=True)
    )
    sides = side(after, np.ones(len(rows)), n_after + 1), side(before, after**2, n_before + 1)
    turned = [side(s.mean[::-1], s.variance[::-1], s.n[::-1]) for s in sides]
    assert reach(*turned) == pytest.approx(reach(*sides))
