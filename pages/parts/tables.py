"""Rows behind the figures: short lists to print, and the whole view, cut in plain sight."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics.response.durations import StepResult
from analytics.selection import View
from analytics.units import MINUTE
from pages.parts import filters, leads, source
from pages.parts.card import Card, Grid, Lead, ToIncident
from pages.parts.downloads import Sheet, as_value, plain
from pages.parts.palette import DARK, LIGHT
from pages.parts.wording.numbers import literal, zone_name

#: Rows sent to the browser at most; more cannot be read and would slow every rerun.
MOST_ROWS = 1_000
#: Rows of a table that stands on a page with others; all are in the downloads.
MOST_ROWS_BESIDE = 250
#: How a list calls what a step took.
LASTED = {
    "TTD": "Detected after",
    "TTA": "Acknowledged after",
    "TTM": "Mitigated after",
    "TTR": "Resolved after",
}
#: Characters of a title in a link; the page of the incident has all of them.
LONGEST_LINK = 160
#: Characters of the words of a link that stand as they are at the end of an address.
AS_IT_IS = " ,:;/?@&=+$!'()*"
#: Where a session keeps what its page shows, for the files that the reader may take along.
SHOWN = "sheets_shown"
#: The spaces in "4 Oct 2026", at which a narrow column would break it.
DATE = re.compile(r"(?<=\d) (?=[A-Z][a-z]{2} \d{4})|(?<=\d [A-Z][a-z]{2}) (?=\d{4})")


#: How the keys of containers begin that scroll sideways where the screen is narrow.
SCROLLS = "scrolls_"
#: Streamlit fades captions, and their links with them, to less than 4.5:1 on white; and it writes
#: the chosen one of several buttons in the accent, which on a dark ground is no more than 3.4:1.
#: On a phone the cells of a table would be as narrow as their longest word; it scrolls instead.
#: A link to a page would be cut where the screen ends; it goes on in a second line.
#: What is in a container ``wide_…`` is for wide screens, in ``narrow_…`` for phones: a heat map and
#: its list.
READABLE = f"""
<style>
[data-testid="stCaptionContainer"] {{ opacity: 0.8; }}
[data-testid="stButtonGroup"] [data-selected="true"] p {{
  color: light-dark({LIGHT.text}, {DARK.text});
}}
@media (max-width: 640px) {{
  [data-testid="stTable"] :is(td, th) {{ min-width: 6rem; }}
  [data-testid="stTable"] :is(td, th):first-child {{ min-width: 9rem; }}
  [class*="st-key-{SCROLLS}"] {{ overflow-x: auto; }}
  [class*="st-key-{SCROLLS}"] > * {{ min-width: 34rem; }}
  [data-testid="stPageLink"] :is(a, span, div, p) {{ white-space: normal; max-width: 100%; }}
  [class*="st-key-wide_"] {{ display: none !important; }}
  [class*="st-key-narrow_"] [data-testid="stTable"] :is(td, th) {{ min-width: 0; padding: 4px; }}
}}
@media (min-width: 641px) {{
  [class*="st-key-narrow_"] {{ display: none !important; }}
}}
</style>
"""


def readable() -> None:
    """Give small words contrast, and cells and links room on a narrow screen."""
    st.html(READABLE)


def incident_link(identity: str, *, text: str | None = None) -> str:
    """Markdown that leads to the page of one incident."""
    shown = text or identity
    if len(shown) > LONGEST_LINK:
        shown = f"{shown[:LONGEST_LINK]}…"
    return f"[{literal(shown)}]({incident_address(identity)})"


def incident_address(identity: str) -> str:
    """The address of the page of one incident, relative to any page, with the filters kept."""
    return lead_address(leads.incident(identity))


def lead_address(lead: str) -> str:
    """Where a mark leads, as an address relative to any page, with the filters kept."""
    page, asked = leads.parted(lead)
    carried = leads.with_filters(asked, filters.parameters())
    return f"{page}?" + urlencode(carried, doseq=True, quote_via=quote)


def lead_link(lead: str, *, text: str) -> str:
    """Markdown that leads where a mark would."""
    return f"[{literal(text)}]({lead_address(lead)})" if lead else literal(text)


def short_list(rows: Sequence[Mapping[str, str]], *, alt: str) -> None:
    """A few rows of Markdown cells, all visible and printable; a date is not broken."""
    whole = [{name: DATE.sub("\u00a0", cell) for name, cell in row.items()} for row in rows]
    st.table(frame := pd.DataFrame(whole), hide_index=True, alt=alt)
    collect(Sheet(alt, alt, "", frame.map(plain)))


def collect(shown: Sheet | Card) -> None:
    """Keep what is shown for the files that the reader may take along."""
    st.session_state.setdefault(SHOWN, []).append(shown)


def nothing_collected() -> list[Sheet | Card]:
    """The list that a page's figures and rows are kept in from now on."""
    st.session_state[SHOWN] = kept = list[Sheet | Card]()
    return kept


