"""Small histories of repeats, written down by hand."""

import pandas as pd

from analytics.frames import History

Row = dict[str, object]


def incident(began: str | None, *, hours: float = 2, **more: object) -> Row:
    """An incident that was mitigated after ``hours`` and resolved an hour later."""
    if began is None:
        return {"kind": "incident", "status": "resolved", **more}
    start = pd.Timestamp(began)
    return {
        "kind": "incident",
        "status": "resolved",
        "impact_started_at": start,
        "mitigated_at": start + pd.Timedelta(hours=hours),
        "resolved_at": start + pd.Timedelta(hours=hours + 1),
        **more,
    }


def link(later: int, earlier: int, relation: str = "repeat", origin: str = "record") -> Row:
    return {"later": later, "earlier": earlier, "relation": relation, "origin": origin}


def action(of: int, status: str | None, **more: object) -> Row:
    return {"incident": of, "kind": "prevent", "status": status, **more}


def history_of(incidents: list[Row], links: list[Row], actions: list[Row] | None = None) -> History:
    return History.of(
        pd.DataFrame(incidents), links=pd.DataFrame(links), actions=pd.DataFrame(actions or [])
    )
