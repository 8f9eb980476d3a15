"""From the store to files: a load of an export gives the same store again.

CSV opens in a spreadsheet, JSON goes to other programs; both carry what people added too. JSON
Lines for big programs and Markdown for people hold the records alone.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, get_args

from data.additions import KINDS, Kind, additions_of
from data.readers import read
from data.readers.front_matter import NOTHING
from data.readers.source import RawIncident, Recognised, from_bytes
from data.record import HEADINGS, INCIDENT_FIELDS, LABELS, Action, Incident, RecordField
from data.store import Store
from data.trail import Entry
from data.values import cell_of

# An empty post-mortem to fill in: six sections, and the facts that the dashboard needs on top.
#
# It asks what happened and what let it happen, never who. Left as it is, nothing in it is read as
# a fact: hints are comments, and empty fields are unknown.

#: The column at which hints begin.
HINTS_AT = 25

FORM = """\
---
# Times are like 2024-05-01T14:03:00Z; a date alone is known to the day.
# Leave empty what is unknown.
{facts}---

## Summary

<!-- Three sentences for someone who was not there: what broke, for whom, how it ended. -->

## Impact

<!-- What users could not do, how many of them, for how long; money and promises if they count. -->

## Timeline

<!-- One line an event, in UTC, with what was known at that moment:
- 2024-05-01 14:03 UTC - first alert -->

## Root cause

<!-- The conditions in the system that had to come together. If the answer is a person, ask on:
what made that step look right, and what would have caught it? -->

### Trigger

<!-- The event that turned those conditions into an incident. -->

### What let it grow

<!-- Why it was not caught earlier or stayed so long. -->

## Action items

<!-- What will be different. Owners are teams or roles; every action has a date. -->

| Action | Kind | Owner | Status | Due | Ticket |
|---|---|---|---|---|---|
| | | | | | |

## Lessons learned

### What went well

### What went wrong

