"""Is nobody stored as an owner by name, and no team taken for a person?"""

import pytest
from hypothesis import given

from data import words
from data.values import is_person, without_people
from tests.support.records import TEXTS

WORDS = words.current()


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe",
        "Ana Pérez",
        "Mary-Jane O'Neil",
        "Jürgen von der Heide",
        "J. Doe",
        "Jane D.",
        "JANE STEVENS",
        "Doe, Jane",
        "jane.doe",
        "jane.doe@w.example",
        "@jdoe",
        "@jane-d",
        "Jane",
        "Jürgen",
        "tiago",
    ],
)
def test_a_name_of_a_person_is_told(name: str) -> None:
    assert is_person(name, WORDS)
    assert without_people(name, WORDS) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Payments",
        "payments-team",
        "Data Platform",
        "Site Reliability",
        "Customer Success",
        "Infraestructura",
        "Equipo Pagos",
        "Technischer Betrieb",
        "Équipe Réseau",
        "決済チーム",
        "SRE",
        "SRE Berlin",
        "DBA Team",
        "Team Falcon",
        "NetOps Europe",
        "incident commander",
        "tech lead",
        "Engineering Manager",
        "@acme/payments",
        "@payments-oncall",
        "sre@w.example",
        "payments.core",
        "on-call",
        "Falcon",
        "Falcon / Eagle",
        "Payments, Search",
        "Payments & Search",
        "Squad 7",
        "",
    ],
)
def test_a_team_or_role_stays_as_it_stands(name: str) -> None:
    assert not is_person(name, WORDS)
    assert without_people(name, WORDS) == name


@pytest.mark.parametrize(
    ("owner", "stored"),
    [
        ("Payments, Jane Doe", "Payments"),
        ("Jane Doe and John Roe", ""),
        ("Jane Doe / Data Platform / Ana Ruiz", "Data Platform"),
        ("Payments (Jane Doe)", "Payments"),
        ("Jane Doe (Payments)", "Payments"),
        ("Jane Doe (she/her)", ""),
        ("Payments - Jane Doe", "Payments"),
        ("Falcon; Eagle; @jdoe", "Falcon / Eagle"),
        ("Payments (EU)", "Payments (EU)"),
    ],
)
def test_of_teams_and_people_the_teams_stay(owner: str, stored: str) -> None:
    assert without_people(owner, WORDS) == stored


@given(TEXTS)
def test_what_is_left_is_left_again(owner: str) -> None:
    left = without_people(owner, WORDS)
    assert without_people(left, WORDS) == left
