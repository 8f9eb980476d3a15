"""Which incidents repeat a known cause, and was the fix done?"""

import datetime as dt

import streamlit as st

from analytics.known_causes.priorities import finish_first
from analytics.repeats.ledger import ledger, ledger_basis, ledger_stages, repeat_rate
from analytics.repeats.queue import bursts
from pages.parts import judging, source
from pages.parts.frame import open_page
from pages.parts.panels import repeats as parts
from pages.parts.wording.numbers import period

#: Until the next review: most teams review by quarter.
NEXT_REVIEW = dt.timedelta(days=90)

page = open_page(
    "Repeats", asks="Which incidents repeat a known cause, and what became of the fix?"
)
found, families = source.repeats(), source.families()
causes = families.causes
book = ledger(found, page.view)
when = period(page.scope.start, page.scope.end)
next_review = page.as_of + NEXT_REVIEW

with st.container(border=True):
    stages = ledger_stages(book, as_of=page.as_of)
    parts.headline(book, ledger_basis(book), stages, page.colours, when)
if len(book.rows):
    with st.container(border=True):
        parts.ledger(book, causes, as_of=page.as_of)
parts.possible(judging.waiting(families, page.view, book.suggested), families, bursts(page.view))
with st.container(border=True):
    parts.finish_first(
        finish_first(causes, page.view, as_of=page.as_of, next_review=next_review),
        causes,
        until=next_review,
    )
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    parts.rates(repeat_rate(found, page.view, every="quarter"), page.colours, when)
with right, st.container(border=True, height="stretch"):
    parts.held(source.fixes(page.scope, day=page.here.date()), causes)
parts.aside(book)
