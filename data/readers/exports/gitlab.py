"""GitLab issues and incidents: the CSV that it mails, and its interface.

Times in the CSV are UTC. An issue is opened when the incident is noticed and closed when it is
over or some time after, so that is its end only as estimated.
"""

import re
from collections.abc import Iterator, Sequence

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Arranged,
    Known,
    Rule,
    Shape,
    Whole,
    action_state,
    clock,
    label,
    linked,
    spelt,
    state,
    text,
)
from data.readers.exports.trackers import Numbering, Role, arranged, role_of, said_by_labels, tags

TOOL = "GitLab"
URL = ("web_url", "url")
LABELS = ("labels",)
COMMA = ","
CREATED = ("created_at", "created_at_utc")
CLOSED = ("closed_at", "closed_at_utc")
NUMBERING = Numbering(
    address=re.compile(
        r"https?://[^/\s]{1,200}/((?:[^/\s]{1,100}/){1,8}?[^/\s]{1,100}?)/(?:-/)?"
        r"(?:issues|work_items)/(?:incident/)?(\d{1,10})\b"
    ),
    urls=URL,
    number=("iid", "issue_id", "id"),
    body=("description",),
)


def _role(record: Record) -> Role:
    """By its type, its labels, else its title."""
    kind = record.names("issue_type", "work_item_type", "type") or []
    names = [part for name in record.names(*LABELS) or [] for part in name.split(COMMA)]
    said = role_of([*(name for name in kind if name.lower() != "task"), *names])
    return said if said is not Role.OPEN else role_of(record.names("title") or [])


def _arranged(records: Sequence[Record], _: Whole) -> Iterator[Arranged]:
    yield from arranged(records, key=NUMBERING.identity, role=_role, links=NUMBERING.mentions)


ACTION: dict[str, Rule] = {
    "id": NUMBERING.identity,
    "title": text("title"),
    "status": action_state("state", meanings={"opened": "open", "closed": "done"}),
    "created_on": clock(*CREATED),
    "due_on": clock("due_date"),
    "completed_on": clock(*CLOSED),
    "url": label(*URL),
}

ISSUES = Shape(
    tool=TOOL,
    what="issues",
    known=Known(
        needs=("iid|issue_id", "title", "state"),
        some=(
            "web_url",
            "author_username",
            "assignee_username",
            "closed_at_utc",
            "created_at_utc",
            "time_estimate",
            "time_spent",
            "time_stats",
            "confidential",
            "issue_type",
            "weight",
            "references",
            "project_id",
        ),
        least=3,
    ),
    fields={
        "id": NUMBERING.identity,
        "title": text("title"),
        "url": label(*URL),
        "status": state("state", meanings={"opened": "open"}),
        "severity": spelt(label("severity"), without=("UNKNOWN",)),
        "tags": tags(*LABELS, split=COMMA),
        "detected_at": clock(*CREATED, text="when the issue was opened", zone="Z"),
        "resolved_at": clock(*CLOSED, text="when the issue was closed", estimated=True, zone="Z"),
        "actions": linked(ACTION),
    },
    labelled=said_by_labels(*LABELS, split=COMMA),
    body=text("description"),
    weak=frozenset(("detected_at", "resolved_at")),
    arrange=_arranged,
)

SHAPES = (ISSUES,)
