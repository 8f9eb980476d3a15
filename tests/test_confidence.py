"""Tests of confidence: no labels needed at first, honest when there are some."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.matcher.confidence import (
    BINS,
    FEWEST_RECORDS,
    LIKELY,
    NONE,
    POSSIBLE,
    STRONG,
    UNSETTLED,
    Calibration,
    calibrate,
    judge,
    judged_flags,
    precision_of_flags,
    rarity_of,
    reliability,
)


def random_strengths(size: int, seed: int = 3) -> list[float]:
    return [float(drawn) for drawn in np.random.default_rng(seed).gumbel(5, 1, size)]


def judged(size: int = 400, seed: int = 5) -> tuple[list[float], list[bool]]:
    random = np.random.default_rng(seed)
    strengths = random.normal(8, 3, size)
    return strengths.tolist(), (random.random(size) < 1 / (1 + np.exp(8 - strengths))).tolist()


def test_nothing_is_flagged_below_the_fewest_records() -> None:
    found = judge(1e9, [1.0] * (FEWEST_RECORDS - 1))
    assert (found.level, found.rarity) == (NONE, None)


def test_a_record_without_any_match_is_not_flagged() -> None:
    assert judge(None, random_strengths(99)).level == NONE


def test_the_strongest_of_all_is_strong_and_the_weakest_nothing() -> None:
    past = random_strengths(200)
    assert judge(max(past) + 5, past).level == STRONG
    assert judge(min(past) - 5, past).level == NONE


def test_rarity_counts_the_past_records_that_were_as_strong() -> None:
    past = [0.0] * UNSETTLED + [3.0, 1.0, 2.0, 2.0] * 10
    assert rarity_of(9.0, past) == pytest.approx(1 / 41)
    assert rarity_of(-9.0, past) == pytest.approx(1.0)


def test_records_that_matched_nothing_count_as_weaker() -> None:
    past = [-math.inf] * 50
    assert rarity_of(0.0, past) == pytest.approx(1 / (50 - UNSETTLED + 1))


def test_flags_without_any_repeat_stay_within_their_promise_although_strengths_rise() -> None:
    """The best of a growing history rises with its logarithm; flags must not."""
    flags = {STRONG: 0, LIKELY: 0}
    total = 0
    for seed in range(8):
        random = np.random.default_rng(seed)
        strengths = [float(random.gumbel(np.log(n + 10), 0.7)) for n in range(300)]
        for now in range(FEWEST_RECORDS, 300):
            level = judge(strengths[now], strengths[:now]).level
            total += 1
            if level in flags:
                flags[level] += 1
    assert flags[STRONG] / total <= 0.05
    assert (flags[STRONG] + flags[LIKELY]) / total <= 0.11


@given(st.lists(st.floats(-50, 50), max_size=80), st.floats(-50, 50))
def test_rarity_is_a_share(past: list[float], strength: float) -> None:
    assert 0 < rarity_of(strength, past) <= 1


def test_calibration_waits_for_enough_verdicts_of_both_kinds() -> None:
    strengths, confirmed = judged()
    assert calibrate(strengths[:99], confirmed[:99]) is None
    assert calibrate(strengths, [True] * 400) is None
    assert calibrate(strengths, confirmed) is not None


def test_calibration_recovers_the_curve_that_made_the_verdicts() -> None:
    fitted = calibrate(*judged(6_000))
    assert fitted is not None
    for strength in (5.0, 8.0, 11.0):
        assert fitted.chance(strength) == pytest.approx(1 / (1 + math.exp(8 - strength)), abs=0.04)


def test_strength_that_misleads_is_not_calibrated() -> None:
    strengths, confirmed = judged()
    assert calibrate([-value for value in strengths], confirmed) is None


def test_a_perfect_separation_stays_finite() -> None:
    fitted = calibrate(list(range(200)), [False] * 100 + [True] * 100)
    assert fitted is not None
    assert 0 < fitted.chance(199) < 1


def test_after_calibration_levels_follow_the_chance() -> None:
    fitted = calibrate(*judged())
    past = random_strengths(100)
    assert judge(20.0, past, fitted).level == STRONG
    assert judge(8.2, past, fitted).level == LIKELY
    assert judge(0.0, past, fitted).level == NONE


def test_the_reliability_table_holds_every_verdict_and_mostly_the_truth() -> None:
    bins = reliability(*judged(2_000))
    assert len(bins) == BINS
    assert sum(one.n for one in bins) == 2_000
    assert [one.predicted for one in bins] == sorted(one.predicted for one in bins)
    assert sum(one.low <= one.predicted <= one.high for one in bins) >= BINS - 1
    assert reliability([1.0] * 50, [True] * 50) == []


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        (0, 0, "no verdicts so far, 100 are needed"),
        (1, 0, "1 verdict so far, 100 are needed"),
        (20, 11, "31 verdicts so far, 100 are needed"),
        (131, 9, "9 verdicts so far that confirm no flag, 10 are needed"),
        (9, 131, "9 verdicts so far that confirm a flag, 10 are needed"),
    ],
)
def test_too_few_verdicts_are_told_with_how_many_are_needed(
    right: int, wrong: int, reason: str
) -> None:
    found = judged_flags(list(range(right + wrong)), [False] * wrong + [True] * right)
    assert (found.calibration, found.table, found.reason) == (None, (), reason)
    assert (found.confirmed, found.precision.n) == (right, right + wrong)


def test_verdicts_that_contradict_the_scores_are_told() -> None:
    strengths, confirmed = judged(140)
    found = judged_flags([-value for value in strengths], confirmed)
    assert found.calibration is None
    assert found.reason == "in 140 verdicts stronger matches were not confirmed more often"


def test_enough_verdicts_give_a_calibration_with_its_table_and_no_reason() -> None:
    strengths, confirmed = judged(140)
    found = judged_flags(strengths, confirmed)
    assert found.calibration == calibrate(strengths, confirmed)
    assert (list(found.table), found.reason) == (reliability(strengths, confirmed), "")


def test_what_is_not_among_the_strongest_stays_unflagged_whatever_its_chance() -> None:
    fitted = Calibration(slope=0.01, intercept=3.0, n=140)
    past = random_strengths(200)
    weak = judge(min(past), past, fitted)
    assert (weak.level, weak.chance) == (NONE, None)
    assert judge(max(past) + 5, past, fitted).level == STRONG


def test_the_weakest_flag_is_where_its_name_ends() -> None:
    fitted = Calibration(slope=1.5, intercept=-12.0, n=140)
    assert fitted.level(fitted.weakest + 1e-9) == POSSIBLE
    assert fitted.level(fitted.weakest - 1e-9) == NONE


def test_precision_of_flags_has_its_interval_or_a_reason() -> None:
    answer = precision_of_flags(31, 36)
    assert answer.estimate == pytest.approx(31 / 36)
    assert (answer.low, answer.high) == pytest.approx((0.7134, 0.9392), abs=5e-4)
    assert precision_of_flags(0, 0).reason != ""
