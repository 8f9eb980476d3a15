"""The same incidents by other clocks: as a vendor computes it, and in working hours."""

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from analytics.response.other_clocks import (
    IN_WORKING_HOURS,
    VENDOR_MEAN,
    VENDORS,
    Vendor,
    WorkingHours,
    in_working_hours,
    vendor_means,
    working_median,
)
from analytics.response.steps import StepResult
from data.store import Store, StoreError
from data.working_hours import Hours, UnfitHours, holidays_in, set_working_hours
from pages.parts import show, source, tables
from pages.parts.frame import Page
from pages.parts.wording.numbers import duration_answer, exactly, literal, plural
from pages.parts.wording.response import CLOCK_WORDS, STEP_WORDS, duration_or_few

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: What most people work, offered where nothing is set.
USUAL = WorkingHours(9 * 3_600, 17 * 3_600, (0, 1, 2, 3, 4))


def others(page: Page, steps: Mapping[str, StepResult], *, anchor: str) -> None:
    """As a vendor computes it, and in working hours."""
    with st.expander("As your vendor computes it, and in working hours"):
        vendor = st.selectbox(
            "Averages of", VENDORS, format_func=lambda one: one.name, key="vendor"
        )
        _vendor(page, vendor or VENDORS[0])
        st.divider()
        _working(page, steps, anchor)


def _vendor(page: Page, vendor: Vendor) -> None:
    rows = [
        {
            f"{vendor.name} says": told.clock.name,
            "From": CLOCK_WORDS[told.clock.step.start],
            "To": CLOCK_WORDS[told.clock.step.end],
            "Its average": exactly(told.mean),
            "Incidents": f"{told.mean.n:,} of {len(page.view):,}",
            "Typical, by the same clocks": duration_or_few(told.median),
        }
        for told in vendor_means(page.view, vendor, as_of=page.as_of)
    ]
    tables.short_list(rows, alt=f"Averages as {vendor.name} computes them")
    with st.container(horizontal=True):
        st.caption("An average moves with its longest incident.", width="stretch")
        show.how(VENDOR_MEAN)


def _working(page: Page, steps: Mapping[str, StepResult], anchor: str) -> None:
    hours = source.working_hours()
    if hours is not None:
        rows = []
        for name, result in steps.items():
            worked = in_working_hours(page.view, result.durations, hours, anchor=anchor)
            rows.append(
                {
                    "": STEP_WORDS[name],
                    "Typical, in working hours": duration_or_few(working_median(worked)),
                    "By the plain clock": duration_answer(result.headline),
                    "Outside altogether": plural(int((worked.recorded == 0).sum()), "incident"),
                }
            )
        tables.short_list(rows, alt="Durations in working hours")
    with st.container(horizontal=True):
        st.caption(
            "Time in working hours is beside the plain clock, never in its place."
            if hours
            else "Say when people are at work to see how much of each time was working time.",
            width="stretch",
        )
        show.how(IN_WORKING_HOURS)
    _edit(source.store(), hours)


def _edit(store: Store, now: WorkingHours | None) -> None:
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
