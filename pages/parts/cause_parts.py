"""The pieces of the page of causes."""

import streamlit as st

from analytics.cause_tables import CausePeriods, CauseTable
from analytics.causes import LabelShares
from analytics.response import response
from analytics.selection import UNKNOWN
from pages.parts import show, source, tables
from pages.parts.figures_bars import share_bars
from pages.parts.frame import Page
from pages.parts.palette import Palette
from pages.parts.wording import plural

#: Labels drawn; the rest are named below the figure with their number.
MOST_BARS = 15


def shares(found: LabelShares, colours: Palette, *, key: str) -> None:
    """Bars of the most frequent labels and of "unknown", with intervals and counts."""
    if not found.rows:
        st.caption(f"Not recorded for any of {plural(found.n_incidents, 'incident')} in view.")
        return
    drawn = found.rows[:MOST_BARS]
    show.chart(
        share_bars(
            [*(row.label for row in drawn), UNKNOWN],
            [*(row.count for row in drawn), found.n_unknown],
            [*(row.of_incidents for row in drawn), found.unknown],
            colours=colours,
            highlight=UNKNOWN,
        ),
        key=key,
        alt="; ".join(f"{row.label}: {row.count} of {found.n_incidents}" for row in drawn),
    )
    if len(found.rows) > MOST_BARS:
        st.caption(f"{plural(len(found.rows) - MOST_BARS, 'rarer label')} not drawn.")


def quarters(periods: CausePeriods) -> list[str]:
    """The names of the quarters, year and number."""
    months = periods.starts.astype("datetime64[M]").tolist()
    return [f"{day.year} Q{(day.month + 2) // 3}" for day in months]


def service_basis(table: CauseTable, when: str) -> str:
    """What the cells count, and which services are not drawn."""
    text = f"incidents of each cause and service · an incident counts for each service · {when}"
    if table.columns_left_out:
        text += f" · {plural(table.columns_left_out, 'rarer service')} not drawn"
    return text


def incidents_of_a_cause(page: Page, found: LabelShares) -> None:
    """The incidents behind one bar, chosen by the reader."""
    with st.expander("The incidents behind a cause"):
        names = [row.label for row in found.rows] + [UNKNOWN]
        name = st.selectbox("Root cause", names, key="cause_shown")
        view = source.view(page.scope.only_cause(name))
        tables.incidents(view, response(view, as_of=page.as_of), key="incidents_of_cause")
