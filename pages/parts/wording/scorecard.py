"""The tiles of the scorecard in words: value, judged word, and what stands behind them."""

from typing import Literal, NamedTuple

import numpy as np

from analytics.answer import Answer
from analytics.review.claims import Explains, Look
from analytics.review.review import DONE, HORIZON, OUTSIDE, REPEATS
from analytics.scorecard import (
    COVERAGE,
    HOURS,
    INCIDENTS,
    PUBLISH,
    SEVERE,
    Scorecard,
    Tile,
    Word,
)
from pages.parts.wording.numbers import DASH, count, duration, literal, percent, plural
from pages.parts.wording.review import doubt_words

TITLES = {
    INCIDENTS: "Incidents",
    SEVERE: "Severe incidents",
    "TTD": "MTTD: detect",
    "TTA": "MTTA: acknowledge",
    "TTM": "MTTM: mitigate",
    "TTR": "MTTR: resolve",
    HOURS: "Impact added up",
    REPEATS: "Repeats",
    OUTSIDE: "Found outside",
    DONE: f"Done in {HORIZON} days",
    COVERAGE: "Post-mortems",
    PUBLISH: "To publish",
}
#: What a figure is, in a sentence.
MEANS = {
    INCIDENTS: "Incidents that began in the period.",
    SEVERE: "Incidents of the worst severity in use.",
    "TTD": "From the start of impact to detection.",
    "TTA": "From detection to acknowledgement.",
    "TTM": "From the start of impact to mitigation.",
    "TTR": "From the start of impact to resolution.",
    HOURS: "Impact added up over incidents.",
    REPEATS: "Share of incidents whose cause had struck before, as people confirmed.",
    OUTSIDE: "Share of incidents that people outside noticed first.",
    DONE: f"Share of promised actions done within {HORIZON} days.",
    COVERAGE: "Share of incidents with a post-mortem or a written cause.",
    PUBLISH: "From resolution to the published post-mortem.",
}
#: What else may explain a change, as a question in a word or two.
ASKED = {
    Explains.LABELS: "labels?",
    Explains.TEAMS: "other teams?",
    Explains.LATE: "all recorded?",
    Explains.SHORT: "short ones?",
    Explains.ALL: "as all are?",
    Explains.OPEN: "open ones?",
    Explains.EMPTY: "loaded?",
}
#: What a figure counts, for its denominator.
COUNTED = {
    REPEATS: "incident of known cause",
    OUTSIDE: "incident where it is known who noticed",
    DONE: "action",
    COVERAGE: "incident",
}
#: One or two points show no course.
FEWEST_MONTHS = 3
#: From here on a tenth more or less says nothing.
TOLD_WHOLE = 10
COUNTS, ADDED_UP = (INCIDENTS, SEVERE), (HOURS,)
ARROWS: dict[Word, Literal["up", "down"]] = {Word.MORE: "up", Word.FEWER: "down"}
#: Only a claim has a colour; more or fewer is neither good nor bad.
COLOURS: dict[Word, Literal["green", "red"]] = {Word.BETTER: "green", Word.WORSE: "red"}

Arrow = Literal["up", "down", "off"]
Colour = Literal["green", "red", "off"]


class Shown(NamedTuple):
    """A tile as it stands on a page.

    Attributes:
        said: the judged word, and what it is held against.
        behind: what stands behind it, for whoever asks: Markdown.
        months: the line; empty with fewer than three known months.
        bars: whether the months add up, so that bars tell them.
    """

    title: str
    value: str
    said: str
    behind: str
    months: list[float]
    bars: bool
    arrow: Arrow
    colour: Colour


def shown(tile: Tile) -> Shown:
    """One tile of the scorecard."""
    known = tile.values[~np.isnan(tile.values)]
    return Shown(
        title=_title(tile),
        value=value(tile.now, tile.key),
        said=said(tile),
        behind=behind(tile),
        months=[float(month) for month in known] if len(known) >= FEWEST_MONTHS else [],
        bars=tile.key in (*COUNTS, *ADDED_UP),
        arrow=_arrow(tile),
        colour=COLOURS.get(tile.word, "off"),
    )


def value(answer: Answer, key: str) -> str:
    """One figure in its own unit; a sum of which parts are not known is at least so much."""
    if answer.estimate is None:
        return DASH
    return _at_least(answer, key) + _number(answer.estimate, key)


