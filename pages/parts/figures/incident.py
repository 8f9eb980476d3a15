"""One incident drawn: its clocks on one line of time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from pages.parts.figures.charts import figure, html_safe
from pages.parts.palette import Palette
from pages.parts.wording.numbers import minute, seen, zone_name

#: Words longer than this are cut in the hover; the timeline below the figure has them whole.
HOVER_CHARACTERS = 160
#: Characters of a label that fit beside each other on a phone, where the line is shortest.
LINE_CHARACTERS = 38
#: Pixels: from the line to the lowest label, from label to label, and of what stands below.
FIRST_LABEL, NEXT_LABEL, BELOW = 26, 19, 100
#: Marks in the outer thirds have their labels on the inner side, so that none is cut.
OUTER = 1 / 3


@dataclass(frozen=True)
class Mark:
    """One clock.

    Attributes:
        at: by the reader's clock.
        said: the moment in words, with its zone.
        short: its hour, empty where no more than the day is known.
    """

    name: str
    at: dt.datetime
    said: str
    short: str


def clock_line(
    clocks: Sequence[Mark],
    events: Sequence[tuple[dt.datetime, str]],
    *,
    colours: Palette,
) -> go.Figure:
    """The clocks of one incident as labelled marks, its timeline as small dots below.

    Args:
        clocks: in order of time.
        events: moment and words of each dated timeline event.
    """
    texts = [f"{mark.name} {mark.short}".rstrip() for mark in clocks]
    places = _places([mark.at for mark in clocks])
    levels = _levels(places, texts)
    above = FIRST_LABEL + NEXT_LABEL * (max(levels) + 1)
    labelled = go.Scatter(
        x=[mark.at for mark in clocks],
        y=[0] * len(clocks),
        mode="lines+markers",
        line={"color": colours.grey, "width": 2},
        marker={"color": colours.accent, "size": 10},
        text=[f"{mark.name}<br>{mark.said}" for mark in clocks],
        hovertemplate="%{text}<extra></extra>",
    )
    small = go.Scatter(
        x=[seen(at) for at, _ in events],
        y=[-0.6] * len(events),
        mode="markers",
        marker={"color": colours.grey, "size": 6},
        text=[f"{minute(at)}<br>{html_safe(words[:HOVER_CHARACTERS])}" for at, words in events],
        hovertemplate="%{text}<extra></extra>",
    )
    notes = [
        {
            "x": mark.at,
            "y": 0,
            "text": text,
            "xanchor": _anchor(place),
            "bgcolor": colours.ground,
            "borderpad": 0,
            "showarrow": True,
            "arrowwidth": 1,
            "arrowcolor": colours.pale,
            "ax": 0,
            "ay": -FIRST_LABEL - NEXT_LABEL * level,
            "font": {"color": colours.text},
        }
        for level, place, text, mark in zip(levels, places, texts, clocks, strict=True)
    ]
    return figure(
        [labelled, *([small] if events else [])],
        colours=colours,
        height=above + BELOW,
        notes=notes,
        x={"title": f"times in {zone_name()}"},
        y={"visible": False, "range": [-1.1, above / 30]},
    )


def _places(moments: Sequence[dt.datetime]) -> list[float]:
    """Where each moment is on the line, from 0 to 1."""
    first, span = moments[0], moments[-1] - moments[0]
    return [(at - first) / span if span else 0.5 for at in moments]


def _anchor(place: float) -> str:
    """Which part of its label stands over a mark."""
    if place < OUTER:
        return "left"
    return "right" if place > 1 - OUTER else "center"


def _levels(places: Sequence[float], texts: Sequence[str]) -> list[int]:
    """For each label the lowest line on which it covers no other, on a phone too."""
    ends: list[list[tuple[float, float]]] = []
    levels = []
    for place, text in zip(places, texts, strict=True):
        width = (len(text) + 1) / LINE_CHARACTERS
        left = place - width * {"left": 0.0, "center": 0.5, "right": 1.0}[_anchor(place)]
        free = (n for n, taken in enumerate(ends) if _is_free(taken, left, left + width))
        level = next(free, len(ends))
        if level == len(ends):
            ends.append([])
        ends[level].append((left, left + width))
        levels.append(level)
    return levels


def _is_free(taken: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    return all(right <= start or end <= left for start, end in taken)
