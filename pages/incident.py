"""One post-mortem: what happened, when, why, whom it hit, what was promised, what it repeats."""

import streamlit as st

from analytics.duplicates import originals
from analytics.selection import neighbours, position
from pages.parts import leads, show, source
from pages.parts.frame import open_page
from pages.parts.panels import barriers, searching, suggested, working
from pages.parts.panels import queue as queue_parts
from pages.parts.wording.numbers import literal, plural
from pages.views import incident as cards

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

record = source.records([identity]).get(identity)
row = position(page.history, identity)
if record is None or row is None:
    st.warning(
        "No record has this id. It may have been removed, or the link comes from another store.",
        title=f"Not found: {literal(identity)}",
    )
    st.stop()

st.set_page_config(page_title=f"{record.title or record.id} · Aftermath")
with st.container(horizontal=True):
    steps = (("Previous", ":material/arrow_upward:"), ("Next", ":material/arrow_downward:"))
    for (name, icon), beside in zip(steps, neighbours(page.view, row), strict=True):
        if beside is not None:
            other = page.history.incidents.iloc[beside]
            title = literal(other["title"] or other["id"])
            show.link(leads.incident(other["id"]), label=f"{name}: {title}", icon=icon)
show.card(cards.facts(record, page.history))
suggested.of_record(record)
show.card(cards.clocks(record, page.history, page.colours, as_of=page.as_of))
if record.timeline:
    with st.expander(f"Timeline ({plural(len(record.timeline), 'entry', 'entries')})"):
        show.card(cards.timeline(record))
left, right = st.columns([3, 2], gap="large")
with left:
    show.card(cards.repeats(source.repeats(), source.families(), row))
    queue_parts.looks_like(identity, incidents=len(page.history.incidents))
with right:
    promised = page.history.actions
    of_event = promised["incident"] == originals(page.history)[row]
    show.card(cards.actions(record, promised[of_event], as_of=page.here))
    working.of_record(record)
    barriers.of_record(record)
for section in cards.texts(record):
    st.subheader(section.title, anchor=False)
    for paragraph in section.paragraphs:
        st.text(paragraph)
if missing := cards.lacking(record):
    st.caption(missing)
if record.extra:
    with st.expander("Everything else in the record"):
        st.json(record.extra)
