"""GitHub issues, as its command line and its interface write them; pull requests are left out.

What an issue is stands in its labels, and the post-mortem in its body. An issue is often opened
after the incident and closed long after it, so neither time is a begin or an end.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from data.readers.exports.paths import Record
from data.readers.exports.rules import (
    Arranged,
    Known,
    LeftAside,
    Rule,
    Shape,
    Whole,
    action_state,
    clock,
    label,
    linked,
    state,
    text,
)
from data.readers.exports.trackers import Numbering, Role, arranged, role_of, said_by_labels, tags

TOOL = "GitHub"
URL = ("html_url", "url")
NUMBERING = Numbering(
    address=re.compile(
        r"https?://[^/\s]{1,200}/(?:repos/)?([^/\s]{1,100}/[^/\s]{1,100})/(?:issues|pull)/"
        r"(\d{1,10})\b"
    ),
    urls=URL,
    number=("number",),
    body=("body",),
)
GIVEN_UP = {"not_planned": "wont_do", "duplicate": "wont_do"}


def _role(record: Record) -> Role:
    """By labels and type, else by the title: "[Incident] Checkout fails"."""
    said = role_of([*(record.names("labels") or []), *(record.names("type") or [])])
    return said if said is not Role.OPEN else role_of(record.names("title") or [])


def _arranged(records: Sequence[Record], _: Whole) -> Iterator[Arranged]:
    issues = [record for record in records if not _is_pull_request(record)]
    for record in records:
        if _is_pull_request(record):
            yield LeftAside(record, "is a pull request")
    yield from arranged(issues, key=NUMBERING.identity, role=_role, links=NUMBERING.mentions)


def _is_pull_request(record: Record) -> bool:
    if any(record.filled("pull_request")) or record.content.get("isPullRequest") is True:
        return True
    return any("/pull/" in str(value) for _, value in record.filled("html_url", "url"))


def _action_status(record: Record) -> Any:
    """Closed is done, unless it was closed as not planned."""
    if action_state("state_reason", meanings=GIVEN_UP)(record) == "wont_do":
        return "wont_do"
    return action_state("state")(record)


ACTION: dict[str, Rule] = {
    "id": NUMBERING.identity,
    "title": text("title"),
    "status": _action_status,
    "created_on": clock("created_at"),
    "due_on": clock("milestone.due_on"),
    "completed_on": clock("closed_at"),
    "url": label(*URL),
}

ISSUES = Shape(
    tool=TOOL,
    what="issues",
    known=Known(
        needs=(
            "number",
            "title",
            "state|created_at",
            "body|state_reason|html_url|node_id|author_association|closed_at",
        ),
        some=(
            "body",
            "labels",
            "closed_at",
            "state_reason",
            "html_url",
            "node_id",
            "author_association",
            "author",
            "comments_url",
            "milestone",
        ),
        least=2,
        never=("iid", "sys_id", "urgency", "external_desc", "incident_updates", "identifier"),
    ),
    fields={
        "id": NUMBERING.identity,
        "title": text("title"),
        "url": label(*URL),
        "status": state("state"),
        "tags": tags("labels"),
        "declared_at": clock("created_at", text="when the issue was opened"),
        "actions": linked(ACTION),
    },
    labelled=said_by_labels("labels"),
    body=text("body"),
    weak=frozenset(("declared_at",)),
    arrange=_arranged,
)

SHAPES = (ISSUES,)
