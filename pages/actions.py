"""Do we finish what we promised?"""

from functools import partial

import streamlit as st

from analytics.actions.mix import action_mix, prevention
from analytics.actions.pace import HORIZONS, action_ages, backlog, completion, completion_by
from analytics.actions.states import action_states, oldest_open, on_time, overdue
from analytics.quality import known_shares
from analytics.repeats.fixes import as_written
from pages.parts import source
from pages.parts.frame import open_page
from pages.parts.panels import actions as parts
from pages.parts.rows import actions as action_tables
from pages.parts.wording.actions import BY_WORDS, not_told
from pages.parts.wording.numbers import period

TABS = ["Do they get done", "States and dates", "What was promised"]

page = open_page("Actions", asks="Do we finish what we promised after an incident?")
view, as_of, colours = page.view, page.here, page.colours
when = period(page.scope.start, page.scope.end)
if not len(view.actions):
    action_tables.none_recorded()
    st.stop()

whole = completion(view, as_of=as_of)
late, ages = overdue(view, as_of=as_of), action_ages(view, as_of=as_of)
kept = on_time(view, as_of=as_of)
pile = backlog(source.view(page.scope.always()), every="quarter", as_of=as_of)
states = action_states(view)
parts.tiles(states, late, whole)
if unanswered := parts.unanswered(whole, kept, late, ages, pile):
    st.info(
        not_told(known_shares(view), unanswered, as_written=int(as_written(view.actions).sum())),
        title="What cannot be told",
    )
with st.container(border=True):
    action_tables.oldest(oldest_open(view, as_of=as_of, most=10), page.history)

first = TABS[1] if whole.done is None else TABS[0]
done, dates, promised = st.tabs(TABS, default=first, key="tab", bind="query-params")
if done.open:
    with done, st.container(border=True):
        left, right = st.columns(2)
        by = left.segmented_control(
            "Side by side by",
            parts.BY,
            format_func=BY_WORDS.__getitem__,
            default="quarter",
            required=True,
            key="by",
            bind="query-params",
        )
        horizon = right.segmented_control(
            "Done within, days", HORIZONS, default=HORIZONS[-1], required=True, key="within"
        )
        parts.completion(
            whole,
            completion_by(view, by or "quarter", as_of=as_of),
            by or "quarter",
            horizon=horizon or HORIZONS[-1],
            colours=colours,
            when=when,
        )
elif dates.open:
    with dates:
        cards = [
            partial(parts.states, states, colours, when),
            partial(parts.overdue, late, colours) if late.overdue.known else None,
            partial(parts.on_time, view, as_of=as_of, colours=colours, when=when)
            if kept.on_time.known or whole.done
            else None,
            partial(parts.ages, ages) if parts.has_ages(ages) else None,
            partial(parts.backlog, pile, "quarter", colours) if len(pile.starts) else None,
        ]
        parts.in_pairs([card for card in cards if card is not None])
else:
    with promised:
        parts.promised(action_mix(view), prevention(view), colours, when)
behind = st.expander("All actions behind these figures", key="behind", bind="query-params")
if behind.open:
    with behind:
        action_tables.everything(view, key="all_actions")
