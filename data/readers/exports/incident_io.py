"""incident.io: incidents and follow-ups.

Each organization names its timestamps; those that incident.io sets up are understood. "Closed"
comes after the work that follows an incident, so it is the end only where no other is named, as
estimated.
"""

from collections.abc import Iterator
from typing import Any

from data.readers.exports.paths import Record, letters
from data.readers.exports.rules import (
    Known,
    Rule,
    Shape,
    action_state,
    clock,
    event_time,
    first_of,
    label,
    state,
    text,
    unless,
    word,
)

TOOL = "incident.io"
TIMES = ("incident_timestamp_values", "incident_timestamps")
AT = ("value.value", "last_occurred_at", "value")
NAMED = ("incident_timestamp.name", "name")
NAMES = {
    "impact_started_at": ("Impact started", "Impact started at", "Impact start", "Started at",
                          "Started", "Incident started", "Impact began"),
    "detected_at": ("Detected", "Detected at", "First detected", "Alerted", "Alerted at"),
    "reported": ("Reported", "Reported at"),
    "declared_at": ("Declared", "Declared at", "Accepted", "Accepted at"),
    "acknowledged_at": ("Acknowledged", "Acknowledged at", "Responded", "Response started"),
    "mitigated_at": ("Fixed", "Fixed at", "Mitigated", "Mitigated at", "Impact ended",
                     "Impact ended at", "Stabilised at", "Stabilized at"),
    "resolved_at": ("Resolved", "Resolved at", "Recovered", "Recovered at"),
    "closed": ("Closed", "Closed at"),
}  # fmt: skip
VALUE = label(
    "value_text",
    "value_option.value",
    "value_catalog_entry.name",
    "value_numeric",
    "value_link",
    "value",
)
UNDERSTOOD = frozenset(letters(name) for names in NAMES.values() for name in names)


def _timestamp(name: str, *, text: str = "", estimated: bool = False) -> Rule:
    names = NAMES[name]
    return event_time(*TIMES, at=AT, state=NAMED, of=names, text=text, estimated=estimated)


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """The custom fields of an organization, and the timestamps that it named itself."""
    for entry in record.records("custom_field_entries"):
        name = label("custom_field.name")(entry)
        values = [shown for value in entry.records("values") if (shown := VALUE(value))]
        if name and values:
            yield name, values if len(values) > 1 else values[0]
    for entry in record.records(*TIMES):
        name, moment = label(*NAMED)(entry), entry.value(*AT)
        if name and isinstance(moment, str) and letters(name) not in UNDERSTOOD:
            yield name, moment


def _no_incident(record: Record) -> Any:
    category = label("incident_status.category", "status")(record)
    if category and letters(category) in ("declined", "canceled", "cancelled"):
        return f"was {category} in {TOOL}, so it is no incident"
    return None


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("name",),
        some=(
            "incident_status",
            "incident_timestamp_values",
            "incident_timestamps",
            "custom_field_entries",
            "incident_role_assignments",
            "incident_type",
            "duration_metrics",
            "postmortem_document_url",
            "mode",
            "permalink",
            "reference",
        ),
        least=3,
    ),
    fields={
        "id": label("id"),
        "title": text("name"),
        "summary": text("summary"),
        "url": label("postmortem_document_url", "permalink"),
        "kind": word("mode", meanings={"test": "test", "tutorial": "test"}),
        "status": state(
            "incident_status.category",
            "status",
            "incident_status.name",
            meanings={"live": "open", "paused": "open", "learning": "resolved"},
        ),
        "severity": label("severity"),
        "impact_started_at": _timestamp("impact_started_at"),
        "detected_at": first_of(
            _timestamp("detected_at"), _timestamp("reported", text="when it was first reported")
        ),
        "declared_at": first_of(
            _timestamp("declared_at"),
            unless(
                word("mode", meanings={"retrospective": True}),
                clock("created_at", text="when it was declared"),
            ),
        ),
        "acknowledged_at": _timestamp("acknowledged_at"),
        "mitigated_at": _timestamp("mitigated_at"),
        "resolved_at": first_of(
            _timestamp("resolved_at"),
            _timestamp("closed", text="which can be long after its end", estimated=True),
        ),
        "duplicate_of": label("merged_into_incident_id", "merged_into_incident.id"),
    },
    labelled=_own_fields,
    leave_out=_no_incident,
)

FOLLOW_UPS = Shape(
    tool=TOOL,
    what="follow-ups",
    holds="action",
    known=Known(
        needs=("incident_id|incident.id", "title|description", "status", "created_at"),
        some=("external_issue_reference", "assignee", "completed_at", "creator", "updated_at"),
        least=2,
    ),
    fields={
        "id": label("id"),
        "incident_id": label("incident_id", "incident.id"),
        "title": text("title", "description"),
        "status": action_state("status"),
        "priority": label("priority"),
        "created_on": clock("created_at"),
        "completed_on": clock("completed_at"),
        "url": label("external_issue_reference.issue_permalink", "permalink"),
    },
)

SHAPES = (INCIDENTS, FOLLOW_UPS)
