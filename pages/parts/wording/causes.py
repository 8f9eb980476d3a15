"""Causes in words: what is named most, what changed, and how much is not known."""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from analytics.answer import Answer
from analytics.calendar import Every, Period, PeriodPair
from analytics.causes.labels import Beside, FactorPairs, LabelShares, PublishedTable
from analytics.causes.tables import CauseDrift, CausePeriods, CauseTable
from analytics.review.review import Review, claim_of, claimed_causes
from analytics.selection import UNKNOWN, Scope
from pages.parts.wording.numbers import day, literal, p_words, percent, period, plural
from pages.parts.wording.periods import latest_name
from pages.parts.wording.review import titled, verdict_words
from pages.parts.wording.shares import part

#: Incidents that have to name a label before one of the labels is said to lead.
FEWEST_NAMED = 6
#: Labels listed of those that cannot be told apart; more of them say no more.
MOST_LISTED = 4
#: Fields that are suggested, in words.
FIELD_WORDS = {
    "root_cause_category": "root cause",
    "trigger_category": "trigger",
    "contributing_factors": "contributing factor",
}
#: Most of what is known: the part that a Pareto chart is asked for.
MOST = 0.8


def causes_finding(shares: LabelShares) -> str:
    """What the shares of causes say, as the title of their figure."""
    if not shares.rows:
        return "No cause is recorded for any incident in view"
    first = shares.rows[0]
    rival = shares.rows[1] if len(shares.rows) > 1 else None
    if rival is not None and _overlap(first.of_incidents, rival.of_incidents):
        together = [
            literal(row.label)
            for row in shares.rows
            if _overlap(first.of_incidents, row.of_incidents)
        ]
        if len(together) > MOST_LISTED:
            return f"No single cause leads: {len(together):,} causes cannot be told apart"
        return f"No single cause leads: {_listed(together)} cannot be told apart"
    return f"{literal(first.label.capitalize())} is the most frequent known cause"


def causes_basis(shares: LabelShares, scope: Scope, *, noun: str = "cause") -> str:
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


def suggested_line(suggested: Mapping[str, int], *, n_open: int, of: int) -> str:
    """How many incidents lack a cause, and for how many of them the text suggests one.

    Args:
        suggested: by field, for how many incidents; empty while the texts were not asked.
        n_open: incidents without a cause.
    """
    lack = f"{n_open:,} of {plural(of, 'incident')} {'has' if n_open == 1 else 'have'} no cause"
    if not any(suggested.values()):
        return f"{lack} recorded: look what {'was accepted' if suggested else 'the texts suggest'}"
    what = {"root_cause_category": "one", "trigger_category": "a trigger"}
    parts = [
        f"{what.get(field, 'what contributed')} for {count:,}"
        for field, count in suggested.items()
        if count
    ]
    listed = " and ".join((", ".join(parts[:-1]), parts[-1])) if parts[1:] else parts[0]
    return f"{lack} recorded; the text suggests {listed}: look"


def suggestion_precision(right: Answer) -> str:
    """How far suggestions can be trusted, in words."""
    if right.estimate is None:
        return ""
    low, high = (round(10 * (bound or 0.0), 1) for bound in (right.low, right.high))
    return (
        f"right in about {10 * right.estimate:.0f} of 10 on records it had not seen "
        f"({low:g} to {high:g}; {right.n:,} tried)"
    )


def rests_on(words: Sequence[str], kinds: Sequence[str]) -> str:
    """What a suggestion rests on: words of the record, and kinds of cause that it speaks of."""
    named = [*(f"“{literal(word)}”" for word in words), *map(literal, kinds)]
    return f"rests on {', '.join(named)}" if named else ""


def judgement(
    field: str, value: str, *, by: str, at: dt.datetime, accepted: bool, by_source: bool
) -> str:
    """What somebody said of a suggested value.

    Args:
        by_source: whether the record names a value itself, which then counts instead.
    """
    said = "accepted" if accepted else "refused"
    who = f" by {literal(by)}" if by else ""
    counts = "; the record names one itself, which counts" if by_source else ", and counts"
    return (
        f"Suggested {FIELD_WORDS[field]} {literal(value)}: {said}{who} on {day(at)}"
        f"{counts if accepted else ''}"
    )


def pareto_finding(shares: LabelShares) -> str:
    """How few causes make up most of what is known."""
    enough = next(
        (place for place, row in enumerate(shares.rows, start=1) if row.cumulative >= MOST),
        len(shares.rows),
    )
    reached = shares.rows[enough - 1].cumulative
    return (
        f"{plural(enough, 'cause')} of {len(shares.rows):,} {'makes' if enough == 1 else 'make'} "
        f"up {percent(reached)} of the known ones"
    )


