"""Figures of rates: two periods, and groups against the limits that luck keeps to."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from analytics.clocks import Floats
from analytics.exposure import Per
from analytics.response.groups import Rates
from analytics.response.rates import HowOften, Stretch
from analytics.statistics.groups import ALARM, Limits
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import error_bar, figure, html_safe, line_at, names_axis
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, plural
from pages.parts.wording.rates import number, per_text, rate_words

#: Groups drawn in rows; more cannot be read, and all are in the rows below.
MOST_ROWS = 40
#: Exposures that differ by more than this are drawn on a log axis.
WIDE = 20.0
#: Room for both periods even where one has no rate: with less the axis would be cut off.
BOTH = 2
HEIGHT = 320
OUTSIDE = 100.0 * ALARM


def rate_marks(found: HowOften, *, colours: Palette) -> go.Figure:
    """The rates of two periods with their intervals, the later one in the accent."""
    shown = [
        (stretch, colour)
        for stretch, colour in ((found.before, colours.grey), (found.after, colours.accent))
        if stretch.rate.known
    ]
    return figure(
        [_mark(stretch, colour) for stretch, colour in shown],
        colours=colours,
        height=ROW_HEIGHT * BOTH + AXIS_HEIGHT,
        x={"rangemode": "tozero", "showgrid": True},
        y=names_axis(),
    )


def funnel_plot(rates: Rates, per: Per, *, colours: Palette) -> go.Figure:
    """Each group's own rate against its exposure, with the limits for groups of its size.

    Where all have the same exposure they stand in rows, in alphabetical order.

    Args:
        per: what the rates are per.
    """
    if rates.curve is None:
        return _rows(rates, per, colours)
    scale = rates.exposure[0] / rates.funnel.limits.exposure[0]
    wide = rates.exposure.max() > WIDE * rates.exposure.min()
    return figure(
        [
            *_curves(rates.curve, rates.curve.exposure * scale, colours),
            _points(rates, rates.exposure, rates.funnel.rate, per, colours, named=True),
        ],
        colours=colours,
        height=HEIGHT,
        x={
            "title": {"text": html_safe(per.unit)},
            **({"type": "log"} if wide else {"rangemode": "tozero"}),
            "tickformat": ",",
            "showgrid": False,
        },
        y={"rangemode": "tozero", "title": {"text": f"per {html_safe(per_text(per))}"}},
        shapes=[line_at(rates.funnel.centre, colours.text, across="y")],
    )


def _rows(rates: Rates, per: Per, colours: Palette) -> go.Figure:
    drawn = min(len(rates.names), MOST_ROWS)
    names = [html_safe(name) for name in rates.names[:drawn]]
    lines = [
        line_at(float(edge[0]), colours.grey, dash=dash)
        for edge, dash in _edges(rates.funnel.limits)
        if np.isfinite(edge[0])
    ]
    points = _points(rates, rates.funnel.rate, np.array(names), per, colours, named=False)
    return figure(
        [points],
        colours=colours,
        height=ROW_HEIGHT * drawn + AXIS_HEIGHT,
        x={"rangemode": "tozero", "showgrid": True},
        y=names_axis(),
        shapes=[*lines, line_at(rates.funnel.centre, colours.text)],
    )


def _mark(stretch: Stretch, colour: str) -> go.Scatter:
    rate = stretch.rate
    middle = rate.estimate or 0.0
    return go.Scatter(
        x=[middle],
        y=[html_safe(stretch.period.name)],
        mode="markers",
        marker={"color": colour, "size": 9, "symbol": "diamond"},
        text=[f"{rate_words(stretch)}, {plural(stretch.n, 'incident')}"],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar([middle], [rate.low], [rate.high], colour=colour),
    )


def _points(
    rates: Rates,
    x: Floats,
    y: Floats | npt.NDArray[np.str_],
    per: Per,
    colours: Palette,
    *,
    named: bool,
) -> go.Scatter:
    """The groups; coloured, and named beside the point, only where the outer limit is reached."""
    beyond = abs(rates.funnel.outside) >= OUTSIDE
    drawn = slice(0, None if named else MOST_ROWS)
    return go.Scatter(
        x=x[drawn],
        y=y[drawn],
        mode="markers+text" if named else "markers",
        marker={
            "size": 8,
            "color": [colours.signal if out else colours.grey for out in beyond[drawn]],
        },
        text=[html_safe(n) if out else "" for n, out in zip(rates.names, beyond, strict=True)],
        textposition=["bottom center" if k < 0 else "top center" for k in rates.funnel.outside],
        textfont={"size": 12, "color": colours.text},
        customdata=_words(rates, per)[drawn],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _words(rates: Rates, per: Per) -> list[str]:
    size, unit = html_safe(per_text(per)), html_safe(per.unit)
    return [
        f"{html_safe(name)}: {number(rate)} per {size}<br>{plural(int(n), 'incident')}, "
        f"{count(round(float(amount)))} {unit}<br>{limit_words(out)}"
        for name, rate, n, amount, out in zip(
            rates.names,
            rates.funnel.rate.tolist(),
            rates.counts.tolist(),
            rates.exposure.tolist(),
            rates.funnel.outside.tolist(),
            strict=True,
        )
    ]


def limit_words(outside: float) -> str:
    """Which limit a group reaches, if any."""
    if not outside:
        return "inside the limits"
    return f"{'above' if outside > 0 else 'below'} the {abs(outside):g} % limit"


def _curves(limits: Limits, exposure: Floats, colours: Palette) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=exposure,
            y=edge,
            mode="lines",
            line={"color": colours.grey, "width": 1, "dash": dash},
            hoverinfo="skip",
        )
        for edge, dash in _edges(limits)
    ]


def _edges(limits: Limits) -> Sequence[tuple[Floats, str]]:
    """The four limits: the inner ones dotted, the outer ones solid."""
    return (
        (limits.low95, "dot"),
        (limits.high95, "dot"),
        (limits.low998, "solid"),
        (limits.high998, "solid"),
    )
