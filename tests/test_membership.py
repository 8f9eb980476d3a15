"""Confirmed and possible incidents of known causes, worked out by hand."""

import datetime as dt

import numpy as np
import pytest

from analytics.known_causes.grouping import NO_CAUSE, known_causes
from analytics.known_causes.membership import (
    Families,
    families_of,
    others_by_size,
    pairs_between,
    pairs_of_different,
    pairs_to_confirm,
    said_of,
)
from analytics.known_causes.overview import cause_list, possible_list
from analytics.matcher.families import Family
from analytics.repeats.ledger import find_repeats
from analytics.selection import Scope, select
from tests.support.repeating import Row, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)
ROWS = [
    *(incident(f"2025-0{month}-01", id=name) for month, name in enumerate("abcdef", 1)),
    {**incident("2025-08-01", id="drill"), "kind": "drill"},
]


def families(stored: list[Family], *links: Row) -> Families:
    return families_of(known_causes(find_repeats(history_of(ROWS, list(links)))), stored)


def shape(found: Families, *, of: str) -> tuple[list[str], list[str]]:
    """Confirmed and possible incidents of the cause that an incident belongs to."""
    family = found.family_of(of)
    assert family is not None
    return found.ids(found.confirmed(family)), found.ids(found.possible(family))


def test_possible_members_are_apart_from_those_that_people_confirmed() -> None:
    found = families([Family("a", ("a", "b", "c"), name="DNS")], link(1, 0))
    assert shape(found, of="c") == (["a", "b"], ["c"])
    assert shape(found, of="d") == (["d"], [])
    assert found.family_of("drill") is None
    assert found.family_of("nobody") is None


def test_possible_members_are_in_no_cause_of_the_statistics() -> None:
    found = families([Family("a", ("a", "b", "c"), name="DNS")], link(1, 0))
    cause = int(found.causes.of[0])
    assert found.causes.members(cause).tolist() == [0, 1]
    assert found.causes.names == {cause: "DNS"}
    assert found.causes.of[2] != cause


def test_where_nothing_is_confirmed_there_is_no_cause_to_count() -> None:
    found = families([Family("a", ("a", "b"), name="DNS")])
    assert shape(found, of="a") == ([], ["a", "b"])
    family = found.family_of("a")
    assert family is not None
    assert found.core[family] == NO_CAUSE
    assert found.causes.names == {}


def test_verdicts_count_at_once_whatever_was_stored() -> None:
    stored = [Family("a", ("a", "b")), Family("c", ("c", "d"))]
    found = families(stored, link(2, 1, origin="verdict"))
    assert shape(found, of="a") == (["b", "c"], ["a"])
    found = families(stored, link(1, 0, "different", "verdict"))
    assert shape(found, of="b") == (["b"], [])


def test_every_incident_that_counts_is_in_exactly_one_family() -> None:
    found = families([Family("a", ("a", "b", "gone")), Family("z", ("drill", "e"))], link(3, 2))
    assert sorted(found.incidents.tolist()) == list(range(6))
    assert [len(found.members(n)) for n in range(len(found))] == np.diff(found.first).tolist()
    assert found.of[6] == NO_CAUSE


def test_what_people_said_of_pairs_is_read_from_the_links() -> None:
    links = [link(1, 0), link(3, 2, "different"), link(5, 4, origin="suggested")]
    said = said_of(known_causes(find_repeats(history_of(ROWS, links))))
    assert said.together == (("a", "b"),)
    assert said.apart == {frozenset("cd")}


def test_the_list_keeps_confirmed_and_possible_incidents_apart() -> None:
    stored = [Family("a", ("a", "b", "c"), name="DNS"), Family("d", ("d", "e", "f"))]
    found = families(stored, link(1, 0))
    view = select(found.causes.repeats.history, Scope())
    causes = cause_list(found, view, as_of=AS_OF, most=10)
    assert (causes.incidents.tolist(), causes.possible.tolist(), causes.total) == ([2], [1], 1)
    groups = possible_list(found, view, most=10)
    assert (groups.incidents.tolist(), groups.total) == ([3], 1)
    assert (groups.earliest.tolist(), groups.latest.tolist()) == ([3], [5])


