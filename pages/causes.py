"""What keeps breaking?"""

import streamlit as st

from analytics.calendar import Every, period_pair
from analytics.causes.labels import cause_shares, factor_pairs, factor_shares, trigger_shares
from analytics.causes.tables import cause_drift, cause_table, causes_by_period
from analytics.selection import UNKNOWN
from pages.parts import show, source
from pages.parts.frame import open_page, reviewed_period
from pages.parts.panels import barriers, suggested
from pages.parts.wording.numbers import period
from pages.views import causes as cards
from pages.views import labels

UNITS: list[Every] = ["quarter", "year"]
CHANGING, WHERE, WHY = "Is it changing", "Where, and how found", "What let it happen"
TABS = [CHANGING, WHERE, WHY, "Missing guards", "Elsewhere"]
#: Columns of a table of counts that can still be read on a phone.
MOST_SERVICES = 10

page = open_page("Causes", asks="What keeps breaking, where, and is it changing?")
view, colours, scope = page.view, page.colours, page.scope
causes, by_quarter = cause_shares(view), causes_by_period(view, every="quarter")
when = period(scope.start, scope.end)
pair = period_pair(reviewed_period(page))
reviewed = source.judged(scope, pair.after, page.as_of)

with st.container(border=True):
    show.card(cards.most_frequent(causes, by_quarter, scope, reviewed, pair.after, colours))
    if causes.rows:
        with st.expander("The same as a table"):
            show.card(cards.as_table(causes, reviewed))
    suggested.of_records(view, causes.n_unknown)

changing, where, why, guards, others = st.tabs(TABS, key="tab", bind="query-params")
if changing.open:
    with changing:
        after, before = (
            source.view(scope.during(side.start, side.end)) for side in (pair.after, pair.before)
        )
        unit = st.segmented_control(
            "Count by", UNITS, default="quarter", required=True, key="every", bind="query-params"
        )
        every = unit or "quarter"
        by_period = by_quarter if every == "quarter" else causes_by_period(view, every=every)
        left, right = st.columns(2, gap="medium")
        with left, st.container(border=True, height="stretch"):
            drift = cause_drift(after, before, breaks=source.breaks())
            show.card(cards.drift(drift, pair, reviewed, colours))
        with right, st.container(border=True, height="stretch"):
            show.card(cards.unknown(by_period, every, when, colours, as_of=page.here))
        show.framed(cards.periods(by_period, every, when, colours))
elif where.open:
    with where:
        services = cause_table(view, "service", most=MOST_SERVICES)
        show.framed(cards.table(services, cards.SERVICES, when, colours))
        detection = cause_table(view, "detection_source")
        if detection.columns != (UNKNOWN,):
            show.framed(cards.table(detection, cards.DETECTION, when, colours))
        else:
            show.card(labels.not_recorded({"how they were detected": False}))
elif why.open:
    with why:
        triggers, factors = trigger_shares(view), factor_shares(view)
        for card in labels.let_happen(triggers, factors, factor_pairs(view), scope, colours):
            show.framed(card)
        recorded = {
            "what set them off": bool(triggers.rows),
            "what let them happen or grow": bool(factors.rows),
        }
        show.card(labels.not_recorded(recorded))
elif guards.open:
    with guards, st.container(border=True):
        barriers.of_records(view, colours, when)
else:
    with others, st.container(border=True):
        table = st.selectbox(
            "Set beside", labels.COMPARABLE, format_func=lambda table: table.name, key="set_beside"
        )
        ours = trigger_shares(view) if table.subject == "trigger" else causes
        show.card(labels.published(table, ours, colours))
