"""What was learnt of words once, from texts whose root cause and trigger are known.

The file is written by ``python -m tests.benchmarks.suggested --learn`` and comes with the project:
nothing is learnt or fetched while Aftermath runs.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

LEARNT = Path(__file__).with_name("learnt.json")


@cache
def read_learnt() -> dict[str, dict[str, Any]]:
    """By field its labels, weights of words, and how often a suggestion was right."""
    kept: dict[str, dict[str, Any]] = json.loads(LEARNT.read_text(encoding="utf-8"))["fields"]
    return kept
