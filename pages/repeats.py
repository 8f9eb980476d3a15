"""What keeps coming back, what became of the fix, and what should be finished first?"""

import datetime as dt

import streamlit as st

from analytics.known_causes.overview import cause_list, possible_list
from analytics.known_causes.priorities import finish_first
from analytics.repeats.ledger import ledger, ledger_basis, ledger_stages, repeat_rate
from pages.parts import show, source, tables
from pages.parts.frame import open_page
from pages.parts.panels import queue
from pages.parts.wording.numbers import period
from pages.views import fixes, known_causes, repeats

#: Until the next review: most teams review by quarter.
NEXT_REVIEW = dt.timedelta(days=90)

page = open_page(
    "What keeps coming back",
    asks="Which causes struck again, what became of the fix, and what should be finished first?",
)
known, as_of = source.families(), page.as_of
causes = known.causes
book = ledger(source.repeats(), page.view)
when = period(page.scope.start, page.scope.end)
listed = cause_list(known, page.view, as_of=as_of, most=tables.MOST_ROWS)
groups = possible_list(known, page.view, most=tables.MOST_ROWS)
rate = repeat_rate(source.repeats(), page.view, every="quarter")

show.tiles(*repeats.tiles(book, rate, listed, causes))
look_alike = known_causes.look_alike(groups, known) if groups.total else None
if look_alike and not listed.total:
    show.framed(look_alike)
show.framed(known_causes.ranked(listed, causes, when))
priorities = finish_first(causes, page.view, as_of=as_of, next_review=as_of + NEXT_REVIEW)
show.framed(fixes.finish_first(priorities, causes, until=as_of + NEXT_REVIEW))
with st.container(border=True):
    stages = ledger_stages(book, as_of=as_of)
    show.card(repeats.ledger(book, ledger_basis(book), stages, page.colours, when))
    if len(book.rows):
        order = st.segmented_control(
            "In the order of",
            list(repeats.ORDERS),
            default=repeats.LATEST,
            required=True,
            key="order",
        )
        table = repeats.in_order(book, order or repeats.LATEST)
        show.card(repeats.rows(table, causes, as_of=as_of))
        offered = table["later"].head(tables.MOST_ROWS_BESIDE).tolist()
        names = repeats.repeat_names(page.history.incidents.iloc[offered])
        chosen = st.selectbox(
            "One repeat in full",
            offered,
            format_func=dict(zip(offered, names, strict=True)).__getitem__,
            key="repeat",
        )
        if chosen is not None:
            show.card(repeats.in_full(book.repeats, int(chosen), causes))
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    show.card(repeats.rates(rate, book, page.colours, when))
with right, st.container(border=True, height="stretch"):
    show.card(fixes.held(source.fixes(page.scope, day=page.here.date()), causes))
queue.everything(known, page.view, book.suggested)
if look_alike and listed.total:
    show.framed(look_alike)
show.card(repeats.set_aside(book))
