"""How many incidents, and how long until they are over, month by month: the two front charts.

Besides these, where it hurts: the shares of causes in the period and before.
"""

import datetime as dt
from collections.abc import Collection

import numpy as np
import plotly.graph_objects as go

from analytics.causes.tables import CAUSE_DRIFT, CauseDrift
from analytics.clocks import Mask, Status
from analytics.recorded import Counts
from analytics.review.causes import CAUSE_MIX
from analytics.review.claims import REVIEW_CLAIM
from analytics.review.rates import REVIEW_RATE
from analytics.review.review import Review, claimed_causes
from analytics.scorecard import Scorecard, Tile
from analytics.selection import View
from analytics.statistics.quantiles import MEDIAN
from analytics.statistics.two_samples import RATIO_OF_DURATIONS
from pages.parts import leads
from pages.parts.card import Card, Cell, Table, ToIncident
from pages.parts.figures.bars import AXIS_HEIGHT
from pages.parts.figures.charts import (
    SHORTEST_DRAWN,
    dots,
    duration_axis,
    error_bar,
    figure,
    hover,
    html_safe,
    line_at,
    names_axis,
    share_axis,
)
from pages.parts.figures.over_time import severity_shades
from pages.parts.palette import Palette
from pages.parts.wording.numbers import DASH, day, duration, literal, percent, plural
from pages.parts.wording.response import STEP_WORDS
from pages.views.review import (
    causes_finding,
    rates_finding,
    reference_words,
    severity_names,
    times_finding,
)

#: With fewer months there is a bar or two, which look like a finding and are none.
FEWEST_MONTHS = 3
#: Months of the times drawn: as many as of the counts beside them.
MONTHS_DRAWN = 13
#: Above this many, dots of single incidents are a cloud and slow to draw; the months say enough.
MOST_DOTS = 250
HEIGHT = 300
#: Incidents listed one by one where there are few.
MOST_LISTED = 12
#: Rows of marks stand closer than bars, so that a dozen causes fit on a sheet.
MARK_HEIGHT = 21


def incidents(reviewed: Review, colours: Palette) -> Card:
    """Incidents by severity in thirteen months; a column leads to its list."""
    months = _recorded(reviewed)
    if months.sum() < FEWEST_MONTHS:
        return Card("counts", notes=(_too_few(reviewed, int(months.sum())),))
    counts = reviewed.counts[0].months.counts[months]
    return Card(
        key="counts",
        title=rates_finding(reviewed.claims),
        basis="shaded: this period · dotted: a year before",
        methods=(REVIEW_CLAIM, REVIEW_RATE),
        figure=_columns(reviewed, months, colours),
        alt=f"{rates_finding(reviewed.claims)}; {counts.min():,} to {counts.max():,} a month",
    )


def listed(view: View) -> Card:
    """The incidents one by one, the latest first, where there are few."""
    latest = view.incidents.iloc[::-1].head(MOST_LISTED)
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "Incident": ToIncident(str(identity), str(title or identity)),
            "Began": day(began),
            "Severity": DASH if severity != severity else literal(str(severity)),
        }
        for identity, title, began, severity in zip(
            latest["id"], latest["title"], latest["period_at"], latest["severity"], strict=True
        )
    )
    more = f" · the latest {len(rows):,} of {len(view):,}" if len(view) > len(rows) else ""
    return Card(
        key="listed",
        title="The incidents" if len(view) > 1 else "The incident",
        basis=f"all of them, whatever the period{more}",
        tables=(Table(rows, alt="The latest incidents"),),
    )


def _too_few(reviewed: Review, months: int) -> str:
    """In place of a chart of a month or two."""
    known = int(reviewed.counts[0].months.counts.sum())
    return (
        f"{plural(known, 'incident')} in {plural(months, 'month')} so far: from {FEWEST_MONTHS} "
        "months on they are drawn by month."
    )


def _recorded(reviewed: Review) -> Mask:
    """The months from the first with an incident on: before, none is not zero."""
    everything = reviewed.counts[0].months
    begun: Mask = (np.cumsum(everything.counts) > 0) & (everything.days > 0)
    return begun


