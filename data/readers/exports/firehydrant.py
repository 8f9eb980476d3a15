"""FireHydrant: incidents with their milestones, and tickets; its CSV has the same names.

Its severities hold two that are none: a game day is a drill, and maintenance is planned.
"""

from collections.abc import Iterator
from typing import Any

from data.readers.exports.paths import ABSENT, Record, letters
from data.readers.exports.rules import (
    Known,
    Rule,
    Shape,
    action_state,
    clock,
    event_time,
    first_of,
    label,
    labels,
    nested,
    number,
    spelt,
    state,
    text,
    word,
)

TOOL = "FireHydrant"
MILESTONES = ("milestones", "lifecycle_phases.milestones", "lifecycle_phases")
AT = ("occurred_at",)
STATE = ("type", "slug", "name")
NO_SEVERITY = ("UNSET", "GAMEDAY", "MAINTENANCE")
TICKET: dict[str, Rule] = {
    "id": label("id"),
    "title": text("summary", "title"),
    "status": action_state("state", "status"),
    "priority": label("priority"),
    "created_on": clock("created_at"),
    "due_on": clock("due_at", "due_date"),
    "completed_on": lambda record: (
        clock("completed_at", "updated_at")(record)
        if action_state("state", "status")(record) in ("done", "wont_do")
        else ABSENT
    ),
    "url": label("link.href", "link", "url"),
}


def _milestone(*names: str, field: str) -> Rule:
    """A milestone, or the column of a CSV that bears its name."""
    return first_of(event_time(*MILESTONES, at=AT, state=STATE, of=names), clock(field))


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    for entry in record.records("custom_fields"):
        name = label("display_name", "name")(entry)
        values = entry.names("value_array", "value_string", "value")
        if name and values:
            yield name, values if len(values) > 1 else values[0]


def _services(record: Record) -> Any:
    named = labels("services", "impacted_services")(record)
    if named:
        return named
    impacted: dict[str, list[str]] = {"service": [], "functionality": []}
    for impact in record.records("impacts"):
        kind = letters(str(label("type")(impact) or ""))
        name = label("impact", "name")(impact)
        if name and kind in impacted:
            impacted[kind].append(name)
    return impacted["service"] or impacted["functionality"] or named


INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "name",
            "milestones|lifecycle_phases|current_milestone|customer_impact_summary"
            "|monetary_impact_cents|incident_url|team_assignments",
        ),
        some=(
            "milestones",
            "lifecycle_phases",
            "current_milestone",
            "customer_impact_summary",
            "customers_impacted",
            "monetary_impact",
            "monetary_impact_cents",
            "team_assignments",
            "role_assignments",
            "incident_url",
            "functionalities",
            "impacts",
            "tag_list",
            "started_at",
        ),
        least=3,
        never=("mode", "incident_updates", "incident_status", "custom_field_entries"),
    ),
    fields={
        "id": label("id", "number"),
        "title": text("name"),
        "summary": text("summary", "description"),
        "url": label("incident_url", "private_status_page_url"),
        "kind": word("severity", meanings={"GAMEDAY": "drill", "MAINTENANCE": "maintenance"}),
        "status": first_of(
            word(
                "current_milestone",
                meanings={
                    "started": "open",
                    "detected": "open",
                    "acknowledged": "open",
                    "investigating": "open",
                    "identified": "open",
                    "mitigated": "open",
                    "resolved": "resolved",
                    "postmortem_started": "resolved",
                    "postmortem_completed": "resolved",
                    "retrospective_started": "resolved",
                    "retrospective_completed": "resolved",
                    "closed": "resolved",
                },
            ),
            word("active", meanings={"true": "open", "false": "resolved"}),
            state("status"),
        ),
        "severity": spelt(label("severity"), without=NO_SEVERITY),
        "services": _services,
        "team": label("team_assignments.team", "team_assignments", "teams"),
        "environment": label("environments"),
        "tags": labels("tag_list", "tags"),
        "impact": text("customer_impact_summary"),
        "affected_users": number("customers_impacted"),
        "cost": first_of(number("monetary_impact_cents", per=100), number("monetary_impact")),
        "root_cause": text("root_cause"),
        "impact_started_at": _milestone("started", field="started_at"),
        "detected_at": _milestone("detected", field="detected_at"),
        "declared_at": first_of(
            event_time(*MILESTONES, at=AT, state=STATE, of=("opened", "declared")),
            clock("created_at", text="when it was declared"),
        ),
        "acknowledged_at": _milestone("acknowledged", field="acknowledged_at"),
        "mitigated_at": _milestone("mitigated", field="mitigated_at"),
        "resolved_at": _milestone("resolved", field="resolved_at"),
        "postmortem_published_at": event_time(
            *MILESTONES,
            at=AT,
            state=STATE,
            of=("postmortem_completed", "retrospective_completed"),
        ),
        "actions": nested("tickets", "follow_ups", "action_items", fields=TICKET),
    },
    labelled=_own_fields,
)

TICKETS = Shape(
    tool=TOOL,
    what="tickets",
    holds="action",
    known=Known(
        needs=("summary", "state", "type"),
        some=("due_at", "link", "attachments", "tag_list", "created_by", "updated_at"),
        least=2,
        never=("sys_id",),
    ),
    fields={"incident_id": label("incident_id", "incident"), **TICKET},
)

SHAPES = (INCIDENTS, TICKETS)