def pareto_basis(shares: LabelShares, scope: Scope) -> str:
    """The other denominator."""
    return (
        f"share of the {plural(shares.n_labels, 'incident')} whose cause is known · "
        f"{period(scope.start, scope.end)} · {shares.n_unknown:,} of unknown cause not in it"
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
    names = _listed([f"“{literal(name)}”" for name in most])
    each = ", each" if len(most) > 1 else ","
    return f"{subject}: most often {names}{each} {shares.rows[0].count:,} of the {named:,} that say"


def is_told(shares: LabelShares) -> bool:
    """Whether enough incidents name any label, and any label is named twice."""
    named = shares.n_incidents - shares.n_unknown
    return named >= FEWEST_NAMED and shares.rows[0].count > 1


def unknown_finding(found: CausePeriods, every: Every, *, as_of: dt.datetime) -> str:
    """The share of unknown causes in the latest period."""
    known = [place for place, answer in enumerate(found.unknown) if answer.known]
    if len(known) < 2:
        return "Unknown causes over time: fewer than two periods with incidents"
    latest = found.unknown[known[-1]]
    name = latest_name(found.starts[: known[-1] + 1], every, as_of=as_of)
    return f"Cause unknown for {part(latest):,} of {plural(latest.n, 'incident')} of {name}"


def drift_finding(found: CauseDrift, reviewed: Review | None) -> str:
    """What the review says of the causes, as the title of their two periods.

    Args:
        reviewed: None over a mix of organisations, of which no change is told.
    """
    what, mix = "Kinds of cause", claim_of(reviewed, "causes")
    single = [claim_of(reviewed, f"cause:{label}") for label in sorted(claimed_causes(reviewed))]
    if told := [f"{literal(one.label)} {verdict_words(one)}" for one in single if one is not None]:
        return f"{what}: {'; '.join(told)}"
    if mix is None:
        return f"{what}: {literal(found.reason)}" if found.reason else f"{what} in two periods"
    if mix.verdict.is_claim:
        return f"{what}: they shifted; no single one stands out"
    return titled(what, mix)


def drift_basis(found: CauseDrift, pair: PeriodPair) -> str:
    """The two periods with their denominators, and the test over all causes."""
    parts = [f"{_named(pair.after)} against {_named(pair.before)}"]
    if found.rows:
        after, before = found.rows[0].after.n, found.rows[0].before.n
        parts.append(
            f"shares of {after:,} and {plural(before, 'incident')} of known cause, "
            "that of unknown ones of all incidents"
        )
    if found.overall_p is not None:
        parts.append(f"if both had one mix: {p_words(found.overall_p)}")
    parts.append("judged by the trend review, with all its questions")
    return " · ".join(parts)


def table_basis(table: CauseTable, when: str, *, column: str, several: bool = False) -> str:
    """What the cells count, and which columns are not drawn."""
    text = f"incidents of each cause and {column} · {when}"
    if several:
        text += f" · an incident counts for each {column}"
    if table.columns_left_out:
        text += f" · {plural(table.columns_left_out, f'rarer {column}')} not drawn"
    return text


def strikes_finding(table: CauseTable, *, title: str) -> str:
    """The cause and the column that most incidents have in common, where both are known."""
    rows = [i for i, name in enumerate(table.causes) if name != UNKNOWN]
    columns = [j for j, name in enumerate(table.columns) if name != UNKNOWN]
    cells = table.counts[np.ix_(rows, columns)]
    if not cells.size or not cells.max():
        return f"{title}: no incident has both on record"
    row, column = np.unravel_index(int(cells.argmax()), cells.shape)
    both = literal(table.causes[rows[row]]), literal(table.columns[columns[column]])
    return f"{title}: most often {' and '.join(both)}, {plural(int(cells.max()), 'incident')}"


def pairs_basis(found: FactorPairs, when: str) -> str:
    """The denominator of the pairs."""
    return (
        f"incidents that name both · of {plural(found.n, 'incident')} that name any factor, "
        f"{found.n_without:,} name none · expected: if the two had nothing to do with each other "
        f"· {when}"
    )


def published_basis(table: PublishedTable, ours: LabelShares) -> str:
    """Whose figures these are, and what both are shares of."""
    return (
        f"published: share {table.of} · in view: share of {plural(ours.n_labels, 'label')} given "
        f"· source: {table.source} · other companies, other years: no target"
    )


def without_counterpart(rows: Sequence[Beside]) -> str:
    """The published categories that have none of ours beside them."""
    lacking = [row.label for row in rows if row.ours is None]
    if not lacking:
        return ""
    return f"No category of ours means the same as {_listed(lacking)}."


def _named(one: Period) -> str:
    return f"{one.name} ({period(one.start, one.end)})"


def _overlap(one: Answer, other: Answer) -> bool:
    return (one.low or 0.0) <= (other.high or 1.0)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
