"""What all figures have in common: ground, axes that people read, the size of words.

Figures carry no logic and no arithmetic beyond placing marks; they are built from results.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy.typing as npt
import plotly.graph_objects as go

from analytics.units import DAY, HOUR, MINUTE, WEEK
from pages.parts import leads
from pages.parts.palette import Palette
from pages.parts.wording.numbers import day, duration

#: Ticks of a duration axis: the steps in which people think of time, from coarse to fine; the first
#: set that puts enough ticks between the ends is taken.
DURATION_TICKS = (
    (
        (MINUTE, "1 min"),
        (10 * MINUTE, "10 min"),
        (HOUR, "1 h"),
        (4 * HOUR, "4 h"),
        (DAY, "1 d"),
        (WEEK, "1 w"),
        (4 * WEEK, "4 w"),
        (26 * WEEK, "26 w"),
        (104 * WEEK, "2 y"),
    ),
    (
        *((n * MINUTE, f"{n} min") for n in (1, 2, 5, 10, 15, 20, 30, 45)),
        *((n * HOUR, f"{n} h") for n in (1, 1.5, 2, 3, 4, 6, 8, 12)),
        *((n * DAY, f"{n} d") for n in (1, 2, 3, 4, 5)),
        *((n * WEEK, f"{n} w") for n in (1, 2, 3, 4, 6, 8, 13, 26, 52)),
    ),
)
FEWEST_TICKS, MOST_TICKS = 3, 6
#: Clocks are kept to the minute, so a shorter duration is drawn where "under a minute" begins.
SHORTEST_DRAWN = 30.0
FONT = "Source Sans, Source Sans Pro, sans-serif"
FONT_SIZE = 13
#: Titles of axes no larger than the ticks: Plotly's own stand out more than the data. In place of
#: the template that Plotly sends along with each figure, which is larger than most of ours.
PLAIN = {"layout": {f"{axis}axis": {"title": {"font": {"size": FONT_SIZE}}} for axis in "xy"}}
#: One line of a legend: Plotly makes room for it when it draws, but not when the width changes.
LEGEND_HEIGHT = 32
#: Markers of single incidents: small enough to show density, large enough to be hit by a finger.
DOT_SIZE = 6
#: An unseen marker over a cell: about as high as a row.
CELL_SIZE = 24
#: Where an axis of shares ends: a mark at 100 % is drawn whole.
ABOVE_ALL = 1.03
#: As many periods as their names fit side by side, also on a phone.
FEW_PERIODS = 5
#: Above this many dots the browser draws them faster with WebGL than as SVG elements.
MOST_SVG_DOTS = 2_000

Axis = dict[str, Any]


def figure(
    traces: Sequence[go.Scatter | go.Scattergl | go.Bar | go.Heatmap],
    *,
    colours: Palette,
    height: int,
    x: Axis | None = None,
    y: Axis | None = None,
    shapes: Sequence[dict[str, Any]] = (),
    notes: Sequence[dict[str, Any]] = (),
    legend: bool = False,
    **layout: Any,
) -> go.Figure:
    """A figure on the page's own ground, without frame, legend or tool bar unless asked for."""
    for trace in traces:
        if trace.ids is not None:
            trace.ids = leads.distinct(trace.ids)
    line = {"gridcolor": colours.grid, "zerolinecolor": colours.grid, "automargin": True}
    return go.Figure(
        data=list(traces),
        layout={
            "template": PLAIN,
            "height": height,
            "margin": {"l": 8, "r": 12, "t": LEGEND_HEIGHT if legend else 8, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": FONT_SIZE, "color": colours.text},
            "hoverlabel": {"font": {"family": FONT, "size": FONT_SIZE}, "align": "left"},
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "yref": "container",
                "y": 1,
                "yanchor": "top",
                "x": 0,
                "title": "",
            },
            "dragmode": False,
            "clickmode": "event+select",
            "xaxis": {**line, "showgrid": False, "fixedrange": True, **(x or {})},
            "yaxis": {**line, "fixedrange": True, **(y or {})},
            "shapes": list(shapes),
            "annotations": [{"showarrow": False, **note} for note in notes],
            **layout,
        },
    )


def on_log_axis(ends: Iterable[float | None]) -> list[float | None]:
    """Ends of intervals of durations, a known one at least as long as what can be drawn."""
    return [None if end is None else max(end, SHORTEST_DRAWN) for end in ends]


def _arm(start: float | None, end: float | None) -> float:
    """From the one to the other; rounding may put an end a hair on the wrong side."""
    if start is None or end is None or math.isnan(end - start):
        return 0.0
    return max(end - start, 0.0)


