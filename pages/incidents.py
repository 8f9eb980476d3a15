"""Which incidents are these? The list behind a mark, a tile, a row, or the filters."""

import streamlit as st

from analytics.response.durations import response
from analytics.selection import find, positions
from pages.parts import leads, tables
from pages.parts.frame import open_page
from pages.parts.wording.numbers import literal, plural

page = open_page("Incidents", asks="Which incidents are these?")
view = page.view
if only := st.query_params.get_all(leads.ONLY):
    view = view.among(positions(page.history, only))
if of := st.query_params.get(leads.OF):
    st.subheader(literal(of), anchor=False)
words = st.text_input(
    "Search", placeholder="Words of a title, or an id", key="words", bind="query-params"
)
if words:
    view = view.among(find(page.history, words, most=view.total))
if only or words:
    st.caption(f"{plural(len(view), 'incident')} of {len(page.view):,} in view")
    if only and st.button("Show all in view", type="tertiary", icon=":material/close:"):
        st.query_params.pop(leads.ONLY)
        st.query_params.pop(leads.OF, None)
        st.rerun()
tables.incidents(view, response(view, as_of=page.as_of), key="incidents")
