"""An import in words: what was understood, what would change, what was left out and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from data.mapping import FIELDS, KEPT, LEFT_OUT, PARTS
from data.record import ACTION_FIELDS, INCIDENT_FIELDS, Incident
from pages.parts.wording.numbers import DASH, day, literal, minute, plural
from pages.parts.wording.response import CLOCK_WORDS

#: Fields as people name them, and what else is known or not; clocks have their own words.
FIELD_WORDS = {
    **{name: field.label for name, field in (INCIDENT_FIELDS | ACTION_FIELDS).items()},
    **CLOCK_WORDS,
    "postmortem": "post-mortem or written cause",
    "actions": "any action",
}
#: What a load tells of, as readers say it.
TOLD_WORDS = {
    "start": "start",
    "detection": "detection",
    "end": "end",
    "title": "title",
    "cause": "cause",
    "severity": "severity",
    "services": "services",
    "actions": "actions",
}
#: What columns commonly are, in the order in which people look for it.
COMMON = (
    "title",
    "id",
    "impact_started_at",
    "detected_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
    "date",
    "start_time",
    "end_time",
    "duration",
    "severity",
    "status",
    "services",
    "team",
    "root_cause",
    "root_cause_category",
    "summary",
    "impact",
    "url",
)
ACTION_TARGETS = (
    *("title", "owner", "status", "due_on", "completed_on", "kind", "url", "id"),
    *("verification", "verified_on", "verified_how"),
)
TARGET_WORDS = {
    KEPT: "kept beside the record",
    LEFT_OUT: "left out",
    "status": "state: open or resolved",
    "kind": "kind: incident, drill, test",
    "root_cause": "cause, in words",
    "root_cause_category": "cause, from the list",
    "trigger": "trigger, in words",
    "trigger_category": "trigger, from the list",
    "actions": "actions, several in a cell",
}
#: Fields with few and fixed values that a column may call otherwise.
CHOICES = {
    "status": ["open", "resolved"],
    "detection_source": ["monitoring", "synthetic", "employee", "customer", "partner", "social"],
}
#: Files that a load is known by.
FILES_NAMED = 3
#: Words of a long text that are shown of it in a row.
LONGEST_CELL = 90


def amount(incidents: int, files: int) -> str:
    """How much would be loaded, as a title."""
    if not incidents:
        return f"No incident was found in {plural(files, 'file')}"
    return f"{plural(incidents, 'incident')} in {plural(files, 'file')}"


def what(files: Sequence[str]) -> str:
    """What was loaded, for the list of past loads."""
    more = len(files) - FILES_NAMED
    return ", ".join(files[:FILES_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def kept_as(names: Sequence[str]) -> str:
    """Under which names mappings of columns were kept, and what for."""
    listed = ", ".join(f"**{literal(name)}**" for name in names)
    return (
        f"What the columns are is kept as {listed}: choose it here the next time, or name it on "
        "the command line with --mapping."
    )


def examples(values: Sequence[str]) -> str:
    """The first values of a column, in one line."""
    return literal(_short(" · ".join(values))) or "empty"


def renamed(names: int, records: int) -> str:
    """What calling things by other names did."""
    return (
        f"{plural(names, 'name')} in {plural(records, 'incident')}; every later load is read with "
        "them too."
    )


def changes(
    *,
    new: int,
    updated: int,
    unchanged: int,
    cleared_fields: int = 0,
    cleared_records: int = 0,
    gone: int = 0,
    doubled: int = 0,
    left_out: int = 0,
) -> str:
    """What a load does to the store; only what happens."""
    parts = [f"{new:,} new"] if new or not (updated or unchanged) else []
    parts += [f"{updated:,} changed"] if updated else []
    parts += [f"{unchanged:,} as they were"] if unchanged else []
    if cleared_fields:
        fields, records = plural(cleared_fields, "field"), plural(cleared_records, "record")
        parts.append(f"{fields} of {records} emptied")
    if doubled:
        parts.append(f"{doubled:,} doubled (title and start are those of another record)")
    if gone:
        parts.append(f"{gone:,} no longer at their source")
    if left_out:
        parts.append(f"{plural(left_out, 'file or record', 'files and records')} left out")
    return ", ".join(parts)


def known_words(fields: Iterable[tuple[str, int, int]]) -> str:
    """Of how many records each thing is known; what is known of none stands out."""
    parts = []
    for what, known, of in fields:
        words = f"{TOLD_WORDS.get(what, what)} {known:,} of {of:,}"
        parts.append(words if known else f"**{words}**")
    return " · ".join(parts)


def record_row(record: Incident) -> dict[str, str]:
    """One record as it will be read, in the cells of a row."""
    kinds = Counter(action.status or "no state" for action in record.actions)
    return {
        "Title": literal(_short(record.title or record.id)),
        "Began": moment(record, "impact_started_at"),
        "Detected": moment(record, "detected_at"),
        "Ended": _end(record),
        "Severity": literal(record.severity or DASH),
        "Services": literal(_short(", ".join(record.services)) or DASH),
        "Team": literal(record.team or DASH),
        "Cause": literal(_short(record.root_cause_category or record.root_cause) or DASH),
        "Actions": ", ".join(
            f"{n:,} {literal(word.replace('_', ' '))}" for word, n in kinds.items()
        )
        or DASH,
    }


def rows_of(records: Sequence[Incident], *, all_known: bool) -> list[dict[str, str]]:
    """Records as they will be read, a row each.

    Args:
        all_known: whether the records are there already, so that what is not said of them stays as
            it is and needs no column.
    """
    rows = [record_row(record) for record in records]
    said = {name for row in rows for name, cell in row.items() if cell != DASH}
    return [{k: cell for k, cell in row.items() if k in said or not all_known} for row in rows]


def _end(record: Incident) -> str:
    if record.resolved_at or not record.mitigated_at:
        return moment(record, "resolved_at")
    return f"{moment(record, 'mitigated_at')}, mitigated"


def moment(record: Incident, clock: str) -> str:
    """When, to the day where no more is known; a dash where nothing is."""
    at = getattr(record, clock)
    if at is None:
        return DASH
    precision = record.clock_precision.get(clock) or record.time_precision
    if precision == "day":
        return f"{day(at.date())}, time not known"
    return f"{minute(at)}{' (estimated)' if precision == 'estimated' else ''}"


def file_rows(
    files: Sequence[str],
    recognised: Mapping[str, Sequence[tuple[str, str]]],
    left_out: Mapping[str, str],
) -> list[dict[str, str]]:
    """A row a file, and a row for whatever else is left out: what it was taken for, or why not.

    Args:
        recognised: by file, the shapes found in it and what each was known by.
        left_out: by file or place in a file, why.
    """
    rows = []
    for name in dict.fromkeys([*files, *recognised, *left_out]):
        shapes = dict(recognised.get(name, ()))
        reason = left_out.get(name, "")
        rows.append(
            {
                "File": name,
                "Taken for": "; ".join(shapes) or ("left out" if reason else DASH),
                "Because": reason or "; ".join(filter(None, shapes.values())) or DASH,
            }
        )
    return rows


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST_CELL else f"{one_line[:LONGEST_CELL]}…"


def open_date(name: str, example: str) -> str:
    """The question that a date leaves open."""
    return f"Is {literal(example)} ({target_words(name)}) day first or month first?"


def targets(used: Iterable[str]) -> list[str]:
    """What a column may be said to be: what columns commonly are, then all others by name."""
    fields = sorted({*FIELDS, *PARTS} - {*COMMON})
    actions = [f"action.{name}" for name in ACTION_TARGETS]
    return list(dict.fromkeys([*COMMON, *actions, *fields, KEPT, LEFT_OUT, *used]))


def target_words(target: str) -> str:
    """What a column is, as people say it."""
    if target in TARGET_WORDS:
        return TARGET_WORDS[target]
    parts = [part.strip() for part in target.split(",")]
    if len(parts) > 1:
        return ", ".join(target_words(part) for part in parts)
    if target in PARTS:
        return PARTS[target]
    return FIELD_WORDS.get(target) or target.replace("action.", "action: ").replace("_", " ")


def choices_of(name: str) -> list[str]:
    """The values that a field may have, where they are few and fixed."""
    return CHOICES.get(name, [])
