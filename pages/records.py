"""Load, check, clear; what is missing from the data."""

from functools import partial

import streamlit as st

from analytics.quality import doubts, known_shares, orders, precision, round_times, to_fill_in
from data.exposure import remove_exposure, remove_service_levels
from data.names import in_use
from pages.parts import imports, login, show, source
from pages.parts.frame import open_page
from pages.parts.panels import exposure, importing, loading, names, targets, zone
from pages.parts.wording.numbers import period, plural
from pages.views import quality

page = open_page(
    "Records",
    asks="What is loaded, what was wrong with it, and what is missing from it?",
    needs="nothing",
)
store = source.store()
loading.what_is_loaded(store)
known = known_shares(page.view)
is_example, may_change = source.example() is not None, login.may_change()
if not is_example and may_change:
    lacking = to_fill_in(known)
    loading.outcome(store, quality.opens(lacking[0]) if lacking else None)
    chosen = importing.choose()
    if chosen:
        importing.confirm(store, chosen)
        st.stop()
exposure.what_is_loaded(page.history, forget=partial(remove_exposure, store))
exposure.service_levels(page.history, forget=partial(remove_service_levels, store))
if may_change:
    zone.choose(store)
    targets.edit(store, list(page.history.incidents["severity"].cat.categories))
    names.rename(
        partial(in_use, store), edition=store.revision(), apply=partial(imports.rename, store)
    )
if not is_example:
    if may_change:
        loading.manage(store)
    loading.examples()
if not len(page.view):
    st.stop()

st.header("What is missing from the data", anchor=False)
when = period(page.scope.start, page.scope.end)
st.caption(
    f"Of the {plural(len(page.view), 'incident')} in view: the filters apply here too. Every other "
    "figure rests on what is known, so this is how far each can be trusted."
)
left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    show.card(quality.known(known, "incidents", when, page.colours))
with right:
    show.framed(quality.known(known, "actions", when, page.colours))
    show.framed(quality.doubtful(doubts(page.view), orders(page.view)))
show.framed(quality.times(round_times(page.view), precision(page.view)))
