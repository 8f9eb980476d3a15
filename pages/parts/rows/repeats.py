"""The repeat ledger as rows, and what was set aside."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.frames import NO_ROW
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.priorities import Priorities
from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import Ledger
from analytics.repeats.links import Aside
from analytics.units import DAY, HOUR
from pages.parts import tables
from pages.parts.rows.known_causes import cause_addresses, cause_column, cut_words
from pages.parts.wording.fixes import (
    done_words,
    expected_words,
    promised_words,
    verified_words,
)
from pages.parts.wording.numbers import DASH, day, duration, zone_name
from pages.parts.wording.repeats import ASIDE_WORDS, class_name

#: Repeats named on the review.
NAMED = 5
#: Orders of the ledger: name → column, and whether the largest comes first.
LATEST = "the latest"
ORDERS = {
    LATEST: "later_at",
    "most impact": "hours",
    "longest since the promise": "days_open",
    "soonest back": "days_since",
}
SMALLEST_FIRST = ("days_since",)


def costliest(book: Ledger) -> None:
    """The five confirmed repeats with the longest known impact; nothing where none is known."""
    known = book.table[book.table["hours"].notna()]
    table = known.sort_values("hours", ascending=False).head(NAMED)
    if not len(table):
        return
    incidents = book.repeats.history.incidents
    later, earlier = (table[side].to_numpy() for side in ("later", "earlier"))
    lines = ["The costliest:\n"]
    for identity, title, before, when, name, written, hours in zip(
        incidents["id"].take(later),
        incidents["title"].take(later),
        incidents["id"].take(earlier),
        incidents["period_at"].take(earlier),
        table["repeat_class"],
        table["as_written"],
        table["hours"],
        strict=True,
    ):
        lines.append(
            f"- {duration(hours * HOUR)} {tables.incident_link(identity, text=title)}, "
            f"like that of {tables.incident_link(before, text=day(when))}; "
            f"{class_name(RepeatClass[name], as_written=written)}"
        )
    st.markdown("\n".join(lines))


def in_order(book: Ledger, order: str) -> pd.DataFrame:
    """The rows of the ledger in one of :data:`ORDERS`, unknown values last."""
    table = book.table
    incidents = book.repeats.history.incidents
    row, days = book.repeats.actions.longest_open(table["later"].to_numpy())
    table = table.assign(
        later_at=incidents["period_at"].to_numpy()[table["later"]], open_row=row, days_open=days
    )
    column = ORDERS[order]
    return table.sort_values(
        [column, "later_at"], ascending=[column in SMALLEST_FIRST, False], na_position="last"
    )


def ledger_rows(table: pd.DataFrame, causes: KnownCauses, *, as_of: dt.datetime) -> None:
    """Confirmed repeats as rows, each leading to both incidents and to its cause."""
    history, total = causes.repeats.history, len(table)
    table = table.head(tables.MOST_ROWS)
    later, earlier = (history.incidents.iloc[table[name]] for name in ("later", "earlier"))
    actions = history.actions["title"]
    stages = causes.repeats.actions.stages(table["later"].to_numpy(), as_of=as_of)
    frame = pd.DataFrame(
        {
            "id": later["id"].to_numpy(),
            "began": later["period_at"].to_numpy(),
            "title": later["title"].to_numpy(),
            "fix": [
                class_name(RepeatClass[name], as_written=written)
                for name, written in zip(table["repeat_class"], table["as_written"], strict=True)
            ],
            "promised": [promised_words(stages, row) for row in range(len(table))],
            "done": [done_words(stages, row) for row in range(len(table))],
            "verified": [verified_words(stages, row) for row in range(len(table))],
            "open_for": _or_dash(table["days_open"], DAY),
            "impact": [duration(hours * HOUR) for hours in table["hours"]],
            "after": [duration(days * DAY) for days in table["days_since"]],
            "open_then": table["open_then"].to_numpy(),
            "action": [DASH if row == NO_ROW else actions.iloc[row] for row in table["open_row"]],
            "repeats": [tables.incident_address(identity) for identity in earlier["id"]],
            "repeats_title": earlier["title"].to_numpy(),
            "cause": cause_addresses(causes, causes.of[table["later"]]),
        }
    )
    tables.grid(
        frame,
        key="ledger",
        alt="Confirmed repeats with the state of their fix",
        columns={
            "began": st.column_config.DatetimeColumn(f"Began ({zone_name()})", format="D MMM YYYY"),
            "title": st.column_config.TextColumn("What happened", width="medium"),
            "fix": "The fix, when it began",
            "promised": "Promised",
            "done": "Done, today",
            "verified": "Verified",
            "open_for": "Since its promise, at most",
            "impact": "Impact",
            "after": "Back after",
            "open_then": st.column_config.NumberColumn("Actions not known done"),
            "action": st.column_config.TextColumn("The oldest of them", width="medium"),
            "repeats": st.column_config.LinkColumn("Repeats", display_text=r"id=([^&]+)"),
            "repeats_title": st.column_config.TextColumn("What happened before", width="medium"),
            "cause": cause_column(),
        },
        more=True,
    )
    cut_words(total)


def priorities(found: Priorities, causes: KnownCauses) -> None:
    """Every open preventive action in view, the most expected impact of its cause first."""
    history = causes.repeats.history
    shown = slice(tables.MOST_ROWS)
    actions = history.actions.iloc[found.action[shown]]
    tables.grid(
        pd.DataFrame(
            {
                "action": actions["title"].to_numpy(),
                "expected": [expected_words(found, row) for row in range(len(actions))],
                "incidents": found.incidents[shown],
                "owner": actions["owner"].astype(object).fillna("not said").to_numpy(),
                "id": history.incidents["id"].to_numpy()[actions["incident"]],
                "cause": cause_addresses(causes, found.cause[shown]),
            }
        ),
        key="priorities",
        alt="Open preventive actions by the expected impact of their cause",
        columns={
            "action": st.column_config.TextColumn("Open preventive action", width="medium"),
            "expected": "Expected impact (95 %)",
            "incidents": "Incidents of the cause",
            "owner": "Owner",
            "cause": cause_column(),
        },
    )
    cut_words(len(found.action))


def set_aside(book: Ledger) -> None:
    """Every link that does not count as a repeat, by reason, with both incidents."""
    links, incidents = book.repeats.links, book.repeats.history.incidents
    chosen = book.set_aside
    later = incidents.iloc[links.aside_later[chosen]]
    earlier = incidents.iloc[links.aside_earlier[chosen]]
    tables.grid(
        pd.DataFrame(
            {
                "id": later["id"].to_numpy(),
                "title": later["title"].to_numpy(),
                "reason": [ASIDE_WORDS[Aside(each)] for each in links.aside[chosen]],
                "repeats": [tables.incident_address(identity) for identity in earlier["id"]],
                "repeats_title": earlier["title"].to_numpy(),
            }
        ).sort_values("reason", kind="stable"),
        key="set_aside",
        alt="Links that do not count as repeats",
        columns={
            "title": st.column_config.TextColumn("What happened", width="medium"),
            "reason": "Why it does not count",
            "repeats": st.column_config.LinkColumn("Said to repeat", display_text=r"id=([^&]+)"),
            "repeats_title": st.column_config.TextColumn("What happened before", width="medium"),
        },
    )


def _or_dash(values: Sequence[float] | pd.Series, unit: float) -> list[str]:
    return [DASH if value != value else duration(value * unit) for value in values]