def grid(
    frame: pd.DataFrame,
    *,
    alt: str,
    key: str,
    columns: Mapping[str, Any],
    more: bool = False,
    to_take: pd.DataFrame | None = None,
    choose: bool = False,
) -> list[int]:
    """A sortable table of at most :data:`MOST_ROWS` rows that says when it was cut.

    Args:
        frame: the rows, most important first; a column ``id`` becomes a link to the incident.
        columns: Streamlit's column configuration by column name.
        more: whether tags and own fields of the incidents may be added; in one table of a page.
        to_take: the rows as they are downloaded, where these hold addresses.
        choose: whether rows can be chosen.

    Returns:
        The places of the rows that the reader chose, in this order of rows.
    """
    collect(Sheet(key, alt, "", frame if to_take is None else to_take))
    shown = frame.head(MOST_ROWS)
    if more:
        shown, columns = _with_more(shown, columns)
    if "id" in shown:
        shown = shown.assign(id=[incident_address(identity) for identity in shown["id"]])
        columns = {
            "id": st.column_config.LinkColumn("Incident", display_text=r"id=([^&]+)"),
            **columns,
        }
    chosen = list[int]()
    if choose:
        event = st.dataframe(
            shown,
            hide_index=True,
            # Chosen are places: of other rows, or rows in another order, none is.
            key=f"{key}_{crc32(repr(frame.to_numpy().tolist()).encode())}",
            alt=alt,
            column_config=dict(columns),
            on_select="rerun",
            selection_mode="multi-row",
        )
        chosen = sorted(event["selection"]["rows"])
    else:
        st.dataframe(shown, hide_index=True, key=key, alt=alt, column_config=dict(columns))
    if len(frame) > MOST_ROWS:
        st.caption(
            f"The first {MOST_ROWS:,} of {len(frame):,} rows are shown; filter to see the others, "
            "or download them all."
        )
    return chosen


def card_grid(shown: Grid) -> None:
    """A grid of a card, with its links, numbers and days as such."""
    columns: dict[str, Any] = {}
    cells: dict[str, Any] = {}
    drawn = shown.rows.head(MOST_ROWS_BESIDE)
    for name, column in drawn.items():
        heading = shown.names.get(str(name), str(name))
        cells[str(name)], shape = _cells_of(column, heading)
        if name != "id":  # which every grid knows
            columns[str(name)] = shape
    frame = pd.DataFrame(cells, index=drawn.index)
    plain_rows = shown.rows.map(as_value)
    grid(frame, alt=shown.alt, key=shown.key, columns=columns, more=shown.own, to_take=plain_rows)
    if shown.total > len(frame):
        taken = min(shown.total, len(shown.rows))
        st.caption(
            f"The first {len(frame):,} of {shown.total:,} in this order; filter for others, or "
            f"download {'all' if taken == shown.total else f'the first {taken:,}'}."
        )


def _cells_of(column: pd.Series, heading: str) -> tuple[Any, Any]:
    """The cells of a column as Streamlit takes them, and how it shows them."""
    first = column.iloc[0] if len(column) else ""
    if isinstance(first, Lead):
        # The words of a link stand at its end, where the column finds them.
        cells = [f"{lead_address(lead.to)}#{quote(lead.text, safe=AS_IT_IS)}" for lead in column]
        return cells, st.column_config.LinkColumn(heading, display_text=r"#(.+)$", width="large")
    if isinstance(first, ToIncident):
        cells = [incident_address(cell.identity) for cell in column]
        return cells, st.column_config.LinkColumn(heading, display_text=r"id=([^&]+)")
    if pd.api.types.is_datetime64_any_dtype(column):
        return column, st.column_config.DatetimeColumn(
            f"{heading} ({zone_name()})", format="D MMM YYYY"
        )
    if pd.api.types.is_numeric_dtype(column):
        return column, st.column_config.NumberColumn(heading)
    return column, st.column_config.TextColumn(heading)


def _with_more(
    shown: pd.DataFrame, columns: Mapping[str, Any]
) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    """The rows with what the reader wants to see of their incidents besides."""
    history = source.history()
    names = filters.choose_columns(source.own_fields().names)
    own = source.own_values([name for name in names if name != filters.TAGS])
    by_name = {str(name): rows for name, rows in own.groupby("name", observed=True)}
    by_name[filters.TAGS] = history.tags.rename(columns={"tag": "value"})
    places = pd.Index(history.incidents["id"]).get_indexer(shown["id"])
    for name in names:
        values = by_name.get(name, own.head(0)).astype({"value": str})
        theirs = values[values["incident"].isin(places)]
        cells = theirs.groupby("incident")["value"].agg(", ".join).reindex(places)
        # A prefix, as an own field may be called like a column of ours.
        shown = shown.assign(**{f"own {name}": cells.to_numpy()})
    return shown, {**columns, **{f"own {name}": name for name in names}}


def incidents(view: View, steps: Mapping[str, StepResult], *, key: str) -> None:
    """The incidents in view, the latest first, with their durations in minutes."""
    rows = view.incidents
    frame = rows[["id", "title", "period_at", "team", "severity", "root_cause_category"]].copy()
    for name, result in steps.items():
        frame[name] = result.durations.seconds / MINUTE
    minutes = {
        name: st.column_config.NumberColumn(f"{LASTED[name]} (min)", format="%.0f", help=name)
        for name in steps
    }
    grid(
        frame.iloc[::-1],
        key=key,
        alt="Incidents in view with their durations",
        columns={
            "period_at": st.column_config.DatetimeColumn(
                f"Began ({zone_name()})", format="D MMM YYYY HH:mm"
            ),
            "team": "Team",
            "severity": "Severity",
            "root_cause_category": "Root cause",
            "title": st.column_config.TextColumn("Title", width="large"),
            **minutes,
        },
        more=True,
    )
