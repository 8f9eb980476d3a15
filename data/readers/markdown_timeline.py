"""The timeline of a post-mortem: events in order, and the clocks that their words tell.

A clock read from words is an estimate and says which words. An event whose words speak of two
things at once tells none.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data import words
from data.problems import shown
from data.readers.markdown_blocks import Block, blocks, unmarked
from data.readers.markdown_times import (
    OVER_MIDNIGHT,
    Stamp,
    day_in,
    read_stamp,
    written_moment,
    zone_said,
)

DENIED = re.compile(
    r"(?:\bnot\b|n't|\bnever\b|\bbefore\b|\buntil\b|\bto be\b|\bnot yet\b)[^.;]{0,25}$", re.I
)
CLOCKS = {
    "started": "impact_started_at",
    "detected": "detected_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "resolved": "resolved_at",
}
TIME_COLUMNS = ("time", "date", "when", "timestamp", "at")


@dataclass
class _Running:
    """What earlier lines of the timeline say about later ones."""

    day: dt.date | None
    zone: str
    last: dt.datetime | None = None


def read_timeline(
    text: str, *, heading: str, day: dt.date | None, zone: str
) -> list[dict[str, Any]]:
    """The events of a timeline.

    Args:
        heading: the heading above it, which may name a date or a zone.
        day: the date of the document, for times under no date of their own.
        zone: the zone of the document, likewise; empty if it names none.
    """
    running = _Running(day=day_in(heading) or day, zone=zone_said(heading) or zone)
    events: list[dict[str, Any]] = []
    for block in blocks(text):
        event = _event(block, running)
        if event is not None:
            events.append(event)
    return events


def clocks_in(events: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """The clocks that events tell: when, and by which words. The last "resolved" is the one."""
    found: dict[str, tuple[str, str]] = {}
    for event in events:
        clock = CLOCKS.get(event["kind"])
        if clock and event["at"] and (clock not in found or clock == "resolved_at"):
            found[clock] = (event["at"], f"timeline: {shown(unmarked(event['text']))}")
    return found


def kind_of(text: str) -> str:
    """What an event's words say happened; ``other`` where they say nothing or several things."""
    first_line = words.fold(text.split("\n", 1)[0])
    kinds = [
        kind
        for kind, pattern in words.current().phrases["events"].items()
        if (found := pattern.search(first_line)) and not DENIED.search(first_line[: found.start()])
    ]
    return kinds[0] if len(kinds) == 1 else "other"


def _event(block: Block, running: _Running) -> dict[str, Any] | None:
    if block.kind == "row":
        return _dated(_row_text(block, running), running)
    stamp = read_stamp(block.text)
    if block.kind == "heading":
        running.day = day_in(block.text) or running.day
        running.zone = zone_said(block.text) or running.zone
        return None if stamp is None or stamp.clock is None else _dated(block.text, running)
    if block.kind == "text" and stamp is None:
        running.zone = zone_said(block.text) or running.zone
        running.day = running.day or day_in(block.text)
    return _dated(block.text, running)


def _row_text(block: Block, running: _Running) -> str:
    """A row as a line that begins with its time."""
    for name in block.cells:
        if name.lower().startswith(TIME_COLUMNS):
            running.zone = zone_said(name) or running.zone
    values = [value for value in block.cells.values() if value]
    return " ".join(values)


def _dated(text: str, running: _Running) -> dict[str, Any]:
    stamp = read_stamp(text)
    at = _moment(stamp, running) if stamp is not None else None
    if stamp is None or at is None:
        return {"at": None, "kind": kind_of(text), "text": text}
    return {"at": at, "kind": kind_of(stamp.rest), "text": stamp.rest}


def _moment(stamp: Stamp, running: _Running) -> str | None:
    """The full time of a stamp; None where the date or the zone cannot be known."""
    running.day = stamp.day or running.day
    if stamp.clock is None or running.day is None or stamp.zone is None:
        return None
    local = dt.datetime.combine(running.day, stamp.clock)
    if stamp.day is None and running.last and running.last - local > OVER_MIDNIGHT:
        try:
            local += dt.timedelta(days=1)
        except OverflowError:
            return None
        running.day = local.date()
    running.last = local
    return written_moment(local.date(), stamp.clock, stamp.zone or running.zone)
