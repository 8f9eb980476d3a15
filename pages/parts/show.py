"""How a page shows a result: the finding, its basis, the figure, how it is computed."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from analytics.method import Method
from pages.parts import tables
from pages.parts.card import Card, Cell

#: No tool bar over the figures: it covers data and offers nothing that a reader of ours needs.
CONFIG = {"displayModeBar": False, "responsive": True}


def card(shown: Card) -> None:
    """A card: its finding, its figure, its tables and its notes."""
    if shown.title:
        finding(shown.title, basis=shown.basis, methods=shown.methods)
    if shown.figure is not None:
        chart(shown.figure, key=shown.key, alt=shown.alt)
    for table in shown.tables:
        if table.title:
            st.markdown(f"**{table.title}**")
        rows = [{name: _cell(cell) for name, cell in row.items()} for row in table.rows]
        tables.short_list(rows, alt=table.alt)
        if table.basis:
            st.caption(table.basis)
    for note in shown.notes:
        st.caption(note)


def framed(*shown: Card) -> None:
    """Cards in one frame."""
    with st.container(border=True):
        for each in shown:
            card(each)


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, str) else tables.incident_link(cell.identity, text=cell.text)


def finding(title: str, *, basis: str, methods: Sequence[Method] = ()) -> None:
    """The heading of a figure: what it says, and on how many incidents of which period.

    Args:
        title: the finding, in words.
        basis: n, period and denominator.
        methods: the written definitions shown on demand.
    """
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.header(title, anchor=False, width="stretch")
            if methods:
                how(*methods)
        st.caption(basis)


def how(*methods: Method) -> None:
    """How the figures are computed: their written definitions, shown on demand."""
    with st.popover(":material/help:", type="tertiary", help="How is this computed?"):
        for method in methods:
            explain(method)


def explain(method: Method) -> None:
    """The written definition of one statistic."""
    st.markdown(
        f"**{method.title}.** {method.answers}\n\n{method.formula}\n\n"
        f"*For example:* {method.example.given} {method.example.gives}\n\n"
        f"*Left out:* {method.leaves_out}\n\n*Source:* {method.source}"
    )


def chart(figure: go.Figure, *, key: str, alt: str, leads_to_incident: bool = False) -> None:
    """A figure; where its marks are incidents, a click opens the record.

    Args:
        key: unique on the page.
        alt: what the figure shows, for readers who cannot see it.
        leads_to_incident: whether the marks carry incident ids.
    """
    if not leads_to_incident:
        st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme=None)
        return
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        config=CONFIG,
        theme=None,
        on_select="rerun",
        selection_mode="points",
    )
    for point in event.selection.points:
        if point.get("customdata"):
            open_incident(point["customdata"])


def open_incident(identity: object) -> None:
    """Go to the page of one incident, with the filters kept."""
    first = identity[0] if isinstance(identity, list) else identity
    st.switch_page("pages/incident.py", query_params={"id": str(first)})