def duration_axis(seconds: Sequence[float]) -> Axis:
    """A logarithmic axis for durations with ticks in minutes, hours, days and weeks."""
    positive = [value for value in seconds if value > 0 and math.isfinite(value)]
    low, high = (min(positive), max(positive)) if positive else (MINUTE, DAY)
    coarse, fine = DURATION_TICKS
    inside = sum(low <= seconds <= high for seconds, _ in coarse)
    shown = [tick for tick in fine if low <= tick[0] <= high]
    ticks = coarse if inside >= FEWEST_TICKS else shown[:: 1 + len(shown) // MOST_TICKS] or fine
    return {
        "type": "log",
        "tickvals": [seconds for seconds, _ in ticks],
        "ticktext": [words for _, words in ticks],
        "range": [math.log10(low) - 0.15, math.log10(high) + 0.15],
    }


def names_axis(**more: Any) -> Axis:
    """An axis of names, the first at the top, with what this figure asks for besides."""
    return {"autorange": "reversed", "showgrid": False, "ticksuffix": " ", **more}


def error_bar(
    values: Sequence[float],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    *,
    colour: str,
    thickness: float = 1.5,
    width: float | None = None,
) -> dict[str, Any]:
    """The intervals around ``values``; an end that is not known has no arm, one of 0 has its own.

    Args:
        values: where the marks stand.
        lows, highs: ends of the intervals; None or NaN where there is none.
        width: of the strokes across the ends, in pixels; None for those of Plotly.
    """
    return {
        "type": "data",
        "symmetric": False,
        "array": [_arm(value, high) for value, high in zip(values, highs, strict=True)],
        "arrayminus": [_arm(low, value) for value, low in zip(values, lows, strict=True)],
        "color": colour,
        "thickness": thickness,
        "width": width,
    }


def line_at(
    at: Any, colour: str, *, dash: str = "solid", across: Literal["x", "y"] = "x"
) -> dict[str, Any]:
    """A thin line through the whole figure where the axis ``across`` which it runs has ``at``."""
    along = "y" if across == "x" else "x"
    return {
        "type": "line",
        f"{across}0": at,
        f"{across}1": at,
        f"{along}ref": "paper",
        f"{along}0": 0,
        f"{along}1": 1,
        "line": {"color": colour, "width": 1, "dash": dash},
    }


def share_axis(shown: Iterable[float | None]) -> Axis:
    """An axis for shares, from 0 to just above the highest that is known of those ``shown``."""
    highest = max((share for share in shown if share is not None), default=1.0)
    top = min(ABOVE_ALL, highest * 1.08)
    return {"tickformat": ".0%", "range": [0, top], "rangemode": "tozero"}


def date_axis(moments: Sequence[dt.date]) -> Axis:
    """An axis of dates; around a single one Plotly would print its microseconds."""
    if len(set(moments)) != 1:
        return {}
    return {"tickvals": [moments[0]], "ticktext": [day(moments[0])]}


def period_axis(starts: Sequence[dt.date]) -> Axis:
    """An axis of periods, from their first days; few of them are named one by one.

    Between few of them Plotly would name days on which none begins.
    """
    at = sorted(set(starts))
    if len(at) > FEW_PERIODS:
        return {}
    return {"tickvals": at, "ticktext": [f"{start:%b %Y}" for start in at]}


def dots(
    x: Sequence[Any] | npt.NDArray[Any],
    y: Sequence[Any] | npt.NDArray[Any],
    *,
    ids: Sequence[str],
    words: Sequence[str],
    colour: str | Sequence[str],
    name: str = "",
) -> go.Scatter | go.Scattergl:
    """One dot an incident; a click leads to its record."""
    kind = go.Scattergl if len(ids) > MOST_SVG_DOTS else go.Scatter
    return kind(
        x=x,
        y=y,
        mode="markers",
        name=name,
        ids=[leads.incident(identity) for identity in ids],
        text=list(words),
        hovertemplate="%{text}<extra></extra>",
        marker={"size": DOT_SIZE, "color": colour, "opacity": 0.55, "line": {"width": 0}},
    )


def cells(
    x: Sequence[Any], y: Sequence[Any], leads_to: Sequence[Sequence[str]], *, hovers: Any
) -> go.Scatter:
    """Unseen marks over the cells of a heat map, which themselves cannot be clicked.

    Args:
        x, y: the names of columns and rows.
        leads_to: where each cell leads, row by row; empty for one that leads nowhere.
        hovers: what each cell says, row by row.
    """
    return go.Scatter(
        x=list(x) * len(y),
        y=[name for name in y for _ in x],
        ids=[lead for row in leads_to for lead in row],
        customdata=[text for row in hovers for text in row],
        mode="markers",
        marker={"size": CELL_SIZE, "symbol": "square", "opacity": 0},
        hovertemplate="%{y}, %{x}: %{customdata}<extra></extra>",
        showlegend=False,
    )


def hover(title: str, seconds: float, *, when: str) -> str:
    """The words that a dot shows: what, when, how long."""
    return f"{html_safe(title)}<br>{when}<br>{duration(seconds)}"


def html_safe(text: str) -> str:
    """``text`` of a record for a figure, where Plotly would read a little HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
