"""Linear issues: its CSV and its interface.

What an issue is stands in its labels; sub-issues of an incident are its actions. An issue begins
when it is created, which stands for the detection, and is completed when the incident is over.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Arranged,
    Known,
    Rule,
    Shape,
    Whole,
    action_state,
    clock,
    first_of,
    label,
    linked,
    spelt,
    state,
    text,
)
from data.readers.exports.trackers import Role, arranged, role_of, said_by_labels, tags

TOOL = "Linear"
COMMA = ","
KEY = ("identifier", "id")
LABELS = ("labels",)
STATE = ("state", "status")
CREATED = ("created_at", "created")
COMPLETED = ("completed_at", "completed")
CANCELED = ("canceled_at", "canceled", "cancelled")
PRIORITY = ("priority_label", "priority")
#: Its priorities as numbers.
PRIORITIES = {"0": "", "1": "Urgent", "2": "High", "3": "Medium", "4": "Low"}
STATES = {
    "triage": "open",
    "backlog": "open",
    "unstarted": "open",
    "started": "open",
    "completed": "resolved",
    "canceled": "resolved",
    "todo": "open",
    "in review": "open",
}
ACTION_STATES = {"started": "in_progress", "completed": "done", "canceled": "wont_do"}


def _key(record: Record) -> str:
    return str(next((value for _, value in record.filled(*KEY)), ""))


def _priority(record: Record) -> Any:
    given = spelt(label(*PRIORITY), without=("No priority",))(record)
    return PRIORITIES.get(given, given) or None if isinstance(given, str) else given


def _role(record: Record) -> Role:
    names = [part for name in record.names(*LABELS) or [] for part in name.split(COMMA)]
    said = role_of(names)
    if said is not Role.OPEN:
        return said
    if any(record.filled("parent.identifier", "parent_issue", "parent")):
        return Role.ACTION
    return role_of(record.names("title") or [])


def _links(record: Record) -> Iterator[str]:
    for path in ("parent.identifier", "parent_issue", "related_to", "children.identifier",
                 "relations.related_issue.identifier"):  # fmt: skip
        for _, value in record.filled(path):
            yield from (part.strip() for part in str(value).split(COMMA))


def _arranged(records: Sequence[Record], _: Whole) -> Iterator[Arranged]:
    there = {_key(record) for record in records}
    for entry in arranged(records, key=_key, role=_role, links=_links):
        if isinstance(entry, Record):
            children = entry.records("children", apart=True)
            others = (child for child in children if _key(child) not in there)
            entry.linked = (*entry.linked, *others)
        yield entry


ACTION: dict[str, Rule] = {
    "id": label(*KEY),
    "title": text("title"),
    "status": first_of(action_state("state.type", meanings=ACTION_STATES), action_state(*STATE)),
    "priority": _priority,
    "created_on": clock(*CREATED),
    "due_on": clock("due_date"),
    "completed_on": clock(*COMPLETED, *CANCELED),
    "url": label("url"),
}

ISSUES = Shape(
    tool=TOOL,
    what="issues",
    known=Known(
        needs=("title", "identifier|uuid|cycle_number|initiatives|parent_issue"),
        some=(
            "state",
            "priority_label",
            "cycle_number",
            "cycle_name",
            "triaged",
            "canceled",
            "project_milestone",
            "sla_status",
            "parent_issue",
            "completed_at",
            "branch_name",
            "team",
            "labels",
            "estimate",
            "started",
        ),
        least=3,
        never=("alert_rule", "date_started", "iid"),
    ),
    fields={
        "id": label(*KEY),
        "title": text("title"),
        "url": label("url"),
        "status": first_of(state("state.type", meanings=STATES), state(*STATE, meanings=STATES)),
        "severity": _priority,
        "team": label("team"),
        "tags": tags(*LABELS, split=COMMA),
        "detected_at": clock(*CREATED, text="when the issue was created"),
        "resolved_at": clock(*COMPLETED, text="when the issue was completed"),
        "duplicate_of": label("duplicate_of"),
        "actions": linked(ACTION),
    },
    labelled=said_by_labels(*LABELS, split=COMMA),
    body=text("description"),
    weak=frozenset(("detected_at", "resolved_at")),
    arrange=_arranged,
)

SHAPES = (ISSUES,)
