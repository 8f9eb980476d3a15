"""The facts at the top of a post-mortem: "Severity: SEV2" as a line, a list item or a table row.

The same words name fields in the front matter of other tools, so one table serves both.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from data import words
from data.readers.markdown_blocks import blocks, unmarked
from data.readers.markdown_times import day_in, read_stamp, written_moment, zone_said
from data.record import CLOCK_FIELDS, Incident

LINE = re.compile(
    r"^(?:\*\*|__)?([A-Za-z][A-Za-z /]{1,30}?)(?:\*\*|__)?\s*:(?:\*\*|__)?(?:\s+(.*\S))?\s*$"
)
LISTS = ("services", "tags")
STATUSES = ("open", "resolved")


def read_facts(text: str) -> tuple[dict[str, str], str]:
    """The facts in ``text`` by the author's word for them, and the lines that are none."""
    facts: dict[str, str] = {}
    rest: list[str] = []
    for block in blocks(text):
        if block.kind == "row":
            _add_row(block.cells, facts)
            continue
        others = [line for line in block.lines if not _add_line(line, facts)]
        if others:
            rest.append("\n".join(others))
    return facts, "\n\n".join(rest)


def field_of(name: str) -> str:
    """The field, or the fact that fills none, that a word means; empty if neither."""
    known = words.current()
    return known.field(name) or known.fact(name)


def understood(facts: Mapping[str, Any], *, whole_text: str) -> dict[str, Any]:
    """Facts as raw fields; what names no field of ours goes to ``extra``.

    Args:
        whole_text: the document, which may name the zone of all its times once.
    """
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    day = next((day_in(str(v)) for k, v in facts.items() if field_of(k) == "date"), None)
    zone = zone_said(whole_text)
    for name, fact in facts.items():
        field = field_of(name)
        if field == "date" and day is not None:
            # The day of the incident is when it began, known to the day (or to the minute).
            _put(values, "impact_started_at", name, str(fact), day=day, zone=zone)
        elif field not in Incident.model_fields or field in values:
            extra[name] = fact
        else:
            _put(values, field, name, fact, day=day, zone=zone)
    if extra:
        values["extra"] = extra
    return values


def _put(
    values: dict[str, Any], field: str, name: str, fact: Any, *, day: dt.date | None, zone: str
) -> None:
    if field in CLOCK_FIELDS and isinstance(fact, str):
        if fact.lower() in ("true", "yes", "false", "no"):  # "resolved: true"
            if field == "resolved_at":
                values["status"] = "resolved" if fact.lower() in ("true", "yes") else "open"
        else:
            values.setdefault(field, _moment(fact, day=day, zone=zone))
            values.setdefault("clock_sources", {}).setdefault(field, f"stated as {name!r}")
    elif field in LISTS and isinstance(fact, str):
        values[field] = [part.strip() for part in re.split(r"[,;]", fact) if part.strip()]
    elif field == "status" and str(fact).lower() not in STATUSES:
        values["postmortem_status"] = fact  # "draft", "complete": the document's, not the outage's
    else:
        values[field] = fact.lower() if field in ("status", "detection_source") else fact


def _moment(text: str, *, day: dt.date | None, zone: str) -> str:
    """A time in ISO 8601 as far as it can be understood, else as it stands for the check."""
    stamp = read_stamp(text)
    on = (stamp.day if stamp else None) or day
    if stamp is None or stamp.zone is None or on is None:
        return text
    if stamp.clock is None:
        return on.isoformat()
    return written_moment(on, stamp.clock, stamp.zone or zone)


def _add_line(line: str, facts: dict[str, str]) -> bool:
    found = LINE.match(line.strip())
    if not found or not field_of(found.group(1)):
        return False
    value = unmarked(found.group(2) or "")
    if value:
        facts.setdefault(found.group(1).strip(), value)
    return bool(value)


def _add_row(cells: Mapping[str, str], facts: dict[str, str]) -> None:
    """A row of a table: word and fact side by side, or the facts under their words."""
    values = list(cells.values())
    headers = list(cells)
    if len(headers) == 2 and not all(field_of(header) for header in headers):
        pairs = [(headers[0], headers[1]), (values[0], values[-1])]
    else:
        pairs = list(cells.items())
    for name, value in pairs:
        if field_of(name) and value.strip():
            facts.setdefault(unmarked(name).rstrip(":"), unmarked(value))
