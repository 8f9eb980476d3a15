"""How sure are we? What qualifies the figures, every question asked, and the control charts."""

import datetime as dt

from analytics.causes.labels import CAUSE_SHARE
from analytics.quality import Known, to_fill_in
from analytics.repeats.ledger import OF_EXAMINED
from analytics.response.durations import FOUND_OUTSIDE, SMALLEST_CHANGE
from analytics.review.causes import CAUSE_MIX, KNOWN_CAUSE_SHARE
from analytics.review.charts import PageChart
from analytics.review.claims import REVIEW_CLAIM, Claim, Verdict
from analytics.review.power import POWER_TABLE, power
from analytics.review.rates import REVIEW_RATE, SMALLEST_CHANGE_OF_RATE
from analytics.review.review import Review
from analytics.review.shares import DONE_WITHIN_OF_PERIOD, SMALLEST_CHANGE_OF_SHARE
from analytics.review.tail import IMPACT_A_DAY, IMPACT_AGAINST_QUARTERS, SHARE_BEYOND
from analytics.scorecard import Scorecard
from analytics.statistics.groups import BENJAMINI_HOCHBERG
from analytics.statistics.quantiles import GEOMETRIC_MEAN
from analytics.statistics.rates import RATE_RATIO
from analytics.statistics.serial import CHANGE_OF_YEARS, LINE_OF_MONTHS
from analytics.statistics.shares import SHARE_DIFFERENCE
from analytics.statistics.survival import LOG_RANK
from analytics.statistics.two_samples import MANN_WHITNEY, RATIO_OF_DURATIONS
from analytics.surveillance import FALSE_ALARMS, T_CHART, U_CHART, XMR
from pages.parts.card import Card, Table
from pages.parts.figures.stats import FEWEST_DRAWN, control_chart
from pages.parts.palette import Palette
from pages.parts.wording.numbers import literal, p_words, plural
from pages.parts.wording.response import STEP_WORDS
from pages.views.quality import filled_in, opens
from pages.views.review import (
    VERDICTS,
    change_words,
    doubt_words,
    figure,
    further_changes,
    likely_to_show,
    new_teams,
    over_longer,
    quarters_words,
    reference_title,
    reference_words,
    sentences,
    size,
    subject,
    title_words,
)
from pages.views.scorecard import left_out, not_compared, not_recorded

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


CHART_HEIGHT = 170


def to_know(
    reviewed: Review,
    figures: Scorecard,
    in_view: str,
    *,
    today: dt.date,
    is_latest: bool,
    is_drawn: bool,
) -> Card:
    """What qualifies the figures above: whose they are, what is not in them or not compared.

    Args:
        reviewed: the review.
        figures: the scorecard of the same period.
        in_view: what counts of all records, in words.
        today: the present day.
        is_latest: whether the reader chose no period.
        is_drawn: whether there are months enough to draw; else nobody expects a comparison, and
            what it needs is told on demand.
    """
    rate = reviewed.claim("rate")
    notes = (
        further_changes(reviewed),
        "" if rate.verdict.is_claim or rate.doubt else over_longer(rate),
        new_teams(reviewed),
        left_out(figures),
        not_compared(figures) if is_drawn else "",
        not_recorded(figures),
        in_view,
    )
    return Card(
        "to_know",
        title="What to know about these numbers",
        basis=title_words(reviewed, today=today, is_latest=is_latest),
        notes=tuple(filter(None, notes)),
    )


def told(reviewed: Review, *, known: tuple[Known, ...]) -> Card:
    """What can be said and what cannot, with all figures, and what the data lack.

    Args:
        reviewed: the review.
        known: how much of each field is filled in.
    """
    notes = [f"- {sentence}" for sentence in sentences(reviewed)]
    if not all(claim.verdict is Verdict.CANNOT_TELL for claim in reviewed.claims):
        notes.append(
            "In brackets the change with its 95 % interval. Likely to show: the smallest change of "
            "the period that this review claims 4 times in 5; smaller ones may have happened."
        )
    if len(reviewed.view):
        lacking = to_fill_in(known)
        first = f" {opens(lacking[0])[1]}." if lacking else ""
        notes.append(
            "**What is missing from the data** of the period, incidents and actions. "
            f"{filled_in(known)}{first}"
        )
    basis = f"against {reference_words(reviewed.sides)}"
    return Card("told", title="In all words", basis=basis, notes=tuple(notes))


