"""One team, one period: what happened, what to talk about, what was learned, what is owed."""

import streamlit as st

from analytics.actions.listed import OPEN, OVERDUE, listed
from analytics.calendar import add_months, bounds
from analytics.recorded import by_severity
from analytics.repeats.ledger import ledger
from analytics.response.durations import response
from analytics.retrospective import questions, writing
from analytics.selection import labels
from analytics.stored.index import blame_concepts
from pages.parts import filters, show, source
from pages.parts.frame import in_view, open_page, reviewed_period
from pages.parts.panels import agenda
from pages.parts.wording.numbers import literal, period, plural
from pages.views import retrospective as cards

page = open_page("Retrospective", asks="What happened, and what to talk about?", needs="records")
always = source.view(page.scope.always())
if len(page.view) or len(page.scope.teams) != 1 or not len(always):  # a quiet period has notes
    in_view(page.view, counts=True)
if len(page.scope.teams) != 1:
    st.info(
        "A retrospective is of one team: choose it here, or in the sidebar.", title="Which team?"
    )
    counts = labels(page.view.incidents["team"]).value_counts()
    for name, count in counts[counts > 0].items():
        st.page_link(
            "pages/retrospective.py",
            label=f"{literal(str(name))} · {plural(int(count), 'incident')}",
            query_params={**filters.parameters(), "team": str(name)},
        )
    st.stop()

team, now = page.scope.teams[0], reviewed_period(page)
start, end = bounds(now)
previous = add_months(start, -3) if add_months(start, 3) == end else start - (end - start)
view = source.view(page.scope.during(start, end))
before = source.view(page.scope.during(previous, start))
st.caption(
    f"{period(start, end)}, against {period(previous, start)}. "
    "Another period: choose it in the sidebar."
)
open_now, late = (listed(always, "left", which, as_of=page.here) for which in (OPEN, OVERDUE))
owed = {cards.OWED: cards.left_to_do(always, open_now, late, as_of=page.here)}
meeting = agenda.meeting(team, start, end)
if not len(view):
    if agenda.presented(meeting, owed):
        st.stop()
    st.info("No incident began in this period.", title="A quiet period")
    if name := cards.last_quarter(always):
        st.page_link(
            "pages/retrospective.py",
            label=f"Look at {name}, the last quarter with an incident",
            query_params={**filters.parameters(), "period": name},
        )
    agenda.last_note()
    agenda.framed(meeting, owed, across=1)
    agenda.also_noted(meeting, owed)
    st.stop()

repeats = source.repeats()
asked = questions(view, ledger(repeats, view), before=before, book_before=ledger(repeats, before))
to_ask = cards.agenda(asked, view)
read = (source.latest_records(view), source.latest_records(before))
learned, themes = agenda.lessons(read, always, of=len(view))
unwritten, blame = writing(view, as_of=page.here), blame_concepts()
owed[cards.WRITTEN_UP] = cards.written_up(unwritten, read[0], page.history, blame=blame)
if agenda.presented(meeting, to_ask | learned | owed):
    st.stop()

steps, steps_before = (response(some, as_of=page.as_of) for some in (view, before))
left, right = st.columns([3, 2], gap="medium")
with left:
    by_month = by_severity(view)
    show.framed(cards.happened(by_month, view, before, team=team, now=now, colours=page.colours))
with right:
    show.framed(cards.durations(steps, steps_before))

st.subheader("What to talk about, what cost most first", anchor=False)
agenda.last_note()
agenda.framed(meeting, to_ask)
if more := cards.further(asked):
    st.caption(more)
st.subheader("What we learned", anchor=False)
agenda.framed(meeting, learned, themes=themes)
st.subheader("What is owed", anchor=False)
agenda.framed(meeting, owed, across=1)
agenda.also_noted(meeting, to_ask | learned | owed)
