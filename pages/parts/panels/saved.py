"""Views saved by name: a page with everything chosen on it, one click away for all readers."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from data.preferences import (
    LONGEST_NAME,
    SavedView,
    UnfitName,
    UnfitView,
    forget_view,
    save_view,
    saved_views,
)
from pages.parts import filters, source
from pages.parts.panels import way_back
from pages.parts.wording.numbers import literal

#: Of which section the last view saved or forgotten is.
PLACE = "saved"


def views(title: str, scripts: Mapping[str, str]) -> None:
    """The saved views, and a way to save this page as it is; read when one asks for them.

    Args:
        title: of the page that is open.
        scripts: titles of pages, by script; others can be opened but not saved.
    """
    shelf = st.popover(
        "Views",
        icon=":material/bookmark:",
        width="stretch",
        on_change="rerun",
        key="saved_views",
        help="Pages with all that is chosen on them, saved by name for all readers",
    )
    if not shelf.open:
        return
    with shelf:
        kept = source.tried(lambda: saved_views(source.store()))
        if not kept:
            st.caption("None is saved yet. A view is a page with all that is chosen on it.")
        by_page = {_name(script): (script, name) for script, name in scripts.items()}
        for view in kept:
            if view.page in by_page:
                script, name = by_page[view.page]
                _line(view, script, is_open=name == title)
        for script in (script for script, name in scripts.items() if name == title):
            _save(title, _name(script))
        way_back.offer(PLACE)


def _name(script: str) -> str:
    """What a page is called in the address; the front page has no name there."""
    stem = script.rpartition("/")[2].removesuffix(".py")
    return "" if stem == "dashboard" else stem


def _line(view: SavedView, script: str, *, is_open: bool) -> None:
    across = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    with across:
        if is_open:
            st.button(
                literal(view.name),
                key=f"open_view_{view.name}",
                type="tertiary",
                on_click=filters.open_here,
                args=(view.asked,),
            )
        else:
            st.page_link(script, label=literal(view.name), query_params=view.asked)
        st.button(
            "Forget",
            key=f"forget_view_{view.name}",
            help=f"Save {literal(view.name)} no longer",
            icon=":material/close:",
            type="tertiary",
            on_click=_forget,
            args=(view,),
        )


def _save(title: str, page: str) -> None:
    with st.form("save_view", border=False, clear_on_submit=True):
        name = st.text_input(f"Save {title} as it is now", max_chars=LONGEST_NAME)
        if not st.form_submit_button("Save this view"):
            return
    view, store = SavedView(name.strip(), page, filters.address()), source.store()
    before = {kept.name: kept for kept in source.tried(lambda: saved_views(store))}.get(view.name)
    try:
        source.tried(lambda: save_view(store, view))
    except (UnfitName, UnfitView) as wrong:
        st.error(literal(str(wrong)), title="Not saved")
        return
    undo = partial(forget_view, store, view.name) if before is None else partial(_keep, before)
    again = "again" if before else "for all readers"
    way_back.keep(PLACE, f"Saved {again}: {literal(view.name)}.", undo)
    st.rerun()


def _forget(view: SavedView) -> None:
    store = source.store()
    source.tried(lambda: forget_view(store, view.name))
    way_back.keep(PLACE, f"Forgotten: {literal(view.name)}.", partial(_keep, view))


def _keep(view: SavedView) -> None:
    source.tried(lambda: save_view(source.store(), view))
