"""The import: choose files, see what they are taken for and what would change, and only then load.

The order is that of the questions a reader has: was it understood, what does it look like, what
would happen, what is missing, and why was something left out.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data.check import zone_taken
from data.exporting import TEMPLATE
from data.findings import Findings
from data.loading import Summary
from data.problems import Problem
from data.report import ahead_in_words, kept_fields
from data.store import Store
from pages.parts import imports, tables
from pages.parts.imports import Choices, Chosen
from pages.parts.panels import import_choices
from pages.parts.wording import importing as words
from pages.parts.wording.numbers import literal, plural

#: Files that are listed whole; more of them are a table that scrolls.
FILES_SHOWN = 8
#: What was decided of single records, as much of it as is told.
NOTES_SHOWN = 5


def choose() -> Chosen:
    """Files or a folder to load; and what to start from where there are none."""
    st.header("Bring in what you have", anchor=False)
    st.caption(
        "Post-mortems, spreadsheets and exports of tools, as they are. First you see what they are "
        "taken for and what would change; nothing is stored before you say so."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        files = st.file_uploader(
            "Files, or a .zip of them",
            accept_multiple_files=True,
            key=imports.key("uploads"),
            help=f"Read are {', '.join(imports.suffixes())}, and others by what they hold.",
        )
    with right:
        folder = st.file_uploader(
            "A folder with all that is below it",
            accept_multiple_files="directory",
            type=imports.suffixes(),
            key=imports.key("uploads_folder"),
            help="Files of other kinds are marked and stay on your machine.",
        )
    path = None
    if allowed := imports.folders():
        path = st.selectbox(
            "Or a folder of the machine that runs this dashboard",
            allowed,
            index=None,
            placeholder="Choose a folder",
            key=imports.key("uploads_path"),
        )
    _to_start_from()
    return Chosen(files, folder, path)


def _to_start_from() -> None:
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "An empty post-mortem",
            TEMPLATE,
            file_name="post-mortem.md",
            mime="text/markdown",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
        st.download_button(
            "An example table",
            imports.example_table,
            file_name="incidents.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def confirm(store: Store, chosen: Chosen) -> None:
    """What loading these files would do, the choices left, and the button that does it."""
    try:
        made = imports.choices(store)
        draft = imports.drafted(store, chosen, made)
    except imports.UNREADABLE as error:
        st.error(literal(str(error)), title="These files cannot be read now")
        return
    summary, first = draft.preview.summary, draft.preview.first
    findings = summary.findings
    with st.container(border=True):
        _verdict(summary, draft.files)
        noted(findings, asked=zone_taken(made.options.zone))
        if findings.kept:
            st.caption(f"In no figure: {literal(kept_fields(findings))}.")
        import_choices.order_of_days(findings)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            import_choices.zone(findings, made)
            import_choices.source_and_mapping(store, findings.recognised)
        _buttons(store, chosen, made, findings)
    if first and findings.incidents:
        st.subheader("The first rows, as they will be read", anchor=False)
        tables.short_list(
            words.rows_of(first, all_known=not summary.new),
            alt="The first records as they will be read",
        )
        if not summary.new:
            st.caption("What these files do not speak of stays as it is.")
    import_choices.columns(findings)
    import_choices.meanings(findings, made)
    _files(findings, draft.files)
    problems(findings, key="draft_problems", listed_above=True)


def _verdict(summary: Summary, files: Sequence[str]) -> None:
    findings = summary.findings
    st.subheader(words.amount(findings.incidents, len(files)), anchor=False)
    if not findings.usable:
        st.error(
            "The files and the reasons are listed below.", title="There is nothing here to load"
        )
    elif findings.timeless:
        st.error(
            "No record has any time, so no figure can be made of them. See below what the columns "
            "or files were taken for.",
            title="Not understood well enough",
        )
    if findings.incidents:
        st.markdown(changes(summary))
        st.caption(
            "Known of them: "
            + words.known_words((field.what, field.known, field.of) for field in findings.fields)
        )


def changes(summary: Summary) -> str:
    """What a load does to the store."""
    return words.changes(
        new=summary.new,
        updated=summary.updated,
        unchanged=summary.unchanged,
        cleared_fields=summary.cleared_fields,
        cleared_records=summary.cleared_records,
        gone=summary.gone,
        doubled=summary.doubled,
        left_out=summary.findings.left_out_count + summary.findings.rejected,
    )


def _buttons(store: Store, chosen: Chosen, made: Choices, findings: Findings) -> None:
    with st.container(horizontal=True):
        if st.button("Load", type="primary", disabled=not findings.usable, key="load"):
            imports.load_chosen(store, chosen, made, recognised=findings.recognised)
        if st.button("Choose other files", key="start_over"):
            imports.start_over()
            st.rerun()


def noted(findings: Findings, *, asked: str = "") -> None:
    """What was assumed and decided, and what people had added that comes beside the records.

    Args:
        asked: an assumption that is asked about elsewhere.
    """
    if findings.added:
        beside = (f"{kind.replace('_', ' ')} ({n:,})" for kind, n in findings.added.items())
        st.caption(f"Beside records, what people had added: {', '.join(beside)}.")
    if ahead := ahead_in_words(findings):
        st.warning(literal(ahead))
    for assumption, number in findings.assumptions.items():
        if assumption == asked:
            continue
        st.caption(f"Assumed: {literal(assumption)} ({number:,}).")
    for note in findings.notes[:NOTES_SHOWN]:
        st.caption(f"{literal(note)}.")
    if (more := findings.note_count - NOTES_SHOWN) > 0:
        st.caption(f"{more:,} more such notes are told by `python -m data check`.")


def _files(findings: Findings, names: Sequence[str]) -> None:
    recognised: dict[str, list[tuple[str, str]]] = {}
    for item in findings.recognised:
        recognised.setdefault(item.source, []).append((item.shape, item.why))
    reasons = [(item.place, item.reason) for item in findings.left_out]
    reasons += [
        (problem.place, problem.reason) for problem in filter(_is_left_out, findings.problems)
    ]
    left_out = {
        str(place) if place.source in recognised else place.source: reason
        for place, reason in reasons
    }
    rows = words.file_rows(names, recognised, left_out)
    st.subheader(f"What each file was taken for ({plural(len(names), 'file')})", anchor=False)
    alt = "What each file was taken for"
    if len(rows) <= FILES_SHOWN:
        literally = [{name: literal(cell) for name, cell in row.items()} for row in rows]
        tables.short_list(literally, alt=alt)
    else:
        tables.grid(pd.DataFrame(rows), alt=alt, key="files", columns={})


def problems(findings: Findings, *, key: str, listed_above: bool = False) -> None:
    """Every value that could not be used, with its place and reason.

    Args:
        listed_above: whether the files and records that were left out as a whole are listed there.
    """
    listed = [p for p in findings.problems if not (listed_above and _is_left_out(p))]
    count = findings.problem_count - (len(findings.problems) - len(listed))
    if not listed:
        return
    st.subheader(f"What cannot be used ({count:,})", anchor=False)
    frame = pd.DataFrame(
        {
            "file": [problem.place.source for problem in listed],
            "place": [problem.place.position for problem in listed],
            "field": [problem.field for problem in listed],
            "value": [problem.value for problem in listed],
            "reason": [problem.reason for problem in listed],
            "left_out": [problem.rejected for problem in listed],
        }
    )
    tables.grid(
        frame,
        key=key,
        alt="Values that cannot be used",
        columns={
            "file": "File",
            "place": "Place",
            "field": "Field",
            "value": "Value",
            "reason": "Why it cannot be used",
            "left_out": st.column_config.CheckboxColumn("Record left out"),
        },
    )
    if count > len(listed):
        st.caption(f"The first {len(listed):,} of {count:,} problems are listed.")


def _is_left_out(problem: Problem) -> bool:
    """Whether it leaves out a file or a record as a whole."""
    return problem.rejected and not problem.field
