"""Opsgenie: alerts and incidents.

An incident there bears no time of its end, unless its impact does. An alert tells how long it took
to be acknowledged and closed.
"""

from data.readers.exports.rules import (
    Known,
    Shape,
    after,
    clock,
    events,
    first_of,
    label,
    labels,
    state,
    text,
)
from data.readers.exports.trackers import said_by_labels, tags

TOOL = "Opsgenie"
CREATED = clock("created_at", "created_date", text="when it was created")
STATUSES = {"open": "open", "acked": "open", "snoozed": "open"}
#: What the reports of an alert count in.
MILLISECONDS = 1000


COMMON = {
    "id": label("id"),
    "title": text("message"),
    "summary": text("description"),
    "url": label("links.web"),
    "status": state("status", meanings=STATUSES),
    "severity": label("priority"),
    "services": labels("impacted_services", "services"),
    "team": label("owner_team", "teams", "responders"),
    "tags": tags("tags"),
}
INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("tiny_id", "message"),
        some=("impacted_services", "owner_team", "priority", "status", "responders", "created_at"),
        least=2,
        never=("alias", "is_seen", "acknowledged"),
    ),
    fields={
        **COMMON,
        "impact_started_at": clock("impact_start_date"),
        "detected_at": first_of(clock("impact_detect_date", "detected_at"), CREATED),
        "resolved_at": clock("impact_end_date", "resolved_at", "closed_at"),
        "timeline": events(
            "timeline",
            "entries",
            at=("event_time", "created_at"),
            what=("title.content", "description.content", "title"),
            state=(),
        ),
    },
    labelled=said_by_labels("tags"),
)
ALERTS = Shape(
    tool=TOOL,
    what="alerts",
    known=Known(
        needs=("tiny_id", "message"),
        some=(
            "alias",
            "is_seen",
            "acknowledged",
            "snoozed",
            "last_occurred_at",
            "integration",
            "report",
        ),
        least=2,
    ),
    fields={
        **COMMON,
        "detected_at": CREATED,
        "acknowledged_at": after(CREATED, "report.ack_time", per=MILLISECONDS),
        "resolved_at": first_of(
            clock("closed_at"), after(CREATED, "report.close_time", per=MILLISECONDS)
        ),
    },
    labelled=said_by_labels("tags"),
)

SHAPES = (INCIDENTS, ALERTS)
