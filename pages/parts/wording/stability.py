"""Stability in words: which rules fired and when, what changed, what cannot be told."""

import math

import numpy as np

from analytics.response.stability import Stability
from pages.parts.wording.numbers import p_words, percent, plural


def stability_finding(found: Stability) -> str:
    """What the control chart says, as the title of its figure."""
    reasons = [part.reason for part in found.chart.segments if part.reason]
    if not len(found.starts) or (reasons and len(reasons) == len(found.chart.segments)):
        return f"Stability cannot be told: {reasons[0] if reasons else 'nothing is recorded'}"
    if not found.chart.signals:
        return "No sign of instability from month to month: no rule fired"
    latest = found.chart.signals[-1]
    return f"{latest.words[0].upper()}{latest.words[1:]} ({_month(found, latest.index)})"


def drift_words(found: Stability) -> str:
    """A change of level if there was one, else the drift with its interval, else why neither."""
    split = found.split
    if found.changed_level and split.index is not None:
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
    if slope.low is not None and slope.high is not None and slope.low <= 0 <= slope.high:
        return f"{words}, so no drift can be told."
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
