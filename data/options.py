"""In what manner is a file read? The same file read in the same manner says the same again.

A newer version of the readers, another word list or another option may find more in a file that
has not changed, so all of them count.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from data import readers, words
from data.lists import Lists
from data.mapping import ColumnMapping, MappingUnreadable, read_mapping
from data.notations import DayOrder
from data.readers.source import Options, Recognised, Source
from data.zones import OFFSET, shifted, zone_at

DIGEST_BYTES = 16
PACKAGE = Path(__file__).parent
#: What decides how a file is read.
CODE = ("*.py", "*.yaml", "readers/**/*.py")


def manner_of(options: Options, lists: Lists) -> bytes:
    """A digest of all that decides what a file is understood to say, but for the file."""
    lists_ = [
        lists.labels,
        lists.synonyms,
        lists.severity_ranks,
        lists.needs_analysis,
        lists.names,
    ]
    mapping = dataclasses.asdict(options.mapping) if options.mapping else None
    chosen = [str(options.zone), str(options.day_order), mapping]
    decisive = _plain([lists_, chosen, _own_words(), _version()])
    told = json.dumps(decisive, sort_keys=True, default=str)
    return hashlib.blake2b(told.encode(), digest_size=DIGEST_BYTES).digest()


def _plain(value: Any) -> Any:
    """``value`` in an order that is the same in every process."""
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {k: _plain(v) for k, v in value.items()} if hasattr(value, "items") else value


def _own_words() -> str:
    """The words that were added to the shipped ones."""
    path = os.environ.get(words.ENVIRONMENT)
    return Path(path).read_text(encoding="utf-8") if path else ""


@lru_cache(maxsize=1)
def _version() -> str:
    """A digest of the code and the words of this version."""
    version = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for file in sorted({file for pattern in CODE for file in PACKAGE.glob(pattern)}):
        version.update(file.name.encode() + b"\0" + file.read_bytes())
    return version.hexdigest()


# What a person says on the command line about the files of a load, as options for readers.

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


# The mapping by which a table is read when nobody says anything, to begin one's own with.


def guessed_mapping(source: Source) -> ColumnMapping:
    """What the columns of ``source`` are taken for; those of all its tables together.

    Raises:
        MappingUnreadable: it holds no table that is read by its columns.
    """
    columns: dict[str, str] = {}
    for item in readers.read(source):
        if isinstance(item, Recognised):
            columns |= {k: v for k, v in item.columns.items() if v or k not in columns}
    if not columns:
        raise MappingUnreadable(f"{source.name} holds no table that is read by its columns")
    return ColumnMapping(columns=columns)
