"""The search over all texts of records: what it finds, in which order, that it stays in step."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from data import text_index
from data.engine import connect
from data.migrations import bring_up_to_date
from data.record import Action, Event, Incident
from data.store import Store, open_store
from data.text_index import MOST_WORDS, asked, folded, snippet
from tests.support.old_stores import old_incident, raise_revision

CERTIFICATE = Incident(
    id="INC-2024-007",
    title="Logins failed",
    summary="An expired certificate stopped every login for an hour.",
    what_went_wrong=("Nobody watches the café of São Paulo",),
    services=("edge_proxy",),
    timeline=(Event(text="Pager went off"),),
    actions=(Action(id="A-1", title="Renew by robot", owner="Platform"),),
    extra={"notes": {"deep": ["kubelet restarted"]}},
)
QUEUE = Incident(id="b", title="Certificate queue", root_cause="The broker stood still.")
OTHERS = [Incident(id=f"x{n}", title="Slow pages", summary="no") for n in range(3)]


def found(store: Store, typed: str) -> list[str] | None:
    return store.find(typed, most=9)


@pytest.fixture
def loaded(store: Store) -> Store:
    store.load([CERTIFICATE, QUEUE, *OTHERS], source="test")
    return store


@pytest.mark.parametrize(
    "typed",
    [
        "expired",
        "login expired",
        "EXPIRED Certificate hour",
        "expir",
        "cafe sao",
        "CAFÉ",
        "edge_proxy",
        "proxy",
        "pager",
        "robot platform",
        "kubelet",
        "inc-2024-007",
        '"expired certificate"',
        '"Expired  CERTIFICATE" pager',
        '"expired certificate',
    ],
)
def test_a_record_is_found_by_what_any_of_its_texts_says(loaded: Store, typed: str) -> None:
    assert found(loaded, typed) == ["INC-2024-007"]


@pytest.mark.parametrize(
    "typed",
    ['"certificate expired"', '"expired cert"', "piration", "expired broker", "", '""', "!"],
)
def test_a_record_that_does_not_say_it_is_not_found(loaded: Store, typed: str) -> None:
    assert found(loaded, typed) == []


def test_a_word_in_a_title_counts_for_more_than_in_another_text(loaded: Store) -> None:
    assert found(loaded, "certificate") == ["b", "INC-2024-007"]


def test_equals_are_given_newest_first_and_no_more_than_asked_for(loaded: Store) -> None:
    assert loaded.find("slow", most=2) == ["x2", "x1"]


@pytest.mark.parametrize(
    "typed",
    [
        'expired" OR title:* NOT NEAR(',
        "expired AND (",
        "' | !expired & <->",
        "expired\x00certificate",
        "expired \ud800",
        '"' * 50_000,
        "expired:* ^ { } - + \\ %",
        "x" * 50_000,
        "word " * 50_000,
    ],
)
def test_nothing_typed_is_an_operator_or_takes_long(loaded: Store, typed: str) -> None:
    begun = time.process_time()
    assert isinstance(found(loaded, typed), list)
    assert time.process_time() - begun < 1


def test_of_very_many_words_the_first_are_looked_for_and_it_is_known(loaded: Store) -> None:
    question = asked("expired " * 50_000)
    assert len(question.phrases) == MOST_WORDS
    assert question.left_out
    assert found(loaded, "expired " * 50_000) == ["INC-2024-007"]
    assert not asked("expired certificate").left_out


def test_scripts_without_spaces_are_found_within_a_sentence(store: Store) -> None:
    store.load([Incident(id="a", summary="証明書の期限切れで障害が発生した")], source="test")
    assert found(store, "期限切れ") == ["a"]
    assert found(store, "切期") == []


def test_a_changed_record_is_found_by_what_it_says_now(loaded: Store) -> None:
    changed = CERTIFICATE.model_copy(update={"summary": "A disk was full."})
    loaded.load([changed], source="again")
    assert found(loaded, "disk") == ["INC-2024-007"]
    assert found(loaded, "expired") == []


def test_an_undone_load_is_undone_in_the_search_too(loaded: Store) -> None:
    changed = CERTIFICATE.model_copy(update={"summary": "A disk was full."})
    loaded.load([changed, Incident(id="new", title="Disk again")], source="again")
    assert loaded.undo_last_load() is not None
    assert found(loaded, "disk") == []
    assert found(loaded, "expired") == ["INC-2024-007"]


def test_what_a_preview_reads_is_not_found(loaded: Store) -> None:
    loaded.load([Incident(id="new", title="Disk")], source="", keep=False)
    assert found(loaded, "disk") == []


def test_a_cleared_store_finds_nothing(loaded: Store) -> None:
    loaded.clear()
    assert found(loaded, "expired") == []


def test_the_sample_that_makes_way_is_not_found(store: Store) -> None:
    store.load([CERTIFICATE], source="sample", as_sample=True)
    store.load([QUEUE], source="own")
    assert found(store, "expired") == []
    assert found(store, "certificate") == ["b"]


def test_a_load_that_fails_leaves_the_search_as_it_was(loaded: Store) -> None:
    def records():  # type: ignore[no-untyped-def]
        yield Incident(id="new", title="Disk")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loaded.load(records(), source="test")
    assert found(loaded, "disk") == []


def test_a_store_of_an_earlier_version_gets_an_index(store_url: str) -> None:
    engine = connect(store_url)
    bring_up_to_date(engine, schema="0001")
    old_incident(engine, 1, "a", title="kept words")
    raise_revision(engine)
    engine.dispose()
    store = open_store(store_url)
    assert found(store, "kept") == ["a"]
    assert store.revision() == 1
    store.close()


def test_an_index_of_another_edition_is_made_anew(store_url: str) -> None:
    store = open_store(store_url)
    store.load([QUEUE], source="test")
    engine = connect(store_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM text_index"))
        connection.execute(text("UPDATE settings SET value = '0' WHERE name = 'text_index'"))
    engine.dispose()
    assert found(store, "broker") is None
    store.close()
    store = open_store(store_url)
    assert found(store, "broker") == ["b"]
    store.close()


def test_without_fts5_records_are_kept_and_the_search_says_that_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/aftermath.db"
    monkeypatch.setattr(text_index, "_has_fts5", lambda: False)
    store = open_store(url)
    store.load([QUEUE, CERTIFICATE], source="test")
    store.load([QUEUE.model_copy(update={"root_cause": "It did not."})], source="test")
    assert found(store, "broker") is None
    store.close()
    monkeypatch.undo()
    store = open_store(url)
    assert found(store, "broker") == []
    assert found(store, "expired") == ["INC-2024-007"]
    store.close()


def test_a_machine_without_fts5_leaves_no_index_that_lacks_what_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/aftermath.db"
    store = open_store(url)
    store.load([QUEUE], source="test")
    monkeypatch.setattr(text_index, "_has_fts5", lambda: False)
    store.load([CERTIFICATE], source="test")
    monkeypatch.undo()
    assert found(store, "broker") is None
    store.close()
    store = open_store(url)
    assert found(store, "expired") == ["INC-2024-007"]
    store.close()


def test_texts_are_folded_to_words_of_small_letters_and_digits() -> None:
    assert folded("Große_Café-Straße №7").split() == ["grosse", "cafe", "strasse", "no7"]
    assert folded("A_b-C.d").split() == ["a", "b", "c", "d"]


def test_a_snippet_shows_the_words_where_most_of_them_stand() -> None:
    shown = snippet(CERTIFICATE, asked("certificate login"))
    assert shown is not None
    assert shown.heading == "Summary"
    assert [part for part, is_match in shown.parts if is_match] == ["certificate", "login"]
    assert "".join(part for part, _ in shown.parts) == CERTIFICATE.summary


def test_a_snippet_of_a_long_text_begins_and_ends_between_words() -> None:
    long = Incident(id="a", summary=f"{'before it ' * 90}the needle {'and after ' * 90}")
    shown = snippet(long, asked("needle"))
    assert shown is not None
    whole = "".join(part for part, _ in shown.parts)
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert "the needle and" in whole
    assert len(whole) < 220


def test_there_is_no_snippet_where_only_the_title_says_it() -> None:
    assert snippet(QUEUE, asked("queue")) is None
