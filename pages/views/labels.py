"""Triggers, factors and labels like them: how often, together, and beside what others published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.answer import Method
from analytics.causes.labels import (
    FACTOR_PAIRS,
    FACTOR_SHARE,
    PUBLISHED_TABLES,
    TRIGGER_SHARE,
    Beside,
    FactorPairs,
    LabelShares,
    PublishedTable,
    beside,
)
from analytics.causes.labels import TABLES as PUBLISHED
from analytics.selection import UNKNOWN, Scope
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT, share_bars
from pages.parts.figures.charts import (
    LEGEND_HEIGHT,
    error_bar,
    figure,
    html_safe,
    share_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, literal, percent, period, plural
from pages.parts.wording.shares import counted

#: Incidents that have to name a label before one of the labels is said to lead.
FEWEST_NAMED = 6
#: Labels listed of those that are close together; more of them say no more.
MOST_LISTED = 4
#: Labels drawn; the rest are told below the figure with their number.
MOST_BARS = 15
#: Pairs of factors listed; rarer ones are chance.
MOST_PAIRS = 8
#: Published tables that labels of ours may stand beside: of causes first, then of triggers.
COMPARABLE = tuple(
    table
    for subject in ("root cause", "trigger")
    for table in PUBLISHED
    if table.subject == subject
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of label beside the root cause, in words.

    Attributes:
        key: of its card.
        label: by which a list of incidents is asked for one of them.
    """

    key: str
    label: str
    subject: str
    noun: str
    method: Method


TRIGGERS = Kind("triggers", "trigger", "What set them off", "trigger", method=TRIGGER_SHARE)
FACTORS = Kind("factors", "factor", "What let them happen or grow", "factors", method=FACTOR_SHARE)


def not_drawn(shares: LabelShares) -> tuple[str, ...]:
    """A note of how many labels are too rare to be drawn, if any are."""
    rarer = len(shares.rows) - MOST_BARS
    return (f"{plural(rarer, 'rarer label')} not drawn.",) if rarer > 0 else ()


def named_counts(shares: LabelShares) -> str:
    """The labels drawn with their numbers, for readers who cannot see the bars."""
    drawn = shares.rows[:MOST_BARS]
    return "; ".join(f"{row.label}: {row.count} of {shares.n_incidents}" for row in drawn)


def shares_basis(shares: LabelShares, scope: Scope, *, noun: str = "cause") -> str:
    """Denominators, period and the share of incidents that name none."""
    named = shares.n_incidents - shares.n_unknown
    accepted = (
        f" · {shares.n_accepted:,} of the {named:,} known ones are accepted suggestions"
        if shares.n_accepted
        else ""
    )
    return (
        f"share of {plural(shares.n_incidents, 'incident')} with 95 % interval · "
        f"{period(scope.start, scope.end)} · "
        f"{noun} unknown for {percent(shares.unknown.estimate)} of them{accepted}"
    )


def let_happen(
    triggers: LabelShares,
    factors: LabelShares,
    met: FactorPairs,
    scope: Scope,
    colours: Palette,
) -> tuple[Card, ...]:
    """What set incidents off, what let them grow, which factors come together: what is recorded."""
    told = [
        labels(shares, kind, scope, colours)
        for shares, kind in ((triggers, TRIGGERS), (factors, FACTORS))
        if shares.rows
    ]
    together = pairs(met, period(scope.start, scope.end))
    return (*told, together) if together.tables else tuple(told)


def labels(shares: LabelShares, kind: Kind, scope: Scope, colours: Palette) -> Card:
    """How often each trigger or factor is named; no bars where too few records name any."""
    told = is_told(shares)
    return Card(
        key=kind.key,
        title=label_finding(shares, subject=kind.subject),
        basis=shares_basis(shares, scope, noun=kind.noun),
        methods=(kind.method,),
        figure=label_bars(shares, kind.label, colours) if told else None,
        alt=named_counts(shares),
        notes=not_drawn(shares) if told else (),
    )


def label_bars(shares: LabelShares, label: str, colours: Palette) -> go.Figure:
    """Bars of the most frequent labels and of "unknown", with intervals and counts.

    Args:
        label: by which a list of incidents is asked for one of them.
    """
    drawn = shares.rows[:MOST_BARS]
    names = [*(row.label for row in drawn), UNKNOWN]
    return share_bars(
        names,
        [*(row.count for row in drawn), shares.n_unknown],
        [*(row.of_incidents for row in drawn), shares.unknown],
        colours=colours,
        highlight=UNKNOWN,
        leads_to=[leads.labelled({label: name}) for name in names],
    )


