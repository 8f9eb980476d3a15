"""Is JSON read in each of its shapes, and does a bad line of JSON Lines cost only itself?"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.problems import Problem
from data.readers import json_records, read
from data.readers.source import Item, RawAction, RawIncident, from_bytes


def items(content: bytes | str, name: str = "records.json") -> list[Item]:
    content = content.encode() if isinstance(content, str) else content
    return list(read(from_bytes(name, content)))


def places(found: list[Item]) -> list[str]:
    return [str(item.place) for item in found if isinstance(item, RawIncident)]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"id": "a"}, "records.json"),
        ([{"id": "a"}], "records.json, [0]"),
        ({"incidents": [{"id": "a"}]}, "records.json, incidents[0]"),
    ],
)
def test_one_record_a_list_and_an_object_of_lists_are_read(content: Any, place: str) -> None:
    found = items(json.dumps(content))
    assert places(found) == [place]
    assert [dict(item.values) for item in found if isinstance(item, RawIncident)] == [{"id": "a"}]


def test_actions_beside_the_incidents_come_first_so_that_they_can_be_joined() -> None:
    content = {"incidents": [{"id": "a"}], "actions": [{"incident_id": "a", "title": "Fix"}]}
    assert [type(item) for item in items(json.dumps(content))] == [RawAction, RawIncident]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "nonsense",
        '"text"',
        "[1, null]",
        "[" * 100_000,
        "[" * 500 + "]" * 500,
        '{"id": ' + "9" * 5_000 + "}",
        '{"id": "a", "x": ' + '{"y": ' * 100 + "1" + "}" * 101,
    ],
)
@pytest.mark.parametrize("name", ["records.json", "records.jsonl"])
def test_what_is_no_record_is_a_rejected_problem_with_a_reason(content: str, name: str) -> None:
    found = items(content, name)
    assert all(isinstance(item, Problem) and item.rejected and item.reason for item in found)
    assert found or not content


def test_a_syntax_error_is_given_with_its_line() -> None:
    (found,) = items('[\n{"id": "a"},\n{"id" "b"}\n]')
    assert str(found) == "records.json, line 3, column 7: is no JSON from here on"


def test_a_bad_line_is_a_problem_and_the_others_are_kept() -> None:
    found = items('{"id": "a"}\n{"id": \n\n[]\n{"id": "b"}', "records.jsonl")
    assert places(found) == ["records.jsonl, line 1", "records.jsonl, line 5"]
    assert [str(item.place) for item in found if isinstance(item, Problem)] == [
        "records.jsonl, line 2",
        "records.jsonl, line 4",
    ]


def test_an_endless_line_is_skipped_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "LONGEST_LINE", 50)
    content = '{"id": "a"}\n{"id": "' + "x" * 500 + '"}\n{"id": "c"}\n'
    found = items(content, "records.jsonl")
    assert places(found) == ["records.jsonl, line 1", "records.jsonl, line 3"]
    assert "longer than 50 characters" in str(found[1])


def test_marks_and_other_encodings_are_read() -> None:
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        found = items('{"id": "ä"}'.encode(encoding), "records.jsonl")
        assert isinstance(found[-1], RawIncident)
        assert found[-1].values == {"id": "ä"}


def test_a_file_without_an_ending_is_known_by_its_content() -> None:
    for content in ('{"id": "a"}', '[{"id": "a"}]', '{"id": "a"}\n{"id": "b"}\n', "id\na\n"):
        assert any(isinstance(item, RawIncident) for item in items(content, "upload"))
    assert "no format that is read here" in str(items("\x01\x02", "upload")[0])


@given(content=st.binary(max_size=200) | st.text('{}[]":,\n\\u0de1 ', max_size=60).map(str.encode))
@pytest.mark.parametrize("name", ["records.json", "records.jsonl", "upload"])
def test_no_bytes_at_all_break_the_readers(name: str, content: bytes) -> None:
    for item in items(content, name):
        if isinstance(item, Problem):
            assert item.reason
            assert item.place.source == name


def test_a_record_in_our_form_may_call_its_fields_otherwise() -> None:
    content = {
        "id": "a",
        "title": "Gate shut",
        "status": "resolved",
        "started_at": "2026-03-02 09:14",
        "affected_services": ["gate"],
        "owner": "Yard",
        "weather": "calm",
        "updates": [{"timestamp": "2026-03-02T09:20:00Z", "status": "open", "message": "We look"}],
    }
    (found,) = [i for i in items(json.dumps([content])) if isinstance(i, RawIncident)]
    assert found.values["impact_started_at"] == "2026-03-02 09:14"
    assert (found.values["services"], found.values["weather"]) == (["gate"], "calm")
    assert found.values["timeline"] == [{"at": "2026-03-02T09:20:00Z", "text": "open: We look"}]


def test_records_are_found_inside_what_a_webhook_or_a_run_wraps_around_them() -> None:
    hook = {"type": "x", "data": {"incident": {"id": "a", "title": "Gate", "sev": "SEV1",
            "started_at": "2026-03-02T09:14:00Z"}}, "timestamp": "2026-03-02"}  # fmt: skip
    run = {"ran": "2026-03-02", "incidents": [{"incident_id": "b", "title": "Crane jam",
           "severity": "SEV2", "created_at": "2026-03-02 09:14"}]}  # fmt: skip
    for content, name in ((hook, "a"), ([run, {**run, "incidents": []}], "b")):
        (found,) = [i for i in items(json.dumps(content)) if isinstance(i, RawIncident)]
        assert found.values["id"] == name
        assert found.values["title"]


def test_half_of_a_character_in_a_text_costs_only_itself() -> None:
    issue = (
        '{"number": 7, "title": "Gate \\ud83d down", "labels": [{"name": "incident"}],'
        ' "body": "## Timeline\\n\\n- 2026-01-05 10:00 UTC Impact starts \\ud800\\n",'
        ' "state": "closed",'
        ' "created_at": "2026-01-05T10:05:00Z", "closed_at": "2026-01-05T11:00:00Z",'
        ' "html_url": "https://github.com/example/gates/issues/7", "user": {"login": "someone"}}'
    )
    (record,) = (item for item in items(f"[{issue}]") if isinstance(item, RawIncident))
    assert record.values["title"] == "Gate ? down"
    (plain,) = (item for item in items('{"id": "a\\udc00"}') if isinstance(item, RawIncident))
    assert dict(plain.values) == {"id": "a?"}
