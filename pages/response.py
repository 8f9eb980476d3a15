"""How fast do we detect, respond, mitigate and resolve?"""

import streamlit as st

from analytics.clocks import ANCHORS, IMPACT
from analytics.period_pair import period_pair
from analytics.periods import Every
from analytics.response.durations import summarise
from analytics.response.phases import phases
from analytics.response.steps import closed_early, response
from analytics.response.who_noticed import who_noticed
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

page = open_page("Response times", asks="How fast do we detect, respond, mitigate and resolve?")
when = period(page.scope.start, page.scope.end)
first, second, third = st.columns([2, 2, 3])
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
name = third.segmented_control(
    "Show the time to",
    list(steps),
    format_func=lambda step: STEP_WORDS[step].removeprefix("Time to "),
    default="TTM",
    required=True,
    key="step",
)
result = steps[name or "TTM"]
reviewed = source.judged(page.scope, reviewed_period(page), page.as_of)
claim = claim_of_step(reviewed, result.step, anchor=anchor or IMPACT)
breaks, pair = source.breaks(), period_pair(reviewed_period(page))

parts.overview(steps, when, closed_early=closed_early(page.view))
with st.container(border=True):
    show.finding(headline(result), basis=basis(result, page.scope), methods=[MEDIAN])
    if result.durations.recorded.size:
        show.chart(
            step_over_time(result, page.view.incidents, colours=page.colours),
            key=f"chart_{result.step.name}",
            alt=f"{STEP_WORDS[result.step.name]} of each incident, with medians by {every}",
            leads_to_incident=True,
        )
parts.targets(page, result, source.targets(), every=every or "quarter")
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    parts.distribution(result, summarise(result.durations), page.colours, when)
with right, st.container(border=True, height="stretch"):
    parts.stable(page.view, result, claim, page.colours, breaks, reviewed_period(page))
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    parts.where_time_goes(phases(page.view, as_of=page.as_of), page.colours)
with right, st.container(border=True, height="stretch"):
    parts.noticed(who_noticed(page.view), page.colours)
with st.container(border=True):
    mix.taken_apart(page, pair, result, anchor or IMPACT, breaks, claim)
per = how_often.choose_per(page.history)
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    how_often.two_periods(page, pair, per, breaks, reviewed)
with right, st.container(border=True, height="stretch"):
    how_often.months(page, per, breaks, reviewed)
how_often.deploys(page)
with st.container(border=True):
    groups.side_by_side(page, per)
other_clocks.others(page, steps, anchor=anchor or IMPACT)
parts.would_notice(result)
break_parts.edit(source.store())
with st.expander("The incidents behind these figures"):
    tables.incidents(page.view, steps, key="incidents")
