"""The pieces of the page of causes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from analytics.answer import Method
from analytics.calendar import Every, PeriodPair
from analytics.causes.labels import (
    CAUSE_SHARE,
    FACTOR_PAIRS,
    FACTOR_SHARE,
    PUBLISHED_TABLES,
    TABLES,
    TRIGGER_SHARE,
    FactorPairs,
    LabelShares,
    beside,
)
from analytics.causes.tables import CAUSE_DRIFT, CAUSE_TABLES, CauseDrift, CausePeriods, CauseTable
from analytics.response.durations import response
from analytics.review.claims import REVIEW_CLAIM
from analytics.review.review import Review, claimed_causes
from analytics.selection import UNKNOWN
from analytics.statistics.shares import SHARE_DIFFERENCE
from pages.parts import show, source, tables
from pages.parts.figures import causes as figures
from pages.parts.figures.bars import heat_map, share_bars
from pages.parts.figures.over_time import shares_by_period
from pages.parts.frame import Page
from pages.parts.palette import Palette
from pages.parts.wording import causes as words
from pages.parts.wording.numbers import count, literal, period, plural
from pages.parts.wording.periods import period_names

#: Labels drawn; the rest are named below the figure with their number.
MOST_BARS = 15
#: Periods drawn in a table of counts; more columns cannot be read, least of all on a phone.
MOST_PERIODS = 12
#: Pairs of factors listed; rarer ones are chance.
MOST_PAIRS = 8
#: Subjects of published tables that labels of ours may stand beside.
COMPARABLE = ("root cause", "trigger")


@dataclass(frozen=True, slots=True)
class Against:
    """What the columns of a table of causes are, in words."""

    key: str
    title: str
    column: str
    several_an_incident: bool


SERVICES = Against("by_service", "Where causes strike", "service", several_an_incident=True)
DETECTION = Against(
    "by_detection", "How causes are detected", "source of detection", several_an_incident=False
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of label beside the root cause, in words."""

    key: str
    subject: str
    noun: str
    method: Method


TRIGGERS = Kind("triggers", "What set them off", "trigger", method=TRIGGER_SHARE)
FACTORS = Kind("factors", "What let them happen or grow", "factors", method=FACTOR_SHARE)


def shares(found: LabelShares, colours: Palette, *, key: str) -> None:
    """Bars of the most frequent labels and of "unknown", with intervals and counts."""
    if not found.rows:
        st.caption(f"Not recorded for any of {plural(found.n_incidents, 'incident')} in view.")
        return
    drawn = found.rows[:MOST_BARS]
    show.chart(
        share_bars(
            [*(row.label for row in drawn), UNKNOWN],
            [*(row.count for row in drawn), found.n_unknown],
            [*(row.of_incidents for row in drawn), found.unknown],
            colours=colours,
            highlight=UNKNOWN,
        ),
        key=key,
        alt="; ".join(f"{row.label}: {row.count} of {found.n_incidents}" for row in drawn),
    )
    if len(found.rows) > MOST_BARS:
        st.caption(f"{plural(len(found.rows) - MOST_BARS, 'rarer label')} not drawn.")


def pareto(found: LabelShares, page: Page) -> None:
    """How much the commonest causes make up, of what is known; there must be one."""
    show.finding(
        words.pareto_finding(found),
        basis=words.pareto_basis(found, page.scope),
        methods=[CAUSE_SHARE],
    )
    show.chart(
        figures.pareto(found, most=MOST_BARS, colours=page.colours),
        key="pareto",
        alt="Causes by their share of the known ones, with the running total",
    )


def drift(found: CauseDrift, pair: PeriodPair, reviewed: Review | None, colours: Palette) -> None:
    """What changed between two periods, as the review judges it."""
    show.finding(
        words.drift_finding(found, reviewed),
        basis=words.drift_basis(found, pair),
        methods=[CAUSE_DRIFT, SHARE_DIFFERENCE, REVIEW_CLAIM],
    )
    if not found.rows or found.rows[0].change.estimate is None:
        return
    show.chart(
        figures.drift_marks(
            [*found.rows, found.unknown], claimed=claimed_causes(reviewed), colours=colours
        ),
        key="drift",
        alt="Change of the share of each cause, with its interval",
    )
    st.caption("An interval across the line is no change that could be told. No colour, no claim.")


def unknown(
    found: CausePeriods, every: Every, when: str, colours: Palette, *, as_of: dt.datetime
) -> None:
    """Whether more or fewer causes are known than before."""
    show.finding(
        words.unknown_finding(found, every, as_of=as_of),
        basis=f"share of the incidents of each {every} with 95 % interval · {when} · where it "
        "moves, shares of causes cannot be compared",
        methods=[CAUSE_SHARE],
    )
    show.chart(
        shares_by_period(found.starts, found.unknown, colours=colours),
        key="unknown",
        alt=f"Share of incidents of unknown cause by {every}",
    )


