"""Means of groups moved towards the centre, worked out by hand."""

import numpy as np
import pytest

from analytics.statistics.groups import fit_normal


def test_groups_that_differ_no_more_than_single_values_do_are_one_group() -> None:
    n = np.array([4, 4])
    prior = fit_normal(np.array([1.0, 1.2]), n, within=1.0)
    assert prior.between == 0.0
    middle, error = prior.posterior(np.array([1.0, 1.2]), n)
    assert middle == pytest.approx([1.1, 1.1])
    # Eight values of variance 1 give their mean a variance of 1/8.
    assert error == pytest.approx(np.sqrt([0.125, 0.125]))


def test_a_group_keeps_of_its_own_mean_what_its_values_deserve() -> None:
    # DerSimonian and Laird: Q = 2 * 4 * 1² = 8, less 1, over 8 - 32 / 8 = 4: between = 1.75.
    n = np.array([4, 4])
    prior = fit_normal(np.array([0.0, 2.0]), n, within=1.0)
    assert prior.between == pytest.approx(1.75)
    middle, error = prior.posterior(np.array([0.0, 2.0]), n)
    kept = 1.75 / (1.75 + 0.25)
    assert middle == pytest.approx([1.0 - kept, 1.0 + kept])
    assert error**2 == pytest.approx(kept * 0.25 + (1 - kept) ** 2 * (1.75 + 0.25) / 2)


def test_a_group_without_values_lies_at_the_centre_with_all_the_doubt() -> None:
    prior = fit_normal(np.array([0.0, 2.0]), np.array([4, 4]), within=1.0)
    middle, error = prior.posterior(np.array([np.nan]), np.array([0]))
    assert middle == pytest.approx([1.0])
    assert error**2 == pytest.approx([1.75 + 1.0])


def test_one_group_alone_is_its_own_centre() -> None:
    prior = fit_normal(np.array([3.0]), np.array([5]), within=2.0)
    assert (prior.centre, prior.between) == (3.0, 0.0)
    assert prior.error**2 == pytest.approx(2.0 / 5)
