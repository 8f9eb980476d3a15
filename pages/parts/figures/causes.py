"""Figures of causes: Pareto, unknown causes over time, drift, ours beside what others published."""

from collections.abc import Collection, Sequence

import plotly.graph_objects as go

from analytics.causes.labels import Beside, LabelShares
from analytics.causes.tables import LabelDrift
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import (
    LEGEND_HEIGHT,
    error_bar,
    figure,
    html_safe,
    names_axis,
    share_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import percent
from pages.parts.wording.shares import counted


def pareto(found: LabelShares, *, most: int, colours: Palette) -> go.Figure:
    """Share of the labels given, the commonest first, and how much the first ones make up."""
    rows = found.rows[:most]
    names = [html_safe(row.label) for row in rows]
    bars = go.Bar(
        x=[row.of_labels.estimate for row in rows],
        y=names,
        orientation="h",
        name="share of the labels",
        marker={"color": colours.grey},
        text=[counted(row.of_labels) for row in rows],
        textposition="none",
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    line = go.Scatter(
        x=[row.cumulative for row in rows],
        y=names,
        name="together with those above",
        mode="lines+markers+text",
        line={"color": colours.text, "width": 1.5},
        marker={"size": 5},
        text=[percent(row.cumulative) for row in rows],
        textposition="middle right",
        textfont={"size": 12, "color": colours.faint},
        cliponaxis=False,
        hovertemplate="down to %{y}: %{text}<extra></extra>",
    )
    return figure(
        [bars, line],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT + LEGEND_HEIGHT,
        x={"tickformat": ".0%", "range": [0, 1.15], "tickvals": [0, 0.25, 0.5, 0.75, 1]},
        y=names_axis(),
        legend=True,
        bargap=0.3,
    )


def drift_marks(
    rows: Sequence[LabelDrift], *, claimed: Collection[str], colours: Palette
) -> go.Figure:
    """The change of each share with its interval; coloured only where the review claims it.

    Args:
        claimed: labels of which the review claims a change.
    """
    drawn = [row for row in rows if row.change.estimate is not None]
    names = [html_safe(row.label) for row in drawn]
    values = [row.change.estimate or 0.0 for row in drawn]
    marks = go.Scatter(
        x=values,
        y=names,
        mode="markers",
        marker={
            "color": [colours.signal if row.label in claimed else colours.text for row in drawn],
            "size": 8,
            "symbol": "diamond",
        },
        text=[f"{percent(row.before.estimate)} → {percent(row.after.estimate)}" for row in drawn],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            values,
            [row.change.low for row in drawn],
            [row.change.high for row in drawn],
            colour=colours.grey,
        ),
    )
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(drawn) + AXIS_HEIGHT + 16,
        x={
            "tickformat": "+.0%",
            "zeroline": True,
            "zerolinecolor": colours.faint,
            "showgrid": True,
            "title": {"text": "change of the share, in points"},
        },
        y=names_axis(type="category"),
    )


def beside_marks(rows: Sequence[Beside], *, colours: Palette) -> go.Figure:
    """A published share as a ring, ours as a diamond with its interval, on one line each."""
    names = [html_safe(row.label) for row in rows]
    ours = [(name, r.ours) for name, r in zip(names, rows, strict=True) if r.ours and r.ours.known]
    values = [answer.estimate or 0.0 for _, answer in ours]
    high = [answer.high for _, answer in ours]
    published = go.Scatter(
        x=[row.published for row in rows],
        y=names,
        name="published",
        mode="markers",
        marker={"color": colours.text, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
        text=[percent(row.published) for row in rows],
        hovertemplate="%{y}, published: %{text}<extra></extra>",
    )
    mine = go.Scatter(
        x=values,
        y=[name for name, _ in ours],
        name="in view, with 95 % interval",
        mode="markers",
        marker={"color": colours.accent, "size": 8, "symbol": "diamond"},
        text=[counted(answer) for _, answer in ours],
        hovertemplate="%{y}, in view: %{text}<extra></extra>",
        error_x=error_bar(values, [a.low for _, a in ours], high, colour=colours.accent),
    )
    return figure(
        [published, mine],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT + LEGEND_HEIGHT,
        x={
            **share_axis([*high, *(row.published for row in rows)]),
            "showgrid": True,
        },
        y={
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "showgrid": False,
            "ticksuffix": " ",
        },
        legend=True,
    )
