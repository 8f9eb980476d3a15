"""Which incidents repeat a known cause, and was the fix done?"""

import streamlit as st

from analytics.repeats import ledger
from pages.parts import repeat_tables, show, source
from pages.parts.figures_bars import count_bars
from pages.parts.frame import open_page
from pages.parts.wording import period
from pages.parts.wording_repeats import CLASS_NAMES, aside_words, headline, hours_words

page = open_page(
    "Repeats", asks="Which incidents repeat a known cause, and what became of the fix?"
)
book = ledger(source.repeats(), page.view)

with st.container(border=True):
    show.finding(
        headline(book),
        basis=f"repeats that people confirmed, by the later incident · "
        f"{period(page.scope.start, page.scope.end)} · earlier ones are looked for in all history",
        methods=["repeats_while_open", "repeat_hours"],
    )
    if len(book.rows):
        st.markdown(hours_words(book))
        show.chart(
            count_bars(
                [CLASS_NAMES[each] for each in book.by_class],
                list(book.by_class.values()),
                colours=page.colours,
            ),
            key="classes",
            alt="Confirmed repeats by what had become of the fix when they began",
        )
    for words in aside_words(book):
        st.caption(words)

if len(book.rows):
    with st.container(border=True):
        show.finding(
            "The ledger",
            basis="each confirmed repeat, the latest first: what it repeats, and the state of the "
            "preventive actions at the moment it began",
        )
        repeat_tables.ledger_rows(book)
