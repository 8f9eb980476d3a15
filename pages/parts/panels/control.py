"""A control chart on a page, or why there is none: one or two points show no course."""

from collections.abc import Sequence

import streamlit as st

from analytics.calendar import Break, Datetimes
from analytics.surveillance import Chart, Signal
from pages.parts import show
from pages.parts.figures.stats import FEWEST_DRAWN, control_chart, too_few_drawn
from pages.parts.palette import Palette


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
        st.caption(too_few_drawn(len(at), unit))
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
