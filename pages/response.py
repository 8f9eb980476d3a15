"""How fast do we detect, respond, mitigate and resolve?"""

import streamlit as st

from analytics.calendar import Every, period_pair
from analytics.clocks import ANCHORS, IMPACT
from analytics.response.durations import closed_early, opening_step, response
from analytics.review.review import claim_of_step
from analytics.statistics.quantiles import MEDIAN
from pages.parts import show, source, tables
from pages.parts.figures.over_time import step_over_time
from pages.parts.frame import open_page, reviewed_period
from pages.parts.panels import breaks as break_parts
from pages.parts.panels import groups, how_often, mix, other_clocks
from pages.parts.panels import response as parts
from pages.parts.wording.numbers import period
from pages.parts.wording.response import ANCHOR_WORDS, STEP_WORDS, basis, headline

UNITS: list[Every] = ["month", "quarter", "year"]
TABS = ["How long", "How often", "Services and teams", "How sure"]

page = open_page("Response times", asks="How fast do we detect, respond, mitigate and resolve?")
when = period(page.scope.start, page.scope.end)
first, second = st.columns([1, 1])
anchor = first.selectbox(
    "Mitigation and resolution count from",
    ANCHORS,
    format_func=ANCHOR_WORDS.__getitem__,
    key="anchor",
    bind="query-params",
    help="Vendors differ; choose theirs to compare with their figures.",
)
every = second.segmented_control(
    "Medians by", UNITS, default="quarter", required=True, key="every", bind="query-params"
)
steps = response(page.view, as_of=page.as_of, anchor=anchor or IMPACT, every=every or "quarter")
parts.tiles(steps)
name = st.segmented_control(
    "Show the time to",
    list(steps),
    format_func=lambda step: STEP_WORDS[step].removeprefix("Time to "),
    default=opening_step(steps),
    required=True,
    key="step",
    bind="query-params",
)
result = steps[name or opening_step(steps)]
reviewed = source.judged(page.scope, reviewed_period(page), page.as_of)
claim = claim_of_step(reviewed, result.step, anchor=anchor or IMPACT)
breaks, pair = source.breaks(), period_pair(reviewed_period(page))

with st.container(border=True):
    show.finding(headline(result), basis=basis(result, page.scope), methods=[MEDIAN])
    if result.durations.recorded.size:
        show.chart(
            step_over_time(result, page.view.incidents, colours=page.colours),
            key=f"chart_{result.step.name}",
            alt=f"{STEP_WORDS[result.step.name]} of each incident, with medians by {every}",
        )
how_long, how_many, who, how_sure = st.tabs(TABS, key="tab", bind="query-params")
if how_long.open:
    with how_long:
        parts.targets(page, result, source.targets(), every=every or "quarter")
        parts.how_long(page, result, claim, breaks, when)
elif how_many.open:
    with how_many:
        how_often.rates(page, pair, breaks, reviewed)
elif who.open:
    with who:
        with st.container(border=True):
            mix.taken_apart(page, pair, result, anchor or IMPACT, breaks, claim)
        groups.side_by_side(page)
else:
    with how_sure:
        parts.overview(steps, when, closed_early=closed_early(page.view))
        other_clocks.others(page, steps, anchor=anchor or IMPACT)
        parts.would_notice(result)
        break_parts.edit(source.store())
behind = st.expander("The incidents behind these figures", key="behind", bind="query-params")
if behind.open:
    with behind:
        tables.incidents(page.view, steps, key="incidents")
