"""Guards in words: which were missing, before how many hours, and what is only suggested."""

from collections.abc import Mapping, Sequence

from analytics.answer import Answer
from analytics.causes.barriers import (
    ABSENT,
    FAILED,
    FEWEST,
    HELD,
    GuardsByCause,
    MissingGuard,
    MissingGuards,
)
from analytics.units import HOUR
from pages.parts.wording.numbers import DASH, duration, plural
from pages.parts.wording.shares import short_share

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


def guard_row(row: MissingGuard) -> dict[str, str]:
    """One guard in the table."""
    states = ((row.absent, "absent"), (row.failed, "failed"))
    kinds = ", ".join(f"{count:,} {state}" for count, state in states if count)
    return {
        "Guard": row.guard,
        "Missing": f"{row.without:,} ({kinds})" if row.without else "0",
        "Hours after it": _split_hours(row),
        "Of the incidents looked at": short_share(row.without, row.missing),
        "There and worked": f"{row.held:,}",
        "Suggested only": _suggested(row),
    }


def cause_row(guards: GuardsByCause, cause: str) -> dict[str, str]:
    """How often each guard was missing before incidents of a cause."""
    return {
        "Root cause": cause,
        "Looked at": f"{guards.looked_at[cause]:,}",
        **{
            guard: _of_cause(guards.without[cause][guard], guards.shares[cause][guard])
            for guard in guards.guards
        },
    }


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
