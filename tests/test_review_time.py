"""The duration of a review: time to mitigate, or to resolve where that is hardly known."""

import datetime as dt
import math
from typing import Any

import pytest

from analytics.clocks import TTM, TTR
from analytics.recorded import events
from analytics.review.periods import Sides, Timeline, sides, timeline
from analytics.review.time import TimeMeasure, first_step, review_times, time_measures
from analytics.selection import Scope, select
from tests.support.histories import history

START, END = dt.date(2026, 10, 1), dt.date(2027, 1, 1)
AS_OF = dt.datetime(2027, 1, 1)
NOW, THEN = dt.datetime(2026, 11, 1), dt.datetime(2026, 2, 1)


def _line(incidents: list[dict[str, Any]]) -> tuple[Timeline, Sides]:
    first = {"impact_started_at": "2020-01-01"}
    view = select(history([first, *incidents]), Scope())
    line = timeline(view, as_of=AS_OF, start=START, breaks=())
    return line, sides(line, start=START, end=END, breaks=())


def _first(line: Timeline, beside: Sides) -> tuple[TimeMeasure, str]:
    measures = time_measures(line, beside, events(line.view.history))
    step, instead = first_step(measures, beside)
    return measures[step], instead


def _lasting(began: dt.datetime, *hours: float, mitigated: bool = True) -> list[dict[str, Any]]:
    return [
        {
            "impact_started_at": began.isoformat(),
            "resolved_at": (began + dt.timedelta(hours=2 * each)).isoformat(),
            "mitigated_at": (began + dt.timedelta(hours=each)).isoformat() if mitigated else None,
        }
        for each in hours
    ]


def test_the_claim_is_about_the_geometric_means_of_the_time_to_mitigate() -> None:
    line, beside = _line([*_lasting(THEN, *[2, 8] * 6), *_lasting(NOW, *[1, 4] * 6)])
    measured, instead = _first(line, beside)
    assert (measured.durations.step, instead) == (TTM, "")
    figure, found = (
        measured.figure(beside.now),
        measured.compare(beside.now, beside.reference),
    )
    assert figure.estimate == pytest.approx(2 * 3600)
    assert found.change.estimate == pytest.approx(0.5)
    rise, fall = measured.smallest(beside.now, beside.reference, level=0.05)
    assert rise.estimate is not None
    assert fall.estimate is not None
    assert rise.estimate * fall.estimate == pytest.approx(1.0)


def test_where_mitigation_is_hardly_recorded_the_time_to_resolve_takes_its_place() -> None:
    rest = _lasting(THEN, *[2.0] * 7, mitigated=False)
    line, beside = _line([*rest, *_lasting(NOW, 1, 2, 4)])
    measured, instead = _first(line, beside)
    assert measured.durations.step is TTR
    assert instead == "mitigation is recorded for 3 of 10 incidents"


def test_an_incident_without_a_clock_changes_no_duration() -> None:
    incidents = [*_lasting(THEN, *[2, 8] * 6), *_lasting(NOW, *[1, 4] * 6)]
    line, beside = _line(incidents)
    plain = _first(line, beside)[0].figure(beside.now)
    more, more_beside = _line([*incidents, {"impact_started_at": NOW.isoformat()}])
    found = _first(more, more_beside)[0].figure(more_beside.now)
    assert (found.estimate, found.n) == (plain.estimate, plain.n)
    assert found.n_missing == plain.n_missing + 1


def test_medians_and_distributions_stand_beside_the_claim() -> None:
    line, beside = _line([*_lasting(THEN, *[3.0] * 7), *_lasting(NOW, 1, 2, 3, 4, 5, 6, 7)])
    found = review_times(*_first(line, beside), beside)
    assert found.medians["now"].estimate == 4 * 3600
    assert found.medians["previous"].reason == "none recorded"
    assert (found.now.n, found.reference.n) == (7, 7)
    assert found.comparison is not None
    assert math.isclose(found.now.shares[-1], 1.0)


def test_ten_records_of_one_event_say_no_more_than_one_event() -> None:
    def storm(day: int, hours: float) -> list[dict[str, Any]]:
        began = dt.datetime(2026, 2, day)
        return [
            {**each, "root_cause_category": "network"} for each in _lasting(began, *[hours] * 10)
        ]

    apart = [*_lasting(THEN, *[1, 9, 3] * 10), *_lasting(NOW, *[2, 8] * 10)]
    together = [*storm(1, 1), *storm(9, 9), *storm(18, 3), *_lasting(NOW, *[2, 8] * 10)]
    p_values = []
    for incidents in (apart, together):
        line, beside = _line(incidents)
        p_value = _first(line, beside)[0].compare(beside.now, beside.reference).p_value
        assert p_value is not None
        p_values.append(p_value)
    assert p_values[1] > 1.5 * p_values[0]


def test_a_change_that_rests_on_open_incidents_has_no_evidence() -> None:
    still_open = [{"impact_started_at": NOW.isoformat(), "status": "open"} for _ in range(12)]
    short = _lasting(NOW, *[0.2, 0.5] * 6)
    line, beside = _line([*_lasting(THEN, *[2, 8] * 12), *short, *still_open])
    found = _first(line, beside)[0].compare(beside.now, beside.reference)
    assert found.change.estimate is not None
    assert found.change.estimate < 1.0
    assert found.p_value == 1.0