def test_a_possible_group_is_listed_when_one_of_its_incidents_is_in_view() -> None:
    found = families([Family("d", ("d", "e")), Family("a", ("a", "b", "c"))])
    history = found.causes.repeats.history
    view = select(history, Scope(start=dt.date(2025, 5, 1), end=dt.date(2025, 6, 1)))
    assert possible_list(found, view, most=10).earliest.tolist() == [3]
    assert possible_list(found, select(history, Scope()), most=1).total == 2


def test_an_empty_history_has_no_families() -> None:
    found = families_of(known_causes(find_repeats(history_of([], []))), [])
    assert len(found) == 0
    assert possible_list(found, select(found.causes.repeats.history, Scope()), most=5).total == 0


@pytest.mark.parametrize(
    ("chosen", "pairs"),
    [([2], [("c", "b")]), ([2, 5], [("c", "b"), ("f", "b")]), ([1], [])],
)
def test_each_chosen_one_is_confirmed_with_the_latest_confirmed_one_before_it(
    chosen: list[int], pairs: list[tuple[str, str]]
) -> None:
    found = families([Family("a", ("a", "b", "c", "f"))], link(1, 0))
    family = found.family_of("a")
    assert family is not None
    assert pairs_to_confirm(found, family, np.array(chosen)) == pairs


def test_where_nothing_is_confirmed_it_takes_two_to_confirm_a_cause() -> None:
    found = families([Family("a", ("a", "b", "c"))])
    family = found.family_of("a")
    assert family is not None
    assert pairs_to_confirm(found, family, np.array([2, 0])) == [("c", "a")]
    assert pairs_to_confirm(found, family, np.array([2])) == []


def test_taking_incidents_out_takes_back_every_link_in_between() -> None:
    links = [link(1, 0), link(2, 0), link(2, 1, "same_event"), link(5, 4), link(3, 2, "related")]
    found = families([], *links)
    assert pairs_between(found, np.array([2]), np.array([0, 1, 3])) == [("c", "a"), ("c", "b")]
    assert pairs_between(found, np.array([4]), np.array([0])) == []


def test_the_other_families_that_struck_again_come_with_the_largest_first() -> None:
    found = families([Family("a", ("a", "b")), Family("c", ("c", "d", "e"))])
    alone, small, large = (found.family_of(one) for one in "fac")
    assert alone is not None
    assert others_by_size(found, alone).tolist() == [large, small]
    assert others_by_size(found, int(large or 0)).tolist() == [small]


def test_records_of_one_event_have_struck_once() -> None:
    at = [f"2025-03-01T{hour:02}:00" for hour in (0, 6, 12)]
    rows = [incident(began, id=name) for began, name in zip(at, "xyz", strict=True)]
    again = incident("2025-06-01", id="again")
    links = [link(1, 0), link(2, 1)]
    once = families_of(known_causes(find_repeats(history_of(rows, links))), ())
    assert once.struck(int(once.of[0])) == 1
    twice = history_of([*rows, again], [*links, link(3, 0)])
    both = families_of(known_causes(find_repeats(twice)), ())
    assert both.struck(int(both.of[0])) == 2
    assert len(both.confirmed(int(both.of[0]))) == 4


def test_a_small_group_is_told_apart_pair_by_pair_and_a_known_cause_one_by_one() -> None:
    found = families([Family("a", ("a", "b", "c"))])
    family = found.family_of("a")
    assert family is not None
    assert set(pairs_of_different(found, family, most=3)) == {("b", "a"), ("c", "a"), ("c", "b")}
    assert pairs_of_different(found, family, most=2) == []
    known = families([Family("a", ("a", "b", "c"))], link(1, 0))
    family = known.family_of("a")
    assert family is not None
    assert pairs_of_different(known, family, most=0) == [("c", "b")]
