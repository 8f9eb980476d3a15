"""Groups side by side in alphabetical order, each with its interval."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from analytics.statistics.groups import Groups
from pages.parts.figures.bars import AXIS_HEIGHT, FEWEST_ROWS, ROW_HEIGHT
from pages.parts.figures.charts import (
    duration_axis,
    error_bar,
    figure,
    html_safe,
    line_at,
    names_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, duration

#: Groups drawn; more cannot be read, and the page says how many are left out.
MOST_GROUPS = 40


def group_marks(
    names: Sequence[str], found: Groups, *, colours: Palette, durations: bool
) -> go.Figure:
    """A mark and an interval for each group that can be told apart, else one for all."""
    if not found.apart:
        names = ["all together"]
        whole = found.overall
        values, lows, highs = ([_or_nan(e)] for e in (whole.estimate, whole.low, whole.high))
        sizes = [whole.n]
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
        error_x=error_bar(
            [v for _, v, *_ in drawn],
            [lo for _, _, lo, _, _ in drawn],
            [hi for *_, hi, _ in drawn],
            colour=colours.grey,
        ),
    )
    middle = found.overall.estimate
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
        y=names_axis(),
        shapes=() if middle is None else [line_at(middle, colours.faint, dash="dot")],
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
