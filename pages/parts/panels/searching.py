"""A box for words, and the incidents that say them anywhere in their texts."""

import streamlit as st

from analytics.frames import History
from analytics.selection import View
from pages.parts import show, source
from pages.parts.leads import incident
from pages.parts.wording.numbers import day, literal

#: Matches shown with what they say; more means that the words do not tell incidents apart.
MATCHES_SHOWN = 8
HELP = (
    "Words in any order, or beginnings of three letters and more; accents and case make no "
    'difference. "In quotes" they follow each other.'
)


def box(history: History) -> None:
    """A field for words, and the incidents that say them; the latest without any."""
    typed = st.text_input(
        "Find an incident",
        placeholder="words of its texts, or its id",
        key="find",
        bind="query-params",
        help=HELP,
    )
    if not typed and "id" in st.query_params:
        return
    matches = source.matches(history, typed)
    if not typed:
        st.caption("The latest ones:")
    elif not len(matches.rows):
        st.info("No incident says all of these words.", title="Nothing found")
    best(history, typed, matches)


def best(
    history: History, typed: str, matches: source.Matches, *, within: View | None = None
) -> None:
    """The best matches, each with a piece of its text around the words.

    Args:
        within: of which incidents; of all without.
    """
    for limit in matches.limits:
        st.caption(limit)
    rows = matches.rows
    if within is not None:
        rows = rows[history.marks(within.rows)[rows]]
    shown = history.incidents.iloc[rows[:MATCHES_SHOWN]]
    pieces = source.snippets(typed, list(shown["id"]))
    for identity, title, when in zip(shown["id"], shown["title"], shown["period_at"], strict=True):
        show.link(incident(identity), label=f"{day(when)} · {literal(title or identity)}")
        if piece := pieces.get(identity):
            parts = "".join(_part(*part) for part in piece.parts)
            st.caption(f"{piece.heading}: {parts}")


def _part(written: str, is_match: bool) -> str:
    """A piece of a text in Markdown, nothing of it interpreted; what was looked for in bold."""
    inside = literal(written)
    if is_match:
        return f"**{inside}**"
    before = " " if written[:1].isspace() else ""
    after = " " if written[-1:].isspace() and inside else ""
    return f"{before}{inside}{after}"
