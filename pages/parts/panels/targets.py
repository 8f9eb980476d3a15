"""Targets: the times that were promised, set once for all readers."""

from collections.abc import Sequence

import streamlit as st

from data.preferences import STEPS, Target, UnfitTarget, remove_target, set_target
from data.preferences import targets as stored_targets
from data.store import Store, StoreError
from pages.parts import source
from pages.parts.wording.numbers import literal
from pages.parts.wording.response import OTHERS, STEP_WORDS, target_words

UNITS = {"minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}


def edit(store: Store, severities: Sequence[str]) -> None:
    """Set a target, or take one away.

    Args:
        severities: labels that a target may be for.
    """
    with st.expander("Targets"):
        st.caption(
            "A time that was promised, for one severity or for all that have no target of their "
            "own. The share of incidents within it stands on Response times, and in the tiles; "
            "actions count as done in time within 30 days, unless another time is set here."
        )
        with st.form("new_target", border=False):
            first, second, third, fourth, fifth, last = st.columns(
                [3, 2, 1, 2, 2, 1], vertical_alignment="bottom"
            )
            step = first.selectbox("Time", STEPS, format_func=STEP_WORDS.__getitem__)
            severity = second.selectbox(
                "Severity", ["", *severities], format_func=lambda name: name or OTHERS.capitalize()
            )
            number = third.number_input("Within", min_value=1, value=1)
            unit = fourth.selectbox("Unit", list(UNITS), index=1)
            wanted = fifth.number_input(
                "Wanted (%)", min_value=1, max_value=100, value=None, placeholder="not said"
            )
            if last.form_submit_button("Set it"):
                share = None if wanted is None else wanted / 100
                _set(store, Target(step, number * UNITS[unit], severity, share))
        for target in source.tried(lambda: stored_targets(store)):
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.markdown(f"{STEP_WORDS[target.step]}: {target_words(*target[1:])}")
            if right.button("Remove", key=f"drop_{target.name}"):
                _remove(store, target)


def _set(store: Store, target: Target) -> None:
    try:
        set_target(store, target)
    except (UnfitTarget, StoreError) as error:
        st.error(literal(str(error)), title="Not set")
    else:
        st.rerun()


def _remove(store: Store, target: Target) -> None:
    source.tried(lambda: remove_target(store, target))
    st.rerun()
