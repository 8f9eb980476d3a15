"""Are rare incidents getting rarer: the time between them, charted, where counts are mostly zero.

With fewer than about three a period a chart of counts has no lower limit and cannot show progress.
The time between events can: its power 1/3.6 is nearly normal for random arrivals, so an XmR chart
of that works in both directions (Nelson, 1994; Montgomery, 7.3.5). A point above the upper limit is
an improvement.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.clocks import Floats
from analytics.method import Example, Method
from analytics.surveillance.chart_rules import OUTSIDE, Signal
from analytics.surveillance.control import Chart, charted, segments

T_CHART = Method(
    title="Control chart of rare events (t)",
    answers="Are rare incidents becoming rarer?",
    formula=(
        "The time between one and the next, raised to 1/3.6, on an XmR chart; limits taken "
        "back. A point above the upper limit is an improvement."
    ),
    source="Nelson, Journal of Quality Technology 26, 1994; Montgomery, 7.3.5",
    leaves_out="The time since the last one is no point; it is only held against the limit.",
    example=Example(
        given="The time from one to the next is 20 and 40 days in turn, for 24 gaps.",
        inputs={"short": 20, "long": 40, "gaps": 24},
        gives=(
            "The centre is 28.8 days, and more than 126.9 days without one would be an improvement."
        ),
        result=(28.759, 126.94),
    ),
)

#: Turns exponential times into nearly normal ones.
POWER = 3.6
BETTER, WORSE = "an improvement", "a deterioration"


def t_chart(
    gaps: Floats,
    *,
    since_last: float | None = None,
    baseline: int | None = None,
    breaks: Sequence[int] = (),
) -> Chart:
    """The chart of times between events, in their unit.

    Args:
        gaps: time from each event to the next, in order, not negative.
        since_last: time since the last event until now; a gap that has not ended can only say
            that it is already longer than the limit.
        baseline, breaks: as in :func:`analytics.surveillance.control.xmr`.
    """
    gaps = np.asarray(gaps, dtype=np.float64)
    chart = charted(
        gaps,
        gaps ** (1.0 / POWER),
        _back,
        scale="power",
        method=T_CHART,
        segments=segments(len(gaps), baseline=baseline, breaks=breaks),
    )
    signals = tuple(
        replace(signal, words=f"{signal.words}: {_meaning(signal)}") for signal in chart.signals
    )
    return replace(chart, signals=signals + _ongoing(chart, since_last))


def _back(drawn: Floats) -> Floats:
    return np.where(np.isnan(drawn), np.nan, np.maximum(drawn, 0.0) ** POWER)


def _meaning(signal: Signal) -> str:
    return BETTER if signal.direction == "up" else WORSE


def _ongoing(chart: Chart, since_last: float | None) -> tuple[Signal, ...]:
    """The signal of a gap that still lasts and is already beyond the limit."""
    n = len(chart.values)
    if since_last is None or not n or not since_last > chart.high[-1]:
        return ()
    words = f"the time since the last one is already above the upper limit: {BETTER}"
    return (Signal(OUTSIDE, "up", n, n, n, words),)
