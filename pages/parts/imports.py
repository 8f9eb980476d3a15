"""What a reader is about to load: what was chosen, what it would do, and what became of it.

Nothing is written until the reader says so. What was read for showing is kept in the session for as
long as the files, the choices and the store stay the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data import lists, readers
from data.folders import allowed_folders
from data.gathering import Progress
from data.lists import ListsUnreadable
from data.loading import Preview, Summary, load_sources, preview
from data.readers.source import Options, Source, from_bytes
from data.sources import sources_of
from data.store import Store, StoreError
from data.template import EXAMPLE_TABLE
from pages.parts import judging, source
from pages.parts.wording.numbers import percent

#: Where the outcome of the last change of the store waits for the run that shows it.
OUTCOME = "last_load"
#: Where the draft waits, and how often files were chosen: other keys make empty uploaders.
DRAFT, ROUND = "import_draft", "import_round"


@dataclass(frozen=True)
class Outcome:
    """What a load did, and what the search made of its records."""

    summary: Summary
    matched: judging.Matched


@dataclass(frozen=True)
class Chosen:
    """What a reader chose to load.

    Attributes:
        files: what was uploaded by itself.
        folder: what was uploaded as a folder.
        path: a folder of this machine, of those that may be loaded.
    """

    files: Sequence[UploadedFile] = ()
    folder: Sequence[UploadedFile] = ()
    path: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.files or self.folder or self.path)

    @property
    def identity(self) -> tuple[object, ...]:
        """The same for the same files; a folder of the machine is read anew at every change."""
        return (*(file.file_id for file in (*self.files, *self.folder)), self.path)

    def sources(self, options: Options) -> list[Source]:
        """The files as readers take them."""
        alone = [from_bytes(file.name, file.getvalue(), options=options) for file in self.files]
        below = [
            from_bytes(
                file.name,
                file.getvalue(),
                asked_for=False,
                folder=file.name.partition("/")[0],
                options=options,
            )
            for file in self.folder
        ]
        of_path = sources_of([self.path])[0] if self.path else []
        return [*alone, *below, *of_path]


def key(name: str) -> str:
    """The key of an uploader, another one after each load."""
    return f"{name}_{st.session_state.get(ROUND, 0)}"


def start_over() -> None:
    """Let go of what was chosen; nothing was written."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(DRAFT, None)


def folders() -> tuple[Path, ...]:
    """The folders of this machine that may be loaded from the page."""
    return allowed_folders()


def example_table() -> bytes:
    """A small table to start from, with the mark by which spreadsheets know UTF-8."""
    return EXAMPLE_TABLE.encode("utf-8-sig")


def suffixes() -> list[str]:
    """The endings of files that are read."""
    return readers.suffixes()


def drafted(store: Store, chosen: Chosen, options: Options) -> Preview | str:
    """What loading would do, or why that cannot be said."""
    identity = (chosen.identity, options, source.edition())
    kept = st.session_state.get(DRAFT)
    if kept is None or kept[0] != identity:
        bar = st.progress(0.0, text="Reading")
        kept = (identity, _drafted(store, chosen, options, moving(bar, "Reading: {share}")))
        bar.empty()
        st.session_state[DRAFT] = kept
    draft: Preview | str = kept[1]
    return draft


def _drafted(store: Store, chosen: Chosen, options: Options, progress: Progress) -> Preview | str:
    try:
        judging.check_concepts()
        return preview(store, chosen.sources(options), lists=lists.current(), progress=progress)
    except (StoreError, ListsUnreadable, judging.ConceptsUnreadable) as error:
        return str(error)


def load_chosen(store: Store, chosen: Chosen, options: Options) -> None:
    """Write what was previewed, search it, and start the page anew."""
    change(
        lambda read: load_sources(
            store, chosen.sources(options), lists=lists.current(), progress=read
        )
    )


def change(work: Callable[[Progress], object]) -> None:
    """Change the store and start the page anew, so that every figure is of the new records."""
    bar = st.progress(0.0, text="Working")
    try:
        judging.check_concepts()
        result = work(moving(bar, "Reading: {share}"))
        matched = judging.match_all(moving(bar, "Searching: {done:,} of {total:,} records"))
    except (StoreError, ListsUnreadable, judging.ConceptsUnreadable) as error:
        st.session_state[OUTCOME] = str(error)
    else:
        summary = result if isinstance(result, Summary) else None
        st.session_state[OUTCOME] = Outcome(summary, matched) if summary else None
        start_over()
    st.rerun()


def moving(bar: DeltaGenerator, text: str) -> Progress:
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
