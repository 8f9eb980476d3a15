"""Tests of proposed names."""

import datetime as dt

from analytics.matcher.matching import Index
from analytics.matcher.naming import named, propose_name
from analytics.matcher.prepared import Document, prepare
from analytics.matcher.settling import Family
from tests.support.causes import CONCEPTS, START, document, history

PREPARED, CAUSES = history(80)
INDEX = Index.restore(PREPARED)
TEXTS = {one.id: document(n, CAUSES[one.id]) for n, one in enumerate(PREPARED)}


def name_of(cause: str) -> str:
    members = [(TEXTS[one.id], one) for one in PREPARED if CAUSES[one.id] == cause]
    return propose_name(members, index=INDEX, concepts=CONCEPTS)


def test_a_name_says_the_concept_and_what_is_particular() -> None:
    assert name_of("certificate").startswith("Expired certificate: ")
    assert "dns" in name_of("dns").lower()
    assert name_of("disk").startswith("Disk full")


def test_words_that_stand_side_by_side_stay_a_phrase() -> None:
    assert "haproxy tier" in name_of("certificate")


def test_a_name_is_short_and_says_nothing_twice() -> None:
    for cause in ("query", "kafka", "memory", "config"):
        words = name_of(cause).lower().replace(":", "").split()
        assert 0 < len(name_of(cause)) < 80
        assert len(words) == len(set(words))


def texts(*causes: str, service: str = "ledger") -> list[Document]:
    return [
        Document(
            id=f"n{number}",
            created=START + dt.timedelta(days=number),
            title=f"Ledger: something {number}",
            cause=cause,
            services=(service,),
        )
        for number, cause in enumerate(causes)
    ]


def proposed(some: list[Document]) -> str:
    members = [(one, prepare(one, CONCEPTS)) for one in some]
    return propose_name(members, index=INDEX, concepts=CONCEPTS)


def test_names_of_services_tell_where_and_not_why() -> None:
    index = Index.restore([*PREPARED, *(prepare(one, CONCEPTS) for one in texts("x"))])
    some = texts("The tidal basin of ledger stalled.", "A tidal basin in ledger stalled again.")
    for one in some:
        index.add(prepare(one, CONCEPTS))
    members = [(one, prepare(one, CONCEPTS)) for one in some]
    assert propose_name(members, index=index, concepts=CONCEPTS) == "Tidal basin"


def test_a_concept_without_particular_words_is_named_with_the_service_that_most_hit() -> None:
    causes = ("The certificate expired.", "An expired certificate, unlike any llama.")
    assert proposed(texts(*causes)) == "Expired certificate in ledger"
    apart = [*texts(causes[0]), *texts(causes[1], service="gate")]
    assert proposed([*apart, *texts(causes[0], service="yard")]) == "Expired certificate"


def test_incidents_without_anything_in_common_have_no_name() -> None:
    assert proposed([]) == ""
    assert proposed(texts("Abacus broke.", "Some llama slipped.")) == ""


def test_a_family_without_telling_words_is_called_after_its_first_incident() -> None:
    written = {one.id: one for one in texts("Abacus broke.", "Some llama slipped.")}
    (only,) = named([Family("n0", ("n0", "n1"))], [], written.get, index=INDEX, concepts=CONCEPTS)
    assert only.name == "Ledger: something 0"


def test_names_that_people_gave_and_those_of_unchanged_families_stay() -> None:
    given = Family("a", ("i1", "i2"), frozenset(("i1", "i2")), "Ours", named=True)
    before = Family("b", ("i3", "i4"), name="As it was")
    families = [given, Family("b", ("i4", "i3")), Family("gone", ("g1", "g2"))]
    found = named(families, [given, before], TEXTS.get, index=INDEX, concepts=CONCEPTS)
    assert [family.name for family in found] == ["Ours", "As it was", ""]
