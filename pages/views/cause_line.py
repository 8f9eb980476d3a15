"""When did one cause strike, which promises stood open then, and did the fix hold?"""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from analytics.known_causes.fixes import FIX_HELD, FixHeld
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import NO_REPEAT, CauseHistory
from analytics.known_causes.priorities import CauseActions
from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import WHILE_OPEN
from analytics.selection import Mask, Rows
from analytics.units import HOUR
from pages.parts import leads
from pages.parts.card import Card
from pages.parts.figures.charts import dots, figure, hover, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.numbers import day, plural
from pages.views.fixes import (
    NOT_KNOWN_DONE,
    class_name,
    held_words,
    while_open,
)

#: Actions drawn below the incidents of a cause; the table below the figure has them all.
MOST_DRAWN = 24
#: Height of a row of one action, and of the incidents with the axis.
ACTION_HEIGHT, INCIDENTS_HEIGHT = 17, 110
#: Width of the bar of a preventive action and of any other.
THICK, THIN = 8, 3
#: How an action ended: mark at the end of its bar.
OPEN, DONE, GIVEN_UP, NOT_KNOWN = "triangle-right", "circle", "x", "circle-open"


def on_a_line(
    known: Families,
    number: int,
    cause: CauseHistory | None,
    actions: CauseActions,
    held: FixHeld | None,
    colours: Palette,
) -> Card:
    """Its incidents on a line of time, with the actions below, and whether the fix held."""
    possible = known.possible(number)
    return Card(
        key="line",
        title=line_finding(cause),
        basis=line_basis(
            actions, confirmed=cause is not None, possible=len(possible) > 0, drawn=MOST_DRAWN
        ),
        methods=(WHILE_OPEN, FIX_HELD),
        lines=() if held is None else (held_words(held),),
        figure=_line(
            cause,
            possible,
            actions,
            known.causes,
            fixed=[] if held is None else held.done.tolist(),
            colours=colours,
        ),
        alt=f"Incidents of this cause on a line of time, and when each action stood open: "
        f"{line_finding(cause)}",
    )


def _line(
    cause: CauseHistory | None,
    possible: Rows,
    actions: CauseActions,
    causes: KnownCauses,
    *,
    fixed: Sequence[dt.datetime],
    colours: Palette,
) -> go.Figure:
    """The incidents of one cause on a line of time, and below it when each action stood open.

    An incident that began while the fix was open has the signal colour and a line down through
    the actions, so that one sees which of them were open. Possible incidents are hollow.

    Args:
        cause: the confirmed incidents, if there are any.
        possible: positions of the possible ones.
        fixed: when the fix was in place, if that is known.
    """
    drawn = min(len(actions.row), MOST_DRAWN)
    marks, through = [], []
    history = causes.repeats.history
    incidents, after = history.incidents, history.actions["incident"].iloc[actions.row]
    promised_after = [leads.incident(str(name)) for name in incidents["id"].iloc[after]]
    if len(possible):
        marks.append(_possible_dots(incidents.iloc[possible], colours))
    if cause is not None:
        table, while_open = incidents.iloc[cause.incidents], cause.repeat_class == RepeatClass.R2
        marks.append(_confirmed_dots(cause, table, while_open, colours))
        struck = table["period_at"][while_open]
        through = [_upright(when, drawn, colours.signal, "dot") for when in struck]
    return figure(
        [*_action_bars(actions, drawn, promised_after, colours), *marks],
        colours=colours,
        height=INCIDENTS_HEIGHT + ACTION_HEIGHT * drawn,
        x={"showgrid": True, "type": "date"},
        y={
            "range": [drawn + 0.8, -1],
            "tickvals": list(range(drawn + 1)),
            "ticktext": ["incidents", *(f"action {n + 1}" for n in range(drawn))],
            "showgrid": False,
            "zeroline": False,
            "ticksuffix": " ",
        },
        shapes=[*through, *(_upright(at, drawn, colours.text, "solid") for at in fixed)],
        notes=[{"x": at, "y": -0.7, "text": "fix in place ", "xanchor": "right"} for at in fixed],
    )


def _confirmed_dots(
    cause: CauseHistory, table: pd.DataFrame, while_open: Mask, colours: Palette
) -> go.Scatter | go.Scattergl:
    return dots(
        table["period_at"].tolist(),
        [0] * len(table),
        ids=table["id"].tolist(),
        words=[
            _incident_words(title, when, cause, place)
            for place, (title, when) in enumerate(
                zip(table["title"], table["period_at"], strict=True)
            )
        ],
        colour=[colours.signal if fired else colours.grey for fired in while_open],
    ).update(marker={"size": 11, "opacity": 0.8})


