"""Tests of the pair score: its bounds, its symmetry, and what each feature rewards."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from analytics.matcher import ranking
from analytics.matcher.matching import Index, Match
from analytics.matcher.prepared import Document, prepare
from tests.support.causes import CONCEPTS, START, document, history


def best(asked: Document, *others: Document) -> dict[str, Match]:
    index = Index()
    for other in (*others, *(document(n, "retry", seed=9) for n in range(30))):
        index.add(prepare(other, CONCEPTS))
    return {match.id: match for match in index.search(prepare(asked, CONCEPTS), limit=100)}


def told(name: str, *, title: str = "", cause: str = "", day: int = 0) -> Document:
    return Document(id=name, created=START + dt.timedelta(days=day), title=title, cause=cause)


def test_rarity_falls_with_the_count_and_is_never_negative() -> None:
    values = ranking.rarity(np.array([0, 1, 50, 99, 100]), 100)
    assert (np.diff(values) < 0).all()
    assert values[-1] >= 0


def test_rarity_of_a_word_in_half_of_the_records_is_that_of_the_formula() -> None:
    assert ranking.rarity(np.array([5]), 10)[0] == pytest.approx(np.log(1 + 5.5 / 5.5))


def test_length_discount_is_one_at_the_average_and_falls_beyond() -> None:
    at, beyond = ranking.length_discount(np.array([10.0, 30.0]), 10.0)
    assert at == pytest.approx(1.0)
    assert beyond < at


def test_a_field_that_no_record_has_is_not_discounted() -> None:
    assert ranking.length_discount(np.zeros(3), 0.0).tolist() == [1.0, 1.0, 1.0]


def test_nearness_is_halved_after_a_year_and_the_same_in_both_directions() -> None:
    year = 365 * 86_400
    values = ranking.nearness(np.array([0, year, -year, 40 * year]))
    assert values[:3] == pytest.approx(ranking.NEARNESS * np.array([1, 0.5, 0.5]))
    assert 0 < values[3] < ranking.NEARNESS / 20


def test_of_two_equal_matches_the_nearer_comes_first_and_is_no_stronger() -> None:
    cause = "the journal stopped rotating"
    asked = told("q", cause=cause, day=900)
    found = best(asked, told("old", cause=cause), told("new", cause=cause, day=880))
    assert list(found)[:2] == ["new", "old"]
    assert found["new"].score == pytest.approx(found["old"].score)
    assert found["old"].score < found["old"].place < found["new"].place


def test_nearness_counts_half_between_other_services() -> None:
    cause = "the journal stopped rotating"

    def gains(service: str) -> float:
        asked = replace(told("q", cause=cause, day=900), services=("web",))
        old = replace(told("old", cause=cause), services=(service,))
        new = replace(told("new", cause=cause, day=880), services=(service,))
        found = best(asked, old, new)
        return found["new"].place - found["old"].place

    assert gains("web") > 0.0
    assert gains("api") == pytest.approx(gains("web") / 2)


def test_nearness_does_not_lift_a_stranger_above_the_same_cause() -> None:
    asked = told("q", title="Ledger rotation", cause="the journal stopped rotating", day=900)
    same = told("same", title="Ledger rotation", cause="the journal stopped rotating")
    stranger = told("stranger", title="Other", cause="the gateway stopped", day=899)
    assert next(iter(best(asked, stranger, same))) == "same"


def test_a_copy_shares_all_of_its_text_and_scores_highest() -> None:
    asked = told("q", title="Ledger rotation", cause="the journal stopped rotating", day=400)
    copy = told("copy", title="Ledger rotation", cause="the journal stopped rotating")
    part = told("part", title="Other", cause="the journal was rotating")
    found = best(asked, copy, part)
    text = found["copy"].parts["text_of_new"] / ranking.WEIGHTS["text_of_new"]
    assert text == pytest.approx(1.0)
    assert found["copy"].score > found["part"].score


def test_rare_words_count_more_than_common_ones() -> None:
    asked = told("q", cause="mobile client gateway zookeeper", day=400)
    found = best(asked, told("rare", cause="zookeeper"), told("common", cause="gateway"))
    assert found["rare"].score > found["common"].score


def test_titles_that_are_all_alike_add_nothing() -> None:
    others = [told(f"o{n}", title="Incident with api", cause=f"c{n}x") for n in range(60)]
    match = best(told("q", title="Incident with api", cause="new", day=400), *others)["o1"]
    assert match.parts["title_of_new"] == pytest.approx(0.0, abs=0.01)


def test_features_lie_between_zero_and_one() -> None:
    prepared, _ = history(60)
    index = Index.restore(prepared)
    for one in prepared[::7]:
        for match in index.search(one, limit=100):
            for name, part in match.parts.items():
                assert -1e-9 <= part / ranking.WEIGHTS[name] <= 1 + 1e-9


def test_mirrored_columns_are_their_own_inverse() -> None:
    assert [ranking.MIRRORED[i] for i in ranking.MIRRORED] == list(range(len(ranking.WEIGHTS)))


def test_a_link_rises_with_the_score_and_is_a_half_in_the_middle() -> None:
    assert float(ranking.link(ranking.MIDDLE_SCORE)) == pytest.approx(0.5)
    assert (np.diff(ranking.link(np.linspace(-5, 25, 50))) > 0).all()
