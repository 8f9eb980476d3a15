"""Does the published schema take what loading takes, and refuse what loading has problems with?"""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from data.exporting import json_schema
from data.record import CLOCK_FIELDS, Incident

SCHEMA = json_schema()
FULL = {
    "id": "a",
    "title": "Gate shut",
    "severity_rank": 2,
    "impact_started_at": "2024-05-01",
    "resolved_at": "2024-05-01T14:03:00Z",
    "timeline": [{"at": "2024-05-01T14:03:00Z", "kind": "detected", "text": "Alert"}],
    "actions": [{"title": "Grease it", "due_on": "2024-06-01", "effort": "small"}],
    "weather": "calm",
}


def errors(content: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(content)]


def test_the_schema_is_a_valid_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "content",
    [
        {"id": "a"},
        FULL,
        [FULL, {"id": "b"}],
        {"incidents": [FULL], "actions": [{"incident_id": "a", "title": "Paint it"}]},
        {"incidents": [], "breaks": [{"at": "2024-05-01", "note": "New scheme"}]},
        {"verdicts": [{"later_id": "b", "earlier_id": "a", "relation": "repeat"}]},
    ],
)
def test_what_loading_takes_is_valid(content: Any) -> None:
    assert errors(content) == []


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"title": "no identity"},
        {"id": "a", "kind": "party"},
        {"id": "a", "severity_rank": 9},
        {"id": "a", "affected_users": -1},
        {"incidents": [{"id": "a"}], "actions": [{"title": "whose?"}]},
        {"breaks": [{"at": "2024-05-01"}]},
        {"breaks": [{"at": "2024-05-01", "note": "New scheme", "mood": "good"}]},
        {"verdicts": [{"later_id": "b", "earlier_id": "a", "relation": "cousin"}]},
        "text",
    ],
)
def test_what_loading_has_problems_with_is_not_valid(content: Any) -> None:
    assert errors(content)


def test_every_field_is_in_the_schema_and_every_clock_may_be_a_date() -> None:
    properties = SCHEMA["$defs"]["Incident"]["properties"]
    assert properties.keys() == Incident.model_fields.keys()
    for clock in CLOCK_FIELDS:
        assert {"format": "date"} in properties[clock]["anyOf"][0]["anyOf"]
