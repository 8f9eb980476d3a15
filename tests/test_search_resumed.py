"""A search that is cut off goes on from there, and what it made is the same as if it never was."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analytics.matcher.prepared import version_of
from analytics.stored import background, search
from analytics.stored.index import concepts_in_force
from analytics.stored.search import match_new, stored_families, unfinished_search
from data.__main__ import app
from data.prepared_texts import ungrouped
from data.store import Store, StoreBusy, StoreUnreachable, open_store
from data.verdicts import suggestions
from tests.support.pages import run_page, words
from tests.test_searching import incidents


class CutOff(Exception):
    """The process was killed here."""


def outcome(store: Store) -> tuple[Any, ...]:
    """All that the search made."""
    suggested = {(s.later_id, s.earlier_id, s.level, round(s.score, 6)) for s in suggestions(store)}
    return suggested, {frozenset(one.members) for one in stored_families(store)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """What a search makes that nothing cuts off."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('whole') / 'whole.db'}")
    store.load(incidents(), source="test")
    match_new(store)
    made = outcome(store)
    store.close()
    assert all(made)
    return made


def cutting(what: str, *, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ``at``-th call of a step of the search never happen."""
    step: Callable[..., Any] = getattr(search, what)
    calls = iter(range(at))

    def cut(*given: Any, **named: Any) -> Any:
        if next(calls, None) is None:
            raise CutOff
        return step(*given, **named)

    monkeypatch.setattr(search, what, cut)


@pytest.mark.parametrize(
    ("what", "at"),
    [
        ("keep_found", 0),
        ("keep_found", 1),
        ("keep_found", 2),
        ("keep_index", 0),
        ("propose", 0),
    ],
)
def test_the_next_search_ends_what_one_that_was_cut_off_left(
    what: str,
    at: int,
    whole: tuple[Any, ...],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "PORTION", 50)
    store.load(incidents(), source="test")
    with monkeypatch.context() as cut:
        cutting(what, at=at, monkeypatch=cut)
        with pytest.raises(CutOff):
            match_new(store)
    left = unfinished_search(store)
    assert left
    assert left.since is not None
    searched = min(50 * at, 130) if what == "keep_found" else 130
    assert (left.unsearched, left.ungrouped) == (130 - searched, searched)
    assert match_new(store).records == 130 - searched
    assert not unfinished_search(store)
    assert outcome(store) == whole


def test_a_few_records_that_were_searched_and_not_grouped_join_the_causes_of_the_others(
    whole: tuple[Any, ...], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(sqlite_url)
    store.load(incidents()[:110], source="test")
    match_new(store)
    store.load(incidents()[110:], source="test")
    with monkeypatch.context() as cut:
        cutting("group", at=0, monkeypatch=cut)
        with pytest.raises(CutOff):
            match_new(store)
    version = version_of(concepts_in_force())
    assert len(ungrouped(store, version)) == 20
    match_new(store)
    made = outcome(store)
    assert made[0] == whole[0]
    straight = open_store(f"{sqlite_url}.straight")
    for part in (incidents()[:110], incidents()[110:]):
        straight.load(part, source="test")
        match_new(straight)
    assert outcome(straight) == made
    straight.close()
    store.close()


def test_portions_make_no_difference(
    whole: tuple[Any, ...], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PORTION", 17)  # less than it takes to judge the first ones
    store = open_store(sqlite_url)
    store.load(incidents(), source="test")
    seen: list[tuple[int, int]] = []
    match_new(store, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert outcome(store) == whole
    store.close()


def test_two_searches_at_once_take_turns_and_lose_no_member(
    whole: tuple[Any, ...], store: Store, store_url: str
) -> None:
    other = open_store(store_url)
    store.load(incidents()[:65], source="test")
    other.load(incidents()[65:], source="test")
    threads = [threading.Thread(target=match_new, args=[one]) for one in (store, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not unfinished_search(store)
    assert outcome(store) == whole
    other.close()


def test_a_search_that_waited_too_long_says_who_it_waited_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "TURN_SECONDS", 0)
    store = open_store(sqlite_url)
    with store.turn("search"), pytest.raises(StoreBusy, match="Another search"):
        match_new(store)
    store.close()


def test_a_job_goes_on_without_whoever_asked_for_it(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.load(incidents(), source="test")
    job = background.start(store)
    assert background.resumed(store) is job
    assert job.wait(60)
    assert job.matched is not None
    assert (job.matched.records, job.done, job.total, job.failed) == (130, 130, 130, "")
    assert not unfinished_search(store)
    store.close()


def test_a_job_that_failed_says_why_and_is_tried_again_later(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(sqlite_url)
    store.load(incidents()[:5], source="test")

    def full(*_: object, **__: object) -> None:
        raise StoreUnreachable("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(background, "match_new", full)
        job = background.start(store)
        assert job.wait(60)
    assert (job.matched, job.failed) == (None, "the disk is full")
    assert background.resumed(store) is job
    monkeypatch.setattr(background, "TRY_AGAIN_SECONDS", 0)
    assert background.resumed(store) is None
    monkeypatch.delenv("AFTERMATH_SEARCH")
    again = background.resumed(store)
    assert again is not None
    assert again.wait(60)
    assert (again.failed, bool(unfinished_search(store))) == ("", False)
    store.close()


def test_a_page_says_what_is_not_searched_and_goes_on_with_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    store = open_store(sqlite_url)
    store.load(incidents(), source="test")
    left = "130 records wait"
    assert left in words(run_page("pages/records.py"))
    monkeypatch.delenv("AFTERMATH_SEARCH")
    assert left in words(run_page("pages/records.py"))
    job = background.resumed(store)
    assert job is not None
    assert job.wait(60)
    assert left not in words(run_page("pages/records.py"))
    assert suggestions(store)
    store.close()


def test_records_are_stored_though_the_search_fails_and_the_command_line_says_both(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreUnreachable("the disk is full")

    (tmp_path / "incidents.csv").write_text("id,title,impact_started_at\na,x,2026-01-01T10:00Z\n")
    with monkeypatch.context() as failing:
        failing.setattr(search, "match_new", full)
        command = ["load", str(tmp_path / "incidents.csv"), "--database", sqlite_url]
        ended = CliRunner().invoke(app, command)
    assert ended.exit_code == 1
    assert "1 new" in ended.output
    assert "The records are stored, but the search for repeats is not finished" in ended.output
    store = open_store(sqlite_url)
    assert store.counts().incidents == 1
    store.close()
