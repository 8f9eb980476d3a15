"""Jira and Jira Service Management: the CSV with its repeated columns, and issues as JSON.

An incident begins there when its issue is created, which stands for its detection; a custom field
that names a clock says it better. Tasks that are linked with it are its actions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.readers.exports.paths import ABSENT, Clock, Record, letters, written_time
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
    labels,
    linked,
    state,
    text,
)
from data.readers.exports.texts import plain_text
from data.readers.exports.trackers import Role, arranged, role_of, said_by_labels, tags

TOOL = "Jira"
IN_BRACKETS = re.compile(r"\(([^()]{1,200})\)\s*$")
API = re.compile(r"(https?://[^/\s]{1,300}(?:/[^/\s]{1,100}){0,3}?)/rest/")
COPIES = re.compile(r"duplicat|clone", re.IGNORECASE)
DUPLICATE = re.compile(r"duplicat", re.IGNORECASE)
#: Types of issues that are none by themselves, in letters.
NO_INCIDENTS = frozenset(
    "task subtask story epic improvement newfeature action change servicerequest"
    " servicerequestwithapprovals systemservicerequest systemchange".split()
)
PARTS_OF_A_COMMENT = 3
#: Answers in a list of pages in an envelope are three.
DEEPEST = 4
#: Plans of Jira that bear the names of clocks.
PLANS = frozenset(map(letters, ("Start date", "End date", "Target start", "Target end", "Due date",
                                "Change start date", "Change completion date", "Rank",
                                "Request participants", "Time to resolution")))  # fmt: skip
ABANDONED = {
    "Won't Do": "wont_do",
    "Won't Fix": "wont_do",
    "Declined": "wont_do",
    "Duplicate": "wont_do",
    "Cannot Reproduce": "wont_do",
    "Abandoned": "wont_do",
}
#: Where a status belongs, whatever it is called.
CATEGORIES = {"new": "open", "indeterminate": "open", "done": "resolved", "To Do": "open",
              "In Progress": "open", "Complete": "resolved"}  # fmt: skip
ACTION_CATEGORIES = {"new": "open", "indeterminate": "in_progress", "done": "done",
                     "To Do": "open", "In Progress": "in_progress"}  # fmt: skip
CREATED = clock(
    "fields.created", "created", "date_created", "created_date", text="when the issue was created"
)
RESOLVED = clock(
    "fields.resolutiondate", "resolved", "fields.resolved", "date_resolved", "resolution_date"
)
STATUS = ("fields.status", "status")
CATEGORY = ("fields.status.status_category.key", "fields.status.status_category", "status_category")
KEY = ("issue_key", "key")
SUMMARY = ("fields.summary", "summary")
TYPE = ("fields.issuetype", "fields.issue_type", "issue_type", "issuetype")


def _action_status(record: Record) -> Any:
    """A resolution such as "Won't Do" says more than the status that goes with it."""
    given_up = action_state("fields.resolution", "resolution", meanings=ABANDONED)(record)
    if given_up == "wont_do":
        return given_up
    return first_of(action_state(*STATUS), action_state(*CATEGORY, meanings=ACTION_CATEGORIES))(
        record
    )


ACTION: dict[str, Rule] = {
    "id": label(*KEY),
    "title": text(*SUMMARY),
    "status": _action_status,
    "priority": label("fields.priority", "priority"),
    "created_on": clock("fields.created", "created"),
    "due_on": clock("fields.duedate", "due_date", "due", "duedate"),
    "completed_on": RESOLVED,
}


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """Custom fields by their names, which JSON tells beside the issues, if at all."""
    for key, name in record.keys.items():
        named = IN_BRACKETS.search(name) if key.startswith("customfield") else None
        if named and letters(named[1]) not in PLANS:
            yield named[1], record.under(name)
    for fields in record.records("fields"):
        for name, shown in record.names_of_keys.items():
            if name in fields.content and letters(shown) not in PLANS:
                yield shown, _custom(fields, name)
    yield from said_by_labels("fields.labels", "labels")(record)


def _custom(fields: Record, name: str) -> Any:
    """The value of a custom field: a text, an option, a document, a list of them."""
    value = fields.under(name)
    if isinstance(value, Mapping) and "content" in value:
        return plain_text(value)
    if isinstance(value, str | int | float):
        return value
    names = Record({"value": value}).names("value") or []
    return names if len(names) > 1 else next(iter(names), None)


def _links(record: Record) -> list[Record]:
    return [*record.records("fields.issuelinks"), *record.records("fields.subtasks")]


def _linked_keys(record: Record) -> Iterator[str]:
    """The keys of issues that one is linked with, its parent among them."""
    for key, name in record.keys.items():
        if key.startswith(("outwardissuelink", "inwardissuelink")) and not _is_copy(name):
            value = record.content[name]
            yield from map(str, value if isinstance(value, list) else [value])
    for key in ("parent_key", "parent.key", "fields.parent.key", "parent_id", "parent"):
        yield from (str(value) for _, value in record.filled(key))
    for link in _links(record):
        if not _is_copy(str(label("type.name")(link) or "")):
            for path in ("outward_issue.key", "inward_issue.key", "key"):
                yield from (str(value) for _, value in link.filled(path))


def _is_copy(link: str) -> bool:
    return bool(COPIES.search(link))


def _duplicate_of(record: Record) -> Any:
    """The issue that this one duplicates; the other direction says nothing of it."""
    for key, name in record.keys.items():
        if key.startswith("outwardissuelink") and DUPLICATE.search(name):
            value = record.under(name)
            return value[0] if isinstance(value, list) else value or ABSENT
    for link in record.records("fields.issuelinks"):
        if DUPLICATE.search(str(label("type.name")(link) or "")):
            return label("outward_issue.key")(link) or ABSENT
    return ABSENT


def _address(record: Record) -> Any:
    """The page of an issue, on the site that its address in the interface names."""
    own = label("url", "link")(record)
    site = API.match(str(label("self")(record) or ""))
    key = label(*KEY)(record)
    return own or (f"{site[1]}/browse/{key}" if site and key else ABSENT)


def _role(record: Record) -> Role:
    """What the type of an issue says; a sub-task is one of something."""
    names = record.names(*TYPE) or []
    said = role_of(names)
    if said is Role.OPEN and any(letters(name) in NO_INCIDENTS for name in names):
        return Role.ACTION
    return said


def _arranged(records: Sequence[Record], whole: Whole) -> Iterator[Arranged]:
    names = dict(pair for document in whole.documents for pair in _names_around(document))
    keys: dict[str, str] = {}
    for record in records:
        record.names_of_keys = names
        for path in ("issue_id", "id"):
            keys.update((str(value), _key(record)) for _, value in record.filled(path))
    there = set(keys.values())
    for entry in arranged(
        records,
        key=_key,
        role=_role,
        links=lambda record: [keys.get(name, name) for name in _linked_keys(record)],
    ):
        if isinstance(entry, Record):
            stubs = (stub for stub in _stubs(entry) if _key(stub) not in there)
            entry.linked = (*entry.linked, *stubs)
        yield entry


def _names_around(document: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """What a document calls its custom fields, which stands beside the issues."""
    if isinstance(document, Mapping):
        names = document.get("names")
        if isinstance(names, Mapping):
            yield from ((str(key), str(shown)) for key, shown in names.items())
        if "issues" in document or "fields" in document:
            return
        document = list(document.values())
    if isinstance(document, list) and depth < DEEPEST:
        for inner in document:
            yield from _names_around(inner, depth + 1)


def _stubs(incident: Record) -> Iterator[Record]:
    """Linked tasks as far as the incident itself tells of them."""
    for link in _links(incident):
        if _is_copy(str(label("type.name")(link) or "")):
            continue
        ends = link.records("outward_issue", apart=True) or link.records("inward_issue", apart=True)
        for issue in ends or ([Record(link.content)] if link.has("key") else []):
            if _role(issue) is not Role.INCIDENT:
                yield issue


def _key(record: Record) -> str:
    return str(next((value for _, value in record.filled(*KEY)), ""))


def _changed_to(*states: str, last: bool = False) -> Rule:
    """When the history of an issue first (or last) shows one of some states, in whatever order."""
    wanted = frozenset(map(letters, states))

    def rule(record: Record) -> Any:
        moments = []
        for change in record.records("changelog.histories"):
            for item in change.records("items"):
                state_now = str(label("to_string")(item) or "")
                is_status = letters(str(label("field")(item) or "")) == "status"
                if is_status and letters(state_now) in wanted:
                    said = f"when it became '{state_now[:60]}'"
                    moments.append(clock("created", text=said)(change))
        known = [moment for moment in moments if isinstance(moment, Clock)]
        best = max if last else min
        return best(known, key=lambda moment: str(written_time(moment))) if known else ABSENT

    return rule


def _comments(record: Record) -> Any:
    """Comments as events: a cell of the CSV is ``date;author;text``; the author is left out."""
    timeline = []
    for comment in record.records("fields.comment.comments"):
        moment, told = clock("created")(comment), text("body")(comment)
        if isinstance(moment, Clock) and told:
            timeline.append({"at": moment, "text": told})
    for cell in record.values("comment", "comments") or []:
        parts = cell.split(";", 2) if isinstance(cell, str) else []
        if len(parts) == PARTS_OF_A_COMMENT:
            timeline.append({"at": Clock(parts[0].strip(), "Comment"), "text": parts[2].strip()})
    return timeline or ABSENT


INCIDENTS: dict[str, Rule] = {
    "id": label(*KEY),
    "title": text(*SUMMARY),
    "url": _address,
    "status": first_of(state(*STATUS), state(*CATEGORY, meanings=CATEGORIES)),
    "severity": label("fields.priority", "priority"),
    "services": labels(
        "fields.components", "components", "component/s", "component_s", "component"
    ),
    "tags": tags("fields.labels", "labels"),
    "detected_at": CREATED,
    "acknowledged_at": _changed_to(
        "Acknowledged", "In Progress", "Work in progress", "Investigating", "Under investigation"
    ),
    "mitigated_at": _changed_to("Mitigated", "Monitoring", "Stabilized", "Stabilised", "Restored"),
    "resolved_at": first_of(RESOLVED, _changed_to("Resolved", last=True)),
    "duplicate_of": _duplicate_of,
    "timeline": _comments,
    "actions": linked(ACTION),
}

TABLE = Shape(
    tool=TOOL,
    what="issues in a table",
    known=Known(
        needs=("issue_key|key", "summary", "issue_key|issue_type"),
        some=(
            "issue_type",
            "issue_id",
            "project_key",
            "status",
            "resolution",
            "reporter",
            "created",
        ),
        least=3,
        never=("fields",),
    ),
    fields=INCIDENTS,
    labelled=_own_fields,
    body=text("description"),
    weak=frozenset(("detected_at",)),
    arrange=_arranged,
)

ISSUES = Shape(
    tool=TOOL,
    what="issues",
    known=Known(
        needs=("key", "fields.summary"),
        some=("fields.issuetype", "fields.status", "fields.created", "fields.priority", "self"),
        least=2,
    ),
    fields=INCIDENTS,
    labelled=_own_fields,
    body=text("fields.description", "rendered_fields.description"),
    weak=frozenset(("detected_at",)),
    arrange=_arranged,
)

SHAPES = (TABLE, ISSUES)
