"""Which links count as repeats, and why the others do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import moments_of
from analytics.duplicates import originals
from analytics.pairs import components
from analytics.repeats.links import Aside, confirm
from tests.support.repeating import Row, history_of, incident, link

FIRST = incident("2025-01-01 10:00")
AGAIN = incident("2025-03-01 10:00")


def aside_of(rows: list[Row], *links: Row) -> list[Aside]:
    found = confirm(history_of(rows, list(links)))
    assert len(found.later) == 0
    return [Aside(each) for each in found.aside]


@pytest.mark.parametrize("relation", ["different", "related"])
def test_a_verdict_takes_a_declared_repeat_back(relation: str) -> None:
    links = [link(1, 0), link(0, 1, relation, "verdict")]
    assert aside_of([FIRST, AGAIN], *links) == [Aside.TAKEN_BACK]


def test_a_verdict_of_the_same_event_overrides_a_declared_repeat() -> None:
    links = [link(1, 0), link(1, 0, "same_event", "verdict")]
    assert aside_of([FIRST, AGAIN], *links) == [Aside.SAME_EVENT]


def test_a_verdict_confirms_what_the_record_denies() -> None:
    links = [link(1, 0, "different"), link(1, 0, "repeat", "verdict")]
    assert len(confirm(history_of([FIRST, AGAIN], links)).later) == 1


def test_a_repeat_begins_more_than_a_day_after_the_earlier_one_was_over() -> None:
    # FIRST was resolved on 1 January at 13:00.
    assert aside_of([FIRST, incident("2025-01-02 13:00")], link(1, 0)) == [Aside.TOO_SOON]
    on_time = confirm(history_of([FIRST, incident("2025-01-02 13:01")], [link(1, 0)]))
    assert len(on_time.later) == 1


def test_a_beginning_known_to_the_day_has_until_midnight() -> None:
    later = {**incident("2025-01-02"), "day_clocks": 1}
    found = confirm(history_of([{**FIRST, "day_clocks": 0}, later], [link(1, 0)]))
    assert len(found.later) == 1


def test_an_incident_that_is_not_over_cannot_have_been_repeated() -> None:
    still = {**FIRST, "status": "open", "resolved_at": None}
    assert aside_of([still, AGAIN], link(1, 0)) == [Aside.EARLIER_OPEN]


def test_without_a_resolution_the_last_known_time_ends_an_incident() -> None:
    found = moments_of(history_of([{**FIRST, "resolved_at": None}], []).incidents)
    assert found.over[0] == np.datetime64("2025-01-01T12:00:00")


def test_an_incident_without_any_time_has_no_order() -> None:
    assert aside_of([incident(None), AGAIN], link(1, 0)) == [Aside.ORDER_UNKNOWN]


def test_a_link_to_a_drill_does_not_count() -> None:
    assert aside_of([{**FIRST, "kind": "drill"}, AGAIN], link(1, 0)) == [Aside.NO_INCIDENT]


def test_a_link_to_nowhere_is_no_link() -> None:
    assert aside_of([FIRST, AGAIN], link(1, -1)) == []


def test_time_decides_which_incident_repeats_the_other() -> None:
    found = confirm(history_of([FIRST, AGAIN], [link(0, 1)]))
    assert (list(found.later), list(found.earlier)) == ([1], [0])


def test_a_repeat_of_a_second_report_repeats_the_event() -> None:
    rows = [
        {**FIRST, "duplicate_of": -1},
        {**FIRST, "duplicate_of": 0, "is_duplicate": True},
        {**AGAIN, "duplicate_of": -1},
    ]
    rows = [{"is_duplicate": False, **row} for row in rows]
    assert list(confirm(history_of(rows, [link(2, 1)])).earlier) == [0]


def test_duplicates_are_followed_to_the_end_and_circles_share_one_record() -> None:
    named = [-1, 0, 1, 4, 3, 5]
    rows = [{**FIRST, "duplicate_of": each} for each in named]
    assert list(originals(history_of(rows, []))) == [0, 0, 0, 3, 3, 5]


def test_same_event_and_repeat_make_one_cause_and_denied_links_do_not() -> None:
    rows = [incident(f"2025-0{month}-01") for month in range(1, 6)]
    links = [link(1, 0), link(2, 1, "same_event"), link(4, 3, "different")]
    cause = confirm(history_of(rows, links)).cause
    assert list(cause) == [0, 0, 0, 3, 4]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_those_of_a_walk(edges: list[tuple[int, int]]) -> None:
    expected = np.arange(31)
    for _ in range(31):
        for one, other in edges:
            expected[[one, other]] = min(expected[one], expected[other])
    ends = np.array(edges, dtype=np.intp).reshape(-1, 2)
    assert np.array_equal(components(31, ends[:, 0], ends[:, 1]), expected)
