"""Names of services, teams and severities as sources write them, and what they are here."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from data.names import InUse, Named
from pages.parts.wording.numbers import plural

#: What is renamed, as the page says it, with the singular of its names.
FIELDS: dict[Named, tuple[str, str]] = {
    "services": ("Services", "service"),
    "team": ("Teams", "team"),
    "severity": ("Severities", "severity"),
}
Meanings = Mapping[str, str]


def rename(
    used: Callable[[Named], Sequence[InUse]],
    *,
    edition: object,
    apply: Callable[[Named, Meanings], object],
) -> None:
    """Rename many at once; what is said holds for what is stored and for later loads.

    Args:
        used: the names in use of one field.
        edition: of the store; another one empties what was typed.
        apply: renames in the store.
    """
    box = st.expander("Names of services, teams and severities", on_change="rerun", key="names")
    if not box.open:
        return
    with box:
        st.caption(
            "Sources call one thing by several names. What you call it here is written into the "
            "records and holds for every later load; undoing the last load takes it back. Names "
            "that differ in spelling alone are filled in to begin with."
        )
        field = st.segmented_control(
            "Of what",
            list(FIELDS),
            format_func=lambda name: FIELDS[name][0],
            default="services",
            required=True,
            key="names_of",
            label_visibility="collapsed",
        )
        if names := used(field):
            _table(field, names, edition=edition, apply=apply)
        else:
            st.caption(f"No record names a {FIELDS[field][1]}.")


def _table(
    field: Named,
    names: Sequence[InUse],
    *,
    edition: object,
    apply: Callable[[Named, Meanings], object],
) -> None:
    edited = st.data_editor(
        pd.DataFrame(
            {
                "written": [name.name for name in names],
                "incidents": [name.incidents for name in names],
                "ours": [name.alike for name in names],
            }
        ),
        hide_index=True,
        disabled=["written", "incidents"],
        column_config={
            "written": "As it is written",
            "incidents": st.column_config.NumberColumn("Incidents", format="localized"),
            "ours": st.column_config.TextColumn("Ours", max_chars=300),
        },
        key=f"names_{field}_{edition}",
    )
    meanings = changed(edited)
    many, one = FIELDS[field]
    if st.button(f"Rename {plural(len(meanings), one, many.lower())}", disabled=not meanings):
        apply(field, meanings)


def changed(edited: pd.DataFrame) -> dict[str, str]:
    """What was typed: each name as it is written with ours, where that is another."""
    rows = zip(edited["written"], edited["ours"], strict=True)
    typed = ((str(written), str(ours or "").strip()) for written, ours in rows)
    return {written: ours for written, ours in typed if ours and ours != written}
