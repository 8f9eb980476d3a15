"""Sentry: issues, and incidents of its metric alerts.

An issue is a kind of error, not an outage: its begin is the first error that was seen, its end is
not in it, and the users it counts are those who met the error.
"""

from collections.abc import Iterator
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Known,
    Shape,
    clock,
    constant,
    label,
    labels,
    number,
    state,
    text,
)

TOOL = "Sentry"


def _tags(record: Record) -> Iterator[tuple[str, Any]]:
    """Its tags, which users and their code set."""
    for entry in record.records("tags"):
        name, value = label("key")(entry), label("value")(entry)
        if name and value:
            yield name, value


ISSUES = Shape(
    tool=TOOL,
    what="issues",
    known=Known(
        needs=("title", "first_seen", "last_seen"),
        some=(
            "short_id",
            "culprit",
            "permalink",
            "level",
            "user_count",
            "status_details",
            "project",
            "count",
            "users",
            "events",
        ),
        least=2,
    ),
    fields={
        "id": label("short_id", "id", "issue_id"),
        "title": text("title"),
        "summary": text("metadata.value", "culprit"),
        "url": label("permalink", "link"),
        "status": state(
            "status", meanings={"unresolved": "open", "ignored": "resolved", "archived": "resolved",
                                "muted": "resolved"},
        ),
        "severity": label("level"),
        "services": labels("project.slug", "project"),
        "affected_users": number("user_count", "users"),
        "detection_source": constant("monitoring"),
        "impact_started_at": clock("first_seen", text="the first error that was seen"),
        "resolved_at": clock("resolved_at", "status_details.resolved_at"),
    },
    labelled=_tags,
)  # fmt: skip

ALERTS = Shape(
    tool=TOOL,
    what="incidents of metric alerts",
    known=Known(
        needs=("date_started", "title|alert_rule"),
        some=(
            "date_detected",
            "date_closed",
            "date_created",
            "identifier",
            "alert_rule",
            "projects",
        ),
        least=2,
    ),
    fields={
        "id": label("identifier", "id"),
        "title": text("title", "alert_rule.name"),
        "status": state(
            "status",
            meanings={
                "2": "resolved",
                "closed": "resolved",
                "1": "open",
                "10": "open",
                "20": "open",
                "warning": "open",
                "critical": "open",
            },
        ),
        "services": labels("projects"),
        "detection_source": constant("monitoring"),
        "impact_started_at": clock("date_started"),
        "detected_at": clock("date_detected"),
        "resolved_at": clock("date_closed"),
    },
)

SHAPES = (ISSUES, ALERTS)
