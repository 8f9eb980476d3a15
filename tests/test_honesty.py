"""The benchmark of honesty in small: enough worlds to notice a rule that cries wolf."""

import json
import sys

import pytest

from analytics.review.claims import Verdict
from tests.benchmarks import honesty
from tests.benchmarks.worlds import halved_world

#: Few enough for a test, many enough that a review which claimed in every fifth world would show.
WORLDS = 30


def test_where_nothing_changes_a_change_is_hardly_ever_claimed() -> None:
    found = honesty.null_claims(worlds=WORLDS, seed=1).hits
    assert found.low is not None
    assert found.low <= honesty.MOST_NULL_CLAIMS


def test_halved_durations_are_mostly_caught() -> None:
    found = honesty.halved_caught(worlds=WORLDS, seed=1).hits
    assert found.high is not None
    assert found.high >= honesty.LEAST_HALVED


def test_a_doubled_rate_is_mostly_caught() -> None:
    found = honesty.doubled_caught(worlds=WORLDS, seed=1).hits
    assert found.high is not None
    assert found.high >= honesty.LEAST_DOUBLED


def test_a_seed_always_makes_the_same_company() -> None:
    first, again = (honesty.reviewed(halved_world, seed=(1, 1, 0)) for _ in range(2))
    assert first.claims == again.claims
    assert first.claim("time").verdict is Verdict.FELL


def test_the_figures_can_be_read_by_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["honesty", "--worlds", "2", "--json", "--only", "_"])
    honesty.main()
    found = json.loads(capsys.readouterr().out)
    bars = ["null_claims", "halved_caught", "doubled_caught", "doubled_clustered_caught"]
    assert list(found) == bars
    assert all(set(each) == {"estimate", "low", "high", "n"} for each in found.values())


@pytest.mark.parametrize("kind", ["storms of one cause", "teams join", "new scheme"])
def test_what_bends_records_is_hardly_ever_claimed_as_a_change(kind: str) -> None:
    found = honesty.unchanged_claims(kind, worlds=20, seed=2).hits
    assert found.low is not None
    assert found.low <= honesty.MOST_NULL_CLAIMS


@pytest.mark.parametrize(
    "kind", ["detection takes three times as long", "three quarters more than the year before"]
)
def test_a_true_change_of_a_rough_company_is_mostly_said(kind: str) -> None:
    found = honesty.changed_caught(kind, worlds=20, seed=2).hits
    assert found.high is not None
    assert found.high >= 0.9
