"""The pieces of the page of known causes."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from analytics.impact import TIME_OF_IMPACT
from analytics.known_causes.fixes import FIX_HELD, FixHeld
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import (
    CauseList,
    CommonRecurrence,
    OneCause,
    PossibleList,
    Recurring,
)
from analytics.known_causes.priorities import CauseActions
from analytics.known_causes.rates import LAPLACE, MEAN_CUMULATIVE, POWER_LAW, RECURS_WITHIN
from analytics.matcher.families import FAMILIES
from analytics.repeats.ledger import WHILE_OPEN
from pages.parts import filters, show, tables
from pages.parts.figures import repeats as figures
from pages.parts.figures.bars import count_bars
from pages.parts.palette import Palette
from pages.parts.rows import known_causes as rows
from pages.parts.wording import known_causes as words
from pages.parts.wording.fixes import (
    done_words,
    held_words,
    promised_words,
    verified_words,
)
from pages.parts.wording.numbers import day, literal, plural
from pages.parts.wording.repeats import NOT_KNOWN_DONE

#: Services drawn; the rarer ones are counted below the figure.
MOST_SERVICES = 12


def listed(found: CauseList, causes: KnownCauses, when: str) -> None:
    """The causes that struck more than once, each leading to its page."""
    show.finding(
        words.list_finding(found),
        basis=f"confirmed by people; those with an incident in view ({when}), the most incidents "
        "first; counts are of all history; possible incidents are in no other figure",
        methods=[RECURS_WITHIN, FAMILIES],
    )
    if not found.total:
        st.caption("Causes are known by the repeats that people confirm, in records or by verdict.")
        return
    rows.listed(found, causes)
    if found.total > rows.LISTED:
        with st.expander(f"All {found.total:,} of them"):
            rows.all_causes(found, causes)


def possible_groups(found: PossibleList, families: Families) -> None:
    """Groups of incidents whose words suggest one cause, to be confirmed on their pages."""
    show.finding(
        words.possible_finding(found),
        basis="proposed from their words, the most incidents first · in no figure, in no repeat",
        methods=[FAMILIES],
    )
    groups = range(len(found.family))
    rows.possible_groups(found, families, rows=groups[: rows.LISTED])
    label = plural(found.total - rows.LISTED, "smaller group")
    _on_demand(
        groups[rows.LISTED :],
        label,
        lambda some: rows.possible_groups(found, families, rows=some),
        of=found.total,
    )


def not_found(identity: str) -> None:
    """Say that there is no such cause, and lead to those that there are."""
    st.warning(
        "No incident that counts has this id. It may have been removed, or the link comes from "
        "another store.",
        title=f"Not found: {literal(identity)}",
    )
    _back()


def head(families: Families, family: int, one: OneCause | None, origin: str) -> None:
    """What the cause is called, when it struck, what it has cost and how likely it is to return."""
    _back()
    st.header(literal(words.family_name(families, family)), anchor=False)
    began = families.causes.repeats.history.incidents["period_at"].iloc[families.members(family)]
    st.caption(
        f"{origin} · {words.members_words(families, family)} from {day(began.iloc[0])} to "
        f"{day(began.iloc[-1])} · all history, whatever the filters"
    )
    if one is None:
        st.info(words.nothing_confirmed(families, family), title="Nobody has confirmed this cause")
        return
    with st.container(horizontal=True):
        st.metric("Confirmed incidents", f"{len(one.incidents):,}", border=True)
        st.metric("Impact together", words.impact_words(one), border=True)
        for (name, value), (days, back) in zip(
            words.back_within(one).items(), one.back_within.items(), strict=True
        ):
            chance = words.chance_back(back, days=days, away=one.away)
            st.metric(name, value, border=True, help=chance)
    with st.container(horizontal=True):
        st.caption(words.back_basis(one), width="stretch")
        show.how(RECURS_WITHIN, TIME_OF_IMPACT)
    if possible := len(families.possible(family)):
        st.caption(f"{plural(possible, 'possible incident')} below: in none of these figures.")


def on_a_line(
    families: Families,
    family: int,
    one: OneCause | None,
    found: CauseActions,
    held: FixHeld | None,
    colours: Palette,
) -> None:
    """Its incidents on a line of time, with the actions below, and whether the fix held."""
    possible = families.possible(family)
    show.finding(
        words.line_finding(one),
        basis=words.line_basis(
            found,
            confirmed=one is not None,
            possible=len(possible) > 0,
            drawn=figures.MOST_DRAWN,
        ),
        methods=[WHILE_OPEN, FIX_HELD],
    )
    show.chart(
        figures.cause_line(
            one,
            possible,
            found,
            families.causes.repeats.history.incidents,
            fixed=[] if held is None else held.done.tolist(),
            colours=colours,
        ),
        key="line",
        alt="Incidents of this cause on a line of time, and when each action stood open",
    )
    if held is not None:
        st.markdown(held_words(held))


def recurring(found: Recurring, common: CommonRecurrence, colours: Palette) -> None:
    """How often it came back, beside other causes."""
    show.finding(
        words.recurring_finding(found),
        basis=words.recurring_basis(found, common),
        methods=[MEAN_CUMULATIVE, POWER_LAW, LAPLACE],
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
    )


def services(counts: Mapping[str, int], incidents: str, colours: Palette) -> None:
    """Where it struck."""
    drawn = list(counts.items())[:MOST_SERVICES]
    show.finding(
        "Services that it touched", basis=f"of {incidents} · an incident counts for each service"
    )
    show.chart(
        count_bars([name for name, _ in drawn], [count for _, count in drawn], colours=colours),
        key="services",
        alt="; ".join(f"{name}: {count}" for name, count in drawn),
    )
    if len(counts) > len(drawn):
        st.caption(f"{plural(len(counts) - len(drawn), 'rarer service')} not drawn.")


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


def possible_incidents(families: Families, family: int, reasons: Mapping[str, str]) -> None:
    """Incidents that may have the cause, apart from those that people confirmed."""
    possible = families.possible(family)[::-1]
    show.finding(
        plural(len(possible), "possible incident"),
        basis="proposed from their words or put here by people, the latest first; confirmed by "
        "nobody and in no figure",
        methods=[FAMILIES],
    )
    each = range(len(possible))
    rows.possible_incidents(families, possible, reasons, rows=each[: rows.LISTED])
    label = plural(len(possible) - rows.LISTED, "earlier possible incident")
    _on_demand(
        each[rows.LISTED :],
        label,
        lambda some: rows.possible_incidents(families, possible, reasons, rows=some),
    )


def actions(found: CauseActions, causes: KnownCauses, *, confirmed: bool = True) -> None:
    """What was promised against it: what is open at once, what has ended on demand.

    Args:
        confirmed: whether it was promised after confirmed incidents.
    """
    still = [row for row in range(len(found.row)) if found.is_open[row]]
    ended = [row for row in range(len(found.row)) if not found.is_open[row]]
    show.finding(
        words.actions_finding(found, confirmed=confirmed),
        basis="preventive ones first, each kind by its promise; numbers as on the line of time",
    )
    if found.stages.promised[0] and confirmed:
        st.markdown(
            f"The fix: promised **{promised_words(found.stages, 0)}** · done "
            f"**{done_words(found.stages, 0)}** · verified **{verified_words(found.stages, 0)}**"
        )
    if still:
        rows.actions(found, causes, rows=still[: rows.LISTED])
    for more, state in (
        (still[rows.LISTED :], NOT_KNOWN_DONE),
        (ended, "ended, or of unknown state"),
    ):
        label = f"{plural(len(more), 'action')} {state}"
        _on_demand(more, label, lambda some: rows.actions(found, causes, rows=some))


def possible_actions(found: CauseActions, causes: KnownCauses) -> None:
    """What was promised after possible incidents, apart from the rest."""
    each = range(len(found.row))
    label = f"{plural(len(each), 'action')} promised after possible incidents"
    _on_demand(each, label, lambda some: rows.actions(found, causes, rows=some))


def _on_demand(
    more: Sequence[int],
    label: str,
    draw: Callable[[Sequence[int]], None],
    *,
    of: int | None = None,
) -> None:
    """Further rows behind a click, none where there are none."""
    if more:
        with st.expander(label):
            draw(more[: tables.MOST_ROWS])
            rows.cut_words(len(more) if of is None else of)


def _back() -> None:
    st.page_link(
        "pages/known_cause.py",
        label="All known causes",
        icon=":material/arrow_back:",
        query_params=filters.parameters(),
    )
