"""Do we finish what we promised?"""

import streamlit as st

from analytics.action_list import oldest_open
from analytics.actions import action_states, overdue
from pages.parts import action_tables, show
from pages.parts.figures_bars import count_bars
from pages.parts.frame import open_page
from pages.parts.wording import period, plural, share_of
from pages.parts.wording_repeats import ACTION_STATES

page = open_page("Actions", asks="Do we finish what we promised after an incident?")
states = action_states(page.view)
late = overdue(page.view, as_of=page.as_of)
oldest = oldest_open(page.view, as_of=page.as_of, most=10)
when = period(page.scope.start, page.scope.end)

if not states.total:
    st.info(
        "No action is recorded for the incidents in view. A post-mortem without actions changes "
        "nothing; record what was promised, or widen the filters.",
        title="No actions",
    )
    st.stop()

left, right = st.columns(2, gap="medium")
with left, st.container(border=True, height="stretch"):
    done = states.counts["done"]
    show.finding(
        f"Done: {share_of(done, states.done)}",
        basis=f"of the actions whose state is known, {plural(states.total, 'action')} in all · "
        f"incidents of {when}",
        methods=["action_states"],
    )
    show.chart(
        count_bars(
            [ACTION_STATES.get(name, ACTION_STATES[""]) for name in states.counts],
            list(states.counts.values()),
            colours=page.colours,
        ),
        key="states",
        alt="Actions by state",
    )
with right, st.container(border=True, height="stretch"):
    show.finding(
        f"Overdue: {share_of(sum(late.bands.values()), late.overdue)}",
        basis=f"of the open actions with a due date · {late.overdue.n_missing:,} of "
        f"{plural(late.n_open, 'open action')} have none · by the first date promised",
        methods=["overdue"],
    )
    if late.overdue.n:
        show.chart(
            count_bars(list(late.bands), list(late.bands.values()), colours=page.colours),
            key="overdue",
            alt="Overdue actions by days past their first due date",
        )

with st.container(border=True):
    show.finding(
        f"The oldest open preventive actions ({min(len(oldest.rows), oldest.total)} of "
        f"{oldest.total:,})",
        basis="what would keep a cause from coming back, still to be done · age counted from the "
        "day of the promise, else from the incident",
    )
    action_tables.oldest(oldest, page.history)
with st.expander("All actions behind these figures"):
    action_tables.everything(page.view, key="all_actions")
