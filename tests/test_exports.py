"""Do exports of other tools come in with the right fields, known by nothing but their content?

The files of a tool differ as its versions do: spelling of keys, wrappers, pages, missing parts.
"""

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.readers import exports
from data.readers.exports.rules import Shape
from data.readers.json_records import parsed_documents
from data.readers.source import from_bytes

EXPORTS = Path(__file__).with_name("golden") / "exports"
FILES = sorted(path for path in EXPORTS.glob("*/*") if ".expected." not in path.name)
TOOLS = {shape.tool for shape in exports.SHAPES}
#: Under names that say nothing.
NAMES = {".json": "download.json", ".jsonl": "download.jsonl", ".csv": "download.csv"}


def read(path: Path) -> tuple[list[dict[str, Any]], Reading]:
    return read_text(path.read_text(encoding="utf-8"), path.suffix)


def read_text(text: str, suffix: str) -> tuple[list[dict[str, Any]], Reading]:
    source = from_bytes(NAMES[suffix], text.encode())
    reading = Reading([source], lists=lists.read(lists.SHIPPED))
    return [plain_fields(incident) for incident in reading.incidents()], reading


def value_of(record: dict[str, Any], field: str) -> Any:
    """A field, its precision (``precision.resolved_at``), or the number of its events."""
    if field.startswith("precision."):
        return record.get("clock_precision", {}).get(field.removeprefix("precision."))
    if field == "events":
        return len(record.get("timeline", ()))
    if field == "kind":
        return record.get("kind", "incident")
    return record.get(field)


def differences(records: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[str]:
    found = []
    for index, fields in enumerate(expected):
        record = records[index] if index < len(records) else {}
        for field, value in fields.items():
            if field == "actions":
                found += differences(record.get("actions", []), value)
            elif value_of(record, field) != value:
                found.append(f"{fields.get('id')} {field}: {value_of(record, field)} not {value}")
    if len(records) != len(expected):
        found.append(f"{len(records)} instead of {len(expected)}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_export_comes_in_whole(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    records, reading = read(path)
    assert differences(records, expected["incidents"]) == []
    assert [str(problem) for problem in reading.findings.problems] == []
    assert expected["recognised"] in [item.shape for item in reading.findings.recognised]
    assert len(reading.findings.left_out) == expected["left_out"]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() if name.isidentifier() else name


def camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more) if name.isidentifier() else name


def respelt(value: Any, spelling: Callable[[str], str], *, within: str = "") -> Any:
    """``value`` with other keys; those that users made up are names, which stay."""
    if isinstance(value, dict):
        made_up = within in ("properties", "names", "fields")
        return {
            key if made_up or key.startswith("u_") else spelling(key): respelt(
                item, spelling, within=key
            )
            for key, item in value.items()
        }
    return [respelt(item, spelling) for item in value] if isinstance(value, list) else value


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


CHANGES: dict[str, Callable[[Any], Any]] = {
    "in camel case": lambda document: respelt(document, camel),
    "in snake case": lambda document: respelt(document, snake),
    "without what is null": without_nulls,
    "in a list of pages": lambda document: [{"page": 1, "response": document}],
    "deeper": lambda document: {"ok": True, "data": {"body": document}},
}
DOCUMENTS = [path for path in FILES if path.suffix == ".json"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_spelling_and_wrappers_make_no_difference(path: Path, change: str) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    documents = parsed_documents(path.read_text(encoding="utf-8"))
    text = "\n".join(json.dumps(CHANGES[change](document)) for document in documents)
    records, _ = read_text(text, ".json")
    assert differences(records, expected["incidents"]) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_tool_claims_the_file_of_another(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    _, reading = read(path)
    tools = {tool for item in reading.findings.recognised for tool in TOOLS if tool in item.shape}
    assert tools == {tool for tool in TOOLS if tool in expected["recognised"]}


def test_every_tool_has_made_up_files_and_says_how_to_export_it() -> None:
    documented = Path(__file__).parents[1].joinpath("docs/exports.md").read_text(encoding="utf-8")
    modules = {shape.tool: name for name in exports.TOOLS for shape in shapes_of(name)}
    assert {path.parent.name for path in FILES} == set(modules.values())
    assert [tool for tool in modules if f"## {tool}" not in documented] == []


def shapes_of(module: str) -> tuple[Shape, ...]:
    return tuple(import_module(f"data.readers.exports.{module}").SHAPES)


def test_the_columns_of_an_export_are_told_with_what_they_were_taken_for() -> None:
    _, reading = read(EXPORTS / "jira" / "exported.csv")
    (taken,) = reading.findings.recognised
    assert taken.columns["Created"] == "detected_at"
    assert taken.columns["Custom field (Root cause)"] == "root_cause"
    assert taken.columns["Project key"] == ""
    assert taken.columns["Assignee"] == "-"


def log_and_incidents() -> tuple[dict[str, Any], dict[str, Any]]:
    folder = EXPORTS / "pagerduty"
    log, incidents = (
        json.loads((folder / name).read_text(encoding="utf-8"))
        for name in ("log_entries.json", "rest_incidents.json")
    )
    for incident in incidents["incidents"]:
        incident.pop("log_entries", None)
    return log, incidents


@pytest.mark.parametrize("order", [1, -1], ids=["the log first", "the log last"])
def test_a_log_in_a_file_of_its_own_is_joined_with_its_incidents(order: int) -> None:
    files = [*enumerate(log_and_incidents())][::order]
    sources = [
        from_bytes(f"{number}.json", json.dumps(content).encode()) for number, content in files
    ]
    reading = Reading(sources, lists=lists.read(lists.SHIPPED))
    records = {r["id"]: r for r in map(plain_fields, reading.incidents())}
    assert len(records) == len(log_and_incidents()[1]["incidents"])
    assert records["PT4K"]["acknowledged_at"] == "2026-05-05T10:04:00Z"
    assert records["PT4K"]["severity"] == "SEV-1"
    assert [event["text"] for event in records["PT4K"]["timeline"]] == [
        "trigger_log_entry: Triggered through the API.",
        "notify_log_entry: Notified a responder by phone.",
        "acknowledge_log_entry: Acknowledged.",
        "resolve_log_entry: Resolved.",
    ]


def test_a_log_beside_its_incidents_in_one_file_makes_no_records_of_its_own() -> None:
    log, incidents = log_and_incidents()
    records, reading = read_text(json.dumps({**log, **incidents}), ".json")
    assert len(records) == len(incidents["incidents"])
    assert reading.findings.problems == []
    first = next(record for record in records if record["id"] == "PT4K")
    assert first["resolved_at"] == "2026-05-05T10:52:00Z"
    assert len(first["timeline"]) == 4
