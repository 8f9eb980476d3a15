"""Do we finish what we promised?"""

import streamlit as st

from analytics.actions.mix import action_mix, prevention
from analytics.actions.pace import HORIZONS, action_ages, backlog, completion, completion_by
from analytics.actions.states import action_states, on_time, overdue, slips
from analytics.quality import known_shares
from analytics.repeats.fixes import as_written
from pages.parts import show, source, tables
from pages.parts.frame import open_page
from pages.parts.panels import actions as parts
from pages.parts.panels import working
from pages.parts.wording.numbers import period
from pages.views import actions as cards
from pages.views import completion as pace
from pages.views import promised as promises

TABS = ["Do they get done", "States and dates", "What was promised"]

page = open_page("Actions", asks="Do we finish what we promised after an incident?")
view, as_of, colours = page.view, page.here, page.colours
when = period(page.scope.start, page.scope.end)
if not len(view.actions):
    parts.none_recorded()
    st.stop()

whole = completion(view, as_of=as_of)
late, ages = overdue(view, as_of=as_of), action_ages(view, as_of=as_of)
kept = on_time(view, as_of=as_of)
pile = backlog(source.view(page.scope.always()), every="quarter", as_of=as_of)
states = action_states(view)
parts.tiles(cards.tiles(states, late, whole))
working.conflicts(view)
with st.container(border=True):
    parts.the_list(view, as_of=as_of)
if unanswered := cards.unanswered(whole, kept, late, ages, pile):
    st.info(
        cards.not_told(
            known_shares(view), unanswered, as_written=int(as_written(view.actions).sum())
        ),
        title="What cannot be told",
    )

first = TABS[1] if whole.done is None else TABS[0]
done, dates, promised = st.tabs(TABS, default=first, key="tab", bind="query-params")
if done.open:
    with done, st.container(border=True):
        left, right = st.columns(2)
        by = left.segmented_control(
            "Side by side by",
            pace.BY,
            format_func=pace.BY_WORDS.__getitem__,
            default="quarter",
            required=True,
            key="by",
            bind="query-params",
        )
        horizon = right.segmented_control(
            "Done within, days", HORIZONS, default=HORIZONS[-1], required=True, key="within"
        )
        groups = completion_by(view, by or "quarter", as_of=as_of)
        for card in pace.completion(
            whole,
            groups,
            by or "quarter",
            horizon=horizon or HORIZONS[-1],
            colours=colours,
            when=when,
        ):
            show.card(card)
        if whole.done is not None:
            with st.expander("Done within 30, 60 and 90 days"):
                tables.short_list(pace.shares(whole, groups), alt="Shares done in time")
elif dates.open:
    with dates:
        shown = [cards.states(states, colours, when), cards.overdue(late, colours)]
        if kept.on_time.known or whole.done:
            parts.choose_policy()
            kept = on_time(view, as_of=as_of, policy=parts.chosen_policy())
            shown.append(cards.on_time(kept, slips(view), colours, when))
        shown += [pace.ages(ages), pace.backlog(pile, colours)]
        show.in_pairs([card for card in shown if card is not None])
else:
    with promised:
        mix = action_mix(view)
        without = promises.records_without(prevention(view), page.history, colours)
        show.in_pairs(
            [without, promises.kinds(mix, colours, when), promises.strength(mix, colours)]
        )
