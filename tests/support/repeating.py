"""Small histories of repeats: written down by hand, and any that hypothesis can think of."""

import pandas as pd
from hypothesis import strategies as st

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


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any few incidents with links and preventive actions between them."""
    n = draw(st.integers(2, 12))
    days = draw(st.lists(st.integers(0, 60), min_size=n, max_size=n))
    rows = [incident(str(pd.Timestamp("2025-01-01") + pd.Timedelta(days=day))) for day in days]
    position = st.integers(0, n - 1)
    relation = st.sampled_from(["repeat", "repeat", "same_event", "related", "different"])
    origin = st.sampled_from(["record", "verdict", "suggested"])
    links = draw(st.lists(st.tuples(position, position, relation, origin), max_size=20))
    status = st.sampled_from(["open", "done", "wont_do", None])
    ended = st.none() | st.integers(0, 90)
    actions = draw(st.lists(st.tuples(position, status, ended), max_size=10))
    return history_of(
        rows,
        [link(*each) for each in links],
        [
            action(
                of,
                said,
                completed_on=pd.NaT
                if end is None
                else pd.Timestamp("2025-01-01 12:00") + pd.Timedelta(days=end),
            )
            for of, said, end in actions
        ],
    )
