"""The pieces of the page of records: what is loaded, loading more, and what was wrong with it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from data.findings import MOST_LISTED
from data.lists import ListsUnreadable, current
from data.loading import Summary, load, load_uploads
from data.problems import Problem
from data.sample_records import load_sample
from data.store import Store, StoreError
from pages.parts import judging, tables
from pages.parts.wording.numbers import literal, minute, plural

#: Where the outcome of the last load waits for the rerun that shows it.
OUTCOME = "last_load"
PAST_LOADS_SHOWN = 10
TYPES = ["csv", "tsv", "json", "jsonl", "ndjson", "md", "markdown"]


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
        _run(lambda: load_uploads(store, contents, lists=current()))


def from_path(store: Store) -> None:
    """Load a file or folder of the machine that runs the dashboard."""
    st.subheader("Load a folder", anchor=False)
    path = st.text_input(
        "File, folder or pattern on this machine", placeholder="post-mortems/**/*.md", key="path"
    )
    if st.button("Load from there", disabled=not path.strip()):
        _run(lambda: load(store, [path.strip()], lists=current()))


def clear(store: Store) -> None:
    """Empty the store, or fill an empty one with the sample."""
    st.subheader("Start over", anchor=False)
    if not store.counts().incidents:
        if st.button("Show the sample records"):
            _run(lambda: load_sample(store))
        return
    sample = store.is_sample()
    sure = sample or st.checkbox("Yes, forget all records; my files stay as they are")
    label = "Clear the sample and start empty" if sample else "Forget all records"
    if st.button(label, disabled=not sure):
        _run(store.clear)


def outcome() -> None:
    """What the last load did, with every problem it met."""
    result = st.session_state.get(OUTCOME)
    if isinstance(result, str):
        st.error(result, title="Nothing was changed")
    elif isinstance(result, Summary):
        _summary(result)


def _run(change: Callable[[], object]) -> None:
    """Change the store and start the page anew, so that every figure is of the new records."""
    try:
        with st.spinner("Working"):
            result = change()
            judging.match_all()
    except (StoreError, ListsUnreadable) as error:
        result = str(error)
    st.session_state[OUTCOME] = result
    st.rerun()


def _summary(summary: Summary) -> None:
    found = summary.findings
    words = (
        f"{summary.new:,} new, {summary.updated:,} updated, {summary.unchanged:,} unchanged, "
        f"{plural(found.problem_count, 'problem')}, {found.rejected:,} left out entirely."
    )
    (st.warning if found.problem_count else st.success)(words, title="Loaded")
    for assumption, number in found.assumptions.items():
        st.caption(f"Taken for granted: {literal(assumption)} ({number:,}).")
    if found.problems:
        _problems(found.problems, total=found.problem_count)


def _problems(problems: list[Problem], *, total: int) -> None:
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
    if total > MOST_LISTED:
        st.caption(f"The first {MOST_LISTED:,} of {total:,} problems are listed.")