### Where we got lucky
"""

#: A table to start from, with made-up incidents: what a spreadsheet of post-mortems may look like.
EXAMPLE_TABLE = """\
id,title,severity,services,team,impact_started_at,detected_at,mitigated_at,resolved_at,\
root_cause_category,root_cause
INC-101,Checkout refused cards,SEV1,checkout;payments,Payments,2026-03-02T09:14:00Z,\
2026-03-02T09:31:00Z,2026-03-02T10:05:00Z,2026-03-02T11:20:00Z,certificate/expiry,\
The certificate of the card gateway ran out and nothing watched its date.
INC-102,Search answered slowly,SEV3,search,Search,2026-04-17T13:40:00Z,2026-04-17T13:52:00Z,\
2026-04-17T15:10:00Z,2026-04-17T15:10:00Z,capacity/overload,\
A rebuild of the index took the memory that queries needed.
INC-103,Orders were sent twice,SEV2,orders,Orders,2026-05-28,,2026-05-28T18:00:00Z,,,
"""


def _facts() -> str:
    """A line for each fact that is asked for, with what is meant by it."""
    asked = [field for field in INCIDENT_FIELDS.values() if field.kept.hint is not None]
    return "".join(f"{_line(field)}\n" for field in asked)


def _line(field: RecordField) -> str:
    start = f"{field.name}: []" if field.form == "list" else f"{field.name}:"
    hint = field.kept.hint
    return f"{start:<{HINTS_AT}}# {hint}" if hint else start


TEMPLATE = FORM.replace("{facts}", _facts())


# The published JSON Schema (draft 2020-12) of what may be loaded as JSON.
#
# Made from the record itself, so that it cannot fall behind it, and then opened up where loading
# is more lenient than the record: a date may stand for a time, and unknown fields are welcome.

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TIME = {
    "type": "string",
    "anyOf": [{"format": "date-time"}, {"format": "date"}],
    "description": "ISO 8601; without a zone it is taken as UTC, a date is known to the day.",
}


def json_schema() -> dict[str, Any]:
    """The schema of one record, a list of them, or an object with those and what was added."""
    incident = Incident.model_json_schema(ref_template="#/$defs/{model}")
    definitions = incident.pop("$defs") | {"Incident": incident}
    # An action inside its incident gets an id from its position where it has none.
    action = definitions["Action"]
    action.pop("required", None)
    apart = {
        "allOf": [{"$ref": "#/$defs/Action"}],
        "properties": {"incident_id": {"type": "string", "description": "The id of its incident."}},
        "required": ["incident_id"],
    }
    incidents = {"type": "array", "items": {"$ref": "#/$defs/Incident"}}
    both = {
        "type": "object",
        "properties": {
            "incidents": incidents,
            "actions": {"type": "array", "items": apart},
            **{name: _rows(kind) for name, kind in KINDS.items()},
        },
        "anyOf": [{"required": [name]} for name in ("incidents", *KINDS)],
        "not": {"required": ["id"]},
    }
    return {
        "$schema": DIALECT,
        "title": "Post-mortem records",
        "description": (Incident.__doc__ or "").strip(),
        "anyOf": [{"$ref": "#/$defs/Incident"}, incidents, both],
        "$defs": {name: _as_loaded(definition) for name, definition in definitions.items()},
    }


def _rows(kind: Kind) -> dict[str, Any]:
    # A column that means nothing is said to be a problem, as nothing of the row could keep it.
    row = _as_loaded(kind.row.model_json_schema()) | {"additionalProperties": False}
    return {"type": "array", "items": row}


def _as_loaded(schema: Any) -> Any:
    """``schema`` as lenient as loading is."""
    if isinstance(schema, list):
        return [_as_loaded(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "date-time":
        return TIME
    return {
        name: _as_loaded(value)
        for name, value in schema.items()
        if (name, value) != ("additionalProperties", False)
    }


# A record as a Markdown post-mortem: facts in the front matter, texts under headings.
#
# A text goes under its heading only if the document reads back as the same record; otherwise (a
# text with headings of its own, say) all of it stays in the front matter, where nothing is
# reshaped.

#: Sections by field, in their order; a list becomes a list of items. Labels stand with the facts.
SECTIONS = {name: heading for name, heading in HEADINGS.items() if name not in LABELS}
#: Texts that YAML reads as text without quotes.
BARE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./+-]|[: ](?=[A-Za-z0-9]))*(?<![:])")
#: Characters that YAML allows in double quotes only by number.
BY_NUMBER = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: YAML wants longer keys announced by a question mark.
LONGEST_KEY = 100
LONGEST_NAME = 100
#: Files of records are named by their ids, which may hold a day.
ANY_NAME = "2000-01-01-any.md"
#: Fields that only accompany others.
ABOUT = frozenset(("clock_sources", "clock_precision", "extra"))


def written_document(record: Incident, *, fields: Mapping[str, Any]) -> str:
    """The document for ``record``, whose filled fields are ``fields``."""
    front = {name: value for name, value in fields.items() if name not in SECTIONS}
    texts = {name: fields[name] for name in SECTIONS if name in fields}
    body = _body(record.title, texts)
    for stated, text in ((front, body), (fields, "")):
        concluded = _concluded(_front_matter(stated, ()) + text, fields)
        document = _front_matter(stated, concluded) + text
        if (found := _read(document)) is not None and _is_same(found, fields):
            return document
    return document


def _concluded(document: str, fields: Mapping[str, Any]) -> list[str]:
    """What a reader concludes from texts and names although the record has it not."""
    found = _read(document) or {}
    return sorted(found.keys() - fields.keys() - ABOUT)


def file_names() -> Callable[[str], str]:
    """A function from ids to file names, no two the same even where case does not count."""
    taken: set[str] = set()

    def name(record_id: str) -> str:
        stem = re.sub(r"[^\w.-]+", "-", record_id).strip("-.")[:LONGEST_NAME] or "incident"
        candidate, number = stem, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate.lower())
        return f"{candidate}.md"

    return name


def _read(document: str) -> Mapping[str, Any] | None:
    """What the reader finds in a document; None if that is no single record."""
    items = [
        item
        for item in read(from_bytes(ANY_NAME, document.encode()))
        if not isinstance(item, Recognised)
    ]
    if len(items) == 1 and isinstance(items[0], RawIncident):
        return items[0].values
    return None


def _is_same(values: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether the reader finds the very texts that were written."""
    extra, expected = values.get("extra") or {}, fields.get("extra") or {}
    return (
        values.keys() == fields.keys()
        and extra == expected
        and all(values[name] == fields[name] for name in SECTIONS if name in fields)
    )


