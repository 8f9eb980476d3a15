"""What is loaded, what the last load did, and how to start over."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from data.loading import EXAMPLES, ExampleStore, Summary, load_sample
from data.report import kept_fields
from data.store import Gone, PastLoad, Store
from data.trail import Event
from pages.parts import imports, show, tables
from pages.parts.downloads import Sheet, as_csv
from pages.parts.frame import example_links
from pages.parts.imports import Changed, Outcome
from pages.parts.panels import importing, queue
from pages.parts.wording import importing as words
from pages.parts.wording.numbers import DASH, literal, minute, plural

#: What has to be typed before everything is forgotten: a click may be a slip.
FORGET = "forget"
PAST_LOADS_SHOWN, GONE_SHOWN = 10, 50
#: Entries of the trail that are shown; all of them can be taken along.
EVENTS_SHOWN = 250
#: Of the trail, the same for all readers.
MOMENT = "%Y-%m-%d %H:%M:%S UTC"


def what_is_loaded(store: Store) -> None:
    """How much the store holds, and where it is."""
    counts, is_example = store.counts(), isinstance(store, ExampleStore)
    kind = "sample records" if store.is_sample() else "your records"
    where = f"{kind if counts.incidents else 'an empty store'} · {literal(store.address)}"
    st.markdown(
        f"**{plural(counts.incidents, 'incident')} and {plural(counts.actions, 'action')}** · "
        f"{'an example, beside your records' if is_example else where}"
    )


def examples() -> None:
    """What there is to look at beside the records, which stay as they are."""
    with st.expander("Look at the examples"):
        st.caption(
            "Each is kept apart: nothing of it comes among your records, and these are as they "
            "were when you leave it."
        )
        example_links(*EXAMPLES)


def manage(store: Store) -> None:
    """Past loads and how to undo the last one, kept mappings, what is gone, and the end."""
    if past := store.loads():
        with st.expander(f"Past loads ({len(past):,})"):
            _past_loads(past)
            _undo(store)
    if kept := imports.kept_mappings(store):
        with st.expander(f"Kept mappings of columns ({len(kept):,})"):
            _kept(store, kept)
    if gone := store.gone():
        with st.expander(f"No longer at their source ({plural(len(gone), 'incident')})"):
            _gone(store, gone)
    with st.expander("Start over"):
        _clear(store)
    _trail(store)


def _past_loads(past: Sequence[PastLoad]) -> None:
    tables.short_list(
        [
            {
                "When": minute(load.at),
                "What": literal(load.source),
                "New": f"{load.loaded.new:,}",
                "Changed": f"{load.loaded.updated:,}",
                "As they were": f"{load.loaded.unchanged:,}",
            }
            for load in past[:PAST_LOADS_SHOWN]
        ],
        alt="Past loads, the latest first",
    )
    if len(past) > PAST_LOADS_SHOWN:
        st.caption(f"The latest {PAST_LOADS_SHOWN} of {len(past):,}.")


def _trail(store: Store) -> None:
    """Who changed what, in the order in which it is asked: the newest first."""
    with st.expander("Who changed what", on_change="rerun", key="trail") as opened:
        if not opened.open:
            return
        events, total = store.trail(most=EVENTS_SHOWN)
        st.caption(
            f"{plural(total, 'entry', 'entries')}, by the name that people sign with here. "
            "Nothing is ever taken out of it, and it holds no text of a record."
        )
        shown = _as_sheet(events)
        tables.grid(shown.rows, alt=shown.title, key=shown.key, columns={})
        st.download_button(
            f"All {plural(total, 'entry', 'entries')} (CSV)",
            lambda: as_csv(_as_sheet(store.trail()[0]).rows).encode("utf-8-sig"),
            "trail.csv",
            on_click="ignore",
        )


def _as_sheet(events: Sequence[Event]) -> Sheet:
    rows = pd.DataFrame(
        [
            {
                "When": f"{event.at:{MOMENT}}",
                "Who": event.by or "not signed",
                "What": event.what.capitalize(),
                "About": event.about,
                "How many": event.count,
            }
            for event in events
        ]
    )
    return Sheet("trail_rows", "Who changed what, the newest first", "", rows)


def _undo(store: Store, *, key: str = "undo_load") -> None:
    """The button that takes the last load back, or why there is none."""
    why_not = store.can_undo()
    if why_not:
        st.caption(f"The last load cannot be undone: {literal(why_not)}.")
    elif why_not is not None and st.button("Undo the last load", key=key):
        imports.undo(store)


def _kept(store: Store, names: Sequence[str]) -> None:
    st.caption("What was said of columns, to be chosen when such a table is loaded again.")
    for name in names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(literal(name))
            if st.button("Forget", key=f"forget_mapping_{name}"):
                imports.forget(store, name)


def _gone(store: Store, gone: Sequence[Gone]) -> None:
    st.caption(
        "They were not found any more where they had been read. They are kept and counted until "
        "you remove them."
    )
    tables.short_list(
        [
            {
                "Incident": tables.incident_link(record.id, text=record.title),
                "Source": literal(record.source_name) or DASH,
                "Was read from": literal(record.place) or DASH,
            }
            for record in gone[:GONE_SHOWN]
        ],
        alt="Incidents that are no longer at their source",
    )
    if len(gone) > GONE_SHOWN:
        st.caption(f"The first {GONE_SHOWN} of {len(gone):,}.")
    if st.button(
        f"Remove {plural(len(gone), 'incident that is gone', 'incidents that are gone')}",
        key="remove_gone",
    ):
        imports.change(lambda _: store.remove_gone())


def _clear(store: Store) -> None:
    """Empty the store, or fill an empty one with the sample."""
    if not store.counts().incidents:
        if st.button("Show the sample records"):
            imports.change(lambda _: load_sample(store))
        return
    sample = store.is_sample()
    if sample:
        st.caption("Verdicts and whatever else was added to the sample go with it.")
    else:
        st.caption(
            "Your files stay as they are. What people added stays too (verdicts, names of known "
            "causes, breaks, exposure) and holds again when the records are loaded again."
        )
    sure = (
        sample
        or st.text_input(
            f"To forget all {store.counts().incidents:,} incidents, type {FORGET}",
            key="forget",
            max_chars=len(FORGET),
        )
        == FORGET
    )
    label = "Clear the sample and start empty" if sample else "Forget all records"
    if st.button(label, disabled=not sure):
        imports.change(lambda _: store.clear())


def outcome(store: Store, fill_in_first: tuple[str, str] | None) -> None:
    """What the last change did, where to go from it, and every problem that was met.

    Args:
        fill_in_first: the page of the figure that a field would open, and the words that say so;
            None where what the figures need is mostly known.
    """
    result = st.session_state.get(imports.OUTCOME)
    if isinstance(result, str):
        st.error(literal(result), title="Nothing was changed")
    elif isinstance(result, Changed):
        st.success(literal(result.words), title=result.title)
        _undo(store, key="undo_change")
    elif isinstance(result, Outcome):
        _summary(result.done.summary)
        if kept := result.done.kept:
            st.caption(words.kept_as(kept))
        _where_now(result, fill_in_first)
        if store.revision() == result.revision:
            _undo(store, key="undo_this_load")
        if result.matched is not None:
            queue.of_load(result.matched)
        importing.problems(result.done.summary.findings, key="problems")


def _summary(summary: Summary) -> None:
    found = summary.findings
    said = importing.changes(summary)
    known = words.known_words((field.what, field.known, field.of) for field in found.fields)
    if not found.usable:
        st.error("No record was found in these files.", title="Nothing was loaded")
    elif found.timeless:
        st.error(
            f"{said}. No record has any time, so no figure can be made of them.",
            title="Loaded, but not understood",
        )
    elif found.problem_count:
        st.warning(f"{said}, {plural(found.problem_count, 'problem')}.", title="Loaded")
    else:
        st.success(f"{said}.", title="Loaded")
    if found.incidents:
        st.caption(f"Known: {known}")
    importing.noted(found)
    if found.kept:
        st.caption(
            f"Kept beside the records, to filter by and to list: {literal(kept_fields(found))}."
        )


def _where_now(result: Outcome, fill_in_first: tuple[str, str] | None) -> None:
    """The three ways on: the review, the repeats that were found, what to fill in first.

    None while the search for repeats goes on, which every page says.
    """
    if result.done.not_kept:
        st.warning(literal(result.done.not_kept), title="The columns are not kept")
    if (matched := result.matched) is None:
        return
    alike = len({*matched.alike, *matched.later})
    found = f"{plural(alike, 'possible repeat')} found" if alike else "No possible repeat was found"
    with st.container(border=True):
        show.page_link("dashboard.py", label="See the review", icon=":material/trending_up:")
        show.page_link("pages/repeats.py", label=found, icon=":material/repeat:")
        if fill_in_first:
            script, label = fill_in_first
            show.page_link(script, label=label, icon=":material/edit_note:")
        else:
            st.caption("Nothing is to be filled in first: what the figures need is mostly known.")