def by_period(found: CausePeriods, every: Every, when: str, colours: Palette) -> None:
    """Incidents of each cause in the latest periods."""
    names = period_names(found.starts, every)
    left_out = max(len(names) - MOST_PERIODS, 0)
    basis = f"incidents of each cause · {when}"
    if left_out:
        basis += f" · {plural(left_out, f'earlier {every}')} not drawn"
    show.finding(f"Causes by {every}", basis=basis, methods=[CAUSE_TABLES])
    show.chart(
        heat_map(found.causes, names[left_out:], found.counts[:, left_out:], colours=colours),
        key="by_period",
        alt=f"Incidents of each cause by {every}",
    )


def table(found: CauseTable, against: Against, when: str, colours: Palette) -> None:
    """Causes against something else, each cell with its count."""
    show.finding(
        words.strikes_finding(found, title=against.title),
        basis=words.table_basis(
            found, when, column=against.column, several=against.several_an_incident
        ),
        methods=[CAUSE_TABLES],
    )
    show.chart(
        heat_map(found.causes, found.columns, found.counts, colours=colours),
        key=against.key,
        alt=f"Incidents of each cause by {against.column}",
    )


def labels(found: LabelShares, page: Page, kind: Kind) -> None:
    """How often each trigger or factor is named; no bars where too few records name any."""
    show.finding(
        words.label_finding(found, subject=kind.subject),
        basis=words.causes_basis(found, page.scope, noun=kind.noun),
        methods=[kind.method],
    )
    if words.is_told(found):
        shares(found, page.colours, key=kind.key)


def let_happen(triggers: LabelShares, factors: LabelShares, met: FactorPairs, page: Page) -> None:
    """What set incidents off, what let them grow, and which factors come together."""
    for told, kind in ((triggers, TRIGGERS), (factors, FACTORS)):
        if told.rows:
            with st.container(border=True):
                labels(told, page, kind)
    if any(pair.together > 1 for pair in met.pairs()):
        with st.container(border=True):
            pairs(met, period(page.scope.start, page.scope.end))
    not_recorded(
        {
            "what set them off": bool(triggers.rows),
            "what let them happen or grow": bool(factors.rows),
        }
    )


def not_recorded(is_recorded: Mapping[str, bool]) -> None:
    """One line for all that no incident in view says."""
    lacking = [question for question, known in is_recorded.items() if not known]
    if lacking:
        st.caption(f"Not recorded for any incident in view: {'; '.join(lacking)}.")


def pairs(found: FactorPairs, when: str) -> None:
    """Contributing factors that come together."""
    show.finding(
        "Factors that come together",
        basis=words.pairs_basis(found, when),
        methods=[FACTOR_PAIRS],
    )
    listed = found.pairs()
    tables.short_list(
        [
            {
                "Factors": f"{literal(pair.first)} + {literal(pair.second)}",
                "Together": f"{pair.together:,}",
                "Expected": count(round(pair.expected, 1)),
            }
            for pair in listed[:MOST_PAIRS]
        ],
        alt="Pairs of contributing factors, the most frequent first",
    )
    if len(listed) > MOST_PAIRS:
        st.caption(f"{plural(len(listed) - MOST_PAIRS, 'rarer pair')} not listed.")


def published(causes: LabelShares, triggers: LabelShares, colours: Palette) -> None:
    """Published tables beside ours, one at a time."""
    comparable = [table for subject in COMPARABLE for table in TABLES if table.subject == subject]
    chosen = st.selectbox(
        "Set beside", comparable, format_func=lambda table: table.name, key="set_beside"
    )
    ours = triggers if chosen.subject == "trigger" else causes
    rows = beside(chosen, ours)
    show.finding(
        f"What others published: {chosen.name}",
        basis=words.published_basis(chosen, ours),
        methods=[PUBLISHED_TABLES],
    )
    show.chart(
        figures.beside_marks(rows, colours=colours),
        key="published",
        alt="; ".join(f"{row.label}: published {row.published:.0%}" for row in rows),
    )
    if lacking := words.without_counterpart(rows):
        st.caption(lacking)


def incidents_of_a_cause(page: Page, found: LabelShares) -> None:
    """The incidents behind one bar, chosen by the reader."""
    with st.expander("The incidents behind a cause"):
        names = [row.label for row in found.rows] + [UNKNOWN]
        name = st.selectbox("Root cause", names, key="cause_shown")
        view = source.view(page.scope.only_cause(name))
        tables.incidents(view, response(view, as_of=page.as_of), key="incidents_of_cause")
