"""Tests of proposed names."""

import datetime as dt
from collections.abc import Sequence

import pytest

from analytics.matcher.families import Family
from analytics.matcher.matching import Index
from analytics.matcher.naming import named, propose_name
from analytics.matcher.prepared import Document, prepare
from tests.support.causes import CONCEPTS, START, document, history

PREPARED, CAUSES = history(80)
INDEX = Index.restore(PREPARED)
TEXTS = {one.id: document(n, CAUSES[one.id]) for n, one in enumerate(PREPARED)}


def name_of(cause: str) -> str:
    members = [(TEXTS[one.id], one) for one in PREPARED if CAUSES[one.id] == cause]
    return propose_name(members, index=INDEX, concepts=CONCEPTS)


def written(
    *texts: tuple[str, str], services: Sequence[Sequence[str]] = (), prefix: str = "n"
) -> list[Document]:
    """Incidents of one cause, each of a title and what is said of the cause."""
    return [
        Document(
            id=f"{prefix}{number}",
            created=START + dt.timedelta(days=number),
            title=title,
            cause=cause,
            services=tuple(services[number]) if services else (),
        )
        for number, (title, cause) in enumerate(texts)
    ]


def proposed(some: Sequence[Document], *, before: str = "", taken: Sequence[str] = ()) -> str:
    """What these would be called in a store that has them beside eighty others."""
    members = [(one, prepare(one, CONCEPTS)) for one in some]
    index = Index.restore([*PREPARED, *(one for _, one in members)])
    return propose_name(members, index=index, concepts=CONCEPTS, before=before, taken=taken)


def test_a_name_is_a_phrase_that_the_texts_share() -> None:
    assert name_of("certificate") == "Expired certificate"
    assert name_of("retry") == "Mobile client overloaded the session gateway"
    assert name_of("dns") == "Stale zone transfer from the bind primary"


@pytest.mark.parametrize("cause", ["query", "kafka", "memory", "config", "disk"])
def test_a_name_is_short_and_says_nothing_twice(cause: str) -> None:
    words = name_of(cause).lower().split()
    assert 1 < len(words) < 10
    assert len(set(words)) > 0.8 * len(words)


def test_the_title_that_says_what_all_share_names_them() -> None:
    some = written(
        ("BIN table missing new ranges", "The weekly import failed on a malformed line."),
        ("New card ranges refused", "Import of the BIN table stopped at a malformed row."),
    )
    assert proposed(some) == "BIN table missing new ranges"


def test_accents_capitals_and_acronyms_stay_as_people_wrote_them() -> None:
    spanish = written(
        ("Corte de fibra en Verín", "Obras cortaron la fibra."),
        ("Consultorios de montaña sin red", "Corte de fibra del operador en el puerto."),
        ("Sin conexión en el centro de salud", "Corte de fibra por obras."),
    )
    assert proposed(spanish) == "Corte de fibra"
    signed = written(
        ("Línea de teléfono sin tono", "Una configuración errónea del troncal SIP."),
        ("Centralita muda", "El troncal SIP tenía una configuración errónea."),
    )
    assert "SIP" in proposed(signed) or "configuración errónea" in proposed(signed).lower()


def test_what_turns_the_meaning_stays_with_its_word() -> None:
    some = written(
        ("No se archivan estudios DICOM", "Purga parada."),
        ("Radiología no guarda estudios", "No se archivan estudios DICOM."),
    )
    assert proposed(some) == "No se archivan estudios DICOM"
    killed = written(
        ("web: out of memory", "The llama cache grew."),
        ("api: out of memory", "The llama cache grew again."),
        services=[["web"], ["api"]],
    )
    assert proposed(killed) in {"Out of memory", "Llama cache grew"}
    assert proposed(killed, taken=["Llama cache grew"]) == "Out of memory"


def test_names_of_services_tell_where_and_not_why() -> None:
    some = written(
        ("Ledger: tidal basin stalled", "The tidal basin of ledger stalled."),
        ("tidal basin in gate", "A tidal basin stalled in gate."),
        services=[["ledger"], ["gate"]],
    )
    assert proposed(some) == "Tidal basin stalled"


def test_a_service_at_the_beginning_of_a_name_is_spelled_as_it_is() -> None:
    some = written(
        ("tidal-basin returns llamas", ""), ("tidal-basin returns llamas", ""),
        services=[["tidal-basin"]] * 2,
    )  # fmt: skip
    assert proposed(some) == "tidal-basin returns llamas"


def test_no_name_is_that_of_a_service() -> None:
    some = written(
        ("Pull Requests", "Llama."), ("Pull Requests", "Abacus."), services=[["Pull Requests"]] * 2
    )
    assert proposed(some) == ""
    elsewhere = written(("Web", "Llama."), ("Web", "Abacus."))
    assert proposed(elsewhere) == ""  # others name that service
    assert proposed(written(("web.example", "Llama."), ("web.example", "Abacus."))) == ""


def test_dates_and_counts_are_no_part_of_a_name() -> None:
    some = written(
        ("Webhooks delayed by up to 40 min on 2024-03-01", "A llama held all workers."),
        ("Webhooks delayed", "A llama held the workers."),
    )
    assert proposed(some) == "Webhooks delayed"


def test_a_kind_of_cause_names_what_people_tell_in_many_words() -> None:
    some = written(
        ("Checkout broken", "The TLS certificate lapsed."),
        ("Sin servicio", "El certificado había caducado."),
        ("Login refused", "x509 expired on the proxy."),
    )
    assert proposed(some) == "Expired certificate"


