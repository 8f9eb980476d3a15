"""Fixes in words: whether they held, and which open ones stand against the most impact."""

import datetime as dt

import numpy as np

from analytics.known_causes.fix_held import FixHeld, Held
from analytics.known_causes.priorities import Priorities
from analytics.units import DAY, HOUR
from pages.parts.wording.numbers import NOT_KNOWN, day, duration, percent, plural
from pages.parts.wording.repeats import NOT_KNOWN_DONE

HELD_WORDS = {
    Held.CANNOT_TELL: "cannot tell",
    Held.PREVENTED: "fewer than expected: prevented",
    Held.MORE: "more than expected",
}


def held_finding(found: FixHeld) -> str:
    """What the records say of all fixes together; "prevented" only where the interval says so."""
    overall = found.overall
    if overall.estimate is None or overall.high is None:
        return "Did the fixes hold? Cannot tell"
    if overall.high < 1.0:
        return f"Fixes held: {percent(overall.estimate)} of the repeats to be expected without them"
    if overall.low is not None and overall.low > 1.0:
        return "After their fixes, causes came back more often than expected"
    return "Did the fixes hold? Cannot tell: as many repeats as expected lie within the interval"


def held_basis(found: FixHeld) -> str:
    """The interval, the fixes it rests on, and those that cannot be judged."""
    overall = found.overall
    if overall.estimate is None:
        parts = [overall.reason]
    else:
        low, high = _percent_or_open(overall.low), _percent_or_open(overall.high)
        parts = [
            f"95 % interval {low} to {high} of what was to be expected",
            plural(overall.n, "cause with a fix of known date", "causes with a fix of known date"),
        ]
    if overall.n_missing:
        parts.append(
            plural(
                overall.n_missing,
                "cause whose fix may be done, nobody knows when",
                "causes whose fix may be done, nobody knows when",
            )
        )
    return " · ".join(parts)


def prevented_words(found: FixHeld) -> str:
    """How many repeats were prevented, only where that can be said."""
    answer = found.prevented
    if answer.estimate is None:
        return ""
    return (
        f"About **{answer.estimate:.0f} repeats prevented** ({answer.low or 0:.0f} to "
        f"{answer.high or 0:.0f}): what was to be expected from each cause's own record, moved "
        "towards that of all causes, less what was seen."
    )


def held_row(found: FixHeld, place: int) -> dict[str, str]:
    """The before and after of one cause, in words."""
    before, since = found.days_before[place] * DAY, found.days_after[place] * DAY
    return {
        "Fix in place since": day(found.done[place].item()),
        "Before": f"{found.before[place]:.0f} in {duration(before)}",
        "Since": f"{found.after[place]:.0f} in {duration(since)}",
        "Expected since": NOT_KNOWN
        if np.isnan(found.expected[place])
        else f"{found.expected[place]:.1f}",
        "Seen to expected (95 %)": _ratio(found, place),
        "So": HELD_WORDS[Held(found.verdict[place])],
    }


def held_words(found: FixHeld) -> str:
    """Whether the fix of one cause held, in a sentence."""
    if not len(found.cause):
        reason = "it may be done, but nobody knows when" if found.undated else found.overall.reason
        return f"Did the fix hold? Cannot tell: {reason}."
    row = held_row(found, 0)
    return (
        f"Did the fix hold? **{row['So'].capitalize()}**. In place since "
        f"{row['Fix in place since']}; recurrences before: {row['Before']}; since: {row['Since']}, "
        f"where {row['Expected since']} were to be expected without it. Seen to expected: "
        f"{row['Seen to expected (95 %)']}."
    )


def first_finding(found: Priorities, *, until: dt.datetime) -> str:
    """What stands against the most expected impact."""
    if found.reason:
        return f"What to finish first: {found.reason}"
    top = found.by_cause()[0]
    actions = (
        f"{plural(len(top), 'action')} {NOT_KNOWN_DONE}"
        if found.as_written
        else plural(len(top), "open action")
    )
    return (
        f"First: {actions} against a cause expected to take "
        f"{duration(found.hours[top[0]] * HOUR)} by {day(until)}, if nothing changes"
    )


def first_basis(found: Priorities, *, until: dt.datetime) -> str:
    """What is ranked, by what, and what is left out."""
    text = (
        f"{plural(len(found.action), 'open preventive action')} by the hours of impact expected of "
        f"their cause until {day(until)}: how often it comes back × the mean of its incidents · in "
        "brackets: what 19 of 20 such periods would take"
    )
    if found.as_written:
        text += (
            f" · {'all' if found.as_written == len(found.action) else f'{found.as_written:,}'} "
            "open as their post said when it was written, perhaps done since"
        )
    if found.unknown_status:
        text += f" · {found.unknown_status:,} more of unknown state"
    return text


def expected_words(found: Priorities, place: int) -> str:
    """Expected hours with their interval, and where the mean is borrowed."""
    hours, low, high = found.hours[place], found.low[place], found.high[place]
    if np.isnan(hours):
        return NOT_KNOWN
    ends = f"{duration(low * HOUR)} to {duration(high * HOUR)}" if high else "most likely none"
    text = f"{duration(hours * HOUR)} ({ends})"
    return f"{text}, by the mean of all causes" if found.borrowed[place] else text


def _ratio(found: FixHeld, place: int) -> str:
    if np.isnan(found.ratio[place]):
        return NOT_KNOWN
    high = found.high[place]
    end = f"{high:.2f}" if np.isfinite(high) else "not bounded"
    return f"{found.ratio[place]:.2f} ({found.low[place]:.2f} to {end})"


def _percent_or_open(share: float | None) -> str:
    return "not bounded" if share is None else percent(share)
