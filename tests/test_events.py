"""A storm of one cause is one event, however often it was recorded."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.recorded import events
from tests.support.histories import history

STORM = dt.datetime(2026, 3, 1)


def _at(hours: float, cause: str | None = "network", *services: str) -> dict[str, Any]:
    began = STORM + dt.timedelta(hours=hours)
    row = {"impact_started_at": began.isoformat(), "root_cause_category": cause}
    return row | ({"services": list(services)} if services else {})


def _events(*incidents: dict[str, Any], **tables: list[dict[str, Any]]) -> list[int]:
    return [int(event) for event in events(history(incidents, **tables))]


def test_incidents_of_one_cause_within_three_days_are_one_event() -> None:
    assert _events(_at(0), _at(5), _at(70)) == [0, 0, 0]


@pytest.mark.parametrize(("hours", "found"), [(72, [0, 0]), (72.01, [0, 1])])
def test_three_days_are_counted_to_the_second(hours: float, found: list[int]) -> None:
    assert _events(_at(0), _at(hours)) == found


def test_a_chain_reaches_as_far_as_each_follows_the_one_before() -> None:
    assert _events(*[_at(60 * n) for n in range(6)], _at(60 * 5 + 80)) == [0] * 6 + [6]


def test_another_cause_is_another_event_and_interrupts_none() -> None:
    assert _events(_at(0), _at(1, "software"), _at(2), _at(3, "software")) == [0, 1, 0, 1]


@pytest.mark.parametrize("cause", [None, "unknown"])
def test_incidents_of_unknown_cause_are_each_their_own(cause: str | None) -> None:
    assert _events(_at(0, cause), _at(1, cause), _at(1, cause), _at(1)) == [0, 1, 2, 3]


def test_an_incident_without_a_time_is_its_own() -> None:
    undated = {"root_cause_category": "network"}
    assert _events(_at(0), undated, undated, _at(1)) == [0, 1, 2, 0]


def test_what_people_said_was_one_event_is_one() -> None:
    incidents = [_at(0), _at(900, "software"), _at(1800, None), _at(2700)]
    said = {"later": 1, "earlier": 0, "relation": "same_event"}
    assert _events(*incidents, links=[said]) == [0, 0, 2, 3]
    joined = [said, {"later": 2, "earlier": 1, "relation": "same_event"}]
    assert _events(*incidents, links=joined) == [0, 0, 0, 3]


def test_a_repeat_is_another_event() -> None:
    said = {"later": 1, "earlier": 0, "relation": "repeat"}
    assert _events(_at(0), _at(900), links=[said]) == [0, 1]


def test_two_that_name_different_services_are_apart() -> None:
    assert _events(_at(0, "network", "web"), _at(1, "network", "db")) == [0, 1]


def test_one_service_in_common_is_enough() -> None:
    one, other = _at(0, "network", "web", "db"), _at(1, "network", "mail", "db", "queue")
    assert _events(one, other, _at(2, "network", "queue")) == [0, 0, 0]


def test_one_that_names_no_service_joins() -> None:
    assert _events(_at(0, "network", "web"), _at(1), _at(1.5)) == [0, 0, 0]
    assert _events(_at(0), _at(1, "network", "web")) == [0, 0]


def test_two_storms_at_the_same_time_are_told_apart_by_their_services() -> None:
    web, db = ("network", "web"), ("network", "db")
    both = [_at(0, *web), _at(1, *db), _at(2, *web), _at(3, *db), _at(4, *db)]
    assert _events(*both) == [0, 1, 0, 1, 1]


def test_no_incidents_are_no_events() -> None:
    records = history([_at(0)])
    none = records.incidents.iloc[:0]
    assert len(events(type(records).of(none, revision=1))) == 0


rows = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from(["network", "software", "unknown", None]),
        st.lists(st.sampled_from(["web", "db"]), unique=True),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)


@settings(max_examples=50)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(rows: list[Any], random: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    plain = _events(*[_at(hours, cause, *named) for hours, cause, named in rows])
    mixed = _events(*[_at(rows[n][0], rows[n][1], *rows[n][2]) for n in order])
    together = {frozenset((a, b)) for a in order for b in order if plain[a] == plain[b]}
    found = {frozenset((order[a], order[b])) for a in order for b in order if mixed[a] == mixed[b]}
    assert found == together


@settings(max_examples=50)
@given(rows)
def test_an_event_bears_the_number_of_its_first_record(rows: list[Any]) -> None:
    found = _events(*[_at(hours, cause, *named) for hours, cause, named in rows])
    assert all(found[event] == event and event <= place for place, event in enumerate(found))
