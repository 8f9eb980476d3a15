"""Tests of confidence: no labels needed at first, honest when there are some."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.matcher.confidence import (
    BINS,
    FEWEST_RECORDS,
    LEAST_SHARED,
    LIKELY,
    NONE,
    POSSIBLE,
    SEEN,
    STRONG,
    UNSETTLED,
    BestMatches,
    Calibration,
    Confidence,
    JudgedPair,
    calibrate,
    judged_flags,
    name_match,
    precision_of_flags,
    reliability,
)
from analytics.matcher.matching import ELSEWHERE


def random_strengths(size: int, seed: int = 3) -> list[float]:
    return [float(drawn) for drawn in np.random.default_rng(seed).gumbel(5, 1, size)]


def flags(strengths: Sequence[float], confirmed: Sequence[bool]) -> list[JudgedPair]:
    """Likely ones of these scores."""
    return [JudgedPair(*one, LIKELY) for one in zip(strengths, confirmed, strict=True)]


def judged(size: int = 400, seed: int = 5) -> tuple[list[float], list[bool]]:
    random = np.random.default_rng(seed)
    strengths = random.normal(8, 3, size)
    return strengths.tolist(), (random.random(size) < 1 / (1 + np.exp(8 - strengths))).tolist()


def rarity_of(score: float, past: list[float]) -> float | None:
    """How rare a score is after these best matches."""
    found = BestMatches(past).rarities([score], before=len(past), own=False)
    return None if found is None else found[0]


def named(
    score: float, past: list[float], calibration: Calibration | None = None, shared: float = 0.5
) -> str:
    """The name of a match that shares much text, after these best matches."""
    return name_match(
        score, shared=shared, rarity=rarity_of(score, past), calibration=calibration
    ).level


def test_rarity_is_not_told_with_fewer_than_the_fewest_records() -> None:
    assert rarity_of(9.0, [1.0] * (FEWEST_RECORDS - 1)) is None
    assert name_match(9.0, shared=0.5, rarity=None) == Confidence(NONE, None, None)


def test_what_says_nearly_the_same_was_seen_before_however_few_records_there_are() -> None:
    assert name_match(0.1, shared=0.7, seen=True, rarity=None).level == SEEN
    assert name_match(0.1, shared=0.7, seen=True, rarity=1.0).level == SEEN


@pytest.mark.parametrize(
    ("shared", "rarity", "level"),
    [
        (ELSEWHERE, 1.0, POSSIBLE),
        (ELSEWHERE, 0.001, POSSIBLE),
        (0.5, 0.03, POSSIBLE),
        (0.5, 0.04, NONE),
        (0.4, 0.001, NONE),
    ],
)
def test_at_another_service_a_match_is_possible_and_no_more(
    shared: float, rarity: float, level: str
) -> None:
    assert name_match(99.0, shared=shared, apart=True, rarity=rarity).level == level


def test_what_shares_as_much_as_a_strong_match_is_likely_though_less_rare() -> None:
    levels = [name_match(9.0, shared=shared, rarity=0.1).level for shared in (0.45, 0.44, 0.24)]
    assert levels == [LIKELY, POSSIBLE, NONE]
    assert name_match(9.0, shared=0.59, rarity=0.11).level == POSSIBLE


def test_the_strongest_of_all_is_strong_and_the_weakest_nothing() -> None:
    past = random_strengths(200)
    assert named(max(past) + 5, past) == STRONG
    assert named(min(past) - 5, past) == NONE


@pytest.mark.parametrize(
    ("shared", "level"), [(0.45, STRONG), (0.44, LIKELY), (0.34, POSSIBLE), (0.24, NONE)]
)
def test_a_rare_match_has_no_better_name_than_its_shared_text_allows(
    shared: float, level: str
) -> None:
    assert name_match(99.0, shared=shared, rarity=0.001).level == level


def test_rarity_counts_the_past_records_that_were_as_strong() -> None:
    past = [0.0] * UNSETTLED + [3.0, 1.0, 2.0, 2.0] * 10
    assert rarity_of(9.0, past) == pytest.approx(1 / 41)
    assert rarity_of(-9.0, past) == pytest.approx(1.0)


def test_the_first_records_are_compared_with_those_that_came_after_them() -> None:
    strengths = [float(number % 7) for number in range(60)]
    strengths[10] = 99.0
    best = BestMatches(strengths)
    least = pytest.approx(1 / (FEWEST_RECORDS - UNSETTLED + 1))
    assert best.rarities([99.0], before=10, own=True) == [least]
    assert BestMatches(strengths[:40]).rarities([99.0], before=10, own=True) is None
    assert BestMatches(strengths[:40]).rarities([99.0], before=10, own=False) is not None


def test_each_match_of_a_record_has_its_own_rarity() -> None:
    past = random_strengths(200)
    best = BestMatches(past)
    scores = [max(past) + 5, sorted(past)[100], min(past) - 5]
    strong, middle, weak = best.rarities(scores, before=200, own=False) or []
    assert strong < 0.01 < middle < weak == pytest.approx(1.0)


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
            level = named(strengths[now], strengths[:now])
            total += 1
            if level in flags:
                flags[level] += 1
    assert flags[STRONG] / total <= 0.05
    assert (flags[STRONG] + flags[LIKELY]) / total <= 0.13


@given(st.lists(st.floats(-50, 50), min_size=FEWEST_RECORDS, max_size=80), st.floats(-50, 50))
def test_rarity_is_a_share(past: list[float], strength: float) -> None:
    found = rarity_of(strength, past)
    assert found is not None
    assert 0 < found <= 1


def test_calibration_waits_for_enough_verdicts_of_both_kinds() -> None:
    strengths, confirmed = judged()
    assert calibrate(strengths[:29], confirmed[:29]) is None
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
    assert named(20.0, past, fitted) == STRONG
    assert named(9.8, past, fitted) == LIKELY
    assert named(8.2, past, fitted) == POSSIBLE
    assert named(0.0, past, fitted) == NONE


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
        (0, 0, "no verdicts so far on what was not seen before, 30 are needed"),
        (1, 0, "1 verdict so far on what was not seen before, 30 are needed"),
        (18, 11, "29 verdicts so far on what was not seen before, 30 are needed"),
        (131, 9, "9 verdicts so far that confirm no flag, 10 are needed"),
        (9, 131, "9 verdicts so far that confirm a flag, 10 are needed"),
    ],
)
def test_too_few_verdicts_are_told_with_how_many_are_needed(
    right: int, wrong: int, reason: str
) -> None:
    found = judged_flags(flags(list(range(right + wrong)), [False] * wrong + [True] * right))
    assert (found.calibration, found.table, found.reason) == (None, (), reason)
    assert (found.confirmed, found.precision.n) == (right, right + wrong)


def test_verdicts_on_what_was_never_flagged_count_for_the_chance_alone() -> None:
    strengths, confirmed = judged(140)
    seen = [JudgedPair(20.0, False, SEEN)] * 30
    near = [JudgedPair(0.0, False, NONE)] * 20
    found = judged_flags([*flags(strengths, confirmed), *seen, *near])
    assert (found.confirmed, found.precision.n) == (sum(confirmed), 170)
    assert found.calibration == calibrate([*strengths, *[0.0] * 20], [*confirmed, *[False] * 20])
    assert found.calibration is not None
    assert found.calibration.least == 0.0


def test_flags_alone_do_not_flatten_the_curve() -> None:
    """Of flags that are right four times in five, whatever their score, nothing weaker is."""
    right = [True] * 80 + [False] * 20 + [True] * 82 + [False] * 18
    fitted = calibrate([12.0] * 100 + [14.0] * 100, right)
    assert fitted is not None
    assert 0.6 < fitted.chance(12.0) < 0.8 < fitted.chance(14.0) < 0.95
    assert fitted.chance(7.0) < 0.3


def test_verdicts_that_contradict_the_scores_are_told() -> None:
    strengths, confirmed = judged(140)
    found = judged_flags(flags([-value for value in strengths], confirmed))
    assert found.calibration is None
    assert found.reason == "in 140 verdicts stronger matches were not confirmed more often"


def test_enough_verdicts_give_a_calibration_with_its_table_and_no_reason() -> None:
    strengths, confirmed = judged(140)
    found = judged_flags(flags(strengths, confirmed))
    assert found.calibration == calibrate(strengths, confirmed)
    assert (list(found.table), found.reason) == (reliability(strengths, confirmed), "")


def test_verdicts_name_matches_that_are_not_rare_too() -> None:
    fitted = Calibration(slope=0.01, intercept=3.0, n=140, least=-90.0)
    past = random_strengths(200)
    assert named(min(past), past, fitted) == STRONG


def test_of_matches_weaker_than_all_that_were_judged_verdicts_say_nothing() -> None:
    fitted = Calibration(slope=0.01, intercept=3.0, n=140, least=8.0)
    assert fitted.level(7.9) == NONE
    assert fitted.level(8.0) == STRONG
    assert fitted.weakest == 8.0
    past = random_strengths(200)
    assert named(min(past), past, fitted) == NONE


def test_whatever_verdicts_say_nothing_is_strong_without_enough_shared_text() -> None:
    fitted = Calibration(slope=1.0, intercept=0.0, n=140)
    shared = LEAST_SHARED[STRONG] - 0.01
    assert name_match(99.0, shared=shared, rarity=0.001, calibration=fitted).level == LIKELY


def test_the_weakest_flag_is_where_its_name_ends() -> None:
    fitted = Calibration(slope=1.5, intercept=-12.0, n=140)
    assert fitted.level(fitted.weakest + 1e-9) == POSSIBLE
    assert fitted.level(fitted.weakest - 1e-9) == NONE


def test_precision_of_flags_has_its_interval_or_a_reason() -> None:
    answer = precision_of_flags(31, 36)
    assert answer.estimate == pytest.approx(31 / 36)
    assert (answer.low, answer.high) == pytest.approx((0.7134, 0.9392), abs=5e-4)
    assert precision_of_flags(0, 0).reason != ""
