"""One incident drawn: its clocks on one line of time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.parts.figures.charts import figure, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.numbers import minute, seen, zone_name

#: Words longer than this are cut in the hover; the timeline below the figure has them whole.
HOVER_CHARACTERS = 160


@dataclass(frozen=True)
class Mark:
    """One clock.

    Attributes:
        at: by the reader's clock.
        said: the moment in words, with its zone.
        short: its hour, empty where no more than the day is known.
    """

    name: str
    at: dt.datetime
    said: str
    short: str


def clock_line(
    clocks: Sequence[Mark],
    events: Sequence[tuple[dt.datetime, str]],
    *,
    colours: Palette,
) -> go.Figure:
    """The clocks of one incident as labelled marks, its timeline as small dots below.

    Args:
        clocks: in order of time.
        events: moment and words of each dated timeline event.
    """
    levels = [i % 3 for i in range(len(clocks))]
    labelled = go.Scatter(
        x=[mark.at for mark in clocks],
        y=[0] * len(clocks),
        mode="lines+markers",
        line={"color": colours.grey, "width": 2},
        marker={"color": colours.accent, "size": 10},
        text=[f"{mark.name}<br>{mark.said}" for mark in clocks],
        hovertemplate="%{text}<extra></extra>",
    )
    small = go.Scatter(
        x=[seen(at) for at, _ in events],
        y=[-0.6] * len(events),
        mode="markers",
        marker={"color": colours.grey, "size": 6},
        text=[f"{minute(at)}<br>{html_safe(words[:HOVER_CHARACTERS])}" for at, words in events],
        hovertemplate="%{text}<extra></extra>",
    )
    notes = [
        {
            "x": mark.at,
            "y": 0,
            "text": f"{mark.name}<br>{mark.short}",
            "showarrow": True,
            "arrowwidth": 1,
            "arrowcolor": colours.pale,
            "ax": 0,
            "ay": -26 - 34 * level,
            "font": {"color": colours.text},
        }
        for level, mark in zip(levels, clocks, strict=True)
    ]
    return figure(
        [labelled, *([small] if events else [])],
        colours=colours,
        height=190,
        notes=notes,
        x={"title": f"times in {zone_name()}"},
        y={"visible": False, "range": [-1.1, 3.2]},
        margin={"l": 40, "r": 40, "t": 8, "b": 8},
    )
