"""Guards that were missing: which, before how many hours, and what is only suggested."""

from collections.abc import Mapping, Sequence

from analytics.answer import Answer
from analytics.causes.barriers import (
    ABSENT,
    FAILED,
    FEWEST,
    HELD,
    MISSING_GUARDS,
    GuardPeriods,
    GuardsByCause,
    MissingGuard,
    MissingGuards,
)
from analytics.frames import History
from analytics.units import HOUR
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.figures.over_time import shares_by_period
from pages.parts.palette import Palette
from pages.parts.wording.numbers import DASH, duration, plural
from pages.parts.wording.periods import period_names
from pages.parts.wording.shares import short_share

#: Root causes in the table.
MOST_CAUSES = 10
#: States of a guard as people say them.
STATE_WORDS = {ABSENT: "was absent", FAILED: "failed", HELD: "was there and worked"}
#: Longest sentence shown beside a suggestion.
LONGEST_SENTENCE = 300


def value_words(value: str) -> str:
    """A guard and its state: ``no alert``, ``alert failed``, ``alert worked``."""
    guard, _, state = value.partition(":")
    if state == ABSENT:
        return f"no {guard}"
    return f"{guard} {'failed' if state == FAILED else 'worked'}"


def choice_words(value: str, counts: Mapping[str, int]) -> str:
    """A kind of suggestion in the list to choose from; an empty one stands for all."""
    if not value:
        return f"all ({sum(counts.values()):,})"
    return f"{value_words(value)} ({counts[value]:,})"


def guards_finding(guards: MissingGuards) -> str:
    """Which missing guard stands before most hours."""
    missing = [row for row in guards.rows if row.without]
    if missing:
        first = missing[0]
        often = plural(first.without, "incident")
        if first.hours.estimate is None:
            return f"Guards that were missing: the {first.guard} most often, in {often}"
        return (
            f"Guards that were missing: most hours come after a missing {first.guard}, "
            f"{duration(first.hours.estimate * HOUR)} in {often}"
        )
    if guards.suggested:
        return (
            "Guards that were missing: confirmed for no incident yet, suggested for "
            f"{guards.suggested:,}"
        )
    if guards.looked_at:
        return "Guards that were missing: none among those that people looked at"
    return "Guards that were missing: nothing is recorded yet"


def guards_basis(guards: MissingGuards, when: str, *, read: bool) -> str:
    """What is counted, and how much of the rest has been read."""
    text = (
        f"people looked at the guards of {guards.looked_at:,} of {plural(guards.n, 'incident')} · "
        f"{when} · an incident counts for each guard that was missing"
    )
    if not read:
        return f"{text} · its texts have not been read for suggestions"
    return f"{text} · what texts suggest is in no figure until somebody confirms it"


def guards(missing: MissingGuards, history: History, when: str, *, read: bool) -> Card:
    """Which guards were missing, each row with its incidents.

    Args:
        read: whether texts were read for suggestions.
    """
    rows = tuple(_guard_row(row, history) for row in missing.rows)
    return Card(
        key="guards",
        title=guards_finding(missing),
        basis=guards_basis(missing, when, read=read),
        methods=(MISSING_GUARDS,),
        tables=(Table(rows, alt="Guards, by hours"),) if rows else (),
    )


def _guard_row(row: MissingGuard, history: History) -> dict[str, Cell]:
    states = ((row.absent, "absent"), (row.failed, "failed"))
    kinds = ", ".join(f"{count:,} {state}" for count, state in states if count)
    text = f"{row.without:,} ({kinds})" if row.without else "0"
    return {
        "Guard": row.guard,
        "Missing": Lead(_list(history, row.missing_in, row.guard), text),
        "Hours after it": _split_hours(row),
        "Of the incidents looked at": short_share(row.without, row.missing),
        "There and worked": f"{row.held:,}",
        "Suggested only": _suggested(row),
    }


def by_cause(guards: GuardsByCause, history: History) -> Card:
    """How often each guard was missing before incidents of each cause."""
    rows: list[Mapping[str, Cell]] = [
        {
            "Root cause": cause,
            "Looked at": f"{guards.looked_at[cause]:,}",
            **{
                guard: Lead(
                    _list(history, guards.missing_in[cause][guard], guard, f"; cause: {cause}"),
                    _of_cause(len(guards.missing_in[cause][guard]), guards.shares[cause][guard]),
                )
                for guard in guards.guards
            },
        }
        for cause in list(guards.looked_at)[:MOST_CAUSES]
    ]
    more = len(guards.looked_at) - MOST_CAUSES
    return Card(
        key="guards_by_cause",
        tables=(Table(tuple(rows), alt="How often each guard was missing, by root cause"),),
        notes=(f"{plural(more, 'rarer root cause')} not listed.",) if more > 0 else (),
    )


def over_time(guard: str, course: GuardPeriods, history: History, colours: Palette) -> Card:
    """How often a guard was missing, quarter by quarter."""
    if not enough_periods(course.shares):
        return Card("guard_by_quarter", notes=(period_finding(guard, course.shares),))
    names = period_names(course.starts, "quarter")
    return Card(
        key="guard_by_quarter",
        figure=shares_by_period(
            course.starts,
            course.shares,
            colours=colours,
            leads_to=[
                _list(history, rows, guard, f" in {name}")
                for rows, name in zip(course.missing_in, names, strict=True)
            ],
        ),
        alt=f"How often the {guard} was missing, by quarter",
        notes=(period_finding(guard, course.shares),),
    )


def _list(history: History, rows: Sequence[int], guard: str, which: str = "") -> str:
    """The list of the incidents in which a guard was missing."""
    return leads.some(history.incidents["id"].iloc[list(rows)], of=f"no working {guard}{which}")


def period_finding(guard: str, shares: Sequence[Answer]) -> str:
    """Whether there is anything to show of a guard over time, and what is lacking where not."""
    if enough_periods(shares):
        return f"How often the {guard} was missing, by quarter"
    most = max((answer.n for answer in shares), default=0)
    return (
        f"Over time nothing can be told of the {guard} yet: that needs two quarters with "
        f"{FEWEST} incidents looked at; the most so far are {most:,}"
    )


def enough_periods(shares: Sequence[Answer]) -> bool:
    """Whether there are two periods to set beside each other."""
    return sum(answer.known for answer in shares) > 1


def _of_cause(count: int, answer: Answer) -> str:
    return short_share(count, answer) if answer.known else f"{count:,}, too few to compare"


def _split_hours(row: MissingGuard) -> str:
    """The hours, and how many of them without any such guard."""
    if not row.without:
        return DASH
    text = _hours(row.hours)
    if row.absent and row.failed and row.absent_hours.estimate is not None:
        text += f"; {duration(row.absent_hours.estimate * HOUR)} without any"
    return text


def _hours(hours: Answer) -> str:
    if hours.estimate is None:
        return "not known"
    text = duration(hours.estimate * HOUR)
    return f"{text}, {hours.n_missing:,} unknown" if hours.n_missing else text


def _suggested(row: MissingGuard) -> str:
    if not row.suggested:
        return DASH
    return f"{row.suggested:,} · {_hours(row.suggested_hours)}"
