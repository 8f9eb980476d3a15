"""PagerDuty: rows of its analytics (JSON and CSV), incidents of its interface, and their log.

An incident begins there when it is triggered, which is its detection: when the trouble began is not
in it. Times that an export writes without a zone are in the zone that was chosen for it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.readers.exports.paths import ABSENT, Record, letters
from data.readers.exports.rules import (
    Arranged,
    Known,
    LeftAside,
    Shape,
    Whole,
    after,
    clock,
    event_time,
    events,
    first_of,
    label,
    labels,
    state,
    text,
)

TOOL = "PagerDuty"
TRIGGERED = clock("created_at", "created_on", text="when it was triggered")
LOG = ("log_entries",)
LOG_AT = ("created_at", "at")
LOG_STATE = ("type",)
KINDS = {
    "trigger_log_entry": "detected",
    "notify_log_entry": "notified",
    "acknowledge_log_entry": "acknowledged",
    "resolve_log_entry": "resolved",
}


TIMELINE = events(*LOG, at=LOG_AT, what=("summary",), state=LOG_STATE, kinds=KINDS)
INCIDENTS_OF_REST = "incidents"
LOG_OF_INCIDENTS = "log entries"
NUMBERED = re.compile(r"^\[#\d{1,12}\]\s*")


def _entry(kind: str, *, last: bool = False) -> Any:
    names = (kind, f"{kind}_reference")
    return event_time(*LOG, at=LOG_AT, state=LOG_STATE, of=names, last=last)


def _resolved(record: Record) -> Any:
    """The last change of an incident that is resolved."""
    status = label("status")(record)
    if status and letters(status) == "resolved":
        return clock("last_status_change_at", text="as it is resolved")(record)
    return ABSENT


def _acknowledged(record: Record) -> Any:
    """The first acknowledgement; the list is emptied when an incident is resolved."""
    moments = [clock("at")(entry) for entry in record.records("acknowledgements")]
    known = [moment for moment in moments if moment]
    return min(known, key=lambda moment: str(moment.written)) if known else ABSENT


def _with_log(records: Sequence[Record], whole: Whole) -> Iterator[Arranged]:
    """Incidents with what the log beside them says."""
    logs = _logs(whole.records.get(LOG_OF_INCIDENTS, ()))
    for record in records:
        entries = [*(record.values(*LOG) or ()), *logs.get(_identity(record), ())]
        told = {LOG[0]: [_without_people(entry) for entry in entries]} if entries else {}
        yield record.with_content({**record.content, **told})


def _logged(records: Sequence[Record], whole: Whole) -> Iterator[Arranged]:
    """One record for each incident that a log tells of and that is not beside it."""
    there = {_identity(record) for record in whole.records.get(INCIDENTS_OF_REST, ())}
    for name, entries in _logs(records).items():
        if name and name not in there:
            shared = {key: entries[0].get(key) for key in ("incident", "service", "teams")}
            told = [_without_people(entry) for entry in entries]
            yield records[0].with_content({**shared, LOG[0]: told})
    for record in records:
        if not _incident_of(record):
            yield LeftAside(record, "is an entry of a log that names no incident")


def _logs(records: Sequence[Record]) -> dict[str, list[Any]]:
    logs: dict[str, list[Any]] = {}
    for record in records:
        logs.setdefault(_incident_of(record), []).append(record.content)
    return logs


def _incident_of(entry: Record) -> str:
    return str(label("incident.id")(entry) or "")


def _identity(record: Record) -> str:
    return str(label("id")(record) or "")


def _without_people(entry: Any) -> Any:
    """An entry of the log whose sentence says what was done and not by whom."""
    record = Record(entry) if isinstance(entry, Mapping) else Record({})
    told = text("summary")(record)
    for name in record.names("agent.summary", "user.summary") or ():
        kind = str(label("agent.type", "user.type")(record) or "")
        if told and kind.startswith("user"):
            told = told.replace(f" by {name}", "").replace(name, "a responder")
    return {**entry, "summary": told} if told else entry


def _logged_title(record: Record) -> Any:
    """The title in a reference: ``[#1234] Login fails``."""
    said = text("incident.title", "incident.summary")(record)
    return NUMBERED.sub("", said) if said else said


def _logged_as_resolved(record: Record) -> Any:
    """A log may end before its incident does, so it does not say that one is still open."""
    return "resolved" if _entry("resolve_log_entry")(record) else ABSENT


ANALYTICS = Shape(
    tool=TOOL,
    what="analytics",
    known=Known(
        needs=(
            "incident_number|id",
            "created_at|created_on",
            "seconds_to_first_ack|seconds_to_resolve|seconds_to_engage|seconds_to_mobilize",
        ),
        some=(
            "seconds_to_first_ack",
            "seconds_to_engage",
            "seconds_to_mobilize",
            "seconds_to_resolve",
            "service_name",
            "team_name",
            "escalation_policy_name",
            "engaged_seconds",
            "total_interruptions",
            "auto_resolved",
        ),
        least=3,
    ),
    fields={
        "id": label("id", "incident_number"),
        "title": text("description", "title"),
        "url": label("html_url"),
        "status": first_of(
            state("status", meanings={"triggered": "open", "acknowledged": "open"}),
            lambda record: (
                "resolved" if record.has("resolved_at") and clock("resolved_at")(record) else ABSENT
            ),
        ),
        "severity": label("priority_name", "urgency"),
        "services": labels("service_name"),
        "team": label("team_name"),
        "detected_at": TRIGGERED,
        "acknowledged_at": after(TRIGGERED, "seconds_to_first_ack"),
        "resolved_at": first_of(
            clock("resolved_at", "resolved_on"), after(TRIGGERED, "seconds_to_resolve")
        ),
    },
)

INCIDENTS = Shape(
    tool=TOOL,
    what=INCIDENTS_OF_REST,
    known=Known(
        needs=("incident_number|number", "created_at"),
        some=(
            "html_url",
            "incident_key",
            "urgency",
            "escalation_policy",
            "last_status_change_at",
            "first_trigger_log_entry",
            "acknowledgements",
            "assignments",
            "alert_counts",
            "service",
        ),
        least=4,
        never=("seconds_to_resolve", "sys_id", "short_description"),
    ),
    fields={
        "id": label("id", "incident_number", "number"),
        "title": text("title", "summary", "description"),
        "url": label("html_url"),
        "status": state("status", meanings={"triggered": "open", "acknowledged": "open"}),
        "severity": label("priority", "urgency"),
        "services": labels("service", "impacted_services"),
        "team": label("teams"),
        "detected_at": first_of(TRIGGERED, clock("first_trigger_log_entry.created_at")),
        "notified_at": _entry("notify_log_entry"),
        "acknowledged_at": first_of(_acknowledged, _entry("acknowledge_log_entry")),
        "resolved_at": first_of(
            clock("resolved_at"), _entry("resolve_log_entry", last=True), _resolved
        ),
        "duplicate_of": label("resolve_reason.incident"),
        "timeline": TIMELINE,
    },
    arrange=_with_log,
)

LOG_ENTRIES = Shape(
    tool=TOOL,
    what=LOG_OF_INCIDENTS,
    known=Known(
        needs=("type", "created_at", "agent", "channel"),
        some=("incident", "service", "teams", "contexts", "event_details", "summary"),
        least=2,
    ),
    fields={
        "id": label("incident.id"),
        "title": _logged_title,
        "url": label("incident.html_url"),
        "status": _logged_as_resolved,
        "services": labels("service"),
        "team": label("teams"),
        "detected_at": _entry("trigger_log_entry"),
        "notified_at": _entry("notify_log_entry"),
        "acknowledged_at": _entry("acknowledge_log_entry"),
        "resolved_at": _entry("resolve_log_entry", last=True),
        "timeline": TIMELINE,
    },
    arrange=_logged,
)

SHAPES = (ANALYTICS, INCIDENTS, LOG_ENTRIES)
