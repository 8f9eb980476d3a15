"""What is missing from the data: the section of the page of records that says so."""

from collections.abc import Sequence

import streamlit as st

from analytics.quality import (
    CLOCK_ORDER,
    DOUBTS,
    KNOWN_SHARE,
    PRECISION,
    ROUND_TIMES,
    Doubts,
    Known,
    Order,
    Precision,
    RoundTimes,
    to_fill_in,
)
from pages.parts import show, tables
from pages.parts.figures.quality import known_bars
from pages.parts.palette import Palette
from pages.parts.wording import quality as words
from pages.parts.wording.numbers import plural


def known(found: Sequence[Known], table: str, when: str, colours: Palette) -> None:
    """How often each field of one table is filled in."""
    mine = [each for each in found if each.table == table]
    noun = table.removesuffix("s")
    show.finding(
        words.known_finding(mine, noun),
        basis=f"share of the {table} in view that could have the field · {when} · a plain count, "
        "nothing is estimated",
        methods=[KNOWN_SHARE],
    )
    told = [each for each in mine if each.share.known]
    if told:
        show.chart(
            known_bars(
                [words.FIELD_WORDS[each.name] for each in told],
                [each.share for each in told],
                colours=colours,
            ),
            key=f"known_{table}",
            alt=f"Known fields of {plural(told[0].share.n, noun)}",
        )


def fill_in_first(shares: Sequence[Known]) -> None:
    """Leads to the figure that would open if one field were filled in, if there is such a one."""
    if lacking := to_fill_in(shares):
        script, label = words.opens(lacking[0])
        st.page_link(script, label=label, icon=":material/edit_note:")
    else:
        st.caption("Nothing is to be filled in first: what the figures need is mostly known.")


def doubts(found: Doubts, orders: Sequence[Order]) -> None:
    """Records that contradict themselves."""
    show.finding(
        words.doubts_finding(found),
        basis="of the incidents with two clocks or more that are known to better than a day · "
        "the duration between two such clocks enters no figure; others of the record do",
        methods=[CLOCK_ORDER, DOUBTS],
    )
    lines = [*words.order_lines(orders), *words.doubt_lines(found)]
    st.markdown("\n".join(f"- {line}" for line in lines) or "Nothing else is doubtful.")


def times(found: Sequence[RoundTimes], precise: Sequence[Precision]) -> None:
    """How far the times of each clock can be trusted to the minute."""
    show.finding(
        words.round_finding(found),
        basis=words.round_basis(found),
        methods=[ROUND_TIMES, PRECISION],
    )
    if precise:
        tables.short_list(words.round_rows(found, precise), alt="Round and coarse times by clock")
