"""What the page of actions asks its reader: which list, and by which rule of deadlines."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from analytics.actions.listed import FACETS, listed
from analytics.actions.states import OLDEST_OPEN, POLICIES, Policy
from analytics.selection import View
from pages.parts import leads, show, tables
from pages.parts.panels import working
from pages.views import actions as cards

#: Three tiles beside each other, two on a phone.
TILE_WIDTH = 168
OWN_DATES = "their own first due dates"


def none_recorded() -> None:
    """Say that nothing was promised, and what to do."""
    st.info(
        "No action is recorded for the incidents in view; some may have been promised elsewhere. "
        "Record what was promised, or widen the filters.",
        title="No actions",
    )


def tiles(shown: Sequence[cards.Tile]) -> None:
    """The numbers on top, each with the list of what it counts."""
    with st.container(horizontal=True, gap="xsmall"):
        for tile in shown:
            with st.container(width=TILE_WIDTH, border=True, gap=None):
                st.metric(tile.title, tile.value, tile.of, delta_color="off", delta_arrow="off")
                if tile.lead:
                    show.link(tile.lead, label=tile.label)


def chosen_policy() -> Policy | None:
    """The rule of deadlines that the address asks for; None for the dates of the actions."""
    return {policy.name: policy for policy in POLICIES}.get(st.query_params.get("policy", ""))


def choose_policy() -> None:
    """Ask for the rule by which an action is on time."""
    st.selectbox(
        "On time by",
        [OWN_DATES, *(policy.name for policy in POLICIES)],
        key="policy",
        bind="query-params",
    )


def the_list(view: View, *, as_of: dt.datetime) -> None:
    """The actions that the reader or a mark asks for, those that press most first."""
    asked = show.asked(leads.LIST)
    if asked.partition(":")[0] not in FACETS:
        asked = cards.LISTS[0]
    options = [*cards.LISTS, *([] if asked in cards.LISTS else [asked])]
    st.session_state["which"] = asked
    st.segmented_control(
        "List",
        options,
        format_func=lambda one: f"{(name := cards.list_name(one))[:1].upper()}{name[1:]}",
        key="which",
        required=True,
        on_change=lambda: show.ask(leads.LIST, st.session_state["which"]),
    )
    facet, _, value = asked.partition(":")
    rows = listed(view, facet, value, as_of=as_of, policy=chosen_policy())
    show.finding(cards.list_title(asked, len(rows)), basis=cards.LIST_BASIS, methods=[OLDEST_OPEN])
    if not len(rows):
        return
    frame = cards.listing(view, rows, as_of=as_of)
    chosen = tables.grid(
        frame,
        key="all_actions",
        alt=cards.list_title(asked, len(rows)),
        columns={
            "title": "Action",
            "owner": "Owner",
            "late": st.column_config.NumberColumn("Days past it", format="%d"),
            "waiting": st.column_config.NumberColumn("Days waited", format="%d"),
            "status": "State",
            "kind": "Kind",
            "verified": "Does it work?",
            "here": "Changed here",
            **{
                name: st.column_config.DateColumn(label, format="D MMM YYYY")
                for name, label in cards.DATES.items()
            },
        },
        more=True,
        choose=True,
    )
    if chosen:
        working.form("list", working.keys_of(view.history, view.actions.iloc[rows[chosen]]))
    else:
        st.caption("Choose rows to change their state, owner or date.")
    working.to_the_tracker(view)