def _columns(reviewed: Review, months: Mask, colours: Palette) -> go.Figure:
    everything, *severities = reviewed.counts
    starts = everything.months.starts[months]
    shades = severity_shades(tuple(series.label for series in severities), colours)
    traces: list[go.Bar | go.Scatter] = []
    known = np.zeros(len(starts), dtype=np.int64)
    for series, shade in zip(severities, shades, strict=True):
        counts = series.months.counts[months]
        known += counts
        named = severity_names(reviewed, series.label)
        ids = leads.of_periods(starts, "month", severity=named)
        traces.append(_stack(starts, counts, series.label, shade, ids))
    rest = everything.months.counts[months] - known
    if rest.any():
        name = "unknown" if severities else "incidents"
        shade = colours.ranks[-1] if severities else colours.grey
        traces.append(_stack(starts, rest, name, shade, leads.of_periods(starts, "month")))
    traces.append(
        go.Scatter(
            x=starts,
            y=everything.months.year_before[months],
            mode="lines",
            name="a year before",
            showlegend=False,
            line={"color": colours.text, "width": 1, "dash": "dot"},
            hovertemplate="a year before: %{y}<extra></extra>",
        )
    )
    period = reviewed.sides.now.period
    return figure(
        traces,
        colours=colours,
        height=HEIGHT,
        x={"tickformat": "%b\n%Y", "tickangle": 0, "dtick": "M3", "tick0": str(starts[-1])},
        y={"rangemode": "tozero", "nticks": 5},
        legend=len(severities) > 0,
        barmode="stack",
        bargap=0.2,
        shapes=[_shaded(period.start, period.end, colours)],
    )


def _shaded(start: object, end: object, colours: Palette) -> dict[str, object]:
    """The period under review; columns stand around the first day of their month."""
    half = np.timedelta64(15, "D")
    first, last = (np.datetime64(str(edge)) - half for edge in (start, end))
    return {
        "type": "rect",
        "yref": "paper",
        "x0": str(first),
        "x1": str(last),
        "y0": 0,
        "y1": 1,
        "fillcolor": colours.band,
        "line": {"width": 0},
        "layer": "below",
    }


def _stack(starts: object, counts: Counts, label: str, shade: str, ids: list[str]) -> go.Bar:
    name = html_safe(label)
    return go.Bar(
        x=starts,
        y=counts,
        ids=ids,
        name=name,
        marker={"color": shade, "line": {"width": 0}},
        hovertemplate=f"%{{x|%b %Y}}<br>{name}: %{{y}}<extra></extra>",
    )


def times(reviewed: Review, card: Scorecard, colours: Palette) -> Card:
    """The typical time of each month, and single incidents as dots where they are few."""
    tile = card.tile(reviewed.times.step.name)
    months = ~np.isnan(tile.values) & (np.arange(len(tile.values)) >= _first_month(tile))
    step = STEP_WORDS[reviewed.times.step.name]
    if months.sum() < FEWEST_MONTHS:
        few = f"{step}: recorded in fewer than {FEWEST_MONTHS} months, too few to draw."
        return Card("times", notes=(few,))
    usual = reviewed.times.medians["reference"]
    line = f" · dotted: typical in {reference_words(reviewed.sides)}" if usual.known else ""
    typical = tile.values[months]
    return Card(
        key="times",
        title=times_finding(reviewed),
        basis=f"typical time of each month, of {plural(tile.now.n, 'incident')} in the period"
        f"{line}{f' · {reviewed.times.instead}' if reviewed.times.instead else ''}",
        methods=(MEDIAN, RATIO_OF_DURATIONS),
        figure=_line(reviewed, tile, months, usual.estimate, colours),
        alt=f"{times_finding(reviewed)}; typically {duration(typical.min())} to "
        f"{duration(typical.max())} in a month",
    )


def _first_month(tile: Tile) -> int:
    return len(tile.values) - MONTHS_DRAWN


