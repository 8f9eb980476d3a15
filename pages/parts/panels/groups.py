"""Teams, services or causes side by side: how often, and for how long."""

import streamlit as st

from analytics.exposure import EXPOSURE, Per
from analytics.response.groups import (
    GROUP_DURATIONS,
    GROUP_RATES,
    By,
    GroupRates,
    Members,
    Rates,
    durations_by_group,
    members,
    rates_by_group,
)
from analytics.statistics.groups import FUNNEL
from pages.parts import show, tables
from pages.parts.figures.groups import group_marks
from pages.parts.figures.rates import funnel_plot, limit_words
from pages.parts.frame import Page
from pages.parts.palette import Palette
from pages.parts.panels.how_often import choose_per
from pages.parts.wording.numbers import count, literal, period, plural
from pages.parts.wording.rates import (
    apart_words,
    groups_basis,
    groups_finding,
    number,
    outside_words,
    per_words,
)
from pages.parts.wording.response import STEP_WORDS, group_durations_basis

GROUPS: list[By] = ["team", "service", "root_cause_category"]
GROUP_WORDS = {"team": "team", "service": "service", "root_cause_category": "root cause"}
#: Groups without a rate that are named with the reason; more would bury it.
MOST_NAMED = 5


def side_by_side(page: Page) -> None:
    """Whether groups differ in how often they have incidents, or in how long those take."""
    per = choose_per(page.history)
    with st.container(border=True):
        _side_by_side(page, per)


def _side_by_side(page: Page, per: Per) -> None:
    by = st.segmented_control(
        "Side by side",
        GROUPS,
        format_func=GROUP_WORDS.__getitem__,
        default="service",
        required=True,
        key="by",
    )
    word = GROUP_WORDS[by or "service"]
    found = members(page.view, by or "service")
    if found is None:
        st.caption(f"There is only one {word} in view, so there is nothing to set side by side.")
        return
    _rates(rates_by_group(page.view, found, by or "service", per, as_of=page.here), word, page)
    _durations(found, word, page)


def _rates(found: GroupRates, word: str, page: Page) -> None:
    show.finding(
        groups_finding(found, word),
        basis=groups_basis(found, word),
        methods=[GROUP_RATES, FUNNEL, EXPOSURE],
    )
    if found.rates is not None:
        st.caption(apart_words(found.rates.groups))
        if found.rates.groups.apart:
            left, right = st.columns(2, gap="medium")
            with left:
                _shrunk(found.rates, page.colours)
            with right:
                _funnel(found, found.rates, word, page.colours)
        else:
            _funnel(found, found.rates, word, page.colours)
        with st.expander(f"The {plural(len(found.rates.names), word)} in rows"):
            _rows(found, found.rates, word)
    if found.without:
        named = [f"{literal(name)} ({literal(why)})" for name, why in found.without[:MOST_NAMED]]
        if more := len(found.without[MOST_NAMED:]):
            named.append(f"{more:,} more")
        st.caption(f"Without a rate: {'; '.join(named)}.")


def _shrunk(rates: Rates, colours: Palette) -> None:
    st.caption("Small ones moved towards the average, by as much as their few incidents leave open")
    show.chart(
        group_marks(rates.names, rates.groups, colours=colours, durations=False),
        key="groups_rates",
        alt="Rate of each group, moved towards the average",
    )


def _funnel(found: GroupRates, rates: Rates, word: str, colours: Palette) -> None:
    st.caption("Each alone, with 95 % (dotted) and 99.8 % limits of equal groups")
    show.chart(
        funnel_plot(rates, found.per, colours=colours),
        key="funnel",
        alt="Funnel plot: rate of each group against its exposure",
    )
    st.caption(outside_words(rates, word))


def _rows(found: GroupRates, rates: Rates, word: str) -> None:
    groups = rates.groups
    tables.short_list(
        [
            {
                word.capitalize(): literal(name),
                "Incidents": f"{rates.counts[k]:,}",
                literal(found.per.unit.capitalize()): count(round(float(rates.exposure[k]))),
                f"Per {per_words(found.per)}": number(rates.funnel.rate[k]),
                "Moved towards the average (95 %)": f"{number(groups.estimate[k])} "
                f"({number(groups.low[k])} to {number(groups.high[k])})",
                "Limits": limit_words(rates.funnel.outside[k]),
            }
            for k, name in enumerate(rates.names)
        ],
        alt="Incidents, exposure and rate of each group in alphabetical order",
    )


def _durations(found: Members, word: str, page: Page) -> None:
    measured = durations_by_group(page.view, found, as_of=page.as_of)
    result, title = measured.durations, f"{STEP_WORDS[measured.step.name]} by {word}"
    show.finding(
        title,
        basis=f"{group_durations_basis(measured, word)} · "
        f"{period(page.scope.start, page.scope.end)}",
        methods=[GROUP_DURATIONS],
    )
    show.chart(
        group_marks(measured.names, result, colours=page.colours, durations=True),
        key="groups_durations",
        alt=title,
    )
    st.caption(apart_words(result))
