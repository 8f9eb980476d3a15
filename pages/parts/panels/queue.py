"""Possible repeats and what people say of them: one click a verdict, each can be taken back."""

from collections.abc import Iterable

import streamlit as st

from analytics.matcher.reasons import Reasons
from analytics.repeats.ledger import Ledger
from pages.parts import judging, tables
from pages.parts.wording.numbers import day, literal, percent, plural, share_of
from pages.parts.wording.repeats import ACTION_STATES

#: Possible repeats shown at once; the next ones follow as these are judged.
SHOWN = 5
VERDICTS: dict[judging.Relation, str] = {
    "repeat": "Same cause",
    "related": "Related",
    "different": "Different",
    "same_event": "Same event",
}
FLAG_WORDS = {
    "strong": "Strong match",
    "likely": "Likely match",
    "possible": "Possible match",
}
#: A certainty from which on the exact share says no more.
NEARLY_ALL = 0.99


def queue(book: Ledger) -> None:
    """The possible repeats that nobody has judged, the costliest first."""
    history = book.repeats.history
    rows = judging.costliest_first(history, book.suggested)
    if not len(rows):
        return
    confirmed, precision = judging.flag_precision()
    basis = share_of(confirmed, precision) if precision.known else "no flag was judged yet"
    st.subheader(f"To look at: {plural(len(rows), 'possible repeat')}", anchor=False)
    st.caption(
        "found by their words, confirmed by nobody, in no count above · the costliest first · "
        f"flags so far confirmed: {basis}"
    )
    for row in rows[:SHOWN]:
        later, earlier = judging.pair_of(history, row)
        with st.container(border=True):
            pair(later, earlier)
    if len(rows) > SHOWN:
        st.caption(f"{len(rows) - SHOWN:,} more follow.")


def pair(later: str, earlier: str) -> None:
    """One possible repeat: why we think so, what differs, and the verdict."""
    found = judging.possible(later, earlier)
    if found is None:
        return
    st.markdown(
        f"**{FLAG_WORDS.get(found.level, 'Match')}:** "
        f"{tables.incident_link(later, text=found.later)}"
        f" ({day(found.began)}) looks like "
        f"{tables.incident_link(earlier, text=found.earlier)} ({day(found.earlier_began)})"
    )
    if found.reasons is not None:
        st.caption(_why(found.reasons, certainty=found.certainty))
        if found.reasons.later_sentence and found.reasons.earlier_sentence:
            st.caption(
                f"“{literal(found.reasons.later_sentence)}” beside "
                f"“{literal(found.reasons.earlier_sentence)}”"
            )
    states = [f"{literal(title)} ({ACTION_STATES[state]})" for title, state in found.actions]
    st.caption("Actions of the earlier one: " + ("; ".join(states) or "none was recorded"))
    with st.container(horizontal=True):
        for relation, label in VERDICTS.items():
            if st.button(label, key=f"{relation}_{later}_{earlier}"):
                judging.judge(later, earlier, relation)
                st.rerun()


def judged() -> None:
    """The verdicts in force, each with a way back."""
    given = judging.verdicts()
    if not given:
        return
    with st.expander(f"Verdicts ({len(given):,})"):
        verdict_rows(given)


def verdict_rows(given: Iterable[judging.Verdict]) -> None:
    """Verdicts, each with a way back."""
    for verdict in given:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{VERDICTS[verdict.relation]}: {tables.incident_link(verdict.later_id)} and "
                f"{tables.incident_link(verdict.earlier_id)}, {day(verdict.at)}"
                + (f", {literal(verdict.by)}" if verdict.by else ""),
                width="stretch",
            )
            if st.button("Undo", key=f"undo_{verdict.later_id}_{verdict.earlier_id}"):
                judging.undo(verdict.later_id, verdict.earlier_id)
                st.rerun()


def _why(reasons: Reasons, *, certainty: float | None) -> str:
    parts = []
    if reasons.concepts:
        parts.append("both speak of " + ", ".join(literal(one.text) for one in reasons.concepts))
    if reasons.words:
        parts.append("share " + ", ".join(f"“{literal(one.text)}”" for one in reasons.words))
    if reasons.same_services:
        parts.append("same service: " + ", ".join(map(literal, reasons.same_services)))
    if reasons.only_later or reasons.only_earlier:
        other = [*reasons.only_later, *reasons.only_earlier]
        parts.append("differing services: " + ", ".join(map(literal, other)))
    if reasons.same_category is not None:
        parts.append(f"{'same' if reasons.same_category else 'another'} category of cause")
    parts.append(f"{reasons.days:.0f} days apart")
    if certainty is not None:
        than = (
            "nearly all earlier best matches"
            if certainty > NEARLY_ALL
            else f"{percent(certainty)} of the best matches before it"
        )
        parts.append(f"a stronger match than {than}")
    return " · ".join(parts)


def looks_like(later: str) -> None:
    """What one incident looks like, to be judged on its own page."""
    earlier = judging.unjudged_for(later)
    if earlier:
        st.subheader("This looks like", anchor=False)
    for one in earlier:
        with st.container(border=True):
            pair(later, one)
