"""One team, one period: what happened, what repeated, what is left to do, what to talk about."""

import streamlit as st

from analytics.recorded import by_severity
from analytics.repeats.ledger import ledger
from analytics.response.durations import response
from analytics.retrospective import questions
from analytics.statistics.quantiles import MEDIAN
from pages.parts import show, source
from pages.parts.figures.over_time import severity_columns
from pages.parts.frame import open_page
from pages.parts.panels import retrospective as parts
from pages.parts.wording.numbers import literal, period, plural

page = open_page(
    "Retrospective", asks="What happened to us, what worked, and what do we want to talk about?"
)
if len(page.scope.teams) != 1:
    parts.choose_team(page.view)
    st.stop()

book = ledger(source.repeats(), page.view)
with st.container(border=True):
    show.finding(
        f"{plural(len(page.view), 'incident')} of {literal(page.scope.teams[0])}",
        basis=f"by month and severity · {period(page.scope.start, page.scope.end)}",
        methods=[MEDIAN],
    )
    show.chart(
        severity_columns(by_severity(page.view), colours=page.colours),
        key="by_month",
        alt="Incidents by month and severity",
    )
    parts.durations(response(page.view, as_of=page.as_of))

st.header("Questions to discuss", anchor=False)
parts.ask(questions(page.view, book), page.view)

left, right = st.columns(2, gap="large")
lessons = parts.lessons(source.latest_records(page.view), of=len(page.view))
with left:
    parts.listed("What worked", lessons.well, read=lessons.read)
with right:
    parts.listed("What did not", lessons.wrong, read=lessons.read)
parts.lucky(lessons)
