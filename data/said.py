"""What a person says on the command line about the files of a load, as options for readers."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from data.mapping import ColumnMapping, read_mapping
from data.notations import DayOrder
from data.readers.source import Options
from data.zones import OFFSET, shifted, zone_at

EXAMPLES = "a place such as Europe/Madrid, an offset such as +02:00, or CET"


#: Finds the mapping that is kept under a name.
Kept = Callable[[str], ColumnMapping | None]


def _nothing_kept(_: str) -> None:
    """For who has no store."""


class NotUnderstood(ValueError):
    """Something that was said cannot be used; the message says what and why."""


def options_said(
    *,
    source: str = "",
    zone: str = "",
    day_order: str = "",
    mapping: str = "",
    kept: Kept = _nothing_kept,
) -> Options:
    """The options of a load.

    Args:
        mapping: a file, or the name of a mapping that is kept.
        kept: finds the latter.

    Raises:
        NotUnderstood: there is no such zone, order or mapping.
        MappingUnreadable: the mapping cannot be used.
    """
    columns = _mapping(mapping, kept) if mapping else None
    # What is said now counts more than what a mapping was kept with.
    zone = zone or (columns.zone if columns else "")
    order = _day_order(day_order) if day_order else columns.day_order if columns else None
    return Options(
        source=source.strip(),
        zone=zone_said(zone) if zone else None,
        day_order=order,
        mapping=columns,
    )


def zone_said(text: str) -> dt.tzinfo:
    """The zone that a text names and nothing else.

    Raises:
        NotUnderstood: it names none, or one of several meanings.
    """
    text = text.strip()
    if offset := OFFSET.fullmatch(text):
        zone = shifted(text, offset["sign"], offset["hours"], offset["minutes"])
        if zone.info is not None:
            return zone.info
    by_name = {name.lower(): name for name in available_timezones()}
    if text.lower() in by_name:
        return ZoneInfo(by_name[text.lower()])
    known = zone_at(text, 0)
    if known is None or known[1] != len(text):
        raise NotUnderstood(f"{text!r} is no zone that is known here; name {EXAMPLES}")
    if known[0].info is None:
        raise NotUnderstood(f"{text!r} means several zones; name {EXAMPLES}")
    return known[0].info


def _day_order(text: str) -> DayOrder:
    try:
        return DayOrder(text.strip().lower())
    except ValueError:
        orders = ", ".join(order.value for order in DayOrder)
        raise NotUnderstood(
            f"{text!r} is no order of day and month; it is one of {orders}"
        ) from None


def _mapping(name: str, kept: Kept) -> ColumnMapping:
    path = Path(name)
    if path.is_file() or path.suffix:
        return read_mapping(path)
    mapping = kept(name)
    if mapping is None:
        raise NotUnderstood(f"{name!r} is neither a file nor the name of a mapping that is kept")
    return mapping
