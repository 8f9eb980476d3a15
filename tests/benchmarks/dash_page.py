"""The trend review as a Dash app would have it: six charts and a table over the same store.

The peer that ``tests.benchmarks.clicks`` compares with; nothing of the dashboard imports it. The
records are read once, as a Dash app keeps them, and one callback draws everything anew.
``python -m tests.benchmarks.dash_page PORT`` serves the store of ``AFTERMATH_DATABASE``.
"""

import sys
from typing import Any

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
from dash import Dash, Input, Output, dash_table, dcc, html

from data.history import read_history
from data.store import open_store

EVERY = "every team"
TABLE_ROWS = 1_000
CHARTS = 6


def figures(incidents: pd.DataFrame, actions: pd.DataFrame) -> list[go.Figure]:
    """The six charts of some incidents."""
    incidents = incidents.assign(
        month=incidents["impact_started_at"].dt.to_period("M").dt.to_timestamp(),
        hours=(incidents["mitigated_at"] - incidents["impact_started_at"]).dt.total_seconds()
        / 3600,
    )
    counts = incidents.groupby(["month", "severity"], observed=True).size().reset_index(name="n")
    last = incidents[incidents["month"] >= incidents["month"].max()]
    by_month = incidents.groupby("month")["hours"].agg(["median", "sum"]).reset_index()
    causes = incidents["root_cause_category"].value_counts().reset_index()
    states = actions[actions["incident"].isin(incidents.index)]["status"].value_counts()
    return [
        px.bar(counts, x="month", y="n", color="severity"),
        px.ecdf(last, x="hours", log_x=True),
        px.line(by_month, x="month", y="median"),
        px.bar(by_month, x="month", y="sum"),
        px.bar(causes, x="count", y="root_cause_category", orientation="h"),
        px.bar(states.reset_index(), x="count", y="status", orientation="h"),
    ]


def app() -> Dash:
    """The page over the store that is configured."""
    tables = read_history(open_store()).tables()
    incidents, actions = tables["incidents"], tables["actions"]
    made = Dash(__name__)
    made.layout = html.Div(
        [
            dcc.RadioItems([EVERY, *sorted(incidents["team"].cat.categories)], EVERY, id="team"),
            *(dcc.Graph(id=f"chart{number}") for number in range(CHARTS)),
            dash_table.DataTable(id="rows", page_size=20),
        ]
    )

    @made.callback(
        *(Output(f"chart{number}", "figure") for number in range(CHARTS)),
        Output("rows", "data"),
        Input("team", "value"),
    )
    def draw(team: str) -> list[Any]:
        chosen = incidents if team == EVERY else incidents[incidents["team"] == team]
        rows = chosen.head(TABLE_ROWS).astype(str).to_dict("records")
        return [*figures(chosen, actions), rows]

    return made


if __name__ == "__main__":
    app().run(host="127.0.0.1", port=int(sys.argv[1]), debug=False)
