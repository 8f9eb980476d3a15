"""The pieces of the page of one incident."""

import datetime as dt

import numpy as np
import pandas as pd
import streamlit as st

from analytics.actions.states import overdue_since
from analytics.clocks import STEPS, Status, measure
from analytics.duplicates import doubted_pairs, originals
from analytics.frames import CLOCKS, History
from analytics.known_causes.grouping import NO_CAUSE, STRUCK_AGAIN
from analytics.known_causes.membership import Families
from analytics.repeats.ledger import Repeats
from analytics.repeats.links import Aside
from analytics.selection import UNKNOWN, position
from data.record import Action, Incident
from pages.parts import leads, show, tables
from pages.parts.figures.incident import Mark, clock_line
from pages.parts.frame import Page
from pages.parts.wording.importing import moment as recorded
from pages.parts.wording.links import openable, web_link
from pages.parts.wording.numbers import day, duration, literal, minute, plural, seen
from pages.parts.wording.response import CLOCK_WORDS, STEP_WORDS
from pages.views.actions import past_due_words, verification_words
from pages.views.fixes import ACTION_STATES, action_then, class_words
from pages.views.repeats import not_counted_words

STATUS_WORDS = {
    Status.PENDING: "still open",
    Status.MISSING: "not known",
    Status.INVALID: "impossible: ends before it starts",
    Status.NOT_APPLICABLE: "caught before impact",
    Status.TOO_COARSE: "known to the day only",
}


def head(record: Incident, history: History) -> None:
    """Title, labels and where the facts come from."""
    st.header(literal(record.title or record.id), anchor=False)
    parts = [
        literal(record.id),
        literal(record.team) if record.team else "team not known",
        f"severity {literal(record.severity)}" if record.severity else "severity not known",
        ", ".join(literal(name) for name in record.services) or "services not known",
        _cause_words(record, history),
    ]
    st.caption(" · ".join(parts))
    if record.kind != "incident":
        st.info(f"This is a {record.kind}; it counts in no figure.")
    if said := _second_report(record, history):
        st.info(said)
    if record.needs_analysis:
        st.info(
            "The cause is filed as human or process error; what let that happen is still to be "
            "found."
        )
    if address := openable(record.url):
        st.link_button("Open the source", address, icon=":material/open_in_new:")
    elif record.url:
        st.caption(f"Source: {literal(record.url)}")


def _cause_words(record: Incident, history: History) -> str:
    """The cause that counts for an incident, and whether it was suggested."""
    row = position(history, record.id)
    counts = None if row is None else history.incidents["root_cause_category"].iloc[row]
    if pd.isna(counts) or counts == UNKNOWN:
        return "cause not known"
    accepted = "" if record.root_cause_category == counts else " (an accepted suggestion)"
    return f"cause: {literal(str(counts))}{accepted}"


def _second_report(record: Incident, history: History) -> str:
    """What holds of a record that it, or somebody here, says to be a second report."""
    row, incidents = position(history, record.id), history.incidents
    if row is None:
        return ""
    if incidents["is_duplicate"].iloc[row]:
        counts = incidents.iloc[originals(history)[row]]
        link = tables.incident_link(counts["id"], text=counts["title"])
        return f"A second report of {link}, which is the one that counts."
    if not record.duplicate_of:
        return ""
    why = "which was never loaded, or people have said otherwise"
    if row in doubted_pairs(history)[0]:
        why = "which had been over for more than a day: the page What keeps coming back asks"
    return f"Said to be a second report of {literal(record.duplicate_of)}, {why}. So it counts."


def _mark(record: Incident, clock: str) -> Mark:
    """A clock on the line of time; one that is known to the day stands at its beginning."""
    at: dt.datetime = getattr(record, clock)
    is_day = (record.clock_precision.get(clock) or record.time_precision) == "day"
    local = at.replace(tzinfo=None) if is_day else seen(at)
    short = "" if is_day else f"{local:%H:%M}"
    return Mark(CLOCK_WORDS[clock], local, recorded(record, clock), short)


