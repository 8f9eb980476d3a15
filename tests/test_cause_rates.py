"""Expected recurrences from given priors, worked out by hand."""

import numpy as np
import pytest

from analytics.known_causes.rates import CauseRecords, RatePriors

ONE = np.ones(1)


def record(events: float, days: float, silent: float, *, came_back: bool) -> CauseRecords:
    return CauseRecords(events * ONE, days * ONE, silent * ONE, np.array([came_back]))


def test_one_prior_gives_the_gamma_poisson_posterior() -> None:
    prior = RatePriors(2.0 * ONE, 100.0 * ONE, 0.5 * ONE, 0.0 * ONE, ONE)
    found = prior.expected(record(3, 50, 100, came_back=True), 40.0 * ONE)
    # Gamma(2 + 3, 100 + 0.5 * 100 + 50) over 40 days.
    assert found.mean[0] == pytest.approx(5 / 200 * 40)
    assert found.shape[0] == pytest.approx(5)
    assert (found.total, found.total_shape) == pytest.approx((1.0, 5.0))


def test_doubt_about_the_prior_widens_what_is_expected() -> None:
    two = RatePriors(
        np.array([2.0, 4.0]), np.full(2, 100.0), np.zeros(2), np.zeros(2), np.full(2, 0.5)
    )
    found = two.expected(record(0, 0, 0, came_back=False), 100.0 * ONE)
    # Mean 3; variance (2 + 4) / 2 within and 1 between.
    assert found.mean[0] == pytest.approx(3)
    assert found.shape[0] == pytest.approx(9 / 4)


def test_a_cause_that_stays_away_is_likelier_one_that_cannot_come_back() -> None:
    prior = RatePriors(1.0 * ONE, 100.0 * ONE, 0.0 * ONE, 1.0 * ONE, ONE)
    found = prior.expected(record(0, 100, 0, came_back=False), 200.0 * ONE)
    # One in two at first; after 100 days of absence, (200 / 100) ** 1 : 1. If it can, mean 1.
    assert found.mean[0] == pytest.approx(1 / 3)
    # E[variance] 1/3, variance of the mean 1/3 * 2/3.
    assert found.shape[0] == pytest.approx((1 / 9) / (1 / 3 + 2 / 9))


def test_a_cause_known_to_come_back_is_not_taken_for_one_that_cannot() -> None:
    prior = RatePriors(1.0 * ONE, 100.0 * ONE, 0.0 * ONE, 1.0 * ONE, ONE)
    found = prior.expected(record(0, 100, 0, came_back=True), 200.0 * ONE)
    assert found.mean[0] == pytest.approx(1.0)


def test_of_no_causes_nothing_is_expected() -> None:
    prior = RatePriors(ONE, ONE, ONE, ONE, ONE)
    none = record(0, 0, 0, came_back=False).of(np.empty(0, np.intp))
    assert prior.expected(none, np.empty(0)).total == 0.0