def _body(title: str, texts: Mapping[str, Any]) -> str:
    parts = [f"# {title}"] if title else []
    for name, text in texts.items():
        parts.append(f"## {SECTIONS[name]}")
        parts.append(text if isinstance(text, str) else "\n".join(f"- {item}" for item in text))
    return "\n" + "\n\n".join(parts) + "\n" if parts else ""


def _front_matter(fields: Mapping[str, Any], denied: Sequence[str]) -> str:
    lines = [f"{name}: {_yaml(value, bare=name != 'extra')}" for name, value in fields.items()]
    lines += [f"{name}: ~" for name in denied]
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\n"


def _yaml(value: Any, *, bare: bool) -> str:
    """A plain value in YAML's flow style; below ``extra`` texts are quoted to stay texts."""
    if isinstance(value, str):
        if bare and BARE.fullmatch(value) and value not in NOTHING:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return BY_NUMBER.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
    if isinstance(value, Mapping):
        return "{" + ", ".join(_pair(k, v, bare=bare) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(item, bare=bare) for item in value) + "]"
    return json.dumps(value)


def _pair(key: str, value: Any, *, bare: bool) -> str:
    announced = "? " if len(key) > LONGEST_KEY else ""
    return f"{announced}{_yaml(key, bare=False)} : {_yaml(value, bare=bare and key != 'extra')}"


Form = Literal["csv", "json", "jsonl", "markdown"]
FORMS: tuple[Form, ...] = get_args(Form)
BY_SUFFIX: dict[str, Form] = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
INCIDENT_COLUMNS = tuple(name for name in Incident.model_fields if name != "actions")
ACTION_COLUMNS = ("incident_id", *Action.model_fields)

Fields = Mapping[str, Any]
#: What people added, by kind.
Added = Mapping[str, Sequence[Fields]]
NOTHING_ADDED: Added = {}


class NotExported(Exception):
    """The target cannot be written; the message says why and what to do."""


def export(store: Store, path: Path, *, form: Form | None = None) -> list[Path]:
    """Write all records of the store, and in CSV and JSON also what people added.

    Args:
        path: a file, whose suffix names the form (of a CSV pair it is the incidents), or a folder.
        form: asked for where the path does not tell; a folder holds a CSV pair otherwise.

    Returns:
        The files written; for Markdown the folder.

    Raises:
        NotExported: the target cannot be written, or the suffix of the path is unknown or that of
            another form.
        StoreError: the database cannot be read, or the trail cannot tell of it.
    """
    by_ending = BY_SUFFIX.get(path.suffix.lower())
    if form and by_ending and form != by_ending and not path.is_dir():
        raise NotExported(f"{path.name}: the ending says {by_ending}, and {form} was asked for")
    form = form or _form_of(path)
    store.tell(Entry("export", path.name, store.counts().incidents))
    try:
        return write(store.incidents(), path, form=form, added=additions_of(store))
    except OSError as error:
        raise NotExported(f"{path} cannot be written: {error.strerror or error}") from error


def write_text(path: Path, text: str) -> None:
    """Write a text, as a whole or not at all.

    Raises:
        NotExported: the file cannot be written.
    """
    try:
        with _replacing(path) as file:
            file.write(text)
    except OSError as error:
        raise NotExported(f"{path} cannot be written: {error.strerror or error}") from error


