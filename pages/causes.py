"""What keeps breaking?"""

import streamlit as st

from analytics.calendar import Every, period_pair
from analytics.causes.labels import (
    CAUSE_SHARE,
    cause_shares,
    factor_pairs,
    factor_shares,
    trigger_shares,
)
from analytics.causes.tables import cause_drift, cause_table, causes_by_period
from analytics.selection import UNKNOWN
from pages.parts import show, source
from pages.parts.frame import open_page, reviewed_period
from pages.parts.panels import barriers, suggested
from pages.parts.panels import causes as parts
from pages.parts.wording.causes import causes_basis, causes_finding
from pages.parts.wording.numbers import period

UNITS: list[Every] = ["quarter", "year"]
TABS = [
    "Is it changing",
    "Where, and how found",
    "What let it happen",
    "Missing guards",
    "Elsewhere",
]
#: Columns of a table of counts that can still be read on a phone.
MOST_SERVICES = 10

page = open_page("Causes", asks="What keeps breaking, where, and is it changing?")
view, colours = page.view, page.colours
causes, triggers, factors = cause_shares(view), trigger_shares(view), factor_shares(view)
when = period(page.scope.start, page.scope.end)

with st.container(border=True):
    show.finding(
        causes_finding(causes), basis=causes_basis(causes, page.scope), methods=[CAUSE_SHARE]
    )
    parts.shares(causes, colours, key="causes")
    suggested.of_records(view, causes.n_unknown)

changing, where, why, guards, others = st.tabs(TABS, key="tab", bind="query-params")
if changing.open:
    with changing:
        pair = period_pair(reviewed_period(page))
        after, before = (
            source.view(page.scope.during(side.start, side.end))
            for side in (pair.after, pair.before)
        )
        left, *right = st.columns(2 if causes.rows else 1, gap="medium")
        with left, st.container(border=True, height="stretch"):
            drift = cause_drift(after, before, breaks=source.breaks())
            parts.drift(drift, pair, source.judged(page.scope, pair.after, page.as_of), colours)
        for beside in right:
            with beside, st.container(border=True, height="stretch"):
                parts.pareto(causes, page)
        every = st.segmented_control(
            "Count by", UNITS, default="quarter", required=True, key="every"
        )
        by_period = causes_by_period(view, every=every or "quarter")
        with st.container(border=True):
            parts.unknown(by_period, every or "quarter", when, colours, as_of=page.here)
        with st.container(border=True):
            parts.by_period(by_period, every or "quarter", when, colours)
elif where.open:
    with where:
        with st.container(border=True):
            services = cause_table(view, "service", most=MOST_SERVICES)
            parts.table(services, parts.SERVICES, when, colours)
        detection = cause_table(view, "detection_source")
        if detection.columns != (UNKNOWN,):
            with st.container(border=True):
                parts.table(detection, parts.DETECTION, when, colours)
        else:
            parts.not_recorded({"how they were detected": False})
elif why.open:
    with why:
        parts.let_happen(triggers, factors, factor_pairs(view), page)
elif guards.open:
    with guards, st.container(border=True):
        barriers.of_records(view, colours, when)
else:
    with others, st.container(border=True):
        parts.published(causes, triggers, colours)
parts.incidents_of_a_cause(page, causes)
