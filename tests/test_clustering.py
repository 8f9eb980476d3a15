"""Tests of average link on sparse links."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.matcher.families import average_link

IDS = [f"r{number}" for number in range(9)]
LINKS = st.dictionaries(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), st.floats(0, 1), max_size=40
)


def test_the_strongest_pair_joins_first_and_missing_links_count_as_none() -> None:
    links = {("a", "b"): 0.9, ("b", "c"): 0.5}
    assert average_link("abc", links, cut=0.3) == [("a", "b")]
    assert average_link("abc", links, cut=0.25) == [("a", "b", "c")]


def test_fixed_groups_gain_but_never_join_each_other() -> None:
    links = {("a", "b"): 1.0, ("a", "c"): 1.0}
    assert average_link("abc", links, cut=0.2, fixed=["a", "b"]) == [("a", "c"), ("b",)]


def test_nothing_linked_gives_no_group() -> None:
    assert average_link("abc", {}, cut=0.2) == []
    assert average_link("abc", {("a", "unknown"): 1.0}, cut=0.2) == []


@given(LINKS, st.floats(0.05, 1))
def test_groups_are_disjoint_and_hold_two_or_more(
    links: dict[tuple[str, str], float], cut: float
) -> None:
    groups = average_link(IDS, links, cut=cut)
    everyone = [member for group in groups for member in group]
    assert len(everyone) == len(set(everyone))
    assert all(len(group) > 1 for group in groups)


@given(LINKS)
def test_a_higher_cut_never_makes_more_pairs(links: dict[tuple[str, str], float]) -> None:
    def pairs(cut: float) -> set[tuple[str, str]]:
        groups = average_link(IDS, links, cut=cut)
        return {(a, b) for group in groups for a in group for b in group if a < b}

    assert pairs(0.6) <= pairs(0.3)
