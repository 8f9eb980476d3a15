"""Actions as rows: the ones that have waited longest, and all of them."""

import pandas as pd
import streamlit as st

from analytics.actions.states import OLDEST_OPEN, SINCE_INCIDENT, OldestOpen
from analytics.calendar import DAY
from analytics.frames import History
from analytics.selection import View
from pages.parts import show, tables
from pages.parts.wording.actions import verification_words
from pages.parts.wording.numbers import day, duration, literal

#: What is recorded of a check of an action.
CHECKS = ("verification", "verified_on", "verified_how")


def none_recorded() -> None:
    """Say that nothing was promised, and what to do."""
    st.info(
        "No action is recorded for the incidents in view; some may have been promised elsewhere. "
        "Record what was promised, or widen the filters.",
        title="No actions",
    )


def oldest(found: OldestOpen, history: History) -> None:
    """The oldest open actions, each leading to its incident."""
    show.finding(
        f"The oldest open preventive actions ({len(found.rows):,} of {found.total:,})",
        basis="what would keep a cause from coming back and is not known to be done · age counted "
        "from the day of the promise, else from the incident",
        methods=[OLDEST_OPEN],
    )
    if not len(found.rows):
        st.caption("No preventive action is open.")
        return
    incidents = history.incidents
    rows = []
    for action in found.rows.to_dict("records"):
        incident = incidents.iloc[action["incident"]]
        age = duration(action["age_days"] * DAY)
        at_most = "at most " if action["basis"] == SINCE_INCIDENT else ""
        rows.append(
            {
                "Action": literal(str(action["title"])),
                "Since the promise": at_most + age,
                "First due": day(action["first_due_on"]),
                "Owner": "not said" if pd.isna(action["owner"]) else literal(action["owner"]),
                "After": tables.incident_link(incident["id"], text=incident["title"]),
            }
        )
    tables.short_list(rows, alt="Oldest open preventive actions")


def checks(actions: pd.DataFrame) -> list[str]:
    """What is said of a check of each action, as plain text; empty where nothing is."""
    said, on, how = (actions[name].astype(object) for name in CHECKS)
    return [
        verification_words(*each)
        for each in zip(
            said.where(said.notna(), ""),
            (None if pd.isna(moment) else moment.date() for moment in on),
            how.where(how.notna(), ""),
            strict=True,
        )
    ]


def everything(view: View, *, key: str) -> None:
    """All actions of the incidents in view."""
    columns = ["title", "kind", "status", "owner", "created_on", "due_on", "completed_on"]
    frame = view.actions[columns].copy()
    if view.actions[list(CHECKS)].notna().any(axis=None):
        frame["verified"] = checks(view.actions)
    ids = view.history.incidents["id"].to_numpy()
    frame.insert(0, "id", ids[view.actions["incident"].to_numpy()])
    dates = {
        name: st.column_config.DateColumn(label, format="D MMM YYYY")
        for name, label in (
            ("created_on", "Promised"),
            ("due_on", "Due"),
            ("completed_on", "Ended"),
        )
    }
    tables.grid(
        frame.sort_values("created_on", ascending=False, na_position="last"),
        key=key,
        alt="All actions of the incidents in view",
        columns={
            "title": "Action",
            "kind": "Kind",
            "status": "State",
            "owner": "Owner",
            "verified": "Does it work?",
            **dates,
        },
        more=True,
    )
