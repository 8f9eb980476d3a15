"""The mix of causes in a review: one question, without a direction."""

import datetime as dt
from typing import Any

import pytest

from analytics.review.causes import ONLY_REFERENCE, CauseMeasure, MixMeasure, causes_of
from analytics.review.periods import Sides, sides, timeline
from analytics.selection import Scope, select
from tests.support.histories import history

START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)


def _caused(day: str, **counts: int) -> list[dict[str, Any]]:
    return [
        {
            "impact_started_at": day,
            "root_cause_category": None if cause == "none" else cause,
        }
        for cause, count in counts.items()
        for _ in range(count)
    ]


def _evenly(since: dt.date, until: dt.date, **counts: int) -> list[dict[str, Any]]:
    """Incidents of each cause at equal distances: none comes in storms."""
    return [
        incident
        for cause, count in counts.items()
        for k in range(count)
        for incident in _caused(
            (since + (until - since) * (2 * k + 1) / (2 * count)).isoformat(), **{cause: 1}
        )
    ]


def _measured(
    now: dict[str, int], then: dict[str, int], *, since: dt.date = dt.date(2025, 10, 1)
) -> tuple[MixMeasure, Sides]:
    incidents = [
        *_caused("2020-01-01", software=1),
        *_evenly(since, START, **then),
        *_evenly(START, END, **now),
    ]
    view = select(history(incidents), Scope())
    line = timeline(view, as_of=dt.datetime(2027, 1, 1), start=START, breaks=())
    beside = sides(line, start=START, end=END, breaks=())
    return MixMeasure(causes_of(line, beside.now, beside.reference)), beside


def test_the_points_that_moved_are_counted_once() -> None:
    measured, beside = _measured({"software": 10, "network": 30}, {"software": 30, "network": 10})
    found = measured.compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(0.5)
    assert found.change.low is None
    assert found.p_value is not None
    assert found.p_value < 0.001
    rise, _ = measured.smallest(beside.now, beside.reference, level=0.05)
    assert rise.reason == "of the commonest cause, software"


def test_the_same_mix_is_no_signal() -> None:
    measured, beside = _measured({"software": 10, "network": 5}, {"software": 40, "network": 20})
    found = measured.compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(0.0)
    assert found.p_value == 1.0


def test_causes_are_compared_with_the_reference_only() -> None:
    measured, beside = _measured({"software": 10}, {"software": 10})
    assert measured.compare(beside.now, beside.previous).change.reason == ONLY_REFERENCE


def test_the_figure_is_how_many_causes_are_known() -> None:
    measured, beside = _measured({"software": 6, "none": 3, "unknown": 3}, {"software": 10})
    figure = measured.figure(beside.now)
    assert (figure.estimate, figure.n) == (0.5, 12)


def test_without_a_known_cause_nothing_is_tested() -> None:
    measured, beside = _measured({"none": 8}, {"software": 10})
    found = measured.compare(beside.now, beside.reference)
    assert found.p_value is None
    assert found.change.reason == "a period has no incident of known cause"


def test_a_cause_is_held_against_its_usual_rate() -> None:
    three_years = dt.date(2023, 10, 1)
    mix, beside = _measured(
        {"software": 12, "network": 3}, {"software": 12, "network": 72}, since=three_years
    )
    found = CauseMeasure(mix.causes, "software").compare(beside.now, beside.reference)
    usual = mix.causes.usual
    assert 3 * 365 - 30 < usual.days <= 3 * 365 + 1
    assert found.change.estimate == pytest.approx((12 / 92) / (12 / usual.days))
    assert found.p_value is not None
    assert found.p_value < 0.001


def test_where_everything_rises_alike_no_cause_rose_among_the_others() -> None:
    mix, beside = _measured({"software": 20, "network": 20}, {"software": 20, "network": 20})
    rose, p_value = CauseMeasure(mix.causes, "software").among_all(beside.now)
    assert p_value > 0.5
    assert not rose


def test_a_cause_that_comes_in_storms_is_compared_as_wide_as_they_are() -> None:
    storms = [
        {"impact_started_at": f"2026-{month:02}-0{day}", "root_cause_category": cause}
        for month, cause in ((1, "network"), (3, "software"), (5, "network"), (7, "software"))
        for day in (1, 2, 3)
        for _ in range(6)
    ]
    calm = _caused("2020-01-01", software=1)
    view = select(history([*calm, *storms, *_caused("2026-11-01", software=15)]), Scope())
    line = timeline(view, as_of=dt.datetime(2027, 1, 1), start=START, breaks=())
    beside = sides(line, start=START, end=END, breaks=())
    causes = causes_of(line, beside.now, beside.reference)
    assert causes.storms > 5.0
    p_value = MixMeasure(causes).compare(beside.now, beside.reference).p_value
    assert p_value is not None
    assert p_value > 0.05
