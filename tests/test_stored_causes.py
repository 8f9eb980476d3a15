"""Known causes: proposals come and go, and what people had a say in never moves by itself."""

import pytest

from data.added import WrongField
from data.known_causes import (
    KnownCause,
    Member,
    NoSuchCause,
    Shown,
    known_cause,
    known_causes,
    merge,
    move,
    propose,
    release,
    rename,
    split,
)
from data.record import Incident
from data.store import Store


def group(cause_id: str, incidents: str, name: str = "") -> KnownCause:
    """A proposal of the incidents named by single letters."""
    return KnownCause(cause_id, tuple(Member(one, reason="same words") for one in incidents), name)


def kept(cause_id: str) -> Shown:
    """A cause as it is stored."""
    return Shown(cause_id, ())


def shape(store: Store) -> dict[str, str]:
    """The incidents of each cause, pinned ones as capitals."""
    return {
        cause.id: "".join(
            m.incident_id.upper() if m.pinned else m.incident_id for m in cause.members
        )
        for cause in known_causes(store)
    }


def names(store: Store) -> dict[str, str]:
    return {cause.id: cause.name for cause in known_causes(store)}


def test_proposals_come_back_as_they_were_made(store: Store) -> None:
    proposals = [group("a", "acb", "Expired certificates"), group("d", "de")]
    assert propose(store, proposals)
    assert known_causes(store) == proposals


def test_the_same_proposals_again_change_nothing(store: Store) -> None:
    propose(store, [group("a", "ab", "DNS")])
    revision = store.revision()
    assert not propose(store, [group("a", "ab", "DNS")])
    assert store.revision() == revision


def test_new_proposals_replace_the_old_ones_whole(store: Store) -> None:
    propose(store, [group("a", "ab", "DNS"), group("c", "cd")])
    propose(store, [group("a", "ac", "DNS caches")])
    assert shape(store) == {"a": "ac"}
    assert names(store) == {"a": "DNS caches"}
    propose(store, [])
    assert shape(store) == {}


def test_an_incident_in_two_proposals_belongs_to_the_first(store: Store) -> None:
    propose(store, [group("a", "ab"), group("c", "cb"), group("e", "b")])
    assert shape(store) == {"a": "ab", "c": "c"}


def test_naming_pins_all_members_and_outlives_proposals(store: Store) -> None:
    propose(store, [group("a", "ab", "DNS")])
    assert rename(store, kept("a"), " Stale resolvers ", by="network")
    propose(store, [group("a", "c", "DNS"), group("x", "xb")])
    assert shape(store) == {"a": "ABc", "x": "x"}
    named = known_causes(store)[0]
    assert (named.name, named.named_by, named.pinned) == ("Stale resolvers", "network", True)
    assert named.named_at is not None


def test_pinned_members_keep_their_reason_and_unnamed_causes_take_the_proposed_name(
    store: Store,
) -> None:
    propose(store, [group("a", "ab", "DNS")])
    move(store, "b", kept("a"), reason="same resolver")
    propose(store, [group("a", "ab", "Resolvers")])
    (cause,) = known_causes(store)
    assert cause.name == "Resolvers"
    assert cause.members == (Member("b", True, "same resolver"), Member("a", False, "same words"))


def test_a_cause_that_is_not_proposed_any_more_keeps_its_pinned_members(store: Store) -> None:
    propose(store, [group("a", "abc")])
    move(store, "b", kept("a"))
    propose(store, [])
    assert shape(store) == {"a": "B"}


def test_the_same_name_again_changes_nothing(store: Store) -> None:
    propose(store, [group("a", "ab")])
    rename(store, kept("a"), "DNS")
    assert not rename(store, kept("a"), "DNS")


@pytest.mark.parametrize("name", ["", "  ", "x" * 301])
def test_a_name_has_to_be_one(store: Store, name: str) -> None:
    propose(store, [group("a", "ab")])
    with pytest.raises(WrongField, match="name: needs 1 to 300 characters"):
        rename(store, kept("a"), name)


def test_merging_pins_both_and_keeps_the_name_that_people_gave(store: Store) -> None:
    propose(store, [group("a", "ab", "proposed"), group("c", "cd"), group("e", "ef", "also")])
    rename(store, kept("c"), "DNS", by="network")
    merge(store, kept("a"), kept("c"))
    assert shape(store) == {"a": "ABCD", "e": "ef"}
    assert names(store) == {"a": "DNS", "e": "also"}
    merge(store, kept("e"), kept("a"))
    assert (shape(store), names(store)) == ({"e": "EFABCD"}, {"e": "DNS"})


