"""The front door: the trend review."""

import streamlit as st

from analytics.actions.pace import completion
from analytics.actions.states import action_states, oldest_open, overdue
from analytics.impact import impact_by_period, impact_total
from analytics.quality import known_shares
from analytics.repeats.ledger import ledger
from pages.parts import source
from pages.parts.frame import chosen_period, open_page
from pages.parts.panels import review as parts
from pages.parts.panels import review_questions
from pages.parts.wording.review import claimed, headline, title_words

page = open_page("Trend review", asks="What changed, what cannot be told, and what is left to do?")
if source.mixes_organisations(page.scope):
    parts.choose_one_organisation()
chosen = chosen_period(page)
found = source.trend_review(page.scope, chosen or page.latest, page.as_of)
always, recent = source.view(page.scope.always()), source.view(parts.thirteen_months(found))

parts.touched(ledger(source.repeats(), source.view(parts.up_to_now(page))))
today = source.today(page.history, page.as_of)
loaded = source.last_load(page.history)
st.page_link(
    "pages/incident.py",
    label="Something is failing now? Describe what you see, and find the nearest earlier incidents",
    icon=":material/search:",
)
st.markdown(headline(found))
st.caption(title_words(found, today=today, is_latest=chosen is None, loaded=loaded))
parts.tiles(source.scorecard(found))
if told := claimed(found):
    st.markdown("\n".join(f"- {sentence}" for sentence in told))
first, second, third = st.columns(3, gap="small")
with first, st.container(border=True, height="stretch"):
    parts.incidents(found, page.colours, today=today)
with second, st.container(border=True, height="stretch"):
    parts.times(found, page.colours)
with third, st.container(border=True, height="stretch"):
    months = impact_by_period(recent, every="month", as_of=page.as_of)
    parts.impact(found, impact_total(found.view, as_of=page.as_of), months, page.colours)
first, second, third = st.columns(3, gap="small")
with first, st.container(border=True, height="stretch"):
    parts.causes(found, page.colours)
with second, st.container(border=True, height="stretch"):
    parts.repeats(ledger(source.repeats(), found.view))
with third, st.container(border=True, height="stretch"):
    parts.actions(
        completion(always, as_of=page.here),
        action_states(always),
        overdue(always, as_of=page.here),
        oldest_open(always, as_of=page.here, most=3),
        found,
    )
parts.missing(known_shares(found.view), found)
charts = st.expander("Control charts by severity", on_change="rerun", key="charts")
if charts.open:
    with charts:
        review_questions.watched(found, page.colours)
title = "How sure are we: all questions that were asked, with the period before and a year ago"
asked = st.expander(title, on_change="rerun", key="asked")
if asked.open:
    with asked:
        parts.said(found)
        review_questions.questions(found)
        review_questions.incidents_needed(found)
