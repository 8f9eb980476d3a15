"""Tests of the words that a text is cut into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.matcher.words import LONGEST_WORD, fold, stem, tokens, without_noise, words


def test_identifiers_are_kept_whole_and_in_their_parts() -> None:
    assert tokens("maxPoolSize") == ["max", "pool", "size", "maxpoolsiz"]
    assert tokens("retry_after") == ["retry", "retry_after"]
    assert "db.pool.size" not in tokens("a db pool size")


def test_a_dotted_name_is_kept_level_by_level_and_whole_at_the_end() -> None:
    found = tokens("activemq.PoolMonitor")
    assert found == ["activemq", "pool", "monitor", "poolmonitor", "activemq.poolmonitor"]
    assert set(tokens("PoolMonitor")) < set(found)


def test_dates_clock_times_percentages_and_counts_are_removed_first() -> None:
    text = "On June 5th, 2024 at 17:39 UTC (2024-06-05) 5.2% of 12,500 requests failed for 3 hours"
    assert tokens(text) == ["request", "failed"]
    assert tokens("El 5 de junio de 2024 el 12 por ciento, durante 40 minutos") == []


def test_numbers_inside_words_stay() -> None:
    assert "ipv4" in tokens("IPv4 and x86_64")
    assert "x86_64" in tokens("IPv4 and x86_64")


def test_accents_and_capitals_do_not_matter() -> None:
    assert tokens("Conexión CADUCADA") == tokens("conexion caducada")
    assert fold("Straße") == fold("STRASSE")


def test_a_japanese_voicing_mark_is_not_an_accent() -> None:
    assert fold("データ") == "データ"


def test_scripts_without_spaces_give_pairs_of_characters() -> None:
    assert tokens("连接失败") == ["连接", "接失", "失败"]
    assert tokens("데이터베이스 연결") == ["데이터베이스", "연결"]


def test_plurals_meet_their_singular_in_both_languages() -> None:
    for one, many in (
        ("query", "queries"),
        ("store", "stores"),
        ("certificate", "certificates"),
        ("error", "errores"),
        ("conexion", "conexiones"),
    ):
        assert stem(one) == stem(many)
    assert stem("status") == "status"


def test_stop_words_of_both_languages_are_left_out() -> None:
    assert tokens("the cause of an incident was in the cache") == ["cach"]
    assert tokens("la causa del incidente fue una caché") == ["cach"]


def test_links_and_keys_are_left_out() -> None:
    assert tokens(f"see https://example.org/a?b=c and {'a1' * LONGEST_WORD}") == ["see"]


def test_words_keep_everything_for_patterns() -> None:
    assert words("The disk was full") == ["the", "disk", "was", "full"]


@given(st.text())
def test_any_text_can_be_cut_and_tokens_have_no_blanks_or_colons(text: str) -> None:
    for token in tokens(text):
        assert token
        assert token == "".join(token.split())
        assert ":" not in token


@given(st.text(alphabet="0123456789:.,/-% \n", max_size=300))
def test_numbers_alone_leave_hardly_anything(text: str) -> None:
    assert not any(token.isdigit() for token in tokens(text))
    assert len(without_noise(text)) <= len(text) + text.count("\n") + 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("APIs", "API"),
        ("VMs", "VM"),
        ("listAPIs", "list API"),
        ("a time-out", "a timeout"),
        ("requests timed out", "requests timeout"),
        ("time-outs", "timeouts"),
        ("the fail-over", "the failover"),
        ("503 errors", "HTTP 503"),
        ("504s", "status code: 504"),
    ],
)
def test_spellings_of_one_thing_share_a_token(one: str, other: str) -> None:
    assert set(tokens(other)) & set(tokens(one)) >= set(tokens(other)) - {"error", "code", "statu"}


@pytest.mark.parametrize("text", ["503 users", "500 errors", "HTTP 200", "waited 502 seconds"])
def test_counts_and_what_every_server_says_are_no_status(text: str) -> None:
    assert not [token for token in tokens(text) if token.startswith("http") and token != "http"]


def test_capitals_within_a_name_still_part_it() -> None:
    assert tokens("JMSBroker") == ["jms", "broker", "jmsbroker"]
