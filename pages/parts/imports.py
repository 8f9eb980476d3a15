"""What a reader is about to load: what was chosen, what it would do, and what became of it.

Nothing is written until the reader says so. What was read for showing is kept in the session for as
long as the files, the choices and the store stay the same.
"""

import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data import lists, names, readers
from data.exporting import EXAMPLE_TABLE
from data.files import sources_of
from data.findings import Findings
from data.gathering import Progress
from data.lists import ListsUnreadable
from data.loading import Preview, Summary, load_sources, preview, undo_last_load
from data.mapping import ColumnMapping
from data.names import Named
from data.notations import DayOrder
from data.preferences import (
    UnfitName,
    allowed_folders,
    fit_name,
    forget_mapping,
    keep_mapping,
    kept_mapping,
    known_zones,
    names_of_mappings,
)
from data.readers.source import Options, Recognised, Source, from_bytes
from data.settings import SettingsUnreadable
from data.store import Store, StoreError
from pages.parts import judging, source
from pages.parts.wording import importing as words
from pages.parts.wording.numbers import percent

#: Where the outcome of the last change of the store waits for the run that shows it.
OUTCOME = "last_load"
#: Where the draft waits, and how often files were chosen: other keys make empty uploaders.
DRAFT, ROUND = "import_draft", "import_round"
#: Where choices wait that are made in many places: columns by file, meanings by field, and the
#: names under which the columns of files are to be kept.
COLUMNS, MEANINGS, KEEP = "import_columns", "import_meanings", "import_keep"

UTC = "UTC"
SEARCHING = "Searching: {done:,} of {total:,} records"
#: Why the store, or what says how to read into it, cannot be used now.
UNREADABLE = (StoreError, ListsUnreadable, SettingsUnreadable, judging.ConceptsUnreadable)


@dataclass(frozen=True)
class Done:
    """What a load did.

    Attributes:
        kept: the names of mappings that were kept with it.
        not_kept: why others were not; empty where all were.
    """

    summary: Summary
    kept: tuple[str, ...] = ()
    not_kept: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a load did, and the store's revision then.

    Attributes:
        matched: what the search made of its records; None while that is not finished.
    """

    done: Done
    matched: judging.Matched | None
    revision: int


@dataclass(frozen=True)
class Changed:
    """What was done to the records, in words."""

    title: str
    words: str


@dataclass(frozen=True)
class Choices:
    """How files are to be read.

    Attributes:
        options: what is said about all of them.
        columns: by file, what its columns are, where that was changed.
        meanings: by field, what its values mean.
    """

    options: Options = field(default_factory=Options)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, name: str) -> Options:
        """What is said about one file."""
        if name not in self.columns:
            return self.options
        # What was said of these columns holds, whatever tables the mapping was kept for.
        mapping = replace(self.mapping, columns=self.columns[name], recognise=frozenset())
        return replace(self.options, mapping=mapping)

    @property
    def mapping(self) -> ColumnMapping:
        """The kept mapping that was chosen, one that says nothing otherwise."""
        return self.options.mapping or ColumnMapping()

    def to_keep(self, recognised: Sequence[Recognised]) -> ColumnMapping:
        """What is known now of the columns of a file, to be kept.

        Args:
            recognised: what the tables of that file were taken for.
        """
        columns: dict[str, str] = {}
        for item in recognised:
            columns |= {k: v for k, v in item.columns.items() if v or k not in columns}
        order, zone = self.options.day_order, self.options.zone
        return replace(
            self.mapping,
            columns=columns,
            values={**self.mapping.values, **self.meanings},
            day_order=order or self.mapping.day_order,
            zone=str(zone) if zone else self.mapping.zone,
            name="",
            recognise=frozenset(),
        )


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

    def complete(self, choices: Choices) -> set[str]:
        """Names of sources of which everything is chosen: those of uploaded folders."""
        named = choices.options.source
        return {named or file.name.partition("/")[0] for file in self.folder if "/" in file.name}

    def sources(self, choices: Choices) -> tuple[list[Source], Findings]:
        """The files as readers take them, and what is none."""
        alone = [
            from_bytes(file.name, file.getvalue(), options=choices.of(file.name))
            for file in self.files
        ]
        below = [
            from_bytes(
                file.name,
                file.getvalue(),
                asked_for=False,
                folder=file.name.partition("/")[0],
                options=choices.of(file.name),
            )
            for file in self.folder
        ]
        of_path, findings = sources_of([self.path] if self.path else [])
        for each in of_path:
            each.options = choices.of(each.name)
        return [*alone, *below, *of_path], findings


def key(name: str) -> str:
    """The key of an uploader or a choice, another one after each load."""
    return f"{name}_{st.session_state.get(ROUND, 0)}"


def start_over() -> None:
    """Let go of what was chosen; nothing was written."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    for kept in (DRAFT, COLUMNS, MEANINGS, KEEP):
        st.session_state.pop(kept, None)


