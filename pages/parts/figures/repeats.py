"""Figures of one cause: its history on a line of time, how often it came back, after how long."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.known_causes.overview import NO_REPEAT, CommonRecurrence, OneCause, Recurring
from analytics.known_causes.priorities import CauseActions
from analytics.repeats.fixes import RepeatClass
from analytics.selection import Mask, Rows
from analytics.units import DAY, HOUR
from pages.parts.figures.charts import date_axis, dots, duration_axis, figure, hover, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.numbers import day
from pages.parts.wording.repeats import NOT_KNOWN_DONE, class_name

#: Actions drawn below the incidents of a cause; the table below the figure has them all.
MOST_DRAWN = 24
#: Height of a row of one action, and of the incidents with the axis.
ACTION_HEIGHT, INCIDENTS_HEIGHT = 17, 110
#: Width of the bar of a preventive action and of any other.
THICK, THIN = 8, 3
#: How an action ended: mark at the end of its bar.
OPEN, DONE, GIVEN_UP, NOT_KNOWN = "triangle-right", "circle", "x", "circle-open"


def cause_line(
    one: OneCause | None,
    possible: Rows,
    found: CauseActions,
    incidents: pd.DataFrame,
    *,
    fixed: Sequence[dt.datetime],
    colours: Palette,
) -> go.Figure:
    """The incidents of one cause on a line of time, and below it when each action stood open.

    An incident that began while the fix was open has the signal colour and a line down through
    the actions, so that one sees which of them were open. Possible incidents are hollow.

    Args:
        one: the confirmed incidents, if there are any.
        possible: positions of the possible ones.
        incidents: all incidents of the history.
        fixed: when the fix was in place, if that is known.
    """
    drawn = min(len(found.row), MOST_DRAWN)
    marks, through = [], []
    if len(possible):
        marks.append(_possible_dots(incidents.iloc[possible], colours))
    if one is not None:
        table, while_open = incidents.iloc[one.incidents], one.repeat_class == RepeatClass.R2
        marks.append(_confirmed_dots(one, table, while_open, colours))
        struck = table["period_at"][while_open]
        through = [_upright(when, drawn, colours.signal, "dot") for when in struck]
    return figure(
        [*_action_bars(found, drawn, colours), *marks],
        colours=colours,
        height=INCIDENTS_HEIGHT + ACTION_HEIGHT * drawn,
        x={"showgrid": True, "type": "date"},
        y={
            "range": [drawn + 0.8, -1],
            "tickvals": list(range(drawn + 1)),
            "ticktext": ["incidents", *(f"action {n + 1}" for n in range(drawn))],
            "showgrid": False,
            "zeroline": False,
            "ticksuffix": " ",
        },
        shapes=[*through, *(_upright(at, drawn, colours.text, "solid") for at in fixed)],
        notes=[{"x": at, "y": -0.7, "text": "fix in place ", "xanchor": "right"} for at in fixed],
    )


def recurrence_curve(found: Recurring, common: CommonRecurrence, *, colours: Palette) -> go.Figure:
    """Recurrences of one cause since its first incident, beside the mean of all that came back."""
    until = common.mean.times <= found.watched
    days, mean = common.mean.times[until], common.mean.mean[until]
    low, high = common.mean.low[until], common.mean.high[until]
    known = np.isfinite(low)
    quiet = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    counts = [*range(len(found.days) + 1), len(found.days)]
    traces = [
        go.Scatter(x=days[known], y=low[known], **quiet),
        go.Scatter(
            x=days[known],
            y=high[known],
            fill="tonexty",
            fillcolor=colours.band,
            **quiet,
        ),
        go.Scatter(
            x=days,
            y=mean,
            mode="lines",
            name=f"mean of {common.causes:,} causes",
            line={"color": colours.grey, "width": 1.5, "shape": "hv"},
            hovertemplate="%{y:.1f} in %{x:.0f} days: mean of all<extra></extra>",
        ),
        go.Scatter(
            x=[0.0, *found.days.tolist(), found.watched],
            y=counts,
            mode="lines",
            name="this cause",
            line={"color": colours.text, "width": 2.5, "shape": "hv"},
            hovertemplate="%{y} in %{x:.0f} days: this cause<extra></extra>",
        ),
    ]
    for trace in traces[:2]:
        trace.showlegend = False
    return figure(
        traces,
        colours=colours,
        height=260,
        x={"title": {"text": "days since its first incident"}, "rangemode": "tozero"},
        y={"title": {"text": "recurrences"}, "rangemode": "tozero"},
        legend=True,
    )


def waits(one: OneCause, incidents: pd.DataFrame, *, colours: Palette) -> go.Figure:
    """For how long a cause had stayed away before each of its recurrences, on a log axis."""
    known = np.isfinite(one.days_away)
    table = incidents.iloc[one.incidents[known]]
    seconds = one.days_away[known] * DAY
    words = [
        hover(title, wait, when=f"{day(when)}, back after")
        for title, wait, when in zip(table["title"], seconds, table["period_at"], strict=True)
    ]
    marks = dots(
        table["period_at"].tolist(),
        seconds.tolist(),
        ids=table["id"].tolist(),
        words=words,
        colour=colours.grey,
    ).update(marker={"size": 8})
    return figure(
        [marks],
        colours=colours,
        height=260,
        x=date_axis(table["period_at"].tolist()),
        y=duration_axis(seconds.tolist()),
    )


def _confirmed_dots(
    one: OneCause, table: pd.DataFrame, while_open: Mask, colours: Palette
) -> go.Scatter | go.Scattergl:
    return dots(
        table["period_at"].tolist(),
        [0] * len(table),
        ids=table["id"].tolist(),
        words=[
            _incident_words(title, when, one, place)
            for place, (title, when) in enumerate(
                zip(table["title"], table["period_at"], strict=True)
            )
        ],
        colour=[colours.signal if fired else colours.grey for fired in while_open],
    ).update(marker={"size": 11, "opacity": 0.8})


def _possible_dots(table: pd.DataFrame, colours: Palette) -> go.Scatter | go.Scattergl:
    words = [
        f"{html_safe(title)}<br>{day(when)}<br>possible, confirmed by nobody"
        for title, when in zip(table["title"], table["period_at"], strict=True)
    ]
    return dots(
        table["period_at"].tolist(),
        [0] * len(table),
        ids=table["id"].tolist(),
        words=words,
        colour=colours.grey,
    ).update(marker={"size": 10, "opacity": 1, "symbol": "circle-open", "line": {"width": 1.5}})


def _action_bars(found: CauseActions, drawn: int, colours: Palette) -> list[go.Scatter]:
    """A bar for each action from its promise until it ended, or until now while it is open."""
    return [
        _bar(found, row, colours) for row in range(drawn) if found.since[row] == found.since[row]
    ]


def _bar(found: CauseActions, row: int, colours: Palette) -> go.Scatter:
    since, until = found.since[row], found.until[row]
    is_open, given_up = bool(found.is_open[row]), bool(found.given_up[row])
    ended = until == until
    colour = colours.grey if is_open else colours.pale
    mark = OPEN if is_open else NOT_KNOWN if not ended else GIVEN_UP if given_up else DONE
    x = [since, until] if ended else [since]
    words = f"action {row + 1}: from {day(since.item())}"
    still = NOT_KNOWN_DONE if found.as_written[row] else "open still"
    words += f", {still}" if is_open else f" to {day(until.item())}" if ended else ", end unknown"
    return go.Scatter(
        x=x,
        y=[row + 1] * len(x),
        mode="lines+markers",
        line={"color": colour, "width": THICK if found.preventive[row] else THIN},
        marker={
            "color": colours.grey,
            "size": 10,
            "symbol": [mark] * len(x),
            "opacity": _last(len(x)),
        },
        text=[html_safe(words)] * len(x),
        hovertemplate="%{text}<extra></extra>",
    )


def _upright(at: dt.datetime, drawn: int, colour: str, dash: str) -> dict[str, object]:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0 if dash == "dot" else -0.5,
        "y1": drawn + 0.5,
        "line": {"color": colour, "width": 1, "dash": dash},
        "layer": "below",
    }


def _last(marks: int) -> list[float]:
    """Only the end of a bar has a mark."""
    return [0.0] * (marks - 1) + [1.0]


def _incident_words(title: str, when: pd.Timestamp, one: OneCause, place: int) -> str:
    words = hover(title, one.hours[place] * HOUR, when=day(when))
    each = one.repeat_class[place]
    if each == NO_REPEAT:
        return words
    return f"{words}<br>{class_name(RepeatClass(each), as_written=bool(one.as_written[place]))}"
