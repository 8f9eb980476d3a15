"""How are we doing, and is that better or worse than before: the tiles of the front page."""

from typing import Literal

import numpy as np

from analytics.answer import Answer
from analytics.response.durations import ARITHMETIC_MEAN
from analytics.review.claims import Explains, Look
from analytics.review.review import DONE, OUTSIDE, REPEATS, Review
from analytics.scorecard import (
    COVERAGE,
    HOURS,
    INCIDENT_COUNT,
    INCIDENTS,
    POSTMORTEM_COVERAGE,
    PUBLISH,
    SCORECARD,
    SEVERE,
    TIME_TO_PUBLISH,
    Scorecard,
    Word,
)
from analytics.scorecard import Tile as Scored
from analytics.statistics.quantiles import MEDIAN
from analytics.targets import WITHIN_TARGET
from pages.parts import leads
from pages.parts.card import Card, Lead, Tile
from pages.parts.wording.numbers import DASH, count, duration, literal, percent, plural
from pages.views.review import doubt_words, severity_names

TITLES = {
    INCIDENTS: "Incidents",
    SEVERE: "Severe incidents",
    "TTD": "Time to detect",
    "TTA": "Time to acknowledge",
    "TTM": "Time to mitigate",
    "TTR": "Time to resolve",
    HOURS: "Impact added up",
    REPEATS: "Repeats",
    OUTSIDE: "Found outside",
    DONE: "Done in time",
    COVERAGE: "Post-mortems",
    PUBLISH: "Time to publish",
}
#: What a figure is, in a sentence.
MEANS = {
    INCIDENTS: "Incidents that began in the period.",
    SEVERE: "Incidents of the worst severity in use.",
    "TTD": "From the start of impact to detection (MTTD).",
    "TTA": "From detection to acknowledgement (MTTA).",
    "TTM": "From the start of impact to mitigation (MTTM).",
    "TTR": "From the start of impact to resolution (MTTR).",
    HOURS: "Impact added up over incidents.",
    REPEATS: "Share of incidents whose cause had struck before, as people confirmed.",
    OUTSIDE: "Share of incidents that people outside noticed first.",
    DONE: "Share of promised actions done within {}.",
    COVERAGE: "Share of incidents with a post-mortem or a written cause.",
    PUBLISH: "From resolution to the published post-mortem.",
}
#: What else may explain a change, as a question in a word or two.
ASKED = {
    Explains.LABELS: "relabelled?",
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

#: Definitions of the tiles that no page of their own explains, and of what all of them share.
METHODS = (
    SCORECARD,
    INCIDENT_COUNT,
    MEDIAN,
    ARITHMETIC_MEAN,
    POSTMORTEM_COVERAGE,
    TIME_TO_PUBLISH,
    WITHIN_TARGET,
)
#: What a tile says of itself beside its value, shorter than where there is a line for it.
SHORT = {Word.AS_USUAL: "as usual", Word.TOO_FEW: "too few yet"}


def first_tiles(card: Scorecard, reviewed: Review) -> Card:
    """What a leader asks for first: how many, how bad, how long, seen how soon, again, promised."""
    return Card("tiles", tiles=tuple(metric(card.tile(key), reviewed) for key in _first(reviewed)))


def other_tiles(card: Scorecard, reviewed: Review) -> Card:
    """The other figures, and what their words are taken from."""
    first = _first(reviewed)
    return Card(
        "scorecard",
        title="More figures of the period",
        basis="The word is the review's, the line is by month.",
        methods=METHODS,
        tiles=tuple(metric(tile, reviewed) for tile in card.tiles if tile.key not in first),
    )


def _first(reviewed: Review) -> tuple[str, ...]:
    recover = reviewed.times.step.name
    noticed = "TTD" if recover != "TTD" else "TTR"
    return INCIDENTS, SEVERE, recover, noticed, REPEATS, DONE


def metric(tile: Scored, reviewed: Review | None = None) -> Tile:
    """One tile of the scorecard, with the way to its incidents where it is of a review."""
    known = tile.values[~np.isnan(tile.values)]
    return Tile(
        label=_title(tile),
        value=value(tile.now, tile.key),
        beside=said(tile),
        help=behind(tile),
        course=tuple(float(month) for month in known) if len(known) >= FEWEST_MONTHS else (),
        bars=tile.key in (*COUNTS, *ADDED_UP),
        arrow=ARROWS.get(tile.word, "off"),
        colour=COLOURS.get(tile.word, "off"),
        lead=None if reviewed is None else lead(tile, reviewed),
    )


def lead(tile: Scored, reviewed: Review) -> Lead:
    """Where a tile leads, saying on how many its value rests; without a value, to what to record.

    Shares of actions lead to the actions, repeats to their ledger, all others to the incidents.
    """
    if tile.now.estimate is None:
        return Lead(leads.to_page("records"), "record it")
    if tile.key == DONE:
        return Lead(leads.to_page("actions"), plural(tile.now.n, "action"))
    if tile.key == REPEATS:
        return Lead(leads.to_page("repeats"), plural(tile.now.n, "incident"))
    span = reviewed.sides.now.period
    labels = {"severity": severity_names(reviewed, tile.label)} if tile.label else {}
    counted = "see which" if tile.key in COUNTS else plural(tile.now.n, "incident")
    return Lead(leads.incidents(start=span.start, end=span.end, **labels), counted)


def value(answer: Answer, key: str) -> str:
    """One figure in its own unit; a sum of which parts are not known is at least so much."""
    if answer.estimate is None:
        return DASH
    return _at_least(answer, key) + _number(answer.estimate, key)


def said(tile: Scored) -> str:
    """The word and, where something changed, what was before; what is asked, as a question.

    A tile has room for some twenty signs.
    """
    if tile.claim is not None and tile.claim.doubt is not None:
        return ASKED[tile.claim.doubt.explains]
    if tile.word is Word.UNUSUAL:
        return "out of usual range"
    if tile.claim is None or not tile.claim.verdict.is_claim:
        return SHORT.get(tile.word, str(tile.word))
    if tile.claim.look is Look.YEAR:
        return f"{tile.word}: year was {value(tile.year_before, tile.key)}"
    if tile.claim.look is Look.LINE:
        return f"{tile.word} over 3 years"
    return f"{tile.word}: was {value(tile.reference, tile.key)}"


def left_out(card: Scorecard) -> str:
    """Which values leave impossible times out, and which sums are only at least so much."""
    named = [
        f"{_title(tile)} {value(tile.now, tile.key)}, of {plural(tile.now.n, 'incident')} "
        f"({_not_in(tile.now)})"
        for tile in card.tiles
        if tile.now.known and (tile.now.n_invalid or _at_least(tile.now, tile.key))
    ]
    return f"Not all incidents are in: {'; '.join(named)}." if named else ""


def _not_in(answer: Answer) -> str:
    reasons = ((answer.n_missing, "not known"), (answer.n_invalid, "impossible"))
    return ", ".join(f"{number:,} {why}" for number, why in reasons if number)


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


def behind(tile: Scored) -> str:
    """What stands behind a value, a line each."""
    lines = [
        f"{_means(tile)} {_rests_on(tile)}",
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


def _title(tile: Scored) -> str:
    if tile.key == DONE and tile.claim is not None and tile.claim.label.endswith("days"):
        return f"Done in {tile.claim.label}"
    return literal(tile.label[:1].upper() + tile.label[1:]) if tile.label else TITLES[tile.key]


def _means(tile: Scored) -> str:
    promised = tile.claim.label if tile.claim is not None else "the promise"
    return MEANS[tile.key].format(literal(promised)) if tile.key == DONE else MEANS[tile.key]


def _number(estimate: float, key: str) -> str:
    if key in COUNTS:
        return count(round(estimate) if estimate >= TOLD_WHOLE else round(estimate, 1))
    return percent(estimate) if key in COUNTED else duration(estimate)


def _at_least(answer: Answer, key: str) -> str:
    return "≥ " if key == HOURS and answer.n_missing + answer.n_invalid else ""


def _or_why(answer: Answer, key: str) -> str:
    return literal(answer.reason) if answer.estimate is None else value(answer, key)


def _rests_on(tile: Scored) -> str:
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


def _usual(tile: Scored) -> str:
    usual = tile.usual
    if usual.low is None or usual.high is None:
        return f"Usual range: {literal(usual.reason)}"
    ends = f"{_number(usual.low, tile.key)} to {_number(usual.high, tile.key)}"
    text = f"Usual range (9 of 10 such periods, by the last {usual.n}): {ends}"
    outside = tile.now.estimate is not None and usual.holds(tile.now.estimate) is False
    if outside and tile.word is Word.AS_USUAL:
        text += "; a little outside it, as one in ten is"
    return text
