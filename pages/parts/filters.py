"""The reader's scope: filters in the sidebar, kept in the address and across pages.

A link that is sent on opens the same view, on a server that has just started too. The address wins
whenever it says something new (a link, a step back); otherwise the state of the filters does, and
is written to the address. Streamlit's own binding of widgets to the address loses it at the first
change of page, because it takes the parameters for those of the page that was left.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import ALL_TIME, Period, named_periods
from analytics.frames import History
from analytics.selection import UNKNOWN, Labels, Scope
from pages.parts.leads import BETWEEN, EXAMPLE, FIRST_DAY, LAST_DAY, PERIOD
from pages.parts.wording.numbers import literal

#: Parameter of the address → label of the filter, in the order shown.
LABELS = {
    "team": "Team",
    "service": "Service",
    "severity": "Severity",
    "cause": "Root cause",
    "tag": "Tag",
    "own": "Own field",
}
#: Of these only those are drawn that any record can be chosen by.
WHERE_THERE_ARE = ("tag", "own")
#: What is left out, by any of these labels: ``team:Web``, ``own:tier: gold``.
WITHOUT = "without"
#: Own fields, and tags, that lists of incidents show as columns.
COLUMNS, TAGS = "columns", "tags"
#: Where several values may be chosen.
CHOICES = {**LABELS, WITHOUT: "Leave out", COLUMNS: "More columns"}
DAYS = {FIRST_DAY: "From", LAST_DAY: "To"}
#: The days that any record may be of.
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)
#: Everything that an address carries from page to page.
CARRIED = (EXAMPLE, PERIOD, *DAYS, *CHOICES)
#: What single pages bind to the address, where it stands unless it is the default: chosen among
#: few, typed, or switched on.
CHOSEN = ("anchor", "by", "every", "find", "per", "policy", "step", "tab", "vendor", "words")
SWITCHED = ("behind", "guards_read", "mix", "shorter")
#: The address of a view that is being opened.
OPENING = "view_opening"
#: Where the address stands as it was last written.
WRITTEN = "address_written"
#: The title of the page that is open; the page that a mark led away from, with where and whence.
HERE, LEFT = "page_title", "page_left"
#: What the last address asked for that does not exist here, by filter.
NOT_APPLIED = "address_not_applied"
#: The sample holds several organisations; a trend over their mix would mean nothing.
SAMPLE_TEAM = "GitHub"

Values = dict[str, list[str]]
#: Name and value of a field that only this team's records have.
Own = tuple[str, str]


def scope(
    records: History,
    *,
    own: Sequence[Own],
    columns: Sequence[str],
    look_from: Callable[[tuple[str, ...]], dt.datetime],
    is_sample: bool,
    example: str | None,
) -> tuple[Scope, dt.datetime]:
    """The scope that the reader has chosen and the moment to look from, after drawing the filters.

    Args:
        own: own fields to choose by.
        columns: names of all own fields.
        look_from: the moment from which the records of some teams are looked at, naive UTC.
        is_sample: whether the sample's first team is chosen by default.
        example: the one that is looked at, if any; another one than before drops the filters.
    """
    every = [*own, *((name, UNKNOWN) for name in dict.fromkeys(name for name, _ in own))]
    pairs = {f"{name}: {value}": (name, value) for name, value in every}
    options = _options(records, list(pairs)) | {COLUMNS: [TAGS, *columns]}
    options[EXAMPLE] = [example] if example else []
    defaults: Values = {key: [] for key in CARRIED} | {PERIOD: [ALL_TIME]}
    if is_sample and SAMPLE_TEAM in options["team"]:
        defaults["team"] = [SAMPLE_TEAM]
    opening: Values | None = st.session_state.pop(OPENING, None)
    _adopt_address(options, defaults, opening)
    as_of = look_from(tuple(st.session_state["team"]))
    period = _draw_period(records.here(as_of).date())
    for key, label in LABELS.items():
        if key not in WHERE_THERE_ARE or len(options[key]) > 1:  # one is what stands for none
            _draw(key, label, options[key], shown=str, empty="All")
    _draw(WITHOUT, CHOICES[WITHOUT], options[WITHOUT], shown=_left_out, empty="Nothing")
    _write_address(defaults)
    _set_page(opening)
    _say_what_is_not_applied()
    chosen = {key: tuple(st.session_state[key]) for key in LABELS}
    without = _by_filter(st.session_state[WITHOUT])
    drawn = Scope(
        start=period.start,
        end=period.end,
        without=Labels(**_labels(without, pairs)),
        **_labels(chosen, pairs),
    )
    return drawn, as_of


def leave(address: Mapping[str, Sequence[str]]) -> None:
    """Remember what this page's address was when a mark leads away from it.

    Streamlit writes the address of the next page to the one that is left, before it goes there.

    Args:
        address: the parameters of the next page.
    """
    before = {key: st.query_params.get_all(key) for key in st.query_params}
    st.session_state[LEFT] = (st.session_state[HERE], _plain(address), before)


def come_back(title: str) -> None:
    """Give a page that one returns to its own address again, and run it anew.

    Args:
        title: of the page that opens.
    """
    st.session_state[HERE] = title
    left, address, before = st.session_state.get(LEFT, ("", {}, {}))
    here = _plain({key: st.query_params.get_all(key) for key in st.query_params})
    if title == left and here == address:
        del st.session_state[LEFT]
        st.query_params.from_dict(before)
        st.rerun()


def _plain(address: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Parameters that say something, to be compared."""
    kept = {key: [value for value in values if value] for key, values in address.items()}
    return {key: values for key, values in kept.items() if values}


