"""Rootly: incidents and action items as JSON:API documents.

What it calls the cause is a label of a list that the organization keeps. An incident that was only
scheduled is maintenance; an example or a test is a test.
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
    first_of,
    label,
    labels,
    nested,
    state,
    text,
    unless,
    word,
)

TOOL = "Rootly"
ACTION_ITEMS = "action items"
ACTION: dict[str, Rule] = {
    "id": label("id"),
    "title": text("summary", "title"),
    "status": action_state("status"),
    "priority": label("priority"),
    "created_on": clock("created_at"),
    "due_on": clock("due_date"),
    "completed_on": clock("completed_at", "resolved_at"),
    "url": label("url", "jira_issue_url", "short_url"),
    "owner": label("groups", "assigned_to_group", "team"),
}


def _no_incident(record: Record) -> Any:
    status = label("status")(record)
    cancelled = status and letters(status) in ("cancelled", "canceled")
    return f"was cancelled in {TOOL}, so it is no incident" if cancelled else None


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """Fields that an organization added to its form."""
    for entry in record.records("form_field_selections", "incident_form_field_selections"):
        name = label("form_field.name", "custom_field.label", "form_field", "name")(entry)
        values = entry.names(
            "selected_options", "selected_services", "selected_groups", "value", "selected_option"
        )
        if name and values:
            yield name, values if len(values) > 1 else values[0]


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "title",
            "status",
            "sequential_id|in_triage_at|retrospective_progress_status|mitigation_message"
            "|duplicate_incident_id|slack_channel_name|short_url",
        ),
        some=(
            "sequential_id",
            "started_at",
            "mitigated_at",
            "in_triage_at",
            "mitigation_message",
            "resolution_message",
            "cancellation_message",
            "duplicate_incident_id",
            "parent_incident_id",
            "functionalities",
            "retrospective_progress_status",
            "incident_types",
            "causes",
            "kind",
            "slug",
            "short_url",
            "groups",
            "scheduled_for",
            "slack_channel_name",
        ),
        least=4,
        never=("public_id", "incident_updates"),
    ),
    fields={
        "id": label("id", "sequential_id"),
        "title": text("title"),
        "summary": text("summary"),
        "url": label("url", "short_url"),
        "kind": word(
            "kind",
            meanings={
                "test": "test",
                "test_sub": "test",
                "example": "test",
                "example_sub": "test",
                "scheduled": "maintenance",
                "scheduled_sub": "maintenance",
                "training": "drill",
                "training_sub": "drill",
                "drill": "drill",
            },
        ),
        "status": state(
            "status",
            meanings={
                "in_triage": "open",
                "started": "open",
                "detected": "open",
                "acknowledged": "open",
                "mitigated": "open",
                "scheduled": "open",
            },
        ),
        "severity": label("severity"),
        "services": labels("services"),
        "team": label("groups", "teams"),
        "environment": label("environments"),
        "tags": labels("incident_types"),
        "root_cause": first_of(
            text("root_cause"), text("causes.attributes.name"), text("causes.name"), label("causes")
        ),
        "impact_started_at": clock("started_at"),
        "detected_at": clock("detected_at"),
        "declared_at": unless(
            word("kind", meanings={"backfilled": True, "scheduled": True, "scheduled_sub": True}),
            clock("created_at", text="when it was declared"),
        ),
        "acknowledged_at": clock("acknowledged_at"),
        "mitigated_at": clock("mitigated_at"),
        "resolved_at": clock("resolved_at"),
        "duplicate_of": label("duplicate_incident_id"),
        "actions": nested("action_items", "incident_action_items", fields=ACTION),
    },
    labelled=_own_fields,
    leave_out=_no_incident,
)

ITEMS = Shape(
    tool=TOOL,
    what=ACTION_ITEMS,
    holds="action",
    known=Known(
        needs=("summary", "status", "kind|priority"),
        some=("due_date", "assigned_to", "jira_issue_id", "kind", "description", "short_url"),
        least=2,
        never=("title", "started_at"),
    ),
    fields={
        "incident_id": label("incident_id", "incident", "relationships.incident"),
        **ACTION,
    },
)

SHAPES = (INCIDENTS, ITEMS)
