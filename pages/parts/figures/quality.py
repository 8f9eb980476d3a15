"""How much of each field is known: one bar a field, out of all that could be known."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.answer import Answer
from pages.parts.figures.bars import AXIS_HEIGHT, LETTER_WIDTH, ROW_HEIGHT
from pages.parts.figures.charts import figure, html_safe, names_axis
from pages.parts.palette import Palette
from pages.parts.wording.shares import counted


def known_bars(names: Sequence[str], answers: Sequence[Answer], *, colours: Palette) -> go.Figure:
    """The known part of each field dark, the missing part pale, with the counts beside."""
    rows = [html_safe(name) for name in names]
    known = [answer.estimate or 0.0 for answer in answers]
    bars = [
        go.Bar(
            x=lengths,
            y=rows,
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=[counted(answer) for answer in answers],
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
        for name, lengths, colour in (
            ("known", known, colours.grey),
            ("missing", [1.0 - share for share in known], colours.grid),
        )
    ]
    words = [counted(answer) for answer in answers]
    return figure(
        bars,
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT,
        x={"tickformat": ".0%", "range": [0, 1], "nticks": 3, "tickangle": 0},
        y=names_axis(dtick=1, tickfont={"size": 12}),
        notes=[
            {
                "xref": "paper",
                "x": 1,
                "y": row,
                "text": word,
                "xanchor": "left",
                "xshift": 6,
                "font": {"color": colours.faint, "size": 12},
            }
            for row, word in zip(rows, words, strict=True)
        ],
        barmode="stack",
        bargap=0.3,
        margin={"l": 8, "r": 12 + LETTER_WIDTH * max(map(len, words), default=0), "t": 8, "b": 8},
    )
