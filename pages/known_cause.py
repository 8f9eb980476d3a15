"""What is known of a cause that keeps coming back; without one chosen, the list of them."""

from functools import partial

import streamlit as st

from analytics.known_causes.fix_held import fix_held
from analytics.known_causes.one_cause import cause_of, one_cause, recurring
from analytics.known_causes.overview import STRUCK_AGAIN, cause_list
from analytics.known_causes.promises import cause_actions
from pages.parts import source, tables
from pages.parts.frame import open_page
from pages.parts.panels import known_causes as parts
from pages.parts.rows.known_causes import PARAMETER
from pages.parts.wording.numbers import period

identity = st.query_params.get(PARAMETER, "")
page = open_page(
    "Known causes",
    asks="What keeps coming back, how often, and what was done against it?",
    needs="records" if identity else "incidents in view",
)
causes = source.known_causes()
if not identity:
    with st.container(border=True):
        parts.listed(
            cause_list(causes, page.view, as_of=page.as_of, most=tables.MOST_ROWS),
            causes,
            period(page.scope.start, page.scope.end),
        )
    st.stop()

cause = cause_of(causes, identity)
if cause is None:
    parts.not_found(identity)
    st.stop()

one = one_cause(causes, cause, as_of=page.as_of)
actions = cause_actions(causes, cause, as_of=page.as_of)
parts.head(one, causes)
with st.container(border=True):
    held = fix_held(causes, as_of=page.as_of, chosen=causes.within(one.incidents))
    parts.on_a_line(one, actions, causes, held, page.colours)
with st.container(border=True):
    parts.actions(actions, causes)
with st.container(border=True):
    parts.incidents(one, causes)
cards = [partial(parts.services, one, page.colours)]
if len(one.incidents) >= STRUCK_AGAIN:
    again = recurring(causes, cause, as_of=page.as_of)
    common = source.common_recurrence(page.as_of.date())
    cards.insert(0, partial(parts.recurring, again, common, page.colours))
    cards.insert(1, partial(parts.waits, one, causes, page.colours))
for column, card in zip(st.columns(len(cards), gap="medium"), cards, strict=True):
    with column, st.container(border=True, height="stretch"):
        card()
