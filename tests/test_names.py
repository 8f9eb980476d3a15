"""What people here call things, whatever their sources call them."""

from data.check import check_incident
from data.lists import current
from data.names import with_names
from data.problems import Place
from data.record import Incident

NAMES = {
    "services": {"checkout-api": "Checkout", "CHK": "Checkout"},
    "severity": {"Hm": "SEV2"},
    "root_cause_category": {"Moon phase": "network"},
    "team": {"Pay": " "},
}


def checked(**values: object) -> Incident:
    lists = with_names(current(), NAMES)
    record = check_incident({"id": "1", **values}, place=Place("x"), lists=lists).incident
    assert record is not None
    return record


def test_a_value_means_what_was_said_whatever_its_case() -> None:
    record = checked(severity="hm", root_cause_category="moon  PHASE")
    assert (record.severity, record.severity_rank) == ("SEV2", 2)
    assert record.root_cause_category == "network"


def test_each_item_of_a_list_is_renamed_and_stands_there_once() -> None:
    assert checked(services=["chk", "Search", "checkout-api"]).services == ("Checkout", "Search")


def test_what_nothing_is_said_of_stays_as_it_is() -> None:
    record = checked(severity="SEV3", services=["Mail"], team="Pay")
    assert (record.severity, record.services, record.team) == ("SEV3", ("Mail",), "Pay")
