"""Guards that were missing: the section of the page of causes, and that of one incident."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from analytics.causes.barriers import (
    costliest_first,
    guard_periods,
    guards_by_cause,
    missing_guards,
    no_suggestions,
)
from analytics.selection import View
from data.record import Incident
from pages.parts import judging, show, tables
from pages.parts.palette import Palette
from pages.parts.panels import queue, way_back
from pages.parts.wording.numbers import literal, plural
from pages.views import barriers as cards

#: Records whose texts are read without being asked to: about a second.
READ_AT_ONCE = 2_000
#: Suggestions listed at once; the next ones follow as these are judged.
LISTED = 100
#: Stands for suggestions of every kind.
ALL = ""
#: Under which name what was said last can be taken back.
PLACE = "guards"


def of_records(view: View, colours: Palette, when: str) -> None:
    """Which guards were missing before the incidents in view, and what texts suggest."""
    few = len(view.history.incidents) <= READ_AT_ONCE
    read = few or st.toggle(
        "Read the texts for suggestions", key="guards_read", bind="query-params"
    )
    suggested = judging.guards_suggested(view) if read else no_suggestions()
    missing = missing_guards(view, suggested)
    show.card(cards.guards(missing, view.history, when, read=read))
    if named := [row.guard for row in missing.rows if row.without]:
        show.card(cards.by_cause(guards_by_cause(view), view.history))
        guard = st.selectbox("Over time", named, key="guard_over_time")
        course = guard_periods(view, guard, every="quarter")
        show.card(cards.over_time(guard, course, view.history, colours))
    way_back.offer(PLACE)
    if len(suggested):
        with st.expander(f"Confirm what texts suggest ({len(suggested):,})"):
            _list(costliest_first(view, suggested))


def of_record(record: Incident) -> None:
    """The guards of one incident: what people said, what its text suggests, and a way to say it."""
    st.subheader("Guards", anchor=False)
    given = judging.said_of_guards(record.id)
    for row in given:
        _said(row)
    suggested = judging.guards_of(record)
    for told in suggested:
        with st.container(border=True, key=f"guard_{told.guard}_{told.state}"):
            st.markdown(f"Suggested: **{cards.value_words(told.value)}** · in no figure so far")
            st.caption(f"“{literal(told.sentence[: cards.LONGEST_SENTENCE])}”")
            with st.container(horizontal=True):
                key = f"{told.value}_{record.id}"
                pair = [(record.id, told.value)]
                _button("Confirm", pair, judging.ACCEPTED, key=f"guard_yes_{key}")
                _button("Not so", pair, judging.REFUSED, key=f"guard_no_{key}")
    if not (given or suggested):
        st.caption("Nothing is said of a guard, and its text suggests none.")
    with st.popover("Say which guard was missing, or worked"):
        guard = st.selectbox("Guard", judging.GUARDS, key="guard_said")
        state = st.radio(
            "It",
            list(cards.STATE_WORDS),
            format_func=cards.STATE_WORDS.__getitem__,
            key="guard_was",
        )
        _button("Keep", [(record.id, f"{guard}:{state}")], judging.ACCEPTED, key="guard_keep")


def _list(suggested: pd.DataFrame) -> None:
    counts = Counter(map(str, suggested["value"]))
    chosen = st.selectbox(
        "Which",
        [ALL, *(value for value, _ in counts.most_common())],
        format_func=lambda value: cards.choice_words(value, counts),
        key="guards_which",
    )
    of_kind = suggested if chosen == ALL else suggested[suggested["value"] == chosen]
    listed = of_kind.head(LISTED)
    frame = pd.DataFrame(
        {
            "take": False,
            "guard": [cards.value_words(value) for value in listed["value"]],
            "sentence": [text[: cards.LONGEST_SENTENCE] for text in listed["sentence"]],
            "open": [tables.incident_address(identity) for identity in listed["id"]],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["guard", "sentence", "open"],
        column_config={
            "take": st.column_config.CheckboxColumn("Tick", width="small"),
            "guard": "Suggested",
            "sentence": st.column_config.TextColumn("Because it says", width="large"),
            "open": st.column_config.LinkColumn("Open", display_text=r"id=([^&]+)"),
        },
        key=f"guards_rows_{hash(tuple(zip(listed['id'], listed['value'], strict=True)))}",
    )
    ticked = listed[edited["take"].to_numpy(bool)]
    pairs = list(zip(ticked["id"], ticked["value"], strict=True))
    with st.container(horizontal=True):
        _button(f"Confirm {len(pairs):,} ticked", pairs, judging.ACCEPTED, key="guards_confirm")
        _button(f"Not so: {len(pairs):,} ticked", pairs, judging.REFUSED, key="guards_refuse")
        if chosen != ALL:
            every = list(zip(of_kind["id"], of_kind["value"], strict=True))
            label = f"Confirm all {len(every):,} of this kind"
            _button(label, every, judging.ACCEPTED, key="guards_confirm_all")
    if len(of_kind) > LISTED:
        st.caption(f"The longest impact first; {len(of_kind) - LISTED:,} more follow.")


def _said(row: judging.Judgement) -> None:
    """What somebody said of a guard, with a way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        verdict = "" if row.state == judging.ACCEPTED else "not so: "
        by = f" by {literal(row.by)}" if row.by else ""
        st.markdown(f"{verdict}**{literal(cards.value_words(row.value))}** · said{by}")
        key = f"guard_withdraw_{row.value}"
        st.button("Take back", key=key, on_click=way_back.withdraw, args=(PLACE, row))


def _button(
    label: str, pairs: Sequence[tuple[str, str]], state: judging.State, *, key: str
) -> None:
    st.button(label, key=key, disabled=not pairs, on_click=_judge, args=(pairs, state))


def _judge(pairs: Sequence[tuple[str, str]], state: judging.State) -> None:
    """Keep what is said; runs before the page is drawn anew."""
    undoing = judging.judge_guards(pairs, state, by=queue.signed())
    verb = "confirmed" if state == judging.ACCEPTED else "refused"
    told = f"{plural(len(pairs), 'guard')} {verb}."
    way_back.keep(PLACE, told, partial(judging.judge_again, undoing))
