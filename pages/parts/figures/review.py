"""The figures of the trend review: six weeks and thirteen months, times, impact, causes."""

from collections.abc import Collection

import numpy as np
import plotly.graph_objects as go

from analytics.causes.tables import CauseDrift
from analytics.impact import ImpactPeriods
from analytics.recorded import Counts
from analytics.review.charts import Bins
from analytics.review.review import CountSeries, Review
from analytics.units import HOUR
from pages.parts.figures.bars import AXIS_HEIGHT
from pages.parts.figures.charts import (
    LEGEND_HEIGHT,
    error_bar,
    figure,
    html_safe,
    names_axis,
    share_axis,
)
from pages.parts.figures.over_time import severity_shades
from pages.parts.palette import Palette
from pages.parts.wording.numbers import duration, percent

#: Width of the panel of weeks; the months have the rest, on a scale of their own.
WEEKS_END, MONTHS_BEGIN = 0.3, 0.38
#: Rows of marks stand closer than bars, so that a dozen causes fit on a sheet.
MARK_HEIGHT = 21


def weeks_and_months(found: Review, *, colours: Palette) -> go.Figure:
    """Incidents by severity in six weeks and in thirteen months, the year before as a thin line."""
    everything, *severities = found.counts
    shades = severity_shades(tuple(series.label for series in severities), colours)
    traces: list[go.Bar | go.Scatter] = []
    for panel, pick in (("", _weeks), ("2", _months)):
        known = np.zeros(len(pick(everything).counts), dtype=np.int64)
        for series, shade in zip(severities, shades, strict=True):
            known += pick(series).counts
            traces.append(_columns(pick(series), series.label, shade, panel))
        rest = pick(everything).counts - known
        if rest.any():
            traces.append(_stack(pick(everything), rest, "unknown", colours.ranks[-1], panel))
        traces.append(_year_before(pick(everything), colours, panel))
    start, end = found.sides.now.period.start, found.sides.now.period.end
    return figure(
        traces,
        colours=colours,
        height=270,
        x={
            "domain": [0, WEEKS_END],
            "tickformat": "%-d %b",
            "tickangle": 0,
            "nticks": 2,
        },
        y={"rangemode": "tozero", "nticks": 5},
        legend=True,
        margin={"l": 8, "r": 12, "t": 2 * LEGEND_HEIGHT, "b": 8},
        barmode="stack",
        bargap=0.2,
        xaxis2={
            "domain": [MONTHS_BEGIN, 1],
            "tickformat": "%b\n%Y",
            "tickangle": 0,
            "dtick": "M3",
            "anchor": "y2",
            "fixedrange": True,
            "showgrid": False,
            "automargin": True,
        },
        yaxis2={
            "anchor": "x2",
            "rangemode": "tozero",
            "gridcolor": colours.grid,
            "nticks": 5,
            "automargin": True,
            "fixedrange": True,
        },
        shapes=[
            {
                "type": "rect",
                "xref": "x2",
                "yref": "y2 domain",
                "x0": start,
                "x1": end,
                "y0": 0,
                "y1": 1,
                "fillcolor": colours.band,
                "line": {"width": 0},
                "layer": "below",
            }
        ],
    )


def drift_marks(
    found: CauseDrift, *, before: str, claimed: Collection[str], colours: Palette
) -> go.Figure:
    """Shares of causes in the period with their intervals, and before as hollow marks.

    Args:
        before: what the period is held against, in words.
        claimed: causes of which the review claims a change; they are coloured.
    """
    rows = [row for row in found.rows if row.after.estimate is not None]
    rows.sort(key=lambda row: -(row.after.estimate or 0.0))
    names = [html_safe(row.label) for row in rows]
    now = [row.after.estimate or 0.0 for row in rows]
    high = [row.after.high for row in rows]
    after = go.Scatter(
        x=now,
        y=names,
        mode="markers",
        name="this period",
        marker={
            "size": 9,
            "color": [colours.signal if row.label in claimed else colours.accent for row in rows],
        },
        text=[f"{percent(row.after.estimate)} of {row.after.n:,}" for row in rows],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(now, [row.after.low for row in rows], high, colour=colours.accent),
    )
    earlier = go.Scatter(
        x=[row.before.estimate or 0.0 for row in rows],
        y=names,
        mode="markers",
        name=before,
        marker={"size": 10, "symbol": "line-ns", "line": {"color": colours.text, "width": 2}},
        text=[f"{percent(row.before.estimate)} of {row.before.n:,}" for row in rows],
        hovertemplate=f"%{{y}}: %{{text}} in {before}<extra></extra>",
    )
    return figure(
        [after, earlier],
        colours=colours,
        height=MARK_HEIGHT * len(rows) + 2 * AXIS_HEIGHT,
        x={
            **share_axis(high),
            "showgrid": True,
        },
        y=names_axis(),
        legend=True,
    )


def impact_columns(
    found: ImpactPeriods, *, colours: Palette, start: object, end: object
) -> go.Figure:
    """Hours of impact that began in each month; months without a known impact have no column."""
    known = found.n > 0
    inside = (found.starts >= np.datetime64(str(start))) & (found.starts < np.datetime64(str(end)))
    bars = go.Bar(
        x=found.starts[known],
        y=found.seconds[known] / HOUR,
        marker={"color": [colours.accent if i else colours.grey for i in inside[known]]},
        text=[
            f"{duration(s)} over {n:,} incidents, {u:,} more not known"
            for s, n, u in zip(
                found.seconds[known], found.n[known], found.n_unknown[known], strict=True
            )
        ],
        textposition="none",
        hovertemplate="%{x|%b %Y}: %{text}<extra></extra>",
    )
    return figure(
        [bars],
        colours=colours,
        height=220,
        x={"tickformat": "%b\n%Y", "tickangle": 0, "dtick": "M3"},
        y={"title": {"text": "hours"}, "rangemode": "tozero", "nticks": 5},
        bargap=0.2,
    )


def _weeks(series: CountSeries) -> Bins:
    return series.weeks


def _months(series: CountSeries) -> Bins:
    return series.months


def _columns(bins: Bins, label: str, shade: str, panel: str) -> go.Bar:
    return _stack(bins, bins.counts, label, shade, panel)


def _stack(bins: Bins, counts: Counts, label: str, shade: str, panel: str) -> go.Bar:
    name = html_safe(label)
    return go.Bar(
        x=bins.starts,
        y=counts,
        name=name,
        legendgroup=name,
        showlegend=panel == "2",
        marker={"color": shade, "line": {"width": 0}},
        xaxis=f"x{panel}",
        yaxis=f"y{panel}",
        hovertemplate=f"from %{{x|%-d %b %Y}}<br>{name}: %{{y}}<extra></extra>",
    )


def _year_before(bins: Bins, colours: Palette, panel: str) -> go.Scatter:
    return go.Scatter(
        x=bins.starts,
        y=bins.year_before,
        mode="lines",
        name="all, a year before",
        legendgroup="before",
        showlegend=panel == "2",
        line={"color": colours.text, "width": 1, "dash": "dot"},
        xaxis=f"x{panel}",
        yaxis=f"y{panel}",
        hovertemplate="a year before: %{y}<extra></extra>",
    )
