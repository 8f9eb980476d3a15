"""The pieces of the page of repeats."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.impact import impact_hours
from analytics.known_causes.fixes import FIX_HELD, PREVENTED, FixHeld
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.priorities import FINISH_FIRST, Priorities
from analytics.repeats.fixes import ActionThen, FixStages
from analytics.repeats.ledger import (
    HOURS,
    OF_EXAMINED,
    OF_INCIDENTS,
    WHILE_OPEN,
    Ledger,
    LedgerBasis,
    RepeatRate,
    Repeats,
)
from analytics.repeats.queue import Burst, Queue
from analytics.selection import Rows
from analytics.units import DAY, HOUR
from pages.parts import show, tables
from pages.parts.figures.bars import count_bars
from pages.parts.figures.over_time import shares_by_period
from pages.parts.palette import Palette
from pages.parts.panels import one_event as one_event_parts
from pages.parts.panels import queue as queue_parts
from pages.parts.rows import known_causes as known_cause_tables
from pages.parts.rows import repeats as repeat_tables
from pages.parts.rows.repeats import LATEST
from pages.parts.wording import fixes as of_fixes
from pages.parts.wording import repeats as words
from pages.parts.wording.flags import none_to_look_at
from pages.parts.wording.numbers import day, duration, literal, plural
from pages.views.actions import checks

#: Actions of one repeat listed; the page of its cause has them all.
ACTIONS_LISTED = 10
#: Causes for which the actions to finish first are listed, and actions named for each.
CAUSES_FIRST, ACTIONS_NAMED = 6, 3


def headline(
    book: Ledger, basis: LedgerBasis, stages: FixStages, colours: Palette, when: str
) -> None:
    """How many repeats began while the fix was open, and what had become of the other fixes."""
    show.finding(
        words.headline(book),
        basis="repeats that people confirmed, by the later incident · "
        f"{when} · earlier ones are looked for in all history",
        methods=[WHILE_OPEN, HOURS],
    )
    if not len(book.rows):
        return
    st.markdown(words.hours_words(book))
    if so_far := of_fixes.stages_words(stages):
        st.markdown(so_far)
    if basis.is_weak:
        st.info(words.basis_words(basis), title="How far to trust this")
    show.chart(
        count_bars(
            [words.class_name(each, as_written=book.as_written > 0) for each in book.by_class],
            list(book.by_class.values()),
            colours=colours,
        ),
        key="classes",
        alt="Confirmed repeats by what had become of the fix when they began",
    )
    if not basis.is_weak:
        st.caption(words.basis_words(basis))
    if book.outside:
        st.caption(words.outside_words(book))


def ledger(book: Ledger, causes: KnownCauses, *, as_of: dt.datetime) -> None:
    """The ledger in the order that the reader chooses, and one of its rows in full."""
    show.finding(
        "The ledger",
        basis=f"{plural(len(book.rows), 'confirmed repeat')}: what each repeats, the state of the "
        "preventive actions at the moment it began, and how far these are today: promised, done, "
        "and verified where somebody recorded a check",
    )
    order = st.segmented_control(
        "In the order of", list(repeat_tables.ORDERS), default=LATEST, required=True, key="order"
    )
    table = repeat_tables.in_order(book, order or LATEST)
    repeat_tables.ledger_rows(table, causes, as_of=as_of)
    offered = table["later"].head(tables.MOST_ROWS).tolist()
    names = words.repeat_names(book.repeats.history.incidents.iloc[offered])
    chosen = st.selectbox(
        "One repeat in full",
        offered,
        format_func=dict(zip(offered, names, strict=True)).__getitem__,
        key="repeat",
    )
    if chosen is not None:
        _one_repeat(book.repeats, int(chosen), causes)


def possible(found: Queue, families: Families, again: Sequence[Burst]) -> None:
    """What nobody has judged yet, apart from all figures; nothing without any."""
    history = families.causes.repeats.history
    one_event_parts.offered(history, again, signs=not len(found))
    if len(found):
        with st.container(border=True):
            queue_parts.queue(families, found)
    else:
        st.caption(none_to_look_at(len(history.incidents)))
    st.page_link(
        "pages/incident.py", label="Describe what you see, and find the nearest earlier incidents"
    )
    queue_parts.judged(above=1 if len(found) else 0)


def rates(found: RepeatRate, colours: Palette, when: str) -> None:
    """How much of the work is repetition, by quarter."""
    show.finding(
        words.rate_finding(found),
        basis=f"of all incidents, by quarter with 95 % interval · {when}",
        methods=[OF_INCIDENTS, OF_EXAMINED],
    )
    show.chart(
        shares_by_period(found.starts, found.by_period, colours=colours),
        key="by_quarter",
        alt="Share of incidents that repeat a known cause, by quarter",
    )
    st.caption(words.rate_words(found))
    with st.expander("Of the incidents whose cause was looked for, by quarter"):
        show.chart(
            shares_by_period(found.starts, found.examined_by_period, colours=colours),
            key="examined_by_quarter",
            alt="Share of repeats among the incidents whose cause was looked for, by quarter",
        )


def held(found: FixHeld, causes: KnownCauses) -> None:
    """Whether causes came back less often after their fix."""
    show.finding(
        of_fixes.held_finding(found),
        basis=of_fixes.held_basis(found),
        methods=[FIX_HELD, PREVENTED],
    )
    if prevented := of_fixes.prevented_words(found):
        st.markdown(prevented)
    if not found.overall.known and found.undated:
        st.markdown("Record on which day each action was done, and this can be told.")
    if len(found.cause):
        with st.expander(f"Cause by cause ({len(found.cause):,}), the latest fix first"):
            known_cause_tables.fixes(found, causes)


def finish_first(found: Priorities, causes: KnownCauses, *, until: dt.datetime) -> None:
    """The causes that open actions stand against, the most expected impact first."""
    show.finding(
        of_fixes.first_finding(found, until=until),
        basis=of_fixes.first_basis(found, until=until),
        methods=[FINISH_FIRST],
    )
    groups = found.by_cause()
    if groups:
        tables.short_list(
            [_first_row(found, group, causes) for group in groups[:CAUSES_FIRST]],
            alt="Open preventive actions by expected impact",
        )
    if len(found.action):
        with st.expander(f"All {len(found.action):,} in this order"):
            repeat_tables.priorities(found, causes)


def aside(book: Ledger) -> None:
    """What does not count as a repeat, and why."""
    if len(book.set_aside):
        with st.expander(f"Set aside, not counted ({len(book.set_aside):,})"):
            st.caption(words.aside_words(book))
            repeat_tables.set_aside(book)


def _one_repeat(found: Repeats, row: int, causes: KnownCauses) -> None:
    index = found.index(row)
    if index is None:
        return
    st.markdown(f"**{words.class_words(found, index)}**")
    earlier = found.earlier_of(row)
    both = found.history.incidents.iloc[[row, found.earlier[index]]]
    tables.short_list(_both(both), alt="The repeat and the incident that it repeats")
    link = known_cause_tables.cause_link(causes, int(causes.of[row]))
    st.markdown(
        f"Back after {duration(found.days_since[index] * DAY)}; "
        f"{plural(len(earlier), 'earlier incident')} with this cause: {link}."
    )
    then = sorted(found.actions_then(row), key=lambda action: -(action.days_open or -1.0))
    if then:
        tables.short_list(
            [_then_row(action, found) for action in then[:ACTIONS_LISTED]],
            alt="Preventive actions when the repeat began",
        )
    if len(then) > ACTIONS_LISTED:
        st.caption(f"{plural(len(then) - ACTIONS_LISTED, 'more action')} not listed.")


def _both(incidents: pd.DataFrame) -> list[dict[str, str]]:
    """The repeat and the latest incident that it repeats, side by side as rows."""
    return [
        {
            "": name,
            "Incident": tables.incident_link(identity, text=title),
            "Began": day(when),
            "Impact": duration(hours * HOUR),
            "Team": literal(team) if isinstance(team, str) else "not known",
        }
        for name, identity, title, when, hours, team in zip(
            ("The repeat", "Latest before it"),
            incidents["id"],
            incidents["title"],
            incidents["period_at"],
            impact_hours(incidents),
            incidents["team"],
            strict=True,
        )
    ]


def _then_row(action: ActionThen, found: Repeats) -> dict[str, str]:
    promised = found.history.actions.iloc[action.row]
    incident = found.history.incidents.iloc[promised["incident"]]
    owner = promised["owner"]
    return {
        "Preventive action": literal(str(promised["title"])),
        "When the repeat began": words.state_then(action),
        "Since the promise, then": words.since_promise(action),
        "Does it work?": literal(checks(found.history.actions.iloc[[action.row]])[0])
        or "no check recorded",
        "Owner": literal(owner) if isinstance(owner, str) else "not said",
        "Promised after": tables.incident_link(incident["id"], text=day(incident["period_at"])),
    }


def _first_row(found: Priorities, group: Rows, causes: KnownCauses) -> dict[str, str]:
    top, cause = int(group[0]), int(found.cause[group[0]])
    titles = causes.repeats.history.actions["title"].iloc[found.action[group[:ACTIONS_NAMED]]]
    named = " · ".join(literal(str(title)) for title in titles)
    more = len(group) - len(titles)
    return {
        "Known cause": known_cause_tables.cause_link(causes, cause),
        "Preventive actions not known done, the oldest first": f"{named} · and {more:,} more"
        if more
        else named,
        "Expected impact (95 %)": of_fixes.expected_words(found, top),
        "Incidents": f"{found.incidents[top]:,}",
    }
