"""Grafana Incident: incidents with their tasks.

It knows when those who ran an incident say that it started, ended and was closed, and no
detection.
"""

from collections.abc import Iterator
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Known,
    Shape,
    action_state,
    clock,
    first_of,
    label,
    nested,
    state,
    text,
    word,
)
from data.readers.exports.trackers import said_by_labels, tags

TOOL = "Grafana Incident"


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    yield from said_by_labels("labels")(record)
    for entry in record.records("field_values", "fields"):
        name, value = label("field.name", "name", "label")(entry), label("value")(entry)
        if name and value:
            yield name, value


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=("incident_id", "title|description"),
        some=(
            "created_time",
            "incident_start",
            "incident_end",
            "closed_time",
            "is_drill",
            "overview_url",
            "incident_url",
            "incident_type",
            "task_list",
            "incident_membership",
            "severity_label",
            "prefix",
        ),
        least=3,
    ),
    fields={
        "id": label("incident_id"),
        "title": text("title", "description"),
        "summary": text("summary"),
        "url": label("overview_url", "incident_url"),
        "kind": word("is_drill", meanings={"true": "drill"}),
        "status": state("status"),
        "severity": label("severity", "severity_label"),
        "tags": tags("labels"),
        "impact_started_at": clock("incident_start"),
        "declared_at": clock("created_time", text="when it was declared"),
        "resolved_at": first_of(
            clock("incident_end"), clock("closed_time", text="when it was closed", estimated=True)
        ),
        "actions": nested(
            "task_list.tasks",
            "tasks",
            fields={
                "id": label("task_id"),
                "title": text("text"),
                "status": action_state("status", meanings={"progress": "in_progress"}),
                "created_on": clock("created_time"),
                "completed_on": clock("completed_time"),
            },
        ),
    },
    labelled=_own_fields,
)

SHAPES = (INCIDENTS,)