def write(
    records: Iterable[Incident], path: Path, *, form: Form, added: Added = NOTHING_ADDED
) -> list[Path]:
    """Write records as ``form`` and, where it can hold them, the rows ``added``; see above."""
    if form == "csv":
        return [*_csv_pair(records, path), *_csv_added(added, path)]
    if form == "markdown":
        return _markdown(records, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as file:
        if form == "jsonl":
            file.writelines(f"{_json(plain_fields(record))}\n" for record in records)
        else:
            file.writelines(_json_object(records, added))
    return [path]


def _form_of(path: Path) -> Form:
    if not path.suffix or path.is_dir():
        return "csv"
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        known = ", ".join(BY_SUFFIX)
        raise NotExported(f"{path.name}: the ending is none of {known}; a folder has no ending")
    return form


def _json(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)


def plain_fields(record: Incident) -> dict[str, Any]:
    """The filled fields of a record as JSON knows them."""
    fields = record.model_dump(mode="json", exclude_defaults=True)
    return {"id": record.id, **fields}


def _json_object(records: Iterable[Incident], added: Added) -> Iterator[str]:
    yield '{\n"incidents": '
    yield from _json_list(map(plain_fields, records))
    for kind, rows in added.items():
        yield f',\n"{kind}": '
        yield from _json_list(rows)
    yield "\n}\n"


def _json_list(items: Iterable[Fields]) -> Iterator[str]:
    separator = "[\n"
    for fields in items:
        yield separator + _json(fields)
        separator = ",\n"
    yield "\n]" if separator == ",\n" else "[]"


def _csv_pair(records: Iterable[Incident], path: Path) -> list[Path]:
    incidents, actions = path if path.suffix else path / "incidents.csv", _beside(path, "actions")
    incidents.parent.mkdir(parents=True, exist_ok=True)
    # The mark at the start is what makes spreadsheets read UTF-8.
    with (
        _replacing(incidents, encoding="utf-8-sig") as incident_file,
        _replacing(actions, encoding="utf-8-sig") as action_file,
    ):
        incident_rows, action_rows = csv.writer(incident_file), csv.writer(action_file)
        incident_rows.writerow(INCIDENT_COLUMNS)
        action_rows.writerow(ACTION_COLUMNS)
        for record in records:
            fields = plain_fields(record)
            for action in fields.pop("actions", ()):
                action["incident_id"] = record.id
                action_rows.writerow([cell_of(action.get(name)) for name in ACTION_COLUMNS])
            incident_rows.writerow(
                [cell_of(fields.get(name), name=name) for name in INCIDENT_COLUMNS]
            )
    return [incidents, actions]


def _csv_added(added: Added, path: Path) -> Iterator[Path]:
    """Writes a table of each kind; one of an earlier export is emptied rather than left behind."""
    for kind in KINDS:
        rows, target = added.get(kind, ()), _beside(path, kind)
        if rows or target.exists():
            with _replacing(target, encoding="utf-8-sig") as file:
                table = csv.writer(file)
                table.writerow(KINDS[kind].columns)
                for row in rows:
                    table.writerow([cell_of(row.get(name)) for name in KINDS[kind].columns])
            yield target


def _beside(path: Path, kind: str) -> Path:
    """The file of another kind that goes with the incidents at ``path``, or into that folder."""
    if not path.suffix:
        return path / f"{kind}.csv"
    return path.with_name(f"{kind}.csv" if path.stem == "incidents" else f"{path.stem}-{kind}.csv")


def _markdown(records: Iterable[Incident], folder: Path) -> list[Path]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        # Files of records that are gone would be loaded again with the others.
        raise NotExported(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names()
    for record in records:
        with _replacing(folder / names(record.id)) as file:
            file.write(written_document(record, fields=plain_fields(record)))
    return [folder]


@contextmanager
def _replacing(path: Path, *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A file that takes the place of ``path`` only once it is written to its end."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