def folders() -> tuple[Path, ...]:
    """The folders of this machine that may be loaded from the page."""
    return allowed_folders()


def example_table() -> bytes:
    """A small table to start from, with the mark by which spreadsheets know UTF-8."""
    return EXAMPLE_TABLE.encode("utf-8-sig")


def suffixes() -> list[str]:
    """The endings of files that are read."""
    return readers.suffixes()


def zones() -> list[str]:
    """The zones to choose from: UTC first, then that of the reader's browser."""
    known, own = known_zones(), st.context.timezone
    return list(dict.fromkeys([UTC, *([own] if own in known else []), *known]))


def kept_mappings(store: Store) -> list[str]:
    """The names under which mappings of columns are kept."""
    return names_of_mappings(store)


def mapping_name() -> str:
    """The name of the kept mapping that was chosen; empty if none was."""
    return st.session_state.get(key("mapping")) or ""


def choices(store: Store) -> Choices:
    """What was said so far of how the files are to be read.

    Raises:
        SettingsUnreadable: another version kept the mapping that was chosen.
    """
    state = st.session_state
    zone = state.get(key("zone")) or UTC
    order = state.get(key("day_order"))
    mapping = mapping_name()
    return Choices(
        options=Options(
            source=(state.get(key("source")) or "").strip(),
            zone=None if zone == UTC else zoneinfo.ZoneInfo(zone),
            day_order=DayOrder(order) if order else None,
            mapping=kept_mapping(store, mapping) if mapping else None,
        ),
        columns=state.get(COLUMNS, {}),
        meanings=state.get(MEANINGS, {}),
    )


def say_column(recognised: Recognised, header: str, *, chosen: str) -> None:
    """Take note of what a column is; the others of its file stay as they were taken."""
    said = st.session_state.setdefault(COLUMNS, {})
    known = said.get(recognised.source) or recognised.columns
    target = st.session_state[chosen]
    st.session_state[COLUMNS] = {**said, recognised.source: {**known, header: target}}


def forget_columns() -> None:
    """Let go of what was said of columns, as another mapping was chosen."""
    st.session_state.pop(COLUMNS, None)


def say_name(file: str, *, chosen: str) -> None:
    """Take note of the name under which the columns of a file are to be kept; empty for none."""
    names_ = {**st.session_state.get(KEEP, {}), file: st.session_state[chosen].strip()}
    st.session_state[KEEP] = {name: given for name, given in names_.items() if given}


def say_meaning(name: str, value: str, *, chosen: str) -> None:
    """Take note of what a value means; an empty choice takes it back."""
    said = st.session_state.setdefault(MEANINGS, {})
    meanings = {**said.get(name, {}), value: st.session_state[chosen] or ""}
    meanings = {written: ours for written, ours in meanings.items() if ours}
    st.session_state[MEANINGS] = {**said, name: meanings}


@dataclass(frozen=True)
class Draft:
    """What loading would do.

    Attributes:
        files: the names of all that is read.
    """

    preview: Preview
    files: tuple[str, ...]


