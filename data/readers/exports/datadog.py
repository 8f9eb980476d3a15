"""Datadog: incidents of its second interface, with fields that an organization makes itself.

Its ``time_to_detect`` counts from the first impact on customers, ``time_to_repair`` from the
detection to the last impact, and ``time_to_resolve`` from the declaration. They are read only where
the clock itself is missing; zero means "not measured".
"""

from collections.abc import Iterator
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Known,
    Shape,
    after,
    clock,
    first_of,
    label,
    labels,
    spelt,
    state,
    text,
    word,
)

TOOL = "Datadog"
STARTED = clock("customer_impact_start", text="the first impact on customers")
DETECTED = first_of(clock("detected"), after(STARTED, "time_to_detect", above=0))
DECLARED = clock("declared", "created", text="when it was declared")
UNKNOWN = ("UNKNOWN", "")


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """The fields of an organization, such as ``fields.root_cause.value``."""
    for fields in record.records("fields"):
        for name in fields.content:
            values = fields.names(f"{name}.value", name)
            if values:
                yield name.replace("_", " "), values if len(values) > 1 else values[0]


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("title",),
        some=(
            "customer_impact_start",
            "customer_impact_end",
            "customer_impact_scope",
            "customer_impacted",
            "customer_impact_duration",
            "time_to_detect",
            "time_to_internal_response",
            "time_to_repair",
            "time_to_resolve",
            "public_id",
            "postmortem_id",
            "notification_handles",
            "is_test",
        ),
        least=3,
        never=("sequential_id",),
    ),
    fields={
        "id": label("id", "public_id"),
        "title": text("title"),
        "summary": text("fields.summary.value", "summary"),
        "kind": word("is_test", meanings={"true": "test"}),
        "status": state(
            "state", "fields.state.value", meanings={"stable": "open", "completed": "resolved"}
        ),
        "severity": spelt(label("severity", "fields.severity.value"), without=UNKNOWN),
        "services": labels("fields.services.value", "services"),
        "team": label("fields.teams.value", "fields.team.value", "teams"),
        "detection_source": word(
            "fields.detection_method.value",
            "detection_method",
            meanings={
                "monitor": "monitoring",
                "monitoring": "monitoring",
                "customer": "customer",
                "employee": "employee",
                "unknown": "unknown",
            },
        ),
        "impact": text("customer_impact_scope"),
        "impact_started_at": STARTED,
        "detected_at": DETECTED,
        "declared_at": DECLARED,
        "mitigated_at": first_of(
            clock("customer_impact_end", text="the last impact on customers"),
            after(DETECTED, "time_to_repair", above=0),
        ),
        "resolved_at": first_of(
            clock("resolved"),
            after(DECLARED, "time_to_resolve", above=0),
        ),
    },
    labelled=_own_fields,
    certain=frozenset(("severity",)),
)

TASKS = Shape(
    tool=TOOL,
    what="incident tasks",
    holds="action",
    known=Known(
        needs=("content", "incident_id|relationships.incident"),
        some=("assignees", "completed", "due_date"),
        least=2,
    ),
    fields={
        "id": label("id"),
        "incident_id": label("incident_id", "relationships.incident.data.id"),
        "title": text("content"),
        # The time at which it was completed, or nothing.
        "status": lambda record: "done" if record.value("completed") else "open",
        "created_on": clock("created"),
        "due_on": clock("due_date"),
        "completed_on": clock("completed"),
    },
)

SHAPES = (INCIDENTS, TASKS)
