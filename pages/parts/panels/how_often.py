"""How often incidents happen: what a rate is per, two periods, and month by month."""

from collections.abc import Sequence

import streamlit as st

from analytics.calendar import Break, PeriodPair
from analytics.exposure import EXPOSURE, PER_30_DAYS, Per, choices
from analytics.frames import History
from analytics.response.rates import (
    CHANGE_FAILURES,
    RECOVERY_FROM_DEPLOYS,
    deployments,
    how_often,
    monthly_rates,
    unit_of_deploys,
)
from analytics.review.review import Review
from analytics.statistics.rates import RATE, RATE_RATIO
from analytics.surveillance import FALSE_ALARMS, U_CHART
from pages.parts import show, source, tables
from pages.parts.figures.rates import rate_marks
from pages.parts.frame import Page, reviewed_period
from pages.parts.panels import control
from pages.parts.wording.numbers import count, literal, period
from pages.parts.wording.rates import (
    deploys_basis,
    deploys_finding,
    how_often_basis,
    how_often_finding,
    likely_to_show,
    months_basis,
    months_finding,
    months_words,
    per_words,
    rate_claim,
    rate_words,
)


def choose_per(history: History) -> Per:
    """What rates are per; a choice only where deploys, requests or the like are loaded."""
    offered = {per.unit: per for per in choices(history)}
    if len(offered) == 1:
        return PER_30_DAYS
    unit = st.segmented_control(
        "Incidents per",
        list(offered),
        format_func=lambda name: per_words(offered[name]),
        default=PER_30_DAYS.unit,
        required=True,
        key="per",
        bind="query-params",
        help="Divides every rate on this page. More deploys bring more incidents without any "
        "single one being riskier.",
    )
    return offered.get(unit or "", PER_30_DAYS)


def rates(page: Page, pair: PeriodPair, breaks: Sequence[Break], reviewed: Review | None) -> None:
    """Two periods, month by month, and deploys where they are loaded."""
    per = choose_per(page.history)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        two_periods(page, pair, per, breaks, reviewed)
    with right, st.container(border=True, height="stretch"):
        months(page, per, breaks, reviewed)
    deploys(page)


def two_periods(
    page: Page, pair: PeriodPair, per: Per, breaks: Sequence[Break], reviewed: Review | None
) -> None:
    """Whether incidents became more or less frequent."""
    always = source.view(page.scope.always())
    found = how_often(always, pair, per, as_of=page.here, breaks=breaks)
    show.finding(
        how_often_finding(found, rate_claim(reviewed, per)),
        basis=how_often_basis(found),
        methods=[RATE_RATIO, RATE, EXPOSURE],
    )
    if found.before.rate.known or found.after.rate.known:
        show.chart(
            rate_marks(found, colours=page.colours),
            key="how_often",
            alt=f"Incidents per {per_words(per)} in two periods, with 95 % intervals",
        )
    rows = [
        {
            "Period": f"{stretch.period.name} ({period(stretch.period.start, stretch.period.end)})",
            "Incidents": f"{stretch.n:,}",
            literal(per.unit.capitalize()): count(round(stretch.exposure.estimate, 1))
            if stretch.exposure.estimate is not None
            else "not known",
            f"Per {per_words(per)} (95 %)": rate_words(stretch),
        }
        for stretch in (found.before, found.after)
    ]
    tables.short_list(rows, alt="Incidents, exposure and rate of two periods")
    if found.change is not None:
        st.caption(likely_to_show(found.change))


def months(page: Page, per: Per, breaks: Sequence[Break], reviewed: Review | None) -> None:
    """Whether the rate is stable from month to month."""
    found = monthly_rates(
        page.view, per, as_of=page.here, breaks=breaks, reviewed=reviewed_period(page)
    )
    show.finding(
        months_finding(per, rate_claim(reviewed, per)),
        basis=months_basis(found, per),
        methods=[U_CHART, FALSE_ALARMS, EXPOSURE],
    )
    control.watched(
        found.found.chart,
        found.starts,
        colours=page.colours,
        durations=False,
        breaks=breaks,
        key="monthly_rates",
        alt=f"Control chart of incidents per {per_words(per)} by month",
    )
    st.caption(months_words(found))


def deploys(page: Page) -> None:
    """How many deploys fail and how long recovery takes, where deploys are loaded."""
    if unit_of_deploys(page.history) is None:
        return
    found = deployments(page.view, as_of=page.as_of)
    with st.container(border=True):
        show.finding(
            deploys_finding(found),
            basis=deploys_basis(found),
            methods=[CHANGE_FAILURES, RECOVERY_FROM_DEPLOYS],
        )
