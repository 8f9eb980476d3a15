"""Tests of known causes: pure, stable, and obedient to what people said."""

import random
from collections.abc import Sequence
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from analytics.matcher.families import (
    CUT,
    Family,
    LinkScale,
    Said,
    build,
    grow,
    links_among,
    settle,
)
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, Prepared, prepare
from tests.support.causes import CONCEPTS, START, history
from tests.support.groupings import adjusted_rand, group_of

IDS = [f"r{number}" for number in range(8)]
LINKS = st.dictionaries(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), st.floats(0, 1), max_size=30
)
PAIRS = st.lists(st.sets(st.sampled_from(IDS), min_size=2, max_size=2), max_size=4)


build_here, grow_here = partial(build, cut=CUT), partial(grow, cut=CUT)


def pairs(*each: str) -> frozenset[frozenset[str]]:
    """Pairs of incidents named by single letters."""
    return frozenset(map(frozenset, each))


def links_between(prepared: Sequence[Prepared]) -> dict[tuple[str, str], float]:
    return dict(links_among(prepared, Index.restore(prepared), {}, LinkScale()))


def built(prepared: Sequence[Prepared]) -> dict[str, str]:
    return group_of(build_here([one.id for one in prepared], links_between(prepared)))


def test_families_are_the_causes() -> None:
    prepared, causes = history(120)
    assert adjusted_rand(built(prepared), causes, causes) > 0.9


def test_families_stay_when_a_tenth_of_the_records_is_taken_away() -> None:
    prepared, causes = history(150)
    whole = built(prepared)
    for seed in range(3):
        gone = set(random.Random(seed).sample(list(causes), 15))
        left = [one for one in prepared if one.id not in gone]
        assert adjusted_rand(whole, built(left), [one.id for one in left]) >= 0.9


def test_records_that_come_one_by_one_join_the_families_that_a_build_makes() -> None:
    prepared, causes = history(150)
    links = links_between(prepared)
    families: tuple[Family, ...] = ()
    for one in prepared:
        theirs = {b: link for (a, b), link in links.items() if a == one.id}
        families = grow_here(families, [(one.id, theirs)])
    assert adjusted_rand(group_of(families), built(prepared), causes) >= 0.9
    assert adjusted_rand(group_of(families), causes, causes) >= 0.9


def test_a_chain_of_links_is_not_one_family() -> None:
    ids = [f"r{n:02}" for n in range(30)]
    chain = dict.fromkeys(zip(ids[1:], ids, strict=False), 0.5)
    assert max(len(family.members) for family in build_here(ids, chain)) <= 5


def test_a_family_keeps_its_id_when_it_is_built_again() -> None:
    links = {("b", "a"): 0.9, ("c", "b"): 0.9, ("c", "a"): 0.9}
    first = build_here(["b", "c"], links)
    again = build_here(["a", "b", "c"], links, known=first)
    assert [family.id for family in again] == [family.id for family in first] == ["b"]


def test_pinned_members_never_move_whatever_the_links_say() -> None:
    known = [
        Family("a", ("a", "b", "c"), frozenset("abc"), "Ours", named=True),
        Family("x", ("x", "y"), frozenset("x")),
    ]
    links = {("a", "x"): 1.0, ("a", "y"): 1.0, ("x", "y"): 1.0, ("b", "x"): 1.0}
    ours, theirs = build_here(["a", "b", "c", "x", "y"], links, known=known)
    assert {"a", "b", "c"} <= set(ours.members)
    assert ("x" in ours.members, "x" in theirs.members) == (False, True)
    assert ours.name == "Ours"


def test_a_pinned_member_that_is_gone_leaves_the_rest() -> None:
    known = [Family("a", ("a", "b", "c"), frozenset("abc"), "Ours", named=True)]
    assert build_here(["b", "c"], {}, known=known) == (
        Family("a", ("b", "c"), frozenset("bc"), "Ours", named=True),
    )


def test_what_people_confirmed_is_one_family_and_what_they_told_apart_never_is() -> None:
    links = {("b", "a"): 0.9, ("d", "c"): 0.9}
    said = Said(together=(("a", "z"),), apart=pairs("cd"))
    assert build_here("abcdz", links, judgements=said) == (Family("a", ("a", "b", "z")),)


def test_two_confirmed_groups_never_join_by_their_words() -> None:
    links = {(one, other): 1.0 for one in "ab" for other in "xy"}
    families = build_here("abxy", links, judgements=Said((("a", "b"), ("x", "y"))))
    assert [family.members for family in families] == [("a", "b"), ("x", "y")]


PAIR = (Family("a", ("a", "b", "c")), Family("x", ("x", "y")))


