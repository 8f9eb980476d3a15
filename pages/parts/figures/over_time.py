"""Figures over time: incidents by severity, shares by period, the course of one number."""

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
#: So many incidents each have a tick of their own.
FEW = 5
#: A course is drawn on this ground and stretched to its tile; the line keeps off the edges.
COURSE_WIDTH, COURSE_HEIGHT, COURSE_EDGE = 100.0, 24.0, 1.5


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
        # Incidents are whole: of few there are no ticks between them.
        y={"title": {"text": "incidents"}, "rangemode": "tozero"}
        | ({"dtick": 1} if counts.total.max(initial=0) <= FEW else {}),
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


def course(values: Sequence[float], *, bars: bool, colour: str) -> str:
    """The course of one number as a small SVG without axes, as wide as its tile.

    A chart that can be pointed at costs a browser some hundred times as much, and a tile's number
    is told beside it.

    Args:
        values: of periods that follow each other; at least two.
        bars: whether the periods add up, so that bars from zero tell them; else a line.
    """
    low, high = min(0.0 if bars else min(values), *values), max(*values)
    room = COURSE_HEIGHT - 2 * COURSE_EDGE
    tall = [room * (value - low) / ((high - low) or 1.0) for value in values]
    if bars:
        width = COURSE_WIDTH / len(values)
        marks = "".join(
            f'<rect x="{place * width:.2f}" y="{COURSE_HEIGHT - height - COURSE_EDGE:.2f}" '
            f'width="{0.8 * width:.2f}" height="{height + COURSE_EDGE:.2f}" fill="{colour}"/>'
            for place, height in enumerate(tall)
        )
    else:
        step = COURSE_WIDTH / (len(values) - 1)
        points = " ".join(
            f"{place * step:.2f},{COURSE_HEIGHT - COURSE_EDGE - height:.2f}"
            for place, height in enumerate(tall)
        )
        marks = (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5" '
            'vector-effect="non-scaling-stroke"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COURSE_WIDTH:g} {COURSE_HEIGHT:g}" '
        f'preserveAspectRatio="none">{marks}</svg>'
    )
