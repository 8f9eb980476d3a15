"""The pieces of the page of known causes."""

from collections.abc import Callable, Sequence

import streamlit as st

from analytics.known_causes.fix_held import FixHeld
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.one_cause import CommonRecurrence, OneCause, Recurring
from analytics.known_causes.overview import CauseList
from analytics.known_causes.promises import CauseActions
from pages.parts import filters, show, tables
from pages.parts.figures import repeats as figures
from pages.parts.figures.bars import count_bars
from pages.parts.palette import Palette
from pages.parts.rows import known_causes as rows
from pages.parts.wording import known_causes as words
from pages.parts.wording.fixes import held_words
from pages.parts.wording.numbers import day, literal, plural
from pages.parts.wording.repeats import NOT_KNOWN_DONE

#: Services drawn; the rarer ones are counted below the figure.
MOST_SERVICES = 12


def listed(found: CauseList, causes: KnownCauses, when: str) -> None:
    """The causes that struck more than once, each leading to its page."""
    show.finding(
        words.list_finding(found),
        basis=f"those with an incident in view ({when}), the most incidents first; counts are of "
        "all history",
        methods=["recurs_within"],
    )
    if not found.total:
        st.caption("Causes are known by the repeats that people confirm, in records or by verdict.")
        return
    rows.listed(found, causes)
    if found.total > rows.LISTED:
        with st.expander(f"All {found.total:,} of them"):
            rows.all_causes(found, causes)


def not_found(identity: str) -> None:
    """Say that there is no such cause, and lead to those that there are."""
    st.warning(
        "No incident that counts has this id. It may have been removed, or the link comes from "
        "another store.",
        title=f"Not found: {literal(identity)}",
    )
    _back()


def head(one: OneCause, causes: KnownCauses) -> None:
    """What the cause is called, when it struck, what it has cost and how likely it is to return."""
    _back()
    st.header(literal(words.cause_name(causes, one.cause)), anchor=False)
    began = causes.repeats.history.incidents["period_at"].iloc[one.incidents]
    st.caption(
        f"named after its earliest incident · {plural(len(one.incidents), 'incident')} from "
        f"{day(began.iloc[0])} to {day(began.iloc[-1])} · all history, whatever the filters"
    )
    with st.container(horizontal=True):
        st.metric("Impact together", words.impact_words(one), border=True)
        for name, value in words.back_within(one.back_within).items():
            st.metric(name, value, border=True)
    with st.container(horizontal=True):
        st.caption(words.back_basis(one), width="stretch")
        show.how("recurs_within", "impact_time")


def on_a_line(
    one: OneCause, found: CauseActions, causes: KnownCauses, held: FixHeld, colours: Palette
) -> None:
    """Its incidents on a line of time, with the actions below, and whether the fix held."""
    show.finding(
        words.line_finding(one),
        basis=words.line_basis(found, drawn=figures.MOST_DRAWN),
        methods=["repeats_while_open", "fix_held"],
    )
    show.chart(
        figures.cause_line(
            one,
            found,
            causes.repeats.history.incidents,
            fixed=held.done.tolist(),
            colours=colours,
        ),
        key="line",
        alt="Incidents of this cause on a line of time, and when each action stood open",
        leads_to_incident=True,
    )
    st.markdown(held_words(held))


def recurring(found: Recurring, common: CommonRecurrence, colours: Palette) -> None:
    """How often it came back, beside other causes."""
    show.finding(
        words.recurring_finding(found),
        basis=words.recurring_basis(found, common),
        methods=["mean_cumulative", "power_law", "laplace"],
    )
    show.chart(
        figures.recurrence_curve(found, common, colours=colours),
        key="recurrences",
        alt="Recurrences since the first incident, beside the mean of all causes that came back",
    )


def waits(one: OneCause, causes: KnownCauses, colours: Palette) -> None:
    """The time between its incidents."""
    show.finding(words.away_finding(one), basis=words.away_basis(one))
    show.chart(
        figures.waits(one, causes.repeats.history.incidents, colours=colours),
        key="waits",
        alt="How long the cause had stayed away before each recurrence",
        leads_to_incident=True,
    )


def services(one: OneCause, colours: Palette) -> None:
    """Where it struck."""
    drawn = list(one.services.items())[:MOST_SERVICES]
    show.finding(
        "Services that it touched",
        basis=f"of {plural(len(one.incidents), 'incident')} · an incident counts for each service",
    )
    show.chart(
        count_bars([name for name, _ in drawn], [count for _, count in drawn], colours=colours),
        key="services",
        alt="; ".join(f"{name}: {count}" for name, count in drawn),
    )
    if len(one.services) > len(drawn):
        st.caption(f"{plural(len(one.services) - len(drawn), 'rarer service')} not drawn.")


def incidents(one: OneCause, causes: KnownCauses) -> None:
    """Its incidents, the latest first."""
    show.finding(
        words.cause_finding(one), basis="each incident, and what had become of the fix by then"
    )
    latest = range(len(one.incidents) - 1, -1, -1)
    rows.incidents(one, causes, rows=latest[: rows.LISTED])
    earlier = latest[rows.LISTED :]
    label = plural(len(earlier), "earlier incident")
    _on_demand(earlier, label, lambda some: rows.incidents(one, causes, rows=some))


def actions(found: CauseActions, causes: KnownCauses) -> None:
    """What was promised against it: what is open at once, what has ended on demand."""
    still = [row for row in range(len(found.row)) if found.is_open[row]]
    ended = [row for row in range(len(found.row)) if not found.is_open[row]]
    show.finding(
        words.actions_finding(found),
        basis="preventive ones first, each kind by its promise; numbers as on the line of time",
    )
    if still:
        rows.actions(found, causes, rows=still[: rows.LISTED])
    for more, state in (
        (still[rows.LISTED :], NOT_KNOWN_DONE),
        (ended, "ended, or of unknown state"),
    ):
        label = f"{plural(len(more), 'action')} {state}"
        _on_demand(more, label, lambda some: rows.actions(found, causes, rows=some))


def _on_demand(more: Sequence[int], label: str, draw: Callable[[Sequence[int]], None]) -> None:
    """Further rows behind a click, none where there are none."""
    if more:
        with st.expander(label):
            draw(more[: tables.MOST_ROWS])
            rows.cut_words(len(more))


def _back() -> None:
    st.page_link(
        "pages/known_cause.py",
        label="All known causes",
        icon=":material/arrow_back:",
        query_params=filters.parameters(),
    )
