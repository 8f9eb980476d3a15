"""What the page of response times asks the reader: which step, per what, by what, whose clock."""

from collections.abc import Mapping

import streamlit as st

from analytics.calendar import Every, period_pair
from analytics.clocks import Durations
from analytics.exposure import PER_30_DAYS, Per, choices
from analytics.frames import History
from analytics.response.durations import StepResult, closed_early
from analytics.response.groups import By, durations_by_group, members, rates_by_group
from analytics.response.mix import MixOf, duration_mix
from analytics.response.other_clocks import VENDORS, in_working_hours, vendor_means
from analytics.response.rates import (
    deployments,
    hours_of_the_week,
    how_often,
    monthly_rates,
    unit_of_deploys,
)
from analytics.response.stability import stability, would_it_notice
from analytics.review.review import claim_of_step
from analytics.scorecard import PUBLISH, days_to_publish
from analytics.targets import within_target
from pages.parts import show, source
from pages.parts.frame import Page, reviewed_period
from pages.parts.panels import working_hours
from pages.parts.wording.numbers import period
from pages.parts.wording.response import STEP_WORDS
from pages.views import durations as cards
from pages.views import groups as group_cards
from pages.views import rates
from pages.views import stability as over_months
from pages.views.groups import GROUP_WORDS, PLURALS


def choose_per(history: History) -> Per:
    """What rates are per; a choice only where deploys, requests or the like are loaded."""
    offered = {per.unit: per for per in choices(history)}
    if len(offered) == 1:
        return PER_30_DAYS
    unit = st.segmented_control(
        "Incidents per",
        list(offered),
        format_func=lambda name: rates.per_words(offered[name]),
        default=PER_30_DAYS.unit,
        required=True,
        key="per",
        bind="query-params",
        help="Divides every rate on this page. More deploys bring more incidents without any "
        "single one being riskier.",
    )
    return offered.get(unit or "", PER_30_DAYS)


def targets(page: Page, durations: Durations, *, every: Every) -> None:
    """Whether the targets of a step were kept, and that of post-mortems where one is set."""
    promised, step = source.targets(), durations.step.name
    when = period(page.scope.start, page.scope.end)
    kept = within_target(page.view, durations, promised, every=every)
    if kept.targets:
        show.framed(cards.targets(kept, step, when, every, page.colours))
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"No target is set for the {STEP_WORDS[step].lower()}.")
            show.page_link("pages/records.py", label="Set one", icon=":material/arrow_forward:")
    if any(target.step == PUBLISH for target in promised):
        taken = days_to_publish(page.view.incidents, as_of=page.as_of)
        kept = within_target(page.view, taken, promised, every=every)
        show.framed(cards.targets(kept, PUBLISH, when, every, page.colours))


def often(page: Page) -> None:
    """Month by month, two periods, deploys where they are loaded, and the hours of the week."""
    per, breaks, reviewed = choose_per(page.history), source.breaks(), reviewed_period(page)
    when, colours = period(page.scope.start, page.scope.end), page.colours
    claim = rates.rate_claim(source.judged(page.scope, reviewed, page.as_of), per)
    monthly = monthly_rates(page.view, per, as_of=page.here, breaks=breaks, reviewed=reviewed)
    show.framed(rates.months(monthly, per, claim, colours, breaks=breaks))
    always = source.view(page.scope.always())
    compared = how_often(always, period_pair(reviewed), per, as_of=page.here, breaks=breaks)
    show.framed(rates.two_periods(compared, claim, colours))
    if unit_of_deploys(page.history) is not None:
        show.framed(rates.deploys(deployments(page.view, as_of=page.as_of)))
    week = hours_of_the_week(page.view)
    with st.container(key="wide_hours"):
        show.framed(rates.hours_map(week, page.view.incidents, when, colours))
    with st.container(key="narrow_hours"):
        show.framed(rates.hours_list(week, page.view.incidents, when))


