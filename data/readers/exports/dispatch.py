"""Dispatch: incidents (JSON and CSV) and tasks.

An incident is reported, stable and closed. It is over when it is stable, so the closing that
follows is the end only as Dispatch counts it.
"""

from data.readers.exports.rules import (
    Known,
    Rule,
    Shape,
    action_state,
    clock,
    first_of,
    label,
    labels,
    nested,
    number,
    spelt,
    state,
    text,
)

TOOL = "Dispatch"
TASK: dict[str, Rule] = {
    "id": label("id"),
    "title": text("description"),
    "status": action_state("status", meanings={"Resolved": "done", "Open": "open"}),
    "priority": label("priority"),
    "created_on": clock("created_at"),
    "due_on": clock("resolve_by"),
    "completed_on": clock("resolved_at"),
    "url": label("weblink"),
}

INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "title",
            "reported_at|stable_at",
            "stable_at|incident_type|incident_severity|incident_priority|incident_severity.name",
        ),
        some=(
            "stable_at",
            "closed_at",
            "incident_type",
            "incident_severity",
            "incident_priority",
            "incident_type.name",
            "incident_severity.name",
            "incident_priority.name",
            "total_cost",
            "incident_costs",
            "resolution",
            "commander",
            "project",
        ),
        least=3,
    ),
    fields={
        "id": label("name", "id"),
        "title": text("title"),
        "summary": text("description"),
        "url": label(
            "incident_review_document.weblink", "incident_document.weblink", "ticket.weblink"
        ),
        "status": state(
            "status", meanings={"Active": "open", "Stable": "open", "Closed": "resolved"}
        ),
        "severity": first_of(
            spelt(label("incident_severity"), without=("Undefined",)), label("incident_priority")
        ),
        "services": labels("services", "affected_services"),
        "team": label("commander.team"),
        "tags": labels("tags"),
        "cost": number("total_cost"),
        "detected_at": clock("reported_at", text="when it was reported"),
        "mitigated_at": clock("stable_at", text="when it was stable"),
        "resolved_at": clock("closed_at", text="when it was closed"),
        "duplicate_of": label("duplicates.name"),
        "actions": nested("tasks", fields=TASK),
    },
)

TASKS = Shape(
    tool=TOOL,
    what="tasks",
    holds="action",
    known=Known(
        needs=("description", "status", "resolve_by|resolved_at", "incident"),
        some=("weblink", "created_at", "owner", "assignees", "source", "resource_type"),
        least=2,
    ),
    fields={"incident_id": label("incident.name", "incident"), **TASK},
)

SHAPES = (INCIDENTS, TASKS)