def said(tile: Tile) -> str:
    """The word and, where something changed, what was before; what is asked, as a question.

    A tile has room for some twenty signs.
    """
    if tile.claim is not None and tile.claim.doubt is not None:
        return ASKED[tile.claim.doubt.explains]
    if tile.word is Word.UNUSUAL:
        return "out of usual range"
    if tile.claim is None or not tile.claim.verdict.is_claim:
        return str(tile.word)
    if tile.claim.look is Look.YEAR:
        return f"{tile.word}: year was {value(tile.year_before, tile.key)}"
    if tile.claim.look is Look.LINE:
        return f"{tile.word} over 3 years"
    return f"{tile.word}: was {value(tile.reference, tile.key)}"


def not_compared(card: Scorecard) -> str:
    """What the figures that are not compared would need and have, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for tile in card.tiles:
        if tile.reason and tile.word is not Word.NOT_RECORDED:
            by_reason.setdefault(tile.reason, []).append(_title(tile))
    named = [f"{', '.join(names)} ({literal(reason)})" for reason, names in by_reason.items()]
    return f"Not compared yet: {'; '.join(named)}." if named else ""


def not_recorded(card: Scorecard) -> str:
    """Which figures nothing is recorded for."""
    names = [_title(tile) for tile in card.tiles if tile.word is Word.NOT_RECORDED]
    return f"Not recorded: {', '.join(names)}." if names else ""


def behind(tile: Tile) -> str:
    """What stands behind a value, a line each."""
    lines = [
        f"{MEANS[tile.key]} {_rests_on(tile)}",
        _usual(tile),
        f"Period before: {_or_why(tile.previous, tile.key)}",
        f"A year ago: {_or_why(tile.year_ago, tile.key)}",
        f"12 months: {_or_why(tile.year, tile.key)}; the 12 before: "
        f"{_or_why(tile.year_before, tile.key)}",
    ]
    if tile.mean is not None and tile.mean.known:
        lines.append(f"Arithmetic mean, as most tools report it: {duration(tile.mean.estimate)}")
    if tile.within is not None:
        lines.append(f"Within target: {within(tile.within)}")
    if tile.claim is not None and tile.claim.doubt is not None:
        lines.append(doubt_words(tile.claim.doubt))
    return "\n\n".join(lines)


def within(answer: Answer) -> str:
    """A share within target with its denominator and what is not known."""
    if answer.estimate is None:
        return literal(answer.reason)
    text = f"{percent(answer.estimate)} of {answer.n:,}"
    return f"{text}, {answer.n_missing:,} not known" if answer.n_missing else text


def _title(tile: Tile) -> str:
    return literal(tile.label) if tile.label else TITLES[tile.key]


def _number(estimate: float, key: str) -> str:
    if key in COUNTS:
        return count(round(estimate) if estimate >= TOLD_WHOLE else round(estimate, 1))
    return percent(estimate) if key in COUNTED else duration(estimate)


def _at_least(answer: Answer, key: str) -> str:
    return "≥ " if key == HOURS and answer.n_missing + answer.n_invalid else ""


def _or_why(answer: Answer, key: str) -> str:
    return literal(answer.reason) if answer.estimate is None else value(answer, key)


def _arrow(tile: Tile) -> Arrow:
    return ARROWS.get(tile.word, "off")


def _rests_on(tile: Tile) -> str:
    """How many stand behind a value, and of how many it is not known."""
    if tile.now.estimate is None:
        return literal(tile.now.reason)
    if tile.key in COUNTS:
        return ""
    what = COUNTED.get(tile.key, "incident")
    parts = [_plural(tile.now.n, what)]
    if tile.key not in (*COUNTED, *ADDED_UP):
        parts[0] = f"Typical time (median) of {parts[0]}"
    else:
        parts[0] = f"Of {parts[0]}" if tile.key in COUNTED else f"From {parts[0]}"
    if tile.now.n_missing:
        parts.append(f"{tile.now.n_missing:,} not known")
    if tile.now.n_invalid:
        parts.append(f"{tile.now.n_invalid:,} impossible, left out")
    return f"{', '.join(parts)}."


def _plural(number: int, what: str) -> str:
    first, _, rest = what.partition(" ")
    return f"{plural(number, first)} {rest}".rstrip()


def _usual(tile: Tile) -> str:
    usual = tile.usual
    if usual.low is None or usual.high is None:
        return f"Usual range: {literal(usual.reason)}"
    ends = f"{_number(usual.low, tile.key)} to {_number(usual.high, tile.key)}"
    text = f"Usual range (9 of 10 such periods, by the last {usual.n}): {ends}"
    outside = tile.now.estimate is not None and usual.holds(tile.now.estimate) is False
    if outside and tile.word is Word.AS_USUAL:
        text += "; a little outside it, as one in ten is"
    return text