def test_a_cause_cannot_be_merged_with_itself(store: Store) -> None:
    propose(store, [group("a", "ab")])
    with pytest.raises(ValueError, match="itself"):
        merge(store, kept("a"), kept("a"))


def test_splitting_pins_both_sides_apart(store: Store) -> None:
    propose(store, [group("a", "abcd", "DNS")])
    assert split(store, kept("a"), ["d", "c"]) == "c"
    propose(store, [group("a", "abcd", "DNS")])
    assert shape(store) == {"a": "AB", "c": "CD"}


def test_a_split_takes_an_id_that_is_free(store: Store) -> None:
    propose(store, [group("a", "abc")])
    assert split(store, kept("a"), ["a"]) == "a+"
    assert shape(store) == {"a": "BC", "a+": "A"}


@pytest.mark.parametrize("chosen", [[], ["a", "b"]])
def test_splitting_needs_incidents_on_both_sides(store: Store, chosen: list[str]) -> None:
    propose(store, [group("a", "ab")])
    with pytest.raises(ValueError, match="both sides"):
        split(store, kept("a"), chosen)


def test_moving_pins_and_an_emptied_cause_is_gone(store: Store) -> None:
    propose(store, [group("a", "ab"), group("c", "c")])
    move(store, "c", kept("a"))
    propose(store, [group("a", "ab"), group("c", "c")])
    assert shape(store) == {"a": "Cab"}


def test_an_incident_that_is_in_no_cause_can_be_moved_into_one(store: Store) -> None:
    propose(store, [group("a", "ab")])
    move(store, "z", kept("a"))
    assert shape(store) == {"a": "abZ"}


def test_what_is_not_there_is_named_in_words_and_changes_nothing(store: Store) -> None:
    propose(store, [group("a", "ab")])
    revision = store.revision()
    with pytest.raises(NoSuchCause, match="no known cause 'x'"):
        move(store, "a", kept("x"))
    with pytest.raises(NoSuchCause, match="no known cause 'x'"):
        merge(store, kept("a"), kept("x"))
    with pytest.raises(NoSuchCause, match="not in the known cause 'a': y, z"):
        split(store, kept("a"), ["a", "z", "y"])
    assert (shape(store), store.revision()) == ({"a": "ab"}, revision)


def test_known_causes_outlive_reloads_updates_and_clearing(store: Store) -> None:
    store.load([Incident(id="a"), Incident(id="b")], source="test")
    propose(store, [group("a", "ab")])
    rename(store, kept("a"), "DNS")
    before = known_causes(store)
    store.load([Incident(id="a", title="new")], source="update")
    store.clear()
    store.load([Incident(id="b"), Incident(id="a")], source="again")
    assert known_causes(store) == before


def test_what_is_changed_is_held_as_it_is_shown_and_taken_out_of_other_causes(
    store: Store,
) -> None:
    propose(store, [group("a", "abc"), group("x", "xy")])
    rename(store, Shown("a", "aby"), "DNS")
    assert shape(store) == {"a": "ABYC", "x": "x"}
    rename(store, Shown(None, "x"), "Disks")
    assert shape(store) == {"a": "ABYC", "x+": "X"}


def test_one_cause_is_read_without_the_others(store: Store) -> None:
    propose(store, [group("a", "ab", "DNS"), group("c", "cd")])
    assert known_cause(store, "a") == group("a", "ab", "DNS")
    assert known_cause(store, "nobody") is None


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u202e\u2060", "x" * 301])
def test_a_name_that_nobody_could_see_or_keep_is_refused(store: Store, name: str) -> None:
    propose(store, [group("a", "ab", "DNS")])
    with pytest.raises(WrongField, match="name"):
        rename(store, kept("a"), name)
    assert names(store) == {"a": "DNS"}


def test_what_is_released_is_in_no_cause_until_it_is_proposed_anew(store: Store) -> None:
    propose(store, [group("a", "ab", "DNS"), group("c", "cd")])
    rename(store, kept("a"), "Ours", by="network")
    assert release(store, "a")
    assert shape(store) == {"c": "cd"}
    propose(store, [group("x", "ab", "Resolvers")])
    assert names(store) == {"x": "Resolvers"}
    with pytest.raises(NoSuchCause):
        release(store, "nobody")


def test_why_incidents_were_put_somewhere_is_kept(store: Store) -> None:
    propose(store, [group("a", "ab"), group("c", "cd")])
    merge(store, kept("a"), kept("c"), reason="merged by Ana")
    split(store, kept("a"), ["b"], reason="split off")
    reasons = {m.incident_id: m.reason for cause in known_causes(store) for m in cause.members}
    assert reasons == {
        "a": "same words",
        "b": "split off",
        "c": "merged by Ana",
        "d": "merged by Ana",
    }
