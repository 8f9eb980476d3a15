"""Is a change of known causes made whole or not at all, with the verdicts that belong to it?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from data import known_causes as stored
from data.added import WrongField
from data.exporting import export
from data.known_causes import (
    KnownCause,
    Member,
    Shown,
    known_causes,
    merge,
    move,
    propose,
    rename,
    split,
)
from data.lists import current_lists
from data.loading import load
from data.record import Incident
from data.store import Store, StoreBusy, open_store
from data.tables import KNOWN_CAUSES
from data.verdicts import judge, undo, verdicts

LONG = "z" * 301
A, C = Shown("a", "ab"), Shown("c", "cd")


@pytest.fixture
def store(store: Store) -> Store:
    """Two proposed causes, of which somebody said that they are different."""
    store.load([Incident(id=one) for one in "abcd"], source="test")
    propose(store, [group("a", "ab"), group("c", "cd")])
    judge(store, "c", "a", "different", by="ana")
    return store


def group(cause_id: str, incidents: str) -> KnownCause:
    return KnownCause(cause_id, tuple(map(Member, incidents)))


def everything(store: Store) -> tuple[object, ...]:
    return store.revision(), known_causes(store), verdicts(store)


def said(store: Store) -> set[tuple[str, str, str, str]]:
    return {(one.later_id, one.earlier_id, one.relation, one.by) for one in verdicts(store)}


def groups(store: Store) -> list[str]:
    return ["".join(one.incident_id for one in cause.members) for cause in known_causes(store)]


def merged(store: Store, by: str = "bo") -> None:
    merge(store, A, C, together=[("d", "b")], by=by)


def divided(store: Store, by: str = "bo") -> None:
    split(store, A, "b", apart=[("b", "a")], by=by)


def moved(store: Store, by: str = "bo") -> None:
    move(store, "c", A, apart=[("d", "c")], together=[("c", "b")], by=by)


def named(store: Store, by: str = "bo") -> None:
    rename(store, A, "DNS", by=by)


CHANGES = pytest.mark.parametrize("change", [merged, divided, moved, named])


@pytest.mark.parametrize(
    ("change", "pairs", "left"),
    [
        (merged, {("d", "b", "repeat", "bo")}, ["abcd"]),
        (
            divided,
            {("b", "a", "different", "bo"), ("c", "a", "different", "ana")},
            ["a", "b", "cd"],
        ),
        (moved, {("d", "c", "different", "bo"), ("c", "b", "repeat", "bo")}, ["abc", "d"]),
        (named, {("c", "a", "different", "ana")}, ["ab", "cd"]),
    ],
)
def test_a_change_of_causes_and_of_what_is_said_of_pairs_is_one_revision(
    store: Store, change: Callable[[Store], None], pairs: set[object], left: list[str]
) -> None:
    revision = store.revision()
    change(store)
    assert store.revision() == revision + 1
    assert (said(store), sorted(groups(store))) == (pairs, left)


@CHANGES
@pytest.mark.parametrize("step", ["keep_causes", "stored_causes", "give_all"])
def test_a_failure_half_way_changes_nothing_at_all(
    store: Store, change: Callable[[Store], None], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    works = getattr(stored, step)

    def fail(*arguments: object) -> None:
        works(*arguments)
        raise StoreBusy("somebody else is writing")

    with monkeypatch.context() as patched:
        patched.setattr(stored, step, fail)
        with pytest.raises(StoreBusy):
            change(store)
    assert everything(store) == before


@CHANGES
def test_a_name_of_whoever_says_so_that_is_too_long_is_refused_and_changes_nothing(
    store: Store, change: Callable[[Store, str], None]
) -> None:
    before = everything(store)
    with pytest.raises(WrongField, match="by: is longer than 300 characters"):
        change(store, LONG)
    assert everything(store) == before


def test_all_that_keeps_merged_incidents_apart_is_taken_back_however_often_it_was_said(
    store: Store,
) -> None:
    judge(store, "a", "c", "related", by="bo")
    judge(store, "b", "d", "same_event")
    merge(store, A, C)
    assert said(store) == {("b", "d", "same_event", "")}
    assert not undo(store, "a", "c")


def test_control_characters_in_the_name_of_whoever_says_so_are_not_kept(store: Store) -> None:
    rename(store, A, "DNS", by=" a\x1fna\n")
    assert known_causes(store)[0].named_by == "ana"


def test_a_store_that_holds_a_name_too_long_can_be_exported_and_loaded_again(
    store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    other = open_store(f"{sqlite_url}.other")
    propose(other, [group("a", "ab")])
    rename(other, A, "DNS", by="bo")
    other.change(
        lambda connection: (
            connection.execute(KNOWN_CAUSES.update().values(named_by=LONG)).rowcount > 0
        )
    )
    export(other, tmp_path / "out")
    other.close()
    load(store, [str(tmp_path / "out")], lists=current_lists())
    assert known_causes(store)[0].named_by == LONG[:300]
