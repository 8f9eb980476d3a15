"""Links between records, untaught and learned from what people confirmed."""

from analytics.matcher.families import (
    CUT,
    LEARNED_CUT,
    TEACHERS,
    LinkScale,
    Said,
    choose_teachers,
    learn_scale,
    links_among,
    nearest,
)
from analytics.matcher.matching import Index
from tests.support.causes import history

PREPARED, CAUSES = history(150)
INDEX = Index.restore(PREPARED)


def confirmed(records: int) -> Said:
    """The causes of the first records, as people would confirm them."""
    groups: dict[str, list[str]] = {}
    for one in PREPARED[:records]:
        groups.setdefault(CAUSES[one.id], []).append(one.id)
    return Said(tuple(map(tuple, groups.values())))


def test_without_enough_confirmed_pairs_the_untaught_scale_is_used() -> None:
    assert learn_scale(PREPARED[:10], INDEX, confirmed(10)) == LinkScale()
    assert LinkScale().cut == CUT


def test_learned_links_are_strong_within_causes_and_weak_between_them() -> None:
    scale = learn_scale(PREPARED[:100], INDEX, confirmed(100))
    assert scale.cut == LEARNED_CUT
    within, between = [], []
    for one in PREPARED[100:]:
        for name, link in scale.links(nearest(one, INDEX)).items():
            (within if CAUSES[name] == CAUSES[one.id] else between).append(link)
    assert sum(within) / len(within) > 0.8
    assert not between or sum(between) / len(between) < 0.3


def test_what_was_searched_just_now_is_not_searched_again() -> None:
    near = {one.id: nearest(one, Index()) for one in PREPARED}
    assert dict(links_among(PREPARED, INDEX, near, LinkScale())) == {}


def test_teachers_are_taken_evenly_and_never_too_many() -> None:
    said = Said((tuple(f"i{n}" for n in range(3 * TEACHERS + 1)),))
    chosen = choose_teachers(said)
    assert TEACHERS / 2 < len(chosen) <= TEACHERS
    assert choose_teachers(confirmed(20)) == sorted(confirmed(20).group_of)
