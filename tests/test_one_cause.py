"""The record of one cause, worked out by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.frames import History
from analytics.known_causes.grouping import KnownCauses, known_causes
from analytics.known_causes.overview import NO_REPEAT, cause_history, common_recurrence, recurring
from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import find_repeats
from analytics.selection import UNKNOWN
from tests.support.repeating import history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)


def causes_of(history: History) -> KnownCauses:
    return known_causes(find_repeats(history))


def small() -> KnownCauses:
    """One cause with a cascade of its second event, and an incident that stands alone."""
    rows = [
        incident("2025-01-01", id="first"),
        incident("2025-02-01", id="again"),
        incident("2025-02-01 12:00", id="cascade"),
        incident("2025-04-01", id="last", hours=5),
        incident("2025-05-01", id="alone"),
        {**incident("2025-06-01", id="drill"), "kind": "drill"},
    ]
    history = history_of(rows, [link(1, 0), link(2, 1), link(3, 1)])
    services = pd.DataFrame({"incident": [0, 0, 1, 3, 4], "service": ["b", "a", "a", "a", "z"]})
    return causes_of(
        History.of(
            history.incidents, services=services, actions=history.actions, links=history.links
        )
    )


def test_the_record_counts_waits_from_the_end_of_the_event_before() -> None:
    found = cause_history(small(), 0, as_of=AS_OF)
    assert found.incidents.tolist() == [0, 1, 2, 3]
    # Three hours each; the cascade of 1 February was over at 15:00.
    assert found.days_away == pytest.approx([np.nan, 31 - 3 / 24, np.nan, 58 + 9 / 24], nan_ok=True)


def test_the_wait_after_a_long_event_counts_from_its_own_end() -> None:
    rows = [
        incident("2025-01-01", hours=10 * 24),
        incident("2025-01-03"),  # while the first still goes on
        incident("2025-02-01"),
    ]
    found = cause_history(causes_of(history_of(rows, [link(1, 0), link(2, 0)])), 0, as_of=AS_OF)
    # The first was over on 11 January at 01:00.
    assert found.days_away == pytest.approx([np.nan, np.nan, 20 + 23 / 24], nan_ok=True)


def test_a_cascade_is_no_confirmed_repeat() -> None:
    found = cause_history(small(), 0, as_of=AS_OF)
    assert found.repeat_class.tolist() == [NO_REPEAT, RepeatClass.R0, NO_REPEAT, RepeatClass.R0]


def test_services_count_incidents_and_those_without_one_are_said() -> None:
    assert cause_history(small(), 0, as_of=AS_OF).services == {"a": 3, "b": 1, UNKNOWN: 1}


def test_impact_is_added_up_with_how_many_are_unknown() -> None:
    rows = [incident("2025-01-01"), {**incident("2025-02-01"), "impact_started_at": None}]
    rows[1]["detected_at"] = pd.Timestamp("2025-02-01")
    found = cause_history(causes_of(history_of(rows, [link(1, 0)])), 0, as_of=AS_OF)
    assert (found.impact.estimate, found.impact.n, found.impact.n_missing) == (2.0, 1, 1)


def test_the_chance_to_be_back_is_that_of_its_own_waits() -> None:
    found = cause_history(small(), 0, as_of=AS_OF)
    assert {days: each.chance.estimate for days, each in found.back_within.items()} == {
        30: 0.0,
        90: pytest.approx(2 / 3),
        180: pytest.approx(2 / 3),
    }


def test_an_event_of_unknown_end_is_counted_apart() -> None:
    rows = [incident("2025-01-01"), {**incident("2025-02-01"), "status": "open"}]
    rows[1]["resolved_at"] = None
    found = cause_history(causes_of(history_of(rows, [link(1, 0)])), 0, as_of=AS_OF)
    assert found.gaps_unknown == 1


def test_recurrences_stand_beside_the_mean_of_all_causes_that_came_back() -> None:
    rows = [incident(f"2025-0{month}-01") for month in (1, 2, 3, 4, 5)]
    # Causes 0, 2, 4 and 1, 3: the first came back after 59 and 120 days, the second after 59.
    causes = causes_of(history_of(rows, [link(2, 0), link(4, 0), link(3, 1)]))
    found = recurring(causes, 0, as_of=AS_OF)
    assert (found.days.tolist(), found.watched) == ([59.0, 120.0], 364.0)
    assert not found.growth.shape.known
    common = common_recurrence(causes, as_of=AS_OF)
    assert (common.mean.mean.tolist(), common.causes) == ([1.0, 1.5], 2)


def test_a_cause_that_struck_just_now_has_no_recurrence() -> None:
    causes = causes_of(history_of([incident("2025-12-31")], []))
    found = recurring(causes, 0, as_of=AS_OF)
    assert (found.days.tolist(), found.watched) == ([], 0.0)
    assert common_recurrence(causes, as_of=AS_OF).causes == 0
