"""OneUptime: incidents of its interface and of its CSV.

It writes the cause itself for incidents that a monitor opened: what the check saw.
"""

from data.readers.exports.rules import (
    Known,
    Shape,
    clock,
    event_time,
    events,
    first_of,
    label,
    labels,
    state,
    text,
    word,
)
from data.readers.exports.trackers import said_by_labels, tags

TOOL = "OneUptime"
STATES = ("incident_state_timeline", "incident_state_timelines", "state_timeline")
AT = ("starts_at", "created_at")
STATE = ("incident_state", "state")
ACKNOWLEDGED = ("Acknowledged",)
RESOLVED = ("Resolved",)

INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("title", "current_incident_state|incident_state_timeline|on_call_duty_policies"),
        some=(
            "current_incident_state",
            "incident_severity",
            "declared_at",
            "incident_number",
            "monitors",
            "root_cause",
            "remediation_notes",
            "postmortem_note",
            "incident_state_timeline",
            "on_call_duty_policies",
            "project_id",
        ),
        least=3,
        never=("sequential_id", "assignments"),
    ),
    fields={
        "id": label("_id", "id", "incident_number"),
        "title": text("title"),
        "summary": text("description"),
        "status": first_of(
            word("current_incident_state.is_resolved_state", meanings={"true": "resolved"}),
            state(
                "current_incident_state",
                meanings={"created": "open", "acknowledged": "open", "identified": "open"},
            ),
        ),
        "severity": label("incident_severity"),
        "services": labels("services", "monitors"),
        "team": label("teams", "owner_teams"),
        "tags": tags("labels"),
        "root_cause": text("root_cause"),
        "impact_started_at": clock("impact_started_at", "first_impacted_at"),
        "declared_at": clock("declared_at", "created_at", text="when it was declared"),
        "detected_at": clock("detected_at"),
        "acknowledged_at": first_of(
            event_time(*STATES, at=AT, state=STATE, of=ACKNOWLEDGED), clock("acknowledged_at")
        ),
        "resolved_at": first_of(
            event_time(*STATES, at=AT, state=STATE, of=RESOLVED), clock("resolved_at")
        ),
        "postmortem_published_at": clock("postmortem_posted_at"),
        "timeline": events(
            *STATES,
            at=AT,
            what=("state_change_note", "root_cause"),
            state=STATE,
            kinds={"Acknowledged": "acknowledged", "Resolved": "resolved"},
        ),
    },
    labelled=said_by_labels("labels"),
    body=text("postmortem_note"),
)

SHAPES = (INCIDENTS,)
