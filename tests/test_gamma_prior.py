"""The prior that groups give each other."""

import math

import numpy as np
import pytest

from analytics.statistics.groups import fit_gamma
from tests.support.published import published


def test_the_prior_of_the_pumps_is_the_published_one():
    pumps = published("groups", "pumps")
    prior = fit_gamma(np.array(pumps["events"], float), np.array(pumps["exposure"]))
    assert (prior.alpha, prior.beta) == pytest.approx((pumps["alpha"], pumps["beta"]), abs=5e-5)


def test_the_prior_of_many_groups_is_the_one_that_made_them():
    rng = np.random.default_rng(23)
    exposure = rng.uniform(20, 200, 2000)
    counts = rng.poisson(rng.gamma(2.0, 1 / 30.0, 2000) * exposure).astype(float)
    prior = fit_gamma(counts, exposure)
    assert prior.alpha == pytest.approx(2.0, rel=0.1)
    assert prior.beta == pytest.approx(30.0, rel=0.1)


def test_groups_without_a_sign_of_difference_have_an_infinite_shape():
    assert math.isinf(fit_gamma(np.full(8, 5.0), np.full(8, 30.0)).alpha)


def test_no_event_teaches_nothing():
    assert fit_gamma(np.zeros(4), np.ones(4)) is None
