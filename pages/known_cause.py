"""What is known of a cause that keeps coming back; without one chosen, the list of them."""

from functools import partial

import streamlit as st

from analytics.known_causes.fixes import fix_held
from analytics.known_causes.grouping import NO_CAUSE
from analytics.known_causes.overview import (
    STRUCK_AGAIN,
    cause_list,
    one_cause,
    possible_list,
    recurring,
    services_of,
)
from analytics.known_causes.priorities import cause_actions
from pages.parts import source, tables
from pages.parts.frame import open_page
from pages.parts.panels import known_causes as parts
from pages.parts.panels import regrouping
from pages.parts.rows.known_causes import PARAMETER
from pages.parts.wording.numbers import period, plural

identity = st.query_params.get(PARAMETER, "")
page = open_page(
    "Known causes",
    asks="What keeps coming back, how often, and what was done against it?",
    needs="records" if identity else "incidents in view",
)
families = source.families()
causes = families.causes
if not identity:
    when = period(page.scope.start, page.scope.end)
    with st.container(border=True):
        found = cause_list(families, page.view, as_of=page.as_of, most=tables.MOST_ROWS)
        parts.listed(found, causes, when)
    groups = possible_list(families, page.view, most=tables.MOST_ROWS)
    if groups.total:
        with st.container(border=True):
            parts.possible_groups(groups, families)
    st.stop()

family = families.family_of(identity)
if family is None:
    parts.not_found(identity)
    st.stop()

core, members = int(families.core[family]), families.members(family)
confirmed, possible = families.confirmed(family), families.possible(family)
one = None if core == NO_CAUSE else one_cause(causes, core, as_of=page.as_of)
stored = regrouping.stored(families, family)
counted = confirmed if one else possible
actions = cause_actions(causes, counted, as_of=page.as_of)
parts.head(families, family, one, stored.origin)
regrouping.done()
with st.container(border=True):
    held = fix_held(causes, as_of=page.as_of, chosen=causes.within(confirmed)) if one else None
    parts.on_a_line(families, family, one, actions, held, page.colours)
with st.container(border=True):
    parts.actions(actions, causes, confirmed=one is not None)
    if one:
        after_possible = cause_actions(causes, possible, as_of=page.as_of)
        parts.possible_actions(after_possible, causes)
if one:
    with st.container(border=True):
        parts.incidents(one, causes)
if len(possible):
    with st.container(border=True):
        parts.possible_incidents(families, family, stored.reasons)
of = plural(len(counted), "confirmed incident" if one else "possible incident")
cards = [partial(parts.services, services_of(causes, counted), of, page.colours)]
if one and one.events >= STRUCK_AGAIN:
    again = recurring(causes, core, as_of=page.as_of)
    common = source.common_recurrence(page.here.date())
    cards.insert(0, partial(parts.recurring, again, common, page.colours))
    cards.insert(1, partial(parts.waits, one, causes, page.colours))
for column, card in zip(st.columns(len(cards), gap="medium"), cards, strict=True):
    with column, st.container(border=True, height="stretch"):
        card()
with st.container(border=True):
    regrouping.form(families, family, held=stored.held)
