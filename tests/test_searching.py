"""Does it matter in which order records come? Not while all after a late one are searched again."""

import datetime as dt
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import pytest

from analytics.matcher.confidence import SEEN, Calibration
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.suggesting import Found, Kept, Matched, Past, restored, suggest_earlier, told
from analytics.stored.search import match_new
from data.record import Incident
from data.store import Store, open_store
from data.verdicts import judge, suggestions, verdicts
from tests.support.causes import CONCEPTS, START


def documents(size: int = 130) -> list[Document]:
    """Records three days apart in order of time, all different but for every seventh.

    That one takes some of its words, more or fewer, from an earlier one.
    """
    chosen = random.Random(4)
    told: list[list[str]] = []
    found = []
    for number in range(size):
        words = ["".join(chosen.choices("abcdefghijklm", k=7)) for _ in range(12)]
        if number % 7 == 6:
            words = told[chosen.randrange(number)][: chosen.randint(4, 12)] + words[:3]
        told.append(words)
        began = START + dt.timedelta(days=3 * number)
        found.append(
            Document(
                id=f"i{number:03}",
                created=began,
                resolved=began + dt.timedelta(hours=2),
                title=" ".join(words[:3]),
                cause=" ".join(words[3:]),
            )
        )
    return found


def incidents() -> list[Incident]:
    """The same as records."""
    return [
        Incident(
            id=one.id,
            title=one.title,
            root_cause=one.cause,
            impact_started_at=one.created.replace(tzinfo=dt.UTC),
            resolved_at=one.created.replace(tzinfo=dt.UTC) + dt.timedelta(hours=2),
        )
        for one in documents()
    ]


def loaded(url: str, *loads: Iterable[Incident]) -> Store:
    store = open_store(url)
    for records in loads:
        store.load(records, source="test")
        match_new(store)
    return store


def suggested(store: Store) -> dict[tuple[str, str], tuple[str, float]]:
    return {
        (one.later_id, one.earlier_id): (one.level, round(one.score, 6))
        for one in suggestions(store)
    }


def shuffled(records: Sequence[Incident], parts: int) -> list[list[Incident]]:
    mixed = random.Random(parts).sample(records, len(records))
    return [mixed[part::parts] for part in range(parts)]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[str, float]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('order') / 'order.db'}"
    found = suggested(loaded(url, incidents()))
    assert len(found) > 10
    return found


@pytest.mark.parametrize(
    "loads",
    [
        [incidents()[:60], incidents()[60:]],
        [incidents()[60:], incidents()[:60]],
        [[*incidents()[:9], *incidents()[10:]], incidents()[9:10]],
        shuffled(incidents(), 5),
    ],
    ids=["two halves", "the later half first", "one late record", "five mixed loads"],
)
def test_any_order_of_loading_gives_the_suggestions_of_the_order_of_time(
    loads: list[list[Incident]],
    in_order: dict[tuple[str, str], tuple[str, float]],
    sqlite_url: str,
) -> None:
    assert suggested(loaded(sqlite_url, *loads)) == in_order


def test_a_late_record_tells_which_later_ones_look_like_it(sqlite_url: str) -> None:
    records = incidents()
    original = next(
        earlier
        for (_, earlier), (level, _) in suggested(loaded(sqlite_url, records)).items()
        if level == SEEN
    )
    late = next(one for one in records if one.id == original)
    store = open_store(sqlite_url)
    store.clear()
    store.load([one for one in records if one is not late], source="test")
    match_new(store)
    store.load([late], source="test")
    found = match_new(store)
    assert found.records == 1
    assert found.later
    assert set(found.later) <= {later for later, earlier in suggested(store) if earlier == late.id}


def test_a_late_record_takes_no_verdict_away(sqlite_url: str) -> None:
    records = incidents()
    store = loaded(sqlite_url, records[40:])
    first = suggestions(store)[0]
    judge(store, first.later_id, first.earlier_id, "different", by="a team")
    store.load(records[:40], source="test")
    match_new(store)
    (kept,) = verdicts(store)
    assert (kept.relation, kept.by, kept.score) == ("different", "a team", first.score)


def prepared_documents(size: int) -> list[Prepared]:
    return [prepare(one, CONCEPTS) for one in documents(size)]


