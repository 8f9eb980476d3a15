"""How fast do we detect, respond, mitigate and resolve?"""

import streamlit as st

from analytics.clocks import ANCHORS, IMPACT
from analytics.periods import Every
from analytics.response import response
from pages.parts import show, tables
from pages.parts.figures_time import step_over_time
from pages.parts.frame import open_page
from pages.parts.wording_response import ANCHOR_WORDS, STEP_WORDS, basis, headline

UNITS: list[Every] = ["month", "quarter", "year"]

page = open_page("Response times", asks="How fast do we detect, respond, mitigate and resolve?")

left, right = st.columns(2)
anchor = left.selectbox(
    "Mitigation and resolution count from",
    ANCHORS,
    format_func=ANCHOR_WORDS.__getitem__,
    key="anchor",
    bind="query-params",
    help="Vendors differ; choose theirs to compare with their figures.",
)
every = right.segmented_control(
    "Medians by",
    UNITS,
    default="quarter",
    required=True,
    key="every",
    bind="query-params",
)
steps = response(page.view, as_of=page.as_of, anchor=anchor or IMPACT, every=every or "quarter")

for name, result in steps.items():
    with st.container(border=True):
        show.finding(headline(result), basis=basis(result, page.scope), methods=["median"])
        if result.durations.recorded.size:
            show.chart(
                step_over_time(result, page.view.incidents, colours=page.colours),
                key=f"chart_{name}",
                alt=f"{STEP_WORDS[name]} of each incident over time, with medians by {every}",
                leads_to_incident=True,
            )

with st.expander("The incidents behind these figures"):
    tables.incidents(page.view, steps, key="incidents")
