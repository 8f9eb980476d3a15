"""The pieces of the page of response times."""

from collections.abc import Mapping, Sequence

import streamlit as st

from analytics.calendar import Break, Every, Period
from analytics.clocks import Durations
from analytics.response.durations import (
    ARITHMETIC_MEAN,
    DETECTION_SHARE,
    FOUND_OUTSIDE,
    TIME_IN_PHASES,
    Phase,
    StepResult,
    Summary,
    WhoNoticed,
    phases,
    summarise,
    who_noticed,
)
from analytics.response.stability import SIMULATOR, stability, would_it_notice
from analytics.review.claims import Claim
from analytics.scorecard import PUBLISH, days_to_publish
from analytics.selection import View
from analytics.statistics.quantiles import ECDF, GEOMETRIC_MEAN, MEDIAN, PERCENTILE, ecdf
from analytics.statistics.survival import KAPLAN_MEIER
from analytics.statistics.trend import CHANGEPOINT, TREND
from analytics.surveillance import FALSE_ALARMS, XMR
from analytics.targets import WITHIN_TARGET, Target, within_target
from pages.parts import show, tables
from pages.parts.figures.over_time import shares_by_period
from pages.parts.figures.stats import cumulative, ranges
from pages.parts.frame import Page, reviewed_period
from pages.parts.palette import Palette
from pages.parts.panels import causes as cause_parts
from pages.parts.panels import control
from pages.parts.panels.control import FEWEST_DRAWN
from pages.parts.wording.numbers import (
    duration,
    duration_answer,
    percent,
    period,
    plural,
    share_of,
)
from pages.parts.wording.response import (
    AGGREGATE,
    STEP_WORDS,
    closed_early_words,
    duration_or_few,
    kept_by_target,
    targets_basis,
    targets_finding,
)
from pages.parts.wording.stability import (
    chart_words,
    drift_words,
    stability_basis,
    stability_finding,
)

#: Four tiles beside each other where there is room, two on a phone.
TILE_WIDTH = 168


def tiles(steps: Mapping[str, StepResult]) -> None:
    """The typical time of each step, with its course."""
    with st.container(horizontal=True, gap="xsmall"):
        for name, result in steps.items():
            course = [a.estimate for a in result.trend.answers if a.estimate is not None]
            st.metric(
                STEP_WORDS[name],
                duration(result.headline.estimate) if result.headline.known else "not recorded",
                f"{result.headline.n:,} of {len(result.durations.status):,} recorded",
                delta_color="off",
                delta_arrow="off",
                help=f"{AGGREGATE[name]}. Typical (median): {duration_or_few(result.headline)}",
                border=True,
                width=TILE_WIDTH,
                height="stretch",
                chart_data=course if len(course) >= FEWEST_DRAWN else None,
            )


def overview(steps: Mapping[str, StepResult], when: str, *, closed_early: int) -> None:
    """All four durations in one table, with the mean as the old report had it."""
    rows = []
    for name, result in steps.items():
        summary = summarise(result.durations)
        rows.append(
            {
                "": STEP_WORDS[name],
                "Recorded": f"{summary.headline.n:,} of {len(result.durations.status):,}",
                "Median (95 %)": duration_or_few(summary.headline),
                "Geometric mean (95 %)": duration_or_few(summary.geometric_mean),
                "9 in 10 within": duration_answer(summary.percentiles[0.9]),
                "Mean, as old reports": duration_or_few(summary.mean),
            }
        )
    tables.short_list(rows, alt="Durations, typical and long")
    with st.container(horizontal=True):
        early = closed_early_words(closed_early)
        st.caption(f"{when} · the mean moves with its largest incident{early}", width="stretch")
        show.how(MEDIAN, GEOMETRIC_MEAN, PERCENTILE, ARITHMETIC_MEAN, KAPLAN_MEIER)


def targets(page: Page, result: StepResult, promised: Sequence[Target], *, every: Every) -> None:
    """Whether the targets of a step were kept, and that of post-mortems where one is set."""
    _within_target(page, result.durations, promised, every=every)
    if any(target.step == PUBLISH for target in promised):
        taken = days_to_publish(page.view.incidents, as_of=page.as_of)
        _within_target(page, taken, promised, every=every)


def _within_target(
    page: Page, durations: Durations, promised: Sequence[Target], *, every: Every
) -> None:
    """The share within target over time; where to set a target where there is none."""
    found, step = within_target(page.view, durations, promised, every=every), durations.step.name
    if not found.targets:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"No target is set for the {STEP_WORDS[step].lower()}.")
            st.page_link("pages/records.py", label="Set one", icon=":material/arrow_forward:")
        return
    with st.container(border=True):
        show.finding(
            targets_finding(found, step),
            basis=targets_basis(found, period(page.scope.start, page.scope.end), every=every),
            methods=[WITHIN_TARGET],
        )
        if any(answer.known for answer in found.by_period):
            show.chart(
                shares_by_period(found.starts, found.by_period, colours=page.colours),
                key=f"within_target_{step}",
                alt=f"Share of incidents within target by {every}",
            )
        st.markdown(kept_by_target(found))


