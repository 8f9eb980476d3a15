"""How often do incidents happen: two periods, month by month, per deploy, by hour of the week?

Units, teams and services are the reader's own words, so they stand in Markdown as they are.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Break
from analytics.exposure import EXPOSURE, PER_30_DAYS, Per
from analytics.response.rates import (
    CHANGE_FAILURES,
    DAYS_A_WEEK,
    HOURS_A_DAY,
    HOURS_OF_THE_WEEK,
    RECOVERY_FROM_DEPLOYS,
    Deployments,
    HoursOfTheWeek,
    HowOften,
    MonthlyRates,
    Stretch,
)
from analytics.review.claims import Claim, Verdict
from analytics.review.review import ALL, Review, claim_of
from analytics.statistics.rates import RATE, RATE_RATIO, RateComparison
from analytics.surveillance import FALSE_ALARMS, U_CHART
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT
from pages.parts.figures.charts import cells, error_bar, figure, html_safe, names_axis
from pages.parts.figures.stats import by_month
from pages.parts.palette import Palette
from pages.parts.wording.numbers import (
    count,
    duration,
    literal,
    percent,
    period,
    plural,
    zone_name,
)
from pages.parts.wording.response import duration_or_few
from pages.parts.wording.shares import part
from pages.views.review import risen, size, titled

#: Sizes that people have a word for; in place of the number.
SIZE_WORDS = {1.0: "", 1e6: "million ", 1e9: "billion ", 1e12: "trillion "}
#: Room for both periods even where one has no rate: with less the axis would be cut off.
BOTH = 2
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Hours of a column of the list that phones show: six of them fit side by side.
HOURS_LISTED = 4


def per_words(per: Per) -> str:
    """``30 days``, ``1,000 deploys``, ``million requests``, for Markdown."""
    return literal(per_text(per))


def per_text(per: Per) -> str:
    """The same as plain text."""
    return f"{SIZE_WORDS.get(per.size, f'{per.size:,.0f} ')}{per.unit}"


def rate_text(rate: float | None) -> str:
    """A rate to three digits: ``0.972``, ``54.3``, ``1,204``."""
    if rate is None:
        return "not known"
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def rate_words(stretch: Stretch) -> str:
    """The rate of a period with its interval, or why there is none."""
    rate = stretch.rate
    if rate.estimate is None:
        return literal(rate.reason)
    return f"{rate_text(rate.estimate)} ({rate_text(rate.low)} to {rate_text(rate.high)})"


def rate_claim(reviewed: Review | None, per: Per) -> Claim | None:
    """The question of the review about all incidents; it asks for rates per day and no other."""
    return claim_of(reviewed, ALL) if per == PER_30_DAYS else None


def two_periods(compared: HowOften, claim: Claim | None, colours: Palette) -> Card:
    """Whether incidents became more or less frequent."""
    per, title = compared.per, how_often_finding(compared, claim)
    amounts = literal(per.unit.capitalize())
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "Period": f"{stretch.period.name} ({period(stretch.period.start, stretch.period.end)})",
            "Incidents": Lead(_incidents_of(stretch), f"{stretch.n:,}"),
            amounts: count(round(stretch.exposure.estimate, 1))
            if stretch.exposure.estimate is not None
            else "not known",
            f"Per {per_words(per)} (95 %)": rate_words(stretch),
        }
        for stretch in (compared.before, compared.after)
    )
    known = compared.before.rate.known or compared.after.rate.known
    return Card(
        key="how_often",
        title=title,
        basis=how_often_basis(compared),
        methods=(RATE_RATIO, RATE, EXPOSURE),
        figure=_rate_marks(compared, colours) if known else None,
        alt=f"{title}; incidents per {per_text(per)} in two periods",
        tables=(Table(rows, alt="Incidents, exposure and rate of two periods"),),
        notes=(likely_to_show(compared.change),) if compared.change is not None else (),
    )


def _incidents_of(stretch: Stretch) -> str:
    when = stretch.period
    return leads.incidents(start=when.start, end=when.end) if stretch.n else ""


def how_often_finding(compared: HowOften, claim: Claim | None) -> str:
    """What the review says of how often incidents happen, as the title of two periods.

    Args:
        claim: the question of the review; None where it has none, as of incidents per deploy.
    """
    what = f"Incidents per {per_words(compared.per)}"
    if compared.change is None and claim is None:
        return f"{what}: cannot be compared ({literal(compared.reason)})"
    return titled(what, claim)


def how_often_basis(compared: HowOften) -> str:
    """Both rates, their n and denominators, and the size of the change."""
    after, before = compared.after, compared.before
    text = (
        f"{_in_period(after, compared.per)} in {after.period.name} against "
        f"{_in_period(before, compared.per)} in {before.period.name}"
    )
    return text if compared.change is None else f"{text} · {size(compared.change.ratio)}"


def _in_period(stretch: Stretch, per: Per) -> str:
    if stretch.rate.estimate is None:
        return f"no rate ({plural(stretch.n, 'incident')})"
    amount = f"{count(round(stretch.exposure.estimate or 0.0, 1))} {literal(per.unit)}"
    return f"{rate_text(stretch.rate.estimate)} ({plural(stretch.n, 'incident')}, {amount})"


def likely_to_show(change: RateComparison) -> str:
    """The smallest changes found 4 times in 5 by this comparison, and what clusters do to it."""
    rise, fall = change.detectable_rise, change.detectable_fall
    parts = [f"rises {risen(rise)}" if rise else "no rise"]
    parts.append(f"falls of {percent(1.0 - fall)}" if fall else "no fall")
    text = f"Likely to show: {', '.join(parts)}."
    if change.dispersion > 1.0:
        text += (
            f" Incidents cluster: the variance of their counts is {change.dispersion:.1f} times "
            "what chance makes it, and the intervals allow for it."
        )
    return text


def _rate_marks(compared: HowOften, colours: Palette) -> go.Figure:
    """The rates of two periods with their intervals, the later one in the accent."""
    shown = ((compared.before, colours.grey), (compared.after, colours.accent))
    return figure(
        [_mark(stretch, colour) for stretch, colour in shown if stretch.rate.known],
        colours=colours,
        height=ROW_HEIGHT * BOTH + AXIS_HEIGHT,
        x={"rangemode": "tozero", "showgrid": True},
        y=names_axis(),
    )


def _mark(stretch: Stretch, colour: str) -> go.Scatter:
    rate = stretch.rate
    middle = rate.estimate or 0.0
    return go.Scatter(
        x=[middle],
        y=[html_safe(stretch.period.name)],
        ids=[_incidents_of(stretch)],
        mode="markers",
        marker={"color": colour, "size": 9, "symbol": "diamond"},
        text=[f"{rate_words(stretch)}, {plural(stretch.n, 'incident')}"],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar([middle], [rate.low], [rate.high], colour=colour),
    )


def months(
    monthly: MonthlyRates,
    per: Per,
    claim: Claim | None,
    colours: Palette,
    *,
    breaks: Sequence[Break] = (),
) -> Card:
    """Whether the rate is stable from month to month."""
    drawn, too_few = by_month(
        monthly.found.chart, monthly.starts, colours=colours, durations=False, breaks=breaks
    )
    return Card(
        key="monthly_rates",
        title=months_finding(per, claim),
        basis=months_basis(monthly, per),
        methods=(U_CHART, FALSE_ALARMS, EXPOSURE),
        figure=drawn,
        alt=f"{months_finding(per, claim)}; incidents per {per_text(per)} of each month",
        notes=(*too_few, months_words(monthly)),
    )


def months_finding(per: Per, claim: Claim | None) -> str:
    """What the review says of how often incidents happen, as the title of the months.

    Where it does not compare them, the two periods say why.
    """
    told = None if claim is None or claim.verdict is Verdict.CANNOT_TELL else claim
    return titled(f"Incidents per {per_words(per)}, month by month", told)


def months_words(monthly: MonthlyRates) -> str:
    """What the rules of the control chart say, in small print: it locates and claims nothing."""
    chart = monthly.found.chart
    short = [stretch.reason for stretch in chart.segments if stretch.reason]
    if len(short) == len(chart.segments):
        return f"No limits yet: {short[0]}."
    if not chart.signals:
        return "No rule of the chart fired."
    latest = chart.signals[-1]
    month = monthly.starts[min(latest.index, len(monthly.starts) - 1)].astype(object)
    return f"Latest rule of the chart: {latest.words} ({month:%b %Y})."


def months_basis(monthly: MonthlyRates, per: Per) -> str:
    """n, denominator, and how often such a chart cries wolf."""
    total = float(monthly.exposure.sum())
    parts = [
        f"{plural(int(monthly.counts.sum()), 'incident')} in "
        f"{plural(len(monthly.starts), 'month')}",
        f"{count(round(total))} {literal(per.unit)}",
    ]
    widened = max(monthly.found.widened, default=1.0)
    if widened > 1.0:
        parts.append(f"limits {widened:.1f} times as wide as chance makes them (Laney)")
    if monthly.false_alarms.known:
        share = percent(monthly.false_alarms.estimate)
        parts.append(f"in {share} of stable series like this some rule fires by chance")
    if monthly.n_unknown:
        unknown = plural(monthly.n_unknown, "month")
        parts.append(f"{unknown} left out: {literal(monthly.reason)}")
    return " · ".join(parts)


def deploys(told: Deployments) -> Card:
    """How many deploys fail and how long recovery takes."""
    return Card(
        key="deploys",
        title=deploys_finding(told),
        basis=deploys_basis(told),
        methods=(CHANGE_FAILURES, RECOVERY_FROM_DEPLOYS),
    )


def deploys_finding(told: Deployments) -> str:
    """How many deploys failed, and how long recovery takes, as a title."""
    if told.failed.estimate is None:
        return f"Failed deploys: {told.failed.reason}"
    failed = f"{part(told.failed):,} of {plural(told.failed.n, 'deploy')} failed"
    if not told.recovery.known or not part(told.failed):
        return failed
    return f"{failed}; recovery took {duration(told.recovery.estimate)}"


def deploys_basis(told: Deployments) -> str:
    """The shares with their intervals, what is not known, and the days."""
    parts = []
    if told.failed.known:
        parts.append(f"{_fine(told.failed)} set off an incident")
    if told.failed.n_missing and told.at_most.known:
        unknown = plural(told.failed.n_missing, "incident")
        parts.append(
            f"at most {_percent(told.at_most.estimate)}, were the unknown triggers of {unknown} "
            "deploys too"
        )
    if told.other_changes:
        changes = plural(told.other_changes, "incident")
        parts.append(f"{changes} set off by pushes of configuration, data or infrastructure")
    if told.recovery.n:
        parts.append(f"recovery of {told.recovery.n:,}: {duration_or_few(told.recovery)}")
    if told.first and told.last:
        parts.append(period(told.first, told.last + dt.timedelta(days=1)))
    return " · ".join(parts)


def _fine(answer: Answer) -> str:
    """A share of deploys, which is small: ``0.5 % (0.4 to 0.7)``."""
    low, high = answer.low or 0.0, answer.high or 0.0
    return f"{_percent(answer.estimate)} ({100 * low:.1f} to {100 * high:.1f})"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f} %"


def hours_map(week: HoursOfTheWeek, incidents: pd.DataFrame, when: str, colours: Palette) -> Card:
    """Hours of the day against days of the week; a cell leads to the incidents begun in it."""
    if not week.n:
        return Card("hours", notes=(f"{hours_finding(week)}.",))
    hours = [str(hour) for hour in range(HOURS_A_DAY)]
    lists = _leads(week, incidents, width=1)
    colour = go.Heatmap(
        z=week.counts,
        x=hours,
        y=WEEKDAYS,
        text=[[str(number) if number else "" for number in row] for row in week.counts.tolist()],
        texttemplate="%{text}",
        colorscale=[[0, colours.ground], [1, colours.heat]],
        zmin=0,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )
    hovers = [
        [f"to {hour + 1} h: {plural(number, 'incident')}" for hour, number in enumerate(row)]
        for row in week.counts.tolist()
    ]
    return Card(
        key="hours",
        title=hours_finding(week),
        basis=hours_basis(week, when),
        methods=(HOURS_OF_THE_WEEK,),
        figure=figure(
            [colour, cells(hours, WEEKDAYS, lists, hovers=hovers)],
            colours=colours,
            height=ROW_HEIGHT * DAYS_A_WEEK + 2 * AXIS_HEIGHT,
            x={
                "side": "top",
                "dtick": 1,
                "type": "category",
                "title": {"text": f"hour of the day, {zone_name()}"},
            },
            y={"autorange": "reversed", "showgrid": False, "dtick": 1, "tickfont": {"size": 12}},
        ),
        alt=f"{hours_finding(week)}; incidents by hour and day of the week",
    )


def hours_list(week: HoursOfTheWeek, incidents: pd.DataFrame, when: str) -> Card:
    """The same by four hours in rows, for a narrow screen."""
    if not week.n:
        return Card("hours_listed", notes=(f"{hours_finding(week)}.",))
    lists = _leads(week, incidents, width=HOURS_LISTED)
    numbers = week.counts.reshape(DAYS_A_WEEK, -1, HOURS_LISTED).sum(axis=2).tolist()
    rows: list[dict[str, Cell]] = []
    for name, row, links in zip(WEEKDAYS, numbers, lists, strict=True):
        cell: dict[str, Cell] = {"Hours": name[:3]}
        for place, (number, lead) in enumerate(zip(row, links, strict=True)):
            first = place * HOURS_LISTED
            cell[f"{first}–{first + HOURS_LISTED}"] = Lead(lead, f"{number:,}" if number else "–")
        rows.append(cell)
    return Card(
        key="hours_listed",
        title=hours_finding(week),
        basis=hours_basis(week, when),
        methods=(HOURS_OF_THE_WEEK,),
        tables=(Table(tuple(rows), alt="Incidents by day of the week and four hours"),),
    )


def hours_finding(week: HoursOfTheWeek) -> str:
    """What share of incidents began at the weekend, and at night."""
    if not week.n:
        return "When incidents begin: no time of day is recorded"
    shares = [percent(answer.estimate) for answer in (week.weekend, week.night)]
    return f"When incidents begin: {shares[0]} at the weekend, {shares[1]} at night"


def hours_basis(week: HoursOfTheWeek, when: str) -> str:
    """n, what each share would be were all hours alike, and whose clock it is."""
    parts = [
        f"{week.n:,} of {plural(week.n + week.n_unknown, 'incident')} with a known time of day",
        when,
        f"were all hours alike, 29 % (here {_low_to_high(week.weekend)}) and 33 % "
        f"(here {_low_to_high(week.night)})",
        f"night is 22 to 6 h, {zone_name()}",
    ]
    return " · ".join(parts)


def _low_to_high(answer: Answer) -> str:
    return f"{100 * (answer.low or 0.0):.0f} to {100 * (answer.high or 0.0):.0f} %"


def _leads(week: HoursOfTheWeek, incidents: pd.DataFrame, *, width: int) -> list[list[str]]:
    """Where each day and so many hours lead: the latest incidents that began in them."""
    return [
        [
            _began(week, incidents, day, first, first + width)
            for first in range(0, HOURS_A_DAY, width)
        ]
        for day in range(DAYS_A_WEEK)
    ]


def _began(week: HoursOfTheWeek, incidents: pd.DataFrame, day: int, first: int, end: int) -> str:
    inside = (week.day == day) & (week.hour >= first) & (week.hour < end)
    latest = np.flatnonzero(inside)[::-1][: leads.MOST_NAMED]
    of = f"Began on a {WEEKDAYS[day]} from {first} to {end} h, {zone_name()}"
    if len(latest) < inside.sum():
        of += f": the latest {len(latest)} of {inside.sum():,}"
    return leads.some(incidents["id"].iloc[latest].tolist(), of=of)
