"""How fast do we detect, respond, mitigate and resolve?"""

import streamlit as st

from analytics.calendar import Every
from analytics.clocks import ANCHORS, IMPACT
from analytics.response import durations as of_durations
from pages.parts import show, source, tables
from pages.parts.frame import open_page
from pages.parts.panels import breaks as breaks_of_readers
from pages.parts.panels import response as asks
from pages.parts.wording.numbers import period
from pages.parts.wording.response import ANCHOR_WORDS, STEP_WORDS
from pages.views import durations

UNITS: list[Every] = ["month", "quarter", "year"]
TABS = ["Trend", "Where the time goes", "How often", "Services and teams", "How sure"]

page = open_page("Response times", asks="How fast do we detect, respond, mitigate and resolve?")
view, as_of, colours, breaks = page.view, page.as_of, page.colours, source.breaks()
when = period(page.scope.start, page.scope.end)
tiles = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    step_choice = st.container(width="content")
    every = st.segmented_control(
        "Typical time by", UNITS, default="quarter", required=True, key="every", bind="query-params"
    )
    anchor = st.selectbox(
        "Mitigation and resolution count from",
        ANCHORS,
        format_func=ANCHOR_WORDS.__getitem__,
        key="anchor",
        bind="query-params",
        width=280,
        help="Vendors differ; choose theirs to compare with their figures.",
    )
    breaks_of_readers.annotate()
every, anchor = every or "quarter", anchor or IMPACT
steps = of_durations.response(view, as_of=as_of, anchor=anchor, every=every)
with tiles:
    show.tiles(*durations.tiles(steps), small=True)
with step_choice:
    name = st.segmented_control(
        "Show the time to",
        list(steps),
        format_func=lambda step: STEP_WORDS[step].removeprefix("Time to "),
        default=of_durations.opening_step(steps),
        required=True,
        key="step",
        bind="query-params",
    )
result = steps[name or of_durations.opening_step(steps)]
trend, phases, how_many, who, how_sure = st.tabs(TABS, key="tab", bind="query-params")
if trend.open:
    with trend:
        show.framed(
            durations.over_time(result, view.incidents, page.scope, every, colours, breaks=breaks)
        )
        asks.targets(page, result.durations, every=every)
elif phases.open:
    with phases:
        show.framed(durations.distribution(result, view.incidents, when, colours))
        left, right = st.columns(2, gap="medium")
        parts = of_durations.phases(view, as_of=as_of)
        with left:
            show.framed(durations.where_time_goes(parts, view.incidents, when, colours))
        with right:
            noticed = of_durations.who_noticed(view)
            show.framed(durations.noticed(noticed, colours))
elif how_many.open:
    with how_many:
        asks.often(page)
elif who.open:
    with who:
        asks.groups(page, when)
        asks.mix(page, result, anchor=anchor)
else:
    with how_sure:
        asks.how_sure(page, steps, result, anchor=anchor)
behind = st.expander("The incidents behind these figures", key="behind", bind="query-params")
if behind.open:
    with behind:
        tables.incidents(view, steps, key="incidents")
