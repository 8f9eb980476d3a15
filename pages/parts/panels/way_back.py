"""What was said or changed last, with a way to take it back while the visit lasts."""

from collections.abc import Callable

import streamlit as st

from pages.parts import judging


def keep(place: str, told: str, undo: Callable[[], object]) -> None:
    """Remember how what was just said is undone.

    Args:
        place: of which section it is.
        told: what was said, in Markdown.
    """
    st.session_state[_key(place)] = told, undo


def is_offered(place: str) -> bool:
    """Whether something was said last in a section that can still be undone."""
    return _key(place) in st.session_state


def offer(place: str) -> None:
    """What was said last in a section, with a button that undoes it."""
    if not is_offered(place):
        return
    told, undo = st.session_state[_key(place)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(told)
        st.button("Undo", key=f"{place}_undo", on_click=_undo, args=(place, undo))


def withdraw(place: str, *rows: judging.Judgement) -> None:
    """Take judgements back that were given earlier; what was said last is not offered any more."""
    judging.judge_again(row.model_copy(update={"state": judging.WITHDRAWN}) for row in rows)
    st.session_state.pop(_key(place), None)


def _undo(place: str, undo: Callable[[], object]) -> None:
    undo()
    del st.session_state[_key(place)]


def _key(place: str) -> str:
    return f"undoing_{place}"
