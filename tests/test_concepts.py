"""Tests of concepts: what a pattern means, and that no file can do harm."""

import datetime as dt
import time
from pathlib import Path

import pytest

from analytics.matcher.words import GAP, MOST_PATTERNS, NEAR, Concepts, compile_concepts, sentences
from analytics.stored.index import concepts_in_force
from analytics.stored.search import match_new, open_search
from data.lists import CONCEPTS_ENVIRONMENT, OWN_LIST, ConceptsUnreadable, read_concepts
from data.record import Incident
from data.settings import LARGEST_FILE
from data.store import open_store


def one(*patterns: object, name: str = "thing") -> Concepts:
    return compile_concepts({"concepts": [{"name": name, "patterns": {"en": list(patterns)}}]})


def finds(pattern: str, text: str) -> bool:
    return bool(one(pattern).find(text))


def test_words_stand_next_to_each_other() -> None:
    assert finds("disk full", "The DISK, full again")
    assert not finds("disk full", "the disk was full")


def test_a_star_is_any_ending_and_a_slash_an_alternative() -> None:
    assert finds("tls/ssl expir*", "SSL expiry")
    assert not finds("tls/ssl expir*", "TCP expiry")


def test_dots_leave_room_for_a_few_words_and_no_more() -> None:
    assert finds("failed ... backup", "failed " + "x " * GAP + "backup")
    assert not finds("failed ... backup", "failed " + "x " * (GAP + 1) + "backup")


def test_a_tilde_takes_either_order_within_its_reach() -> None:
    assert finds("certificate* ~ expir*", "expired were the certificates")
    assert finds("certificate* ~ expir*", "certificate " + "x " * (NEAR - 1) + "expired")
    assert not finds("certificate* ~ expir*", "certificate " + "x " * NEAR + "expired")


def test_one_word_is_not_near_itself() -> None:
    assert not finds("expir* ~ expired", "it expired")


def test_a_pattern_does_not_cross_a_sentence() -> None:
    assert not finds("disk full", "We lost a disk. Full recovery followed.")
    assert sentences("One. Two!\n\n- three\n- four") == ["One.", "Two!", "- three", "four"]


def test_concepts_are_counted_in_sentences() -> None:
    assert one("disk full").find("disk full, disk full. Disk full.") == {"thing": 2}


@pytest.mark.parametrize(
    "pattern", ["", "...", "a ...", "... a", "a ~ b ~ c", "(a+)+", "a*", "*", "x " * 40, 7, None]
)
def test_a_bad_pattern_is_reported_and_the_others_still_work(pattern: object) -> None:
    compiled = one(pattern, "disk full")
    assert len(compiled.problems) == 1
    assert compiled.problems[0].startswith("thing: the pattern ")
    assert compiled.find("disk full") == {"thing": 1}


@pytest.mark.parametrize(
    "listed", [None, [], {}, {"concepts": 3}, {"concepts": [3, {"name": "A B"}]}]
)
def test_a_file_of_another_shape_is_reported(listed: object) -> None:
    compiled = compile_concepts(listed)
    assert compiled.problems
    assert compiled.find("anything") == {}


def test_no_pattern_makes_matching_slow() -> None:
    greedy = one(*["a ... " * 11 + "b", "a ~ b", "a* ... a* ... b*".replace("a*", "aa*")] * 60)
    begun = time.process_time()
    greedy.find("a aa " * 2_000)
    assert time.process_time() - begun < 20


def test_the_version_changes_with_the_list_only() -> None:
    assert one("disk full").version == one("disk full").version
    assert one("disk full").version != one("disk gone").version


def test_our_own_list_is_clean_and_speaks_english_and_spanish() -> None:
    concepts = compile_concepts(read_concepts())
    assert concepts.problems == []
    assert len(concepts.labels) > 60
    for english, spanish, name in (
        ("The TLS cert had lapsed", "El certificado había caducado", "expired-certificate"),
        ("The disk was full", "El disco estaba lleno", "disk-full"),
        ("connection pool exhaustion", "se agotaron las conexiones", "connection-exhaustion"),
        ("a slow query", "una consulta muy lenta", "slow-query"),
        ("DNS failed", "fallo de DNS", "dns"),
        ("a retry storm", "una avalancha de reintentos", "retry-storm"),
    ):
        assert name in concepts.find(english)
        assert name in concepts.find(spanish)


