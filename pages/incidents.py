"""Which incidents are these? The list behind a mark, a tile, a row, or the filters."""

from typing import get_args

import streamlit as st

from analytics.response.durations import response
from analytics.selection import OtherLabel, labelled, positions
from pages.parts import leads, source, tables
from pages.parts.frame import open_page
from pages.parts.panels import searching
from pages.parts.wording.numbers import literal, plural
from pages.views.fixes import FIX_SAID, began_with

page = open_page("Incidents", asks="Which incidents are these?")
view = page.view
if only := st.query_params.get_all(leads.ONLY):
    view = view.among(positions(page.history, only))
told = st.query_params.get_all(leads.OF)
asked = {name: st.query_params.get_all(name) for name in get_args(OtherLabel)}
beside = {name: values for name, values in asked.items() if values}
for name, values in beside.items():
    view = view.among(labelled(page.history, name, values))
    told.append(f"{leads.OTHER[name]}: {', '.join(values)}")
for known in st.query_params.get_all(leads.KNOWN):
    causes = source.families()
    number = causes.family_of(known)
    if number is None:
        st.warning(
            "It may have been split or removed, or the link comes from another store.",
            title=f"No known cause has the incident {literal(known)}",
        )
        st.stop()
    view = view.among(causes.counted(number))
    told.append(causes.name_of(number))
for fix in st.query_params.get_all(leads.FIX):
    view = view.among(began_with(source.repeats(), fix))
    told.append(f"repeats of a known cause{FIX_SAID.get(fix, '')}")
if told:
    st.header(literal(", ".join(told)), anchor=False)
words = st.text_input(
    "Search",
    placeholder="Words of their texts, or an id",
    key="words",
    bind="query-params",
    help=searching.HELP,
)
if words:
    matches = searching.matches_of(page.history, words)
    view = view.among(matches.rows)
    searching.best(page.history, words, matches, within=view)
if told or only or words:
    st.caption(f"{plural(len(view), 'incident')} of {len(page.view):,} in view")
    all_again = "Show all in view" if only or told else ""
    if all_again and st.button(all_again, type="tertiary", icon=":material/close:"):
        for name in (leads.ONLY, leads.OF, leads.KNOWN, leads.FIX, *leads.OTHER):
            st.query_params.pop(name, None)
        st.rerun()
tables.incidents(view, response(view, as_of=page.as_of), key="incidents")
