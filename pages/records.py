"""Load, check, clear; what is missing from the data."""

import streamlit as st

from pages.parts import loading, source
from pages.parts.frame import open_page

page = open_page(
    "Records",
    asks="What is loaded, what was wrong with it, and what is missing from it?",
    needs_view=False,
)
store = source.store()
loading.what_is_loaded(store)
loading.outcome()

left, right = st.columns(2, gap="large")
with left:
    loading.upload(store)
with right:
    loading.from_path(store)
    loading.clear(store)
