"""Figures of impact: hours by period over what is unknown, and services against periods."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from analytics.impact.availability import ServiceImpact
from analytics.impact.minutes import ImpactPeriods
from analytics.units import HOUR, MINUTE
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import figure, html_safe, period_axis
from pages.parts.palette import Palette
from pages.parts.wording.numbers import duration, plural

#: The two panels of the figure of periods: hours above, incidents below.
UPPER, LOWER = [0.42, 1.0], [0.0, 0.3]
#: From this availability on a third digit is worth reading.
THREE_NINES = 0.999


def impact_columns(found: ImpactPeriods, *, colours: Palette) -> go.Figure:
    """Hours of impact by period, over the incidents that they come from and those unknown."""
    blind = (found.n == 0) & (found.n_unknown > 0)
    hours = go.Bar(
        x=found.starts,
        y=np.where(blind, np.nan, found.seconds / HOUR),
        marker={"color": colours.grey},
        customdata=[
            f"{duration(float(s))} in {plural(int(n), 'incident')}, {int(u):,} unknown"
            for s, n, u in zip(found.seconds, found.n, found.n_unknown, strict=True)
        ],
        hovertemplate="from %{x|%b %Y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    counts = [
        go.Bar(
            x=found.starts,
            y=number,
            yaxis="y2",
            name=name,
            marker={"color": colour},
            hovertemplate=f"from %{{x|%b %Y}}: %{{y}} {name}<extra></extra>",
        )
        for name, number, colour in (
            ("impact known", found.n, colours.grey),
            ("impact unknown", found.n_unknown, colours.pale),
        )
    ]
    unknown = [
        {
            "x": at,
            "y": 0,
            "text": "?",
            "yanchor": "bottom",
            "font": {"color": colours.faint},
        }
        for at in found.starts[blind].tolist()
    ]
    return figure(
        [hours, *counts],
        colours=colours,
        height=320,
        x={"anchor": "y2", **period_axis(found.starts.astype("datetime64[D]").tolist())},
        y={"domain": UPPER, "title": {"text": "hours"}, "rangemode": "tozero"},
        yaxis2={
            "domain": LOWER,
            "title": {"text": "incidents"},
            "gridcolor": colours.grid,
            "fixedrange": True,
            "nticks": 3,
            "automargin": True,
        },
        notes=unknown,
        legend=True,
        barmode="stack",
        bargap=0.25,
    )


def service_map(
    found: ServiceImpact,
    columns: Sequence[str],
    *,
    first: int,
    implied: bool,
    colours: Palette,
) -> go.Figure:
    """Services against periods: the time under impact, or the availability that it implies.

    Args:
        columns: names of the periods drawn.
        first: the first of them among all periods.
        implied: whether cells show an availability; else times.
    """
    share = found.down[:, first:] / found.length[first:]
    cells = go.Heatmap(
        z=np.sqrt(share),  # one long outage would take all contrast from the others
        x=list(columns),
        y=[html_safe(name) for name in found.services],
        text=_texts(found, first, implied),
        customdata=_hovers(found, first),
        texttemplate="%{text}",
        colorscale=[[0, colours.ground], [1, colours.heat]],
        zmin=0,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, %{x}: %{customdata}<extra></extra>",
    )
    return figure(
        [cells],
        colours=colours,
        height=ROW_HEIGHT * len(found.services) + 2 * AXIS_HEIGHT,
        x={"side": "top", "autotickangles": [0, -90], "dtick": 1, "type": "category"},
        y={"autorange": "reversed", "showgrid": False, "dtick": 1, "tickfont": {"size": 12}},
    )


def _texts(found: ServiceImpact, first: int, implied: bool) -> list[list[str]]:
    rows, columns = range(len(found.services)), range(first, len(found.starts))
    if implied:
        return [[_available(found, i, j) for j in columns] for i in rows]
    return [[_short(found, i, j) for j in columns] for i in rows]


def _available(found: ServiceImpact, service: int, period: int) -> str:
    if not found.down[service, period] and not found.began[service, period]:
        return ""
    answer = found.availability(service, period)
    if answer.estimate is None:
        return "?"
    digits = 3 if answer.estimate >= THREE_NINES else 2
    return f"{100 * answer.estimate:.{digits}f}"


def _short(found: ServiceImpact, service: int, period: int) -> str:
    seconds = float(found.down[service, period])
    more = "*" if found.n_unknown[service, period] else ""
    if not seconds:
        return more
    hours = seconds / HOUR
    return f"{hours:.0f} h{more}" if hours >= 1 else f"{seconds / MINUTE:.0f} m{more}"


def _hovers(found: ServiceImpact, first: int) -> list[list[str]]:
    return [
        [
            f"{duration(float(found.down[i, j]))} under impact, "
            f"{plural(int(found.began[i, j]), 'incident')} began, "
            f"{int(found.n_unknown[i, j]):,} without usable times"
            for j in range(first, len(found.starts))
        ]
        for i in range(len(found.services))
    ]
