"""When does a control chart say that something changed: three rules, each with a name and words.

Colour and words appear on a chart only where one of these fired. The rules are Wheeler's as the
XmR community publishes them (xmrit): a point outside the limits, three of four nearer a limit than
the centre, eight in a row on one side. They look at standardised points, so one set serves every
chart: the limits are at -3 and +3.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.clocks import Floats

LIMIT = 3.0
NEARER_THE_LIMIT = LIMIT / 2.0
RUN = 8
WINDOW, WITHIN_WINDOW = 4, 3

OUTSIDE = "outside the limits"
NEAR_LIMIT = "3 of 4 nearer a limit"
ONE_SIDE = "8 on one side"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signal:
    """One rule that fired, once for as long as it goes on.

    Attributes:
        rule: its name, :data:`OUTSIDE`, :data:`NEAR_LIMIT` or :data:`ONE_SIDE`.
        direction: "up" or "down".
        start: index of the first point that is part of the evidence.
        index: index of the point at which the rule fired.
        last: index of the last point at which it still held.
        words: what happened, to be said beside the chart.
    """

    rule: str
    direction: str
    start: int
    index: int
    last: int
    words: str


def find_signals(standardised: Floats, *, offset: int = 0) -> tuple[Signal, ...]:
    """Every signal in a series of standardised points, in order of the point that gave it.

    Args:
        standardised: distance from the centre in thirds of the distance to the limit; a NaN ends
            every run.
        offset: added to each index (a segment starts somewhere in its chart).
    """
    found = []
    for direction, points in (("up", standardised), ("down", -standardised)):
        side, limit = ("above", "upper") if direction == "up" else ("below", "lower")
        for rule, fired, lead, words in (
            (OUTSIDE, points > LIMIT, 0, f"{side} the {limit} limit"),
            (
                NEAR_LIMIT,
                _crowded(points),
                WINDOW - 1,
                f"3 of 4 points nearer the {limit} limit than the centre",
            ),
            (
                ONE_SIDE,
                _streak(points > 0) >= RUN,
                RUN - 1,
                f"8 or more in a row {side} the centre",
            ),
        ):
            found += [
                Signal(rule, direction, offset + first - lead, offset + first, offset + last, words)
                for first, last in _episodes(fired)
            ]
    return tuple(sorted(found, key=lambda signal: (signal.index, signal.rule, signal.direction)))


def _crowded(points: Floats) -> Mask:
    """Whether at least 3 of the 4 points that end here are nearer the limit than the centre."""
    near = np.concatenate([[0], np.cumsum(points > NEARER_THE_LIMIT)])
    fired = np.zeros(len(points), dtype=bool)
    if len(points) >= WINDOW:
        whole = ~np.isnan(np.lib.stride_tricks.sliding_window_view(points, WINDOW)).any(axis=1)
        fired[WINDOW - 1 :] = (near[WINDOW:] - near[:-WINDOW] >= WITHIN_WINDOW) & whole
    return fired


def _streak(inside: Mask) -> npt.NDArray[np.int64]:
    """How many in a row, ending here, are inside."""
    place = np.arange(len(inside))
    last_outside = np.maximum.accumulate(np.where(inside, -1, place)) if len(inside) else place
    return place - last_outside


def _episodes(fired: Mask) -> list[tuple[int, int]]:
    """First and last index of each unbroken stretch of True."""
    edges = np.diff(np.concatenate([[0], fired.astype(np.int8), [0]]))
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
