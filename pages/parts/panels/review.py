"""The panels of the trend review, in the order in which it is read."""

import datetime as dt

import streamlit as st

from analytics.actions.pace import DONE_WITHIN, HORIZONS, Completion
from analytics.actions.states import (
    OVERDUE,
    SINCE_INCIDENT,
    STATES_OF_ACTIONS,
    OldestOpen,
    Overdue,
    StateCounts,
)
from analytics.causes.tables import CAUSE_DRIFT
from analytics.frames import History
from analytics.impact import IMPACT_CONCENTRATION, TIME_OF_IMPACT, ImpactPeriods, ImpactTotal
from analytics.quality import Known, to_fill_in
from analytics.repeats.ledger import (
    Ledger,
    TouchedAgain,
    perhaps_touched,
    touched_again,
)
from analytics.response.durations import ARITHMETIC_MEAN
from analytics.review.causes import CAUSE_MIX
from analytics.review.claims import REVIEW_CLAIM, Verdict
from analytics.review.rates import REVIEW_RATE
from analytics.review.review import Review, claimed_causes
from analytics.review.time import ReviewTimes
from analytics.scorecard import (
    INCIDENT_COUNT,
    POSTMORTEM_COVERAGE,
    SCORECARD,
    TIME_TO_PUBLISH,
    Scorecard,
    Tile,
)
from analytics.selection import Scope
from analytics.statistics.quantiles import ECDF, MEDIAN
from analytics.statistics.two_samples import RATIO_OF_DURATIONS
from analytics.surveillance import XMR
from analytics.targets import WITHIN_TARGET
from analytics.units import DAY
from pages.parts import show, source, tables
from pages.parts.figures.review import drift_marks, impact_columns, weeks_and_months
from pages.parts.figures.stats import FEWEST_DRAWN, cumulative
from pages.parts.frame import Page, chosen_period
from pages.parts.palette import Palette
from pages.parts.panels import control
from pages.parts.wording.numbers import day, duration, literal, percent, plural
from pages.parts.wording.review import (
    causes_finding,
    impact_finding,
    longest_words,
    median_words,
    rates_finding,
    reference_words,
    sentences,
    so_far,
    times_finding,
)
from pages.parts.wording.scorecard import not_compared, not_recorded, shown
from pages.views.actions import past_date_words
from pages.views.fixes import (
    cause_lead,
    perhaps_title,
    perhaps_words,
    touched_title,
    touched_words,
)
from pages.views.impact import not_in_sum
from pages.views.quality import filled_in, opens
from pages.views.repeats import costliest

#: Six tiles beside each other where there is room, two on a phone.
TILE_WIDTH = 158
#: Definitions of the tiles that no page of their own explains, and of what all of them share.
TILES = (
    SCORECARD,
    INCIDENT_COUNT,
    MEDIAN,
    ARITHMETIC_MEAN,
    POSTMORTEM_COVERAGE,
    TIME_TO_PUBLISH,
    WITHIN_TARGET,
)


def choose_one_organisation() -> None:
    """In place of a review over the sample's mix of organisations."""
    st.info(
        "The sample holds incidents of several organisations, collected over different years. A "
        "trend over all of them would show who was collected when. Choose one under Team; the "
        "other pages show them together.",
        title="One organisation at a time",
    )
    st.stop()


def thirteen_months(found: Review) -> Scope:
    """The scope of the months that the review draws."""
    months = found.counts[0].months.starts
    return found.view.scope.during(months[0].astype(object), found.sides.now.period.end)


def touched(book: Ledger) -> None:
    """The cause that came back last while its fix is still open; nothing where there is none."""
    again = touched_again(book)
    if not again:
        _perhaps_touched(book)
        return
    latest, causes = again[0], source.known_causes()  # read where they are needed alone
    history = causes.repeats.history
    incident = history.incidents.iloc[latest.later]
    cause = cause_lead(causes, int(causes.of[latest.later]))
    text = touched_words(
        latest,
        cause=tables.lead_link(cause.to, text=cause.text),
        incident=tables.incident_link(incident["id"], text=day(incident["period_at"])),
        action=_promise_link(latest, history),
    )
    if more := len(again) - 1:
        stand = "stands" if more == 1 else "stand"
        text += f" {plural(more, 'more cause')} like it {stand} in the ledger of repeats."
    st.warning(text, title=touched_title(latest), icon=":material/replay:")


