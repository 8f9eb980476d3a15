"""The range of one more value: by hand, at its edges, and nine times in ten."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.rates import Scale, usual_range

#: t(0.95) with 3 and 7 degrees of freedom.
T3, T7 = 2.35336, 1.89458


def test_counts_are_taken_by_their_roots() -> None:
    # Roots 2, 3, 2, 3: mean 2.5, variance 1/3; one more value adds a quarter of it.
    found = usual_range(np.array([4.0, 9.0, 4.0, 9.0]), Scale.COUNT)
    reach = T3 * (1 / 3 * 5 / 4) ** 0.5
    assert found.low == pytest.approx((2.5 - reach) ** 2, rel=1e-4)
    assert found.high == pytest.approx((2.5 + reach) ** 2, rel=1e-4)


def test_times_are_taken_by_their_logs() -> None:
    values = np.expm1(np.array([5.0, 6.0, 5.0, 6.0]))
    found = usual_range(values, Scale.TIME)
    reach = T3 * (1 / 3 * 5 / 4) ** 0.5
    assert found.low == pytest.approx(np.expm1(5.5 - reach), rel=1e-4)
    assert found.high == pytest.approx(np.expm1(5.5 + reach), rel=1e-4)


def test_equal_shares_vary_by_the_luck_of_their_denominator() -> None:
    found = usual_range(np.full(8, 0.5), Scale.SHARE, of=100)
    reach = T7 * (0.25 / 100 * 9 / 8) ** 0.5
    assert found.low == pytest.approx(np.sin(np.pi / 4 - reach) ** 2, rel=1e-4)
    assert found.high == pytest.approx(np.sin(np.pi / 4 + reach) ** 2, rel=1e-4)


def test_equal_times_vary_by_the_unit_of_their_clock() -> None:
    found = usual_range(np.full(8, 600.0), Scale.TIME, resolution=60.0)
    assert found.low is not None
    assert found.high is not None
    assert 550 < found.low < 600 < found.high < 650


def test_three_values_show_no_range() -> None:
    found = usual_range(np.array([1.0, 2.0, 3.0]), Scale.COUNT, what="quarters")
    assert (found.low, found.high, found.n) == (None, None, 3)
    assert found.reason == "needs 4 quarters, has 3"
    assert found.holds(2.0) is None


@given(st.lists(st.floats(0.0, 1.0), min_size=4, max_size=12), st.integers(1, 500))
def test_a_range_of_shares_is_one_and_does_not_depend_on_their_order(
    shares: list[float], of: int
) -> None:
    found = usual_range(np.array(shares), Scale.SHARE, of=of)
    again = usual_range(np.array(shares[::-1]), Scale.SHARE, of=of)
    assert found.low is not None
    assert found.high is not None
    assert 0.0 <= found.low <= found.high <= 1.0
    assert (again.low, again.high) == pytest.approx((found.low, found.high), abs=1e-9)


@pytest.mark.parametrize("mean", [3.0, 30.0, 300.0])
def test_it_holds_at_least_nine_of_ten_further_counts(mean: float) -> None:
    draw = np.random.default_rng(1).poisson(mean, (2000, 9)).astype(np.float64)
    inside = [
        usual_range(series[:8], Scale.COUNT).holds(float(series[8])) is True for series in draw
    ]
    assert 0.88 <= np.mean(inside) <= 0.97