def choose_columns(own: Sequence[str]) -> list[str]:
    """What the reader wants to see in a list besides, after drawing the choice of it.

    Args:
        own: names of all own fields.
    """
    return st.multiselect(CHOICES[COLUMNS], [TAGS, *own], key=COLUMNS, placeholder="None")


def parameters() -> Values:
    """The address parameters of the present filters, to be carried by links to other pages."""
    return dict(st.session_state.get(WRITTEN, {}))


def address() -> Values:
    """All that the address says, so that a link with it opens the page as it is.

    It names what is at its default too, as a bare address leaves all of that as it is set.
    """
    asked = {key: st.query_params.get_all(key) for key in st.query_params if key != EXAMPLE}
    states = {key: st.session_state.get(key) for key in (*CHOSEN, *SWITCHED)}
    words = {key: str(state) for key, state in states.items() if isinstance(state, str)}
    words |= {key: str(state).lower() for key, state in states.items() if isinstance(state, bool)}
    return {PERIOD: [ALL_TIME], **{key: [word] for key, word in words.items() if word}, **asked}


def open_here(address: Mapping[str, Sequence[str]]) -> None:
    """Open this page with an address when it is drawn next; called before that.

    A link does so for any other page, but not for the open one: there Streamlit keeps the state of
    a widget where the address has its default.
    """
    st.session_state[OPENING] = _plain(address)


def _set_page(opening: Values | None) -> None:
    """Set what is no filter to what a view asks for, before the page draws it."""
    if opening is None:
        return
    drawn = {key for key in (*CHOSEN, *SWITCHED) if key in st.session_state}
    for key in drawn & opening.keys():
        word = opening[key][0]
        state = word == "true" if key in SWITCHED else word
        if st.session_state[key] != state:
            st.session_state[key] = state
    others = {*CARRIED, *drawn}
    for key in [key for key in st.query_params if key not in others and key not in opening]:
        del st.query_params[key]
    for key in opening.keys() - others:
        st.query_params[key] = opening[key]


def _adopt_address(options: Values, defaults: Values, opening: Values | None) -> None:
    """Set the filters before they are drawn: to what the address asks for, else to what they were.

    What an address asks for that does not exist is left out.

    Args:
        opening: the address of a view, which counts in place of the browser's.
    """
    asked = _asked(opening)
    unknown = {
        label: [value for value in asked.get(key, []) if value not in options[key]]
        for key, label in CHOICES.items()
    } | {
        label: [value for value in asked.get(key, []) if _day([value]) is None]
        for key, label in DAYS.items()
    }
    before = st.session_state.get(WRITTEN)
    # A bare address is that of a link which says nothing of filters, unless it leaves an example.
    is_new = asked != (before or {}) and (asked or before is None or EXAMPLE in before)
    if is_new:
        st.session_state[NOT_APPLIED] = {label: some for label, some in unknown.items() if some}
    for key in CARRIED:
        if is_new or key not in st.session_state or key == EXAMPLE:
            wanted = asked.get(key, defaults[key])
            st.session_state[key] = _value(key, wanted, options)
        else:  # a change of page drops the state of widgets that is not set anew
            st.session_state[key] = _still_there(key, st.session_state[key], options)


def _say_what_is_not_applied() -> None:
    """A link may come from another store, or from before a team was renamed."""
    unknown: Values = st.session_state.get(NOT_APPLIED, {})
    parts = [f"{label} {', '.join(map(literal, some))}" for label, some in unknown.items()]
    if parts:
        st.warning(f"The link asks for what is not known here: {'; '.join(parts)}. Not applied.")


def _asked(opening: Values | None) -> Values:
    if opening is not None:
        return {key: opening[key] for key in CARRIED if key in opening}
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


def _still_there(key: str, value: Any, options: Values) -> Any:
    """The state of a filter without what went with the records, which its widget would refuse."""
    return [one for one in value if one in options[key]] if key in CHOICES else value


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


def _draw_period(today: dt.date) -> Period:
    periods = {period.name: period for period in named_periods(today)}
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


def _draw(
    key: str, label: str, options: Sequence[str], *, shown: Callable[[str], str], empty: str
) -> None:
    st.sidebar.multiselect(label, options, key=key, format_func=shown, placeholder=empty)


def _left_out(choice: str) -> str:
    key, _, value = choice.partition(":")
    return f"{LABELS[key]}: {value}"


def _by_filter(choices: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The values that are left out, by filter."""
    parted = [choice.partition(":") for choice in choices]
    return {key: tuple(value for of, _, value in parted if of == key) for key in LABELS}


def _labels(chosen: Mapping[str, tuple[str, ...]], pairs: Mapping[str, Own]) -> dict[str, Any]:
    """What was chosen, as a scope names it."""
    return {
        "teams": chosen["team"],
        "services": chosen["service"],
        "severities": chosen["severity"],
        "causes": chosen["cause"],
        "tags": chosen["tag"],
        "own": tuple(pairs[each] for each in chosen["own"]),
    }


def _options(records: History, own: list[str]) -> Values:
    incidents = records.incidents
    options = {
        "team": _names(incidents["team"]),
        "service": _names(records.services["service"]),
        "severity": _names(incidents["severity"]),
        "cause": _names(incidents["root_cause_category"]),
        "tag": _names(records.tags["tag"]),
        "own": own,
    }
    left_out = [f"{key}:{value}" for key, values in options.items() for value in values]
    return options | {WITHOUT: left_out}


def _names(column: pd.Series) -> list[str]:
    names = sorted((str(name) for name in column.cat.categories if name != UNKNOWN), key=str.lower)
    return [*names, UNKNOWN]
