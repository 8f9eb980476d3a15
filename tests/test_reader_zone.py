"""The zone that readers see: kept with the store, named by the environment, always a known one."""

import pytest

from data.preferences import ZoneUnknown, is_fixed, known_zones, reader_zone, set_reader_zone
from data.store import Store, open_store


@pytest.fixture
def store(sqlite_url: str) -> Store:
    return open_store(sqlite_url)


def test_readers_see_utc_until_somebody_says_otherwise(store: Store) -> None:
    assert reader_zone(store) == "UTC"
    assert set_reader_zone(store, " Europe/Berlin ")
    assert not set_reader_zone(store, "Europe/Berlin")
    assert reader_zone(store) == "Europe/Berlin"


def test_another_zone_is_another_edition_of_the_store(store: Store) -> None:
    before = store.revision()
    set_reader_zone(store, "Asia/Tokyo")
    assert store.revision() > before


def test_the_environment_has_the_last_word(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    set_reader_zone(store, "Asia/Tokyo")
    monkeypatch.setenv("AFTERMATH_ZONE", "America/New_York")
    assert (reader_zone(store), is_fixed()) == ("America/New_York", True)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "Europe/", ""])
def test_a_zone_that_there_is_not_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(ZoneUnknown, match="write it like Europe/Berlin"):
        set_reader_zone(store, name)
    if name:
        monkeypatch.setenv("AFTERMATH_ZONE", name)
        with pytest.raises(ZoneUnknown, match="AFTERMATH_ZONE names no zone"):
            reader_zone(store)


def test_zones_to_choose_from_are_those_of_places_with_utc_first() -> None:
    zones = known_zones()
    assert zones[0] == "UTC"
    assert {"Europe/Berlin", "America/Los_Angeles"} <= set(zones)
    assert not [name for name in zones if name.startswith("Etc/")]
