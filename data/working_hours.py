"""When people are at work: a setting of the store, so that all readers see the same.

The hours are those of the zone that readers see. Without the setting there are none, and no figure
in working hours is shown.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from data.store import Store

SETTING = "working_hours"
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
    kept = store.setting(SETTING)
    if not isinstance(kept, Mapping):
        return None
    try:
        hours = _read(kept)
    except (KeyError, TypeError, ValueError):
        return None
    return None if _unfit(hours) else hours


def set_working_hours(store: Store, hours: Hours | None) -> bool:
    """Keep working hours, or none; whether that is news.

    Raises:
        UnfitHours: they are none that can be kept.
        StoreError: the database failed.
    """
    if hours is None:
        return store.set_setting(SETTING, None)
    if reason := _unfit(hours):
        raise UnfitHours(reason)
    kept = hours._asdict() | {"holidays": [day.isoformat() for day in hours.holidays]}
    return store.set_setting(SETTING, kept)


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


def _unfit(hours: Hours) -> str:
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
