"""Logistic regression against a published fit, and what it does where there is little to fit."""

import numpy as np
import pytest

from analytics.statistics.shares import fit_logistic

#: Hours of study and whether the exam was passed (the example of Wikipedia, "Logistic regression"):
#: intercept -4.0777, slope 1.5046.
HOURS = np.array([[.5, .75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25,
                   4.5, 4.75, 5, 5.5]]).T  # fmt: skip
PASSED = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1], bool)


def test_with_many_copies_of_the_data_the_ridge_fades_and_the_published_fit_remains() -> None:
    fit = fit_logistic(np.tile(HOURS, (2_000, 1)), np.tile(PASSED, 2_000))
    assert (fit.intercept, fit.weights[0]) == pytest.approx((-4.0777, 1.5046), abs=2e-3)
    assert fit.chance(np.array([[2.0]]))[0] == pytest.approx(0.25, abs=0.01)


def test_few_observations_are_held_back() -> None:
    fit = fit_logistic(HOURS, PASSED)
    assert 0.8 < fit.weights[0] < 1.5046


def test_a_perfect_separation_stays_finite_and_a_constant_weighs_nothing() -> None:
    numbers = np.column_stack((np.arange(20.0), np.ones(20)))
    fit = fit_logistic(numbers, np.arange(20) >= 10)
    assert np.isfinite(fit.weights).all()
    assert fit.weights[1] == pytest.approx(0.0, abs=1e-9)
    assert fit.chance(numbers)[[0, -1]] == pytest.approx([0.0, 1.0], abs=0.1)


def test_each_row_needs_an_outcome() -> None:
    with pytest.raises(ValueError, match="one outcome a row"):
        fit_logistic(HOURS, PASSED[:3])
