"""The texts of one post-mortem, as they were written: shown as plain text, never interpreted.

What a record says came from outside; as Markdown it could fetch images from other machines.
"""

from collections.abc import Sequence

import streamlit as st

from data.record import HEADINGS, INCIDENT_FIELDS, Incident

TEXTS, LISTS = (
    [(name, title) for name, title in HEADINGS.items() if INCIDENT_FIELDS[name].form == form]
    for form in ("text", "list")
)


def texts(record: Incident) -> None:
    """Every section that the record has; those it lacks are named together at the end."""
    lacking: list[str] = []
    for field, title in TEXTS:
        value = getattr(record, field)
        if value:
            _section(title, [value])
        else:
            lacking.append(title.lower())
    for field, title in LISTS:
        values = getattr(record, field)
        if values:
            _section(title, [f"• {value}" for value in values])
        else:
            lacking.append(title.lower())
    if lacking:
        st.caption(f"The record does not say: {', '.join(lacking)}.")


def _section(title: str, paragraphs: Sequence[str]) -> None:
    st.subheader(title, anchor=False)
    for paragraph in paragraphs:
        st.text(paragraph)