def _perhaps_touched(book: Ledger) -> None:
    perhaps, history = perhaps_touched(book), book.repeats.history
    if not perhaps:
        return
    incident = history.incidents.iloc[perhaps[0].later]
    text = perhaps_words(
        perhaps[0],
        incident=tables.incident_link(incident["id"], text=incident["title"]),
        action=_promise_link(perhaps[0], history),
    )
    st.info(text, title=perhaps_title(perhaps[0]), icon=":material/replay:")


def _promise_link(latest: TouchedAgain, history: History) -> str:
    """Markdown that leads from what was promised to the incident after which it was."""
    promised = history.actions.iloc[latest.action]
    after = str(history.incidents["id"].iloc[promised["incident"]])
    return tables.incident_link(after, text=str(promised["title"]))


def up_to_now(page: Page) -> Scope:
    """The period under review and, where it is the latest quarter, what came since."""
    chosen = chosen_period(page)
    if chosen is not None:
        return page.scope.during(chosen.start, chosen.end)
    return page.scope.during(page.latest.start, page.here.date() + dt.timedelta(days=1))


def said(found: Review) -> None:
    """What can be said, and what cannot, with all figures."""
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences(found)))
    if all(claim.verdict is Verdict.CANNOT_TELL for claim in found.claims):
        return
    st.caption(
        "In brackets the change with its 95 % interval. Likely to show: the smallest change of the "
        "period that this review claims 4 times in 5; smaller ones may have happened."
    )


def tiles(card: Scorecard) -> None:
    """The figures that a leader asks for first, side by side."""
    with st.container(horizontal=True, gap="xsmall"):
        for tile in card.tiles:
            metric(tile)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        notes = (not_compared(card), not_recorded(card))
        st.caption(" ".join(["The word is the review's, the line is by month.", *notes]))
        if notes[1]:
            st.page_link("pages/records.py", label="What to record", icon=":material/edit_note:")
        show.how(*TILES)


def metric(tile: Tile) -> None:
    """One tile."""
    text = shown(tile)
    st.metric(
        text.title,
        text.value,
        text.said,
        delta_color=text.colour,
        delta_arrow=text.arrow,
        help=text.behind,
        border=True,
        width=TILE_WIDTH,
        height="stretch",
        chart_data=text.months or None,
        chart_type="bar" if text.bars else "line",
    )


def incidents(found: Review, colours: Palette, *, today: dt.date) -> None:
    """Incidents by severity: six weeks and thirteen months."""
    show.finding(
        rates_finding(found.claims),
        basis=f"{plural(len(found.view), 'incident')} in the period (shaded)"
        f"{so_far(found, today=today)} · six weeks and thirteen months · dotted: the year before",
        methods=[REVIEW_CLAIM, REVIEW_RATE],
    )
    show.chart(
        weeks_and_months(found, colours=colours),
        key="counts",
        alt="Incidents by severity in six weeks and thirteen months",
    )


def times(found: Review, colours: Palette) -> None:
    """Time to mitigate: distribution against the year before, and month by month."""
    beside, medians = found.times, found.times.medians
    show.finding(
        times_finding(found),
        basis=f"median {median_words(medians['now'])} against "
        + (f"{median_words(medians['reference'])} in " if found.sides.reference.days else "")
        + reference_words(found.sides)
        + (f" · {beside.instead}" if beside.instead else ""),
        methods=[RATIO_OF_DURATIONS, ECDF, XMR],
    )
    if not (beside.now.n or beside.reference.n):
        return
    if max(beside.now.n, beside.reference.n) >= FEWEST_DRAWN:
        _distributions(beside, colours)
    control.watched(
        found.time_chart.chart,
        found.time_chart.at,
        colours=colours,
        durations=True,
        breaks=found.breaks,
        key="control",
        alt="Monthly geometric mean with frozen limits",
        height=130,
        coloured=found.time_chart.coloured,
    )


def _distributions(beside: ReviewTimes, colours: Palette) -> None:
    """How long incidents took in the period, and before."""
    show.chart(
        cumulative(
            [
                ("before", beside.reference, colours.grey),
                ("this period", beside.now, colours.accent),
            ],
            colours=colours,
            height=170,
        ),
        key="ecdf",
        alt="Share of incidents ended within a time, this period and before",
    )


