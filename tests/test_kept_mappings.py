"""Is a mapping kept by name, and found again by whoever loads?"""

import pytest

from data.mapping import ColumnMapping
from data.notations import DayOrder
from data.options import NotUnderstood, options_said
from data.preferences import (
    UnfitName,
    forget_mapping,
    keep_mapping,
    kept_mapping,
    names_of_mappings,
)
from data.store import Store, open_store

MAPPING = ColumnMapping(
    {"Opened": "detected_at", "Headline": "title", "Notes": ""},
    values={"severity": {"Kritisch": "SEV1"}},
    day_order=DayOrder.DAY,
    zone="Europe/Berlin",
)


@pytest.fixture
def store(sqlite_url: str) -> Store:
    return open_store(sqlite_url)


def test_a_mapping_comes_back_by_its_name_until_it_is_forgotten(store: Store) -> None:
    keep_mapping(store, " tickets ", ColumnMapping({"A": "title"}))
    keep_mapping(store, "tickets", MAPPING)
    keep_mapping(store, "Störungen", MAPPING)
    assert names_of_mappings(store) == ["Störungen", "tickets"]
    assert kept_mapping(store, "tickets") == MAPPING
    forget_mapping(store, "tickets")
    assert names_of_mappings(store) == ["Störungen"]
    assert kept_mapping(store, "tickets") is None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 101])
def test_a_name_that_cannot_be_read_keeps_nothing(store: Store, name: str) -> None:
    with pytest.raises(UnfitName):
        keep_mapping(store, name, MAPPING)
    assert names_of_mappings(store) == []


def test_a_load_names_a_mapping_that_is_kept(store: Store) -> None:
    keep_mapping(store, "tickets", MAPPING)
    options = options_said(mapping="tickets", kept=lambda name: kept_mapping(store, name))
    assert (options.mapping, options.day_order) == (MAPPING, DayOrder.DAY)
    assert str(options.zone) == "Europe/Berlin"
    with pytest.raises(NotUnderstood, match="'others' is neither a file nor the name"):
        options_said(mapping="others", kept=lambda name: kept_mapping(store, name))
