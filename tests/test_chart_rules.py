"""The three rules of the control charts, each by name."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.surveillance import NEAR_LIMIT, ONE_SIDE, OUTSIDE, find_signals

scores = st.lists(st.floats(-5, 5), max_size=60).map(np.array)


def test_a_quiet_series_has_no_signal():
    assert find_signals(np.array([0.5, -0.5] * 10)) == ()


def test_a_point_outside_is_named_with_its_side():
    (signal,) = find_signals(np.array([0.1, -0.2, 3.1, 0.1]))
    assert (signal.rule, signal.direction, signal.index) == (OUTSIDE, "up", 2)
    assert signal.words == "above the upper limit"


def test_a_point_on_the_limit_is_not_outside():
    assert find_signals(np.array([3.0, -3.0])) == ()


def test_three_of_four_nearer_the_limit_fire_at_the_fourth():
    (signal,) = find_signals(np.array([0.1, -1.6, 0.3, -1.6, -1.6, 0.2]))
    assert (signal.rule, signal.direction) == (NEAR_LIMIT, "down")
    assert (signal.start, signal.index, signal.last) == (1, 4, 4)


def test_eight_on_one_side_fire_once_for_as_long_as_they_last():
    (signal,) = find_signals(np.array([-0.1] + [0.2] * 10 + [-0.1]))
    assert (signal.rule, signal.start, signal.index, signal.last) == (ONE_SIDE, 1, 8, 10)


def test_seven_on_one_side_and_a_point_on_the_centre_are_no_run():
    assert find_signals(np.array([0.2] * 7 + [0.0] + [0.2] * 7)) == ()


def test_a_gap_ends_every_run():
    assert find_signals(np.array([0.2] * 7 + [np.nan] + [0.2] * 7)) == ()
    assert find_signals(np.array([1.6, 1.6, np.nan, 1.6, 0.1])) == ()


def test_signals_are_shifted_to_their_place_in_the_chart():
    (signal,) = find_signals(np.array([3.5]), offset=24)
    assert (signal.start, signal.index, signal.last) == (24, 24, 24)


def test_an_empty_series_has_no_signal():
    assert find_signals(np.array([])) == ()


@given(scores)
def test_a_mirrored_series_gives_mirrored_signals(points):
    there, back = find_signals(points), find_signals(-points)
    swap = {"up": "down", "down": "up"}
    assert {(s.rule, s.direction, s.index) for s in there} == {
        (s.rule, swap[s.direction], s.index) for s in back
    }
