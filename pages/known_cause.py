"""One cause: when it struck, what was promised against it, and did the fix hold?"""

import streamlit as st

from analytics.known_causes.fixes import fix_held
from analytics.known_causes.grouping import NO_CAUSE, STRUCK_AGAIN
from analytics.known_causes.overview import cause_history, recurring, services_of
from analytics.known_causes.priorities import cause_actions
from pages.parts import leads, show, source
from pages.parts.frame import open_page
from pages.parts.panels import regrouping
from pages.parts.wording.numbers import literal, plural
from pages.views import cause_history as cards
from pages.views import cause_line

LIST = "pages/repeats.py"

identity = st.query_params.get(leads.KNOWN, "")
if not identity:  # an address from before the list had a page of its own
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    st.switch_page(LIST, query_params=asked)
page = open_page(
    "One known cause", asks="When did it strike, and what was done against it?", needs="records"
)
show.page_link(LIST, label="What keeps coming back", icon=":material/arrow_back:")
known = source.families()
causes, number = known.causes, known.family_of(identity)
if number is None:
    st.warning(
        "No incident that counts has this id. It may have been removed, or the link comes from "
        "another store.",
        title=f"Not found: {literal(identity)}",
    )
    st.stop()

core, counted = int(known.core[number]), known.counted(number)
cause = None if core == NO_CAUSE else cause_history(causes, core, as_of=page.as_of)
stored = regrouping.stored(known, number)
actions = cause_actions(causes, counted, as_of=page.as_of)
held = fix_held(causes, as_of=page.as_of, chosen=causes.within(counted)) if cause else None
show.card(cards.head(known, number, cause, origin=stored.origin))
if cause:
    show.tiles(*cards.tiles(cause, causes))
regrouping.done()
show.framed(cause_line.on_a_line(known, number, cause, actions, held, page.colours))
with st.container(border=True):
    show.card(cards.promised(actions, causes, confirmed=cause is not None))
    if cause:
        after_possible = cause_actions(causes, known.possible(number), as_of=page.as_of)
        show.card(cards.possible_actions(after_possible, causes))
if cause:
    show.framed(cards.incidents(cause, causes))
if len(known.possible(number)):
    show.framed(cards.possible_incidents(known, number, stored.reasons))
of = plural(len(counted), "confirmed incident" if cause else "possible incident")
beside = [cards.services(services_of(causes, counted), of, known.id_of(number), page.colours)]
if cause and cause.events >= STRUCK_AGAIN:
    again = recurring(causes, core, as_of=page.as_of)
    common = source.common_recurrence(page.here.date())
    beside.insert(0, cards.waits(cause, causes, page.colours))
    beside.insert(0, cards.recurring(again, common, causes, page.colours))
for column, card in zip(st.columns(len(beside), gap="medium"), beside, strict=True):
    with column, st.container(border=True, height="stretch"):
        show.card(card)
with st.container(border=True):
    regrouping.form(known, number, held=stored.held)