def impact(found: Review, total: ImpactTotal, months: ImpactPeriods, colours: Palette) -> None:
    """Minutes of impact and the three longest incidents by name."""
    answer = total.total
    show.finding(
        impact_finding(answer),
        basis=" · ".join(
            [
                f"{plural(answer.n, 'incident')} with a known impact{longest_words(total)}",
                *not_in_sum(answer, n_open=total.n_open),
                "by month",
            ]
        ),
        methods=[TIME_OF_IMPACT, IMPACT_CONCENTRATION],
    )
    span = found.sides.now.period
    if not months.n.any():
        return
    show.chart(
        impact_columns(months, colours=colours, start=span.start, end=span.end),
        key="impact",
        alt="Hours of impact by month",
    )
    longest = found.view.history.incidents.iloc[total.longest]
    lines = [
        f"{duration(seconds)} {tables.incident_link(identity, text=title)}"
        for seconds, identity, title in zip(
            total.longest_seconds, longest["id"], longest["title"], strict=True
        )
    ]
    if lines:
        st.caption("Longest: " + " · ".join(lines))


def causes(found: Review, colours: Palette) -> None:
    """Shares of causes in the period and before."""
    claim = found.claim("causes")
    drift = found.drift
    basis = "share of the incidents of known cause, with 95 % interval"
    if drift is not None and drift.unknown.after.known:
        basis += f" · cause unknown for {percent(drift.unknown.after.estimate)} of the period"
    show.finding(causes_finding(found), basis=basis, methods=[CAUSE_DRIFT, CAUSE_MIX])
    if drift is None or not drift.rows:
        st.caption(literal(claim.reason) or "No cause is recorded.")
        return
    show.chart(
        drift_marks(
            drift,
            before=reference_words(found.sides),
            claimed=claimed_causes(found),
            colours=colours,
        ),
        key="causes",
        alt="Shares of causes now and before",
    )


def repeats(book: Ledger) -> None:
    """The headline of the ledger and the costliest repeats."""
    show.card(costliest(book))
    st.page_link("pages/repeats.py", label="The ledger", icon=":material/arrow_forward:")


def actions(
    done: Completion, states: StateCounts, late: Overdue, oldest: OldestOpen, found: Review
) -> None:
    """Whether promises are kept, and the oldest that would prevent."""
    known = [days for days in HORIZONS if done.done_within[days].known]
    within = [
        f"{percent(done.done_within[days].estimate)} within {days} days (n = "
        f"{done.done_within[days].n:,})"
        for days in known
    ]
    title = "How fast actions get done cannot be told"
    if within:
        title = f"Actions done: {', '.join(within)}"
    reason = "" if within else f" · {done.done_within[HORIZONS[0]].reason}"
    show.finding(
        title,
        basis=f"{plural(states.total, 'action')} promised after incidents of all time: "
        f"{states.counts['done']:,} done, {states.still_open:,} open, {past_date_words(late)}"
        f"{reason}"
        if states.total
        else "no action is recorded",
        methods=[DONE_WITHIN, STATES_OF_ACTIONS, OVERDUE],
    )
    waiting(oldest, found)
    st.page_link("pages/actions.py", label="The actions", icon=":material/arrow_forward:")


def waiting(oldest: OldestOpen, found: Review) -> None:
    """The open preventive actions that have waited longest, in a line each."""
    if not len(oldest.rows):
        st.caption("No preventive action is open.")
        return
    incidents = found.view.history.incidents
    lines = [f"Oldest open preventive ones, of {oldest.total:,}:\n"]
    for action in oldest.rows.to_dict("records"):
        incident = incidents.iloc[action["incident"]]
        at_most = "at most " if action["basis"] == SINCE_INCIDENT else ""
        lines.append(
            f"- {literal(str(action['title']))}: open for {at_most}"
            f"{duration(action['age_days'] * DAY)}, after "
            f"{tables.incident_link(incident['id'], text=incident['title'])}"
        )
    st.markdown("\n".join(lines))


def missing(known: tuple[Known, ...], found: Review) -> None:
    """One strip: how much of each field is filled in, and the one to fill in first."""
    if not len(found.view):
        return
    lacking = to_fill_in(known)
    first = f" {opens(lacking[0])[1]}." if lacking else ""
    st.caption(
        f"**What is missing from the data** ({plural(len(found.view), 'incident')} of the period "
        f"and their actions). {filled_in(known)}{first}"
    )
