"""The front door: the trend review."""

import streamlit as st

from analytics.actions import action_states, overdue
from analytics.causes import cause_shares
from analytics.clocks import TTM
from analytics.counts import by_severity
from analytics.repeats import ledger
from analytics.response import step_result
from pages.parts import cause_parts, show, source
from pages.parts.figures_time import severity_columns, step_over_time
from pages.parts.frame import open_page
from pages.parts.wording import period, plural, share_of
from pages.parts.wording_causes import causes_basis, causes_finding
from pages.parts.wording_repeats import headline as repeats_finding
from pages.parts.wording_repeats import hours_words
from pages.parts.wording_response import basis, headline

page = open_page("Trend review", asks="What changed, what cannot be told, and what is left to do?")
view, when = page.view, period(page.scope.start, page.scope.end)
mitigation = step_result(view, TTM, as_of=page.as_of)
shares, states = cause_shares(view), action_states(view)
late, book = overdue(view, as_of=page.as_of), ledger(source.repeats(), view)

top = st.columns(2, gap="medium")
with top[0], st.container(border=True, height="stretch"):
    counts = by_severity(view, as_of=page.as_of)
    show.finding(
        f"{plural(len(view), 'incident')} by month and severity",
        basis=when + (" · the last month is not over" if counts.unfinished else ""),
    )
    show.chart(severity_columns(counts, colours=page.colours), key="counts", alt="By month")
with top[1], st.container(border=True, height="stretch"):
    show.finding(headline(mitigation), basis=basis(mitigation, page.scope), methods=["median"])
    show.chart(
        step_over_time(mitigation, view.incidents, colours=page.colours, height=260),
        key="mitigation",
        alt="Time to mitigate of each incident, with medians by quarter",
        leads_to_incident=True,
    )
middle = st.columns(2, gap="medium")
with middle[0], st.container(border=True, height="stretch"):
    show.finding(causes_finding(shares), basis=causes_basis(shares, page.scope))
    cause_parts.shares(shares, page.colours, key="causes")
with middle[1]:
    with st.container(border=True):
        show.finding(repeats_finding(book), basis=f"confirmed by people · {when}")
        st.markdown(hours_words(book))
        st.page_link("pages/repeats.py", label="The ledger", icon=":material/arrow_forward:")
    with st.container(border=True):
        show.finding(
            f"Actions done: {share_of(states.counts['done'], states.done)}",
            basis=f"{states.still_open:,} still open · {sum(late.bands.values()):,} known to be "
            f"overdue · {late.overdue.n_missing:,} open ones without a due date",
        )
        st.page_link("pages/actions.py", label="The actions", icon=":material/arrow_forward:")
