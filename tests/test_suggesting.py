"""Which earlier incidents are suggested for new ones, and what becomes of a verdict."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.matcher.confidence import FEWEST_RECORDS, POSSIBLE, SEEN
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, prepare
from analytics.matcher.suggesting import Matched, suggest_earlier
from analytics.stored.search import match_new, open_search
from data.loading import load_sample
from data.record import Incident
from data.store import Store, open_store
from data.verdicts import suggestions
from tests.support.causes import CONCEPTS

START = dt.datetime(2024, 1, 1)


def documents(count: int) -> list[Document]:
    """Incidents five days apart with nothing in common, but for the last and the tenth."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}{chr(122 - n % 26)}ol" for n in range(count)]
    words[-1] = words[10]
    return [
        Document(
            id=f"i{n}",
            created=START + dt.timedelta(days=5 * n),
            resolved=START + dt.timedelta(days=5 * n, hours=1),
            title=f"{word} {word[::-1]}",
            cause=f"the {word}x of {word[::-1]}y broke the {word}z",
        )
        for n, word in enumerate(words)
    ]


def test_a_record_with_the_words_of_an_earlier_one_is_flagged_and_no_other() -> None:
    new = [prepare(document, CONCEPTS) for document in documents(80)]
    found = list(suggest_earlier(new, index=Index()))
    assert [one.prepared.id for one in found] == [f"i{n}" for n in range(80)]
    flagged = {one.prepared.id: [match.id for match in one.flagged] for one in found if one.flagged}
    assert flagged["i79"][0] == "i10"


def told(number: int, *, like: int, shared: int, **fields: Any) -> Document:
    """An incident of which ``shared`` of 24 words are those of another one, all others its own."""
    own = [f"{chr(97 + number)}{chr(97 + n)}ick" for n in range(24 - shared)]
    words = [f"{chr(97 + like)}{chr(97 + n)}ick" for n in range(shared)] + own
    at = START + dt.timedelta(days=7 * number)
    return Document(id=f"i{number}", created=at, resolved=at, cause=" ".join(words), **fields)


def suggested(*told: Document) -> dict[str, list[tuple[str, str]]]:
    """For each incident those it looks like, with the name of the flag."""
    new = [prepare(one, CONCEPTS) for one in told]
    found = suggest_earlier(new, index=Index())
    return {one.prepared.id: [(flag.id, flag.level) for flag in one.flagged] for one in found}


@pytest.mark.parametrize("size", [2, 6, 24, 60])
def test_what_says_the_same_was_seen_before_from_the_second_record_of_a_store_on(size: int) -> None:
    first, *others = documents(max(size, 12))[: size - 1]
    again = replace(first, id="again", created=START + dt.timedelta(days=900), resolved=None)
    found = suggested(first, *others, again)
    assert found["again"] == [(first.id, SEEN)]
    assert not any(found[one.id] for one in others)


def daily(days: int, **fields: Any) -> list[Document]:
    """The same alert every day, an hour long, with the day in its title."""
    return [
        Document(
            id=f"day{n}",
            created=START + dt.timedelta(days=n),
            resolved=START + dt.timedelta(days=n, hours=1),
            title=f"Volume of ledger-{n} above 90 % on {START + dt.timedelta(days=n):%Y-%m-%d}",
            services=("ledger",),
            **fields,
        )
        for n in range(days)
    ]


@pytest.mark.parametrize("cause", ["", "Old logs were kept although nobody reads them."])
def test_an_alert_that_comes_back_daily_is_flagged_every_day(cause: str) -> None:
    found = suggested(*daily(60, cause=cause))
    # The second began within a day after the first, which is one event more likely than two.
    assert [name for name, flags in found.items() if not flags] == ["day0", "day1"]
    assert {level for flags in found.values() for _, level in flags} == {SEEN}


def test_what_comes_back_daily_does_not_hide_what_is_rare() -> None:
    rare = documents(60)
    found = suggested(*sorted([*daily(300), *rare], key=lambda one: (one.created, one.id)))
    assert found["i59"] == [("i10", SEEN)]
    calm = [one for one in rare[:59] if found[one.id]]
    assert calm == []


def test_where_most_records_have_a_twin_every_one_of_them_is_flagged() -> None:
    kinds = [told(number, like=number, shared=0) for number in range(12)]
    every = [
        replace(one, id=f"{one.id}-{turn}", created=START + dt.timedelta(days=90 * turn + number))
        for turn in range(6)
        for number, one in enumerate(kinds)
    ]
    every = [replace(one, resolved=one.created) for one in every]
    found = suggested(*every)
    assert [name for name, flags in found.items() if not flags] == [one.id for one in every[:12]]
    assert {level for flags in found.values() for _, level in flags} == {SEEN}


def test_one_title_of_many_causes_was_not_seen_before() -> None:
    page = {"title": "Search is slow", "services": ("search",)}
    every = [told(number, like=number, shared=0, **page) for number in range(20)]
    again = told(20, like=4, shared=20, **page)
    assert [name for name, flags in suggested(*every, again).items() if flags] == ["i20"]


