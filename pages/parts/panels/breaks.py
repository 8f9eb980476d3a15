"""Breaks that the reader marks: days from which figures are not comparable, drawn and respected."""

import datetime as dt
from functools import partial

import streamlit as st

from data.added import add_break, remove_break
from data.added import breaks as stored_breaks
from data.record import LONGEST_LABEL
from data.store import StoreError
from pages.parts import source
from pages.parts.filters import EARLIEST, LATEST
from pages.parts.wording.numbers import day, literal


def annotate() -> None:
    """Mark a day from which on records are others, or take one away; drawn in every course."""
    store = source.store()
    with st.popover("Add a note", icon=":material/flag:"):
        st.caption(
            "Mark the day of a new severity scheme or another way of reporting. It is drawn in "
            "every chart over time; limits begin anew there, and nothing is compared across it."
        )
        with st.form("new_break", border=False):
            at = st.date_input(
                "First day", None, format="YYYY-MM-DD", min_value=EARLIEST, max_value=LATEST
            )
            note = st.text_input(
                "What began", placeholder="new severity scheme", max_chars=LONGEST_LABEL
            )
            if st.form_submit_button("Mark it"):
                _mark(at, note)
        for marked in source.tried(lambda: stored_breaks(store)):
            left, right = st.columns([3, 2], vertical_alignment="center")
            left.markdown(f"{day(marked.at)}: {literal(marked.note)}")
            if right.button("Remove", key=f"drop_{marked.id}"):
                source.tried(partial(remove_break, store, marked.id))
                st.rerun()


def _mark(at: dt.date | None, note: str) -> None:
    if at is None or not note.strip():
        st.error("A break needs a day that records may be of, and a note.", title="Not marked")
        return
    try:
        add_break(source.store(), at, note)
    except (ValueError, StoreError) as error:
        st.error(literal(str(error)), title="Not marked")
    else:
        st.rerun()
