"""Actions are worked here: state, owner, date, link and check, of one or of many at once."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics.frames import History
from analytics.selection import View
from data.record import Incident
from pages.parts import judging, tables
from pages.parts.downloads import Sheet
from pages.parts.panels import queue, way_back
from pages.parts.wording.numbers import day, literal, plural
from pages.views import actions as cards

#: Of which section the last change is, on every page that offers one.
PLACE = "worked"
#: How often something was saved, so that a form is empty after it, and only then.
SAVED = "worked_saved"
AS_IT_IS = "as it is"
STATES = {
    "open": "open",
    "in_progress": "in progress",
    "done": "done",
    "wont_do": "will not be done",
    "risk_accepted": "risk accepted",
}
CHECKS = {
    "verified": "checked, it works",
    "failed": "checked, it does not work",
    "not_yet": "not checked yet",
}
#: What the form calls the fields, for a message about one of them.
FIELDS = {
    "status": "State",
    "owner": "Owner",
    "due_on": "Due",
    "url": "Link",
    "reason": "Why",
    "verification": "Does it work?",
    "verified_how": "How one knows",
    "by": "Signed",
}
#: Letters of an owner, a reason or a link, as records allow them.
LONGEST = 500
#: Conflicts shown at once; each is a decision.
CONFLICTS_SHOWN = 5


def keys_of(history: History, actions: pd.DataFrame) -> list[tuple[str, str]]:
    """What names actions: the id of the incident, and their own."""
    incidents = history.incidents["id"].to_numpy()[actions["incident"].to_numpy()]
    return list(zip(incidents.tolist(), actions["id"].tolist(), strict=True))


def conflicts(view: View) -> None:
    """Actions of which the source says another state by now, each with the two sides to choose.

    Above them what was changed last on this visit, with a way back.
    """
    way_back.offer(PLACE)
    disputed = view.actions[view.actions["conflict"].to_numpy()]
    if not len(disputed):
        return
    shown = judging.conflicts(keys_of(view.history, disputed.head(CONFLICTS_SHOWN)))
    with st.container(border=True):
        st.subheader(cards.conflicts_title(len(disputed)), anchor=False)
        st.caption("The state said here counts until one side is chosen.")
        for number, conflict in enumerate(shown):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"{tables.incident_link(conflict.here.record_id, text=conflict.title)}: "
                    f"here **{STATES.get(conflict.here.status or '', AS_IT_IS)}**, "
                    f"{literal(conflict.here.by) or 'not signed'}, "
                    f"{day(conflict.here.at)}; the source now says "
                    f"**{cards.state_words(conflict.there)}**",
                    width="stretch",
                )
                for label, ours in (("Keep ours", True), ("Take theirs", False)):
                    st.button(
                        label,
                        key=f"conflict_{number}_{ours}",
                        on_click=_choose_side,
                        args=(conflict, ours),
                    )
        if (more := len(disputed) - len(shown)) > 0:
            st.caption(f"{more:,} more follow.")


def form(place: str, keys: Sequence[tuple[str, str]]) -> None:
    """What is to be said of the actions chosen; only what is filled in is changed.

    Args:
        place: tells the form apart from others of the page.
        keys: as :func:`keys_of` gives them; at least one.
    """
    turn = f"{place}_{st.session_state.get(SAVED, 0)}"
    with st.form(turn, enter_to_submit=False):
        st.markdown(f"**Change {plural(len(keys), 'action')}** · what stays empty stays as it is")
        first, second, third = st.columns(3)
        given: dict[str, Any] = {
            "status": first.selectbox(
                "State",
                STATES,
                index=None,
                placeholder=AS_IT_IS,
                format_func=STATES.__getitem__,
                key=f"status_{turn}",
            ),
            "owner": second.text_input(
                "Owner", placeholder="a team or a role", max_chars=LONGEST, key=f"owner_{turn}"
            ),
            "due_on": third.date_input("Due", value=None, key=f"due_{turn}"),
            "reason": first.text_input(
                "Why it will not be done, or why the risk is accepted",
                max_chars=LONGEST,
                key=f"reason_{turn}",
            ),
            "verification": second.selectbox(
                "Does it work?",
                CHECKS,
                index=None,
                placeholder=AS_IT_IS,
                format_func=CHECKS.__getitem__,
                key=f"check_{turn}",
            ),
            "verified_how": third.text_input(
                "How one knows",
                placeholder="a test, a drill, a time without it",
                max_chars=LONGEST,
                key=f"how_{turn}",
            ),
            "url": first.text_input(
                "Link", placeholder="https://…", max_chars=LONGEST, key=f"link_{turn}"
            ),
        }
        by = second.text_input(
            "Your team or initials (may stay empty)",
            st.session_state.get(queue.SIGNED, ""),
            max_chars=queue.LONGEST_NAME,
            key=f"by_{turn}",
        )
        if third.form_submit_button("Save", type="primary", width="stretch"):
            _save(keys, {name: value for name, value in given.items() if value}, by.strip())


def of_record(record: Incident) -> None:
    """For the page of one incident: its actions to choose from, and what is to be said of them."""
    way_back.offer(PLACE)
    if not record.actions:
        return
    with st.expander("Change its actions", on_change="rerun", key="change_actions") as opened:
        if not opened.open:
            return
        titles = {action.id: action.title for action in record.actions}
        chosen = st.multiselect(
            "Actions",
            list(titles),
            default=list(titles) if len(titles) == 1 else [],
            format_func=titles.__getitem__,
            key=f"chosen_{record.id}",
        )
        if chosen:
            form("record", [(record.id, name) for name in chosen])


def to_the_tracker(view: View) -> None:
    """What was changed here as files for the trackers that the actions come from."""
    changed = view.actions[view.actions["changed_here"].to_numpy()]
    if not len(changed):
        return
    with st.popover("Send back to the tracker", icon=":material/outbox:"):
        st.caption(
            f"{plural(len(changed), 'action')} changed here. Jira's importer takes the first file "
            "(*Issue Key* is filled where the link is one of Jira); for issues of GitHub the "
            "second holds a command each, as GitHub imports no file."
        )
        for name, label, frame in (
            ("jira", "For Jira (CSV)", cards.for_jira(changed)),
            ("github", "For GitHub (CSV)", cards.for_github(changed)),
        ):
            st.download_button(
                f"{label}: {plural(len(frame), 'action')}",
                Sheet(name, label, "", frame).rows.to_csv(index=False).encode("utf-8-sig"),
                file_name=f"actions-{name}.csv",
                mime="text/csv",
                disabled=not len(frame),
                key=f"tracker_{name}",
            )


def _save(keys: Sequence[tuple[str, str]], given: dict[str, Any], by: str) -> None:
    if not given:
        st.info("Nothing is filled in, so nothing was changed.")
        return
    try:
        before = judging.work_on(keys, given | {"by": by})
    except judging.WrongField as wrong:
        field = FIELDS.get(wrong.field, wrong.field)
        st.error(f"{field}: {literal(wrong.reason)}", title="Nothing was changed")
        return
    st.session_state[queue.SIGNED] = by
    st.session_state[SAVED] = st.session_state.get(SAVED, 0) + 1
    way_back.keep(PLACE, _told(len(before), given), partial(judging.work_as_before, before))
    st.rerun()


def _told(number: int, given: dict[str, Any]) -> str:
    words = [f"{FIELDS[name].lower().rstrip('?')} {_said(value)}" for name, value in given.items()]
    return f"{plural(number, 'action')} changed: {literal(', '.join(words))}."


def _said(value: object) -> str:
    if isinstance(value, dt.date):
        return day(value)
    return (STATES | CHECKS).get(str(value), str(value))


def _choose_side(conflict: judging.Conflict, ours: bool) -> None:
    """End a conflict; runs before the page is drawn anew."""
    by = str(st.session_state.get(queue.SIGNED, ""))
    before = judging.choose_side(conflict, ours=ours, by=by)
    side = "what is said here" if ours else "what the source says"
    told = f"{literal(conflict.title)}: {side} counts."
    way_back.keep(PLACE, told, partial(judging.work_as_before, before))
