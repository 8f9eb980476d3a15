"""The front door: how are we doing, what keeps coming back, and what is there to decide?"""

import datetime as dt

import streamlit as st

from analytics.actions.states import oldest_open, overdue
from analytics.impact import impact_total
from analytics.known_causes.overview import possible_list
from analytics.quality import known_shares
from analytics.repeats.ledger import ledger
from pages.parts import show, source
from pages.parts.frame import chosen_period, in_view_words, open_page
from pages.parts.wording.numbers import period
from pages.views import decisions, known_causes, months, questions, scorecard
from pages.views import impact as impacts
from pages.views import review as words

#: Up to so many records are listed one by one: a chart of them would say less.
FEW = 40
#: Groups that look alike, as many as are looked through at once.
GROUPS = 5

page = open_page("Trend review", counts=False)
if source.mixes_organisations(page.scope):
    st.info(words.MIXED, title="One organisation at a time")
    st.stop()
chosen, colours = chosen_period(page), page.colours
today, loaded = source.today(page.history, page.as_of), source.last_load(page.history)
review = source.trend_review(page.scope, chosen or page.latest, page.as_of)
card, causes, repeats = source.scorecard(review), source.known_causes(), source.repeats()
always, known = source.view(page.scope.always()), known_shares(review.view)
until = chosen.end if chosen else page.here.date() + dt.timedelta(days=1)
up_to_now = source.view(page.scope.during((chosen or page.latest).start, until))

st.caption(words.scope_words(review, today=today, is_latest=chosen is None, loaded=loaded))
st.markdown(words.headline(review, ledger(repeats, review.view)))
show.card(scorecard.first_tiles(card, review))
drawn = (months.incidents(review, colours), months.times(review, card, colours))
is_drawn = any(chart.figure is not None for chart in drawn)
if is_drawn:
    first, second, third = st.columns([4, 4, 5], gap="small")
    for column, chart in zip((first, second), drawn, strict=True):
        with column, st.container(border=True, height="stretch"):
            show.card(chart)
else:
    first, third = st.columns([8, 5], gap="small")
    with first, st.container(border=True, height="stretch"):
        show.card(months.listed(always))
        show.card(drawn[0])
with third, st.container(border=True, height="stretch"):
    late, oldest = overdue(always, as_of=page.here), oldest_open(always, as_of=page.here, most=1)
    book = ledger(repeats, up_to_now)
    show.card(decisions.decisions(review, book, causes, late=late, oldest=oldest, known=known))
    st.page_link("pages/incident.py", label=decisions.FAILING_NOW, icon=":material/search:")
qualified = questions.to_know(
    review, card, in_view_words(page.view), today=today, is_latest=chosen is None, is_drawn=is_drawn
)
show.framed(qualified)
back = source.coming_back(page.scope.always(), day=page.here.date())
if back.total:
    show.framed(known_causes.returning(back, causes))
else:
    groups = possible_list(source.families(), always, most=GROUPS)
    if groups.total:
        show.framed(known_causes.look_alike(groups, source.families()))
if is_drawn and len(always) <= FEW:
    show.framed(months.listed(always))
span = review.sides.now.period
show.on_demand(
    "Where it hurts: impact, kinds of cause",
    "hurts",
    lambda: (
        impacts.total(
            impact_total(review.view, as_of=page.as_of), page.history, period(span.start, span.end)
        ),
        months.causes(review, colours),
    ),
)
show.on_demand("More figures of the period", "more", lambda: (scorecard.other_tiles(card, review),))
show.on_demand(
    "How sure are we: all questions, limits, what the data lack",
    "asked",
    lambda: (
        questions.told(review, known=known),
        questions.questions(review),
        questions.incidents_needed(review),
    ),
)
show.on_demand("Control charts by severity", "charts", lambda: questions.watched(review, colours))
