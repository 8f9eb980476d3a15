"""The made-up company judged by what the app makes of it: its causes, and whether fixes held."""

import pytest

from data.loading import sample_records
from tests.benchmarks import families, fixes
from tests.support.groupings import adjusted_rand, pair_scores


@pytest.fixture(scope="module")
def company() -> families.Company:
    return families.company(incidents=700, years=3, seed=7)


@pytest.fixture(scope="module")
def at_once(company: families.Company) -> dict[str, str]:
    return families.grouped(company.records)


def test_the_known_causes_of_a_load_are_the_true_ones(
    company: families.Company, at_once: dict[str, str]
) -> None:
    precision, recall, pairs = pair_scores(at_once, company.family)
    assert pairs > 1_000
    assert precision >= families.LEAST_PRECISION
    assert recall >= families.LEAST_RECALL


def test_many_small_loads_make_the_known_causes_of_one_large(
    company: families.Company, at_once: dict[str, str]
) -> None:
    by_and_by = families.grouped(*families.in_portions(company.records))
    precision, recall, _ = pair_scores(by_and_by, company.family)
    assert min(precision, recall) >= 0.8
    assert adjusted_rand(at_once, by_and_by, [one.id for one in company.records]) >= 0.9


def test_known_causes_stay_when_a_tenth_of_the_company_is_gone(
    company: families.Company, at_once: dict[str, str]
) -> None:
    kept, lost = families.stability(company.records, at_once, seed=1)
    assert kept >= families.LEAST_STABLE
    assert lost >= families.LEAST_STABLE


def test_known_causes_stay_when_a_tenth_of_the_sample_is_gone() -> None:
    records = list(sample_records())
    kept, _ = families.stability(records, families.grouped(records), seed=1)
    assert kept >= families.LEAST_STABLE


def test_fixes_that_hold_are_told_from_those_that_do_not() -> None:
    found = [fixes.judged(seed, incidents=2_000, years=3, declared=False) for seed in range(1, 16)]
    said = fixes.summary(found)
    assert said["told apart"].estimate == 1.0
    for name, answer in said.items():
        assert answer.estimate is not None, name
        assert answer.estimate >= 0.85, name
    assert (said["each cause by itself"].estimate or 0.0) >= fixes.LEAST_COVERED
