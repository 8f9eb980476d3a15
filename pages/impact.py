"""What did it cost the people outside?"""

import streamlit as st

from analytics.calendar import Every
from analytics.error_budget import error_budget, is_loaded
from analytics.impact import affected_users, cost, impact_by_period, impact_total, service_impact
from pages.parts import show
from pages.parts.frame import open_page
from pages.parts.wording.numbers import period
from pages.views import impact as cards

UNITS: list[Every] = ["month", "quarter", "year"]
TIME, IMPLIED = "time under impact", "implied availability"

page = open_page("Impact", asks="What did it cost the people outside?")
view, as_of = page.view, page.as_of
when = period(page.scope.start, page.scope.end)

show.framed(cards.total(impact_total(view, as_of=as_of), page.history, when))
every = (
    st.segmented_control(
        "Count by", UNITS, default="quarter", required=True, key="every", bind="query-params"
    )
    or "quarter"
)
by_period = impact_by_period(view, every=every, as_of=as_of)
if len(by_period.starts):
    show.framed(cards.periods(by_period, every, when, page.colours, as_of=page.here))
by_service = service_impact(view, every=every, as_of=as_of)
with st.container(border=True):
    if by_service.services:
        shown = st.segmented_control(
            "Show", [TIME, IMPLIED], default=TIME, required=True, key="impact_shown"
        )
        implied = shown == IMPLIED
        show.card(cards.services(by_service, every, when, page.colours, implied=implied))
    else:
        st.caption("No incident in view names a service.")
show.framed(cards.users(affected_users(view)), cards.cost(cost(view)))
if is_loaded(page.history):
    show.framed(cards.error_budgets(error_budget(view, as_of=as_of), page.history, when))
