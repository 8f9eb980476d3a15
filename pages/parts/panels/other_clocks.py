"""The same incidents by other clocks: as a vendor computes it, and in working hours."""

from collections.abc import Mapping

import streamlit as st

from analytics.response.durations import StepResult
from analytics.response.other_clocks import (
    IN_WORKING_HOURS,
    VENDOR_MEAN,
    VENDORS,
    Vendor,
    in_working_hours,
    vendor_means,
    working_median,
)
from pages.parts import show, source, tables
from pages.parts.frame import Page
from pages.parts.panels import working_hours
from pages.parts.wording.numbers import duration_answer, exactly, plural
from pages.parts.wording.response import CLOCK_WORDS, STEP_WORDS, duration_or_few


def others(page: Page, steps: Mapping[str, StepResult], *, anchor: str) -> None:
    """As a vendor computes it, and in working hours."""
    with st.expander("As your vendor computes it, and in working hours"):
        vendor = st.selectbox(
            "Averages of", VENDORS, format_func=lambda one: one.name, key="vendor"
        )
        _vendor(page, vendor or VENDORS[0])
        st.divider()
        _working(page, steps, anchor)
        working_hours.edit(source.store())


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