def _possible_dots(table: pd.DataFrame, colours: Palette) -> go.Scatter | go.Scattergl:
    words = [
        f"{html_safe(title)}<br>{day(when)}<br>possible, confirmed by nobody"
        for title, when in zip(table["title"], table["period_at"], strict=True)
    ]
    return dots(
        table["period_at"].tolist(),
        [0] * len(table),
        ids=table["id"].tolist(),
        words=words,
        colour=colours.grey,
    ).update(marker={"size": 10, "opacity": 1, "symbol": "circle-open", "line": {"width": 1.5}})


def _action_bars(
    actions: CauseActions, drawn: int, promised_after: Sequence[str], colours: Palette
) -> list[go.Scatter]:
    """A bar for each action from its promise until it ended, or until now while it is open."""
    return [
        _bar(actions, row, lead, colours)
        for row, lead in zip(range(drawn), promised_after, strict=False)
        if actions.since[row] == actions.since[row]
    ]


def _bar(actions: CauseActions, row: int, lead: str, colours: Palette) -> go.Scatter:
    since, until = actions.since[row], actions.until[row]
    is_open, given_up = bool(actions.is_open[row]), bool(actions.given_up[row])
    ended = until == until
    colour = colours.grey if is_open else colours.pale
    mark = OPEN if is_open else NOT_KNOWN if not ended else GIVEN_UP if given_up else DONE
    x = [since, until] if ended else [since]
    words = f"action {row + 1}: from {day(since.item())}"
    still = NOT_KNOWN_DONE if actions.as_written[row] else "open still"
    words += f", {still}" if is_open else f" to {day(until.item())}" if ended else ", end unknown"
    return go.Scatter(
        x=x,
        y=[row + 1] * len(x),
        ids=[lead] * len(x),
        mode="lines+markers",
        line={"color": colour, "width": THICK if actions.preventive[row] else THIN},
        marker={
            "color": colours.grey,
            "size": 10,
            "symbol": [mark] * len(x),
            "opacity": _last(len(x)),
        },
        text=[html_safe(words)] * len(x),
        hovertemplate="%{text}<extra></extra>",
    )


def _upright(at: dt.datetime, drawn: int, colour: str, dash: str) -> dict[str, object]:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0 if dash == "dot" else -0.5,
        "y1": drawn + 0.5,
        "line": {"color": colour, "width": 1, "dash": dash},
        "layer": "below",
    }


def _last(marks: int) -> list[float]:
    """Only the end of a bar has a mark."""
    return [0.0] * (marks - 1) + [1.0]


def _incident_words(title: str, when: pd.Timestamp, cause: CauseHistory, place: int) -> str:
    words = hover(title, cause.hours[place] * HOUR, when=day(when))
    state = cause.repeat_class[place]
    if state == NO_REPEAT:
        return words
    return f"{words}<br>{class_name(RepeatClass(state), as_written=bool(cause.as_written[place]))}"


def line_finding(cause: CauseHistory | None) -> str:
    """How many of its repeats began while the fix was open."""
    if cause is None:
        return "No confirmed repeat"
    repeats = int((cause.repeat_class != NO_REPEAT).sum())
    if not repeats:
        return "No confirmed repeat"
    if (cause.repeat_class[cause.repeat_class != NO_REPEAT] == RepeatClass.R0).all():
        return f"{plural(repeats, 'confirmed repeat')}, and no preventive action on record before"
    part = int((cause.repeat_class == RepeatClass.R2).sum())
    state = while_open(as_written=bool(cause.as_written.any()))
    return f"{part:,} of {plural(repeats, 'confirmed repeat')} began {state}"


def line_basis(actions: CauseActions, *, confirmed: bool, possible: bool, drawn: int) -> str:
    """How to read the line of time, and what is drawn by assumption."""
    text = "hollow: possible, confirmed by nobody · " if possible else ""
    if confirmed:
        text += "coloured: began before a preventive action is known to be done · "
    text += (
        "bars: actions from promise to end, preventive ones thick · arrow: not known to be done · "
        "dot: done · cross: given up · ring: nobody knows when it ended"
    )
    if len(actions.row) > drawn:
        text += f" · the first {drawn:,} of {len(actions.row):,} actions; all stand below"
    if actions.assumed.any():
        text += (
            f" · {int(actions.assumed.sum()):,} without a date of the promise are drawn from the "
            "end of their incident"
        )
    return text
