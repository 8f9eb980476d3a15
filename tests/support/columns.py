"""Small histories given by columns, for what is counted over many rows."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.frames import History
from analytics.selection import Scope, View, select

Table = Mapping[str, Any]

#: The moment at which the tests look at their records: noon of a day without meaning.
AS_OF = dt.datetime(2026, 7, 1, 12)


def times(*texts: str | None) -> pd.Series:
    """Naive UTC times; None for one that is unknown."""
    return pd.Series([text or "NaT" for text in texts]).astype("datetime64[s]")


def history(
    incidents: Table,
    *,
    services: Table | None = None,
    factors: Table | None = None,
    actions: Table | None = None,
) -> History:
    """A history of ``incidents`` with what belongs to them."""
    return History.of(
        pd.DataFrame(dict(incidents)),
        services=pd.DataFrame(dict(services or {})),
        factors=pd.DataFrame(dict(factors or {})),
        actions=pd.DataFrame(dict(actions or {})),
    )


def view(incidents: Table, scope: Scope | None = None, **children: Table) -> View:
    """All incidents of such a history, or those in ``scope``."""
    return select(history(incidents, **children), scope or Scope())


def with_actions(**columns: Any) -> View:
    """One incident and its actions, given by their columns."""
    n = len(next(iter(columns.values())))
    return view({"id": ["i"]}, actions={"incident": [0] * n, **columns})


def empty() -> View:
    """A view of no incidents."""
    return select(History.of(), Scope())
