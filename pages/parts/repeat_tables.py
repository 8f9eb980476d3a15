"""The repeat ledger as rows."""

import pandas as pd
import streamlit as st

from analytics.earlier_actions import RepeatClass
from analytics.repeats import Ledger
from pages.parts import tables
from pages.parts.wording import DAY, HOUR, duration
from pages.parts.wording_repeats import CLASS_NAMES


def ledger_rows(book: Ledger) -> None:
    """Every confirmed repeat in view, the latest first."""
    incidents = book.repeats.history.incidents
    table = book.table.iloc[::-1]
    later, earlier = incidents.iloc[table["later"]], incidents.iloc[table["earlier"]]
    frame = pd.DataFrame(
        {
            "id": later["id"].to_numpy(),
            "began": later["period_at"].to_numpy(),
            "title": later["title"].to_numpy(),
            "repeats": earlier["id"].to_numpy(),
            "repeats_title": earlier["title"].to_numpy(),
            "after": [duration(days * DAY) for days in table["days_since"]],
            "fix": [CLASS_NAMES[RepeatClass[name]] for name in table["repeat_class"]],
            "open_then": table["open_then"].to_numpy(),
            "impact": [duration(hours * HOUR) for hours in table["hours"]],
        }
    )
    tables.grid(
        frame,
        key="ledger",
        alt="Confirmed repeats with the state of their fix",
        columns={
            "began": st.column_config.DatetimeColumn("Began (UTC)", format="D MMM YYYY"),
            "title": "Title",
            "repeats": "Repeats",
            "repeats_title": "Earlier incident",
            "after": "After",
            "fix": "The fix, when it began",
            "open_then": st.column_config.NumberColumn("Open actions then"),
            "impact": "Impact",
        },
    )
