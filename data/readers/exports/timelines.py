"""The events of a timeline, by whatever names a list of them has for their time and their text."""

from typing import Any

from data.readers.exports.moments import ISO, Clock, written_time
from data.readers.exports.paths import Record
from data.readers.exports.rules import clock, label, text

OURS = frozenset(("at", "kind", "text"))
AT = clock("at", "timestamp", "time", "created_at", "occurred_at", "display_at", "when", "date")
STATE = label("status", "state")
TOLD = text("text", "message", "body", "event", "description", "summary", "note", "content")


def events_of(value: Any) -> Any:
    """A list of objects as events; whatever else it is, and events of our own, as it stands."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value
    if all(item.keys() <= OURS for item in value):
        return value
    return [event for item in value if (event := _event(Record(item)))]


def _event(record: Record) -> dict[str, Any]:
    moment, state, told = AT(record), STATE(record), TOLD(record)
    at = written_time(moment) if isinstance(moment, Clock) else None
    # "T+5m" is no time by itself, and tells something.
    is_time = isinstance(at, str) and ISO.match(at) is not None
    said = [part for part in (None if is_time else at, state, told) if part]
    event = {"text": ": ".join(map(str, said)), "at": at if is_time else None}
    return {name: part for name, part in event.items() if part}
