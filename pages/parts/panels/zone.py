"""The zone that readers see, chosen once for all of them."""

import streamlit as st

from data.preferences import ZONE_ENVIRONMENT, is_fixed, known_zones, set_reader_zone
from data.store import Store
from pages.parts import source

CHOSEN = "zone_chosen"


def choose(store: Store) -> None:
    """The zone in force, and the choice of another one unless the environment names it."""
    st.subheader("Zone", anchor=False)
    now = source.zone()
    if is_fixed():
        st.caption(f"Times are shown and days counted in {now}, as {ZONE_ENVIRONMENT} says.")
        return
    zones = list(dict.fromkeys((*known_zones(), now)))
    st.selectbox(
        "Times are shown, and days, weeks and months are counted in",
        zones,
        index=zones.index(now),
        key=CHOSEN,
        on_change=_keep,
        args=(store,),
        help="For all readers of these records. Clocks are kept in UTC, so that durations are "
        "right in the night of a clock change.",
    )


def _keep(store: Store) -> None:
    source.tried(lambda: set_reader_zone(store, st.session_state[CHOSEN]))
