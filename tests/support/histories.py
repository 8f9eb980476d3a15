"""Small histories written by hand, so that every expected number can be checked by eye."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analytics.frames import CLOCKS, History

Rows = Sequence[Mapping[str, Any]]


def history(incidents: Rows, *, actions: Rows = (), links: Rows = ()) -> History:
    """A history in which each incident may name its ``services`` and ``factors`` as lists.

    Ids are ``i0``, ``i1`` … unless given; kind is ``incident`` and status ``resolved``.
    """
    rows = [
        {"id": f"i{n}", "title": f"Incident {n}", "kind": "incident", "status": "resolved", **row}
        for n, row in enumerate(incidents)
    ]
    frame = pd.DataFrame(rows)
    for clock in CLOCKS:
        if clock in frame:
            frame[clock] = pd.to_datetime(frame[clock], format="ISO8601")
    return History.of(
        frame.drop(columns=["services", "factors"], errors="ignore"),
        services=_children(rows, "services", "service"),
        factors=_children(rows, "factors", "factor"),
        actions=pd.DataFrame(list(actions)) if actions else None,
        links=pd.DataFrame(list(links)) if links else None,
        revision=1,
    )


def _children(rows: Rows, field: str, column: str) -> pd.DataFrame | None:
    pairs = [
        {"incident": position, column: value}
        for position, row in enumerate(rows)
        for value in row.get(field, ())
    ]
    return pd.DataFrame(pairs) if pairs else None