def watched(reviewed: Review, colours: Palette) -> tuple[Card, ...]:
    """Control charts of each severity and of the time; a chart locates a change and claims none."""
    series = [
        _watched(f"watch_{one.key}", one.label or "all incidents", one.chart, reviewed, colours)
        for one in reviewed.counts
    ]
    step = STEP_WORDS[reviewed.times.step.name]
    return (*series, _watched("control", step, reviewed.time_chart, reviewed, colours))


def _watched(key: str, label: str, drawn: PageChart, reviewed: Review, colours: Palette) -> Card:
    title = f"{literal(label)}: {CHART_WORDS[drawn.kind]}"
    methods = (U_CHART, T_CHART, XMR, FALSE_ALARMS)
    if len(drawn.at) < FEWEST_DRAWN:
        unit = plural(len(drawn.at), "gap" if drawn.kind == "t" else "month")
        few = f"Too few to draw over time: {unit} so far, {FEWEST_DRAWN} are needed."
        return Card(key, title=title, methods=methods, notes=(few,))
    return Card(
        key=key,
        title=title,
        methods=methods,
        figure=control_chart(
            drawn.chart,
            drawn.at,
            colours=colours,
            durations=drawn.kind == "xmr",
            height=CHART_HEIGHT,
            notes=[(marked.at, marked.note) for marked in reviewed.breaks],
            coloured=drawn.coloured,
        ),
        alt=f"Control chart, {label}: {_fired(drawn)}",
        notes=(_fired(drawn),),
    )


def _fired(drawn: PageChart) -> str:
    short = "; ".join(part.reason for part in drawn.chart.segments if part.reason)
    fired = "; ".join(signal.words for signal in drawn.in_period) or "no rule"
    limits = any(not part.reason for part in drawn.chart.segments)
    return f"Fired in the period: {fired}." if limits else f"No limits yet: {short}."


def questions(reviewed: Review) -> Card:
    """All questions that were asked, with what stands beside them."""
    rows = tuple(
        {
            "Question": subject(claim),
            "This period": figure(claim.now, claim),
            reference_title(reviewed.sides): figure(claim.reference.figure, claim),
            "Change": size(claim.reference.versus.change),
            "Answer": ": ".join(filter(None, (VERDICTS[claim.verdict], _why(claim)))),
            "Longer": over_longer(claim),
            "Period before": figure(claim.previous, claim),
            "A year ago": figure(claim.year_ago, claim),
            "Likely to show": likely_to_show(claim).partition(": ")[2],
        }
        for claim in reviewed.claims
    )
    return Card(
        key="questions",
        title="All questions that were asked",
        basis=" ".join(filter(None, ("Judged together.", second_opinion(reviewed)))),
        methods=ASKED,
        tables=(Table(rows, alt="All questions of the review with their answers"),),
    )


def second_opinion(reviewed: Review) -> str:
    """What the tests that assume no shape say of the same durations, the open ones included."""
    comparison = reviewed.times.comparison
    if comparison is None:
        return ""
    ranks, still_open, said = comparison.second_opinion, comparison.with_open, []
    if ranks.p_value is not None:
        said.append(f"by ranks, {p_words(ranks.p_value)}")
    if still_open is not None and still_open.p_value is not None:
        way = "slower" if still_open.slower else "faster"
        said.append(f"with those still open (log-rank), {way}, {p_words(still_open.p_value)}")
    return f"Second opinion on the time, of this question alone: {'; '.join(said)}." if said else ""


def incidents_needed(reviewed: Review) -> Card:
    """With how many incidents a change would show, by the hurdle of this review."""
    step = STEP_WORDS[reviewed.times.step.name].lower()
    rows = tuple(
        {
            "Incidents a quarter": f"{row.n:,}",
            "One quarter shows": change_words(row.rise, row.fall),
            "20 % more incidents": quarters_words(row.quarters_more),
            f"One quarter shows, {step}": change_words(row.longer, row.shorter),
            f"{step.capitalize()} 20 % shorter": quarters_words(row.quarters_shorter),
        }
        for row in power(reviewed.claim("rate"), reviewed.claim("time"), reviewed.sides)
    )
    if not rows:
        return Card("power")
    return Card(
        key="power",
        title="With how many incidents would a change show?",
        basis="Found 4 times in 5 by the same judgement as all questions above. One quarter is "
        "held against a year, several against as many before them.",
        methods=(POWER_TABLE,),
        tables=(
            Table(
                rows,
                alt="Changes that would show with so many incidents, and quarters until a fifth "
                "shows",
            ),
        ),
    )


def _why(claim: Claim) -> str:
    return literal(claim.reason) or doubt_words(claim.doubt)
