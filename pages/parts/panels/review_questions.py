"""What a trend review rests on: its control charts, and every question that was asked."""

import streamlit as st

from analytics.review.claims import Claim
from analytics.review.review import Review
from pages.parts import show, tables
from pages.parts.palette import Palette
from pages.parts.panels import control
from pages.parts.wording.numbers import literal
from pages.parts.wording.review import (
    VERDICTS,
    doubt_words,
    figure,
    likely_to_show,
    over_longer,
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
    "review_claim",
    "benjamini_hochberg",
    "review_rate",
    "rate_ratio",
    "smallest_change_of_rate",
    "geometric_mean",
    "ratio_of_durations",
    "smallest_change",
    "mann_whitney",
    "log_rank",
    "known_cause_share",
    "cause_mix",
    "cause_share",
    "repeat_share_of_examined",
    "found_outside",
    "done_within_of_period",
    "share_difference",
    "smallest_change_of_share",
    "change_of_years",
    "line_of_months",
    "share_beyond",
    "impact_a_day",
    "impact_against_quarters",
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
    show.how("u_chart", "t_chart", "false_alarms")


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
            "Period before": figure(claim.previous.figure, claim),
            "A year ago": figure(claim.year_ago.figure, claim),
            "Likely to show": likely_to_show(claim).partition(": ")[2],
        }
        for claim in found.claims
    ]
    tables.short_list(rows, alt="All questions of the review with their answers")
    st.caption(f"Judged together. {second_opinion(found)}")
    show.how(*ASKED)


def _why(claim: Claim) -> str:
    return literal(claim.reason) or doubt_words(claim.doubt)