@pytest.mark.parametrize("title", ["Search: service trouble", "Incident with search"])
def test_that_something_was_wrong_with_a_service_is_no_evidence(title: str) -> None:
    told_nothing = {"title": title, "cause": "", "services": ("search",)}
    every = [replace(one, **told_nothing) for one in documents(30)]
    assert not any(suggested(*every).values())


def test_one_title_at_two_services_that_tells_no_cause_is_possible_and_no_more() -> None:
    told_nothing = {"title": "Usage of the disk is above its limit", "cause": ""}
    web = replace(told(0, like=0, shared=24, services=("web",)), **told_nothing)
    api = replace(told(9, like=0, shared=24, services=("api",)), **told_nothing)
    again = replace(told(10, like=0, shared=24, services=("web",)), **told_nothing)
    found = suggested(web, api, again)
    assert found["i9"] == [("i0", POSSIBLE)]
    assert found["i10"] == [("i0", SEEN), ("i9", POSSIBLE)]


def test_the_same_text_at_another_service_takes_more_of_it() -> None:
    web, api = {"services": ("web",)}, {"services": ("api",)}
    first = told(0, like=0, shared=24, **web)
    others = [told(number, like=number, shared=0) for number in range(1, 9)]
    names = {
        (shared, where["services"]): suggested(
            first, *others, told(9, like=0, shared=shared, **where)
        )["i9"]
        for shared in (11, 18, 22)
        for where in (web, api)
    }
    assert names == {
        (11, ("web",)): [],
        (11, ("api",)): [],
        (18, ("web",)): [("i0", SEEN)],
        (18, ("api",)): [("i0", POSSIBLE)],
        (22, ("web",)): [("i0", SEEN)],
        (22, ("api",)): [("i0", SEEN)],
    }


def test_the_first_records_are_judged_too_once_there_are_enough(tmp_path: Path) -> None:
    every = documents(FEWEST_RECORDS + 5)[:-1]
    every[9] = replace(told(9, like=2, shared=12), created=every[9].created)
    every[2] = replace(told(2, like=2, shared=24), created=every[2].created)
    store = open_store(f"sqlite:///{tmp_path / 'few.db'}")
    store.load(map(_record, every[:20]), source="test")
    match_new(store)
    before = suggestions(store, later_id="i9")
    store.load(map(_record, every[20:]), source="test")
    match_new(store)
    (after,) = suggestions(store, later_id="i9")
    assert (before, after.earlier_id) == ([], "i2")


def _record(document: Document) -> Incident:
    assert document.created is not None
    return Incident(
        id=document.id,
        title=document.title,
        root_cause=document.cause,
        impact_started_at=document.created.replace(tzinfo=dt.UTC),
    )


def test_records_without_any_time_are_searched_among_all_others() -> None:
    first, second, *others = documents(12)[:9]
    undated = [
        replace(first, id="u1", created=None, resolved=None),
        replace(first, id="u2", created=None, resolved=None),
    ]
    found = suggested(first, second, *others, *undated)
    assert found["u1"] == [(first.id, SEEN)]
    assert {name for name, _ in found["u2"]} == {first.id, "u1"}
    assert found[first.id] == []


def test_second_and_third_matches_have_names_of_their_own() -> None:
    every = [told(number, like=number, shared=0) for number in range(20)]
    near = told(20, like=3, shared=13)
    again = replace(told(21, like=3, shared=0), cause=every[3].cause)
    others = [replace(one, id=f"other{one.id}") for one in documents(60)]
    order = sorted([*every, near, *others], key=lambda one: one.created or START)
    (first, name), *rest = suggested(*order, again)["i21"]
    assert (first, name) == ("i3", SEEN)
    assert [(other, level in (SEEN, "")) for other, level in rest] == [("i20", False)]


def test_many_reports_of_one_event_do_not_hide_the_earlier_incident() -> None:
    every = documents(60)[:-1]
    last = replace(every[10], id="last", created=START + dt.timedelta(days=400), resolved=None)
    same = [
        replace(last, id=f"same{n}", created=last.created - dt.timedelta(minutes=n))
        for n in range(40, 0, -1)
    ]
    new = [prepare(document, CONCEPTS) for document in (*every, *same, last)]
    *_, found = suggest_earlier(new, index=Index())
    assert found.prepared.id == "last"
    assert (found.flagged[0].id, found.flagged[0].level) == ("i10", SEEN)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    store = open_store(url)
    load_sample(store)
    return store


def test_a_second_search_finds_nothing_left_to_search_and_changes_nothing(sample: Store) -> None:
    assert match_new(sample).records > 900
    revision, before = sample.revision(), suggestions(sample)
    assert match_new(sample) == Matched()
    assert (sample.revision(), suggestions(sample)) == (revision, before)


def test_a_changed_record_is_searched_again(sample: Store) -> None:
    match_new(sample)
    record = next(sample.incidents())
    assert isinstance(record, Incident)
    sample.load([record.model_copy(update={"title": "Another title"})], source="x", as_sample=True)
    assert match_new(sample).records == 1
    assert record.id in open_search(sample).index
