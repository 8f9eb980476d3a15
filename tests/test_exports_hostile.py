"""Do exports that nobody wrote end in words: own files, strange values, files built to do harm?"""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.readers import exports
from data.readers.exports.reading import CAUSE
from data.readers.exports.texts import plain_text
from data.readers.source import from_bytes

GOLDEN = Path(__file__).with_name("golden")
FILES = sorted(p for p in (GOLDEN / "exports").glob("*/*") if ".expected." not in p.name)
OWN = [path for form in ("csv", "json", "jsonl") for path in (GOLDEN / form / "input").iterdir()]
STRANGE: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    10**400,
    1e308,
    True,
    [],
    {},
    [[]],
    [None],
    {"name": None},
    {"name": {"name": []}},
    "\x00\ud800",
    "2026-99-99T99:99:99Z",
    "<p>" * 500,
    {"type": "doc", "content": [{"type": "text", "text": {}}, 7, None]},
    [{"at": 5, "status": []}],
    "a" * 5_000,
)


def read(text: str, name: str) -> tuple[list[dict[str, Any]], Reading]:
    reading = Reading(
        [from_bytes(name, text.encode("utf-8", "replace"))], lists=lists.read(lists.SHIPPED)
    )
    return [plain_fields(incident) for incident in reading.incidents()], reading


def mutated(value: Any, chance: random.Random) -> Any:
    """``value`` with about one part in twelve replaced by something that stands there nowhere."""
    if chance.random() < 1 / 12:
        return chance.choice(STRANGE)
    if isinstance(value, dict):
        return {key: mutated(item, chance) for key, item in value.items()}
    return [mutated(item, chance) for item in value] if isinstance(value, list) else value


def unexpected(reading: Reading) -> list[str]:
    return [str(p) for p in reading.findings.problems if "unexpected" in str(p)]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_file_of_our_own_is_no_export(path: Path) -> None:
    _, reading = read(path.read_text(encoding="utf-8-sig"), path.name)
    assert [
        item.shape for item in reading.findings.recognised if item.shape.split()[0] in TOOLS
    ] == []


TOOLS = {shape.tool.split()[0] for shape in exports.SHAPES}


@pytest.mark.parametrize(
    "header",
    [
        "id,title,severity,status,impact_started_at,detected_at,acknowledged_at,resolved_at,team",
        "Name,Cause,Started at,Acknowledged at,Resolved at,Severity",
        "Title,Status,Started at,Mitigated at,Kind,Causes,Services",
        "Number,Title,State,Labels,Owner,Created at",
        "Title,Reported at,Closed at,Resolution,Commander,Cost",
        "Incident,Opened,Closed,Priority,Description,Group",
        "Title,Impact,Components,Updates,Status",
    ],
)
def test_a_table_of_somebodys_own_is_no_export(header: str) -> None:
    assert exports.recognised_table(header.split(","), iter(()), from_bytes("t.csv", b"")) is None


#: The values of other files are texts.
OF_VALUES = [path for path in FILES if path.suffix == ".json"]


@pytest.mark.parametrize("path", OF_VALUES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_strange_values_cost_themselves_and_no_more(path: Path) -> None:
    chance = random.Random(path.stem)
    text = path.read_text(encoding="utf-8")
    for _ in range(6):
        try:
            document = json.loads(text)
        except ValueError:
            document = [json.loads(line) for line in text.splitlines()]
        _, reading = read(json.dumps(mutated(document, chance)), "export.json")
        assert unexpected(reading) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_that_is_cut_off_or_mixed_up_ends_in_words(path: Path) -> None:
    chance = random.Random(path.stem)
    text = path.read_text(encoding="utf-8-sig")
    for _ in range(4):
        at, length = chance.randrange(len(text)), chance.randrange(40)
        broken = (
            text[:at] + chance.choice(('"', ",", "\n", "{", "[]", "\x00", "")) + text[at + length :]
        )
        _, reading = read(broken, f"export{path.suffix}")
        assert unexpected(reading) == []


@pytest.mark.parametrize(
    "text",
    [
        "root cause of " + "a " * 100_000,
        "was " * 100_000,
        "<" * 100_000,
        "<p" * 50_000,
        "[" * 100_000,
        "{code" * 50_000,
        "*" * 100_000,
        "h1. " * 50_000,
    ],
)
def test_texts_built_to_take_long_do_not(text: str) -> None:
    begun = time.process_time()
    plain_text(text)
    CAUSE.search(text[:2_000])
    assert time.process_time() - begun < 2


def test_deep_documents_are_read_as_far_as_they_make_sense() -> None:
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(45):
        node = {"type": "panel", "content": [node]}
    assert plain_text({"type": "doc", "content": [node]}) == ""


def test_a_list_that_nobody_knows_is_named_with_its_keys() -> None:
    _, reading = read(
        '{"total": 1, "page": {"rows": [{"what": "Mail is down", "when": 5}]}}', "x.json"
    )
    (problem,) = reading.findings.problems
    assert "'page.rows'" in str(problem)
    assert "what, when" in str(problem)
    assert "--mapping" in str(problem)


def test_people_are_kept_nowhere() -> None:
    for path in FILES:
        records, _ = read(path.read_text(encoding="utf-8-sig"), f"export{path.suffix}")
        assert "R. Doe" not in json.dumps(records), path
        assert "rdoe" not in json.dumps(records).replace("acme", ""), path
