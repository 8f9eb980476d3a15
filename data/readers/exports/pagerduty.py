"""PagerDuty: rows of its analytics (JSON and CSV), and incidents of its interface.

An incident begins there when it is triggered, which is its detection: when the trouble began is not
in it. Times that an export writes without a zone are in the zone that was chosen for it.
"""

from typing import Any

from data.readers.exports.paths import ABSENT, Record, letters
from data.readers.exports.rules import (
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
from data.readers.exports.shape import Known, Shape

TOOL = "PagerDuty"
TRIGGERED = clock("created_at", "created_on", said="when it was triggered")
LOG = ("log_entries",)
LOG_AT = ("created_at", "at")
LOG_STATE = ("type",)
KINDS = {
    "trigger_log_entry": "detected",
    "notify_log_entry": "notified",
    "acknowledge_log_entry": "acknowledged",
    "resolve_log_entry": "resolved",
}


def _entry(kind: str) -> Any:
    return event_time(*LOG, at=LOG_AT, state=LOG_STATE, of=(kind, f"{kind}_reference"))


def _resolved(record: Record) -> Any:
    """The last change of an incident that is resolved."""
    status = label("status")(record)
    if status and letters(status) == "resolved":
        return clock("last_status_change_at", said="as it is resolved")(record)
    return ABSENT


def _acknowledged(record: Record) -> Any:
    """The first acknowledgement; the list is emptied when an incident is resolved."""
    moments = [clock("at")(entry) for entry in record.records("acknowledgements")]
    known = [moment for moment in moments if moment]
    return min(known, key=lambda moment: str(moment.written)) if known else ABSENT


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
    what="incidents",
    known=Known(
        needs=("incident_number", "created_at"),
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
        least=3,
        never=("seconds_to_resolve", "sys_id", "short_description"),
    ),
    fields={
        "id": label("id", "incident_number"),
        "title": text("title", "summary", "description"),
        "url": label("html_url"),
        "status": state("status", meanings={"triggered": "open", "acknowledged": "open"}),
        "severity": label("priority", "urgency"),
        "services": labels("service", "impacted_services"),
        "team": label("teams"),
        "detected_at": first_of(TRIGGERED, clock("first_trigger_log_entry.created_at")),
        "notified_at": _entry("notify_log_entry"),
        "acknowledged_at": first_of(_acknowledged, _entry("acknowledge_log_entry")),
        "resolved_at": first_of(clock("resolved_at"), _entry("resolve_log_entry"), _resolved),
        "duplicate_of": label("resolve_reason.incident"),
        "timeline": events(*LOG, at=LOG_AT, what=("summary",), state=LOG_STATE, kinds=KINDS),
    },
)

SHAPES = (ANALYTICS, INCIDENTS)
