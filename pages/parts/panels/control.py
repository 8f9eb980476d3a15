"""A control chart on a page, or why there is none: one or two points show no course."""

from collections.abc import Sequence

import streamlit as st

from analytics.calendar import Break, Datetimes
from analytics.surveillance import Chart, Signal
from pages.parts import show
from pages.parts.figures.stats import control_chart
from pages.parts.palette import Palette
from pages.parts.wording.numbers import plural

#: With fewer there is a dot or a line between two, which looks like a finding and is none.
FEWEST_DRAWN = 3


def watched(
    chart: Chart,
    at: Datetimes,
    *,
    colours: Palette,
    durations: bool,
    breaks: Sequence[Break],
    key: str,
    alt: str,
    height: int = 260,
    coloured: Sequence[Signal] | None = None,
    unit: str = "month",
) -> None:
    """The chart from three points on, else how many there are.

    Args:
        at: the moment of each point.
        unit: what a point stands for, in the singular.
        height, coloured, durations: as in :func:`control_chart`.
    """
    if len(at) < FEWEST_DRAWN:
        st.caption(
            f"Too few to draw over time: {plural(len(at), unit)} so far, {FEWEST_DRAWN} are needed."
        )
        return
    show.chart(
        control_chart(
            chart,
            at,
            colours=colours,
            durations=durations,
            height=height,
            notes=[(marked.at, marked.note) for marked in breaks],
            coloured=coloured,
        ),
        key=key,
        alt=alt,
    )
