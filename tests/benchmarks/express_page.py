"""The trend review as a first draft would have it: plotly.express, and the defaults of Streamlit.

The peer that ``tests.benchmarks.rerun`` compares with. It draws the same six figures and a table
from the same store; nothing of the dashboard imports it.
"""

import plotly.express as px
import streamlit as st

from data.history import read_history
from data.store import open_store

TABLE_ROWS = 1_000


@st.cache_data
def frames():
    """The stored history, copied for each run as the default cache does."""
    return read_history(open_store()).tables()


st.set_page_config(layout="wide")
tables = frames()
incidents = tables["incidents"]
team = st.sidebar.multiselect("Team", sorted(incidents["team"].cat.categories), key="team")
if team:
    incidents = incidents[incidents["team"].isin(team)]
st.caption(f"{len(incidents):,} of {len(tables['incidents']):,} incidents in view")
incidents = incidents.assign(
    month=incidents["impact_started_at"].dt.to_period("M").dt.to_timestamp(),
    hours=(incidents["mitigated_at"] - incidents["impact_started_at"]).dt.total_seconds() / 3600,
)
counts = incidents.groupby(["month", "severity"], observed=True).size().reset_index(name="n")
st.plotly_chart(px.bar(counts, x="month", y="n", color="severity"))
last = incidents[incidents["month"] >= incidents["month"].max()]
st.plotly_chart(px.ecdf(last, x="hours", log_x=True))
medians = incidents.groupby("month")["hours"].median().reset_index()
st.plotly_chart(px.line(medians, x="month", y="hours"))
impact = incidents.groupby("month")["hours"].sum().reset_index()
st.plotly_chart(px.bar(impact, x="month", y="hours"))
causes = incidents["root_cause_category"].value_counts().reset_index()
st.plotly_chart(px.bar(causes, x="count", y="root_cause_category", orientation="h"))
actions = tables["actions"]
states = actions[actions["incident"].isin(incidents.index)]["status"].value_counts().reset_index()
st.plotly_chart(px.bar(states, x="count", y="status", orientation="h"))
st.dataframe(incidents.head(TABLE_ROWS))
