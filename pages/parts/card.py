"""A figure as a value: what it says, on what it rests, what is drawn and what lies behind it.

A view makes cards and knows nothing of how they are shown; a renderer shows every card alike, so
that a page, a report and a file say the same of the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.answer import Method


@dataclass(frozen=True, slots=True)
class ToIncident:
    """A cell that leads to the page of one incident."""

    identity: str
    text: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A cell that leads elsewhere, such as to the list of incidents that it counts.

    Attributes:
        to: as :mod:`pages.parts.leads` makes it.
        text: what the cell says, as plain text.
    """

    to: str
    text: str


Cell = str | ToIncident | Lead


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows, all of them to be read.

    Attributes:
        rows: the cells by the name of their column, in Markdown.
        alt: what the table holds, for readers who cannot see it.
        title: what it says, where it says more than the card.
        basis: on what it rests.
    """

    rows: tuple[Mapping[str, Cell], ...]
    alt: str
    title: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of a page.

    Attributes:
        key: its stable name, one of its own on each page.
        title: the finding, in Markdown; empty where there is nothing but notes.
        basis: n, period and denominator.
        methods: the written definitions of its numbers.
        figure: what is drawn.
        alt: what is drawn, for readers who cannot see it.
        tables: the rows behind it, or instead of a figure.
        notes: what else must be said.
    """

    key: str
    title: str = ""
    basis: str = ""
    methods: tuple[Method, ...] = ()
    figure: go.Figure | None = None
    alt: str = ""
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
