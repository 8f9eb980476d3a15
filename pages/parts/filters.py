"""The reader's scope: filters in the sidebar, kept in the address and across pages.

A link that is sent on opens the same view, on a server that has just started too. The address wins
whenever it says something new (a link, a step back); otherwise the state of the filters does, and
is written to the address. Streamlit's own binding of widgets to the address loses it at the first
change of page, because it takes the parameters for those of the page that was left.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import ALL_TIME, Period, named_periods
from analytics.frames import History
from analytics.selection import UNKNOWN, Scope
from pages.parts.wording.numbers import literal

#: Parameter of the address → label of the filter, in the order shown.
LABELS = {"team": "Team", "service": "Service", "severity": "Severity", "cause": "Root cause"}
PERIOD = "period"
BETWEEN, FIRST_DAY, LAST_DAY = "Between two days", "from", "to"
DAYS = {FIRST_DAY: "From", LAST_DAY: "To"}
#: The days that any record may be of.
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
#: Everything that an address carries from page to page.
CARRIED = (PERIOD, *DAYS, *LABELS)
#: Where the address stands as it was last written.
WRITTEN = "address_written"
#: What the last address asked for that does not exist here, by filter.
NOT_APPLIED = "address_not_applied"
#: The sample holds several organisations; a trend over their mix would mean nothing.
SAMPLE_TEAM = "GitHub"

Values = dict[str, list[str]]


def scope(
    records: History, *, look_from: Callable[[tuple[str, ...]], dt.datetime], is_sample: bool
) -> tuple[Scope, dt.datetime]:
    """The scope that the reader has chosen and the moment to look from, after drawing the filters.

    Args:
        look_from: the moment from which the records of some teams are looked at, naive UTC.
        is_sample: whether the sample's first team is chosen by default.
    """
    options = _options(records)
    defaults: Values = {PERIOD: [ALL_TIME], **{key: [] for key in (*LABELS, *DAYS)}}
    if is_sample and SAMPLE_TEAM in options["team"]:
        defaults["team"] = [SAMPLE_TEAM]
    _adopt_address(options, defaults)
    as_of = look_from(tuple(st.session_state["team"]))
    period = _draw_period(as_of)
    chosen = {key: _draw_labels(key, options[key]) for key in LABELS}
    _write_address(defaults)
    _say_what_is_not_applied()
    drawn = Scope(
        start=period.start,
        end=period.end,
        teams=chosen["team"],
        services=chosen["service"],
        severities=chosen["severity"],
        causes=chosen["cause"],
    )
    return drawn, as_of


def parameters() -> Values:
    """The address parameters of the present filters, to be carried by links to other pages."""
    return dict(st.session_state.get(WRITTEN, {}))


def _adopt_address(options: Values, defaults: Values) -> None:
    """Set the filters before they are drawn: to what the address asks for, else to what they were.

    What an address asks for that does not exist is left out.
    """
    asked = _asked()
    unknown = {
        label: [value for value in asked.get(key, []) if value not in options[key]]
        for key, label in LABELS.items()
    } | {
        label: [value for value in asked.get(key, []) if _day([value]) is None]
        for key, label in DAYS.items()
    }
    is_new = asked != st.session_state.get(WRITTEN, {}) and (
        asked or WRITTEN not in st.session_state
    )
    if is_new:
        st.session_state[NOT_APPLIED] = {label: some for label, some in unknown.items() if some}
    for key in CARRIED:
        if is_new or key not in st.session_state:
            wanted = asked.get(key, defaults[key])
            st.session_state[key] = _value(key, wanted, options)
        else:  # a change of page drops the state of widgets that is not set anew
            st.session_state[key] = st.session_state[key]


def _say_what_is_not_applied() -> None:
    """A link may come from another store, or from before a team was renamed."""
    unknown: Values = st.session_state.get(NOT_APPLIED, {})
    parts = [f"{label} {', '.join(map(literal, some))}" for label, some in unknown.items()]
    if parts:
        st.warning(f"The link asks for what is not known here: {'; '.join(parts)}. Not applied.")


def _asked() -> Values:
    return {
        key: [value for value in st.query_params.get_all(key) if value]
        for key in CARRIED
        if key in st.query_params
    }


def _value(key: str, wanted: Sequence[str], options: Values) -> Any:
    if key in DAYS:
        return _day(wanted)
    if key == PERIOD:
        return wanted[0] if wanted else ALL_TIME
    return [value for value in wanted if value in options[key]]


def _day(wanted: Sequence[str]) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(wanted[0]) if wanted else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def _write_address(defaults: Values) -> None:
    """Put every filter that is not at its default into the address; an empty one as ``team=``."""
    written: Values = {}
    for key in CARRIED:
        value = st.session_state.get(key)
        words = value if isinstance(value, list) else [str(value)] if value else []
        if words != defaults[key]:
            written[key] = words or [""]
    for key in CARRIED:
        if key in written and st.query_params.get_all(key) != written[key]:
            st.query_params[key] = written[key]
        elif key not in written and key in st.query_params:
            del st.query_params[key]
    st.session_state[WRITTEN] = {k: [v for v in words if v] for k, words in written.items()}


def _draw_period(as_of: dt.datetime) -> Period:
    periods = {period.name: period for period in named_periods(as_of.date())}
    names = [*periods, BETWEEN]
    if st.session_state[PERIOD] not in names:
        st.session_state[PERIOD] = ALL_TIME
    name = st.sidebar.selectbox("Period", names, key=PERIOD)
    return periods[name] if name in periods else _between()


def _between() -> Period:
    """Two days of the reader's choice; an end before the start is said and asks for nothing."""
    left, right = st.sidebar.columns(2)
    first, last = (
        column.date_input(
            DAYS[key], key=key, format="YYYY-MM-DD", min_value=EARLIEST, max_value=LATEST
        )
        for column, key in ((left, FIRST_DAY), (right, LAST_DAY))
    )
    if first and last and last < first:
        st.sidebar.warning("The last day lies before the first; no period is applied.")
        return Period(BETWEEN, None, None)
    return Period(BETWEEN, first, last + dt.timedelta(days=1) if last else None)


def _draw_labels(key: str, options: Sequence[str]) -> tuple[str, ...]:
    return tuple(st.sidebar.multiselect(LABELS[key], options, key=key, placeholder="All"))


def _options(records: History) -> Values:
    incidents = records.incidents
    return {
        "team": _labels(incidents["team"]),
        "service": _labels(records.services["service"]),
        "severity": _labels(incidents["severity"]),
        "cause": _labels(incidents["root_cause_category"]),
    }


def _labels(column: pd.Series) -> list[str]:
    names = sorted((str(name) for name in column.cat.categories if name != UNKNOWN), key=str.lower)
    return [*names, UNKNOWN]
