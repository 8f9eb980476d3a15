"""The published JSON Schema (draft 2020-12) of what may be loaded as JSON.

Made from the record itself, so that it cannot fall behind it, and then opened up where loading is
more lenient than the record: a date may stand for a time, and unknown fields are welcome.
"""

from typing import Any

from data.additions import KINDS, Kind
from data.record import Incident

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
