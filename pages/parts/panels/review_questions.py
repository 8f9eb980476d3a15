"""What a trend review rests on: its control charts, and every question that was asked."""

import streamlit as st

from analytics.causes.labels import CAUSE_SHARE
from analytics.repeats.ledger import OF_EXAMINED
from analytics.response.durations import FOUND_OUTSIDE, SMALLEST_CHANGE
from analytics.review.causes import CAUSE_MIX, KNOWN_CAUSE_SHARE
from analytics.review.claims import REVIEW_CLAIM, Claim
from analytics.review.power import POWER_TABLE, power
from analytics.review.rates import REVIEW_RATE, SMALLEST_CHANGE_OF_RATE
from analytics.review.review import Review
from analytics.review.shares import DONE_WITHIN_OF_PERIOD, SMALLEST_CHANGE_OF_SHARE
from analytics.review.tail import IMPACT_A_DAY, IMPACT_AGAINST_QUARTERS, SHARE_BEYOND
from analytics.statistics.groups import BENJAMINI_HOCHBERG
from analytics.statistics.quantiles import GEOMETRIC_MEAN
from analytics.statistics.rates import RATE_RATIO
from analytics.statistics.serial import CHANGE_OF_YEARS, LINE_OF_MONTHS
from analytics.statistics.shares import SHARE_DIFFERENCE
from analytics.statistics.survival import LOG_RANK
from analytics.statistics.two_samples import MANN_WHITNEY, RATIO_OF_DURATIONS
from analytics.surveillance import FALSE_ALARMS, T_CHART, U_CHART
from pages.parts import show, tables
from pages.parts.palette import Palette
from pages.parts.panels import control
from pages.parts.wording.numbers import literal
from pages.parts.wording.response import STEP_WORDS
from pages.parts.wording.review import (
    VERDICTS,
    change_words,
    doubt_words,
    figure,
    likely_to_show,
    over_longer,
    quarters_words,
    reference_title,
    second_opinion,
    size,
    subject,
)

#: What the points of each kind of chart are.
CHART_WORDS = {
    "u": "incidents a day, by month",
    "t": "days from one to the next; a point above the limit is an improvement",
    "xmr": "monthly geometric means",
}
#: Definitions of all that the table of questions holds, and of the second opinions below it.
ASKED = (
    REVIEW_CLAIM,
    BENJAMINI_HOCHBERG,
    REVIEW_RATE,
    RATE_RATIO,
    SMALLEST_CHANGE_OF_RATE,
    GEOMETRIC_MEAN,
    RATIO_OF_DURATIONS,
    SMALLEST_CHANGE,
    MANN_WHITNEY,
    LOG_RANK,
    KNOWN_CAUSE_SHARE,
    CAUSE_MIX,
    CAUSE_SHARE,
    OF_EXAMINED,
    FOUND_OUTSIDE,
    DONE_WITHIN_OF_PERIOD,
    SHARE_DIFFERENCE,
    SMALLEST_CHANGE_OF_SHARE,
    CHANGE_OF_YEARS,
    LINE_OF_MONTHS,
    SHARE_BEYOND,
    IMPACT_A_DAY,
    IMPACT_AGAINST_QUARTERS,
)


def watched(found: Review, colours: Palette) -> None:
    """Control charts of each severity; a chart locates a change and claims none."""
    for series in found.counts:
        drawn = series.chart
        st.markdown(f"**{literal(series.label) or 'all incidents'}**: {CHART_WORDS[drawn.kind]}")
        control.watched(
            drawn.chart,
            drawn.at,
            colours=colours,
            durations=False,
            breaks=found.breaks,
            key=f"watch_{series.key}",
            alt=f"Control chart of incidents, {series.label or 'all'}",
            height=170,
            coloured=drawn.coloured,
            unit="gap" if drawn.kind == "t" else "month",
        )
        short = "; ".join(part.reason for part in drawn.chart.segments if part.reason)
        fired = "; ".join(signal.words for signal in drawn.in_period) or "no rule"
        limits = any(not part.reason for part in drawn.chart.segments)
        st.caption(f"Fired in the period: {fired}." if limits else f"No limits yet: {short}.")
    show.how(U_CHART, T_CHART, FALSE_ALARMS)


def questions(found: Review) -> None:
    """All questions that were asked, with what stands beside them."""
    rows = [
        {
            "Question": subject(claim),
            "This period": figure(claim.now, claim),
            reference_title(found.sides): figure(claim.reference.figure, claim),
            "Change": size(claim.reference.versus.change),
            "Answer": ": ".join(filter(None, (VERDICTS[claim.verdict], _why(claim)))),
            "Longer": over_longer(claim),
            "Period before": figure(claim.previous, claim),
            "A year ago": figure(claim.year_ago, claim),
            "Likely to show": likely_to_show(claim).partition(": ")[2],
        }
        for claim in found.claims
    ]
    tables.short_list(rows, alt="All questions of the review with their answers")
    st.caption(f"Judged together. {second_opinion(found)}")
    show.how(*ASKED)


def incidents_needed(found: Review) -> None:
    """With how many incidents a change would show, by the hurdle of this review."""
    rows = power(found.claim("rate"), found.claim("time"), found.sides)
    if not rows:
        return
    step = STEP_WORDS[found.times.step.name].lower()
    st.markdown("**With how many incidents would a change show?**")
    tables.short_list(
        [
            {
                "Incidents a quarter": f"{row.n:,}",
                "One quarter shows": change_words(row.rise, row.fall),
                "20 % more incidents": quarters_words(row.quarters_more),
                f"One quarter shows, {step}": change_words(row.longer, row.shorter),
                f"{step.capitalize()} 20 % shorter": quarters_words(row.quarters_shorter),
            }
            for row in rows
        ],
        alt="Changes that would show with so many incidents, and quarters until a fifth shows",
    )
    with st.container(horizontal=True):
        st.caption(
            "Found 4 times in 5 by the same judgement as all questions above. One quarter is held "
            "against a year, several against as many before them.",
            width="stretch",
        )
        show.how(POWER_TABLE)


def _why(claim: Claim) -> str:
    return literal(claim.reason) or doubt_words(claim.doubt)
