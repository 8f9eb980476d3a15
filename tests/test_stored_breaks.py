"""Breaks: kept beside the records, added once however often, and never in the way of a load."""

import datetime as dt

import pytest

from data.added import Break, add_break, breaks, remove_break
from data.record import Incident
from data.store import Store

DAY = dt.date(2024, 5, 1)


def test_breaks_come_back_in_order_of_their_days(store: Store) -> None:
    later = add_break(store, dt.date(2024, 9, 1), "Pager moved", by="SRE")
    earlier = add_break(store, DAY, "New severity scheme")
    assert breaks(store) == [earlier, later]
    assert (later.added_by, earlier.added_by) == ("SRE", "")
    assert later.added_at.tzinfo == dt.UTC


def test_the_same_note_on_the_same_day_is_one_break(store: Store) -> None:
    first = add_break(store, DAY, "New severity scheme", by="SRE")
    again = add_break(store, DAY, " New severity scheme ", by="somebody else")
    assert again.id == first.id
    assert breaks(store) == [first]
    assert store.revision() == 1


def test_a_break_before_1970_is_refused_in_words(store: Store) -> None:
    with pytest.raises(ValueError, match="outside 1970 to 2200"):
        add_break(store, dt.date(1969, 1, 1), "Too early")


@pytest.mark.parametrize("note", ["", "   ", "x" * 301])
def test_a_note_has_to_say_something_short(store: Store, note: str) -> None:
    with pytest.raises(ValueError, match="note"):
        add_break(store, DAY, note)
    assert breaks(store) == []


def test_a_removed_break_is_gone_and_the_revision_rises(store: Store) -> None:
    added = add_break(store, DAY, "New severity scheme")
    assert remove_break(store, added.id)
    assert breaks(store) == []
    assert store.revision() == 2


def test_removing_what_is_not_there_changes_nothing(store: Store) -> None:
    assert not remove_break(store, "nothing")
    assert store.revision() == 0


def test_breaks_stay_when_records_are_forgotten(store: Store) -> None:
    store.load([Incident(id="a")], source="test")
    added = add_break(store, DAY, "New severity scheme")
    store.clear()
    assert breaks(store) == [added]


def test_breaks_of_the_sample_go_with_it(store: Store) -> None:
    for forget in (store.clear, lambda: store.load([Incident(id="mine")], source="mine")):
        store.load([Incident(id="sample")], source="sample", as_sample=True)
        add_break(store, DAY, "Drawn into the sample to try it")
        forget()
        assert breaks(store) == []


def test_hostile_notes_are_only_text(store: Store) -> None:
    note = "'; DROP TABLE breaks; -- <script>%s {}"
    add_break(store, DAY, note)
    assert [one.note for one in breaks(store)] == [note]


def test_the_identity_of_a_break_is_what_it_says_and_not_who_added_it() -> None:
    one = Break(at=DAY, note="x", added_by="a")
    assert one.id == Break(at=DAY, note="x", added_by="b").id
    assert one.id != Break(at=DAY, note="y", added_by="a").id
