"""ServiceNow: lists as CSV (with labels or names of columns) and answers of its Table API.

An incident is opened when it is reported. Its closing comes by itself some days after the end and
says nothing of it. Incidents of one problem have one cause, as people said who linked them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data.readers.exports.paths import ABSENT, Clock, Record, is_empty, written_time
from data.readers.exports.rules import (
    Arranged,
    Known,
    LeftAside,
    Rule,
    Shape,
    Whole,
    action_state,
    as_number,
    first_of,
    label,
    labels,
    spelt,
    state,
    text,
    word,
)

TOOL = "ServiceNow"
NUMBER = ("number",)
STATE = ("state", "incident_state")
STATES = {
    "1": "open",
    "2": "open",
    "3": "open",
    "6": "resolved",
    "7": "resolved",
    "new": "open",
    "active": "open",
    "in progress": "open",
    "on hold": "open",
    "awaiting user info": "open",
    "awaiting problem": "open",
    "awaiting vendor": "open",
    "awaiting evidence": "open",
    "resolved": "resolved",
    "closed": "resolved",
}
CANCELLED = frozenset(("8", "canceled", "cancelled"))
TASK_STATES = {
    "1": "open", "-5": "open", "2": "in_progress", "3": "done", "4": "wont_do", "7": "wont_do",
    "closed complete": "done", "closed incomplete": "wont_do", "closed skipped": "wont_do",
    "work in progress": "in_progress", "pending": "open",
}  # fmt: skip
#: What a cell holds that nobody filled.
NOTHING = ("?", "-", "None", "-- None --", "(empty)")
#: As many incidents of one problem are named as repeats; more say nothing more.
MOST_REPEATS = 50


def _clock(*paths: str, text: str = "") -> Rule:
    """A time; what the database holds is UTC, and what a screen shows is in the user's zone."""

    def rule(record: Record) -> Any:
        for place, value in record.filled(*paths):
            stored = value.get("value") if isinstance(value, Mapping) else value
            if not isinstance(stored, str | int) or str(stored).strip() in NOTHING:
                continue
            record.use(place)
            zone = "Z" if isinstance(value, Mapping) or _is_stored(record) else ""
            return Clock(stored, f"{place[-1]}, {text}" if text else place[-1], zone=zone)
        return None if any(record.has(path) for path in paths) else ABSENT

    return rule


def _is_stored(record: Record) -> bool:
    """Whether a record holds what is stored rather than what is shown: states as numbers."""
    return any(str(value).isdecimal() for _, value in record.filled(*STATE))


def _shown(*paths: str) -> Rule:
    return spelt(label(*paths), without=NOTHING)


def _rank(record: Record) -> Any:
    """The number before a priority: ``1 - Critical``."""
    shown = _shown("priority")(record)
    digit = shown[:1] if isinstance(shown, str) else ""
    return int(digit) if digit in ("1", "2", "3", "4", "5") else ABSENT


def _own_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """Columns that an organization added; their names begin with ``u_``."""
    for name in record.content:
        if name.startswith("u_"):
            values = record.names(name)
            yield name[2:].replace("_", " "), values[0] if values else None


def _arranged(records: Sequence[Record], _: Whole) -> Iterator[Arranged]:
    incidents = _merged(records)
    earlier = _by_problem(incidents)
    for record in incidents:
        if str(label(*STATE)(record) or "").lower() in CANCELLED:
            yield LeftAside(record, f"was cancelled in {TOOL}, so it is no incident")
        else:
            record.earlier = earlier.get(id(record), [])
            yield record


def _merged(records: Sequence[Record]) -> list[Record]:
    """One record for each number: a log of changes has a row for each, and the latest counts."""
    rows: dict[str, Record] = {}
    for record in sorted(records, key=_version):
        number = str(label(*NUMBER)(record))
        there = rows.pop(number, None)
        if there is None:
            rows[number] = record
        else:
            said = {k: v for k, v in record.content.items() if not is_empty(v)}
            rows[number] = record.with_content({**there.content, **said})
    return list(rows.values())


