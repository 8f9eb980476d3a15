"""Answers that others published, to hold ours against; each entry names its source."""

import json
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[1] / "reference"


def published(topic: str, entry: str) -> dict[str, Any]:
    """One entry of ``tests/reference/<topic>.json``."""
    entries = json.loads((REFERENCE / f"{topic}.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = entries[entry]
    assert found["source"]
    return found
