"""Is a time stable by month, and would a true improvement have been noticed?

A title that speaks of a change says what the review says and no more.
"""

import math
from collections.abc import Sequence

import numpy as np

from analytics.calendar import Break
from analytics.response.stability import SIMULATOR, Simulation, Stability
from analytics.review.claims import Claim
from analytics.statistics.trend import CHANGEPOINT, TREND
from analytics.surveillance import FALSE_ALARMS, XMR
from pages.parts.card import Card, Table
from pages.parts.figures.stats import (
    by_month,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import (
    duration,
    p_words,
    percent,
    plural,
)
from pages.parts.wording.response import (
    STEP_WORDS,
)
from pages.views.review import titled


def stable(
    months: Stability,
    step: str,
    claim: Claim | None,
    colours: Palette,
    *,
    breaks: Sequence[Break] = (),
) -> Card:
    """Whether a duration is stable from month to month, as the review judges it."""
    drawn, too_few = by_month(
        months.chart, months.starts, colours=colours, durations=True, breaks=breaks
    )
    return Card(
        key="control",
        title=stability_finding(step, claim),
        basis=stability_basis(months),
        methods=(XMR, FALSE_ALARMS, CHANGEPOINT, TREND),
        figure=drawn,
        alt=stability_finding(step, claim),
        notes=(*too_few, f"{chart_words(months)} {drift_words(months, claim)}"),
    )


def stability_finding(step: str, claim: Claim | None) -> str:
    """What the review says of a duration, as the title of its months.

    Args:
        step: name of the duration.
        claim: the question of the review about it; None where it has none. A signal of the chart
            alone is no claim.
    """
    return titled(f"{STEP_WORDS[step]} month by month", claim, rose="longer", fell="shorter")


def chart_words(months: Stability) -> str:
    """What the rules of the chart say, in small print: one of many charts, it locates at most."""
    reasons = [stretch.reason for stretch in months.chart.segments if stretch.reason]
    if not len(months.starts) or (reasons and len(reasons) == len(months.chart.segments)):
        return f"No limits yet: {reasons[0] if reasons else 'nothing is recorded'}."
    if not months.chart.signals:
        return "No rule of the chart fired."
    latest = months.chart.signals[-1]
    return f"Latest rule of the chart: {latest.words} ({_month(months, latest.index)})."


def drift_words(months: Stability, claim: Claim | None) -> str:
    """The month of a step, the drift with its interval, or why neither.

    A month is named only where the review claims a change and a step tells the months better than
    a line; a drift that the review does not claim is said to be none.
    """
    split, is_claimed = months.split, claim is not None and claim.verdict.is_claim
    if months.changed_level and is_claimed and split.index is not None:
        ratio = math.exp((split.after or 0.0) - (split.before or 0.0))
        ranks = months.second_opinion
        second = "" if ranks is None else f"; by ranks {p_words(ranks.p_value)}"
        return (
            f"The level changed in {_month(months, split.index)}: months since then are "
            f"{ratio:.2g} times as long ({p_words(split.p_value or 0.0)}{second})."
        )
    slope = months.drift.slope
    subject = "Drift of the monthly means"
    if months.since:
        subject += f" since the break before {_month(months, months.since)}"
    if slope.estimate is None:
        return f"{subject}: {slope.reason}."
    low, high = (_yearly(value) for value in (slope.low, slope.high))
    words = f"{subject}: {_yearly(slope.estimate)} a year ({low} to {high})"
    if slope.low is not None and slope.high is not None and slope.low <= 0 <= slope.high:
        return f"{words}, so no drift can be told."
    if not is_claimed:
        return f"{words}; judged with all questions of the review, it is not claimed."
    return f"{words}."


def stability_basis(months: Stability) -> str:
    """What is drawn, and how often a rule fires where nothing is amiss."""
    number, incidents = len(months.starts), int(months.n.sum())
    if not number:
        return "geometric mean of each month"
    parts = [
        "geometric mean of each month",
        f"{plural(number, 'month')} with {plural(incidents, 'incident')}",
    ]
    if months.false_alarms.estimate is not None:
        parts.append(
            f"in {percent(months.false_alarms.estimate)} of stable series of this length some rule "
            "fires by chance"
        )
    return " · ".join(parts)


def _yearly(log_per_month: float | None) -> str:
    if log_per_month is None:
        return "?"
    change = round(100 * (math.exp(12 * log_per_month) - 1))
    return f"{change:+d} %".replace("-", "−") if change else "about 0 %"


def _month(months: Stability, index: int) -> str:
    month = months.starts[min(index, len(months.starts) - 1)].astype("datetime64[M]")
    return f"{np.datetime64(month, 'D').astype(object):%b %Y}"


def would_notice(simulated: Simulation, *, shorter: str) -> Card:
    """How often each metric would have noticed that every incident became shorter.

    Args:
        shorter: by how much, in words.
    """
    if simulated.reason:
        return Card("would_notice", notes=(f"No simulation: {simulated.reason}.",))
    rows = tuple(
        {
            "Metric": verdict.metric,
            "Got better": percent(verdict.better.estimate),
            "Got worse": percent(verdict.worse.estimate),
        }
        for verdict in simulated.verdicts
    )
    return Card(
        key="would_notice",
        title="Would these figures have noticed an improvement?",
        basis=f"two samples of {simulated.incidents_each:,} of these incidents each, one truly "
        f"{shorter} shorter, drawn again and again",
        methods=(SIMULATOR,),
        tables=(Table(rows, alt="How often each metric noticed the improvement"),),
        notes=(
            "Even where nothing changes, the mean of two such samples differs by up to "
            f"{duration(simulated.mean_noise)} nine times in ten.",
        ),
    )