def drafted(store: Store, chosen: Chosen, made: Choices) -> Draft:
    """What loading would do.

    Raises:
        StoreError, ListsUnreadable, SettingsUnreadable, ConceptsUnreadable: it cannot be said now.
    """
    identity = (chosen.identity, made, source.edition())
    kept = st.session_state.get(DRAFT)
    if kept is None or kept[0] != identity:
        bar = st.progress(0.0, text="Reading")
        kept = (identity, _drafted(store, chosen, made, moving(bar, "Reading: {share}")))
        bar.empty()
        st.session_state[DRAFT] = kept
    draft: Draft = kept[1]
    return draft


def _drafted(store: Store, chosen: Chosen, made: Choices, progress: Progress) -> Draft:
    judging.check_concepts()
    sources, findings = chosen.sources(made)
    shown = preview(
        store,
        sources,
        lists=lists.current_lists(),
        meanings=made.meanings,
        findings=findings,
        progress=progress,
        complete=chosen.complete(made),
    )
    return Draft(shown, tuple(dict.fromkeys(source.name for source in sources)))


def load_chosen(
    store: Store, chosen: Chosen, made: Choices, *, recognised: Sequence[Recognised]
) -> None:
    """Write what was previewed, search it, and start the page anew.

    Args:
        recognised: what its tables were taken for, to be kept where that was asked for.
    """
    sources, findings = chosen.sources(made)
    keep = {
        name: made.to_keep([item for item in recognised if item.source == file])
        for file, name in st.session_state.get(KEEP, {}).items()
    }

    def load(read: Progress) -> Done:
        for name in keep:
            fit_name(name)
        summary = load_sources(
            store,
            sources,
            lists=lists.current_lists(),
            meanings=made.meanings,
            name=words.what([source.name for source in sources]),
            findings=findings,
            progress=read,
            complete=chosen.complete(made),
        )
        try:
            for name, mapping in keep.items():
                keep_mapping(store, name, mapping)
        except StoreError as error:  # the records are stored all the same
            return Done(summary, not_kept=str(error))
        return Done(summary, tuple(keep))

    change(load)


def undo(store: Store) -> None:
    """Take the last load back, and start the page anew."""
    nothing = "There was no load to undo any more."
    change(lambda _: Changed("Undone", undo_last_load(store) or nothing))


def forget(store: Store, mapping: str) -> None:
    """Keep no mapping under a name any more, and start the page anew."""
    said = f"{mapping} is no longer kept; records that were read by it stay as they are."

    def forget_it(_: Progress) -> Changed:
        forget_mapping(store, mapping)
        return Changed("Forgotten", said)

    change(forget_it)


def rename(store: Store, field: Named, meanings: Mapping[str, str]) -> None:
    """Call things by our names in what is stored and in later loads, and start the page anew."""
    change(lambda _: _renamed(store, field, meanings))


def _renamed(store: Store, field: Named, meanings: Mapping[str, str]) -> Changed:
    records = names.rename(store, field, meanings, lists=lists.current_lists())
    return Changed("Renamed", words.renamed(len(meanings), records))


def change(work: Callable[[Progress], object]) -> None:
    """Change the store and start the page anew, so that every figure is of the new records."""
    bar = st.progress(0.0, text="Working")
    try:
        judging.check_concepts()
        result = work(moving(bar, "Reading: {share}"))
    except (*UNREADABLE, UnfitName) as error:
        st.session_state[OUTCOME] = str(error)
    else:
        # Noted before the search, which goes on where the reader leaves and may fail by itself.
        _note(result, matched=None)
        start_over()
        _note(result, matched=judging.match_all(moving(bar, SEARCHING)))
    st.rerun()


def _note(result: object, *, matched: judging.Matched | None) -> None:
    """Keep what was done for the run that shows it."""
    if isinstance(result, Done):
        result = Outcome(result, matched, source.store().revision())
    st.session_state[OUTCOME] = result if isinstance(result, Outcome | Changed) else None


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
