"""What keeps breaking: causes by how often, when and where, and whether they change."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Every, Period, PeriodPair
from analytics.causes.labels import (
    CAUSE_SHARE,
    LabelShare,
    LabelShares,
)
from analytics.causes.tables import (
    CAUSE_DRIFT,
    CAUSE_TABLES,
    CauseDrift,
    CausePeriods,
    CauseTable,
    LabelDrift,
)
from analytics.review.claims import REVIEW_CLAIM, Verdict
from analytics.review.review import Review, claim_of, claimed_causes
from analytics.selection import UNKNOWN, Scope
from analytics.statistics.shares import SHARE_DIFFERENCE
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.downloads import PICTURE
from pages.parts.figures.bars import AXIS_HEIGHT, LETTER_WIDTH, ROW_HEIGHT, heat_map
from pages.parts.figures.charts import (
    error_bar,
    figure,
    html_safe,
    names_axis,
    share_axis,
)
from pages.parts.figures.over_time import shares_by_period
from pages.parts.palette import Palette
from pages.parts.wording.numbers import literal, p_words, percent, period, plural
from pages.parts.wording.periods import latest_name, period_names
from pages.parts.wording.shares import counted, part
from pages.views.labels import MOST_BARS, MOST_LISTED, listed, named_counts, not_drawn, shares_basis
from pages.views.review import titled, verdict_words

#: Periods drawn in a table of counts; more columns cannot be read, least of all on a phone.
MOST_PERIODS = 8
#: Quarters drawn beside a bar: three years, of which each can still be hit.
MOST_QUARTERS = 12
#: Most of what is known: the part that a Pareto chart is asked for.
MOST = 0.8
#: The panels of the list of causes: bars, and columns by quarter beside them.
BARS, COURSE = [0.0, 0.68], [0.73, 1.0]
#: Room for the years above the columns.
YEARS_HEIGHT = 24
#: How far a column by quarter reaches from the middle of its row.
HALF_A_ROW = 0.36
#: Of a change that the review claims.
ARROWS = {Verdict.ROSE: "▲", Verdict.FELL: "▼"}


@dataclass(frozen=True, slots=True)
class Against:
    """What the columns of a table of causes are, in words.

    Attributes:
        key: of its card.
        label: by which a list of incidents is asked for a column.
    """

    key: str
    label: str
    title: str
    column: str
    several_an_incident: bool


SERVICES = Against(
    "by_service", "service", "Where causes strike", "service", several_an_incident=True
)
DETECTION = Against(
    "by_detection",
    "detection",
    "How causes are detected",
    "source of detection",
    several_an_incident=False,
)


def most_frequent(
    causes: LabelShares,
    by_quarter: CausePeriods,
    scope: Scope,
    reviewed: Review | None,
    now: Period,
    colours: Palette,
) -> Card:
    """The causes, the commonest first: how often, quarter by quarter, and which of them changed.

    Args:
        causes: of the incidents in view.
        by_quarter: the same incidents, by quarter.
        reviewed: None over a mix of organisations, of which no change is told.
        now: the period that the review judges.
    """
    arrows, drawn = _arrows(reviewed), min(len(causes.rows), MOST_BARS)
    return Card(
        key="causes",
        title=causes_finding(causes),
        basis=shares_basis(causes, scope),
        methods=(CAUSE_SHARE, REVIEW_CLAIM),
        figure=_bars_with_quarters(causes, by_quarter, arrows, colours) if causes.rows else None,
        alt=named_counts(causes),
        notes=(
            f"{pareto_finding(causes)}{' (dotted line)' if _enough(causes) < drawn else ''}.",
            f"Columns: incidents by quarter, each cause on its own scale. {_told(arrows, now)}",
            *not_drawn(causes),
        )
        if causes.rows
        else (),
    )


def as_table(causes: LabelShares, reviewed: Review | None) -> Card:
    """The same numbers in rows, for readers who do not point at bars."""
    arrows = _arrows(reviewed)
    rows: list[Mapping[str, Cell]] = [
        {
            "Root cause": Lead(leads.incidents(cause=row.label), row.label),
            "Incidents": f"{row.count:,} {arrows.get(row.label, '')}".rstrip(),
            "Of all incidents (95 %)": _share_words(row.of_incidents),
            "Of the known ones": percent(row.of_labels.estimate),
            "With those above": percent(row.cumulative),
        }
        for row in causes.rows
    ]
    rows.append(
        {
            "Root cause": Lead(leads.incidents(cause=UNKNOWN), UNKNOWN),
            "Incidents": f"{causes.n_unknown:,}",
            "Of all incidents (95 %)": _share_words(causes.unknown),
            "Of the known ones": "",
            "With those above": "",
        }
    )
    return Card("causes_table", tables=(Table(tuple(rows), alt="Root causes by incidents"),))


def _arrows(reviewed: Review | None) -> dict[str, str]:
    """Up or down for each cause of which the review claims a change."""
    claims = [claim_of(reviewed, f"cause:{label}") for label in claimed_causes(reviewed)]
    return {claim.label: ARROWS.get(claim.verdict, "") for claim in claims if claim is not None}


def _told(arrows: Mapping[str, str], now: Period) -> str:
    """What an arrow says, or that there is none."""
    when = period(now.start, now.end)
    if not arrows:
        return f"No arrow: no single cause clearly changed in {when}."
    return f"▲ clearly more, ▼ clearly fewer in {when} than before, as the trend review judges it."


def _bars_with_quarters(
    causes: LabelShares, by_quarter: CausePeriods, arrows: Mapping[str, str], colours: Palette
) -> go.Figure:
    """A bar a cause with its interval, columns by quarter beside it, its count and any arrow."""
    drawn = causes.rows[:MOST_BARS]
    answers = [*(row.of_incidents for row in drawn), causes.unknown]
    labels = [*(row.label for row in drawn), UNKNOWN]
    names = [html_safe(label) for label in labels]
    shares = [answer.estimate or 0.0 for answer in answers]
    high = [answer.high for answer in answers]
    bars = go.Bar(
        x=shares,
        y=names,
        ids=[leads.incidents(cause=label) for label in labels],
        orientation="h",
        marker={"color": [*([colours.grey] * len(drawn)), colours.pale]},
        text=[*map(_both_denominators, drawn), counted(causes.unknown)],
        textposition="none",
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            shares, [a.low for a in answers], high, colour=colours.text, thickness=1, width=3
        ),
    )
    numbers = [*(row.count for row in drawn), causes.n_unknown]
    beside_bars = [
        f"{number:,} ({percent(share)})" for number, share in zip(numbers, shares, strict=True)
    ]
    room = LETTER_WIDTH * (2 + max(map(len, beside_bars))) + 8
    notes = [
        {
            "xref": "paper",
            "x": 1,
            "y": name,
            "text": f"{word} {_coloured(arrows.get(label, ''), colours)}".rstrip(),
            "xanchor": "left",
            "xshift": 6,
            "font": {"color": colours.faint, "size": 12},
        }
        for label, name, word in zip(labels, names, beside_bars, strict=True)
    ]
    rows = [len(names) - 0.5, -0.5]
    columns, quarters = _columns_by_quarter(labels, by_quarter, colours)
    line, line_note = _line_under_most(causes, drawn, colours)
    return figure(
        [bars, columns],
        colours=colours,
        height=ROW_HEIGHT * len(names) + AXIS_HEIGHT + YEARS_HEIGHT,
        x={
            **share_axis([*shares, *high]),
            "domain": BARS,
            "showgrid": True,
            "nticks": 4,
            "tickangle": 0,
        },
        y={"range": rows, "showgrid": False, "ticksuffix": " ", "tickfont": {"size": 12}},
        xaxis2={
            "domain": COURSE,
            "anchor": "y2",
            "range": [-0.5, max(len(quarters), 1) - 0.5],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "side": "top",
            "ticks": "",
            "tickvals": [(len(quarters) - 1) / 2],
            "ticktext": [_years(quarters)],
            "tickangle": 0,
            "tickfont": {"size": 11, "color": colours.faint},
        },
        yaxis2={"range": rows, "anchor": "x2", "visible": False, "fixedrange": True},
        shapes=line,
        notes=[*notes, *line_note],
        bargap=0.3,
        margin={"l": 8, "r": 8 + room, "t": YEARS_HEIGHT, "b": 8},
    )


def _columns_by_quarter(
    labels: Sequence[str], by_quarter: CausePeriods, colours: Palette
) -> tuple[go.Bar, list[str]]:
    """A column for each cause and quarter that has any incident; the names of the quarters."""
    starts = by_quarter.starts[-MOST_QUARTERS:]
    names = period_names(starts, "quarter")
    x, base, height, ids, words = [], [], [], [], []
    for place, label in enumerate(labels):
        if label not in by_quarter.causes:
            continue
        counts = by_quarter.counts[by_quarter.causes.index(label)][-MOST_QUARTERS:]
        lists = leads.of_periods(starts, "quarter", cause=label)
        for quarter in np.flatnonzero(counts).tolist():
            x.append(quarter)
            base.append(place + HALF_A_ROW)
            height.append(-2 * HALF_A_ROW * counts[quarter] / counts.max())
            ids.append(lists[quarter])
            words.append(
                f"{html_safe(label)}: {plural(int(counts[quarter]), 'incident')} in "
                f"{names[quarter]}"
            )
    columns = go.Bar(
        x=x,
        y=height,
        base=base,
        ids=ids,
        xaxis="x2",
        yaxis="y2",
        marker={"color": colours.grey},
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
        meta=PICTURE,
    )
    return columns, names


def _years(quarters: Sequence[str]) -> str:
    """``2023–26``: there is no room for more above narrow columns."""
    if not quarters:
        return ""
    first, last = quarters[0][:4], quarters[-1][:4]
    return first if first == last else f"{first}–{last[2:]}"


def _line_under_most(
    causes: LabelShares, drawn: Sequence[LabelShare], colours: Palette
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """A line below the causes that make up most of the known ones, where others follow."""
    enough = _enough(causes)
    if not 1 <= enough < len(drawn):
        return [], []
    at = enough - 0.5
    line = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y2", "y0": at, "y1": at}
    words = {
        "xref": "x domain",
        "x": 1,
        "yref": "y2",
        "y": at,
        "text": percent(causes.rows[enough - 1].cumulative),
        "xanchor": "right",
        "yanchor": "top",
        "font": {"color": colours.faint, "size": 11},
    }
    return [line | {"line": {"color": colours.faint, "width": 1, "dash": "dot"}}], [words]


def _coloured(arrow: str, colours: Palette) -> str:
    return f'<span style="color:{colours.signal}">{arrow}</span>' if arrow else ""


def _both_denominators(row: LabelShare) -> str:
    return (
        f"{counted(row.of_incidents)}; {percent(row.of_labels.estimate)} of the known ones, "
        f"{percent(row.cumulative)} with those above"
    )


def _share_words(answer: Answer) -> str:
    low, high = (100 * (bound or 0.0) for bound in (answer.low, answer.high))
    return f"{percent(answer.estimate)} ({low:.0f} to {high:.0f})"


def causes_finding(shares: LabelShares) -> str:
    """What the shares of causes say, as the title of their figure."""
    if not shares.rows:
        return "No cause is recorded for any incident in view"
    first = shares.rows[0]
    together = [row.label for row in shares.rows if _overlap(first.of_incidents, row.of_incidents)]
    if len(together) == 1:
        return f"{literal(first.label.capitalize())} is the most frequent known cause"
    if len(together) > MOST_LISTED:
        return f"No single cause leads: the first {len(together):,} are close together"
    names = [literal(label) for label in together]
    return f"No single cause leads: {listed(names)} are close together"


def pareto_finding(shares: LabelShares) -> str:
    """How few causes make up most of what is known, and of how many incidents that is."""
    enough = _enough(shares)
    reached = shares.rows[enough - 1].cumulative
    return (
        f"{plural(enough, 'cause')} of {len(shares.rows):,} {'makes' if enough == 1 else 'make'} "
        f"up {percent(reached)} of the {plural(shares.n_labels, 'incident')} whose cause is known"
    )


def _enough(shares: LabelShares) -> int:
    """How many of the commonest causes make up most of the known ones."""
    return next(
        (place for place, row in enumerate(shares.rows, start=1) if row.cumulative >= MOST),
        len(shares.rows),
    )


def drift(change: CauseDrift, pair: PeriodPair, reviewed: Review | None, colours: Palette) -> Card:
    """What changed between two periods, as the review judges it.

    Args:
        reviewed: None over a mix of organisations, of which no change is told.
    """
    is_drawn = bool(change.rows) and change.rows[0].change.known
    return Card(
        key="drift",
        title=drift_finding(change, reviewed),
        basis=drift_basis(change, pair),
        methods=(CAUSE_DRIFT, SHARE_DIFFERENCE, REVIEW_CLAIM),
        figure=drift_marks(
            [*change.rows, change.unknown], pair.after, claimed_causes(reviewed), colours=colours
        )
        if is_drawn
        else None,
        alt="Change of the share of each cause, with its interval",
        notes=("A line across zero is no clear change. Only what the review claims has a colour.",)
        if is_drawn
        else (),
    )


def drift_finding(change: CauseDrift, reviewed: Review | None) -> str:
    """What the review says of the causes, as the title of their two periods.

    Args:
        reviewed: None over a mix of organisations, of which no change is told.
    """
    what, mix = "Kinds of cause", claim_of(reviewed, "causes")
    claims = [claim_of(reviewed, f"cause:{label}") for label in sorted(claimed_causes(reviewed))]
    told = [f"{literal(claim.label)} {verdict_words(claim)}" for claim in claims if claim]
    if told:
        return f"{what}: {'; '.join(told)}"
    if mix is None:
        return f"{what}: {literal(change.reason)}" if change.reason else f"{what} in two periods"
    if mix.verdict.is_claim:
        return f"{what}: they shifted; no single one stands out"
    return titled(what, mix)


def drift_basis(change: CauseDrift, pair: PeriodPair) -> str:
    """The two periods with their denominators, and the test over all causes."""
    parts = [f"{_named(pair.after)} against {_named(pair.before)}"]
    if change.rows:
        after, before = change.rows[0].after.n, change.rows[0].before.n
        parts.append(
            f"shares of {after:,} and {plural(before, 'incident')} of known cause, "
            "that of unknown ones of all incidents"
        )
    if change.overall_p is not None:
        parts.append(f"if both had one mix: {p_words(change.overall_p)}")
    parts.append("judged by the trend review, with all its questions")
    return " · ".join(parts)


def drift_marks(
    rows: Sequence[LabelDrift], now: Period, claimed: Collection[str], *, colours: Palette
) -> go.Figure:
    """The change of each share with its interval; coloured only where the review claims it.

    Args:
        now: the later period, to whose incidents the marks lead.
        claimed: labels of which the review claims a change.
    """
    drawn = [row for row in rows if row.change.known]
    values = [row.change.estimate or 0.0 for row in drawn]
    marks = go.Scatter(
        x=values,
        y=[html_safe(row.label) for row in drawn],
        ids=[leads.incidents(start=now.start, end=now.end, cause=row.label) for row in drawn],
        mode="markers",
        marker={
            "color": [colours.signal if row.label in claimed else colours.text for row in drawn],
            "size": 8,
            "symbol": "diamond",
        },
        text=[f"{percent(row.before.estimate)} → {percent(row.after.estimate)}" for row in drawn],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            values,
            [row.change.low for row in drawn],
            [row.change.high for row in drawn],
            colour=colours.grey,
        ),
    )
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(drawn) + AXIS_HEIGHT + 16,
        x={
            "tickformat": "+.0%",
            "zeroline": True,
            "zerolinecolor": colours.faint,
            "showgrid": True,
            "title": {"text": "change of the share, in points"},
        },
        y=names_axis(type="category"),
    )


def unknown(
    by_period: CausePeriods, every: Every, when: str, colours: Palette, *, as_of: dt.datetime
) -> Card:
    """Whether more or fewer causes are known than before."""
    lists = leads.of_periods(by_period.starts, every, cause=UNKNOWN)
    return Card(
        key="unknown",
        title=unknown_finding(by_period, every, as_of=as_of),
        basis=f"share of the incidents of each {every} with 95 % interval · {when} · where it "
        "moves, shares of causes cannot be compared",
        methods=(CAUSE_SHARE,),
        figure=shares_by_period(
            by_period.starts, by_period.unknown, colours=colours, leads_to=lists
        ),
        alt=f"Share of incidents of unknown cause by {every}",
    )


def unknown_finding(by_period: CausePeriods, every: Every, *, as_of: dt.datetime) -> str:
    """The share of unknown causes in the latest period."""
    known = [place for place, answer in enumerate(by_period.unknown) if answer.known]
    if len(known) < 2:
        return "Unknown causes over time: fewer than two periods with incidents"
    latest = by_period.unknown[known[-1]]
    name = latest_name(by_period.starts[: known[-1] + 1], every, as_of=as_of)
    return f"Cause unknown for {part(latest):,} of {plural(latest.n, 'incident')} of {name}"


def periods(by_period: CausePeriods, every: Every, when: str, colours: Palette) -> Card:
    """Incidents of each cause in the latest periods."""
    names = period_names(by_period.starts, every)
    left_out = max(len(names) - MOST_PERIODS, 0)
    basis = f"incidents of each cause · {when}"
    if left_out:
        basis += f" · {plural(left_out, f'earlier {every}')} not drawn"
    starts = by_period.starts[left_out:]
    return Card(
        key="by_period",
        title=f"Causes by {every}",
        basis=basis,
        methods=(CAUSE_TABLES,),
        figure=heat_map(
            by_period.causes,
            names[left_out:],
            by_period.counts[:, left_out:],
            colours=colours,
            leads_to=[leads.of_periods(starts, every, cause=cause) for cause in by_period.causes],
        ),
        alt=f"Incidents of each cause by {every}",
    )


def table(counts: CauseTable, against: Against, when: str, colours: Palette) -> Card:
    """Causes against something else, each cell with its count and its incidents."""
    return Card(
        key=against.key,
        title=strikes_finding(counts, title=against.title),
        basis=_table_basis(counts, against, when),
        methods=(CAUSE_TABLES,),
        figure=heat_map(
            counts.causes,
            counts.columns,
            counts.counts,
            colours=colours,
            leads_to=[
                [
                    leads.labelled({"cause": cause, against.label: column})
                    for column in counts.columns
                ]
                for cause in counts.causes
            ],
        ),
        alt=f"Incidents of each cause by {against.column}",
    )


def strikes_finding(counts: CauseTable, *, title: str) -> str:
    """The cause and the column that most incidents have in common, where both are known."""
    rows = [i for i, name in enumerate(counts.causes) if name != UNKNOWN]
    columns = [j for j, name in enumerate(counts.columns) if name != UNKNOWN]
    cells = counts.counts[np.ix_(rows, columns)]
    if not cells.size or not cells.max():
        return f"{title}: no incident has both on record"
    row, column = np.unravel_index(int(cells.argmax()), cells.shape)
    both = literal(counts.causes[rows[row]]), literal(counts.columns[columns[column]])
    return f"{title}: most often {' and '.join(both)}, {plural(int(cells.max()), 'incident')}"


def _table_basis(counts: CauseTable, against: Against, when: str) -> str:
    """What the cells count, and which columns are not drawn."""
    text = f"incidents of each cause and {against.column} · {when}"
    if against.several_an_incident:
        text += f" · an incident counts for each {against.column}"
    if counts.columns_left_out:
        left_out = plural(counts.columns_left_out, f"rarer {against.column}")
        text += f" · {left_out} not drawn"
    return text


def _named(stretch: Period) -> str:
    return f"{stretch.name} ({period(stretch.start, stretch.end)})"


def _overlap(first: Answer, other: Answer) -> bool:
    return (first.low or 0.0) <= (other.high or 1.0)
