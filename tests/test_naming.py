"""Tests of proposed names."""

from analytics.matcher.matching import Index
from analytics.matcher.naming import propose_name, spellings
from tests.support.causes import CONCEPTS, document, history


def named(cause: str) -> str:
    prepared, causes = history(80)
    numbers = [n for n, one in enumerate(prepared) if causes[one.id] == cause]
    return propose_name(
        [prepared[n] for n in numbers],
        index=Index.restore(prepared),
        concepts=CONCEPTS,
        written=spellings(document(n, cause) for n in numbers),
    )


def test_a_name_says_the_concept_and_what_is_particular() -> None:
    assert named("certificate").startswith("Expired certificate: ")
    assert "dns" in named("dns").lower()
    assert named("disk").startswith("Disk full")


def test_a_name_is_written_as_people_write_it() -> None:
    assert spellings([document(1, "query")])["invoic"] == "invoices"
    assert all(len(named(cause)) < 80 for cause in ("query", "kafka", "memory"))


def test_incidents_without_anything_in_common_have_no_name() -> None:
    assert propose_name([], index=Index(), concepts=CONCEPTS, written={}) == ""
