"""Exposure written by hand, so that every expected amount can be checked by eye."""

from typing import Any

import pandas as pd

from analytics.frames import History
from tests.support.histories import Rows, history

COLUMNS = ("unit", "start", "end", "amount", "team", "service")


def loaded(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of unit, start, end, amount and, where they have one, team and service."""
    filled = [(*row, *[None] * (len(COLUMNS) - len(row))) for row in rows]
    frame = pd.DataFrame(filled, columns=list(COLUMNS))
    return frame.astype({"start": "datetime64[s]", "end": "datetime64[s]"})


def exposed(incidents: Rows, *rows: tuple[Any, ...]) -> History:
    """A history with exposure."""
    known = history(incidents)
    return History.of(
        known.incidents,
        services=known.services,
        exposure=loaded(*rows),
        revision=1,
    )
