"""The promised actions of a post-mortem: check boxes, plain lists, tables with owner and date."""

import re
from typing import Any

from data.readers.markdown_blocks import LINK, Block, blocks, unmarked

BOX = re.compile(r"\[([ xX])\]\s*")
ADDRESS = re.compile(r"https?://[^\s<>()|]{1,2000}")
COLUMNS = {
    "title": ("action", "action item", "title", "task", "description", "item", "what", "todo"),
    "owner": ("owner", "team", "assignee", "responsible", "owner team", "who", "assigned to"),
    "status": ("status", "state", "done"),
    "due_on": ("due", "due date", "deadline", "eta", "target date", "by when"),
    "completed_on": ("completed", "completed on", "closed", "done on"),
    "created_on": ("created", "created on"),
    "priority": ("priority", "prio"),
    "kind": ("type", "kind", "category"),
    "url": ("ticket", "link", "issue", "url", "tracking", "bug", "jira", "pr"),
    "id": ("id", "#"),
}
FIELD_OF = {name: field for field, names in COLUMNS.items() for name in names}
STATUSES = {
    "open": ["open", "to do", "todo", "new", "not started", "outstanding", "pending", "backlog"],
    "in_progress": ["in progress", "in_progress", "doing", "ongoing", "started", "wip"],
    "done": ["done", "complete", "completed", "closed", "finished", "fixed", "x", "yes", "✅", "✓"],
    "wont_do": ["won't do", "wont do", "wont_do", "cancelled", "canceled", "dropped", "rejected"],
}
STATUS_OF = {word: status for status, words in STATUSES.items() for word in words}
KINDS = {
    "prevent": ("prevent", "prevention", "preventive", "preventative"),
    "detect": ("detect", "detection", "monitoring", "alerting"),
    "mitigate": ("mitigate", "mitigation", "mitigative"),
    "process": ("process",),
    "documentation": ("documentation", "docs", "document"),
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
#: Cells that say "nothing here".
EMPTY = frozenset({"", "-", "–", "—", "n/a", "none", "tbd", "tba", "?"})


def read_actions(text: str) -> tuple[list[dict[str, Any]], str]:
    """The actions of a section, and its text that is none.

    A heading above some of the actions may say of which kind they are.
    """
    actions: list[dict[str, Any]] = []
    rest: list[str] = []
    kind: str | None = None
    for block in blocks(text):
        if block.kind == "heading":
            kind = KIND_OF.get(unmarked(block.text).lower().rstrip(": "))
            continue
        if block.kind == "text":
            rest.append(block.text)
            continue
        action = _from_row(block) if block.kind == "row" else _from_item(block.text)
        if action.get("title"):
            actions.append({**({"kind": kind} if kind else {}), **action})
    return actions, "\n\n".join(rest)


def _from_item(text: str) -> dict[str, Any]:
    action: dict[str, Any] = {}
    if box := BOX.match(text):
        action["status"] = "open" if box.group(1) == " " else "done"
        text = text[box.end() :]
    inside, struck, after = text.removeprefix("~~").rpartition("~~")
    if text.startswith("~~") and struck and not any(c.isalnum() for c in after):
        # Authors strike out what is done and what was given up alike: not for us to say which.
        text = inside
        action["extra"] = {"struck_out": True}
    if address := _address(text):
        action["url"] = address
    action["title"] = unmarked(text)
    return action


def _from_row(block: Block) -> dict[str, Any]:
    action: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for header, cell in block.cells.items():
        value = unmarked(cell)
        if value.lower() in EMPTY:
            continue
        field = FIELD_OF.get(header.lower())
        if field is None or field in action:
            extra[header] = value
        elif field == "url":
            action[field] = _address(cell) or value
        elif field == "status":
            action[field] = STATUS_OF.get(value.lower(), value)
        elif field == "kind":
            action[field] = KIND_OF.get(value.lower(), value)
        else:
            action[field] = value
    if extra:
        action["extra"] = extra
    return action


def _address(text: str) -> str | None:
    """The first address that a text links to."""
    if link := LINK.search(text):
        return link.group(2)
    bare = ADDRESS.search(text)
    return bare.group(0) if bare else None
