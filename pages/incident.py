"""One post-mortem: what happened, when, why, whom it hit, what was promised, what it repeats."""

import streamlit as st

from analytics.duplicates import originals
from analytics.selection import position
from pages.parts import source
from pages.parts.frame import open_page
from pages.parts.panels import barriers, one_incident, searching, sections, suggested
from pages.parts.panels import queue as queue_parts
from pages.parts.wording.numbers import literal

page = open_page(
    "One incident",
    asks="What happened, why, and what was promised so that it does not happen again?",
    needs="records",
)
identity = st.query_params.get("id", "")
searching.box(page.history)
if not identity:
    queue_parts.describe()
    st.stop()

record = source.store().incident(identity)
row = position(page.history, identity)
if record is None or row is None:
    st.warning(
        "No record has this id. It may have been removed, or the link comes from another store.",
        title=f"Not found: {literal(identity)}",
    )
    st.stop()

one_incident.head(record, page.history)
suggested.of_record(record)
one_incident.clocks(record, page)
left, right = st.columns([3, 2], gap="large")
with left:
    sections.texts(record)
    barriers.of_record(record)
with right:
    promised = page.history.actions
    of_event = promised["incident"] == originals(page.history)[row]
    one_incident.actions(record, promised[of_event], as_of=page.here)
    one_incident.repeats(source.repeats(), source.families(), row)
    queue_parts.looks_like(identity, incidents=len(page.history.incidents))
one_incident.everything_else(record)
