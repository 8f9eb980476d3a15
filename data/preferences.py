"""Which folders of this machine may be loaded from the web page? Those that its keeper names.

Whoever sees the page is not whoever runs it: without a word from the latter, no file of the machine
can be read through the page, and never one by a path that a visitor types.
"""

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from data.mapping import ColumnMapping, parse_mapping, written_mapping
from data.record import LONGEST_LABEL
from data.store import Store

#: Names the folders, with the separator of PATH between them.
FOLDERS_ENVIRONMENT = "AFTERMATH_FOLDERS"


def allowed_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders that may be loaded from the page, in the order named; none by default."""
    named = environment.get(FOLDERS_ENVIRONMENT, "").split(os.pathsep)
    folders = (Path(name.strip()).expanduser() for name in named if name.strip())
    return tuple(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))


# In which zone do readers see times, and count days, weeks and months?
#
# A setting of the store, so that all readers see the same; a variable of the environment may say
# otherwise for one machine. Whatever it is, clocks are kept in UTC.

#: Names the zone instead of the setting.
ZONE_ENVIRONMENT = "AFTERMATH_ZONE"
ZONE_SETTING = "zone"
UTC = "UTC"


class ZoneUnknown(ValueError):
    """There is no zone of this name; the message says so."""


def reader_zone(store: Store) -> str:
    """The name of the zone that readers see.

    Raises:
        ZoneUnknown: the environment names none that is known.
        StoreUnreachable: the database failed.
    """
    if named := os.environ.get(ZONE_ENVIRONMENT, "").strip():
        return checked_zone(named, f"{ZONE_ENVIRONMENT} names")
    kept = store.setting(ZONE_SETTING)
    return kept if isinstance(kept, str) and _is_known(kept) else UTC


def set_reader_zone(store: Store, name: str) -> bool:
    """Let readers see times in a zone; whether that is another one.

    Raises:
        ZoneUnknown: there is none of this name.
    """
    return store.set_setting(ZONE_SETTING, checked_zone(name.strip(), "There is"))


def is_fixed() -> bool:
    """Whether the environment names the zone, so that the setting changes nothing here."""
    return bool(os.environ.get(ZONE_ENVIRONMENT, "").strip())


def known_zones() -> list[str]:
    """Names of zones to choose from, UTC first."""
    return [UTC, *sorted(name for name in available_timezones() if "/" in name and _usual(name))]


def _usual(name: str) -> bool:
    return not name.startswith(("Etc/", "posix/", "right/", "SystemV/"))


def checked_zone(name: str, zone_name: str) -> str:
    """The name of a zone as it is.

    Args:
        zone_name: how the sentence begins that says that there is none.

    Raises:
        ZoneUnknown: there is none.
    """
    if not _is_known(name):
        raise ZoneUnknown(f"{zone_name} no zone {name!r}; write it like Europe/Berlin")
    return name


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


# Which times were promised: settings of the store, so that all readers see the same.
#
# A target is a time for one step, of one severity or of all that have none of their own, and may
# say which share is to keep it. Each is kept by itself, so that two people may set two at once.

#: Before the names of settings that hold one.
TARGET_PREFIX = "target:"
#: Steps that a target may be set for, in the order of the response.
STEPS = ("TTD", "TTA", "TTM", "TTR", "publish", "done")
#: A clock shows minutes, and nobody promises what takes longer than a year.
SHORTEST, LONGEST = 60.0, 366.0 * 86_400.0
#: The name of a setting is a label too, of which the step takes its part.
LONGEST_SEVERITY = LONGEST_LABEL - 20


class UnfitTarget(ValueError):
    """A target cannot be set; the message says why."""


class Target(NamedTuple):
    """What was promised of one step.

    Attributes:
        step: one of :data:`STEPS`.
        seconds: the time it is to stay within.
        severity: the label that it is for; empty for every severity without a target of its own.
        wanted: the share that is to keep it, above 0; None where none was said.
    """

    step: str
    seconds: float
    severity: str = ""
    wanted: float | None = None

    @property
    def name(self) -> str:
        """The name of its setting."""
        return f"{TARGET_PREFIX}{self.step}:{self.severity}"


def targets(store: Store) -> tuple[Target, ...]:
    """All targets, by step and then by severity; what another version kept otherwise is left out.

    Raises:
        StoreError: the database failed.
    """
    return targets_in(store.settings(TARGET_PREFIX))


def targets_in(settings: Mapping[str, Any]) -> tuple[Target, ...]:
    """The targets among settings by name, in the order of :func:`targets`."""
    named = {name: value for name, value in settings.items() if name.startswith(TARGET_PREFIX)}
    kept = (_target(name, value) for name, value in named.items())
    known = [target for target in kept if target is not None]
    return tuple(sorted(known, key=lambda target: (STEPS.index(target.step), target.severity)))


def set_target(store: Store, target: Target) -> bool:
    """Set a target in place of the one for the same step and severity; whether that is news.

    Raises:
        UnfitTarget: there is no such step, or the time or the share is none that can be kept.
        StoreError: the database failed.
    """
    checked = target._replace(severity=target.severity.strip())
    if reason := unfit_target(checked):
        raise UnfitTarget(reason)
    return store.set_setting(checked.name, {"seconds": checked.seconds, "wanted": checked.wanted})


def remove_target(store: Store, target: Target) -> bool:
    """Take a target away; whether it was there."""
    return store.set_setting(target.name, None)


def unfit_target(target: Target) -> str:
    """Why a target cannot be set; empty if it can."""
    if target.step not in STEPS:
        return f"There is no step {target.step!r}; a target is for one of {', '.join(STEPS)}."
    if not SHORTEST <= target.seconds <= LONGEST:
        return "A target is a time from a minute to a year."
    if target.wanted is not None and not 0.0 < target.wanted <= 1.0:
        return "The share that is to keep a target is above 0 and at most 100 %."
    if len(target.severity) > LONGEST_SEVERITY or not (target.severity + " ").isprintable():
        return f"A severity has at most {LONGEST_SEVERITY} signs, all of which can be seen."
    return ""


def _target(name: str, value: Any) -> Target | None:
    step, _, severity = name.removeprefix(TARGET_PREFIX).partition(":")
    if not isinstance(value, Mapping):
        return None
    seconds, wanted = _number(value.get("seconds")), _number(value.get("wanted"))
    if seconds is None or (wanted is None and value.get("wanted") is not None):
        return None
    target = Target(step, seconds, severity, wanted)
    return None if unfit_target(target) else target


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


# When people are at work: a setting of the store, so that all readers see the same.
#
# The hours are those of the zone that readers see. Without the setting there are none, and no
# figure in working hours is shown.

HOURS_SETTING = "working_hours"
#: More holidays than thirty years have, and nobody typed them.
MOST_HOLIDAYS = 1_000
DAY = 86_400


class UnfitHours(ValueError):
    """Working hours cannot be set; the message says why."""


class Hours(NamedTuple):
    """When people are at work.

    Attributes:
        opens, closes: seconds since midnight.
        weekdays: days of the week, Monday 0.
        holidays: days on which nobody works.
    """

    opens: int
    closes: int
    weekdays: tuple[int, ...]
    holidays: tuple[dt.date, ...] = ()


def working_hours(store: Store) -> Hours | None:
    """The hours that were set; None where none were, or another version kept them otherwise.

    Raises:
        StoreError: the database failed.
    """
    return hours_in(store.setting(HOURS_SETTING))


def hours_in(kept: Any) -> Hours | None:
    """Working hours as the store keeps them; None where there are none that can be used."""
    if not isinstance(kept, Mapping):
        return None
    try:
        hours = _read(kept)
    except (KeyError, TypeError, ValueError):
        return None
    return None if unfit_hours(hours) else hours


def set_working_hours(store: Store, hours: Hours | None) -> bool:
    """Keep working hours, or none; whether that is news.

    Raises:
        UnfitHours: they are none that can be kept.
        StoreError: the database failed.
    """
    if hours is None:
        return store.set_setting(HOURS_SETTING, None)
    if reason := unfit_hours(hours):
        raise UnfitHours(reason)
    return store.set_setting(HOURS_SETTING, kept_hours(hours))


def kept_hours(hours: Hours) -> dict[str, Any]:
    """Working hours as the store keeps them."""
    return hours._asdict() | {"holidays": [day.isoformat() for day in hours.holidays]}


def holidays_in(text: str) -> tuple[dt.date, ...]:
    """The days in a text, one after another, each as 2026-12-25.

    Raises:
        UnfitHours: something in it is no such day.
    """
    days = set()
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            days.add(dt.date.fromisoformat(word))
        except ValueError:
            raise UnfitHours(f"{word!r} is no day such as 2026-12-25.") from None
    return tuple(sorted(days))


def unfit_hours(hours: Hours) -> str:
    """Why working hours cannot be set; empty if they can."""
    if not 0 <= hours.opens < hours.closes <= DAY:
        return "Work begins before it ends, on the same day."
    if not hours.weekdays or not set(hours.weekdays) <= set(range(7)):
        return "There is at least one working day in a week."
    if len(hours.holidays) > MOST_HOLIDAYS:
        return f"There are at most {MOST_HOLIDAYS:,} holidays."
    return ""


def _read(kept: Mapping[str, Any]) -> Hours:
    return Hours(
        opens=int(kept["opens"]),
        closes=int(kept["closes"]),
        weekdays=tuple(sorted({int(day) for day in kept["weekdays"]})),
        holidays=tuple(sorted({dt.date.fromisoformat(day) for day in kept["holidays"]})),
    )


# Mappings of columns that a person confirmed, kept in the store by name to be used again.

#: Before the names of settings that hold one.
MAPPING_PREFIX = "mapping:"
LONGEST_NAME = 100


class UnfitName(ValueError):
    """Something cannot be kept under this name; the message says why."""


def fit_name(name: str, *, of: str = "mapping") -> str:
    """The name of a mapping, or of something else, as it is kept.

    Raises:
        UnfitName: the name is empty, too long or holds signs that are none.
    """
    name = name.strip()
    if not name or not name.isprintable():
        raise UnfitName(f"A {of} needs a name, in letters and signs that can be seen.")
    if len(name) > LONGEST_NAME:
        raise UnfitName(f"The name of a {of} may have {LONGEST_NAME} signs.")
    return name


def keep_mapping(store: Store, name: str, mapping: ColumnMapping) -> None:
    """Keep a mapping under a name; one that is there under it is replaced.

    Raises:
        UnfitName: see :func:`fit_name`.
        StoreError: the store cannot be written to.
    """
    store.set_setting(MAPPING_PREFIX + fit_name(name), written_mapping(mapping))


def kept_mapping(store: Store, name: str) -> ColumnMapping | None:
    """The mapping that is kept under a name, None if there is none.

    Raises:
        MappingUnreadable: another version kept it, in a form that is not known here.
    """
    text = store.setting(MAPPING_PREFIX + name.strip())
    return parse_mapping(text, name=name.strip()) if isinstance(text, str) else None


def names_of_mappings(store: Store) -> list[str]:
    """The names under which mappings are kept."""
    return sorted(name.removeprefix(MAPPING_PREFIX) for name in store.settings(MAPPING_PREFIX))


def forget_mapping(store: Store, name: str) -> None:
    """Keep no mapping under a name any more."""
    store.set_setting(MAPPING_PREFIX + name.strip(), None)


# Views that readers saved by name: a page with everything chosen on it, for all readers.

#: Before the names of settings that hold one.
VIEW_PREFIX = "view:"
#: The front page has no name of its own.
PAGE_NAME = re.compile(r"[a-z_]{0,40}")
#: Letters of all that a view asks for: an address that browsers and proxies still take.
LONGEST_VIEW = 8_000


class UnfitView(ValueError):
    """A view cannot be saved; the message says why."""


class SavedView(NamedTuple):
    """A page as somebody looked at it.

    Attributes:
        page: its name in the address.
        asked: the parameters of the address.
    """

    name: str
    page: str
    asked: Mapping[str, Sequence[str]]


def saved_views(store: Store) -> tuple[SavedView, ...]:
    """All saved views by name; what another version kept otherwise is left out.

    Raises:
        StoreError: the database failed.
    """
    return views_in(store.settings(VIEW_PREFIX))


def views_in(settings: Mapping[str, Any]) -> tuple[SavedView, ...]:
    """The saved views among settings by name, in order of their names."""
    named = {name: value for name, value in settings.items() if name.startswith(VIEW_PREFIX)}
    views = (_view(name.removeprefix(VIEW_PREFIX), value) for name, value in named.items())
    known = [view for view in views if view is not None]
    return tuple(sorted(known, key=lambda view: view.name.lower()))


def save_view(store: Store, view: SavedView) -> bool:
    """Save a view in place of the one of its name; whether that is news.

    Raises:
        UnfitName: it can be called no such thing.
        UnfitView: it is too large.
        StoreError: the database failed.
    """
    name = fit_name(view.name, of="view")
    if reason := unfit_view(view):
        raise UnfitView(reason)
    return store.set_setting(VIEW_PREFIX + name, kept_view(view))


def forget_view(store: Store, name: str) -> bool:
    """Keep no view under a name any more; whether there was one."""
    return store.set_setting(VIEW_PREFIX + name, None)


def kept_view(view: SavedView) -> dict[str, Any]:
    """A view as the store keeps it."""
    asked = {name: list(values) for name, values in view.asked.items()}
    return {"page": view.page, "asked": asked}


def unfit_view(view: SavedView) -> str:
    """Why a view cannot be saved, but for its name; empty if it can."""
    if not PAGE_NAME.fullmatch(view.page):
        return f"There is no page {view.page!r}."
    letters = (len(name) + len(value) for name, some in view.asked.items() for value in some)
    if sum(letters) > LONGEST_VIEW:
        return "This view names too many single incidents to be saved."
    return ""


def _view(name: str, value: Any) -> SavedView | None:
    page = value.get("page") if isinstance(value, Mapping) else None
    asked = value.get("asked") if isinstance(value, Mapping) else None
    if not isinstance(page, str) or not isinstance(asked, Mapping):
        return None
    if not all(isinstance(some, list) for some in asked.values()):
        return None
    if not all(isinstance(text, str) for some in asked.values() for text in some):
        return None
    view = SavedView(name, page, asked)
    return None if unfit_view(view) else view
