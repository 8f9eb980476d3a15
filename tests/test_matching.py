"""Tests of the index: what it finds, in which order of time, and that growing changes nothing."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from analytics.matcher import ranking
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, Prepared, prepare, version_of
from analytics.matcher.ranking import CASCADE, REPEAT, SAME_EVENT, relation_of
from tests.support.causes import CONCEPTS, START, document, history

DAY = 86_400


def filled(prepared: list[Prepared]) -> Index:
    index = Index()
    for one in prepared:
        index.add(one)
    return index


def test_an_empty_index_finds_nothing() -> None:
    assert Index().search(prepare(document(1, "dns"), CONCEPTS)) == []


def test_the_best_match_has_the_same_cause() -> None:
    prepared, causes = history(80)
    index = filled(prepared[:60])
    for one in prepared[60:]:
        assert causes[index.search(one)[0].id] == causes[one.id]


def test_only_strictly_earlier_records_are_found() -> None:
    prepared, _ = history(40)
    index = filled(prepared)
    for one in prepared:
        found = {match.id for match in index.search(one, limit=100)}
        assert found <= {other.id for other in prepared if other.created < one.created}


def test_a_late_load_finds_what_came_after_it() -> None:
    prepared, causes = history(40)
    late = prepared.pop(3)
    index = filled(prepared)
    matches = index.search(late, limit=100, later=True)
    assert causes[matches[0].id] == causes[late.id]
    assert all(match.days > 0 for match in matches)
    assert {match.id for match in matches} <= {one.id for one in prepared[3:]}


def test_the_order_of_adding_does_not_change_what_is_found() -> None:
    prepared, _ = history(60)
    forward, backward = filled(prepared), filled(prepared[::-1])
    for one in prepared[30:]:
        ours = [(match.id, match.score) for match in forward.search(one)]
        theirs = [(match.id, match.score) for match in backward.search(one)]
        assert [name for name, _ in ours] == [name for name, _ in theirs]
        assert [score for _, score in ours] == pytest.approx([score for _, score in theirs])


def test_a_score_and_its_mirror_image_agree() -> None:
    prepared, _ = history(30)
    index = filled(prepared)
    ahead = {match.id: match for match in index.search(prepared[20], limit=100)}
    for match in ahead.values():
        other = next(one for one in prepared if one.id == match.id)
        back = {m.id: m for m in index.search(other, limit=100, later=True)}
        assert back["i20"].score == pytest.approx(match.score)
        assert back["i20"].parts == pytest.approx(match.parts)


def test_a_restored_index_answers_as_the_grown_one_before_and_after_more_is_added() -> None:
    prepared, _ = history(90)
    kept = [json.loads(json.dumps(one.to_json())) for one in prepared[:60]]
    grown, restored = filled(prepared[:60]), Index.restore(map(Prepared.from_json, kept))
    for one in prepared[60:]:
        assert restored.search(one) == grown.search(one)
        restored.add(one)
        grown.add(one)
    assert len(restored) == len(grown) == 90


def test_a_record_with_a_known_id_replaces_the_earlier_version() -> None:
    index = filled([prepare(document(1, "dns"), CONCEPTS)])
    index.add(prepare(document(1, "disk"), CONCEPTS))
    asked = prepare(document(5, "dns"), CONCEPTS)
    found = index.search(asked)
    assert len(found) <= 1
    assert "i1" in index
    assert index.search(prepare(document(5, "disk"), CONCEPTS))[0].score > (
        found[0].score if found else 0
    )


def test_a_score_is_the_sum_of_its_parts() -> None:
    prepared, _ = history(30)
    for match in filled(prepared).search(prepared[-1]):
        less = ranking.APART if match.apart else 0.0
        assert match.score == pytest.approx(sum(match.parts.values()) - less)


def test_records_without_any_word_are_taken_and_find_nothing() -> None:
    empty = prepare(Document(id="e", created=START), CONCEPTS)
    index = filled([empty, prepare(document(1, "dns"), CONCEPTS)])
    assert index.search(replace(empty, id="f", created=empty.created + 9 * DAY)) == []


def test_records_of_a_title_alone_find_each_other() -> None:
    first, second, third = (
        prepare(Document(id=f"t{n}", created=START + dt.timedelta(days=n), title="Disk"), CONCEPTS)
        for n in range(3)
    )
    index = filled([first, second])
    assert {match.id for match in index.search(third)} == {"t0", "t1"}


@pytest.mark.parametrize("titles", [True, False])
def test_a_history_in_which_no_record_has_one_of_the_fields_is_searched_by_the_other(
    titles: bool,
) -> None:
    told = [document(number, "dns" if number % 2 else "disk") for number in range(20)]
    bare = [
        prepare(replace(one, title=one.cause * titles, cause=one.cause * (not titles)), CONCEPTS)
        for one in told
    ]
    first = filled(bare[:19]).search(bare[19])[0]
    assert int(first.id.removeprefix("i")) % 2 == 1


def test_services_and_category_add_to_the_score_and_unknown_ones_do_not() -> None:
    base = document(1, "dns")
    plain = prepare(replace(base, services=(), category=""), CONCEPTS)
    known = prepare(replace(base, services=("web", "api"), category="network"), CONCEPTS)
    asked = prepare(replace(document(9, "dns"), services=("Web",), category="Network"), CONCEPTS)
    assert filled([plain]).search(asked)[0].parts["category"] == 0
    match = filled([known]).search(asked)[0]
    assert match.parts["category"] > 0
    assert match.parts["services"] > 0


@pytest.mark.parametrize(
    ("start", "end", "shared", "relation"),
    [
        (10 * DAY, 8 * DAY, 0.9, REPEAT),
        (10 * DAY, 9 * DAY, 0.9, CASCADE),
        (9 * DAY, 9 * DAY, 0.9, CASCADE),
        (1800, DAY, 0.9, SAME_EVENT),
        (1800, DAY, 0.1, CASCADE),
        (1800, None, 0.9, SAME_EVENT),
        (2 * DAY, None, 0.9, REPEAT),
        (2 * DAY, -DAY, 0.9, REPEAT),
    ],
)
def test_same_event_cascade_and_repeat_are_told_apart_by_time(
    start: int, end: int | None, shared: float, relation: str
) -> None:
    assert relation_of(start, 0, end, shared_text=shared) == relation


def test_spanish_records_are_found_by_words_and_by_concepts() -> None:
    spanish = Document(
        id="es", created=START, title="Caída", cause="El certificado del proxy había caducado."
    )
    other = Document(
        id="no", created=START, title="Caída", cause="El disco de la cola estaba lleno."
    )
    index = filled([prepare(other, CONCEPTS), prepare(spanish, CONCEPTS)])
    asked = Document(
        id="q", created=START + dt.timedelta(days=9), cause="The certificate was expired."
    )
    assert index.search(prepare(asked, CONCEPTS))[0].id == "es"


def test_what_is_stored_tells_when_it_must_be_prepared_anew() -> None:
    assert prepare(document(1, "dns"), CONCEPTS).version == version_of(CONCEPTS)


def test_times_before_1970_and_long_texts_are_taken() -> None:
    old = Document(id="o", created=dt.datetime(1965, 1, 1), cause="disk full. " * 50_000)
    prepared = prepare(old, CONCEPTS)
    assert prepared.created < 0
    assert max(prepared.in_body) <= 255
