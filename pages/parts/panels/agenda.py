"""A retrospective is worked through here: talked about, noted, decided, one topic at a time."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import streamlit as st

from analytics.retrospective import Theme
from analytics.selection import View
from analytics.stored.index import lesson_concepts
from data.record import Incident
from pages.parts import judging, show
from pages.parts.card import Card
from pages.parts.panels import queue, way_back
from pages.parts.wording.numbers import day, literal
from pages.views.retrospective import TOPICS
from pages.views.retrospective import lessons as lessons_of

#: Of which section the last note is.
PLACE = "minutes"
#: The parameter of the address that shows one topic at a time, counted from 1.
CARD = "card"
#: Letters of a note: a meeting writes down a paragraph.
LONGEST_NOTE = 4_000
#: Letters of the name of a theme: a heading, and short enough to be kept beside its key.
LONGEST_THEME = 120
#: The field under which people name themes.
LESSON: judging.JudgedField = "lesson"
#: Topics that are no lessons.
NO_THEMES: Mapping[str, Sequence[Theme]] = MappingProxyType({})
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
        minute = self.minutes.get(topic)
        return card if minute is None else replace(card, notes=(*card.notes, *lines(minute)))


def meeting(team: str, start: dt.date, end: dt.date) -> Meeting:
    """The retrospective of a team and period, with what was written down so far."""
    kept = judging.minutes_of(team, start, end)
    told = {name: row for name, row in kept.items() if row.ticked or row.note or row.decision}
    return Meeting(team, start, end, told)


def lines(minute: judging.Minute) -> tuple[str, ...]:
    """What was written down of a topic, in Markdown."""
    by = f", {literal(minute.by)}" if minute.by else ""
    talked = "**Talked about**" if minute.ticked else "Not talked about yet"
    told = (("Note", minute.note), ("Decision", minute.decision))
    return (
        f"{talked} ({day(minute.at)}{by})",
        *(f"**{name}:** {literal(text)}" for name, text in told if text),
    )


def framed(
    held: Meeting,
    topics: Mapping[str, Card],
    *,
    across: int = 2,
    themes: Mapping[str, Sequence[Theme]] = NO_THEMES,
) -> None:
    """Topics side by side, each with what was written down and a way to write.

    Args:
        themes: by topic, those that can be confirmed and renamed.
    """
    listed = list(topics.items())
    for first in range(0, len(listed), across):
        row = listed[first : first + across]
        for column, (topic, card) in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                _framed(held, topic, card, themes.get(topic, ()))


def lessons(
    read: tuple[Sequence[Incident], Sequence[Incident]], always: View, *, of: int
) -> tuple[dict[str, Card], Mapping[str, Sequence[Theme]]]:
    """What a period taught, a card for each kind, and the themes on each as people call them.

    Args:
        read, always, of: see :func:`pages.views.retrospective.lessons`.
    """
    names = _theme_names()
    return lessons_of(read, always, of=of, concepts=lesson_concepts(), names=names)


def also_noted(held: Meeting, topics: Mapping[str, Card]) -> None:
    """What was written down of topics that are not on the page any more, as records change."""
    gone = {topic: row for topic, row in held.minutes.items() if topic not in topics}
    if not gone:
        return
    st.subheader("Also noted", anchor=False)
    st.caption("Of topics that the records no longer raise among the first.")
    framed(
        held,
        {
            topic: Card(f"noted_{number}", TOPICS.get(topic, literal(topic)))
            for number, topic in enumerate(gone)
        },
    )


def _framed(held: Meeting, topic: str, card: Card, themes: Sequence[Theme] = ()) -> None:
    with st.container(border=True, height="stretch"):
        show.card(held.card(topic, card))
        with st.container(horizontal=True):
            label = "Change the note" if topic in held.minutes else "Note"
            with st.popover(label, icon=":material/edit_note:"):
                _form(held, topic)
            if themes:
                with st.popover("Themes", icon=":material/label:"):
                    _themes(topic, themes)


def _themes(kind: str, themes: Sequence[Theme]) -> None:
    """Confirm a theme, call it otherwise, or let it be a proposal again."""
    number = st.selectbox(
        "Theme", range(len(themes)), format_func=lambda at: themes[at].name, key=f"theme_{kind}"
    )
    theme = themes[number]
    name = st.text_input(
        "Its name", theme.name[:LONGEST_THEME], max_chars=LONGEST_THEME, key=f"{kind}_{theme.keys}"
    )
    by = st.session_state.get(queue.SIGNED, "")
    st.caption("Themes of one name are one theme. It holds for every team and period.")
    with st.container(horizontal=True):
        if st.button("Confirm", key=f"theme_yes_{kind}", type="primary", disabled=not name.strip()):
            _say(partial(_name_theme, kind, theme, name, by=by), f"Named {literal(name)}.")
        if theme.confirmed and st.button("Only proposed", key=f"theme_no_{kind}"):
            _say(partial(_propose_theme, kind, theme), "Only proposed again.")


def _say(act: Callable[[], list[judging.Judgement]], told: str) -> None:
    try:
        undo = act()
    except judging.WrongField as wrong:
        st.error(literal(str(wrong)), title="Nothing was changed")
        return
    way_back.keep(PLACE, told, partial(judging.judge_again, undo))
    st.rerun()


def last_note() -> None:
    """What was written down last on this visit, with a way back; and the way to the large type."""
    way_back.offer(PLACE)
    if st.button("Present", icon=":material/slideshow:", help="One topic at a time, in large type"):
        st.query_params[CARD] = "1"
        st.rerun()


def presented(held: Meeting, topics: Mapping[str, Card]) -> bool:
    """Show the one topic that the address asks for, in large type; whether it asks for one.

    Topics of which there is nothing to see or read are passed over.
    """
    asked = st.query_params.get(CARD, "")
    number = int(asked[:3]) if asked.isdecimal() else 0
    told = [name for name, card in topics.items() if card.tables or name in held.minutes]
    if not 1 <= number <= len(told):
        return False
    topic = told[number - 1]
    st.html(LARGE)
    st.caption(f"{literal(held.team)} · {number} of {len(told)}")
    _framed(held, topic, topics[topic])
    with st.container(horizontal=True):
        for label, to, key in (
            ("Previous", number - 1, "ArrowLeft"),
            ("Next", number + 1, "ArrowRight"),
        ):
            st.button(
                label,
                key=f"present_{label}",
                disabled=not 1 <= to <= len(told),
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
    before = held.minutes.get(topic)
    with st.form(f"minute_{topic}", border=False, enter_to_submit=False):
        ticked = st.checkbox("Talked about", before is not None and before.ticked)
        note, decision = (
            st.text_area(label, text, max_chars=LONGEST_NOTE, height=90)
            for label, text in (
                ("Note", before.note if before else ""),
                ("Decision", before.decision if before else ""),
            )
        )
        by = st.text_input(
            "Your team or initials (may stay empty)",
            st.session_state.get(queue.SIGNED, ""),
            max_chars=queue.LONGEST_NAME,
        ).strip()
        if st.form_submit_button("Write down", type="primary"):
            _write(held, topic, {"ticked": ticked, "note": note, "decision": decision, "by": by})


def _write(held: Meeting, topic: str, written: Mapping[str, object]) -> None:
    of = {"team": held.team, "start": held.start, "end": held.end, "topic": topic}
    try:
        judging.write_down({**of, **written})
    except judging.WrongField as wrong:
        st.error(literal(str(wrong)), title="Nothing was written down")
        return
    st.session_state[queue.SIGNED] = written["by"]
    before = held.minutes.get(topic)
    undone = before.model_dump(exclude={"at"}) if before else of
    way_back.keep(PLACE, "Written down.", partial(judging.write_down, undone))
    st.rerun()


def _theme_names() -> dict[str, dict[str, str]]:
    """What people call the themes of lessons, by kind of lesson and key of the theme."""
    said = judging.said_in(LESSON)
    names: dict[str, dict[str, str]] = {}
    for row in said:  # the newest first
        kind, key, name = row.value.split(":", 2)
        names.setdefault(kind, {}).setdefault(key, name)
    return names


def _name_theme(kind: str, theme: Theme, name: str, *, by: str) -> list[judging.Judgement]:
    """Confirm a theme under a name, in place of what it was called; what undoes it comes back.

    Raises:
        WrongField: it cannot be called so.
    """
    said = {"record_id": theme.incidents[0], "field": LESSON, "state": judging.ACCEPTED, "by": by}
    values = [f"{kind}:{key}:{name.strip()}" for key in theme.keys]
    rows = [judging.Judgement.checked({**said, "value": value}) for value in values]
    return judging.judge_again([*_withdrawn(kind, theme), *rows])


def _propose_theme(kind: str, theme: Theme) -> list[judging.Judgement]:
    """Take back what a theme is called, so that it is only proposed; what undoes it comes back."""
    return judging.judge_again(_withdrawn(kind, theme))


def _withdrawn(kind: str, theme: Theme) -> list[judging.Judgement]:
    said = judging.said_in(LESSON)
    begins = tuple(f"{kind}:{key}:" for key in theme.keys)
    mine = [row for row in said if row.value.startswith(begins)]
    return [row.model_copy(update={"state": judging.WITHDRAWN}) for row in mine]