def groups(page: Page, when: str) -> None:
    """Services, teams or causes side by side: how often, and for how long."""
    per = choose_per(page.history)
    by: By = (
        st.segmented_control(
            "Side by side",
            list(GROUP_WORDS),
            format_func=GROUP_WORDS.__getitem__,
            default="service",
            required=True,
            key="by",
            bind="query-params",
        )
        or "service"
    )
    inside = members(page.view, by)
    if inside is None:
        word = GROUP_WORDS[by]
        st.caption(f"There is only one {word} in view, so there is nothing to set side by side.")
        return
    often = rates_by_group(page.view, inside, by, per, as_of=page.here)
    long = durations_by_group(page.view, inside, as_of=page.as_of)
    with st.container(border=True):
        show.card(group_cards.rates(often, by, page.colours))
        if often.rates is not None:
            with st.expander("All of them in rows"):
                show.card(group_cards.rates_rows(often.rates, per, by))
    show.framed(group_cards.durations(long, by, when, page.colours))


def mix(page: Page, result: StepResult, *, anchor: str) -> None:
    """What changed within severities or services, and what their mix changed."""
    reviewed = reviewed_period(page)
    pair = period_pair(reviewed)
    claim = claim_of_step(
        source.judged(page.scope, reviewed, page.as_of), result.step, anchor=anchor
    )
    with st.container(border=True):
        by: MixOf = (
            st.segmented_control(
                "Taken apart by",
                list(PLURALS),
                default="severity",
                required=True,
                key="mix",
                bind="query-params",
            )
            or "severity"
        )
        after, before = (
            source.view(page.scope.during(side.start, side.end))
            for side in (pair.after, pair.before)
        )
        apart = duration_mix(
            after,
            before,
            result.step,
            by,
            pair=pair,
            as_of=page.as_of,
            anchor=anchor,
            breaks=source.breaks(),
        )
        show.card(group_cards.taken_apart(apart, by, pair, claim, page.colours))
        if apart.cells:
            with st.expander(f"The {PLURALS[by]} behind it ({len(apart.cells)})"):
                show.card(group_cards.mix_rows(apart, by, pair))


def how_sure(
    page: Page, steps: Mapping[str, StepResult], result: StepResult, *, anchor: str
) -> None:
    """All four times in rows, whether one is stable, other clocks, and what would be noticed."""
    breaks, reviewed = source.breaks(), reviewed_period(page)
    early = closed_early(page.view)
    when = period(page.scope.start, page.scope.end)
    show.framed(cards.overview(steps, when, closed_early=early))
    judged = source.judged(page.scope, reviewed, page.as_of)
    claim = claim_of_step(judged, result.step, anchor=anchor)
    months = stability(page.view, result.durations, breaks=breaks, reviewed=reviewed)
    show.framed(over_months.stable(months, result.step.name, claim, page.colours, breaks=breaks))
    other_clocks(page, steps, anchor=anchor)
    would_notice(result)


def other_clocks(page: Page, steps: Mapping[str, StepResult], *, anchor: str) -> None:
    """The same incidents as a vendor computes it, and in working hours."""
    with st.expander("As your vendor computes it, and in working hours"):
        vendors = {vendor.name: vendor for vendor in VENDORS}
        name = st.selectbox("Averages of", list(vendors), key="vendor", bind="query-params")
        vendor = vendors.get(name or "", VENDORS[0])
        means = vendor_means(page.view, vendor, as_of=page.as_of)
        show.card(cards.vendor_averages(vendor, means, incidents=len(page.view)))
        hours, worked = source.working_hours(), {}
        if hours is not None:
            worked = {
                name: in_working_hours(page.view, result.durations, hours, anchor=anchor)
                for name, result in steps.items()
            }
        plain = {name: result.headline for name, result in steps.items()}
        show.card(cards.working_hours(worked, plain))
        working_hours.edit(source.store())


def would_notice(result: StepResult) -> None:
    """Whether metrics would have noticed a true improvement of the reader's own incidents."""
    with st.expander("Would this metric have noticed an improvement?"):
        shorter = st.slider(
            "Every incident truly shorter by (%)",
            5,
            60,
            10,
            step=5,
            key="shorter",
            bind="query-params",
        )
        simulated = would_it_notice(result.durations.recorded, shorter=shorter / 100)
        show.card(over_months.would_notice(simulated, shorter=f"{shorter} %"))
