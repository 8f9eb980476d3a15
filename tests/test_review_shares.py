"""Shares in a review: each with its own denominator, actions with their full time."""

import datetime as dt
from typing import Any

import pytest

from analytics.actions.pace import fates
from analytics.recorded import events
from analytics.repeats.ledger import find_repeats
from analytics.review.periods import Sides, Timeline, sides, timeline
from analytics.review.shares import (
    detectable_points,
    done_within,
    found_outside,
    repeating,
)
from analytics.selection import Scope, select
from analytics.targets import Promise, Target, promise
from tests.support.histories import history

START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)
AS_OF = dt.datetime(2027, 1, 1)


def _line(
    incidents: list[dict[str, Any]], **tables: list[dict[str, Any]]
) -> tuple[Timeline, Sides]:
    records = history(incidents, **tables)
    line = timeline(select(records, Scope()), as_of=AS_OF, start=START, breaks=())
    return line, sides(line, start=START, end=END, breaks=())


def _found(day: str, source: str | None, count: int) -> list[dict[str, Any]]:
    return [{"impact_started_at": day, "detection_source": source}] * count


def test_who_found_it_is_a_share_of_those_where_it_is_known() -> None:
    incidents = [
        *_found("2026-11-01", "customer", 2),
        *_found("2026-11-01", "partner", 1),
        *_found("2026-11-01", "monitoring", 9),
        *_found("2026-11-01", None, 5),
        *_found("2026-11-01", "unknown", 1),
    ]
    line, beside = _line(incidents)
    figure = found_outside(line, events(line.view.history)).figure(beside.now)
    assert (figure.estimate, figure.n, figure.n_missing) == (3 / 12, 12, 6)


def test_a_share_that_rose_by_half_is_seen() -> None:
    incidents = [
        *_found("2026-01-01", "customer", 2),
        *_found("2026-01-01", "monitoring", 38),
        *_found("2026-11-01", "customer", 12),
        *_found("2026-11-01", "monitoring", 8),
    ]
    line, beside = _line(incidents)
    found = found_outside(line, events(line.view.history)).compare(beside.now, beside.reference)
    assert found.change.estimate == pytest.approx(0.55)
    assert found.p_value is not None
    assert found.p_value < 2e-3
    measured = found_outside(line, events(line.view.history))
    rise, fall = measured.smallest(beside.now, beside.reference, level=0.05)
    assert rise.estimate is not None
    assert fall.estimate is None  # from 5 % there is nowhere to fall


def test_six_are_needed_on_each_side() -> None:
    line, beside = _line(
        [*_found("2026-01-01", "customer", 9), *_found("2026-11-01", "customer", 5)]
    )
    found = found_outside(line, events(line.view.history)).compare(beside.now, beside.reference)
    assert found.p_value is None
    assert found.change.reason == "needs 6 incidents in each period, has 5"


def test_repeats_are_a_share_of_the_incidents_whose_cause_was_looked_for() -> None:
    cause = {"root_cause_category": "software"}
    incidents = [
        {"impact_started_at": "2026-02-01", "resolved_at": "2026-02-01T02:00", **cause},
        {"impact_started_at": "2026-11-01", **cause},
        {"impact_started_at": "2026-11-02", **cause},
        {"impact_started_at": "2026-11-03"},
    ]
    links = [{"later": 1, "earlier": 0, "relation": "repeat", "origin": "record"}]
    line, beside = _line(incidents, links=links)
    figure = repeating(
        line, find_repeats(line.view.history), beside, events(line.view.history)
    ).figure(beside.now)
    assert (figure.estimate, figure.n, figure.n_missing) == (0.5, 2, 1)


def _action(created: str, status: str, ended: str | None = None) -> dict[str, Any]:
    return {
        "incident": 0,
        "status": status,
        "created_on": dt.datetime.fromisoformat(created),
        "completed_on": None if ended is None else dt.datetime.fromisoformat(ended),
    }


def test_an_action_counts_in_the_period_of_its_thirtieth_day() -> None:
    actions = [
        _action("2026-09-01", "done", "2026-10-01"),  # 30th day 1 October: in, done in time
        _action("2026-08-31", "done", "2026-09-10"),  # 30 September: before
        _action("2026-10-15", "done", "2026-11-20"),  # in, done too late
        _action("2026-10-20", "wont_do", "2026-10-21"),  # in, given up
        _action("2026-12-01", "open"),  # 31 December: in, not done
        _action("2026-12-02", "open"),  # 1 January: after
    ]
    line, beside = _line([{"impact_started_at": "2026-08-01"}], actions=actions)
    figure = done_within(line, Promise()).figure(beside.now)
    assert (figure.estimate, figure.n, figure.n_missing) == (0.25, 4, 0)


def test_an_action_has_the_days_that_are_promised_for_the_severity_of_its_incident() -> None:
    incidents = [
        {"impact_started_at": "2026-08-01", "severity": "SEV1"},
        {"impact_started_at": "2026-08-02", "severity": "SEV3"},
        {"impact_started_at": "2026-08-03", "severity": None},
    ]
    given = [
        (0, "2026-09-24", "2026-10-01"),  # 7th day 1 October: in, done in time
        (0, "2026-10-01", "2026-10-09"),  # 8 October: in, too late
        (0, "2026-12-25", None),  # 1 January: after
        (1, "2026-09-24", "2026-10-20"),  # 14th day 8 October: in, too late
        (2, "2026-09-24", "2026-10-08"),  # the same, in time
    ]
    actions = [
        _action(made, "done" if done else "open", done) | {"incident": k} for k, made, done in given
    ]
    days = promise([Target("done", 7 * 86_400.0, "SEV1"), Target("done", 14 * 86_400.0)])
    assert days.words == "14 days (SEV1 7)"
    line, beside = _line(incidents, actions=actions)
    figure = done_within(line, days).figure(beside.now)
    assert (figure.estimate, figure.n, figure.n_missing) == (0.5, 4, 0)


def test_actions_that_ended_on_an_unknown_day_take_the_figure_away() -> None:
    actions = [
        *[_action("2026-10-01", "done", "2026-10-05")] * 8,
        *[_action("2026-10-01", "done")] * 2,
    ]
    line, beside = _line([{"impact_started_at": "2026-08-01"}], actions=actions)
    figure = done_within(line, Promise()).figure(beside.now)
    assert figure.reason == "2 of 10 done actions do not say when they were done"
    assert fates(line.view.actions, as_of=AS_OF).undated.sum() == 2


def test_detectable_points_shrink_with_n_and_have_no_room_at_the_edges() -> None:
    few_rise, few_fall = detectable_points(0.5, 20, 80)
    many_rise, many_fall = detectable_points(0.5, 200, 800)
    assert few_rise is not None
    assert few_fall is not None
    assert many_rise is not None
    assert many_fall is not None
    assert few_rise > many_rise > 0 > many_fall > few_fall
    assert detectable_points(0.0, 20, 80)[1] is None
    assert detectable_points(1.0, 20, 80)[0] is None
