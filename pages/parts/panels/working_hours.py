"""When people are at work, said once for all readers."""

import datetime as dt

import streamlit as st

from data.preferences import Hours, UnfitHours, holidays_in, set_working_hours
from data.preferences import working_hours as stored_hours
from data.store import Store, StoreError
from pages.parts import source
from pages.parts.wording.numbers import literal

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: What most people work, offered where nothing is set.
USUAL = Hours(9 * 3_600, 17 * 3_600, (0, 1, 2, 3, 4))


def edit(store: Store) -> None:
    """Set working hours, or take them away."""
    now = source.tried(lambda: stored_hours(store))
    shown = now or USUAL
    with st.form("working_hours", border=False):
        first, second, third, fourth, last = st.columns(
            [3, 1, 1, 3, 1], vertical_alignment="bottom"
        )
        days = first.multiselect(
            "Working days",
            range(7),
            default=list(shown.weekdays),
            format_func=WEEKDAYS.__getitem__,
        )
        opens = second.time_input("From", _time(shown.opens))
        closes = third.time_input("To", _time(shown.closes))
        free = fourth.text_input(
            "Holidays",
            " ".join(day.isoformat() for day in shown.holidays),
            placeholder="2026-12-25 2026-12-26",
        )
        if last.form_submit_button("Keep"):
            _set(store, (_seconds(opens), _seconds(closes), tuple(sorted(days))), free)
    if now is not None and st.button("Without working hours"):
        source.tried(lambda: set_working_hours(store, None))
        st.rerun()


def _set(store: Store, hours: tuple[int, int, tuple[int, ...]], holidays: str) -> None:
    try:
        set_working_hours(store, Hours(*hours, holidays_in(holidays)))
    except (UnfitHours, StoreError) as error:
        st.error(literal(str(error)), title="Not kept")
    else:
        st.rerun()


def _time(seconds: int) -> dt.time:
    return dt.time(seconds // 3_600 % 24, seconds // 60 % 60)


def _seconds(time: dt.time) -> int:
    return time.hour * 3_600 + time.minute * 60
