"""Months that wander are no evidence, and months that only scatter lose none."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.clocks import Floats
from analytics.statistics.serial import (
    FEWEST_MONTHS,
    Series,
    Shift,
    combined,
    is_line,
    middling,
    shifts,
    usual_levels,
)

MONTHS = 36
#: The last year against the rest, and a line.
STEP: Floats = (np.arange(MONTHS) >= 24).astype(np.float64)
LINE: Floats = np.linspace(0.0, 1.0, MONTHS)

chances = st.floats(0.001, 0.999)
months = st.lists(st.floats(-2.0, 2.0), min_size=MONTHS, max_size=MONTHS).map(np.array)


def _shift(values: Floats, noise: float | Floats, *columns: Floats) -> Shift:
    variances = np.broadcast_to(np.asarray(noise, np.float64), values.shape)
    found = shifts(Series(values, variances), [columns or (STEP,)])[0]
    assert found is not None
    return found


def _wandering(rng: np.random.Generator, *, kept: float, sd: float) -> Floats:
    """A level that starts anywhere and of whose deviation a month keeps a share."""
    level = np.empty(MONTHS)
    level[0] = rng.normal(0.0, sd)
    for month in range(1, MONTHS):
        level[month] = kept * level[month - 1] + rng.normal(0.0, sd * math.sqrt(1 - kept**2))
    return level


def _weighted_least_squares(values: Floats, noise: Floats, column: Floats) -> tuple[float, float]:
    """The slope and its standard error from weighted means, written out."""
    weight = 1.0 / noise
    centred = column - np.average(column, weights=weight)
    information = float(weight @ centred**2)
    return float((weight * centred) @ values) / information, 1.0 / math.sqrt(information)


# ---- one p-value for several looks


@given(chances, st.integers(1, 9))
def test_one_p_value_and_equal_ones_come_back(p_value: float, looks: int) -> None:
    weights = [1.0 + look for look in range(looks)]
    assert combined([p_value] * looks, weights) == pytest.approx(p_value)


@pytest.mark.parametrize(("one", "other"), [(0.01, 0.2), (0.5, 0.04), (0.3, 0.9)])
def test_two_looks_have_the_published_closed_form(one: float, other: float) -> None:
    mean = (math.tan((0.5 - one) * math.pi) + math.tan((0.5 - other) * math.pi)) / 2.0
    assert combined([one, other], [1, 1]) == pytest.approx(0.5 - math.atan(mean) / math.pi)


def test_a_look_that_is_sure_is_shared_among_the_looks() -> None:
    # Far out in the tail a tangent is nearly 1 / (pi p): one sure look of four costs four times.
    assert combined([1e-6, 0.5, 0.5, 0.5], [1] * 4) == pytest.approx(4e-6, rel=1e-3)


def test_more_weight_to_the_small_p_value_makes_it_smaller() -> None:
    found = [combined([0.01, 0.6], [weight, 1.0]) for weight in (0.5, 1.0, 2.0, 8.0)]
    assert found == sorted(found, reverse=True)
    assert 0.01 < found[-1] < found[0] < 0.6


def test_only_the_proportions_of_the_weights_count() -> None:
    assert combined([0.02, 0.3], [3, 1]) == pytest.approx(combined([0.02, 0.3], [0.3, 0.1]))


def test_impossible_and_certain_looks_give_a_probability() -> None:
    assert 0.0 <= combined([0.0, 0.4], [1, 1]) < 1e-12
    assert 0.0 <= combined([1.0, 1.0], [1, 1]) <= 1.0


# ---- the size of a change


@pytest.mark.parametrize("column", [STEP, LINE], ids=["step", "line"])
def test_without_wandering_it_is_weighted_least_squares(column: Floats) -> None:
    # Sampling scatters so far here that no wandering on the grid is seen beside it.
    rng = np.random.default_rng(1)
    noise = rng.uniform(50.0, 400.0, MONTHS)
    values = 20.0 * column + rng.normal(0.0, np.sqrt(noise))
    found = _shift(values, noise, column)
    change, error = _weighted_least_squares(values, noise, column)
    assert found.change == pytest.approx(change, rel=0.01)
    assert found.error == pytest.approx(error, rel=0.01)
    expected = 2.0 * statistics.NormalDist().cdf(-abs(change) / error)
    assert found.p_value == pytest.approx(expected, rel=0.02)


def test_a_step_is_found_with_its_size() -> None:
    values = math.log(2.0) * STEP + np.random.default_rng(2).normal(0.0, 0.1, MONTHS)
    found = _shift(values, 0.01)
    assert found.change == pytest.approx(math.log(2.0), abs=2.0 * found.error)
    assert found.p_value < 1e-6


def test_a_level_that_is_not_asked_about_is_left_aside() -> None:
    first = (np.arange(MONTHS) < 12).astype(np.float64)
    values = np.random.default_rng(3).normal(0.0, 0.1, MONTHS)
    plain, moved = (_shift(v, 0.01, first, STEP) for v in (values, values + 3.0 * first))
    assert moved.change == pytest.approx(plain.change)
    assert moved.p_value == pytest.approx(plain.p_value)


def test_a_level_that_wanders_makes_the_same_change_less_surprising() -> None:
    rng = np.random.default_rng(4)
    noise = np.full(MONTHS, 0.01)
    values = _wandering(rng, kept=0.9, sd=0.3) + rng.normal(0.0, 0.1, MONTHS)
    found = _shift(values, noise)
    change, error = _weighted_least_squares(values, noise, STEP)
    alone = 2.0 * statistics.NormalDist().cdf(-abs(change) / error)
    assert alone < 0.001
    assert found.p_value > 0.05
    assert found.error > math.sqrt(3.0) * error


def test_eleven_months_show_neither_a_level_nor_how_it_wanders() -> None:
    there = np.full(MONTHS, np.nan)
    there[-FEWEST_MONTHS:] = np.arange(FEWEST_MONTHS) % 2
    half = (np.arange(MONTHS) >= MONTHS - 6).astype(np.float64)
    noise = np.full(MONTHS, 0.1)
    assert shifts(Series(there, noise), [(half,)]) != [None]
    there[-1] = np.nan
    assert shifts(Series(there, noise), [(half,), (LINE,)]) == [None, None]


def test_a_missing_month_only_makes_the_series_shorter() -> None:
    values = STEP + np.random.default_rng(5).normal(0.0, 0.2, MONTHS)
    gone = values.copy()
    gone[0] = np.nan
    missing = _shift(gone, np.where(np.isnan(gone), 1e9, 0.04))
    assert missing == _shift(values[1:], 0.04, STEP[1:])
    # In the middle it leaves a gap: the months beside it are two apart and not neighbours.
    gone = values.copy()
    gone[20] = np.nan
    there = ~np.isnan(gone)
    closed = _shift(values[there], 0.04, STEP[there])
    assert _shift(gone, 0.04).change == pytest.approx(closed.change, rel=0.02)
    assert _shift(gone, 0.04) != closed


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_contrast_without_two_sides_is_not_seen(level: float) -> None:
    series = Series(np.random.default_rng(6).normal(size=MONTHS), np.full(MONTHS, 0.1))
    nothing = np.full(MONTHS, level)
    assert shifts(series, [(nothing,), (STEP, STEP)]) == [None, None]
    found = shifts(series, [(nothing,), (STEP,)])
    assert found[0] is None
    assert found[1] is not None


@given(months, st.floats(-5.0, 5.0))
def test_another_level_changes_nothing(values: Floats, level: float) -> None:
    plain, moved = _shift(values, 0.1), _shift(values + level, 0.1)
    assert moved.change == pytest.approx(plain.change, abs=1e-7)
    assert moved.error == pytest.approx(plain.error, rel=1e-6)
    assert moved.p_value == pytest.approx(plain.p_value, abs=1e-6)


@given(months)
def test_the_opposite_values_change_the_opposite_way(values: Floats) -> None:
    plain, turned = _shift(values, 0.1), _shift(-values, 0.1)
    assert turned.change == pytest.approx(-plain.change, abs=1e-9)
    assert (turned.error, turned.p_value) == pytest.approx((plain.error, plain.p_value))


@given(months)
def test_a_line_is_the_same_looked_at_from_its_end(values: Floats) -> None:
    there, back = _shift(values, 0.1, LINE), _shift(values[::-1], 0.1, LINE)
    assert back.change == pytest.approx(-there.change, abs=1e-7)
    assert back.p_value == pytest.approx(there.p_value, abs=1e-6)
    _, alone = _weighted_least_squares(values, np.full(MONTHS, 0.1), LINE)
    assert there.error >= alone * (1.0 - 1e-9)


@pytest.mark.parametrize("column", [STEP, LINE], ids=["step", "line"])
def test_series_that_only_scatter_are_seldom_below_the_level(column: Floats) -> None:
    rng = np.random.default_rng(7)
    series = [rng.normal(0.0, 0.2, MONTHS) for _ in range(400)]
    below = np.mean([_shift(values, 0.04, column).p_value <= 0.05 for values in series])
    assert below <= 0.07


@pytest.mark.parametrize("sd", [0.12, 0.3])
def test_series_that_wander_are_below_the_level_far_less_often_than_alone(sd: float) -> None:
    # Wandering no wider than the scatter is seen in part only, so that the level is passed by some.
    rng = np.random.default_rng(7)
    noise = np.full(MONTHS, 0.04)
    wandering = [_wandering(rng, kept=0.8, sd=sd) for _ in range(400)]
    series = [level + rng.normal(0.0, 0.2, MONTHS) for level in wandering]
    below = np.mean([_shift(values, noise).p_value <= 0.05 for values in series])
    found = [_weighted_least_squares(values, noise, STEP) for values in series]
    alone = np.mean([abs(change) > 1.96 * error for change, error in found])
    assert below <= 0.1
    assert below < alone / 2.0


# ---- a line or a step


def test_a_drift_is_a_line_and_a_step_is_none() -> None:
    scatter = np.random.default_rng(8).normal(0.0, 0.1, MONTHS)
    assert is_line(LINE + scatter)
    assert is_line(-LINE + scatter)
    assert not is_line(STEP + scatter)
    assert not is_line(5.0 - STEP + scatter)


def test_exact_drifts_and_steps_are_told_apart_too() -> None:
    assert is_line(LINE)
    assert not is_line(STEP)


def test_months_that_are_all_alike_show_that_nothing_changed() -> None:
    found = _shift(np.full(MONTHS, 3.0), 0.0)
    assert (found.change, found.p_value) == (pytest.approx(0.0, abs=1e-9), pytest.approx(1.0))


# ---- the usual level


ASKED = np.arange(MONTHS) >= MONTHS - 3


def test_every_month_of_a_steady_level_says_as_much_of_it() -> None:
    steady = Series(np.tile([-0.1, 0.1], MONTHS // 2), np.full(MONTHS, 0.01))
    levels = usual_levels(steady, ASKED, earlier=~ASKED)
    assert levels[0].likely > 0.8
    assert levels[0].months[~ASKED] == pytest.approx(1 / 33)
    assert levels[0].wider == pytest.approx(1.0)
    assert not levels[0].months[ASKED].any()


def test_the_nearest_months_say_most_of_a_level_that_wanders() -> None:
    level = _wandering(np.random.default_rng(3), kept=0.9, sd=0.4)
    levels = usual_levels(Series(level, np.full(MONTHS, 0.004)), ASKED, earlier=~ASKED)
    likeliest = max(levels, key=lambda each: each.likely)
    before = likeliest.months[~ASKED]
    assert likeliest.wider > 3.0
    assert before[-1] > 3 * before[:-6].max()
    assert sum(each.likely for each in levels) == pytest.approx(1.0, abs=0.02)


@given(months)
def test_what_the_months_say_of_a_level_adds_up(values: Floats) -> None:
    for level in usual_levels(Series(values, np.full(MONTHS, 0.1)), ASKED, earlier=~ASKED):
        assert level.months.sum() == pytest.approx(1.0)
        assert level.wider >= 1.0


def test_months_that_are_too_few_have_no_usual_level() -> None:
    few = np.where(np.arange(MONTHS) < MONTHS - FEWEST_MONTHS + 1, np.nan, 1.0)
    assert usual_levels(Series(few, np.full(MONTHS, 0.1)), ASKED, earlier=~ASKED) == []


def test_half_of_the_likely_ways_to_wander_make_no_wider_than_the_middling_one() -> None:
    assert middling([0.6, 0.1, 0.3], [1.0, 9.0, 4.0]) == 1.0
    assert middling([0.2, 0.3, 0.5], [1.0, 9.0, 4.0]) == 4.0


def test_months_of_one_side_alone_say_nothing_of_the_usual_level() -> None:
    nothing = np.where(ASKED, 0.0, math.nan)
    assert usual_levels(Series(nothing, np.full(MONTHS, 0.01)), ASKED, earlier=~ASKED) == []
    every = np.ones(MONTHS, dtype=bool)
    assert (
        usual_levels(Series(np.zeros(MONTHS), np.full(MONTHS, 0.01)), every, earlier=~every) == []
    )
