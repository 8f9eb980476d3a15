"""A change of a duration taken apart into groups and their mix."""

from collections.abc import Sequence

import streamlit as st

from analytics.calendar import Break, PeriodPair
from analytics.response.durations import StepResult
from analytics.response.mix import FEWEST_EACH, MIX_SHIFT, OTHERS, DurationMix, MixOf, duration_mix
from analytics.review.claims import Claim
from analytics.statistics.two_samples import RATIO_OF_DURATIONS
from pages.parts import show, source, tables
from pages.parts.figures.mix import factor_marks
from pages.parts.frame import Page
from pages.parts.wording.mix import (
    FEWEST_SHOWN,
    PLURALS,
    cell_words,
    is_sure,
    misleading_words,
    mix_basis,
    mix_finding,
    times,
)
from pages.parts.wording.numbers import literal, plural

GROUPS: list[MixOf] = ["severity", "service"]


def taken_apart(
    page: Page,
    pair: PeriodPair,
    result: StepResult,
    anchor: str,
    breaks: Sequence[Break],
    claim: Claim | None,
) -> None:
    """What changed within severities or services, and what their mix changed."""
    by = st.segmented_control(
        "Taken apart by", GROUPS, default="severity", required=True, key="mix"
    )
    after, before = (
        source.view(page.scope.during(side.start, side.end)) for side in (pair.after, pair.before)
    )
    found = duration_mix(
        after,
        before,
        result.step,
        by or "severity",
        pair=pair,
        as_of=page.as_of,
        anchor=anchor,
        breaks=breaks,
    )
    _parts(found, by or "severity", pair, page, claim)


def _parts(
    found: DurationMix, by: MixOf, pair: PeriodPair, page: Page, claim: Claim | None
) -> None:
    show.finding(
        mix_finding(found, by, claim),
        basis=mix_basis(found, by, pair.after.name, pair.before.name),
        methods=[MIX_SHIFT, RATIO_OF_DURATIONS],
    )
    if not found.cells:
        return
    warning = misleading_words(found, by, claim)
    if warning and is_sure(found, claim):
        st.warning(warning)
    elif warning:
        st.caption(warning)
    show.chart(
        factor_marks(
            [
                ("the average", found.total),
                (f"within {PLURALS[by]}", found.within),
                ("from their mix", found.mix),
            ],
            colours=page.colours,
        ),
        key="mix_shift",
        alt="The change of the average, within groups and from their mix",
    )
    with st.expander(f"The {PLURALS[by]} behind it ({len(found.cells)})"):
        tables.short_list(
            [
                {
                    by.capitalize(): literal(cell.group),
                    pair.before.name: cell_words(cell.before, cell.n_before, cell.share_before),
                    pair.after.name: cell_words(cell.after, cell.n_after, cell.share_after),
                    "Within": times(cell.within),
                    "Mix": times(cell.mix),
                }
                for cell in found.cells
            ],
            alt="Geometric mean, n and share of each group in both periods, and what it adds",
        )
        st.caption(
            "Geometric means, with n and the share of all recorded durations; none where a group "
            f"has fewer than {FEWEST_SHOWN}. The factors of a column multiply to the figure above."
        )
        if found.pooled:
            st.caption(
                f"{OTHERS.capitalize()}: {plural(len(found.pooled), by, PLURALS[by])} with fewer "
                f"than {FEWEST_EACH} durations in a period, or taken in to reach that: "
                f"{', '.join(literal(name) for name in found.pooled)}."
            )
