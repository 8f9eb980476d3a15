"""A retrospective is worked through here: talked about, noted, decided, one topic at a time."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from pages.parts import judging, show
from pages.parts.card import Card
from pages.parts.panels import queue, way_back
from pages.parts.wording.numbers import day, literal

#: Of which section the last note is.
PLACE = "minutes"
#: The parameter of the address that shows one topic at a time, counted from 1.
CARD = "card"
#: Letters of a note: a meeting writes down a paragraph.
LONGEST_NOTE = 4_000
#: Large enough to be read across a room, and nothing beside it.
LARGE = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
@media (min-width: 800px) { [data-testid="stMainBlockContainer"] { zoom: 1.5; max-width: 62rem; } }
</style>"""


@dataclass(frozen=True)
class Meeting:
    """Whose retrospective it is, of which period, and what was written down so far.

    Attributes:
        minutes: by topic.
    """

    team: str
    start: dt.date
    end: dt.date
    minutes: Mapping[str, judging.Minute]

    def card(self, topic: str, card: Card) -> Card:
        """A card with what was written down of its topic below it."""
        said = self.minutes.get(topic)
        return card if said is None else replace(card, notes=(*card.notes, *lines(said)))


def meeting(team: str, start: dt.date, end: dt.date) -> Meeting:
    """The retrospective of a team and period, with what was written down so far."""
    kept = judging.minutes_of(team, start, end)
    told = {name: said for name, said in kept.items() if said.ticked or said.note or said.decision}
    return Meeting(team, start, end, told)


def lines(said: judging.Minute) -> tuple[str, ...]:
    """What was written down of a topic, in Markdown."""
    by = f", {literal(said.by)}" if said.by else ""
    talked = "**Talked about**" if said.ticked else "Not talked about yet"
    told = (("Note", said.note), ("Decision", said.decision))
    return (
        f"{talked} ({day(said.at)}{by})",
        *(f"**{name}:** {literal(text)}" for name, text in told if text),
    )


def in_pairs(held: Meeting, topics: Mapping[str, Card]) -> None:
    """Topics two by two, each with what was written down and a way to write."""
    listed = list(topics.items())
    for first in range(0, len(listed), 2):
        pair = listed[first : first + 2]
        for column, (topic, card) in zip(st.columns(len(pair), gap="medium"), pair, strict=True):
            with column:
                framed(held, topic, card)


def framed(held: Meeting, topic: str, card: Card) -> None:
    """One topic in its frame."""
    with st.container(border=True, height="stretch"):
        show.card(held.card(topic, card))
        label = "Change the note" if topic in held.minutes else "Note"
        with st.popover(label, icon=":material/edit_note:"):
            _form(held, topic)


def last_note() -> None:
    """What was written down last on this visit, with a way back; and the way to the large type."""
    way_back.offer(PLACE)
    if st.button("Present", icon=":material/slideshow:", help="One topic at a time, in large type"):
        st.query_params[CARD] = "1"
        st.rerun()


def presented(held: Meeting, topics: Mapping[str, Card]) -> bool:
    """Show the one topic that the address asks for, in large type; whether it asks for one."""
    asked = st.query_params.get(CARD, "")
    number = int(asked[:3]) if asked.isdecimal() else 0
    if not 1 <= number <= len(topics):
        return False
    topic, card = list(topics.items())[number - 1]
    st.html(LARGE)
    st.caption(f"{literal(held.team)} · {number} of {len(topics)}")
    framed(held, topic, card)
    with st.container(horizontal=True):
        for label, to, key in (
            ("Previous", number - 1, "ArrowLeft"),
            ("Next", number + 1, "ArrowRight"),
        ):
            st.button(
                label,
                key=f"present_{label}",
                disabled=not 1 <= to <= len(topics),
                shortcut=key,
                on_click=_turn_to,
                args=(to,),
            )
        st.button("Back to the agenda", icon=":material/close:", on_click=_turn_to, args=(None,))
    return True


def _turn_to(number: int | None) -> None:
    if number is None:
        st.query_params.pop(CARD, None)
    else:
        st.query_params[CARD] = str(number)


def _form(held: Meeting, topic: str) -> None:
    said = held.minutes.get(topic)
    with st.form(f"minute_{topic}", border=False, enter_to_submit=False):
        ticked = st.checkbox("Talked about", said is None or said.ticked)
        note, decision = (
            st.text_area(label, text, max_chars=LONGEST_NOTE, height=90)
            for label, text in (
                ("Note", said.note if said else ""),
                ("Decision", said.decision if said else ""),
            )
        )
        by = st.text_input(
            "Your team or initials (may stay empty)",
            st.session_state.get(queue.SIGNED, ""),
            max_chars=queue.LONGEST_NAME,
        ).strip()
        if st.form_submit_button("Write down", type="primary"):
            _write(held, topic, {"ticked": ticked, "note": note, "decision": decision, "by": by})


def _write(held: Meeting, topic: str, said: Mapping[str, object]) -> None:
    of = {"team": held.team, "start": held.start, "end": held.end, "topic": topic}
    try:
        judging.write_down({**of, **said})
    except judging.WrongField as wrong:
        st.error(literal(str(wrong)), title="Nothing was written down")
        return
    st.session_state[queue.SIGNED] = said["by"]
    before = held.minutes.get(topic)
    undone = before.model_dump(exclude={"at"}) if before else of
    way_back.keep(PLACE, "Written down.", partial(judging.write_down, undone))
    st.rerun()