def label_finding(shares: LabelShares, *, subject: str) -> str:
    """What is named most among triggers or factors, where enough records name any."""
    named = shares.n_incidents - shares.n_unknown
    if not is_told(shares):
        why = "too few to say what leads" if named < FEWEST_NAMED else "each of them only once"
        return f"{subject}: recorded for {named:,} of {shares.n_incidents:,}, {why}"
    most = [row.label for row in shares.rows if row.count == shares.rows[0].count]
    if len(most) > MOST_LISTED:
        return f"{subject}: {len(most):,} are named equally often"
    names = listed([f"“{literal(name)}”" for name in most])
    times = ", each" if len(most) > 1 else ","
    return (
        f"{subject}: most often {names}{times} {shares.rows[0].count:,} of the {named:,} that say"
    )


def is_told(shares: LabelShares) -> bool:
    """Whether enough incidents name any label, and any label is named twice."""
    named = shares.n_incidents - shares.n_unknown
    return named >= FEWEST_NAMED and shares.rows[0].count > 1


def pairs(met: FactorPairs, when: str) -> Card:
    """Contributing factors that come together; nothing where none does so twice."""
    listed = met.pairs()
    if not any(pair.together > 1 for pair in listed):
        return Card("factor_pairs")
    rarer = len(listed) - MOST_PAIRS
    rows: list[Mapping[str, Cell]] = [
        {
            "Factors": f"{literal(pair.first)} + {literal(pair.second)}",
            "Together": Lead(
                leads.incidents(factor=[pair.first, pair.second]), f"{pair.together:,}"
            ),
            "Expected": count(round(pair.expected, 1)),
        }
        for pair in listed[:MOST_PAIRS]
    ]
    return Card(
        key="factor_pairs",
        title="Factors that come together",
        basis=(
            f"incidents that name both · of {plural(met.n, 'incident')} that name any factor, "
            f"{met.n_without:,} name none · expected: if the two had nothing to do with each "
            f"other · {when}"
        ),
        methods=(FACTOR_PAIRS,),
        tables=(Table(tuple(rows), alt="Pairs of contributing factors, the most frequent first"),),
        notes=(f"{plural(rarer, 'rarer pair')} not listed.",) if rarer > 0 else (),
    )


def not_recorded(is_recorded: Mapping[str, bool]) -> Card:
    """One line for all that no incident in view says."""
    lacking = [question for question, known in is_recorded.items() if not known]
    line = f"Not recorded for any incident in view: {'; '.join(lacking)}."
    return Card("not_recorded", notes=(line,) if lacking else ())


def published(others: PublishedTable, ours: LabelShares, colours: Palette) -> Card:
    """A published table beside ours."""
    rows = beside(others, ours)
    label = "trigger" if others.subject == "trigger" else "cause"
    lists = [leads.labelled({label: row.ours}) for row in others.rows]
    lacking = [row.label for row in rows if row.ours is None]
    return Card(
        key="published",
        title=f"What others published: {others.name}",
        basis=(
            f"published: share {others.of} · in view: share of {plural(ours.n_labels, 'label')} "
            f"given · source: {others.source} · other companies, other years: no target"
        ),
        methods=(PUBLISHED_TABLES,),
        figure=_beside_marks(rows, lists, colours=colours),
        alt="; ".join(f"{row.label}: published {row.published:.0%}" for row in rows),
        notes=(f"No category of ours means the same as {listed(lacking)}.",) if lacking else (),
    )


def _beside_marks(rows: Sequence[Beside], lists: Sequence[str], *, colours: Palette) -> go.Figure:
    """A published share as a ring, ours as a diamond with its interval, on one line each.

    Args:
        lists: where ours lead, by row.
    """
    names = [html_safe(row.label) for row in rows]
    ours = [
        (name, row.ours, lead)
        for name, row, lead in zip(names, rows, lists, strict=True)
        if row.ours and row.ours.known
    ]
    values, high = [a.estimate or 0.0 for _, a, _ in ours], [a.high for _, a, _ in ours]
    theirs = go.Scatter(
        x=[row.published for row in rows],
        y=names,
        name="published",
        mode="markers",
        marker={"color": colours.text, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
        text=[percent(row.published) for row in rows],
        hovertemplate="%{y}, published: %{text}<extra></extra>",
    )
    mine = go.Scatter(
        x=values,
        y=[name for name, _, _ in ours],
        ids=[lead for _, _, lead in ours],
        name="in view, with 95 % interval",
        mode="markers",
        marker={"color": colours.accent, "size": 8, "symbol": "diamond"},
        text=[counted(answer) for _, answer, _ in ours],
        hovertemplate="%{y}, in view: %{text}<extra></extra>",
        error_x=error_bar(values, [a.low for _, a, _ in ours], high, colour=colours.accent),
    )
    return figure(
        [theirs, mine],
        colours=colours,
        height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT + LEGEND_HEIGHT,
        x={**share_axis([*high, *(row.published for row in rows)]), "showgrid": True},
        y={
            "categoryorder": "array",
            "categoryarray": names[::-1],
            "showgrid": False,
            "ticksuffix": " ",
        },
        legend=True,
    )


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: ``a, b and c``; there must be one."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