def test_a_new_record_joins_by_the_mean_of_its_best_three_links() -> None:
    links = {"a": 0.4, "b": 0.3, "c": 0.0, "x": 0.1, "y": 0.1}
    assert grow_here(PAIR, [("n", links)])[0].members == ("a", "b", "c", "n")
    assert grow_here(PAIR, [("n", {"a": 0.3, "b": 0.1})]) == PAIR


def test_a_new_record_makes_a_family_with_a_single_one() -> None:
    assert grow_here(PAIR, [("n", {"m": 0.9, "a": 0.1})])[-1] == Family("m", ("m", "n"))


def test_a_new_record_joins_nothing_that_it_was_told_apart_from() -> None:
    links = {"a": 0.9, "b": 0.9, "c": 0.9, "x": 0.5, "y": 0.5, "m": 0.9}
    families = grow_here(PAIR, [("n", links)], judgements=Said(apart=pairs("nb", "nm")))
    assert [family.members for family in families] == [("a", "b", "c"), ("x", "y", "n")]


def test_a_changed_record_joins_anew_unless_it_is_pinned_or_confirmed() -> None:
    changed = [("b", {"x": 1.0, "y": 1.0})]
    moved = (Family("a", ("a", "c")), Family("x", ("x", "y", "b")))
    assert grow_here(PAIR, changed) == moved
    pinned = (Family("a", ("a", "b", "c"), frozenset("b")), PAIR[1])
    assert grow_here(pinned, changed) == pinned
    assert grow_here(PAIR, changed, judgements=Said((("a", "b"),))) == PAIR


def test_a_verdict_made_since_brings_an_incident_home_at_once() -> None:
    after = settle(PAIR, Said((("b", "x", "y"),)))
    assert after == (Family("a", ("a", "c")), Family("x", ("x", "y", "b")))
    assert settle((), Said((("p", "q"),))) == (Family("p", ("p", "q")),)


def test_two_confirmed_causes_never_share_a_family_unless_people_put_both_there() -> None:
    said = Said((("a", "p"), ("b", "q")))
    assert [one.members for one in settle(PAIR[:1], said)] == [("a", "c", "p"), ("b", "q")]
    named = [Family("a", ("a", "b"), frozenset("ab"), "Ours", named=True)]
    assert [one.members for one in settle(named, said)] == [("a", "b", "p", "q")]


def test_a_named_family_takes_what_is_confirmed_with_one_of_its_incidents() -> None:
    named = Family("x", ("x", "y"), frozenset("xy"), "Ours", named=True)
    after = settle((PAIR[0], named), Said((("a", "b", "x"),)))
    assert [family.members for family in after] == [("x", "y", "a", "b")]


def test_of_two_told_apart_the_one_leaves_that_is_not_confirmed_there() -> None:
    assert settle(PAIR, Said(apart=pairs("bc")))[0].members == ("a", "b")
    confirmed = Said((("a", "c"),), apart=pairs("bc"))
    assert settle(PAIR, confirmed)[0].members == ("a", "c")


def test_told_apart_and_confirmed_by_way_of_a_third_one_stays() -> None:
    said = Said((("a", "b", "c"),), apart=pairs("ac"))
    assert settle(PAIR, said) == PAIR


@given(LINKS, PAIRS, PAIRS)
def test_no_incident_is_ever_in_two_families_and_the_pinned_stay(
    links: dict[tuple[str, str], float], told: list[set[str]], together: list[set[str]]
) -> None:
    groups = together[:1] if together else []
    said = Said(tuple(map(tuple, groups)), frozenset(map(frozenset, told)))
    known = [Family("k", ("r0", "r1"), frozenset(("r0", "r1")))]
    families = build_here(IDS, links, known=known, judgements=said)
    families = grow_here(families, [("new", dict.fromkeys(IDS, 0.5))], judgements=said)
    everyone = [member for family in families for member in family.members]
    assert len(everyone) == len(set(everyone))
    assert len({family.id for family in families}) == len(families)
    home = group_of(families)
    disputed = {"r0", "r1"} & {name for some in (*told, *groups) for name in some}
    if not disputed:
        assert home["r0"] == home["r1"] == "k"


def test_a_record_that_tells_no_cause_is_linked_to_none() -> None:
    def record(number: int, cause: str) -> Prepared:
        title = "Search: service trouble"
        return prepare(Document(id=f"i{number}", created=START, title=title, cause=cause), CONCEPTS)

    silent = [record(n, cause) for n, cause in enumerate(("", "Not stated.", "The host failed."))]
    assert not any(one.tells_cause for one in silent)
    assert record(3, "The journal of the ledger had no room.").tells_cause
    telling = [record(n, "The journal of the ledger had no room.") for n in (4, 5)]
    links = links_among([*silent, *telling], Index.restore([*silent, *telling]), {}, LinkScale())
    assert {name for pair, _ in links for name in pair} <= {"i4", "i5"}
