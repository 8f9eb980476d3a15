"""Figures over time: incidents by severity, shares by period."""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Datetimes
from analytics.recorded import CalendarCounts
from analytics.selection import UNKNOWN
from pages.parts.figures.charts import error_bar, figure, period_axis, share_axis
from pages.parts.palette import Palette
from pages.parts.wording.shares import counted

#: Labels of one chart that get a shade of their own; a sixth is for the unknown ones.
SHADES = 5


def severity_columns(counts: CalendarCounts, *, colours: Palette) -> go.Figure:
    """Incidents of each bin as stacked columns, the worst severity at the bottom."""
    traces = [
        go.Bar(
            x=counts.starts,
            y=row,
            name=label,
            marker={"color": shade, "line": {"width": 0}},
            hovertemplate=f"%{{x|%b %Y}}<br>{label}: %{{y}}<extra></extra>",
        )
        for label, row, shade in zip(
            counts.labels, counts.counts, severity_shades(counts.labels, colours), strict=True
        )
    ]
    return figure(
        traces,
        colours=colours,
        height=260,
        y={"title": {"text": "incidents"}, "rangemode": "tozero"},
        legend=len(traces) > 1,
        barmode="stack",
        bargap=0.15,
    )


def severity_shades(names: tuple[str, ...], colours: Palette) -> list[str]:
    """A shade for each severity, the worst the strongest; the same name always gets the same."""
    known = [name for name in names if name != UNKNOWN]
    shades = {name: colours.ranks[min(i, SHADES - 1)] for i, name in enumerate(known)}
    return [shades.get(name, colours.ranks[-1]) for name in names]


def shares_by_period(
    starts: Datetimes,
    answers: Sequence[Answer],
    *,
    colours: Palette,
    leads_to: Sequence[str] | None = None,
) -> go.Figure:
    """A share of each period as a mark with its interval; periods without one stay empty.

    Args:
        leads_to: where each period leads; none of them where it is None.
    """
    known = [(s, a) for s, a in zip(starts.tolist(), answers, strict=True) if a.known]
    ids = leads_to and [led for led, a in zip(leads_to, answers, strict=True) if a.known]
    values = [answer.estimate or 0.0 for _, answer in known]
    low, high = [answer.low for _, answer in known], [answer.high for _, answer in known]
    marks = go.Scatter(
        x=[start for start, _ in known],
        y=values,
        ids=ids,
        mode="markers",
        marker={"color": colours.text, "size": 7},
        text=[counted(answer) for _, answer in known],
        hovertemplate="from %{x|%b %Y}: %{text}<extra></extra>",
        error_y=error_bar(values, low, high, colour=colours.grey, width=0),
    )
    return figure(
        [marks],
        colours=colours,
        height=240,
        x=period_axis([start for start, _ in known]),
        y=share_axis(high),
    )
