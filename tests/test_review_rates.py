"""Rates are compared as wide as incidents cluster."""

import datetime as dt

import numpy as np
import pytest

from analytics.review.periods import Side, sides, timeline
from analytics.review.rates import RateMeasure, rate_measure
from analytics.selection import Scope, select
from analytics.statistics.rates import rate
from tests.support.histories import history

START, END = dt.date(2026, 1, 1), dt.date(2026, 4, 1)
AS_OF = dt.datetime(2026, 4, 1)


def _measured(moments: list[dt.datetime]) -> tuple[RateMeasure, Side, Side]:
    records = history([{"impact_started_at": moment.isoformat()} for moment in moments])
    line = timeline(select(records, Scope()), as_of=AS_OF, start=START, breaks=())
    beside = sides(line, start=START, end=END, breaks=())
    members = np.ones(len(line.rows), dtype=bool)
    return rate_measure(line, members, beside.now), beside.now, beside.reference


def _every(days: float, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    step = dt.timedelta(days=days)
    return [since + step * k for k in range(round((until - since) / step))]


def test_a_doubled_rate_has_a_ratio_of_two_and_a_small_p() -> None:
    before = _every(5, dt.datetime(2023, 1, 1), dt.datetime(2026, 1, 1))
    now = _every(2.5, dt.datetime(2026, 1, 1), dt.datetime(2026, 4, 1))
    measured, side, then = _measured(before + now)
    found = measured.compare(side, then)
    assert found.change.estimate == pytest.approx(2.0, rel=0.02)
    assert found.p_value is not None
    assert found.p_value < 0.01
    assert measured.figure(side).n == 36


def test_bad_months_in_the_past_make_the_same_rise_less_surprising() -> None:
    even = _every(5, dt.datetime(2023, 1, 1), dt.datetime(2026, 1, 1))
    bad = [
        moment
        for k in range(0, 37, 2)
        for moment in _every(
            2.5,
            dt.datetime(2025, 12, 2) - dt.timedelta(days=30 * k),
            dt.datetime(2026, 1, 1) - dt.timedelta(days=30 * k),
        )
    ]
    now = _every(2.5, dt.datetime(2026, 1, 1), dt.datetime(2026, 4, 1))
    calm, *_ = _measured(even + now)
    measured, side, then = _measured(bad + now)
    assert calm.clustered == 1.0
    assert measured.clustered > 5.0
    p_value = measured.compare(side, then).p_value
    assert p_value is not None
    assert p_value > 0.05
    plain, wide = rate(measured.count(side.span), side.days), measured.figure(side)
    assert plain.low is not None
    assert plain.high is not None
    assert wide.low is not None
    assert wide.high is not None
    assert wide.estimate == plain.estimate
    assert wide.low < plain.low < plain.high < wide.high


def test_too_few_incidents_are_not_compared() -> None:
    measured, side, then = _measured([dt.datetime(2023, 1, 1), dt.datetime(2026, 2, 1)])
    found = measured.compare(side, then)
    assert found.p_value is None
    assert found.change.reason == "needs 6 incidents, has 1"


def test_no_incident_in_the_period_is_a_rate_of_zero_with_an_upper_end() -> None:
    measured, side, _ = _measured([dt.datetime(2023, 1, 1)])
    figure = measured.figure(side)
    assert (figure.estimate, figure.low) == (0.0, 0.0)
    assert figure.high == pytest.approx(3.689 / 90, rel=1e-3)
