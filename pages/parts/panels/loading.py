"""The pieces of the page of records: what is loaded, loading more, and what was wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.findings import MOST_LISTED, Findings
from data.gathering import Progress
from data.lists import ListsUnreadable, current
from data.loading import Summary, load, load_uploads
from data.report import kept_fields
from data.sample_records import load_sample
from data.store import Store, StoreError
from data.words import WordsUnreadable
from pages.parts import judging, tables
from pages.parts.panels import queue
from pages.parts.wording.numbers import literal, minute, percent, plural

#: Where the outcome of the last load waits for the rerun that shows it.
OUTCOME = "last_load"
PAST_LOADS_SHOWN = 10
TYPES = ["csv", "tsv", "json", "jsonl", "ndjson", "md", "markdown"]


@dataclass(frozen=True)
class Outcome:
    """What a load did, and what the search made of its records."""

    summary: Summary
    matched: judging.Matched


def what_is_loaded(store: Store) -> None:
    """How much the store holds, where it is, and the past loads."""
    counts = store.counts()
    kind = "sample records" if store.is_sample() else "your records"
    st.markdown(
        f"**{plural(counts.incidents, 'incident')} and {plural(counts.actions, 'action')}** · "
        f"{kind if counts.incidents else 'an empty store'} · {literal(store.address)}"
    )
    past = store.loads()
    if past:
        with st.expander(f"Past loads ({len(past):,})"):
            tables.short_list(
                [
                    {
                        "When": minute(load.at),
                        "What": literal(load.source),
                        "New": f"{load.loaded.new:,}",
                        "Updated": f"{load.loaded.updated:,}",
                        "Unchanged": f"{load.loaded.unchanged:,}",
                    }
                    for load in past[:PAST_LOADS_SHOWN]
                ],
                alt="Past loads, the latest first",
            )


def upload(store: Store) -> None:
    """Load files from the reader's machine."""
    st.subheader("Load files", anchor=False)
    st.caption(
        "Post-mortems in Markdown, or incidents and actions as CSV, JSON or JSON Lines. A record "
        "that was loaded before is updated; nothing else is touched."
    )
    files = st.file_uploader("Post-mortems", type=TYPES, accept_multiple_files=True, key="uploads")
    if st.button("Load these files", disabled=not files, type="primary"):
        contents = [(file.name, file.getvalue()) for file in files]
        _run(lambda read: load_uploads(store, contents, lists=current(), progress=read))


def from_path(store: Store) -> None:
    """Load a file or folder of the machine that runs the dashboard."""
    st.subheader("Load a folder", anchor=False)
    path = st.text_input(
        "File, folder or pattern on this machine", placeholder="post-mortems/**/*.md", key="path"
    )
    if st.button("Load from there", disabled=not path.strip()):
        _run(lambda read: load(store, [path.strip()], lists=current(), progress=read))


def clear(store: Store) -> None:
    """Empty the store, or fill an empty one with the sample."""
    st.subheader("Start over", anchor=False)
    if not store.counts().incidents:
        if st.button("Show the sample records"):
            _run(lambda _: load_sample(store))
        return
    sample = store.is_sample()
    if sample:
        st.caption("Verdicts and whatever else was added to the sample go with it.")
    else:
        st.caption(
            "Your files stay as they are. What people added stays too (verdicts, names of known "
            "causes, breaks, exposure) and holds again when the records are loaded again."
        )
    sure = sample or st.checkbox("Yes, forget all records")
    label = "Clear the sample and start empty" if sample else "Forget all records"
    if st.button(label, disabled=not sure):
        _run(lambda _: store.clear())


def outcome() -> None:
    """What the last load did, what its records look like, and every problem it met."""
    result = st.session_state.get(OUTCOME)
    if isinstance(result, str):
        st.error(result, title="Nothing was changed")
    elif isinstance(result, Outcome):
        _summary(result.summary)
        queue.of_load(result.matched)
        _problems(result.summary.findings)


def _run(change: Callable[[Progress], object]) -> None:
    """Change the store and start the page anew, so that every figure is of the new records."""
    bar = st.progress(0.0, text="Working")
    try:
        judging.check_concepts()
        result = change(_moving(bar, "Reading: {share}"))
        matched = judging.match_all(_moving(bar, "Searching: {done:,} of {total:,} records"))
    except (StoreError, ListsUnreadable, WordsUnreadable, judging.ConceptsUnreadable) as error:
        st.session_state[OUTCOME] = str(error)
    else:
        st.session_state[OUTCOME] = (
            Outcome(result, matched) if isinstance(result, Summary) else None
        )
    st.rerun()


def _moving(bar: DeltaGenerator, text: str) -> Progress:
    """Moves ``bar``, but not for less than can be seen."""
    shown = -1

    def move(done: int, total: int) -> None:
        nonlocal shown
        percentage = 100 * done // max(total, 1)
        if percentage != shown:
            shown = percentage
            share = percent(percentage / 100)
            bar.progress(percentage, text=text.format(share=share, done=done, total=total))

    return move


def _summary(summary: Summary) -> None:
    found = summary.findings
    words = (
        f"{summary.new:,} new, {summary.updated:,} updated, {summary.unchanged:,} unchanged, "
        f"{plural(found.problem_count, 'problem')}, {found.rejected:,} left out entirely."
    )
    (st.warning if found.problem_count else st.success)(words, title="Loaded")
    if found.added:
        beside = (f"{kind.replace('_', ' ')} ({n:,})" for kind, n in found.added.items())
        st.caption(f"Beside records, what people had added: {', '.join(beside)}.")
    for assumption, number in found.assumptions.items():
        st.caption(f"Assumed: {literal(assumption)} ({number:,}).")
    if found.kept:
        st.caption(f"Kept beside the records and used by no figure: {literal(kept_fields(found))}.")


def _problems(findings: Findings) -> None:
    problems = findings.problems
    if not problems:
        return
    frame = pd.DataFrame(
        {
            "file": [problem.place.source for problem in problems],
            "place": [problem.place.position for problem in problems],
            "field": [problem.field for problem in problems],
            "value": [problem.value for problem in problems],
            "reason": [problem.reason for problem in problems],
            "left_out": [problem.rejected for problem in problems],
        }
    )
    tables.grid(
        frame,
        key="problems",
        alt="Problems of the last load",
        columns={
            "file": "File",
            "place": "Place",
            "field": "Field",
            "value": "Value",
            "reason": "Why it cannot be used",
            "left_out": st.column_config.CheckboxColumn("Record left out"),
        },
    )
    if findings.problem_count > MOST_LISTED:
        st.caption(f"The first {MOST_LISTED:,} of {findings.problem_count:,} problems are listed.")
