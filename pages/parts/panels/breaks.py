"""Breaks that the reader marks: days from which figures are not comparable, drawn and respected."""

import datetime as dt

import streamlit as st

from data.added import add_break, remove_break
from data.added import breaks as stored_breaks
from data.record import LONGEST_LABEL
from data.store import Store, StoreError
from pages.parts.filters import EARLIEST, LATEST
from pages.parts.wording.numbers import day, literal


def edit(store: Store) -> None:
    """Mark a break, or take one away; nothing is tested across one and charts begin anew."""
    with st.expander("Breaks and notes"):
        st.caption(
            "Mark the day of a new severity scheme or another way of reporting. Charts begin anew "
            "there, and nothing is compared across it."
        )
        with st.form("new_break", border=False):
            left, middle, right = st.columns([1, 3, 1], vertical_alignment="bottom")
            at = left.date_input(
                "First day", None, format="YYYY-MM-DD", min_value=EARLIEST, max_value=LATEST
            )
            note = middle.text_input(
                "What began", placeholder="new severity scheme", max_chars=LONGEST_LABEL
            )
            if right.form_submit_button("Mark it"):
                _mark(store, at, note)
        for one in stored_breaks(store):
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.markdown(f"{day(one.at)}: {literal(one.note)}")
            if right.button("Remove", key=f"drop_{one.id}"):
                remove_break(store, one.id)
                st.rerun()


def _mark(store: Store, at: dt.date | None, note: str) -> None:
    if at is None or not note.strip():
        st.error("A break needs a day that records may be of, and a note.", title="Not marked")
        return
    try:
        add_break(store, at, note)
    except (ValueError, StoreError) as error:
        st.error(literal(str(error)), title="Not marked")
    else:
        st.rerun()
