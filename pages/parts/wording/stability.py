"""Stability in words: which rules fired and when, what changed, what cannot be told."""

import math

import numpy as np

from analytics.response.stability import Stability
from analytics.review.claims import Claim
from pages.parts.wording.numbers import p_words, percent, plural
from pages.parts.wording.response import STEP_WORDS
from pages.parts.wording.review import titled


def stability_finding(step: str, claim: Claim | None) -> str:
    """What the review says of a duration, as the title of its months.

    Args:
        step: name of the duration.
        claim: the question of the review about it; None where it has none. A signal of the chart
            alone is no claim.
    """
    return titled(f"{STEP_WORDS[step]} month by month", claim, rose="longer", fell="shorter")


def chart_words(found: Stability) -> str:
    """What the rules of the chart say, in small print: one of many charts, it locates at most."""
    reasons = [part.reason for part in found.chart.segments if part.reason]
    if not len(found.starts) or (reasons and len(reasons) == len(found.chart.segments)):
        return f"No limits yet: {reasons[0] if reasons else 'nothing is recorded'}."
    if not found.chart.signals:
        return "No rule of the chart fired."
    latest = found.chart.signals[-1]
    return f"Latest rule of the chart: {latest.words} ({_month(found, latest.index)})."


def drift_words(found: Stability, claim: Claim | None) -> str:
    """The month of a step, the drift with its interval, or why neither.

    A month is named only where the review claims a change and a step tells the months better than
    a line; a drift that the review does not claim is said to be none.
    """
    split, is_claimed = found.split, claim is not None and claim.verdict.is_claim
    if found.changed_level and is_claimed and split.index is not None:
        ratio = math.exp((split.after or 0.0) - (split.before or 0.0))
        ranks = found.second_opinion
        second = "" if ranks is None else f"; by ranks {p_words(ranks.p_value)}"
        return (
            f"The level changed in {_month(found, split.index)}: months since then are "
            f"{ratio:.2g} times as long ({p_words(split.p_value or 0.0)}{second})."
        )
    slope = found.drift.slope
    subject = "Drift of the monthly means"
    if found.since:
        subject += f" since the break before {_month(found, found.since)}"
    if slope.estimate is None:
        return f"{subject}: {slope.reason}."
    low, high = (_yearly(value) for value in (slope.low, slope.high))
    words = f"{subject}: {_yearly(slope.estimate)} a year ({low} to {high})"
    includes_none = slope.low is not None and slope.high is not None
    includes_none = includes_none and (slope.low or 0.0) <= 0 <= (slope.high or 0.0)
    if includes_none:
        return f"{words}, so no drift can be told."
    if not is_claimed:
        return f"{words}; judged with all questions of the review, it is not claimed."
    return f"{words}."


def stability_basis(found: Stability) -> str:
    """What is drawn, and how often a rule fires where nothing is amiss."""
    months, incidents = len(found.starts), int(found.n.sum())
    if not months:
        return "geometric mean of each month"
    parts = [
        "geometric mean of each month",
        f"{plural(months, 'month')} with {plural(incidents, 'incident')}",
    ]
    if found.false_alarms.estimate is not None:
        parts.append(
            f"in {percent(found.false_alarms.estimate)} of stable series of this length some rule "
            "fires by chance"
        )
    return " · ".join(parts)


def _yearly(log_per_month: float | None) -> str:
    if log_per_month is None:
        return "?"
    change = round(100 * (math.exp(12 * log_per_month) - 1))
    return f"{change:+d} %".replace("-", "−") if change else "about 0 %"


def _month(found: Stability, index: int) -> str:
    month = found.starts[min(index, len(found.starts) - 1)].astype("datetime64[M]")
    return f"{np.datetime64(month, 'D').astype(object):%b %Y}"