def clocks(record: Incident, page: Page) -> None:
    """The clocks on one line of time, and each duration or why there is none."""
    known = [_mark(record, c) for c in CLOCKS[:-1] if getattr(record, c) is not None]
    known.sort(key=lambda mark: mark.at)
    events = [(event.at, event.text) for event in record.timeline if event.at is not None]
    if len(known) > 1:
        show.chart(
            clock_line(known, events, colours=page.colours),
            key="clocks",
            alt="; ".join(f"{mark.name} {mark.said}" for mark in known),
        )
    row = page.history.incidents.loc[page.history.incidents["id"] == record.id]
    with st.container(horizontal=True):
        for name, step in STEPS.items():
            one = measure(row, step, as_of=page.as_of)
            status = Status(one.status[0])
            words = STATUS_WORDS.get(status) or duration(float(one.seconds[0]))
            st.metric(STEP_WORDS[name], words, border=True)
    if record.clock_precision:
        parts = [f"{CLOCK_WORDS[c]}: {p}" for c, p in record.clock_precision.items()]
        st.caption(f"Not exact: {'; '.join(parts)}.")
    if record.timeline:
        with st.expander(f"Timeline ({plural(len(record.timeline), 'entry', 'entries')})"):
            tables.short_list(
                [
                    {"When": minute(e.at), "": e.kind, "What": literal(e.text)}
                    for e in record.timeline
                ],
                alt="Timeline of the incident",
            )


def actions(record: Incident, promised: pd.DataFrame, *, as_of: dt.datetime) -> None:
    """What was promised, and where each promise stands.

    Args:
        promised: the actions of this incident as the statistics know them.
    """
    st.subheader(f"Actions ({len(record.actions)})", anchor=False)
    if not record.actions:
        st.caption("No action is recorded here; some may have been promised elsewhere.")
        return
    days = overdue_since(promised, as_of=as_of).astype(object)
    since: dict[str, dt.date | None] = dict(zip(promised["id"], days, strict=True))
    tables.short_list(
        [_action_row(action, since.get(action.id)) for action in record.actions], alt="Actions"
    )


def repeats(found: Repeats, families: Families, row: int) -> None:
    """The earlier incidents with this cause and the state of their actions when this one began."""
    st.subheader("Have we seen this before?", anchor=False)
    incidents = found.history.incidents
    earlier = found.earlier_of(row)
    aside = np.flatnonzero(found.links.aside_later == row)
    if not len(earlier) and not len(aside):
        st.caption("Nobody has said that this repeats an earlier incident.")
    for place in aside:
        named = incidents.iloc[found.links.aside_earlier[place]]
        link = tables.incident_link(named["id"], text=named["title"])
        st.caption(not_counted_words(Aside(found.links.aside[place]), link))
    if len(earlier):
        index = found.index(row)
        if index is not None:
            st.markdown(f"**{class_words(found, index)}**")
        _listed(incidents.iloc[earlier], heading="Earlier incidents with the same cause")
        for action in found.actions_then(row):
            st.markdown(f"- {action_then(action, found.history)}")
    later = found.later_of(row)
    if len(later):
        _listed(incidents.iloc[later], heading="It came back")
    _cause(families, row)


def _cause(families: Families, row: int) -> None:
    """The known cause that the incident belongs to, confirmed or by its words."""
    family = int(families.of[row])
    if family == NO_CAUSE or families.struck(family) < STRUCK_AGAIN:
        return
    link = tables.lead_link(
        leads.known_cause(families.id_of(family)), text=families.name_of(family)
    )
    if row in families.confirmed(family):
        st.markdown(
            f"Known cause: {link}, with its line of time, what was done against it, and whether "
            "the fix held."
        )
    else:
        st.markdown(f"Possible cause: {link}. Its words suggest it, and nobody has confirmed it.")


def everything_else(record: Incident) -> None:
    """What the record holds beyond its own fields."""
    if record.extra:
        with st.expander("Everything else in the record"):
            st.json(record.extra)


def _listed(incidents: pd.DataFrame, *, heading: str) -> None:
    tables.short_list(
        [
            {
                heading: tables.incident_link(identity, text=title),
                "Began": day(when),
            }
            for identity, title, when in zip(
                incidents["id"], incidents["title"], incidents["period_at"], strict=True
            )
        ],
        alt=heading,
    )


def _action_row(action: Action, overdue: dt.date | None) -> dict[str, str]:
    state = ACTION_STATES[action.status or ""]
    due = action.due_on or action.first_due_on
    if overdue is not None:
        state += past_due_words(overdue, as_written=action.created_on is None)
        if due and due != overdue:
            state += f"; moved to {day(due)}"
    elif action.completed_on:
        state += f" on {day(action.completed_on)}"
    elif due:
        state += f", due {day(due)}"
    how = literal(action.verified_how or "")
    if check := verification_words(action.verification or "", action.verified_on, how):
        state += f"; {check}"
    return {
        "Action": web_link(action.title, action.url),
        "Kind": action.kind or "not said",
        "State": state,
        "Owner": literal(action.owner) if action.owner else "not said",
    }
