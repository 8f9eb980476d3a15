"""In which zone do readers see times, and count days, weeks and months?

A setting of the store, so that all readers see the same; a variable of the environment may say
otherwise for one machine. Whatever it is, clocks are kept in UTC.
"""

import os
from zoneinfo import ZoneInfo, available_timezones

from data.store import Store

#: Names the zone instead of the setting.
ENVIRONMENT = "AFTERMATH_ZONE"
SETTING = "zone"
UTC = "UTC"


class ZoneUnknown(ValueError):
    """There is no zone of this name; the message says so."""


def reader_zone(store: Store) -> str:
    """The name of the zone that readers see.

    Raises:
        ZoneUnknown: the environment names none that is known.
        StoreUnreachable: the database failed.
    """
    if named := os.environ.get(ENVIRONMENT, "").strip():
        return _checked(named, f"{ENVIRONMENT} names")
    kept = store.setting(SETTING)
    return kept if isinstance(kept, str) and _is_known(kept) else UTC


def set_reader_zone(store: Store, name: str) -> bool:
    """Let readers see times in a zone; whether that is another one.

    Raises:
        ZoneUnknown: there is none of this name.
    """
    return store.set_setting(SETTING, _checked(name.strip(), "There is"))


def is_fixed() -> bool:
    """Whether the environment names the zone, so that the setting changes nothing here."""
    return bool(os.environ.get(ENVIRONMENT, "").strip())


def known_zones() -> list[str]:
    """Names of zones to choose from, UTC first."""
    return [UTC, *sorted(name for name in available_timezones() if "/" in name and _usual(name))]


def _usual(name: str) -> bool:
    return not name.startswith(("Etc/", "posix/", "right/", "SystemV/"))


def _checked(name: str, said: str) -> str:
    if not _is_known(name):
        raise ZoneUnknown(f"{said} no zone {name!r}; write it like Europe/Berlin")
    return name


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
