"""The pieces of the page of impact."""

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from analytics.answer import Answer
from analytics.frames import History
from analytics.impact.availability import AVAILABILITY, ServiceImpact
from analytics.impact.error_budget import ERROR_BUDGET, ErrorBudget
from analytics.impact.losses import AFFECTED_USERS, COST
from analytics.impact.minutes import (
    IMPACT_CONCENTRATION,
    TIME_OF_IMPACT,
    ImpactPeriods,
    ImpactTotal,
)
from analytics.periods import Every
from pages.parts import show, tables
from pages.parts.figures import impact as figures
from pages.parts.palette import Palette
from pages.parts.wording import impact as words
from pages.parts.wording.numbers import day, literal, plural
from pages.parts.wording.periods import latest_name, period_names

UNITS: list[Every] = ["month", "quarter", "year"]
#: Periods drawn in the table of services; more cannot be read, least of all on a phone.
MOST_PERIODS = 8
TIME, IMPLIED = "time under impact", "implied availability"


def total(found: ImpactTotal, history: History, when: str) -> None:
    """All impact together, and the incidents that make up most of it."""
    show.finding(
        words.total_finding(found),
        basis=words.total_basis(found, when),
        methods=[TIME_OF_IMPACT, IMPACT_CONCENTRATION],
    )
    if not len(found.longest):
        return
    st.markdown(f"**{words.concentration_finding(found)}**")
    rows = history.incidents.iloc[found.longest]
    tables.short_list(
        [
            {
                "The longest": tables.incident_link(identity, text=title),
                "Began": day(began),
                "Team": literal(team) if isinstance(team, str) else "not known",
                "Lasted": words.in_hours(float(seconds)),
            }
            for identity, title, began, team, seconds in zip(
                rows["id"],
                rows["title"],
                rows["period_at"],
                rows["team"],
                found.longest_seconds,
                strict=True,
            )
        ],
        alt="The longest incidents",
    )
    st.caption(words.concentration_basis(found))


def periods(
    found: ImpactPeriods, every: Every, when: str, colours: Palette, *, as_of: dt.datetime
) -> None:
    """The impact of each period, over how much of it is known."""
    show.finding(
        words.periods_finding(found, latest_name(found.starts, every, as_of=as_of)),
        basis=f"hours of the incidents that began in each {every} · {when} · sums, so one long "
        "incident can make a column; ? = incidents, none of known impact",
        methods=[TIME_OF_IMPACT],
    )
    show.chart(
        figures.impact_columns(found, colours=colours),
        key="impact_by_period",
        alt=f"Hours of impact and number of incidents by {every}",
    )


def services(found: ServiceImpact, every: Every, when: str, colours: Palette) -> None:
    """Each service in each period, as time or as the availability that it implies."""
    if not found.services:
        st.caption("No incident in view names a service.")
        return
    shown = st.segmented_control(
        "Show", [TIME, IMPLIED], default=TIME, required=True, key="impact_shown"
    )
    implied = shown == IMPLIED
    names = period_names(found.starts, every)
    first = max(len(names) - MOST_PERIODS, 0)
    show.finding(
        words.services_finding(found, implied=implied, every=every),
        basis=words.services_basis(found, when, implied=implied, left_out=first),
        methods=[AVAILABILITY],
    )
    show.chart(
        figures.service_map(found, names[first:], first=first, implied=implied, colours=colours),
        key="service_impact",
        alt=f"{shown} of {plural(len(found.services), 'service')} by {every}",
    )
    if implied:
        st.caption("In percent. An empty cell had no recorded incident: 100 %, if records are all.")


def losses(users: Answer, cost: Mapping[str, Answer]) -> None:
    """Users and money, where records say so; one line where none does."""
    if users.known:
        show.finding(
            words.users_finding(users), basis=words.users_basis(users), methods=[AFFECTED_USERS]
        )
    else:
        st.caption(f"{words.users_finding(users)}.")
    if cost:
        show.finding(words.cost_finding(cost), basis=words.cost_basis(cost), methods=[COST])
    else:
        st.caption(f"{words.cost_finding(cost)}.")


#: Incidents named that used most of the error budgets.
MOST_NAMED = 8


def error_budgets(found: ErrorBudget, history: History, when: str) -> None:
    """What was used of the error budget of each service, and by which incidents."""
    show.finding(
        words.budget_finding(found), basis=words.budget_basis(found, when), methods=[ERROR_BUDGET]
    )
    tables.short_list(
        [
            {
                "Service": literal(each.service),
                "Bad": words.minutes(each.used),
                "In incidents": words.minutes(each.by_incidents),
                "Allowed": "no objective" if each.budget is None else words.minutes(each.budget),
            }
            for each in found.services
        ],
        alt="Error budget of each service",
    )
    rows = history.incidents.iloc[found.incidents[:MOST_NAMED]]
    if len(rows):
        used = zip(rows["id"], rows["title"], rows["period_at"], found.minutes, strict=False)
        tables.short_list(
            [
                {
                    "Used most": tables.incident_link(identity, text=title),
                    "Began": day(began),
                    "Bad meanwhile": words.minutes(float(minutes)),
                }
                for identity, title, began, minutes in used
            ],
            alt="Incidents by what they used of error budgets",
        )
