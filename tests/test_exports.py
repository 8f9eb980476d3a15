"""Do exports of other tools come in with the right fields, known by nothing but their content?

The files of a tool differ as its versions do: spelling of keys, wrappers, pages, missing parts.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.readers.source import from_bytes

EXPORTS = Path(__file__).with_name("golden") / "exports"
FILES = sorted(path for path in EXPORTS.glob("*/*") if ".expected." not in path.name)
#: Under names that say nothing.
NAMES = {".json": "download.json", ".jsonl": "download.jsonl", ".csv": "download.csv"}


def read(path: Path) -> tuple[list[dict[str, Any]], Reading]:
    source = from_bytes(NAMES[path.suffix], path.read_bytes())
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
