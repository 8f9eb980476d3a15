"""Priors found again in made-up records that came from known ones."""

import numpy as np
import pytest

from analytics.known_causes.rates import CauseRecords, rate_priors


def records(
    events: np.ndarray[tuple[int], np.dtype[np.int64]],
    days: np.ndarray[tuple[int], np.dtype[np.float64]],
    silent: np.ndarray[tuple[int], np.dtype[np.float64]] | None = None,
) -> CauseRecords:
    return CauseRecords(
        events.astype(np.float64),
        days,
        np.zeros(len(days)) if silent is None else silent,
        events > 0,
    )


def test_causes_that_never_came_back_say_nothing_of_rates() -> None:
    assert rate_priors(records(np.zeros(3, np.int64), np.ones(3))) is None


def test_the_prior_finds_the_distribution_that_the_rates_came_from() -> None:
    rng = np.random.default_rng(3)
    days = rng.uniform(200, 2000, 4000)
    prior = rate_priors(records(rng.poisson(rng.gamma(0.8, 1 / 300, 4000) * days), days))
    assert prior is not None
    assert prior.weight.sum() == pytest.approx(1)
    assert prior.weight @ prior.alpha == pytest.approx(0.8, rel=0.15)
    assert prior.weight @ prior.beta == pytest.approx(300, rel=0.2)
    assert prior.weight @ prior.once < 0.1


def test_causes_that_cannot_come_back_are_told_from_rare_ones() -> None:
    rng = np.random.default_rng(5)
    days = rng.uniform(200, 2000, 8000)
    rates = np.where(np.arange(8000) < 6000, 0.0, rng.gamma(2.0, 1 / 200, 8000))
    prior = rate_priors(records(rng.poisson(rates * days), days))
    assert prior is not None
    assert prior.weight @ prior.once == pytest.approx(3.0, rel=0.15)
    assert prior.weight @ (prior.alpha / prior.beta) == pytest.approx(0.01, rel=0.15)


@pytest.mark.parametrize(("existed", "low", "high"), [(True, 0.6, 1.0), (False, 0.0, 0.4)])
def test_silence_counts_where_causes_existed_and_not_where_they_are_new(
    existed: bool, low: float, high: float
) -> None:
    rng = np.random.default_rng(4)
    rates = rng.gamma(0.8, 1 / 300, 20_000)
    first = rng.exponential(1 / rates) if existed else rng.uniform(0, 1500, len(rates))
    seen = first < 1500
    days = 1500 - first[seen]
    prior = rate_priors(records(rng.poisson(rates[seen] * days), days, first[seen]))
    assert prior is not None
    assert low <= prior.weight @ prior.silence <= high


def test_a_rare_cause_is_moved_towards_all_and_a_frequent_one_hardly() -> None:
    rng = np.random.default_rng(6)
    events = np.append(rng.poisson(rng.gamma(1, 1 / 300, 500) * 600), [1, 60])
    days = np.append(np.full(500, 600.0), [30, 600])
    seen = records(events, days)
    prior = rate_priors(seen)
    assert prior is not None
    rare, often = prior.expected(seen.of(np.array([500, 501])), np.array([30.0, 600.0])).mean
    assert 0.1 < rare < 0.5
    assert often == pytest.approx(60, rel=0.35)
