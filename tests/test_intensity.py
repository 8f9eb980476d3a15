"""Recurrences counted as in published examples, and their gaps worked out by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.known_causes.rates import (
    back_within,
    laplace,
    mean_cumulative,
    power_law,
    recurs_within,
)

PUBLISHED = json.loads((Path(__file__).parent / "reference" / "intensity.json").read_text())


def recurrence(ends: list[int]) -> st.SearchStrategy[tuple[int, int]]:
    """A system and a time within its watch."""
    systems = st.integers(0, len(ends) - 1)
    return systems.flatmap(lambda one: st.tuples(st.just(one), st.integers(1, ends[one])))


def test_mean_cumulative_function_is_the_published_one() -> None:
    known = PUBLISHED["mean_cumulative"]
    times = [time for system in known["systems"] for time in system["recurrences"]]
    whose = [n for n, system in enumerate(known["systems"]) for _ in system["recurrences"]]
    found = mean_cumulative(times, whose, [system["watched"] for system in known["systems"]])
    mean = dict(zip(found.times, found.mean, strict=True))
    variance = dict(zip(found.times, found.variance, strict=True))
    for time, value in known["mean"].items():
        assert mean[float(time)] == pytest.approx(value, abs=1e-5)
    for time, value in known["variance"].items():
        assert variance[float(time)] == pytest.approx(value, abs=1e-6)
    assert np.all((found.low < found.mean) & (found.mean < found.high))


def test_interval_of_the_mean_is_wider_where_one_system_has_all_recurrences() -> None:
    times = np.arange(1.0, 9.0)
    one = mean_cumulative(times, np.zeros(8, int), np.full(4, 10.0))
    spread = mean_cumulative(times, np.arange(8) % 4, np.full(4, 10.0))
    assert one.mean[-1] == spread.mean[-1] == 2.0
    assert one.high[-1] > spread.high[-1]


def test_one_system_alone_has_no_interval() -> None:
    assert np.isnan(mean_cumulative([1.0, 2.0], [0, 0], [5.0]).low).all()


def test_no_recurrences_give_an_empty_function() -> None:
    assert len(mean_cumulative([], [], [5.0, 6.0]).times) == 0


WATCHES = st.lists(st.integers(1, 9), min_size=2, max_size=5)


@given(WATCHES.flatmap(lambda ends: st.tuples(st.just(ends), st.lists(recurrence(ends)))))
def test_interval_of_the_mean_adds_up_what_each_system_lacks_or_exceeds(
    found: tuple[list[int], list[tuple[int, int]]],
) -> None:
    ends, events = found
    times, whose = [float(time) for _, time in events], [system for system, _ in events]
    made = mean_cumulative(times, whose, ends)
    for n in range(len(made.times)):
        squares = 0.0
        for system, end in enumerate(ends):
            lacks = 0.0
            for at, at_risk in zip(made.times[: n + 1], made.at_risk, strict=False):
                own = events.count((system, int(at)))
                lacks += own / at_risk - (at <= end) * times.count(at) / at_risk**2
            squares += lacks**2
        factor = np.exp(1.959964 * np.sqrt(squares) / made.mean[n])
        assert made.high[n] == pytest.approx(made.mean[n] * factor, rel=1e-5)


def test_power_law_is_the_published_one() -> None:
    known = PUBLISHED["power_law"]
    found = power_law(known["times"], watched=known["watched"])
    assert found.shape.estimate == pytest.approx(known["shape"], abs=1e-6)
    assert found.scale == pytest.approx(known["scale"], abs=1e-4)
    assert found.gap_now.estimate == pytest.approx(known["gap_now"], abs=0.01)


def test_power_law_needs_eight_recurrences() -> None:
    found = power_law(np.arange(1.0, 8.0), watched=10.0)
    assert found.shape.estimate is None
    assert found.shape.reason == "needs 8 recurrences, has 7"


def test_interval_of_the_shape_covers_the_truth_19_times_in_20() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        found = power_law(100.0 * rng.random(12) ** (1 / 1.5), watched=100.0).shape
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1.5 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


def test_laplace_score_and_shape_are_the_published_ones() -> None:
    known = PUBLISHED["laplace"]
    times = np.cumsum(known["gaps"]).astype(float)
    found = laplace(times[:-1], watched=times[-1])
    assert found.score.estimate == pytest.approx(known["score"], abs=1e-3)
    shape = power_law(times[:-1], watched=times[-1]).shape.estimate
    assert shape is not None
    # Ours is (n - 1) over the sum whose maximum likelihood counts the last failure too.
    likeliest = shape * len(times) / (len(times) - 2)
    assert likeliest == pytest.approx(known["maximum_likelihood_shape"], abs=1e-3)


def test_laplace_needs_four_recurrences() -> None:
    assert laplace([1.0, 2.0, 3.0], watched=4.0).score.reason == "needs 4 recurrences, has 3"


def test_even_recurrences_have_no_trend() -> None:
    found = laplace([1.0, 3.0, 5.0, 7.0, 9.0], watched=10.0)
    assert found.score.estimate == pytest.approx(0.0)
    assert found.p_value == pytest.approx(1.0)


def test_recurs_within_counts_a_cause_that_is_not_back_for_as_long_as_it_was_watched() -> None:
    # At risk 5, 4, 3, 2, 1; back at days 10, 40, 80, still away after 20 and 200.
    gaps = np.array([10.0, 20.0, 40.0, 80.0, 200.0])
    back = np.array([True, False, True, True, False])
    assert recurs_within(gaps, back, days=30).estimate == pytest.approx(1 - 4 / 5)
    assert recurs_within(gaps, back, days=90).estimate == pytest.approx(1 - 4 / 5 * 2 / 3 * 1 / 2)


def test_no_chance_is_given_for_a_horizon_that_nobody_was_watched_for() -> None:
    found = recurs_within(np.array([10.0, 20.0]), np.array([True, False]), days=90)
    assert found.estimate is None
    assert found.reason == "no incident has been watched for 90 days"


def test_a_cause_that_never_came_back_has_an_upper_end() -> None:
    found = recurs_within(np.full(10, 100.0), np.zeros(10, bool), days=90)
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.2775, abs=1e-4)


def test_no_incidents_give_no_chance() -> None:
    assert recurs_within(np.empty(0), np.empty(0, bool), days=90).reason == "no incidents"


@given(
    st.lists(st.tuples(st.floats(0, 400), st.booleans()), min_size=1, max_size=40),
    st.sampled_from([30, 90, 180]),
)
def test_chance_lies_within_its_interval_and_within_0_and_1(
    gaps: list[tuple[float, bool]], days: int
) -> None:
    found = recurs_within(
        np.array([gap for gap, _ in gaps]), np.array([back for _, back in gaps]), days=days
    )
    if found.estimate is not None:
        assert found.low is not None
        assert found.high is not None
        assert -1e-12 <= found.low <= found.estimate + 1e-12
        assert found.estimate <= found.high + 1e-12 <= 1 + 2e-12


def test_times_back_count_only_ends_that_were_watched_for_so_long() -> None:
    gaps = np.array([10.0, 90.0, 120.0, 40.0, 600.0])
    back = np.array([True, True, True, False, False])
    found = back_within(gaps, back, days=90)
    # Back after 10 and 90 days; later, or away for 600, is not; 40 days cannot tell yet.
    assert (found.times, found.watched) == (2, 4)
    assert found.chance == recurs_within(gaps, back, days=90)
    nothing = back_within(np.empty(0), np.empty(0, bool), days=90)
    assert (nothing.times, nothing.watched) == (0, 0)
