"""The time that a clock of an export names, in ISO 8601."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from data.notations import DayOrder
from data.readers.exports.paths import Record
from data.times import day_order_of, from_epoch, read_moment

#: ISO 8601 as almost all interfaces write it.
ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
#: A date of three numbers at the start of a cell, which may be read in two ways.
NUMBERS = re.compile(r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)", re.ASCII)
#: "Posted 1 year ago. May 03, 2023 - 12:41 PDT", as a status page shows a time.
POSTED = re.compile(r"posted .{1,40}? ago\.\s+", re.IGNORECASE)
LONGEST_TIME = 100
#: Over some days of a month one date tells the order of all.
FIRST_RECORDS = 5_000
#: Digits alone are no year and no number of an issue from here on.
SHORTEST_EPOCH = 10


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as the export has it, before its notation is read.

    Attributes:
        written: a text or a number of seconds or milliseconds since 1970.
        said: where it stands and what it is, in words.
        estimated: whether it is only near the time that is meant.
        seconds: to be added to it.
        zone: of a time that names none: an offset such as ``Z``; empty where nothing is known.
    """

    written: Any
    said: str
    estimated: bool = False
    seconds: float = 0
    zone: str = ""


def written_time(clock: Clock) -> Any:
    """The time in ISO 8601; just as the tool has it where its notation is not known here."""
    iso = _iso(clock.written, zone=clock.zone)
    if not iso or not clock.seconds:
        return iso or clock.written
    try:
        moment = dt.datetime.fromisoformat(iso)
        return (moment + dt.timedelta(seconds=clock.seconds)).isoformat()
    except (ValueError, OverflowError):
        return clock.written


def settled(
    records: Iterable[Record], *, otherwise: DayOrder | None, at_once: bool
) -> Iterator[Record]:
    """Records whose dates of three numbers are in ISO 8601, where their order is certain.

    The order is that of all dates of the export: a tool writes them in one way.

    Args:
        records: of one export.
        otherwise: the order, where no date tells it.
        at_once: whether the first records must do for a decision, so that few are held.
    """
    left = iter(records)
    first = list(islice(left, FIRST_RECORDS) if at_once else left)
    texts = {value for record in first for value in _dates(record.content)}
    order = day_order_of(texts) or otherwise
    for record in chain(first, left):
        yield record if order is None else _settled(record, order)


def _settled(record: Record, order: DayOrder) -> Record:
    if next(_dates(record.content), None) is None:
        return record
    return record.with_content(_in_iso(record.content, order))


def _dates(value: Any) -> Iterator[str]:
    """The values directly in an object that are dates of three numbers."""
    for item in value.values():
        if isinstance(item, str) and len(item) < LONGEST_TIME and NUMBERS.match(item):
            yield item


def _in_iso(content: Mapping[str, Any], order: DayOrder) -> dict[str, Any]:
    return {
        name: _numbers_in_iso(value, order) or value
        if isinstance(value, str) and len(value) < LONGEST_TIME and NUMBERS.match(value)
        else value
        for name, value in content.items()
    }


@lru_cache(maxsize=100_000)
def _numbers_in_iso(text: str, order: DayOrder) -> str:
    """Logs of changes say the same times over and over."""
    return _iso(text, order=order)


def _iso(written: Any, *, zone: str = "", order: DayOrder | None = None) -> str:
    """A time in ISO 8601; empty if it cannot be read."""
    if isinstance(written, int | float):
        return from_epoch(written)
    text = POSTED.sub("", str(written).strip()[:LONGEST_TIME])
    if text.isdecimal() and text.isascii():
        return from_epoch(int(text)) if len(text) >= SHORTEST_EPOCH else ""
    if ISO.fullmatch(text):
        if zone and text[-1] != "Z" and "+" not in text and "-" not in text[10:]:
            text += zone
        return text
    moment = read_moment(text, day_order=order)
    return moment.iso(zone=dt.UTC if zone else None) if moment else ""
