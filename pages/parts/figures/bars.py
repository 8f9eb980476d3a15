"""Figures of shares and states: bars with their intervals, and tables of counts as heat maps."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.selection import UNKNOWN
from pages.parts.figures.charts import (
    cells,
    error_bar,
    figure,
    html_safe,
    names_axis,
    share_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import share_of
from pages.parts.wording.shares import short_share

#: Height of one bar with its gap, and of the axis below; figures grow with their rows.
ROW_HEIGHT, AXIS_HEIGHT = 26, 48
#: The height of a figure of one row, in rows: with less its axis would be cut off.
FEWEST_ROWS = 2
#: Room for a letter of the words that stand in a column beside the bars, in pixels.
LETTER_WIDTH = 5.0
#: Room for a digit of a number beside its bar, in pixels.
DIGIT_WIDTH = 8


def share_bars(
    names: Sequence[str],
    counts: Sequence[int],
    answers: Sequence[Answer],
    *,
    colours: Palette,
    highlight: str = "",
    leads_to: Sequence[str] | None = None,
) -> go.Figure:
    """One bar a share, in the order given from the top, with its interval and its counts.

    The words stand in a column of their own, so that they are whole in a narrow window too.

    Args:
        highlight: the name whose bar is drawn pale, because it is no answer ("unknown").
        leads_to: where each bar leads (:mod:`pages.parts.leads`); none of them where it is None.
    """
    known = [answer.estimate or 0.0 for answer in answers]
    low, high = [answer.low for answer in answers], [answer.high for answer in answers]
    words = [share_of(count, answer) for count, answer in zip(counts, answers, strict=True)]
    bars = go.Bar(
        x=known,
        y=[html_safe(name) for name in names],
        ids=leads_to,
        orientation="h",
        marker={"color": [colours.pale if n == highlight else colours.grey for n in names]},
        text=[f"  {word}" for word in words],
        textposition="none",
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(known, low, high, colour=colours.text, thickness=1, width=3),
    )
    beside = [short_share(count, answer) for count, answer in zip(counts, answers, strict=True)]
    notes = [
        {
            "xref": "paper",
            "x": 1,
            "y": html_safe(name),
            "text": word,
            "xanchor": "left",
            "xshift": 6,
            "font": {"color": colours.faint, "size": 12},
        }
        for name, word in zip(names, beside, strict=True)
    ]
    room = LETTER_WIDTH * max((len(word) for word in beside), default=0)
    return figure(
        [bars],
        colours=colours,
        height=ROW_HEIGHT * len(names) + AXIS_HEIGHT,
        x={**share_axis([*known, *high]), "showgrid": True, "nticks": 4, "tickangle": 0},
        y=names_axis(ticks="", tickfont={"size": 12}),
        notes=notes,
        bargap=0.3,
        margin={"l": 8, "r": 8 + room, "t": 8, "b": 8},
    )


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: npt.NDArray[np.int64],
    *,
    colours: Palette,
    leads_to: Sequence[Sequence[str]] | None = None,
) -> go.Figure:
    """A table of counts; every cell says its count, and those without any stay empty.

    The shades span the known rows: a large unknown row would take all contrast from them.

    Args:
        leads_to: where each cell leads, row by row; none of them where it is None.
    """
    known = [
        count for name, row in zip(rows, counts, strict=True) if name != UNKNOWN for count in row
    ]
    largest = int(max(known, default=0))
    across, down = [html_safe(name) for name in columns], [html_safe(name) for name in rows]
    shades = go.Heatmap(
        z=counts,
        x=across,
        y=down,
        text=[[str(count) if count else "" for count in row] for row in counts.tolist()],
        texttemplate="%{text}",
        colorscale=[[0, colours.ground], [1, colours.heat]],
        zmin=0,
        zmax=max(largest, 1),
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} × %{x}: %{z}<extra></extra>",
    )
    marks = [] if leads_to is None else [cells(across, down, leads_to, hovers=counts.tolist())]
    return figure(
        [shades, *marks],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + 2 * AXIS_HEIGHT,
        x={
            "side": "top",
            # Every column keeps its name, upright where the window is too narrow for a slant.
            "autotickangles": [-35, -90],
            "dtick": 1,
            "type": "category",
        },
        y={"autorange": "reversed", "showgrid": False},
    )


def count_bars(
    names: Sequence[str],
    counts: Sequence[int],
    *,
    colours: Palette,
    leads_to: Sequence[str] | None = None,
) -> go.Figure:
    """One bar a count, in the order given from the top, each with its number beside it.

    Args:
        leads_to: where each bar leads; none of them where it is None.
    """
    bars = go.Bar(
        x=list(counts),
        y=[html_safe(name) for name in names],
        ids=leads_to,
        orientation="h",
        marker={"color": colours.grey},
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
    )
    return figure(
        [bars],
        colours=colours,
        height=ROW_HEIGHT * len(names) + AXIS_HEIGHT,
        x={"rangemode": "tozero", "showgrid": False, "visible": False},
        y=names_axis(),
        bargap=0.3,
        margin={"l": 8, "r": beside(counts), "t": 8, "b": 8},
    )


def beside(counts: Sequence[int]) -> int:
    """Pixels at the right that numbers beside bars need; Plotly would cut the longest."""
    return 12 + DIGIT_WIDTH * max((len(f"{count:,}") for count in counts), default=0)