def past_of(found: Sequence[Found]) -> Past:
    """What the first searches of these records left behind."""
    by_id = {one.prepared.id: one.prepared for one in found}

    def of(ids: Collection[str]) -> Iterator[Prepared]:
        return (by_id[name] for name in ids)

    return Past(
        ids=list(by_id),
        created=[one.prepared.created for one in found],
        strength=[one.strength for one in found],
        suggested={one.prepared.id: {f.id: f.score for f in one.flagged} for one in found},
        prepared_of=of,
    )


def test_where_later_records_are_too_many_those_that_resemble_the_late_one_are_searched_again() -> (
    None
):
    prepared = prepared_documents(90)
    last = prepared[89]
    late = replace(last, id="late", created=prepared[3].created + 60, resolved=None)
    index = Index()
    before = list(suggest_earlier(prepared, index=index))
    assert before[89].flagged == ()
    found = list(suggest_earlier([late], index=index, past=past_of(before)))
    assert found[0].prepared.id == "late"
    again = {one.prepared.id: one for one in found[1:]}
    assert again["i089"].flagged[0].id == "late"
    assert len(again) < 45


def test_nothing_is_searched_again_for_the_latest_record() -> None:
    prepared = prepared_documents(60)
    index = Index()
    before = list(suggest_earlier(prepared[:59], index=index))
    (found,) = suggest_earlier(prepared[59:], index=index, past=past_of(before))
    assert found.prepared.id == "i059"


def test_records_from_a_moment_on_are_left_to_be_searched_again_unless_they_are_too_many() -> None:
    kept = [Kept(one, 1.0) for one in prepared_documents(30)]
    since = kept[20].prepared.created
    search = restored(kept, concepts=CONCEPTS, since=since)
    assert search.later == tuple(f"i{n:03}" for n in range(20, 30))
    assert (len(search.index), len(search.past.ids)) == (20, 20)
    search = restored(kept, concepts=CONCEPTS, since=since, most=9)
    assert (len(search.index), search.later) == (30, ())
    assert search.past.ids == [f"i{n:03}" for n in range(30)]


def test_verdicts_name_flags_each_by_its_own_score() -> None:
    prepared = prepared_documents(120)
    plain = [one for one in suggest_earlier(prepared, index=Index()) if one.flagged]
    scores = [flag.score for one in plain for flag in one.flagged]
    middle = sorted(scores)[len(scores) // 2]
    calibration = Calibration(slope=2.0, intercept=-2.0 * middle, n=140)
    found = [
        one
        for one in suggest_earlier(prepared, index=Index(), calibration=calibration)
        if one.flagged
    ]
    assert found
    assert {one.prepared.id for one in found} <= {one.prepared.id for one in plain}
    for flag in (flag for one in found for flag in one.flagged):
        assert flag.certainty == calibration.chance(flag.score)
        assert flag.level in (SEEN, calibration.level(flag.score))
        assert flag.level == SEEN or flag.score >= calibration.weakest - 1e-9


def test_what_was_hardly_ever_right_is_not_flagged() -> None:
    hopeless = Calibration(slope=0.01, intercept=-5.0, n=140)
    found = suggest_earlier(prepared_documents(120), index=Index(), calibration=hopeless)
    assert {flag.level for one in found for flag in one.flagged} == {SEEN}


def test_the_outcome_of_a_search_is_said_in_words() -> None:
    assert Matched().words == "Every record had been searched before."
    assert Matched(1200, ("a",)).words == "Records: 1,200 searched, 1 like an earlier one."
    assert Matched(6, compared=6).words == (
        "Records: 6 searched, none like an earlier one. "
        "To tell a rare match needs 40 incidents, has 6."
    )
    late = Matched(2, ("a",), ("b", "c"))
    assert late.words == (
        "Records: 2 searched, 1 like an earlier one, 2 later ones like one of them."
    )


def test_progress_is_told_after_each_record() -> None:
    seen: list[tuple[int, int]] = []
    prepared = prepared_documents(3)
    assert list(told(prepared, 3, lambda done, total: seen.append((done, total)))) == prepared
    assert seen == [(1, 3), (2, 3), (3, 3)]
