"""Tests of known causes: pure, stable, and obedient to what people said."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb

import pytest

from analytics.matcher.families import (
    LINKS_PER_RECORD,
    Family,
    build,
    confirm,
    join,
    merge,
    move,
    rename,
    split,
)
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Prepared
from tests.support.causes import history

PAIR = (Family("a", ("a", "b", "c")), Family("x", ("x", "y")))


def links_of(prepared: Sequence[Prepared]) -> dict[tuple[str, str], float]:
    index = Index()
    links: dict[tuple[str, str], float] = {}
    for one in prepared:
        for match in index.search(one, limit=LINKS_PER_RECORD):
            links[one.id, match.id] = match.link
        index.add(one)
    return links


def adjusted_rand(one: Iterable[Family], other: Iterable[Family], ids: Sequence[str]) -> float:
    def labels(families: Iterable[Family]) -> list[str]:
        home = {member: family.id for family in families for member in family.members}
        return [home.get(name, f"alone {name}") for name in ids]

    def agreeing(values: Iterable[object]) -> int:
        return sum(comb(count, 2) for count in Counter(values).values())

    left, right = labels(one), labels(other)
    both = agreeing(zip(left, right, strict=True))
    a, b = agreeing(left), agreeing(right)
    chance = a * b / comb(len(ids), 2)
    return (both - chance) / ((a + b) / 2 - chance)


def test_families_are_the_causes() -> None:
    prepared, causes = history(120)
    families = build([one.id for one in prepared], links_of(prepared))
    truth = [
        Family(cause, tuple(name for name in causes if causes[name] == cause))
        for cause in set(causes.values())
    ]
    assert adjusted_rand(families, truth, list(causes)) > 0.9


def test_families_stay_when_a_tenth_of_the_records_is_taken_away() -> None:
    prepared, causes = history(150)
    whole = build(list(causes), links_of(prepared))
    for seed in range(3):
        gone = set(random.Random(seed).sample(list(causes), 15))
        left = [one for one in prepared if one.id not in gone]
        ids = [one.id for one in left]
        assert adjusted_rand(whole, build(ids, links_of(left)), ids) >= 0.9


def test_a_chain_of_links_is_not_one_family() -> None:
    ids = [f"r{n:02}" for n in range(30)]
    chain = dict.fromkeys(zip(ids[1:], ids, strict=False), 0.5)
    assert max(len(family.members) for family in build(ids, chain)) <= 5


def test_a_family_keeps_its_id_when_it_is_built_again() -> None:
    links = {("b", "a"): 0.9, ("c", "b"): 0.9, ("c", "a"): 0.9}
    first = build(["b", "c"], links)
    again = build(["a", "b", "c"], links, known=first)
    assert [family.id for family in again] == [family.id for family in first] == ["b"]


def test_pinned_members_never_move_whatever_the_links_say() -> None:
    known = rename(PAIR, "a", "Ours")
    links = {("a", "x"): 1.0, ("a", "y"): 1.0, ("x", "y"): 1.0, ("b", "x"): 1.0}
    after = build(["a", "b", "c", "x", "y"], links, known=confirm(known, "x", ["x"]))
    ours = next(family for family in after if family.id == "a")
    assert {"a", "b", "c"} <= set(ours.members)
    assert "x" not in ours.members
    assert ours.name == "Ours"


def test_a_pinned_member_that_is_gone_leaves_the_rest() -> None:
    after = build(["b", "c"], {}, known=rename(PAIR, "a", "Ours"))
    assert after == (Family("a", ("b", "c"), frozenset("abc"), "Ours"),)


def test_a_new_record_joins_by_the_mean_of_its_best_three_links() -> None:
    after, home = join("n", {"a": 0.4, "b": 0.3, "c": 0.0, "x": 0.1, "y": 0.1}, PAIR)
    assert home == "a"
    assert after[0].members == ("a", "b", "c", "n")
    assert join("n", {"a": 0.3, "b": 0.1}, PAIR) == (PAIR, None)


def test_a_new_record_makes_a_family_with_a_single_one() -> None:
    after, home = join("n", {"m": 0.9, "a": 0.1}, PAIR)
    assert home == "m"
    assert after[-1] == Family("m", ("m", "n"))


def test_a_member_that_joins_again_stays() -> None:
    assert join("b", {"x": 1.0, "y": 1.0}, PAIR) == (PAIR, "a")


def test_naming_pins_and_an_empty_name_is_refused() -> None:
    assert rename(PAIR, "a", " DNS ")[0] == Family("a", ("a", "b", "c"), frozenset("abc"), "DNS")
    with pytest.raises(ValueError, match="needs a name"):
        rename(PAIR, "a", " ")


def test_merging_keeps_all_members_and_one_name() -> None:
    named = rename(PAIR, "x", "Theirs")
    assert merge(named, "a", "x") == (
        Family("a", ("a", "b", "c", "x", "y"), frozenset("abcxy"), "Theirs"),
    )
    with pytest.raises(ValueError, match="itself"):
        merge(PAIR, "a", "a")


def test_splitting_gives_both_sides_their_own_family() -> None:
    left, _, out = split(PAIR, "a", ["a", "b"])
    assert (left.id, left.members, left.pinned) == ("a", ("c",), frozenset("c"))
    assert (out.id, out.members) == ("b", ("a", "b"))
    with pytest.raises(ValueError, match="both sides"):
        split(PAIR, "a", ["a", "b", "c"])
    with pytest.raises(KeyError, match="not in"):
        split(PAIR, "a", ["x"])


def test_moving_pins_and_an_empty_family_goes() -> None:
    after = move(move(PAIR, "x", "a"), "y", "a")
    assert after == (Family("a", ("a", "b", "c", "x", "y"), frozenset("xy")),)


def test_operations_on_an_unknown_family_say_so() -> None:
    with pytest.raises(KeyError, match="no known cause"):
        rename(PAIR, "q", "n")
    with pytest.raises(KeyError, match="no known cause"):
        merge(PAIR, "a", "q")
    with pytest.raises(KeyError, match="no known cause"):
        move(PAIR, "a", "q")
    with pytest.raises(KeyError, match="no known cause"):
        confirm(PAIR, "q", ["a"])


def test_no_member_is_ever_in_two_families() -> None:
    prepared, _ = history(80)
    links = links_of(prepared)
    families = build([one.id for one in prepared], links)
    families = move(split(families, families[0].id, families[0].members[:1]), "i5", families[1].id)
    families = build([one.id for one in prepared], links, known=families)
    everyone = [member for family in families for member in family.members]
    assert len(everyone) == len(set(everyone))