def how_long(
    page: Page, result: StepResult, claim: Claim | None, breaks: Sequence[Break], when: str
) -> None:
    """Whether a time is stable, how it is spread, where it goes, and who noticed first."""
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        stable(page.view, result, claim, page.colours, breaks, reviewed_period(page))
    with right, st.container(border=True, height="stretch"):
        distribution(result, summarise(result.durations), page.colours, when)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        where_time_goes(phases(page.view, as_of=page.as_of), page.colours)
    with right, st.container(border=True, height="stretch"):
        noticed(who_noticed(page.view), page.colours)


def distribution(result: StepResult, summary: Summary, colours: Palette, when: str) -> None:
    """How long the slow ones take."""
    p90 = summary.percentiles[0.9]
    title = (
        f"9 in 10 end within {duration(p90.estimate)}"
        if p90.known
        else "How long the slow ones take"
    )
    show.finding(
        title,
        basis=f"{STEP_WORDS[result.step.name].lower()} · {duration_answer(p90)} · {when}",
        methods=[ECDF, PERCENTILE],
    )
    if result.durations.recorded.size >= FEWEST_DRAWN:
        curve = ecdf(result.durations.recorded)
        show.chart(
            cumulative([("in view", curve, colours.accent)], colours=colours),
            key="ecdf",
            alt="Share of incidents ended within a time",
        )


def stable(
    view: View,
    result: StepResult,
    claim: Claim | None,
    colours: Palette,
    breaks: Sequence[Break],
    period: Period,
) -> None:
    """Whether the duration is stable from month to month, as the review judges it."""
    found = stability(view, result.durations, breaks=breaks, reviewed=period)
    show.finding(
        stability_finding(result.step.name, claim),
        basis=stability_basis(found),
        methods=[XMR, FALSE_ALARMS, CHANGEPOINT, TREND],
    )
    control.watched(
        found.chart,
        found.starts,
        colours=colours,
        durations=True,
        breaks=breaks,
        key="control",
        alt="Control chart of the monthly geometric mean",
    )
    st.caption(f"{chart_words(found)} {drift_words(found, claim)}")


def would_notice(result: StepResult) -> None:
    """Whether metrics would have noticed a true improvement of the reader's own incidents."""
    with st.expander("Would this metric have noticed an improvement?"):
        percent_shorter = st.slider("Every incident truly shorter by (%)", 5, 60, 10, step=5)
        found = would_it_notice(result.durations.recorded, shorter=percent_shorter / 100)
        if found.reason:
            st.caption(f"No simulation: {found.reason}.")
            return
        st.markdown(
            f"Two samples of {found.incidents_each:,} of these incidents each, one truly "
            f"{percent_shorter} % shorter, drawn again and again:"
        )
        rows = [
            {
                "Metric": verdict.metric,
                "Got better": percent(verdict.better.estimate),
                "Got worse": percent(verdict.worse.estimate),
            }
            for verdict in found.verdicts
        ]
        tables.short_list(rows, alt="How often each metric noticed the improvement")
        st.caption(
            "Even where nothing changes, the mean of two such samples differs by up to "
            f"{duration(found.mean_noise)} nine times in ten."
        )
        show.how(SIMULATOR)


def where_time_goes(found: tuple[Phase, ...], colours: Palette) -> None:
    """The phases side by side."""
    recorded = [phase for phase in found if phase.typical.low is not None]
    show.finding(
        "Where the time goes",
        basis="median of each phase with 95 % interval, on one scale · "
        + " · ".join(f"{phase.step.name} n = {phase.typical.n:,}" for phase in found),
        methods=[TIME_IN_PHASES],
    )
    if recorded:
        show.chart(
            ranges(
                [phase.step.name for phase in recorded],
                [phase.typical for phase in recorded],
                colours=colours,
            ),
            key="phases",
            alt="Median of each phase of the response",
        )
    lacking = [f"{p.step.name}: {p.typical.reason}" for p in found if p.typical.low is None]
    if lacking:
        st.caption(" · ".join(lacking))


def noticed(found: WhoNoticed, colours: Palette) -> None:
    """Who noticed first."""
    show.finding(
        "Noticed outside first: "
        + (share_of(found.n_outside, found.outside) if found.outside.n else "not recorded"),
        basis="of the incidents whose detection is recorded · not recorded for "
        f"{found.outside.n_missing:,} of {plural(found.sources.n_incidents, 'incident')}",
        methods=[FOUND_OUTSIDE, DETECTION_SHARE],
    )
    cause_parts.shares(found.sources, colours, key="noticed")
