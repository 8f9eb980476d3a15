"""What did it cost the people outside?"""

import streamlit as st

from analytics.impact.availability import service_impact
from analytics.impact.error_budget import error_budget, is_loaded
from analytics.impact.losses import affected_users, cost
from analytics.impact.minutes import impact_by_period, impact_total
from pages.parts.frame import open_page
from pages.parts.panels import impact as parts
from pages.parts.wording.numbers import period

page = open_page("Impact", asks="What did it cost the people outside?")
view, as_of = page.view, page.as_of
when = period(page.scope.start, page.scope.end)

with st.container(border=True):
    parts.total(impact_total(view, as_of=as_of), page.history, when)
every = (
    st.segmented_control(
        "Count by",
        parts.UNITS,
        default="quarter",
        required=True,
        key="every",
        bind="query-params",
    )
    or "quarter"
)
by_period = impact_by_period(view, every=every, as_of=as_of)
if len(by_period.starts):
    with st.container(border=True):
        parts.periods(by_period, every, when, page.colours, as_of=page.here)
with st.container(border=True):
    parts.services(service_impact(view, every=every, as_of=as_of), every, when, page.colours)
with st.container(border=True):
    parts.losses(affected_users(view), cost(view))
if is_loaded(page.history):
    with st.container(border=True):
        parts.error_budgets(error_budget(view, as_of=as_of), page.history, when)
