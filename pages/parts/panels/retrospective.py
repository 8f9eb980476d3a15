"""The pieces of a retrospective."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from analytics.response.durations import StepResult
from analytics.retrospective import Question, Raised
from analytics.selection import View, labels
from data.record import Incident
from pages.parts import filters, tables
from pages.parts.wording.numbers import literal, plural
from pages.parts.wording.response import STEP_WORDS, duration_or_few

#: Incidents named under a question; a meeting does not get through more.
NAMED = 6
QUESTIONS = {
    Raised.REPEATED: "repeat a known cause. What did we expect to stop it, and why did it not?",
    Raised.STILL_OPEN: "have a preventive action not known to be done. What keeps it from us?",
    Raised.NO_ACTION: "have no action on record. Will we live with a recurrence?",
    Raised.NO_PREVENTION: "have actions on record, none that prevents. What would make this "
    "impossible?",
    Raised.FOUND_OUTSIDE: "were noticed by people outside first. What would have told us earlier?",
    Raised.NEEDS_ANALYSIS: "have human or process error as their cause. What let it happen?",
    Raised.NO_CAUSE: "have no recorded cause. Is it unknown, or not written down?",
}


@dataclass(frozen=True)
class Lessons:
    """What post-mortems say went well, wrong and by luck, each with the id of its incident."""

    well: list[tuple[str, str]]
    wrong: list[tuple[str, str]]
    lucky: list[tuple[str, str]]
    read: int
    of: int


def choose_team(view: View) -> None:
    """Ask for one team and offer those in view."""
    st.info(
        "A retrospective is of one team: choose it here, or in the sidebar.", title="Which team?"
    )
    counts = labels(view.incidents["team"]).value_counts()
    for team, count in counts[counts > 0].items():
        st.page_link(
            "pages/retrospective.py",
            label=f"{literal(str(team))} · {plural(int(count), 'incident')}",
            query_params={**filters.parameters(), "team": str(team)},
        )


def durations(steps: Mapping[str, StepResult]) -> None:
    """The medians of the four durations with their intervals, or why there is none."""
    rows = [
        {
            "": STEP_WORDS[name],
            "Recorded": f"{result.headline.n:,} of {len(result.durations.status):,}",
            "Median (95 %)": duration_or_few(result.headline),
        }
        for name, result in steps.items()
    ]
    tables.short_list(rows, alt="How long the incidents took")


def ask(questions: Sequence[Question], view: View) -> None:
    """Each question with the incidents that raise it."""
    if not questions:
        st.caption("Nothing in the records of this period raises a question.")
    incidents = view.history.incidents
    for question in questions:
        st.markdown(f"**{len(question.rows):,} of {question.n:,}** {QUESTIONS[question.raised]}")
        named = incidents.iloc[question.rows[::-1][:NAMED]]
        links = [
            tables.incident_link(identity, text=title)
            for identity, title in zip(named["id"], named["title"], strict=True)
        ]
        more = len(question.rows) - len(links)
        st.caption(" · ".join(links) + (f" · and {more:,} more" if more > 0 else ""))


def lessons(records: Sequence[Incident], *, of: int) -> Lessons:
    """The lessons of some records, out of ``of`` incidents in view."""
    found = Lessons([], [], [], read=len(records), of=of)
    for record in records:
        found.well.extend((text, record.id) for text in record.what_went_well)
        found.wrong.extend((text, record.id) for text in record.what_went_wrong)
        found.lucky.extend((text, record.id) for text in record.where_we_got_lucky)
    return found


def listed(title: str, entries: Sequence[tuple[str, str]], *, read: int) -> None:
    """Lessons as a list, each with its incident, or that none of the records read has one."""
    st.header(title, anchor=False)
    if not entries:
        st.caption(nobody_says(read))
    for text, identity in entries:
        st.markdown(f"- {literal(text)} ({tables.incident_link(identity)})")


def nobody_says(read: int) -> str:
    """That no record says what a list asks for, of those that were read."""
    return f"None of the latest {read:,} records says." if read > 1 else "The record does not say."


def lucky(found: Lessons) -> None:
    """Where luck helped, and how many post-mortems were read."""
    if found.lucky:
        listed("Where we got lucky", found.lucky, read=found.read)
    if found.read < found.of:
        st.caption(f"Lessons of the latest {found.read:,} of {found.of:,} incidents.")