def _line(
    reviewed: Review, tile: Tile, months: Mask, usual: float | None, colours: Palette
) -> go.Figure:
    starts, typical = tile.months[months], np.maximum(tile.values[months], SHORTEST_DRAWN)
    middle = starts + np.timedelta64(14, "D")
    by_month = go.Scatter(
        x=middle,
        y=typical,
        ids=leads.of_periods(starts, "month"),
        mode="lines+markers",
        name="typical",
        text=[f"{start:%b %Y}" for start in starts.astype("datetime64[D]").tolist()],
        customdata=[duration(seconds) for seconds in tile.values[months]],
        hovertemplate="%{text}: typically %{customdata}<extra></extra>",
        line={"color": colours.accent, "width": 2},
        marker={"color": colours.accent, "size": 8},
    )
    single = _single(reviewed, tile, colours)
    drawn = [*typical.tolist(), *(single[0].y if single else ())]
    return figure(
        [*single, by_month],
        colours=colours,
        height=HEIGHT,
        x={"tickformat": "%b\n%Y", "tickangle": 0, "dtick": "M3", "tick0": str(starts[-1])},
        y=duration_axis(drawn),
        shapes=[line_at(usual, colours.text, dash="dot", across="y")] if usual else (),
    )


def _single(reviewed: Review, tile: Tile, colours: Palette) -> list[go.Scatter | go.Scattergl]:
    """A dot for each incident of these months, none where they are many."""
    line, end = reviewed.line, reviewed.sides.now.end
    span = line.span(tile.months[max(_first_month(tile), 0)].astype(object), end)
    durations = line.times[tile.key].part(span)
    recorded = durations.status == Status.RECORDED
    if not 0 < recorded.sum() <= MOST_DOTS:
        return []
    shown = line.view.history.incidents.iloc[line.rows[span][recorded]]
    seconds = durations.seconds[recorded]
    words = [
        hover(title, value, when=day(when))
        for title, value, when in zip(shown["title"], seconds, shown["period_at"], strict=True)
    ]
    return [
        dots(
            shown["period_at"].to_numpy(),
            np.maximum(seconds, SHORTEST_DRAWN).tolist(),
            ids=shown["id"].tolist(),
            words=words,
            colour=colours.grey,
            name="incidents",
        )
    ]


def causes(reviewed: Review, colours: Palette) -> Card:
    """Shares of causes in the period and before; a mark leads to its incidents."""
    drift = reviewed.drift
    if drift is None or not drift.rows:
        return Card("causes", notes=("Kinds of cause: too few are recorded to compare.",))
    basis = "share of the incidents of known cause, with 95 % interval"
    if drift.unknown.after.known:
        basis += f" · cause unknown for {percent(drift.unknown.after.estimate)} of the period"
    return Card(
        key="causes",
        title=causes_finding(reviewed),
        basis=basis,
        methods=(CAUSE_DRIFT, CAUSE_MIX),
        figure=drift_marks(
            drift,
            before=reference_words(reviewed.sides),
            claimed=claimed_causes(reviewed),
            colours=colours,
            span=(reviewed.sides.now.start, reviewed.sides.now.end),
        ),
        alt=f"{causes_finding(reviewed)}; shares of causes now and before",
    )


def drift_marks(
    drift: CauseDrift,
    *,
    before: str,
    claimed: Collection[str],
    colours: Palette,
    span: tuple[dt.date, dt.date] | None = None,
) -> go.Figure:
    """Shares of causes in the period with their intervals, and before as hollow marks.

    Args:
        before: what the period is held against, in words.
        claimed: causes of which the review claims a change; they are coloured.
        span: the period, to whose incidents the marks lead.
    """
    rows = [row for row in drift.rows if row.after.estimate is not None]
    rows.sort(key=lambda row: -(row.after.estimate or 0.0))
    names = [html_safe(row.label) for row in rows]
    now = [row.after.estimate or 0.0 for row in rows]
    high = [row.after.high for row in rows]
    start, end = span or (None, None)
    after = go.Scatter(
        x=now,
        y=names,
        ids=[leads.incidents(start=start, end=end, cause=row.label) for row in rows],
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