def test_a_second_file_extends_ours(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("concepts:\n- name: left-pad\n  patterns: [left pad]\n", encoding="utf-8")
    concepts = compile_concepts(read_concepts(mine))
    assert concepts.find("left pad was gone") == {"left-pad": 1}
    assert concepts.labels["left-pad"] == "Left pad"


@pytest.mark.parametrize("text", ["concepts: 3", "- a", "a: [", "!!python/object:os.system {}"])
def test_a_file_that_is_no_list_of_concepts_is_refused_by_name(tmp_path: Path, text: str) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.yaml"):
        read_concepts(wrong)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_text("#" * (LARGEST_FILE + 1), encoding="utf-8")
    with pytest.raises(ValueError, match="larger"):
        read_concepts(huge)
    assert OWN_LIST.stat().st_size < LARGEST_FILE


def test_the_environment_names_a_file_that_extends_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("concepts:\n- name: left-pad\n  patterns: [left pad]\n", encoding="utf-8")
    monkeypatch.delenv(CONCEPTS_ENVIRONMENT, raising=False)
    ours = concepts_in_force()
    monkeypatch.setenv(CONCEPTS_ENVIRONMENT, str(mine))
    both = concepts_in_force()
    assert list(both.labels) == [*ours.labels, "left-pad"]
    assert both.version != ours.version


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("concepts:\n\n- name: Left\n", "line 3: it needs a name in small letters"),
        ("concepts:\n- name: a\n  patterns: [b, 'c*']\n", "line 2: a: the pattern 'c*' has 'c*'"),
        ("# mine\nconcepts:\n- name: a\n  patterns: b\n", "line 3: a: needs a list of patterns"),
        ("concepts: [", "cannot be read as YAML: while parsing a flow node"),
        ("causes: []", "needs a list named 'concepts'"),
    ],
)
def test_a_bad_list_is_refused_with_its_file_place_and_reason(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(text, encoding="utf-8")
    monkeypatch.setenv(CONCEPTS_ENVIRONMENT, str(mine))
    with pytest.raises(ConceptsUnreadable) as refused:
        concepts_in_force()
    assert str(refused.value).startswith("mine.yaml")
    assert reason in str(refused.value)


def test_a_list_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONCEPTS_ENVIRONMENT, str(tmp_path / "none.yaml"))
    with pytest.raises(ConceptsUnreadable, match=r"none\.yaml cannot be opened: No such file"):
        concepts_in_force()


def test_many_problems_are_counted_and_the_first_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("concepts:\n" + "- name: A\n" * 9, encoding="utf-8")
    monkeypatch.setenv(CONCEPTS_ENVIRONMENT, str(mine))
    with pytest.raises(ConceptsUnreadable, match=r"mine\.yaml, line 2: .*; and 4 more$"):
        concepts_in_force()


def test_patterns_beyond_what_a_list_may_have_are_told() -> None:
    assert one(*["disk full"] * (MOST_PATTERNS + 1)).problems == [
        f"thing: only the first {MOST_PATTERNS} patterns of a list were read"
    ]


def test_changed_concepts_have_every_text_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONCEPTS_ENVIRONMENT, raising=False)
    store = open_store(f"sqlite:///{tmp_path / 'own.db'}")
    may = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    texts = ["Left pad was gone", "Disk"]
    records = [
        Incident(id=f"{n}", title=text, impact_started_at=may) for n, text in enumerate(texts)
    ]
    store.load(records, source="test")
    assert (match_new(store).records, match_new(store).records) == (2, 0)
    mine = tmp_path / "mine.yaml"
    mine.write_text("concepts:\n- name: left-pad\n  patterns: [left pad]\n", encoding="utf-8")
    monkeypatch.setenv(CONCEPTS_ENVIRONMENT, str(mine))
    assert (match_new(store).records, match_new(store).records) == (2, 0)
    assert open_search(store).index.share_of([":left-pad"]) == {":left-pad": 0.5}
