"""Causes grouped from links or families, and their recurrences worked out by hand."""

import datetime as dt

import numpy as np
import pytest

from analytics.known_causes.grouping import (
    NO_CAUSE,
    gaps,
    known_causes,
    recurrences,
    still_to_say,
)
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
# Each is resolved three hours after it began.
ROWS = [
    incident("2025-01-01"),
    incident("2025-02-01"),
    incident("2025-02-01 12:00"),  # nine hours after the one before was over: the same event
    incident("2025-04-01"),
    incident("2025-05-01"),
]
REPEATS = find_repeats(history_of(ROWS, [link(1, 0), link(2, 1), link(3, 1)]))


def test_without_families_confirmed_links_make_the_causes() -> None:
    causes = known_causes(REPEATS)
    assert [list(causes.members(cause)) for cause in range(len(causes))] == [[0, 1, 2, 3], [4]]


def test_families_are_taken_as_given_and_the_rest_stand_alone() -> None:
    causes = known_causes(REPEATS, np.array([7, -1, -1, 7, 7]))
    grouped = sorted(list(causes.members(cause)) for cause in range(len(causes)))
    assert grouped == [[0, 3, 4], [1], [2]]


def test_each_incident_needs_a_family() -> None:
    with pytest.raises(ValueError, match="5 incidents, got 2"):
        known_causes(REPEATS, np.array([1, 2]))


def test_drills_and_undated_records_belong_to_no_cause() -> None:
    rows = [{**ROWS[0], "kind": "drill"}, incident(None), ROWS[1]]
    assert list(known_causes(find_repeats(history_of(rows, []))).of) == [NO_CAUSE, NO_CAUSE, 0]


def test_a_cascade_is_no_recurrence() -> None:
    found = recurrences(known_causes(REPEATS), np.array([0]), as_of=AS_OF)
    assert list(found.days) == [31.0, 90.0]
    assert list(found.watched) == [364.0]


def test_what_begins_while_any_incident_of_the_cause_goes_on_is_no_recurrence() -> None:
    rows = [
        incident("2025-01-01", hours=10 * 24),
        incident("2025-01-03"),
        incident("2025-01-06"),  # days after the one just before, while the first still goes on
        incident("2025-01-14"),
    ]
    causes = known_causes(find_repeats(history_of(rows, [])), np.zeros(4, np.intp))
    assert causes.new_event.tolist() == [True, False, False, True]
    assert recurrences(causes, np.array([0]), as_of=AS_OF).days.tolist() == [13.0]
    away = gaps(causes, np.ones(4, bool), as_of=dt.datetime(2025, 1, 14, 3))
    assert away.days.tolist() == [pytest.approx(2 + 23 / 24), 0.0]


def test_an_incident_that_was_never_closed_takes_the_next_one_into_its_event_and_no_more() -> None:
    still_open = {**incident("2025-01-01"), "status": "open", "resolved_at": None}
    rows = [still_open, incident("2025-03-01"), incident("2025-05-01")]
    causes = known_causes(find_repeats(history_of(rows, [])), np.zeros(3, np.intp))
    assert causes.new_event.tolist() == [True, False, True]


def test_nothing_recurs_after_the_moment_looked_from() -> None:
    found = recurrences(known_causes(REPEATS), np.array([0, 1]), as_of=dt.datetime(2025, 3, 1))
    assert list(found.days) == [31.0]
    assert list(found.watched) == [59.0, 0.0]


def test_gaps_run_from_the_end_of_an_event_to_the_next_or_until_today() -> None:
    everything = np.ones(len(ROWS), bool)
    found = gaps(known_causes(REPEATS), everything, as_of=AS_OF)
    away = 3 / 24
    # The event of 1 February was over with its cascade, at 15:00.
    assert found.days == pytest.approx([31 - away, 58.375, 274 - away, 244 - away])
    assert list(found.came_back) == [True, True, False, False]
    assert list(found.cause) == [0, 0, 0, 1]


def test_causes_of_some_incidents_are_named_once_and_drills_have_none() -> None:
    rows = [*ROWS, {**incident("2025-06-01"), "kind": "drill"}]
    causes = known_causes(find_repeats(history_of(rows, [link(1, 0), link(3, 1)])))
    assert causes.within(np.array([5])).tolist() == []
    assert causes.within(np.array([3, 0, 4])).tolist() == sorted({causes.of[0], causes.of[4]})


def test_an_open_incident_has_no_gap_and_is_counted_as_unknown() -> None:
    rows = [{**ROWS[0], "status": "open", "resolved_at": None}]
    found = gaps(known_causes(find_repeats(history_of(rows, []))), np.ones(1, bool), as_of=AS_OF)
    assert (len(found.days), found.unknown) == (0, 1)


def test_an_empty_history_has_no_causes() -> None:
    causes = known_causes(find_repeats(history_of([], [])))
    assert len(causes) == 0
    assert len(recurrences(causes, np.empty(0, np.intp), as_of=AS_OF).days) == 0
    assert len(gaps(causes, np.empty(0, bool), as_of=AS_OF).days) == 0


def test_what_two_incidents_of_one_confirmed_cause_share_needs_no_verdict() -> None:
    said = [link(1, 0), link(3, 1)]
    suggested = [link(3, 0, origin="suggested"), link(4, 0, origin="suggested")]
    causes = known_causes(find_repeats(history_of(ROWS, [*said, *suggested])))
    assert still_to_say(causes, np.array([2, 3])).tolist() == [3]
