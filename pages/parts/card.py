"""A figure as a value: what it says, on what it rests, what is drawn and what lies behind it.

A view makes cards and knows nothing of how they are shown; a renderer shows every card alike, so
that a page, a report and a file say the same of the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
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
class Grid:
    """Many rows, to be sorted and searched.

    Attributes:
        key: its stable name, one of its own on each page.
        rows: a column each of texts, numbers, moments, :class:`Lead` or :class:`ToIncident`.
        names: heading by name of the column; the others are called as they are.
        alt: what it holds, for readers who cannot see it.
        total: how many rows there are, of which these are the first.
        own: whether readers may add tags and own fields of the incidents; in one grid of a page.
    """

    key: str
    rows: pd.DataFrame
    names: Mapping[str, str]
    alt: str
    total: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of a row of tiles.

    Attributes:
        label: what it counts.
        value: the number, in words.
        beside: what it is of, or held against; the judged word.
        help: the small print, in Markdown.
        course: its line; empty with fewer than three known periods.
        bars: whether the periods add up, so that bars tell them.
        arrow, colour: of the word; only a claim has a colour.
        lead: where it leads, with the words of the link.
    """

    label: str
    value: str
    beside: str = ""
    help: str = ""
    course: tuple[float, ...] = ()
    bars: bool = False
    arrow: Literal["up", "down", "off"] = "off"
    colour: Literal["green", "red", "off"] = "off"
    lead: Lead | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of a page.

    Attributes:
        key: its stable name, one of its own on each page.
        title: the finding, in Markdown; empty where there is nothing but notes.
        basis: n, period and denominator.
        methods: the written definitions of its numbers.
        lines: what the finding means, in Markdown, before what is drawn.
        figure: what is drawn.
        alt: what is drawn, for readers who cannot see it.
        tables: the rows behind it, or instead of a figure.
        grids: the same where there are many.
        tiles: values beside each other.
        notes: what else must be said.
        behind: further cards behind a click, by the words on it.
    """

    key: str
    title: str = ""
    basis: str = ""
    methods: tuple[Method, ...] = ()
    lines: tuple[str, ...] = ()
    figure: go.Figure | None = None
    alt: str = ""
    tables: tuple[Table, ...] = ()
    grids: tuple[Grid, ...] = ()
    tiles: tuple[Tile, ...] = ()
    notes: tuple[str, ...] = ()
    behind: Mapping[str, "Card"] = field(default_factory=dict)
