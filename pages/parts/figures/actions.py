"""Figures of promised actions: completion curves, shares with intervals, the backlog."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from analytics.actions.mix import ActionMix
from analytics.actions.pace import Backlog, Completion
from analytics.answer import Answer
from analytics.statistics.survival import Incidence
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT, beside
from pages.parts.figures.charts import (
    LEGEND_HEIGHT,
    Axis,
    error_bar,
    figure,
    html_safe,
    line_at,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import percent
from pages.parts.wording.shares import with_interval

#: Days after the promise that are drawn: twice the last horizon shows where a curve goes.
LAST_DAY = 180
DAY_TICKS = (0, 30, 60, 90, 120, 150, 180)


@dataclass(frozen=True, slots=True)
class Look:
    """How one curve is drawn, and whether the legend names it."""

    colour: str
    dash: str = "solid"
    width: float = 1.2
    named: bool = False


def completion_curves(
    groups: Sequence[Completion],
    whole: Completion,
    *,
    horizon: int,
    latest: bool,
    colours: Palette,
) -> go.Figure:
    """Share done by days since the promise: all actions with their interval, over each group.

    Args:
        groups: one thin line each, named by the pointer; pale and dotted where the group is not
            old enough for a figure at ``horizon``.
        whole: all actions, the strong line.
        latest: whether the last group with a figure is "this period" and gets the accent.
    """
    known = [group for group in groups if group.done is not None]
    with_figure = [group for group in known if group.done_within[horizon].known]
    accented = with_figure[-1] if latest and with_figure else None
    traces = [
        _curve(group, _look(group, accented, horizon, colours))
        for group in known
        if group is not accented
    ]
    if whole.done is not None:
        traces += [
            *_band(whole.done, colours),
            _curve(whole, Look(colours.text, width=2.5, named=True)),
        ]
    if accented is not None:
        traces.append(_curve(accented, Look(colours.accent, width=2.5, named=True)))
    return figure(
        traces,
        colours=colours,
        height=300,
        x={
            "range": [0, LAST_DAY],
            "tickvals": list(DAY_TICKS),
            "title": {"text": "days since the promise"},
        },
        y={"tickformat": ".0%", "range": [0, 1], "title": {"text": "done"}},
        shapes=[_upright(horizon, colours)],
        legend=True,
    )


def share_marks(
    names: Sequence[str],
    answers: Sequence[Answer],
    *,
    common: float | None,
    colours: Palette,
) -> go.Figure:
    """A mark and an interval for each name; where there is no figure, the reason in its place.

    Args:
        common: the share of all together, drawn as a dotted line.
    """
    rows = [html_safe(name) for name in names]
    known = [(row, a) for row, a in zip(rows, answers, strict=True) if a.estimate is not None]
    values = [answer.estimate or 0.0 for _, answer in known]
    marks = go.Scatter(
        x=values,
        y=[row for row, _ in known],
        mode="markers",
        marker={"color": colours.text, "size": 8, "symbol": "diamond"},
        text=[f"{with_interval(answer)}, n = {answer.n:,}" for _, answer in known],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            values, [a.low for _, a in known], [a.high for _, a in known], colour=colours.grey
        ),
    )
    reasons = [
        {
            "x": 0.01,
            "y": row,
            "text": answer.reason,
            "xanchor": "left",
            "bgcolor": colours.ground,
            "font": {"color": colours.faint, "size": 12},
        }
        for row, answer in zip(rows, answers, strict=True)
        if answer.estimate is None
    ]
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT,
        x={"tickformat": ".0%", "range": [0, 1], "showgrid": True},
        y=_rows_axis(rows),
        notes=reasons,
        shapes=[_upright(common, colours)] if common is not None else (),
    )


def backlog_columns(pile: Backlog, *, colours: Palette) -> go.Figure:
    """What was promised above the line, what ended below it, and what stayed open as a line."""
    columns = [
        ("promised", pile.new, colours.grey),
        ("done", -pile.done, colours.pale),
        ("given up", -pile.given_up, colours.grid),
    ]
    bars = [
        go.Bar(
            x=pile.starts,
            y=counts,
            name=name,
            marker={"color": colour, "line": {"color": colours.grey, "width": 0.5}},
            customdata=np.abs(counts),
            hovertemplate=f"%{{x|%b %Y}}: %{{customdata}} {name}<extra></extra>",
        )
        for name, counts, colour in columns
    ]
    left = go.Scatter(
        x=pile.starts,
        y=pile.open_at_end,
        name="open at the end",
        mode="lines+markers",
        line={"color": colours.text, "width": 2},
        marker={"size": 6},
        hovertemplate="%{x|%b %Y}: %{y} open at the end<extra></extra>",
    )
    return figure(
        [*bars, left],
        colours=colours,
        height=260,
        y={"title": {"text": "actions"}},
        legend=True,
        barmode="relative",
        bargap=0.25,
    )


def strength_bars(mix: ActionMix, *, colours: Palette) -> go.Figure:
    """Actions by strength: what people gave and what the words suggest, never in one bar."""
    names = list(mix.given)
    series = (
        ("given by people", list(mix.given.values()), colours.grey),
        ("suggested by the words", list(mix.suggested.values()), colours.pale),
    )
    bars = [
        go.Bar(
            x=counts,
            y=names,
            name=name,
            orientation="h",
            marker={"color": colour, "line": {"color": colours.grey, "width": 0.5}},
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}}, {name}: %{{x:,}}<extra></extra>",
        )
        for name, counts, colour in series
        if any(counts)
    ]
    return figure(
        bars,
        colours=colours,
        height=2 * ROW_HEIGHT * len(names) + AXIS_HEIGHT,
        x={"rangemode": "tozero", "visible": False},
        y=_rows_axis(names),
        legend=True,
        barmode="group",
        bargap=0.25,
        margin={
            "l": 8,
            "r": beside([n for _, counts, _ in series for n in counts]),
            "t": LEGEND_HEIGHT,
            "b": 8,
        },
    )


def _look(group: Completion, accented: Completion | None, horizon: int, colours: Palette) -> Look:
    """Grey where old enough to tell, pale and dotted until then."""
    if group.done_within[horizon].known:
        return Look(colours.pale if accented is not None else colours.grey)
    return Look(colours.pale, dash="dot")


def _curve(group: Completion, look: Look) -> go.Scatter:
    curve = group.done
    days = [0.0, *(curve.times.tolist() if curve is not None else [])]
    shares = [0.0, *(curve.share.tolist() if curve is not None else [])]
    name = html_safe(group.label) or "all actions"
    return go.Scatter(
        x=days,
        y=shares,
        mode="lines",
        name=name,
        showlegend=look.named,
        line={"shape": "hv", "color": look.colour, "width": look.width, "dash": look.dash},
        text=[f"{percent(s)} done within {d:.0f} days" for d, s in zip(days, shares, strict=True)],
        hovertemplate=f"{name}: %{{text}}<extra></extra>",
    )


def _band(curve: Incidence, colours: Palette) -> list[go.Scatter]:
    known = np.isfinite(curve.low) & np.isfinite(curve.high)
    quiet = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "showlegend": False}
    return [
        go.Scatter(x=curve.times[known], y=curve.low[known], hoverinfo="skip", **quiet),
        go.Scatter(
            x=curve.times[known],
            y=curve.high[known],
            fill="tonexty",
            fillcolor=colours.band,
            hoverinfo="skip",
            **quiet,
        ),
    ]


def _upright(at: float, colours: Palette) -> dict[str, object]:
    return {**line_at(at, colours.faint, dash="dot"), "layer": "below"}


def _rows_axis(names: Sequence[str]) -> Axis:
    """Names from the top in the order given, also those whose row holds no mark."""
    return {
        "categoryorder": "array",
        "categoryarray": list(names),
        "range": [len(names) - 0.5, -0.5],
        "type": "category",
        "showgrid": False,
        "ticksuffix": " ",
    }
