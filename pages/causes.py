"""What keeps breaking?"""

import streamlit as st

from analytics.cause_tables import cause_table, causes_by_period
from analytics.causes import cause_shares, factor_shares, trigger_shares
from pages.parts import cause_parts, show
from pages.parts.figures_bars import heat_map
from pages.parts.frame import open_page
from pages.parts.wording import period
from pages.parts.wording_causes import causes_basis, causes_finding

page = open_page("Causes", asks="What keeps breaking, where, and is it changing?")
shares = cause_shares(page.view)
when = period(page.scope.start, page.scope.end)

with st.container(border=True):
    show.finding(
        causes_finding(shares), basis=causes_basis(shares, page.scope), methods=["cause_share"]
    )
    cause_parts.shares(shares, page.colours, key="causes")

with st.container(border=True):
    by_quarter = causes_by_period(page.view, every="quarter")
    show.finding("Causes by quarter", basis=f"incidents of each cause · {when}")
    show.chart(
        heat_map(
            by_quarter.causes,
            cause_parts.quarters(by_quarter),
            by_quarter.counts,
            colours=page.colours,
        ),
        key="by_quarter",
        alt="Incidents of each cause by quarter",
    )

with st.container(border=True):
    services = cause_table(page.view, "service", most=15)
    show.finding("Where each cause strikes", basis=cause_parts.service_basis(services, when))
    show.chart(
        heat_map(services.causes, services.columns, services.counts, colours=page.colours),
        key="by_service",
        alt="Incidents of each cause by service",
    )

left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    triggers = trigger_shares(page.view)
    show.finding(
        "What set them off", basis=causes_basis(triggers, page.scope), methods=["trigger_share"]
    )
    cause_parts.shares(triggers, page.colours, key="triggers")
with right, st.container(border=True, height="stretch"):
    factors = factor_shares(page.view)
    show.finding(
        "What let them happen or grow",
        basis=causes_basis(factors, page.scope),
        methods=["factor_share"],
    )
    cause_parts.shares(factors, page.colours, key="factors")

cause_parts.incidents_of_a_cause(page, shares)