def _version(record: Record) -> tuple[float, str]:
    """The number and the time of the change that a row stands for, as far as it tells them."""
    count = as_number(record.value("sys_mod_count", "updates"))
    changed = _clock("sys_updated_on", "sys_updated_at", "updated")(record)
    return count or 0, str(written_time(changed)) if isinstance(changed, Clock) else ""


def _by_problem(incidents: Sequence[Record]) -> dict[int, list[str]]:
    """The incidents of the same problem that were opened before each, oldest first."""
    problems: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for record in incidents:
        problem, opened = PROBLEM(record), OPENED(record)
        if problem and isinstance(opened, Clock):
            number = str(label(*NUMBER)(record))
            problems[problem].append((str(written_time(opened)), number, id(record)))
    earlier: dict[int, list[str]] = {}
    for same in problems.values():
        numbers: list[str] = []
        for _, number, record_id in sorted(same):
            earlier[record_id] = numbers[-MOST_REPEATS:]
            numbers.append(number)
    return earlier


PROBLEM = _shown("problem_id", "problem")
OPENED = _clock("opened_at", "opened", text="when it was opened")
INCIDENTS = Shape(
    tool=TOOL,
    what="incidents",
    known=Known(
        needs=(
            "number",
            "short_description|sys_id|incident_state|caller_id|assignment_group",
        ),
        some=(
            "short_description",
            "assignment_group",
            "opened_at",
            "opened",
            "sys_created_on",
            "sys_id",
            "close_code",
            "closed_code",
            "close_notes",
            "business_service",
            "caller_id",
            "caller",
            "cmdb_ci",
            "configuration_item",
            "incident_state",
            "problem_id",
            "reassignment_count",
        ),
        least=3,
        never=("incident", "iid", "state_reason"),
    ),
    fields={
        "id": label(*NUMBER),
        "title": text("short_description"),
        "summary": text("description"),
        "status": state(*STATE, meanings=STATES),
        "severity": _shown("priority", "severity"),
        "severity_rank": _rank,
        "services": spelt(
            labels("business_service", "service", "service_offering", "cmdb_ci",
                   "configuration_item"),
            without=NOTHING,
        ),
        "team": _shown("assignment_group"),
        "root_cause": text("root_cause", "cause", "cause_notes", "probable_cause"),
        "impact": text("business_impact"),
        "detection_source": word(
            "contact_type",
            "channel",
            meanings={
                "monitoring": "monitoring",
                "event": "monitoring",
                "alert": "monitoring",
                "event management": "monitoring",
            },
        ),
        "impact_started_at": _clock("outage_begin", "outage_start", "begin"),
        "detected_at": first_of(OPENED, _clock("sys_created_on", "created", "sys_created_at")),
        "resolved_at": _clock("resolved_at", "resolved"),
        "duplicate_of": _shown("parent_incident"),
        "repeats": lambda record: list(record.earlier) or ABSENT,
    },
    labelled=_own_fields,
    arrange=_arranged,
)  # fmt: skip

TASKS = Shape(
    tool=TOOL,
    what="incident tasks",
    holds="action",
    known=Known(
        needs=("number", "short_description", "incident|parent"),
        some=("sys_class_name", "task_type", "assignment_group", "state", "due_date", "sys_id"),
        least=2,
        never=("caller_id", "caller", "problem_id", "incident_state"),
    ),
    fields={
        "id": label(*NUMBER),
        "incident_id": label("incident", "parent"),
        "title": text("short_description"),
        "status": action_state(*STATE, meanings=TASK_STATES),
        "priority": _shown("priority"),
        "owner": _shown("assignment_group"),
        "created_on": first_of(OPENED, _clock("sys_created_on", "created")),
        "due_on": _clock("due_date"),
        "completed_on": _clock("closed_at", "closed"),
    },
)

SHAPES = (INCIDENTS, TASKS)
