"""Is the share that ended in one way right when things also end in another?"""

from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.clocks import Floats
from analytics.statistics.survival import CENSORED, Incidence, cumulative_incidence
from tests.support.published import published

SAS = published("competing", "aalen_johansen")
TIMES = np.array(SAS["times"], dtype=np.float64)
OUTCOMES = np.array(SAS["outcomes"], dtype=np.int8)

Items = list[tuple[int, int]]
items = st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0, 1, 2])), min_size=1, max_size=40)


def one_minus_kaplan_meier(
    times: Floats, outcomes: npt.NDArray[np.int8], *, outcome: int, until: float
) -> float:
    """What a reader gets who treats the other outcome as "not yet"."""
    left = 1.0
    for time in np.unique(times[(outcomes == outcome) & (times <= until)]):
        left *= 1 - np.sum((times == time) & (outcomes == outcome)) / np.sum(times >= time)
    return 1.0 - left


@pytest.mark.parametrize("outcome", [1, 2])
def test_the_published_shares_are_reproduced(outcome: int) -> None:
    result = cumulative_incidence(TIMES, OUTCOMES, outcome=outcome)
    for time, share in SAS[f"share_of_{outcome}"].items():
        assert result.at(float(time)) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("time", ["4", "5"])
def test_the_published_variance_and_interval_are_reproduced(time: str) -> None:
    result = cumulative_incidence(TIMES, OUTCOMES, outcome=2)
    row = result.place(float(time))
    assert result.variance[row] == pytest.approx(SAS["variance_of_2"][time], abs=1e-12)
    assert (result.low[row], result.high[row]) == pytest.approx(
        SAS["interval_of_2"][time], abs=1e-8
    )


@pytest.mark.parametrize("time", ["4", "5"])
def test_treating_the_other_outcome_as_not_yet_says_too_much(time: str) -> None:
    naive = one_minus_kaplan_meier(TIMES, OUTCOMES, outcome=2, until=float(time))
    assert naive == pytest.approx(SAS["one_minus_kaplan_meier_of_2"][time], abs=1e-4)
    assert naive > cumulative_incidence(TIMES, OUTCOMES, outcome=2).at(float(time))


def test_nothing_has_ended_before_the_first_end() -> None:
    assert cumulative_incidence(TIMES, OUTCOMES, outcome=1).at(1.9) == 0.0


def test_of_no_items_nothing_has_ended() -> None:
    empty = cumulative_incidence(np.array([]), np.array([], dtype=np.int8), outcome=1)
    assert (empty.n, len(empty.times), empty.at(90)) == (0, 0, 0.0)


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        cumulative_incidence(np.array([-1.0]), np.array([1], dtype=np.int8), outcome=1)


def test_tied_ends_and_censorings_are_counted_with_all_four_at_risk() -> None:
    times = np.array([5.0, 5.0, 5.0, 5.0])
    result = cumulative_incidence(times, np.array([0, 1, 2, 1], dtype=np.int8), outcome=1)
    assert result.at(5) == 0.5


@given(items, st.randoms(use_true_random=False))
def test_the_order_of_tied_times_changes_nothing(rows: Items, shuffler: Random) -> None:
    shuffled = shuffler.sample(rows, len(rows))
    first, second = (_incidence(order) for order in (rows, shuffled))
    np.testing.assert_array_equal(first.share, second.share)
    np.testing.assert_array_equal(first.variance, second.variance)


@given(items)
def test_the_outcomes_together_are_what_has_ended_at_all(rows: Items) -> None:
    together = _incidence(rows, 1).share + _incidence(rows, 2).share
    times = np.array([time for time, _ in rows], dtype=np.float64)
    any_end = np.array([min(outcome, 1) for _, outcome in rows], dtype=np.int8)
    np.testing.assert_allclose(
        together, cumulative_incidence(times, any_end, outcome=1).share, atol=1e-12
    )
    assert np.all(together <= 1 + 1e-12)


@given(items)
def test_without_censoring_share_and_variance_are_those_of_a_plain_count(rows: Items) -> None:
    ended = [(time, outcome) for time, outcome in rows if outcome != CENSORED] or [(1, 1)]
    result = _incidence(ended)
    n = len(ended)
    for row, time in enumerate(result.times):
        share = sum(t <= time and outcome == 1 for t, outcome in ended) / n
        assert result.share[row] == pytest.approx(share, abs=1e-12)
        assert result.variance[row] == pytest.approx(share * (1 - share) / n, abs=1e-12)


@given(items)
def test_the_interval_contains_the_share(rows: Items) -> None:
    result = _incidence(rows)
    inside = ~np.isnan(result.low)
    assert np.all(result.low[inside] <= result.share[inside] + 1e-12)
    assert np.all(result.high[inside] >= result.share[inside] - 1e-12)


def _incidence(rows: Items, outcome: int = 1) -> Incidence:
    times = np.array([time for time, _ in rows], dtype=np.float64)
    outcomes = np.array([outcome for _, outcome in rows], dtype=np.int8)
    return cumulative_incidence(times, outcomes, outcome=outcome)
