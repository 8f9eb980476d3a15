"""A box for words, and the incidents that say them anywhere in their texts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from analytics.frames import History
from analytics.selection import Rows, View, find
from data.text_index import MOST_WORDS, Snippet, asked, snippet
from pages.parts import show, source
from pages.parts.leads import incident
from pages.parts.wording.numbers import day, literal

#: Matches shown with what they say; more means that the words do not tell incidents apart.
MATCHES_SHOWN = 8
HELP = (
    "Words in any order, or beginnings of three letters and more; accents and case make no "
    'difference. "In quotes" they follow each other.'
)


class Matches(NamedTuple):
    """The incidents that say what somebody typed.

    Attributes:
        rows: positions in the history, the best first.
        limits: what was not looked for, in sentences.
    """

    rows: Rows
    limits: tuple[str, ...]


def matches_of(records: History, typed: str) -> Matches:
    """The incidents whose texts say what is typed; of nothing typed, the latest."""
    every = len(records.incidents)
    ids = source.tried(lambda: source.store().find(typed, most=every)) if typed else None
    limits = []
    if typed and ids is None:
        limits.append("Only titles and ids were searched: this SQLite cannot search texts (FTS5).")
    if asked(typed).left_out:
        limits.append(f"Only the first {MOST_WORDS} words are looked for.")
    if ids is None:
        return Matches(find(records, typed, most=every), tuple(limits))
    rows = pd.Index(records.incidents["id"]).get_indexer(ids)
    return Matches(rows[rows >= 0].astype(np.intp), tuple(limits))


def _snippets(typed: str, ids: Sequence[str]) -> dict[str, Snippet]:
    """By id, the piece of each record that says what is typed; none where only its labels do."""
    question = asked(typed)
    told = source.tried(lambda: source.store().records(ids)) if question.phrases else {}
    pieces = {name: snippet(record, question) for name, record in told.items()}
    return {name: piece for name, piece in pieces.items() if piece}


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
    matches = matches_of(history, typed)
    if not typed:
        st.caption("The latest ones:")
    elif not len(matches.rows):
        st.info("No incident says all of these words.", title="Nothing found")
    best(history, typed, matches)


def best(history: History, typed: str, matches: Matches, *, within: View | None = None) -> None:
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
    pieces = _snippets(typed, list(shown["id"]))
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
