"""Deploys, requests, service levels: what is loaded, how to load it, and how to forget it."""

from collections.abc import Callable

import streamlit as st

from analytics.exposure import loaded_units
from analytics.frames import History
from pages.parts import tables
from pages.parts.wording.numbers import day, literal, period, plural


def what_is_loaded(history: History, *, forget: Callable[[str], object]) -> None:
    """Every unit with its days and whose it is; rates are per 30 days where there is none.

    Args:
        forget: takes all amounts of a unit out of the store.
    """
    units = loaded_units(history)
    with st.expander(f"Deploys, requests and the like ({len(units)})"):
        st.caption(
            "Load a table with the columns unit, start, end, amount and, where it is theirs, team "
            "or service; the end is the day after the last. Rates on Response times can then be "
            "said per 1,000 deploys. A unit loaded wrongly is forgotten here and loaded again."
        )
        if not units:
            return
        tables.short_list(
            [
                {
                    "Unit": literal(each.unit),
                    "Amounts": f"{each.n:,}",
                    "Days": period(each.start.date(), each.end.date()),
                    "Of": f"{plural(each.of_all, 'amount')} of all, "
                    f"{plural(each.teams, 'team')}, {plural(each.services, 'service')}",
                }
                for each in units
            ],
            alt="Units of exposure that are loaded",
        )
        with st.container(horizontal=True):
            for each in units:
                if st.button(f"Forget {literal(each.unit)}", key=f"forget_{each.unit}"):
                    forget(each.unit)
                    st.rerun()


def service_levels(history: History, *, forget: Callable[[], object]) -> None:
    """The services of which an indicator is loaded, with their days.

    Args:
        forget: takes all of it out of the store.
    """
    of_each = history.service_levels.groupby("service", observed=True)
    with st.expander(f"Service levels ({len(of_each)})"):
        st.caption(
            "Load a table with the columns time, service, good, total and, where there is one, "
            "objective. Minutes of the error budget then stand on Impact, by incident and in total."
        )
        if not len(of_each):
            return
        tables.short_list(
            [
                {
                    "Service": literal(str(name)),
                    "Stretches": f"{len(rows):,}",
                    "From": day(rows["time"].min()),
                    "To": day(rows["time"].max()),
                }
                for name, rows in of_each
            ],
            alt="Services of which an indicator is loaded",
        )
        if st.button("Forget service levels"):
            forget()
            st.rerun()
