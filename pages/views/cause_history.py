"""What is known of one cause: when it struck, what was promised against it, did the fix hold?"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.answer import too_few
from analytics.impact import TIME_OF_IMPACT
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import (
    NO_REPEAT,
    WITHIN_DAYS,
    CauseHistory,
    CommonRecurrence,
    Recurring,
)
from analytics.known_causes.priorities import CauseActions
from analytics.known_causes.rates import (
    LAPLACE,
    MEAN_CUMULATIVE,
    POWER_LAW,
    RECURS_WITHIN,
    BackWithin,
)
from analytics.matcher.families import FAMILIES
from analytics.repeats.fixes import RepeatClass
from analytics.units import DAY, HOUR
from pages.parts import leads
from pages.parts.card import Card, Lead, Table, Tile, ToIncident
from pages.parts.figures.bars import count_bars
from pages.parts.figures.charts import date_axis, dots, duration_axis, figure, hover
from pages.parts.palette import Palette
from pages.parts.wording.numbers import DASH, day, duration, literal, plural
from pages.parts.wording.shares import with_interval
from pages.views.actions import checks
from pages.views.fixes import (
    ACTION_STATES,
    NOT_KNOWN_DONE,
    class_name,
    done_words,
    promised_words,
    verified_words,
)
from pages.views.known_causes import LISTED, not_seen, times_back

#: Rows behind a click at most.
MOST_ROWS = 1_000
#: Services drawn; the rarer ones are counted below the figure.
MOST_SERVICES = 12
#: Fewest ends of events behind a chance of coming back for it to be shown as a percentage.
FEWEST_TIMES = 6
#: Two-sided level below which a trend test is spoken of.
SPOKEN_BELOW = 0.05


def head(known: Families, number: int, cause: CauseHistory | None, *, origin: str) -> Card:
    """What the cause is called, and when it struck."""
    began = known.causes.repeats.history.incidents["period_at"].iloc[known.members(number)]
    possible = len(known.possible(number))
    notes = [nothing_confirmed(known, number) if cause is None else back_basis(cause)]
    if possible and cause is not None:
        notes.append(f"{plural(possible, 'possible incident')} below: in none of these figures.")
    return Card(
        key="head",
        title=literal(known.name_of(number)),
        basis=f"{origin} · {members_words(known, number)} from {day(began.iloc[0])} to "
        f"{day(began.iloc[-1])} · all history, whatever the filters",
        methods=(RECURS_WITHIN, TIME_OF_IMPACT),
        notes=tuple(notes),
    )


def tiles(cause: CauseHistory, causes: KnownCauses) -> tuple[Tile, ...]:
    """How often it struck, what it has cost, and how often it was back."""
    ids = causes.repeats.history.incidents["id"]
    longest = np.argsort(np.where(np.isfinite(cause.hours), -cause.hours, np.inf))[0]
    known, impact = np.isfinite(cause.hours).any(), cause.impact
    return (
        Tile(
            "Confirmed incidents",
            f"{len(cause.incidents):,}",
            lead=Lead(leads.of_known_cause(causes.id_of(cause.cause)), "These incidents"),
        ),
        Tile(
            "Impact together",
            impact.reason if impact.estimate is None else duration(impact.estimate * HOUR),
            f"{impact.n_missing:,} not known" if known and impact.n_missing else "",
            lead=Lead(leads.incident(str(ids.iloc[cause.incidents[longest]])), "The longest")
            if known
            else None,
        ),
        _back(cause),
    )


def _back(cause: CauseHistory) -> Tile:
    """How often it was back within the horizon of the list, with the other horizons beside it."""
    others = (
        f"{days} d: {within.times:,} of {within.watched:,}"
        for days, within in cause.back_within.items()
        if days != WITHIN_DAYS and within.watched
    )
    chances = (
        f"Within {days} days: {chance_back(within, days=days, away=cause.away)}."
        for days, within in cause.back_within.items()
    )
    return Tile(
        f"Came back within {WITHIN_DAYS} days",
        times_back(cause.back_within[WITHIN_DAYS]),
        " · ".join(others),
        help="\n\n".join(chances),
    )


def promised(actions: CauseActions, causes: KnownCauses, *, confirmed: bool = True) -> Card:
    """What was promised against it: open ones, done ones that nobody checked, the others.

    Args:
        confirmed: whether it was promised after confirmed incidents.
    """
    numbers = range(len(actions.row))
    still = [row for row in numbers if actions.is_open[row]]
    unchecked = [row for row in numbers if actions.unchecked[row]]
    others = [row for row in numbers if not actions.is_open[row] and not actions.unchecked[row]]
    tables = [_actions(still[:LISTED], actions, causes, title="")] if still else []
    if unchecked:
        title = f"Done, and nobody has recorded whether it works ({len(unchecked):,})"
        tables.append(_actions(unchecked[:LISTED], actions, causes, title=title))
    stages = (
        f"The fix: promised **{promised_words(actions.stages, 0)}** · done "
        f"**{done_words(actions.stages, 0)}** · verified **{verified_words(actions.stages, 0)}**"
    )
    behind = {
        f"{plural(len(rows), 'action')} {state}": Card(
            key, tables=(_actions(rows[:MOST_ROWS], actions, causes, title=""),)
        )
        for key, rows, state in (
            ("still_open", still[LISTED:], NOT_KNOWN_DONE),
            ("unchecked", unchecked[LISTED:], "more done and not checked"),
            ("ended", others, "checked, dropped, or of unknown state"),
        )
        if rows
    }
    return Card(
        key="actions",
        title=actions_finding(actions, confirmed=confirmed),
        basis="preventive ones first, each kind by its promise; numbers as on the line of time",
        lines=(stages,) if actions.stages.promised[0] and confirmed else (),
        tables=tuple(tables),
        behind=behind,
    )


def possible_actions(actions: CauseActions, causes: KnownCauses) -> Card:
    """What was promised after possible incidents, apart from the rest."""
    rows = range(min(len(actions.row), MOST_ROWS))
    if not rows:
        return Card("possible_actions")
    label = f"{plural(len(actions.row), 'action')} promised after possible incidents"
    listed = Card("after_possible", tables=(_actions(rows, actions, causes, title=""),))
    return Card("possible_actions", behind={label: listed})


def _actions(
    rows: Sequence[int], actions: CauseActions, causes: KnownCauses, *, title: str
) -> Table:
    """Some of the actions against a cause, numbered as in the figure, with their states."""
    history = causes.repeats.history
    table = history.actions.iloc[actions.row]
    checked = checks(table)
    after = history.incidents.iloc[table["incident"]]
    return Table(
        tuple(
            {
                "Action": f"{row + 1} · {literal(str(table['title'].iloc[row]))}",
                "State": _state(actions, row, table["status"].iloc[row]),
                "Does it work?": literal(checked[row]) or "no check recorded",
                "Kind": _said(table["kind"].iloc[row]),
                "Promised": _promised(actions, row),
                "Owner": _said(table["owner"].iloc[row]),
                "After": ToIncident(str(after["id"].iloc[row]), day(after["period_at"].iloc[row])),
            }
            for row in rows
        ),
        alt=title or "Actions against this cause",
        title=title,
    )


def _said(label: object) -> str:
    return literal(label) if isinstance(label, str) else "not said"


def _promised(actions: CauseActions, row: int) -> str:
    return "no date" if actions.assumed[row] else day(actions.since[row].item())


def _state(actions: CauseActions, row: int, status: object) -> str:
    state = ACTION_STATES[status if isinstance(status, str) else ""]
    if actions.is_open[row]:
        days = actions.days_open[row]
        if actions.as_written[row]:
            age = "" if days != days else f", promised at most {duration(days * DAY)} ago"
            return NOT_KNOWN_DONE + age
        return f"{state}, for {duration(days * DAY)}"
    ended = actions.until[row]
    if ended == ended:
        return f"{state} on {day(ended.item())}"
    return f"{state}, nobody says when" if isinstance(status, str) else state


def incidents(cause: CauseHistory, causes: KnownCauses) -> Card:
    """Its incidents, the latest first."""
    latest = range(len(cause.incidents) - 1, -1, -1)
    return _listed_card(
        latest,
        lambda rows: _incidents(cause, causes, rows),
        key="incidents",
        title=cause_finding(cause),
        basis="each incident, and what had become of the fix by then",
        more="earlier incident",
    )


def _incidents(cause: CauseHistory, causes: KnownCauses, rows: Sequence[int]) -> Table:
    table = causes.repeats.history.incidents.iloc[cause.incidents[list(rows)]]
    return Table(
        tuple(
            {
                "Incident": ToIncident(identity, title),
                "Began": day(when),
                "Impact": duration(cause.hours[row] * HOUR),
                "Back after": _away(cause, row),
                "The fix, when it began": _class_of(cause, row),
            }
            for row, identity, title, when in zip(
                rows, table["id"], table["title"], table["period_at"], strict=True
            )
        ),
        alt="Incidents of this cause, the latest first",
    )


def possible_incidents(known: Families, number: int, reasons: Mapping[str, str]) -> Card:
    """Incidents that may have the cause, apart from those that people confirmed."""
    possible = known.possible(number)[::-1]
    table = known.causes.repeats.history.incidents.iloc[possible]

    def listed(rows: Sequence[int]) -> Table:
        shown = table.iloc[list(rows)]
        return Table(
            tuple(
                {
                    "Possible incident": ToIncident(identity, title),
                    "Began": day(when),
                    "Here because": literal(reasons.get(identity) or "its words are alike"),
                }
                for identity, title, when in zip(
                    shown["id"], shown["title"], shown["period_at"], strict=True
                )
            ),
            alt="Incidents that may have this cause",
        )

    return _listed_card(
        range(len(possible)),
        listed,
        key="possible_incidents",
        title=plural(len(possible), "possible incident"),
        basis="proposed from their words or put here by people, the latest first; confirmed by "
        "nobody and in no figure",
        more="earlier possible incident",
    )


def _listed_card(
    rows: Sequence[int],
    listed: Callable[[Sequence[int]], Table],
    *,
    key: str,
    title: str,
    basis: str,
    more: str,
) -> Card:
    """The first rows at once, and the others behind a click."""
    further = rows[LISTED:]
    left_out = len(further) - MOST_ROWS
    behind = Card(
        f"{key}_more",
        tables=(listed(further[:MOST_ROWS]),) if further else (),
        notes=(f"{left_out:,} more are not listed.",) if left_out > 0 else (),
    )
    return Card(
        key=key,
        title=title,
        basis=basis,
        methods=(FAMILIES,),
        tables=(listed(rows[:LISTED]),),
        behind={plural(len(further), more): behind} if further else {},
    )


def services(counts: Mapping[str, int], incidents: str, identity: str, colours: Palette) -> Card:
    """Where it struck.

    Args:
        incidents: what is counted, in words.
        identity: what names the cause in addresses.
    """
    drawn = dict(list(counts.items())[:MOST_SERVICES])
    rarer = len(counts) - len(drawn)
    return Card(
        key="services",
        title="Services that it touched",
        basis=f"of {incidents} · an incident counts for each service",
        figure=count_bars(
            list(drawn),
            list(drawn.values()),
            colours=colours,
            leads_to=[leads.of_known_cause(identity, service=name) for name in drawn],
        ),
        alt="; ".join(f"{name}: {count}" for name, count in drawn.items()),
        notes=(f"{plural(rarer, 'rarer service')} not drawn.",) if rarer else (),
    )


def recurring(
    again: Recurring, common: CommonRecurrence, causes: KnownCauses, colours: Palette
) -> Card:
    """How often it came back, beside other causes."""
    ids = causes.repeats.history.incidents["id"].iloc[again.incidents]
    return Card(
        key="recurrences",
        title=recurring_finding(again),
        basis=recurring_basis(again, common),
        methods=(MEAN_CUMULATIVE, POWER_LAW, LAPLACE),
        figure=_curve(again, common, [str(identity) for identity in ids], colours=colours),
        alt="Recurrences since the first incident, beside the mean of all causes that came back",
    )


def waits(cause: CauseHistory, causes: KnownCauses, colours: Palette) -> Card:
    """The time between its incidents."""
    return Card(
        key="waits",
        title=away_finding(cause),
        basis=away_basis(cause),
        figure=_waits(cause, causes.repeats.history.incidents, colours=colours),
        alt="How long the cause had stayed away before each recurrence",
    )


def _away(cause: CauseHistory, row: int) -> str:
    days = cause.days_away[row]
    return DASH if days != days else duration(days * DAY)


def _class_of(cause: CauseHistory, row: int) -> str:
    state = cause.repeat_class[row]
    if state == NO_REPEAT:
        return DASH
    return class_name(RepeatClass(state), as_written=bool(cause.as_written[row]))


def _curve(
    again: Recurring, common: CommonRecurrence, ids: Sequence[str], *, colours: Palette
) -> go.Figure:
    """Recurrences of one cause since its first incident, beside the mean of all that came back."""
    until = common.mean.times <= again.watched
    days, mean = common.mean.times[until], common.mean.mean[until]
    low, high = common.mean.low[until], common.mean.high[until]
    known = np.isfinite(low)
    quiet = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    counts = [*range(len(again.days) + 1), len(again.days)]
    traces = [
        go.Scatter(x=days[known], y=low[known], **quiet),
        go.Scatter(
            x=days[known],
            y=high[known],
            fill="tonexty",
            fillcolor=colours.band,
            **quiet,
        ),
        go.Scatter(
            x=days,
            y=mean,
            mode="lines",
            name=f"mean of {common.causes:,} causes",
            line={"color": colours.grey, "width": 1.5, "shape": "hv"},
            hovertemplate="%{y:.1f} in %{x:.0f} days: mean of all<extra></extra>",
        ),
        go.Scatter(
            x=[0.0, *again.days.tolist(), again.watched],
            y=counts,
            ids=["", *map(leads.incident, ids), ""],
            mode="lines+markers",
            name="this cause",
            line={"color": colours.text, "width": 2.5, "shape": "hv"},
            marker={"size": 8, "opacity": [0.0, *[1.0] * len(ids), 0.0]},
            hovertemplate="%{y} in %{x:.0f} days: this cause<extra></extra>",
        ),
    ]
    for trace in traces[:2]:
        trace.showlegend = False
    return figure(
        traces,
        colours=colours,
        height=260,
        x={"title": {"text": "days since its first incident"}, "rangemode": "tozero"},
        y={"title": {"text": "recurrences"}, "rangemode": "tozero"},
        legend=True,
    )


def _waits(cause: CauseHistory, incidents: pd.DataFrame, *, colours: Palette) -> go.Figure:
    """For how long a cause had stayed away before each of its recurrences, on a log axis."""
    known = np.isfinite(cause.days_away)
    table = incidents.iloc[cause.incidents[known]]
    seconds = cause.days_away[known] * DAY
    words = [
        hover(title, wait, when=f"{day(when)}, back after")
        for title, wait, when in zip(table["title"], seconds, table["period_at"], strict=True)
    ]
    marks = dots(
        table["period_at"].tolist(),
        seconds.tolist(),
        ids=table["id"].tolist(),
        words=words,
        colour=colours.grey,
    ).update(marker={"size": 8})
    return figure(
        [marks],
        colours=colours,
        height=260,
        x=date_axis(table["period_at"].tolist()),
        y=duration_axis(seconds.tolist()),
    )


def origin_of_name(name: str, named_by: str, named_at: dt.datetime | None) -> str:
    """Where the name of a cause comes from."""
    if not name:
        return "called after its first incident"
    if named_at is None:
        return "name proposed from its incidents"
    by = f" by {literal(named_by)}" if named_by else ""
    return f"named{by} on {day(named_at)}"


def members_words(known: Families, number: int) -> str:
    """How many of the incidents are confirmed, and how many possible."""
    confirmed, possible = len(known.confirmed(number)), len(known.possible(number))
    words = [plural(confirmed, "confirmed incident")] if confirmed else []
    if possible:
        words.append(f"{plural(possible, 'possible one' if words else 'possible incident')}")
    return " and ".join(words)


def nothing_confirmed(known: Families, number: int) -> str:
    """Why there are no figures of a cause of which nobody has confirmed anything."""
    possible = len(known.possible(number))
    return (
        f"Their words suggest that these {possible:,} incidents have one cause. Until somebody "
        "says so below, nothing is said of how often it comes back, how soon, at what cost, and "
        "whether a fix held: a suggestion is in no figure."
    )


def cause_finding(cause: CauseHistory) -> str:
    """How often a cause has struck."""
    times = (
        f"Struck {cause.events:,} times"
        if cause.events > 2
        else "Struck twice"
        if cause.events == 2
        else "Struck once so far"
    )
    return (
        times
        if len(cause.incidents) == cause.events
        else f"{times}, in {len(cause.incidents):,} records"
    )


def recurring_finding(again: Recurring) -> str:
    """Whether a cause comes back faster and faster, as far as its record can tell."""
    shape, score = again.growth.shape, again.trend
    if shape.low is not None and shape.high is not None:
        if shape.low > 1.0:
            return "It comes back faster and faster"
        if shape.high < 1.0:
            return "It comes back more and more rarely"
        return "Not seen to come back faster or more rarely"
    if score.p_value is None or score.score.estimate is None:
        return f"Faster or more rarely: {score.score.reason}"
    if score.p_value >= SPOKEN_BELOW:
        return "Not seen to come back faster or more rarely"
    return "It came back mostly " + ("of late" if score.score.estimate > 0 else "in the beginning")


def recurring_basis(again: Recurring, common: CommonRecurrence) -> str:
    """What is counted, over which time, beside what."""
    return (
        f"{plural(len(again.days), 'recurrence')} in {duration(again.watched * DAY)} since its "
        f"first incident · beside the mean of {plural(common.causes, 'cause')} that struck at "
        "least twice, with 95 % interval"
    )


def away_finding(cause: CauseHistory) -> str:
    """For how long a cause stays away, in the words of the middle of its waits."""
    waits = cause.days_away[np.isfinite(cause.days_away)]
    if not len(waits):
        return "It has not come back yet"
    shortest, longest = duration(waits.min() * DAY), duration(waits.max() * DAY)
    if len(waits) == 1:
        return f"It stayed away once, for {longest}"
    if shortest == longest:
        return f"It stayed away for about {longest} each time"
    return f"It stayed away between {shortest} and {longest}"


def chance_back(back: BackWithin, *, days: float, away: float) -> str:
    """How likely a cause is to be back within ``days`` of an end, while that is still ahead.

    Two times make no chance that anybody should plan with; "100 % (34 to 100)" reads like one. A
    cause that has been away for longer has passed all of it.
    """
    if away > days:
        return f"it has been away for longer: {not_seen(away)}"
    if back.chance.n < FEWEST_TIMES and back.chance.known:
        return f"as a chance: {too_few(FEWEST_TIMES, back.chance.n, what='times')}"
    if not back.chance.known:
        return back.chance.reason
    return f"as a chance, counted from the end of an event: {with_interval(back.chance)}"


def back_basis(cause: CauseHistory) -> str:
    """What the chances rest on."""
    ends = next(iter(cause.back_within.values())).chance.n
    text = (
        f"from {plural(ends, 'time')} that one of its events was over; a time counts once it has "
        "been watched for so many days"
    )
    if gone := not_seen(cause.away):
        text = f"**{gone.capitalize()}** · {text}"
    if cause.gaps_unknown:
        text += f" · {cause.gaps_unknown:,} more have no known end"
    return text


def away_basis(cause: CauseHistory) -> str:
    """How many waits there are, and how they are counted."""
    number = int(np.isfinite(cause.days_away).sum())
    return (
        f"{plural(number, 'wait')}, from the end of one event to the next, drawn at its end · a "
        "new record within a day counts to the event before"
    )


def actions_finding(actions: CauseActions, *, confirmed: bool) -> str:
    """How much of what was promised against a cause is still open."""
    if not len(actions.row):
        return "No action against it is recorded"
    if not confirmed:
        return f"{plural(len(actions.row), 'action')} recorded after its possible incidents"
    preventive = actions.preventive
    if not preventive.any():
        return f"{plural(len(actions.row), 'action')}, none of them said to prevent"
    state = NOT_KNOWN_DONE if (actions.as_written & preventive).any() else "still open"
    return (
        f"{int((actions.is_open & preventive).sum()):,} of "
        f"{plural(int(preventive.sum()), 'preventive action')} {state}"
    )
