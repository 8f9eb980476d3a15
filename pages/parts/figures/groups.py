"""Groups side by side in alphabetical order, each with its interval."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from analytics.statistics.groups import Groups
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import duration_axis, figure, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, duration

#: Groups drawn; more cannot be read, and the page says how many are left out.
MOST_GROUPS = 40
#: Height of a figure of one mark: with less its axis would be cut off.
FEWEST_ROWS = 2


def group_marks(
    names: Sequence[str], found: Groups, *, colours: Palette, durations: bool
) -> go.Figure:
    """A mark and an interval for each group that can be told apart, else one for all."""
    if not found.apart:
        names = ["all together"]
        values = [found.overall.estimate or np.nan]
        lows, highs = [found.overall.low or np.nan], [found.overall.high or np.nan]
        sizes = [found.overall.n]
    else:
        values, lows, highs = found.estimate.tolist(), found.low.tolist(), found.high.tolist()
        sizes = found.n.tolist()
    say = duration if durations else count
    drawn = [
        (name, v, lo, hi, n)
        for name, v, lo, hi, n in zip(names, values, lows, highs, sizes, strict=True)
        if np.isfinite(v)
    ][:MOST_GROUPS]
    marks = go.Scatter(
        x=[v for _, v, _, _, _ in drawn],
        y=[html_safe(name) for name, *_ in drawn],
        mode="markers",
        marker={"color": colours.text, "size": 8, "symbol": "diamond"},
        text=[f"{say(v)} ({say(lo)} to {say(hi)}), n = {n:,}" for _, v, lo, hi, n in drawn],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [hi - v for _, v, _, hi, _ in drawn],
            "arrayminus": [v - lo for _, v, lo, _, _ in drawn],
            "color": colours.grey,
            "thickness": 1.5,
        },
    )
    middle = found.overall.estimate
    line = {"color": colours.faint, "width": 1, "dash": "dot"}
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * max(len(drawn), FEWEST_ROWS) + AXIS_HEIGHT,
        x={
            **(
                duration_axis([v for _, _, lo, hi, _ in drawn for v in (lo, hi)])
                if durations
                else {"rangemode": "tozero"}
            ),
            "showgrid": True,
        },
        y={"autorange": "reversed", "showgrid": False, "ticksuffix": " "},
        shapes=[
            {
                "type": "line",
                "x0": middle,
                "x1": middle,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": line,
            }
        ]
        if middle
        else (),
    )
