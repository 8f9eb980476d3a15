"""Tests of what is remembered of a record, and of the worth of sentences."""

import datetime as dt
import json

import pytest

from analytics.matcher.matching import Index
from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.words import ASIDE, PLAIN, WHY, weight_of_sentence
from tests.support.causes import CONCEPTS, START, document


@pytest.mark.parametrize(
    ("sentence", "worth"),
    [
        ("This was due to a stale lease.", WHY),
        ("Users experienced errors because a lease was stale.", WHY),
        ("Fue causado por un certificado.", WHY),
        ("Users were logged out.", ASIDE),
        ("Vamos a mejorar las alertas para evitar esto.", ASIDE),
        ("A lease was stale.", PLAIN),
        ("", PLAIN),
    ],
)
def test_sentences_that_tell_why_count_most(sentence: str, worth: int) -> None:
    assert weight_of_sentence(sentence) == worth


def test_words_are_counted_by_field_and_by_the_worth_of_their_sentence() -> None:
    prepared = prepare(
        Document(
            id="a",
            created=START,
            title="Lease gone",
            cause="Lease stale. Due to quorum.",
            factors=("quorum",),
        ),
        CONCEPTS,
    )
    counts = dict(
        zip(prepared.words, zip(prepared.in_title, prepared.in_body, strict=True), strict=True)
    )
    assert counts["leas"] == (1, PLAIN)
    assert counts["quorum"] == (0, WHY + PLAIN)


def test_what_is_stored_comes_back_the_same() -> None:
    prepared = prepare(document(1, "dns"), CONCEPTS)
    assert Prepared.from_json(json.loads(json.dumps(prepared.to_json()))) == prepared


def test_what_is_stored_is_small() -> None:
    made = document(1, "dns")
    assert len(json.dumps(prepare(made, CONCEPTS).to_json())) < 6 * len(made.body)


def test_services_are_compared_without_capitals_and_blanks() -> None:
    made = Document(id="a", created=START, services=(" API", "api", "", "Web"))
    assert prepare(made, CONCEPTS).services == ("api", "web")


def test_a_long_summary_does_not_drown_the_cause() -> None:
    def told(number: int, cause: str, impact: str) -> Document:
        return Document(
            id=f"i{number}",
            created=dt.datetime(2024, 1, 1) + dt.timedelta(days=9 * number),
            cause=cause,
            summary=f"{impact} could not order bread. Carts stayed empty and lists were lost.",
        )

    index = Index()
    index.add(prepare(told(0, "The quorum disk lost its lease.", "Northern shops"), CONCEPTS))
    index.add(prepare(told(1, "The parser dropped a semicolon.", "Southern mills"), CONCEPTS))
    late = told(2, "A lease of the quorum disk lapsed.", "Southern mills")
    near, far = index.search(prepare(late, CONCEPTS))
    assert near.id == "i0"
    assert near.shared > 2 * far.shared


def test_without_a_cause_the_summary_counts_in_full() -> None:
    text = "The quorum disk lost its lease."
    cause, summary = (
        prepare(Document(id="a", created=None, **{field: text}), CONCEPTS)
        for field in ("cause", "summary")
    )
    assert cause == summary
