"""How fast do promised actions get done, how long do the open ones wait, does the pile grow?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import plotly.graph_objects as go

from analytics.actions.listed import OPEN
from analytics.actions.pace import (
    ACTION_AGES,
    BACKLOG,
    DONE_WITHIN,
    GIVEN_UP_BY,
    ActionAges,
    Ages,
    Backlog,
    By,
    Completion,
)
from analytics.answer import Answer
from analytics.statistics.survival import Incidence
from analytics.units import DAY
from pages.parts import leads
from pages.parts.card import Card, Table
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import Axis, error_bar, figure, html_safe, line_at
from pages.parts.palette import Palette
from pages.parts.wording.numbers import duration, percent, plural
from pages.parts.wording.shares import with_interval

BY: list[By] = ["quarter", "kind", "strength", "severity", "team"]
BY_WORDS = {
    "quarter": "quarter of the promise",
    "kind": "kind",
    "strength": "strength",
    "severity": "severity",
    "team": "team",
}
#: Days after the promise that are drawn: twice the last horizon shows where a curve goes.
LAST_DAY = 180
DAY_TICKS = (0, 30, 60, 90, 120, 150, 180)
#: Smaller steps of the many curves beside the one in question are less than a few pixels high.
SMALLEST_STEP = 0.02


@dataclass(frozen=True, slots=True)
class Look:
    """How one curve is drawn, and whether the legend names it."""

    colour: str
    dash: str = "solid"
    width: float = 1.2
    named: bool = False


def ages(action_ages: ActionAges) -> Card | None:
    """How old the open ones are beside how long the done ones took; None where neither is known."""
    waiting, took = action_ages.open.median, action_ages.at_closing.median
    parts = []
    if waiting.known:
        parts.append(f"open actions have waited {duration((waiting.estimate or 0.0) * DAY)}")
    if took.known:
        parts.append(f"done ones took {duration((took.estimate or 0.0) * DAY)}")
    if not parts:
        return None
    text = ", ".join(parts)
    return Card(
        key="ages",
        title=f"{text[:1].upper()}{text[1:]}",
        basis="the middle one of the days since the promise · what is open now is mostly what "
        "takes long, what is done mostly what went quickly",
        methods=(ACTION_AGES,),
        tables=(
            Table(
                (
                    _ages_row("Open, so far", action_ages.open),
                    _ages_row("Done, at closing", action_ages.at_closing),
                ),
                alt="Ages of open and of done actions",
            ),
        ),
    )


def _ages_row(name: str, of: Ages) -> dict[str, str]:
    return {
        "": name,
        "n": f"{of.median.n:,}",
        "Typical (95 %)": _days(of.median),
        "9 in 10 within": _days(of.p90, interval=False),
        "Oldest": _days(of.oldest),
    }


def _days(answer: Answer, *, interval: bool = True) -> str:
    if answer.estimate is None:
        return answer.reason
    text = duration(answer.estimate * DAY)
    if not interval or answer.low is None or answer.high is None:
        return text
    return f"{text} ({duration(answer.low * DAY)} to {duration(answer.high * DAY)})"


def backlog(pile: Backlog, colours: Palette) -> Card | None:
    """What comes, what goes, what stays, quarter by quarter; None where no dates tell."""
    if not len(pile.starts):
        return None
    net, left = int(pile.net[-1]), int(pile.open_at_end[-1])
    moved = f"grew by {net:,}" if net > 0 else f"shrank by {-net:,}" if net else "did not change"
    basis = "actions promised and ended in each quarter · all time, whatever the period chosen"
    if left_out := pile.n_missing + pile.n_invalid:
        basis += f" · {left_out:,} without usable dates left out"
    return Card(
        key="backlog",
        title=f"The backlog {moved} this quarter so far, to {plural(left, 'open action')}",
        basis=basis,
        methods=(BACKLOG,),
        figure=_backlog_columns(pile, colours=colours),
        alt=f"Actions promised, ended and open by quarter; {left:,} open now",
    )


def _backlog_columns(pile: Backlog, *, colours: Palette) -> go.Figure:
    """What was promised above the line, what ended below it, and what stayed open as a line."""
    quarters = [
        f"{start.year} Q{(start.month + 2) // 3}"
        for start in pile.starts.astype("datetime64[D]").tolist()
    ]
    columns = [
        ("quarter", "promised", pile.new, colours.grey),
        ("done", "done", -pile.done, colours.pale),
        ("wont_do", "given up", -pile.given_up, colours.grid),
    ]
    bars = [
        go.Bar(
            x=pile.starts,
            y=counts,
            name=name,
            ids=[leads.here(leads.actions(facet, quarter)) for quarter in quarters],
            marker={"color": colour, "line": {"color": colours.grey, "width": 0.5}},
            customdata=np.abs(counts),
            hovertemplate=f"%{{x|%b %Y}}: %{{customdata}} {name}<extra></extra>",
        )
        for facet, name, counts, colour in columns
    ]
    left = go.Scatter(
        x=pile.starts,
        y=pile.open_at_end,
        name="open at the end",
        mode="lines+markers",
        ids=[leads.here(leads.actions("left", OPEN))] * len(quarters),
        line={"color": colours.text, "width": 2},
        marker={"size": 6},
        hovertemplate="%{x|%b %Y}: %{y} open at the end<extra></extra>",
    )
    return figure(
        [*bars, left],
        colours=colours,
        height=260,
        y={"title": {"text": "actions"}},
        legend=True,
        barmode="relative",
        bargap=0.25,
    )


def completion(
    whole: Completion,
    groups: Sequence[Completion],
    by: By,
    *,
    horizon: int,
    colours: Palette,
    when: str,
) -> tuple[Card, ...]:
    """Completion curves of all actions and of each group, and the figures at one day."""
    head = Card(
        key="completion",
        title=_completion_title(whole, horizon=horizon),
        basis=_completion_basis(whole, when, horizon=horizon),
        methods=(DONE_WITHIN, GIVEN_UP_BY),
    )
    if whole.done is None:
        return (head,)
    by_words, common = BY_WORDS[by], whole.done_within[horizon].estimate
    return (
        replace(
            head,
            figure=_completion_curves(groups, whole, by, horizon=horizon, colours=colours),
            alt=f"{head.title}; share done by days since the promise, by {by_words}",
            notes=(
                f"Thin lines: each {by_words}. Pale and dotted: not old enough for a figure at "
                f"{horizon} days. Band: 95 % interval of all actions.",
            ),
        ),
        Card(
            key="done_within",
            title=f"Done within {horizon} days, by {by_words}",
            basis="with 95 % interval; dotted: all actions",
            figure=_share_marks(groups, by, horizon=horizon, common=common, colours=colours),
            alt="; ".join(
                f"{group.label}: {with_interval(group.done_within[horizon])}" for group in groups
            ),
        ),
    )


def _completion_title(whole: Completion, *, horizon: int) -> str:
    """How much of what was promised is done after so many days."""
    answer = whole.done_within[horizon]
    if not answer.known:
        return f"Done within {horizon} days: {answer.reason}"
    return f"{percent(answer.estimate)} of the actions are done within {horizon} days"


def _completion_basis(whole: Completion, when: str, *, horizon: int) -> str:
    """The interval, the actions that the curve rests on, and the other end."""
    answer = whole.done_within[horizon]
    parts = [f"{answer.n:,} of {plural(whole.n_actions, 'action')}", f"incidents of {when}"]
    if answer.low is not None:
        parts.insert(0, f"{with_interval(answer)} with 95 % interval")
    if whole.given_up_by_last.known:
        parts.append(f"{percent(whole.given_up_by_last.estimate)} given up within 90 days")
    if answer.n_missing:
        parts.append(f"{answer.n_missing:,} without a usable state or date left out")
    return " · ".join(parts)


def shares(whole: Completion, groups: Sequence[Completion]) -> list[dict[str, str]]:
    """Rows of the shares done by each horizon and given up by the last, of all and each group."""
    return [
        {
            "": group.label or "All actions",
            "Actions": f"{group.n_actions:,}",
            **{
                f"{horizon} days": with_interval(answer)
                for horizon, answer in group.done_within.items()
            },
            "Given up by 90 days": with_interval(group.given_up_by_last),
        }
        for group in (whole, *groups)
    ]


def _completion_curves(
    groups: Sequence[Completion], whole: Completion, by: By, *, horizon: int, colours: Palette
) -> go.Figure:
    """Share done by days since the promise: all actions with their interval, over each group.

    Each group is a thin line, pale and dotted where it is not old enough for a figure at
    ``horizon``; the last quarter with a figure is "this quarter" and gets the accent.
    """
    known = [group for group in groups if group.done is not None]
    with_figure = [group for group in known if group.done_within[horizon].known]
    accented = with_figure[-1] if by == "quarter" and with_figure else None
    traces = [
        _curve(group, _look(group, accented, horizon, colours), leads.actions(by, group.label))
        for group in known
        if group is not accented
    ]
    if whole.done is not None:
        traces += [
            *_band(whole.done, colours),
            _curve(
                whole, Look(colours.text, width=2.5, named=True), leads.actions("state", "done")
            ),
        ]
    if accented is not None:
        look = Look(colours.accent, width=2.5, named=True)
        traces.append(_curve(accented, look, leads.actions(by, accented.label)))
    return figure(
        traces,
        colours=colours,
        height=300,
        x={
            "range": [0, LAST_DAY],
            "tickvals": list(DAY_TICKS),
            "title": {"text": "days since the promise"},
        },
        y={"tickformat": ".0%", "range": [0, 1], "title": {"text": "done"}},
        shapes=[_upright(horizon, colours)],
        legend=True,
    )


def _share_marks(
    groups: Sequence[Completion], by: By, *, horizon: int, common: float | None, colours: Palette
) -> go.Figure:
    """A mark and an interval for each group; where there is no figure, the reason in its place.

    Args:
        common: the share of all together, drawn as a dotted line.
    """
    rows = [html_safe(group.label) for group in groups]
    answers = [group.done_within[horizon] for group in groups]
    known = [
        (row, answer, leads.here(leads.actions(by, group.label)))
        for row, answer, group in zip(rows, answers, groups, strict=True)
        if answer.known
    ]
    values = [answer.estimate or 0.0 for _, answer, _ in known]
    marks = go.Scatter(
        x=values,
        y=[row for row, _, _ in known],
        ids=[lead for _, _, lead in known],
        mode="markers",
        marker={"color": colours.text, "size": 8, "symbol": "diamond"},
        text=[f"{with_interval(answer)}, n = {answer.n:,}" for _, answer, _ in known],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(
            values, [a.low for _, a, _ in known], [a.high for _, a, _ in known], colour=colours.grey
        ),
    )
    reasons = [
        {
            "x": 0.01,
            "y": row,
            "text": answer.reason,
            "xanchor": "left",
            "bgcolor": colours.ground,
            "font": {"color": colours.faint, "size": 12},
        }
        for row, answer in zip(rows, answers, strict=True)
        if answer.estimate is None
    ]
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT,
        x={"tickformat": ".0%", "range": [0, 1], "showgrid": True},
        y=_rows_axis(rows),
        notes=reasons,
        shapes=[_upright(common, colours)] if common is not None else (),
    )


def _look(group: Completion, accented: Completion | None, horizon: int, colours: Palette) -> Look:
    """Grey where old enough to tell, pale and dotted until then."""
    if group.done_within[horizon].known:
        return Look(colours.pale if accented is not None else colours.grey)
    return Look(colours.pale, dash="dot")


def _curve(group: Completion, look: Look, lead: str) -> go.Scatter:
    days, shares = _steps(group.done, exact=look.named)
    name = html_safe(group.label) or "all actions"
    return go.Scatter(
        x=days,
        y=shares,
        ids=[leads.here(lead)] * len(days),
        mode="lines+markers",
        marker={"size": look.width + 1, "color": look.colour},
        name=name,
        showlegend=look.named,
        line={"shape": "hv", "color": look.colour, "width": look.width, "dash": look.dash},
        text=[f"{percent(s)} in {d:.0f} days" for d, s in zip(days, shares, strict=True)],
        hovertemplate=f"{name}: done %{{text}}<extra></extra>",
    )


def _steps(curve: Incidence | None, *, exact: bool) -> tuple[list[float], list[float]]:
    """The days and shares of a curve's steps, small ones only where they add up, unless exact."""
    if curve is None:
        return [0.0], [0.0]
    kept = np.arange(len(curve.share))
    if not exact:
        height = np.round(np.concatenate([[0.0], curve.share]) / SMALLEST_STEP)
        kept = np.union1d(np.flatnonzero(np.diff(height) > 0), kept[-1:])
    return [0.0, *curve.times[kept].tolist()], [0.0, *curve.share[kept].tolist()]


def _band(curve: Incidence, colours: Palette) -> list[go.Scatter]:
    known = np.isfinite(curve.low) & np.isfinite(curve.high)
    quiet = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "showlegend": False}
    return [
        go.Scatter(x=curve.times[known], y=curve.low[known], hoverinfo="skip", **quiet),
        go.Scatter(
            x=curve.times[known],
            y=curve.high[known],
            fill="tonexty",
            fillcolor=colours.band,
            hoverinfo="skip",
            **quiet,
        ),
    ]


def _upright(at: float, colours: Palette) -> dict[str, object]:
    return {**line_at(at, colours.faint, dash="dot"), "layer": "below"}


def _rows_axis(names: Sequence[str]) -> Axis:
    """Names from the top in the order given, also those whose row holds no mark."""
    return {
        "categoryorder": "array",
        "categoryarray": list(names),
        "range": [len(names) - 0.5, -0.5],
        "type": "category",
        "showgrid": False,
        "ticksuffix": " ",
    }
