"""Fixes in words: whether they held, and which open ones stand against the most impact."""

import datetime as dt

import numpy as np

from analytics.known_causes.fixes import FixHeld, Held
from analytics.known_causes.priorities import Priorities
from analytics.repeats.fixes import FixStages
from analytics.repeats.ledger import TouchedAgain
from analytics.units import DAY, HOUR
from pages.parts.wording.numbers import DASH, NOT_KNOWN, day, duration, percent, plural
from pages.parts.wording.repeats import NOT_KNOWN_DONE

#: Fewer returns than this to be expected would be rounded to none.
LEAST_TOLD = 0.1
#: How far what was seen since a fix goes as evidence.
SURE = {
    Held.CANNOT_TELL: "That may be chance: it cannot be told yet whether the fix holds.",
    Held.PREVENTED: "So few are hard to explain by chance: the fix seems to hold.",
    Held.MORE: "That is more than chance explains: the fix did not hold.",
}
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
    """What was seen of one cause since its fix and before, and how far that goes as evidence.

    Silence is evidence and no proof, so that it is never called verified.
    """
    if not len(found.cause):
        reason = "it may be done, but nobody knows when" if found.undated else found.overall.reason
        return f"Did the fix hold? Cannot tell: {reason}."
    since = duration(found.days_after[0] * DAY)
    times = int(found.after[0])
    seen = (
        f"not seen since, for {since}" if not times else f"seen {_times(times)} since, in {since}"
    )
    return (
        f"In place since {day(found.done[0].item())}; **{seen}**; {_before(found)}. "
        f"{_expected(found)}{SURE[Held(found.verdict[0])]}"
    )


def _before(found: FixHeld) -> str:
    times, days = int(found.before[0]), float(found.days_before[0])
    if not times:
        return "before, it had not come back apart from what led to the fix"
    text = f"before, {_times(times)} in {duration(days * DAY)}"
    return text if times == 1 else f"{text}, about once in {duration(days / times * DAY)}"


def _expected(found: FixHeld) -> str:
    if np.isnan(found.expected[0]):
        return ""
    mean = float(found.expected[0])
    number = f"About {mean:.1f}" if mean >= LEAST_TOLD else f"Fewer than {LEAST_TOLD:g}"
    return (
        f"{number} were to be expected by now without the fix; seen to expected: "
        f"{_ratio(found, 0)}. "
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def promised_words(found: FixStages, row: int) -> str:
    """When a fix was promised, by its first action."""
    number, first = int(found.promised[row]), found.first_promised[row]
    if not number:
        return DASH
    when = "no date" if np.isnat(first) else day(first.item().date())
    return when if number == 1 else f"{when} (first of {number:,})"


def done_words(found: FixStages, row: int) -> str:
    """How much of a fix is done, and when its last part was."""
    number, done, dropped = (
        int(counts[row]) for counts in (found.promised, found.done, found.given_up)
    )
    last = found.last_done[row]
    if not number:
        return DASH
    if not done:
        return "given up" if dropped == number else NOT_KNOWN_DONE
    when = "no date" if np.isnat(last) else day(last.item().date())
    return when if done == number else f"{done:,} of {number:,}, last {when}"


def verified_words(found: FixStages, row: int) -> str:
    """Whether somebody recorded a check of a fix, and when."""
    number, verified, failed = (
        int(counts[row]) for counts in (found.promised, found.verified, found.failed)
    )
    if not number:
        return DASH
    if failed:
        return "checked: did not work" if number == 1 else f"{failed:,} did not work"
    if not verified:
        return "not yet; how is said" if found.planned[row] else "not recorded"
    last = found.last_verified[row]
    when = "no date" if np.isnat(last) else day(last.item().date())
    return when if verified == number else f"{verified:,} of {number:,}, last {when}"


def stages_words(found: FixStages) -> str:
    """How far the actions against some causes are, in a sentence; empty where there is none."""
    number = int(found.promised[0])
    if not number:
        return ""
    text = (
        f"Of {plural(number, 'action')} promised against these causes {found.done[0]:,} "
        f"{'is' if found.done[0] == 1 else 'are'} done and **{found.verified[0] or 'none'} "
        "verified**"
    )
    if found.failed[0]:
        text += f"; {found.failed[0]:,} checked, and found not to work"
    if found.planned[0]:
        text += f"; of {found.planned[0]:,} more it is said how one would know"
    return f"{text}."


def so_far(found: FixStages, row: int) -> str:
    """How far a fix is, in a cell: what is promised, done and verified."""
    number = int(found.promised[row])
    if not number:
        return "none promised"
    text = (
        f"{number:,} promised, {found.done[row] or 'none'} done, "
        f"{found.verified[row] or 'none'} verified"
    )
    return f"{text}, {found.failed[row]:,} did not work" if found.failed[row] else text


def touched_title(latest: TouchedAgain) -> str:
    """That a cause came back before its fix is done, as far as it is known."""
    state = NOT_KNOWN_DONE if latest.promise_assumed else "still open"
    return f"A known cause came back, and its fix is {state}"


def touched_words(latest: TouchedAgain, *, cause: str, incident: str, action: str) -> str:
    """Which cause came back, when, and what had been promised against it.

    Args:
        latest: its latest repeat.
        cause, incident, action: Markdown that leads to the cause, the repeat and the promise.
    """
    again = "" if latest.times == 1 else f" {_times(latest.times)} in this period, the last time"
    at_most = "at most " if latest.promise_assumed else ""
    return (
        f"{cause} struck again{again} on {incident}. Promised {at_most}"
        f"{duration(latest.days_open * DAY)} before: {action}."
    )


def perhaps_title(latest: TouchedAgain) -> str:
    """That a known cause may have come back before its fix is done."""
    state = NOT_KNOWN_DONE if latest.promise_assumed else "still open"
    return f"Perhaps a known cause came back, and its fix is {state}"


def perhaps_words(latest: TouchedAgain, *, incident: str, action: str) -> str:
    """Which incident looks like an earlier one, and what had been promised after that.

    Args:
        latest: the latest incident that may be a repeat.
        incident, action: Markdown that leads to it and to the promise.
    """
    at_most = "at most " if latest.promise_assumed else ""
    return (
        f"{incident} looks like an earlier incident, after which, {at_most}"
        f"{duration(latest.days_open * DAY)} before, this was promised: {action}. Nobody has said "
        "whether it is the same cause: its page asks."
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
    if len(found.action):
        text = (
            f"{plural(len(found.action), 'open preventive action')} by the hours of impact "
            f"expected of their cause until {day(until)}: how often it comes back × the mean of "
            "its incidents · in brackets: what 19 of 20 such periods would take"
        )
    else:
        text = "open ones stand here by the hours of impact expected of their cause"
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
