"""Cells of sources with types of their own as the texts that people would have written."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

LONGEST_JSON = 200_000


def as_texts(cells: Sequence[Any]) -> list[str]:
    """The cells of a row as texts."""
    return [cell if isinstance(cell, str) else as_text(cell) for cell in cells]


def as_text(cell: Any) -> str:
    """A cell as text; empty where it says nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.replace(microsecond=0).isoformat()
    if isinstance(cell, dt.timedelta):
        return _length(cell)
    if isinstance(cell, dict | list | tuple):
        return json.dumps(cell, ensure_ascii=False, default=str)[:LONGEST_JSON]
    return str(cell)


def _number(cell: float) -> str:
    if cell != cell or cell in (float("inf"), float("-inf")):
        return ""
    return str(int(cell)) if cell == int(cell) and abs(cell) < 10**15 else str(cell)


def _length(length: dt.timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
