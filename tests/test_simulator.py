"""Whether a metric would have noticed, against the published table."""

import numpy as np
import pytest

from analytics.response.stability import gamma_company, noise_of_mean, would_it_notice
from tests.support.published import published

COMPANIES = published("simulator", "davidovic")["companies"]


def verdicts(simulation):
    return {verdict.metric: verdict for verdict in simulation.verdicts}


@pytest.mark.parametrize("company", COMPANIES.values(), ids=COMPANIES.keys())
def test_mttr_gets_worse_as_often_as_published_although_all_incidents_are_shorter(company):
    simulation = gamma_company(company["mean"], company["sd"], incidents=company["incidents"])
    assert verdicts(simulation)["mean"].worse.estimate == pytest.approx(company["worse"], abs=0.02)


@pytest.mark.parametrize("company", COMPANIES.values(), ids=COMPANIES.keys())
def test_the_noise_of_a_mean_is_the_published_one(company):
    for incidents, minutes in company["noise"].items():
        found = noise_of_mean(company["sd"], incidents=int(incidents))
        assert found == pytest.approx(minutes, abs=0.5)


def test_the_ratio_test_seldom_claims_the_wrong_way():
    values = np.random.default_rng(25).lognormal(8, 1.25, 200)
    found = verdicts(would_it_notice(values))
    assert found["ratio test"].worse.estimate < 0.05
    assert found["mean"].worse.estimate > 0.2


def test_a_large_true_change_is_noticed_by_all():
    values = np.random.default_rng(26).lognormal(8, 1.25, 400)
    simulation = would_it_notice(values, shorter=0.7)
    assert all(verdict.better.estimate > 0.95 for verdict in simulation.verdicts)


def test_the_same_incidents_give_the_same_answer():
    values = np.random.default_rng(27).lognormal(8, 1.25, 40)
    assert would_it_notice(values) == would_it_notice(values)


def test_eleven_incidents_are_too_few_to_split():
    simulation = would_it_notice(np.arange(1.0, 12.0))
    assert simulation.verdicts == ()
    assert simulation.reason == "needs 12 incidents, has 11"


def test_a_metric_that_cannot_move_is_neither_better_nor_worse():
    simulation = would_it_notice(np.full(40, 60.0), shorter=0.0)
    assert verdicts(simulation)["median"].worse.estimate == 0.0
    assert verdicts(simulation)["median"].better.estimate == 0.0


def test_many_incidents_are_tried_in_fewer_worlds():
    simulation = would_it_notice(np.random.default_rng(28).lognormal(8, 1, 20_000))
    assert verdicts(simulation)["mean"].worse.n == 400
