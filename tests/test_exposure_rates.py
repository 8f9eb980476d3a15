"""What a rate is per, and when there is none."""

import datetime as dt

import pytest

from analytics.answer import Answer
from analytics.exposure import PER_30_DAYS, Per, choices, opened, rate_per
from analytics.selection import Scope, select
from tests.support.exposed import exposed

MAY, JUNE = dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1)
INCIDENTS = [{"impact_started_at": "2026-05-09T10:00"}] * 4


@pytest.mark.parametrize(
    ("amount", "size"),
    [(3.0, 1.0), (4.0, 1.0), (5.0, 1e3), (4_000.0, 1e3), (4_001.0, 1e6), (3e9, 1e9), (9e30, 1e12)],
)
def test_the_size_is_the_smallest_with_an_incident_or_more(amount: float, size: float) -> None:
    found = choices(exposed(INCIDENTS, ("deploys", MAY, JUNE, amount)))
    assert found == (PER_30_DAYS, Per("deploys", size))


def test_the_size_does_not_count_incidents_outside_the_loaded_days() -> None:
    old = [{"impact_started_at": "2020-01-01T00:00"}] * 1_000
    records = exposed([*INCIDENTS, *old], ("deploys", MAY, JUNE, 100.0))
    assert choices(records)[1] == Per("deploys", 1e3)


def test_without_exposure_there_is_no_choice() -> None:
    assert choices(exposed(INCIDENTS)) == (PER_30_DAYS,)


def test_days_are_counted_and_not_loaded() -> None:
    assert choices(exposed(INCIDENTS, ("days", MAY, JUNE, 31.0))) == (PER_30_DAYS,)


def test_a_rate_is_incidents_over_exposure_in_its_size() -> None:
    found = rate_per(6, Answer(12_000.0, unit="deploys"), Per("deploys", 1e3))
    assert found.estimate == pytest.approx(0.5)
    # Garwood's interval for 6 events is 2.2019 to 13.0595.
    assert (found.low, found.high) == pytest.approx((2.2019 / 12, 13.0595 / 12), rel=1e-4)
    assert found.unit == "per 1,000 deploys"


def test_clustering_widens_the_interval_and_leaves_the_rate() -> None:
    amount = Answer(12_000.0, unit="deploys")
    plain, wide = (rate_per(6, amount, Per("deploys", 1e3), dispersion=d) for d in (1.0, 2.0))
    assert wide.estimate == plain.estimate
    assert wide.low is not None
    assert wide.high is not None
    assert plain.low is not None
    assert plain.high is not None
    assert wide.low < plain.low < plain.high < wide.high


def test_an_unknown_amount_gives_no_rate_but_its_reason() -> None:
    unknown = Answer(None, unit="deploys", reason="no amount of deploys is loaded for May")
    found = rate_per(6, unknown, Per("deploys", 1e3))
    assert (found.estimate, found.reason, found.n) == (None, unknown.reason, 6)


def test_nothing_deployed_gives_no_rate_and_not_an_infinite_one() -> None:
    found = rate_per(0, Answer(0.0, unit="deploys"), Per("deploys", 1e3))
    assert found.estimate is None
    assert found.reason == "there were no deploys, so there is no rate"


def test_the_store_opens_on_the_day_of_its_first_record() -> None:
    assert opened(select(exposed(INCIDENTS), Scope())) == dt.datetime(2026, 5, 9)
    assert opened(select(exposed([{}]), Scope())) == dt.datetime.min
