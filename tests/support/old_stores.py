"""Stores as older versions wrote them, in SQL alone, so that no new column breaks them."""

import json
from typing import Any

from sqlalchemy import Engine, text

#: What every version knows of an incident and its texts, where nothing else is said.
INCIDENT: dict[str, Any] = {
    "key": 1,
    "id": "a",
    "digest": b"0" * 16,
    "title": "kept",
    "kind": "incident",
    "needs_analysis": False,
    "day_clocks": 0,
    "estimated_clocks": 0,
    "has_postmortem": False,
}
TEXTS: dict[str, Any] = {
    "incident": 1,
    "summary": "",
    "root_cause": "",
    "what_let_it_grow": "",
    "impact": "",
    "what_went_well": "[]",
    "what_went_wrong": "[]",
    "where_we_got_lucky": "[]",
    "clock_precision": "{}",
    "clock_sources": "{}",
    "extra": "{}",
}


def insert(engine: Engine, table: str, **values: Any) -> None:
    """One row, by names of columns."""
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def old_incident(engine: Engine, key: int, name: str, **values: Any) -> None:
    """An incident with this key and id.

    Args:
        values: other columns of it, ``source`` and ``extra`` of its texts, ``repeats`` of others.
    """
    repeats = values.pop("repeats", ())
    texts = {"source": values.pop("source", None), "extra": json.dumps(values.pop("extra", {}))}
    insert(engine, "incidents", **(INCIDENT | {"key": key, "id": name} | values))
    insert(engine, "texts", **(TEXTS | {"incident": key} | texts))
    for position, earlier in enumerate(repeats):
        insert(engine, "repeats", incident=key, position=position, earlier=earlier)


def raise_revision(engine: Engine, revision: int = 1) -> None:
    """Note that something was loaded."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE store SET revision = :revision"), {"revision": revision})
