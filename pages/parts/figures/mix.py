"""A change taken apart: the whole, what changed within the groups, and what their mix changed."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.answer import Answer
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import error_bar, figure, line_at, names_axis
from pages.parts.palette import Palette
from pages.parts.wording.mix import factor_words

#: Factors in which people think of a change.
TICKS = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
#: The axis reaches at least this far to both sides, so that small changes look small.
NARROWEST = 1.5


def factor_marks(parts: Sequence[tuple[str, Answer]], *, colours: Palette) -> go.Figure:
    """Factors with their intervals on one log scale around "no change"."""
    ends = [v for _, part in parts for v in (part.low, part.estimate, part.high) if v]
    reach = max([math.log10(NARROWEST), *(abs(math.log10(value)) for value in ends)])
    estimates = [part.estimate or 1.0 for _, part in parts]
    marks = go.Scatter(
        x=estimates,
        y=[name for name, _ in parts],
        mode="markers",
        marker={"color": colours.text, "size": 9, "symbol": "diamond"},
        text=[factor_words(part) for _, part in parts],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            estimates, [p.low for _, p in parts], [p.high for _, p in parts], colour=colours.text
        ),
    )
    ticks = [tick for tick in TICKS if abs(math.log10(tick)) <= reach]
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(parts) + AXIS_HEIGHT,
        x={
            "type": "log",
            "tickvals": ticks,
            "ticktext": [f"{tick:g}×" for tick in ticks],
            "range": [-1.08 * reach, 1.08 * reach],
            "showgrid": True,
        },
        y=names_axis(),
        shapes=[line_at(1.0, colours.text, dash="dot")],
    )