def test_incidents_without_anything_in_common_have_no_name() -> None:
    assert proposed([]) == ""
    assert proposed(written(("Odd", "Abacus broke."), ("Even", "Some llama slipped."))) == ""


def test_a_family_without_telling_words_is_called_after_its_first_incident() -> None:
    texts = {one.id: one for one in written(("Odd", "Abacus broke."), ("Even", "Llama slipped."))}
    (only,) = named([Family("n0", ("n0", "n1"))], [], texts.get, index=INDEX, concepts=CONCEPTS)
    assert only.name == "Odd"


def test_names_that_people_gave_and_those_of_unchanged_families_stay() -> None:
    given = Family("a", ("i1", "i2"), frozenset(("i1", "i2")), "Ours", named=True)
    before = Family("b", ("i3", "i4"), name="As it was")
    families = [given, Family("b", ("i4", "i3")), Family("gone", ("g1", "g2"))]
    found = named(families, [given, before], TEXTS.get, index=INDEX, concepts=CONCEPTS)
    assert [family.name for family in found] == ["Ours", "As it was", ""]


def test_a_name_stays_when_one_more_joins_while_half_of_them_say_all_of_it() -> None:
    some = written(
        ("Stale exchange rates", "The feed stopped."),
        ("Old exchange rates at checkout", "The feed stopped."),
        ("Exchange rates feed stopped", "The feed stopped."),
    )
    assert proposed(some, before="Exchange rates stopped") == "Exchange rates stopped"
    assert proposed(some, before="Abacus broke") != "Abacus broke"


def test_two_causes_do_not_get_one_name() -> None:
    one = written(
        ("web: llama farm", "Llama farm on fire."), ("api: llama farm", "Llama farm flooded.")
    )
    other = written(
        ("jobs: llama farm", "Llama farm moved."), ("web: llama farm", "Llama farm moved."),
        prefix="m",
    )  # fmt: skip
    texts = {text.id: text for text in (*one, *other)}
    index = Index.restore([*PREPARED, *(prepare(text, CONCEPTS) for text in texts.values())])
    families = [Family("n0", ("n0", "n1")), Family("m0", ("m0", "m1"))]
    found = [
        family.name for family in named(families, [], texts.get, index=index, concepts=CONCEPTS)
    ]
    assert found[0] == "Llama farm"
    assert found[1] == "Llama farm moved"


def test_a_phrase_may_stand_in_one_text_while_the_others_have_its_words() -> None:
    some = written(
        ("Voice drops in raids", "Egress bandwidth of the media servers was saturated."),
        ("Robotic voice", "Media servers in Frankfurt had no egress bandwidth left."),
    )
    assert proposed(some) == "Egress bandwidth of the media servers"


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (("Recherche vide pendant 50 minutes", "Recherche vide depuis midi"), "Recherche vide"),
        (("L'alias des index", "L'alias des index"), "Alias des index"),
        (("etcd_leader changes", "etcd_leader changes again"), "etcd_leader changes"),
        (("third-party llama outage", "third-party llama outage"), "Third-party llama outage"),
    ],
)
def test_names_read_well_in_other_languages_and_with_identifiers(
    titles: tuple[str, str], name: str
) -> None:
    assert proposed(written(*((title, "") for title in titles))) == name


def test_a_number_stays_where_all_say_the_same_one() -> None:
    same = written(("Kiosks in Terminal 2 offline", ""), ("Dark: kiosks in Terminal 2", ""))
    assert proposed(same) == "Kiosks in Terminal 2"
    others = written(("Disk full on node 3", ""), ("Disk full on node 5", ""))
    assert proposed(others) == "Disk full on node"


def test_a_phrase_is_not_cut_off_behind_its_head() -> None:
    some = written(
        ("Jobs wait", "The provider's quota on llama creation was reached during the peak."),
        ("Runners missing", "No llamas: quota for creation of llamas reached."),
    )
    assert proposed(some) == "Quota on llama creation was reached"


def test_a_phrase_ends_where_another_clause_begins() -> None:
    some = written(
        ("Login fails", "New RADIUS certificate from a CA that devices do not trust."),
        ("No Wi-Fi", "RADIUS certificate of another CA, devices pin the old one."),
    )
    assert proposed(some) == "RADIUS certificate from a CA"


@pytest.mark.parametrize(
    ("cause", "other", "name"),
    [
        ("The llama gateway reduced capacity", "The llama gateway reduced cost", "Llama gateway"),
        ("Keep-alive of the llama was shorter than ours", "", "Keep-alive of the llama"),
        ("The llama gate failed to open", "The llama gate failed to shut", "Llama gate"),
        ("We will improve our llama farm", "They improve our llama farm", "Llama farm"),
        ("Llama farm deadlock after we moved it", "", "Llama farm deadlock"),
        ("The llama listener causes this", "The llama listener causes that", "Llama listener"),
        (
            "L'import de la table lama avait échoué.",
            "Il était absent de la table lama après l'import.",
            "Import de la table lama",
        ),
    ],
)
def test_a_name_ends_where_a_phrase_does(cause: str, other: str, name: str) -> None:
    some = written(("Jobs wait", cause), ("Runners missing", other or cause))
    assert proposed(some) == name


def test_a_title_keeps_what_half_is_half_of() -> None:
    some = written(
        ("Llama balance off by half a day", "The farm rounds."),
        ("Wrong llama balance", "The farm rounds half a day otherwise."),
    )
    assert proposed(some) == "Llama balance off by half a day"
