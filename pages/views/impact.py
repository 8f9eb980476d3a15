"""What did it cost the people outside: time, users and money, and how much of it is unknown?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Every
from analytics.error_budget import ERROR_BUDGET, ErrorBudget
from analytics.frames import History
from analytics.impact import (
    AFFECTED_USERS,
    ASSUMPTION,
    AVAILABILITY,
    COST,
    IMPACT_CONCENTRATION,
    NAMED,
    TIME_OF_IMPACT,
    ImpactPeriods,
    ImpactTotal,
    ServiceImpact,
)
from analytics.selection import Rows
from analytics.units import HOUR, MINUTE
from pages.parts import leads
from pages.parts.card import Card, Cell, Table, ToIncident
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import cells, figure, html_safe, period_axis
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, day, duration, literal, percent, plural
from pages.parts.wording.periods import latest_name, period_names

#: Periods drawn in the table of services; more cannot be read, least of all on a phone.
MOST_PERIODS = 8
#: Services drawn in it, those with most hours; the others have little to say.
MOST_SERVICES = 40
#: Incidents named that used most of the error budgets.
MOST_NAMED = 8
#: Hours below which the minutes are told: half an hour is not "0 hours".
FINE_BELOW = 10
#: The two panels of the figure of periods: hours above, incidents below.
UPPER, LOWER = [0.42, 1.0], [0.0, 0.3]
#: From this availability on a third digit is worth reading.
THREE_NINES = 0.999


def total(impact: ImpactTotal, history: History, when: str) -> Card:
    """All impact together, and the incidents that make up most of it."""
    lasted = [in_hours(float(seconds)) for seconds in impact.longest_seconds]
    longest = Table(
        rows=tuple(
            {"The longest": link, "Began": began, "Team": team, "Lasted": time}
            for (link, began, team), time in zip(
                _named(history, impact.longest), lasted, strict=True
            )
        ),
        alt="The longest incidents",
        title=_concentration(impact),
        basis=_concentration_basis(impact),
    )
    return Card(
        key="impact_total",
        title=total_title(impact),
        basis=total_basis(impact, when),
        methods=(TIME_OF_IMPACT, IMPACT_CONCENTRATION),
        tables=(longest,) if len(impact.longest) else (),
    )


def _named(history: History, rows: Rows) -> Iterable[tuple[ToIncident, str, str]]:
    """A link to each of some incidents, the day on which it began and its team."""
    incidents = history.incidents.iloc[rows]
    for identity, title, began, team in zip(
        incidents["id"], incidents["title"], incidents["period_at"], incidents["team"], strict=True
    ):
        named = literal(team) if isinstance(team, str) else "not known"
        yield ToIncident(identity, title), day(began), named


def total_title(impact: ImpactTotal) -> str:
    """How long incidents lasted for users, added up, and how many are not in it."""
    total = impact.total
    if total.estimate is None:
        return f"Impact time: {total.reason}"
    beside = not_in_sum(total, n_open=impact.n_open)
    text = f"Impact of {plural(total.n, 'incident')} added up: "
    return f"{text}{'at least ' if beside else ''}{in_hours(total.estimate)}{_more(beside)}"


def not_in_sum(total: Answer, *, n_open: int) -> list[str]:
    """How many incidents a sum leaves out, for each reason; what does not occur is not said.

    Args:
        n_open: of those that are missing, the ones whose impact has not ended.
    """
    counts = (
        (n_open, "not over"),
        (total.n_missing - n_open, "not known"),
        (total.n_invalid, "impossible"),
    )
    return [f"{number:,} {why}" for number, why in counts if number]


def total_basis(impact: ImpactTotal, when: str) -> str:
    """Of how many incidents, and why the others are not in the sum."""
    total = impact.total
    everything = total.n + total.n_missing + total.n_invalid
    parts = [
        f"{total.n:,} of {plural(everything, 'incident')} with a usable start and end",
        f"{when}, by the start of the impact",
    ]
    if total.estimate is not None:
        minutes = f"{total.estimate / MINUTE:,.0f} impact minutes"
        parts = [minutes, *parts, "two at the same time count twice"]
    if total.n_invalid:
        parts.append(
            f"impossible: {total.n_invalid:,} with an end before the start or still to come"
        )
    return " · ".join(parts)


def _concentration(impact: ImpactTotal) -> str:
    """How much of the impact a few incidents make up."""
    if not impact.concentration.known:
        return "The longest incidents"
    share = percent(impact.concentration.estimate)
    return f"The {_spelled(NAMED)} longest are {share} of all impact time"


def _concentration_basis(impact: ImpactTotal) -> str:
    """The denominator of the share."""
    return (
        f"of {in_hours(impact.total.estimate or 0.0)} in "
        f"{plural(impact.concentration.n, 'incident')} · "
        "a total moves with them more than with anything else"
    )


def periods(
    impact: ImpactPeriods, every: Every, when: str, colours: Palette, *, as_of: dt.datetime
) -> Card:
    """The impact of each period, over how much of it is known."""
    return Card(
        key="impact_by_period",
        title=_periods_title(impact, latest_name(impact.starts, every, as_of=as_of)),
        basis=f"hours of the incidents that began in each {every} · {when} · sums, so one long "
        "incident can make a column; ? = incidents, none of known impact",
        methods=(TIME_OF_IMPACT,),
        figure=_columns(impact, every, colours=colours),
        alt=f"Hours of impact and number of incidents by {every}",
    )


def _periods_title(impact: ImpactPeriods, latest: str) -> str:
    """The latest period with its sum, or that it cannot be known.

    Args:
        impact: the impact by period.
        latest: name of the last of them.
    """
    known, unknown = int(impact.n[-1]), int(impact.n_unknown[-1])
    if not known:
        return f"Impact of {latest}: not known"
    least = "at least " if unknown else ""
    text = f"Impact of {latest}: {least}{in_hours(float(impact.seconds[-1]))} in "
    text += plural(known, "incident")
    return f"{text}; {unknown:,} more not known" if unknown else text


def _columns(impact: ImpactPeriods, every: Every, *, colours: Palette) -> go.Figure:
    """Hours of impact by period, over the incidents that they come from and those unknown."""
    lists = leads.of_periods(impact.starts, every)
    blind = (impact.n == 0) & (impact.n_unknown > 0)
    hours = go.Bar(
        x=impact.starts,
        y=np.where(blind, np.nan, impact.seconds / HOUR),
        ids=lists,
        marker={"color": colours.grey},
        customdata=[
            f"{duration(float(s))} in {plural(int(n), 'incident')}, {int(u):,} unknown"
            for s, n, u in zip(impact.seconds, impact.n, impact.n_unknown, strict=True)
        ],
        hovertemplate="from %{x|%b %Y}: %{customdata}<extra></extra>",
        showlegend=False,
    )
    counts = [
        go.Bar(
            x=impact.starts,
            y=number,
            ids=lists,
            yaxis="y2",
            name=name,
            marker={"color": colour},
            hovertemplate=f"from %{{x|%b %Y}}: %{{y}} {name}<extra></extra>",
        )
        for name, number, colour in (
            ("impact known", impact.n, colours.grey),
            ("impact unknown", impact.n_unknown, colours.pale),
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
        for at in impact.starts[blind].tolist()
    ]
    return figure(
        [hours, *counts],
        colours=colours,
        height=320,
        x={"anchor": "y2", **period_axis(impact.starts.astype("datetime64[D]").tolist())},
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


def services(
    impact: ServiceImpact, every: Every, when: str, colours: Palette, *, implied: bool
) -> Card:
    """Each service in each period, as time or as the availability that it implies."""
    names = period_names(impact.starts, every)
    first = max(len(names) - MOST_PERIODS, 0)
    return Card(
        key="service_impact",
        title=_services_title(impact, implied=implied, every=every),
        basis=_services_basis(impact, when, implied=implied, left_out=first),
        methods=(AVAILABILITY,),
        figure=_map(impact, names[first:], every, implied=implied, colours=colours),
        alt=f"{_shown(implied)} of {plural(len(impact.services), 'service')} by {every}",
        notes=("In percent. An empty cell had no recorded incident: 100 %, if records are all.",)
        if implied
        else (),
    )


def _shown(implied: bool) -> str:
    return "Implied availability" if implied else "Time under impact"


def _services_title(impact: ServiceImpact, *, implied: bool, every: str) -> str:
    """What the table of services says, and how many of them were struck at all."""
    struck = int(((impact.began > 0) | (impact.down > 0)).any(axis=1).sum())
    of = plural(len(impact.services), "service")
    return f"{_shown(implied)} by {every}: {struck:,} of {of} struck"


def _services_basis(impact: ServiceImpact, when: str, *, implied: bool, left_out: int) -> str:
    """What a cell is, with the assumption behind an availability."""
    parts = [when]
    if implied:
        parts += [ASSUMPTION, "? = more than a tenth of the incidents have no usable times"]
    else:
        parts += [
            "impacts at the same time are united, so they count once",
            "* = more, for incidents without usable times are not in it",
        ]
    if impact.n_without_service:
        parts.append(f"{plural(impact.n_without_service, 'incident')} without a service in no row")
    if left_out:
        parts.append(f"{plural(left_out, 'earlier period')} not drawn")
    if (more := len(impact.services) - MOST_SERVICES) > 0:
        parts.append(f"{plural(more, 'service')} with fewer hours not drawn")
    return " · ".join(parts)


def _map(
    impact: ServiceImpact,
    columns: Sequence[str],
    every: Every,
    *,
    implied: bool,
    colours: Palette,
) -> go.Figure:
    """Services against periods: the time under impact, or the availability that it implies.

    Args:
        columns: names of the periods drawn, the last ones.
        every: length of a period.
        implied: whether cells show an availability; else times.
    """
    first = len(impact.starts) - len(columns)
    order = _most_struck(impact, first)
    share = impact.down[order, first:] / impact.length[first:]
    services = [impact.services[at] for at in order]
    names = [html_safe(name) for name in services]
    lists = [leads.of_periods(impact.starts[first:], every, service=name) for name in services]
    colour = go.Heatmap(
        z=np.sqrt(share),  # one long outage would take all contrast from the others
        x=list(columns),
        y=names,
        text=_texts(impact, order, first, implied=implied),
        texttemplate="%{text}",
        colorscale=[[0, colours.ground], [1, colours.heat]],
        zmin=0,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )
    marks = cells(columns, names, lists, hovers=_hovers(impact, order, first))
    return figure(
        [colour, marks],
        colours=colours,
        height=ROW_HEIGHT * len(services) + 2 * AXIS_HEIGHT,
        x={
            "side": "top",
            "autotickangles": [0, -90],
            "dtick": 1,
            "type": "category",
            "range": [-0.5, len(columns) - 0.5],
        },
        # The unseen marks would make room around the cells.
        y={
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
            "dtick": 1,
            "tickfont": {"size": 12},
        },
    )


def _most_struck(impact: ServiceImpact, first: int) -> Rows:
    """The services that are drawn, the one with most time under impact at the top."""
    return np.argsort(-impact.down[:, first:].sum(axis=1), kind="stable")[:MOST_SERVICES]


def _texts(impact: ServiceImpact, rows: Rows, first: int, *, implied: bool) -> list[list[str]]:
    columns = range(first, len(impact.starts))
    if implied:
        return [[_available(impact, i, j) for j in columns] for i in rows]
    return [[_short(impact, i, j) for j in columns] for i in rows]


def _available(impact: ServiceImpact, service: int, period: int) -> str:
    if not impact.down[service, period] and not impact.began[service, period]:
        return ""
    answer = impact.availability(service, period)
    if answer.estimate is None:
        return "?"
    digits = 3 if answer.estimate >= THREE_NINES else 2
    return f"{100 * answer.estimate:.{digits}f}"


def _short(impact: ServiceImpact, service: int, period: int) -> str:
    seconds = float(impact.down[service, period])
    more = "*" if impact.n_unknown[service, period] else ""
    if not seconds:
        return more
    hours = seconds / HOUR
    return f"{hours:.0f} h{more}" if hours >= 1 else f"{seconds / MINUTE:.0f} m{more}"


def _hovers(impact: ServiceImpact, rows: Rows, first: int) -> list[list[str]]:
    return [
        [
            f"{duration(float(impact.down[i, j]))} under impact, "
            f"{plural(int(impact.began[i, j]), 'incident')} began, "
            f"{int(impact.n_unknown[i, j]):,} without usable times"
            for j in range(first, len(impact.starts))
        ]
        for i in rows
    ]


def users(affected: Answer) -> Card:
    """How many users were affected, as far as records say so; a line where none does."""
    if not affected.known:
        return Card("affected_users", notes=(f"{users_title(affected)}.",))
    return Card(
        key="affected_users",
        title=users_title(affected),
        basis=_users_basis(affected),
        methods=(AFFECTED_USERS,),
    )


def users_title(answer: Answer) -> str:
    """How many users were affected, as far as records say so."""
    if not answer.known:
        return "Affected users: no incident in view says how many"
    return f"{count(answer.estimate)} users affected, as far as records say"


def _users_basis(answer: Answer) -> str:
    """How many incidents the sum rests on."""
    total = answer.n + answer.n_missing + answer.n_invalid
    return (
        f"sum over {answer.n:,} of {plural(total, 'incident')} with a number, never extended "
        "to the others · a user hit twice counts twice"
    )


def cost(amounts: Mapping[str, Answer]) -> Card:
    """What was lost in money, by currency; a line where no record gives an amount."""
    if not amounts:
        return Card("cost", notes=("Cost: no incident in view gives an amount.",))
    sums = [f"{count(answer.estimate)} {literal(currency)}" for currency, answer in amounts.items()]
    return Card(
        key="cost",
        title=f"Cost: {' and '.join(sums)}, as far as records say",
        basis=_cost_basis(amounts),
        methods=(COST,),
    )


def _cost_basis(amounts: Mapping[str, Answer]) -> str:
    """How many incidents each sum rests on."""
    parts = [
        f"{literal(currency)}: {plural(answer.n, 'incident gives', 'incidents give')} an amount, "
        f"{answer.n_missing:,} without any"
        for currency, answer in amounts.items()
    ]
    return " · ".join([*parts, "currencies are never added, amounts never extended to others"])


def error_budgets(budget: ErrorBudget, history: History, when: str) -> Card:
    """What was used of the error budget of service service, and by which incidents."""
    services = Table(
        rows=tuple(
            {
                "Service": literal(service.service),
                "Bad": minutes(service.used),
                "In incidents": minutes(service.by_incidents),
                "Allowed": "no objective" if service.budget is None else minutes(service.budget),
            }
            for service in budget.services
        ),
        alt="Error budget of service service",
    )
    most = budget.incidents[:MOST_NAMED]
    by_incident: list[Mapping[str, Cell]] = [
        {"Used most": link, "Began": began, "Bad meanwhile": minutes(float(used))}
        for (link, began, _), used in zip(_named(history, most), budget.minutes, strict=False)
    ]
    incidents = Table(tuple(by_incident), alt="Incidents by what they used of error budgets")
    return Card(
        key="error_budgets",
        title=budget_title(budget),
        basis=budget_basis(budget, when),
        methods=(ERROR_BUDGET,),
        tables=(services, incidents) if by_incident else (services,),
    )


def budget_title(budget: ErrorBudget) -> str:
    """How much of the error budget was used, and how much of that in incidents."""
    if budget.used.estimate is None:
        return f"Error budget: {budget.used.reason}"
    allowed = [service.budget for service in budget.services if service.budget is not None]
    # What no objective allows or forbids would make the others look worse.
    counted = [
        service for service in budget.services if service.budget is not None
    ] or budget.services
    used, in_incidents = (
        sum(getattr(service, name) for service in counted) for name in ("used", "by_incidents")
    )
    of = f" of the {minutes(sum(allowed))} that objectives allow" if allowed else ""
    return f"{minutes(used)} bad{of}; {minutes(in_incidents)} of them in incidents"


def budget_basis(budget: ErrorBudget, when: str) -> str:
    """What the figure covers, and what has no objective or no known impact."""
    covered = sum(service.covered for service in budget.services)
    services = plural(len(budget.services), "service")
    parts = [f"{services}, {duration(covered * MINUTE)} covered", when]
    without = [service.used for service in budget.services if service.budget is None]
    if without and len(without) < len(budget.services):
        services = plural(len(without), "service")
        parts.append(f"{minutes(sum(without))} more of {services} without an objective")
    if budget.unmeasured:
        parts.append(f"{plural(budget.unmeasured, 'incident')} of unknown impact")
    return " · ".join(parts)


def in_hours(seconds: float) -> str:
    """``2,116 hours``: sums are compared with service other, so all of them have one unit."""
    hours = seconds / HOUR
    if 0 < hours < FINE_BELOW:
        return duration(seconds)
    return plural(round(hours), "hour")


def minutes(number: float) -> str:
    """Minutes of a budget: small ones to a tenth, as a month allows four of them at 99.99 %."""
    return f"{number:,.1f} min" if number < FINE_BELOW else f"{number:,.0f} min"


def _more(beside: list[str]) -> str:
    return f"; {', '.join(beside)}" if beside else ""


def _spelled(number: int) -> str:
    return {3: "three"}.get(number, f"{number:,}")
