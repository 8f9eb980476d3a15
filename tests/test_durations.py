"""Durations of one period and of two compared, with all that is left out counted."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.clocks import TTR, Durations, Status, measure
from analytics.frames import History
from analytics.response.durations import compare, count, headline, summarise
from analytics.statistics.survival import KAPLAN_MEIER

NOW = dt.datetime(2026, 1, 31)
START = pd.Timestamp("2026-01-01 10:00")


def recorded(seconds):
    values = np.asarray(seconds, dtype=np.float64)
    statuses = np.zeros(len(values), dtype=np.int8)
    return Durations(TTR, values, statuses, np.full(len(values), np.nan), np.ones(len(values)))


def with_open(seconds, elapsed):
    gone = np.full(len(elapsed), np.nan)
    return Durations(
        TTR,
        np.concatenate([seconds, gone]),
        np.repeat([Status.RECORDED, Status.PENDING], [len(seconds), len(elapsed)]).astype(np.int8),
        np.concatenate([np.full(len(seconds), np.nan), elapsed]),
        np.ones(len(seconds) + len(elapsed)),
    )


def incidents(*minutes):
    """Resolved incidents of these lengths; None = no end known, ``...`` = still open."""
    rows = [
        {
            "id": str(place),
            "status": "open" if length is ... else "resolved",
            "impact_started_at": START,
            "resolved_at": pd.NaT
            if length in (None, ...)
            else START + pd.Timedelta(minutes=length),
        }
        for place, length in enumerate(minutes)
    ]
    return History.of(pd.DataFrame(rows)).incidents


def test_the_headline_is_the_median_with_all_counts_beside_it():
    summary = summarise(measure(incidents(1, 2, 3, None, -5), TTR, as_of=NOW))
    assert summary.headline.estimate == 120.0
    assert (summary.headline.n, summary.headline.n_missing, summary.headline.n_invalid) == (3, 1, 1)
    assert summary.curve is None
    assert summary.counts.recorded == 3


def test_an_incident_without_a_clock_changes_no_duration():
    lengths = [5, 9, 14, 20, 33, 47, 60]
    plain = summarise(measure(incidents(*lengths), TTR, as_of=NOW))
    more = summarise(measure(incidents(*lengths, None), TTR, as_of=NOW))
    for one, other in (
        (plain.headline, more.headline),
        (plain.geometric_mean, more.geometric_mean),
        (plain.mean, more.mean),
    ):
        assert (one.estimate, one.low, one.high, one.n) == (
            other.estimate,
            other.low,
            other.high,
            other.n,
        )
    assert more.headline.n_missing == 1


def test_an_open_incident_makes_the_headline_a_survival_median():
    answer = headline(measure(incidents(5, 9, 14, 20, 33, 47, 60, ...), TTR, as_of=NOW))
    assert answer.method is KAPLAN_MEIER
    assert answer.estimate == 26.5 * 60
    assert answer.n == 8


def test_a_negative_interval_enters_no_mean():
    summary = summarise(measure(incidents(10, -100), TTR, as_of=NOW))
    assert summary.mean.estimate == 600.0
    assert summary.mean.n_invalid == 1


def test_the_mean_has_no_interval_and_says_why():
    answer = summarise(recorded(np.arange(1.0, 50.0))).mean
    assert answer.low is None
    assert "no interval" in answer.reason


def test_open_incidents_are_missing_from_the_means_and_counted():
    summary = summarise(with_open(np.arange(1.0, 9.0), np.array([3.0, 4.0])))
    assert summary.geometric_mean.n_missing == summary.mean.n_missing == 2
    assert summary.headline.n_missing == 0


def test_nothing_recorded_is_none_everywhere():
    summary = summarise(recorded([]))
    answers = [summary.headline, summary.geometric_mean, summary.mean]
    assert all(answer.estimate is None and answer.reason for answer in answers)
    assert all(not answer.known for answer in summary.percentiles.values())


def test_percentiles_need_their_minimum_with_open_incidents_too():
    few = summarise(with_open(np.arange(1.0, 28.0), np.array([3.0])))
    assert few.percentiles[0.9].reason == "needs 29 incidents, has 28"
    enough = summarise(with_open(np.arange(1.0, 60.0), np.array([3.0])))
    assert enough.percentiles[0.9].method is KAPLAN_MEIER


def test_halved_durations_are_found_and_unchanged_ones_are_not():
    rng = np.random.default_rng(9)
    before = rng.lognormal(8, 1.25, 100)
    halved = compare(recorded(rng.lognormal(8, 1.25, 100) / 2), recorded(before))
    assert halved.p_value < 0.05
    assert halved.ratio.high < 1.0
    assert halved.detectable.estimate == pytest.approx(0.61, abs=0.05)
    assert halved.second_opinion.p_value < 0.05


def test_a_period_that_is_mostly_open_is_not_compared():
    rng = np.random.default_rng(10)
    after = with_open(rng.lognormal(8, 1, 20), np.full(5, 9.0))
    comparison = compare(after, recorded(rng.lognormal(8, 1, 50)))
    assert comparison.p_value is None
    assert comparison.ratio.reason == "5 of 25 are still open: too many for a comparison"


def test_open_incidents_are_compared_by_log_rank():
    rng = np.random.default_rng(30)
    after = with_open(rng.lognormal(8, 1, 40), np.full(40, 1e5))
    comparison = compare(after, recorded(rng.lognormal(8, 1, 80)))
    assert comparison.with_open.slower
    assert comparison.with_open.p_value < 0.001
    assert (comparison.n_after, comparison.n_before) == (40, 80)
    assert compare(recorded([1.0]), recorded([2.0])).with_open is None


def test_a_period_without_incidents_is_not_compared():
    comparison = compare(recorded([]), recorded(np.arange(1.0, 20.0)))
    assert comparison.ratio.reason == "needs 6 incidents in each period, has 0"
    assert comparison.detectable.estimate is None


def test_the_counts_name_every_status():
    durations = measure(incidents(3, None, -1, ...), TTR, as_of=NOW)
    counts = count(durations)
    assert (counts.recorded, counts.missing, counts.invalid, counts.pending) == (1, 1, 1, 1)
    assert counts.unknown == 1


seconds = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=60)


@given(seconds)
def test_every_interval_contains_its_estimate(values):
    summary = summarise(recorded(values))
    for answer in (summary.headline, summary.geometric_mean, *summary.percentiles.values()):
        if answer.low is not None:
            assert answer.low <= answer.estimate <= answer.high


@given(seconds, st.randoms(use_true_random=False))
def test_the_order_of_incidents_does_not_matter(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    one, other = summarise(recorded(values)), summarise(recorded(shuffled))
    assert one == other


def test_the_interval_holds_whatever_the_hours_of_a_day_were():
    exact = recorded(np.array([1.0, 2.0, 4.0, 6.0, 8.0, 10.0]) * 86_400)
    left_open = replace(exact, give=np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.2]))
    plain, wider = headline(exact), headline(left_open)
    # The longest of six is the end of the interval; it may have been 1.2 times as long.
    assert (wider.estimate, wider.low) == (plain.estimate, plain.low)
    assert wider.high == pytest.approx(12 * 86_400)
    assert count(left_open).to_the_day == 1
