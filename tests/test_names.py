"""What people here call things, whatever their sources call them."""

import pytest

from data.added import WrongField
from data.check import check_incident
from data.lists import current_lists
from data.loading import load_sources, load_uploads, preview, undo_last_load
from data.names import InUse, forget, in_use, rename, stored, with_names
from data.problems import Place
from data.readers.source import from_bytes
from data.record import Incident
from data.store import Store

NAMES = {
    "services": {"checkout-api": "Checkout", "CHK": "Checkout"},
    "severity": {"Hm": "SEV2"},
    "root_cause_category": {"Moon phase": "network"},
    "team": {"Pay": " "},
}


def checked(**values: object) -> Incident:
    lists = with_names(current_lists(), NAMES)
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


ROWS = b"""id,title,severity,services,team,impact_started_at
1,One,Kritisch,checkout-api;search,Payments,2026-05-01T10:00:00Z
2,Two,SEV2,Checkout API,payments,2026-05-02T10:00:00Z
3,Three,Hm,checkout-api,Mail,2026-05-03T10:00:00Z
"""


@pytest.fixture
def loaded(store: Store) -> Store:
    load_uploads(store, [("i.csv", ROWS)], lists=current_lists())
    return store


def services(store: Store) -> dict[str, tuple[str, ...]]:
    return {record.id: record.services for record in store.incidents()}


def test_names_in_use_stand_with_how_often_and_the_commonest_of_the_same_letters(
    loaded: Store,
) -> None:
    assert in_use(loaded, "services") == [
        InUse("checkout-api", 2),
        InUse("Checkout API", 1, alike="checkout-api"),
        InUse("search", 1),
    ]
    assert [(used.name, used.alike) for used in in_use(loaded, "team")] == [
        ("Mail", ""),
        ("Payments", ""),
        ("payments", "Payments"),
    ]


def test_many_names_are_renamed_at_once_and_undone_as_one_load(loaded: Store) -> None:
    before = services(loaded)
    changed = rename(
        loaded,
        "services",
        {"checkout-api": "Checkout", "Checkout API": "Checkout"},
        lists=current_lists(),
    )
    assert changed == 3
    assert services(loaded) == {"1": ("Checkout", "search"), "2": ("Checkout",), "3": ("Checkout",)}
    assert [(name.written, name.ours) for name in stored(loaded)] == [
        ("Checkout API", "Checkout"),
        ("checkout-api", "Checkout"),
    ]
    undo_last_load(loaded)
    assert services(loaded) == before
    assert stored(loaded) == []


def test_a_renamed_severity_has_the_rank_of_its_new_name(loaded: Store) -> None:
    rename(loaded, "severity", {"hm": "SEV4"}, lists=current_lists())
    record = loaded.incident("3")
    assert record is not None
    assert (record.severity, record.severity_rank) == ("SEV4", 4)


def test_a_later_load_is_read_with_the_names_and_the_same_file_changes_nothing(
    loaded: Store,
) -> None:
    rename(loaded, "services", {"checkout-api": "Checkout"}, lists=current_lists())
    again = load_uploads(loaded, [("i.csv", ROWS)], lists=current_lists())
    assert (again.new, again.updated) == (0, 0)
    new = ROWS.replace(b"1,One", b"4,Four")
    load_uploads(loaded, [("more.csv", new)], lists=current_lists())
    assert services(loaded)["4"] == ("Checkout", "search")


def test_what_is_said_while_loading_is_kept_for_the_next_load(store: Store) -> None:
    said = {"severity": {"Hm": "SEV2"}}
    load_sources(store, [from_bytes("i.csv", ROWS)], lists=current_lists(), meanings=said)
    more = ROWS.replace(b"3,Three", b"5,Five")
    load_uploads(store, [("more.csv", more)], lists=current_lists())
    record = store.incident("5")
    assert record is not None
    assert (record.severity, record.severity_rank) == ("SEV2", 2)


def test_a_preview_keeps_no_name(store: Store) -> None:
    said = {"severity": {"Hm": "SEV2"}}
    preview(store, [from_bytes("i.csv", ROWS)], lists=current_lists(), meanings=said)
    assert stored(store) == []


def test_names_are_forgotten_for_later_loads(loaded: Store) -> None:
    rename(loaded, "team", {"Payments": "Money"}, lists=current_lists())
    assert forget(loaded, stored(loaded))
    assert stored(loaded) == []
    assert not forget(loaded, stored(loaded))


def test_a_name_that_cannot_be_kept_is_refused(loaded: Store) -> None:
    with pytest.raises(WrongField):
        rename(loaded, "team", {"Payments": "x" * 1000}, lists=current_lists())
