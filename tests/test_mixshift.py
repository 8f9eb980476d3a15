"""A change of an average taken apart into mix and groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.mixshift import decompose
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
