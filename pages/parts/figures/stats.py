"""Figures of distributions and stability: cumulative curves, control charts, medians in rows."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Break, Datetimes
from analytics.clocks import Floats
from analytics.statistics.quantiles import Ecdf
from analytics.surveillance import Chart, Signal
from pages.parts import leads
from pages.parts.figures.bars import AXIS_HEIGHT, FEWEST_ROWS, ROW_HEIGHT
from pages.parts.figures.charts import (
    SHORTEST_DRAWN,
    duration_axis,
    error_bar,
    figure,
    html_safe,
    line_at,
    names_axis,
    on_log_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import duration, duration_answer, percent, plural

#: Pixels of a chart's height for each letter of the words along the line of a break.
NOTE_LETTER = 10

#: With fewer there is a dot or a line between two, which looks like a finding and is none.
FEWEST_DRAWN = 3

#: A cumulative curve leaves the corner at the lower right free: its name stands there.
LABELS_BEGIN, LABEL_STEP = 0.12, 0.2


def cumulative(
    curves: Sequence[tuple[str, Ecdf, str]], *, colours: Palette, height: int = 260
) -> go.Figure:
    """Share of incidents ended within a time, one step curve each, named in its colour.

    Args:
        curves: name, curve and colour; the last is drawn on top.
    """
    drawn = [(name, curve, colour) for name, curve, colour in curves if curve.n]
    traces = [
        go.Scatter(
            x=np.maximum(curve.values, SHORTEST_DRAWN),
            y=curve.shares,
            name=f"{name} (n = {curve.n:,})",
            mode="lines",
            line={"shape": "hv", "color": colour, "width": 2},
            text=[f"{percent(s)} within {duration(v)}" for v, s in zip(*_pair(curve), strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )
        for name, curve, colour in drawn
    ]
    values = [value for _, curve, _ in drawn for value in curve.values]
    return figure(
        traces,
        colours=colours,
        height=height,
        x={**duration_axis(values), "showgrid": True},
        y={"tickformat": ".0%", "range": [0, 1.02]},
        notes=[
            {
                "text": html_safe(str(trace.name)),
                "font": {"color": trace.line.color},
                "xref": "paper",
                "yref": "paper",
                "x": 1,
                "y": LABELS_BEGIN + LABEL_STEP * above,
                "xanchor": "right",
            }
            for above, trace in enumerate(reversed(traces))
        ],
    )


def control_chart(
    chart: Chart,
    starts: npt.NDArray[np.datetime64],
    *,
    colours: Palette,
    durations: bool,
    height: int = 260,
    notes: Sequence[tuple[object, str]] = (),
    coloured: Sequence[Signal] | None = None,
    leads_to: Sequence[str] | None = None,
) -> go.Figure:
    """Points in order of time with their frozen limits; coloured only where a rule fired.

    Args:
        starts: the moment of each point.
        durations: whether the values are seconds, on a log axis.
        notes: breaks marked by the reader, with their words.
        coloured: the signals that may be coloured; None for all of the chart.
        leads_to: where each point leads.
    """
    signals = chart.signals if coloured is None else coloured
    fired = {i: s.rule for s in signals for i in range(s.index, s.last + 1)}
    shown = np.maximum(chart.values, SHORTEST_DRAWN) if durations else chart.values
    points = go.Scatter(
        x=starts,
        y=shown,
        ids=leads_to,
        mode="lines+markers",
        line={"color": colours.pale, "width": 1},
        marker={
            "size": 7,
            "color": [colours.signal if i in fired else colours.grey for i in range(len(shown))],
        },
        text=[_point_words(v, fired.get(i), durations) for i, v in enumerate(shown)],
        hovertemplate="%{x|%b %Y}: %{text}<extra></extra>",
    )
    limits = [
        _level(starts, chart.centre, colours.grey, "solid"),
        _level(starts, _drawable(chart.low, durations), colours.grey, "dot"),
        _level(starts, _drawable(chart.high, durations), colours.grey, "dot"),
    ]
    finite = np.concatenate([shown, chart.low, chart.high])
    axis = duration_axis(finite.tolist()) if durations else {"rangemode": "tozero"}
    return figure(
        [*limits, points],
        colours=colours,
        height=height,
        y=axis,
        shapes=[line_at(at, colours.text, dash="dash") for at, _ in notes],
        notes=break_notes(notes, longest=height // NOTE_LETTER),
    )


def by_month(
    chart: Chart,
    starts: Datetimes,
    *,
    colours: Palette,
    durations: bool,
    breaks: Sequence[Break],
) -> tuple[go.Figure | None, tuple[str, ...]]:
    """A control chart of months that lead to their incidents, or why there is none."""
    if len(starts) < FEWEST_DRAWN:
        return None, (too_few_drawn(len(starts), "month"),)
    drawn = control_chart(
        chart,
        starts,
        colours=colours,
        durations=durations,
        notes=[(marked.at, marked.note) for marked in breaks],
        leads_to=leads.of_periods(starts, "month"),
    )
    return drawn, ()


def break_notes(notes: Sequence[tuple[object, str]], *, longest: int) -> list[dict[str, object]]:
    """The words of breaks along their lines: all of a day as one, short, and whole on hovering."""
    by_day: dict[object, list[str]] = {}
    for at, words in notes:
        by_day.setdefault(at, []).append(words)
    whole = {at: "; ".join(words) for at, words in by_day.items()}
    return [
        {
            "x": at,
            "xanchor": "left",
            "yref": "paper",
            "y": 1,
            "yanchor": "top",
            "textangle": -90,
            "font": {"size": 11},
            "text": html_safe(words if len(words) <= longest else f"{words[:longest]}…"),
            "hovertext": html_safe(words),
        }
        for at, words in whole.items()
    ]


def too_few_drawn(number: int, unit: str) -> str:
    """Why there is no chart over time, where so few points would look like a finding."""
    return f"Too few to draw over time: {plural(number, unit)} so far, {FEWEST_DRAWN} are needed."


def ranges(names: Sequence[str], answers: Sequence[Answer], *, colours: Palette) -> go.Figure:
    """Durations side by side on one log scale: the estimate as a mark, its interval as a line."""
    known = [(n, a) for n, a in zip(names, answers, strict=True) if a.estimate is not None]
    estimate = [max(a.estimate or 0.0, SHORTEST_DRAWN) for _, a in known]
    low = on_log_axis(a.low for _, a in known)
    high = on_log_axis(a.high for _, a in known)
    marks = go.Scatter(
        x=estimate,
        y=[html_safe(name) for name, _ in known],
        mode="markers",
        marker={"color": colours.text, "size": 9, "symbol": "diamond"},
        text=[f"{duration_answer(a)}, n = {a.n:,}" for _, a in known],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(estimate, low, high, colour=colours.text),
    )
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * max(len(known), FEWEST_ROWS) + AXIS_HEIGHT,
        x={
            **duration_axis([e for e in (*low, *estimate, *high) if e is not None]),
            "showgrid": True,
        },
        y=names_axis(),
    )


def _pair(curve: Ecdf) -> tuple[list[float], list[float]]:
    return curve.values.tolist(), curve.shares.tolist()


def _level(
    starts: npt.NDArray[np.datetime64], values: Floats, colour: str, dash: str
) -> go.Scatter:
    return go.Scatter(
        x=starts,
        y=values,
        mode="lines",
        line={"color": colour, "width": 1, "dash": dash, "shape": "hvh"},
        hoverinfo="skip",
    )


def _drawable(values: Floats, durations: bool) -> Floats:
    return np.where(values > 0, values, np.nan) if durations else values


def _point_words(value: float, rule: str | None, durations: bool) -> str:
    words = duration(value) if durations else f"{value:,.2f}"
    return f"{words} ({rule})" if rule else words
