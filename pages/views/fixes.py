"""What became of the fix of a cause, and which open one stands against the most impact?"""

import datetime as dt

import numpy as np
import pandas as pd

from analytics.frames import History
from analytics.known_causes.fixes import FIX_HELD, PREVENTED, FixHeld, Held
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.priorities import FINISH_FIRST, Priorities
from analytics.repeats.fixes import ActionThen, FixStages, FixState, RepeatClass
from analytics.repeats.ledger import Repeats
from analytics.selection import Rows
from analytics.units import DAY, HOUR
from pages.parts import leads
from pages.parts.card import Card, Cell, Grid, Lead, Table
from pages.parts.wording.numbers import DASH, NOT_KNOWN, day, duration, literal, percent, plural

#: The state of a fix when its cause came back.
CLASS_NAMES = {
    RepeatClass.R0: "no fix planned",
    RepeatClass.R1: "fix dropped",
    RepeatClass.R2: "fix still open",
    RepeatClass.R3: "fix did not hold",
    RepeatClass.RU: "unknown",
}
CLASS_WORDS = {
    RepeatClass.R0: "A confirmed repeat; no fix was planned, as far as records say.",
    RepeatClass.R1: "A confirmed repeat; what had been promised was dropped, at least in part.",
    RepeatClass.R2: "A confirmed repeat; it began while the fix was still open.",
    RepeatClass.R3: "A confirmed repeat; every preventive action was done, and it did not hold.",
    RepeatClass.RU: "A confirmed repeat; whether the fix was done by then is not recorded.",
}
#: The same in addresses.
FIXES = {
    RepeatClass.R0: "none",
    RepeatClass.R1: "dropped",
    RepeatClass.R2: "open",
    RepeatClass.R3: "did not hold",
    RepeatClass.RU: "unknown",
}
#: The same of the repeats that a list holds.
FIX_SAID = {FIXES[state]: f", {CLASS_NAMES[state]}" for state in FIXES} | {
    FIXES[RepeatClass.RU]: ", state of the fix unknown"
}
#: Of a fix that is open only as its source said when it was written.
NOT_KNOWN_DONE = "not known to be done"
AS_WRITTEN_NAME = f"fix {NOT_KNOWN_DONE}"
AS_WRITTEN_WORDS = f"A confirmed repeat; it began with the fix {NOT_KNOWN_DONE}."
STATE_THEN = {
    FixState.NOT_YET: "promised only later",
    FixState.OPEN: "open then, and open still",
    FixState.DONE_BEFORE: "done before",
    FixState.DONE_AFTER: "open then, done since",
    FixState.GIVEN_UP_BEFORE: "given up before",
    FixState.GIVEN_UP_AFTER: "open then, given up since",
    FixState.UNKNOWN: "its state at that moment is not known",
}
ACTION_STATES = {
    "open": "open",
    "in_progress": "in progress",
    "done": "done",
    "wont_do": "will not be done",
    "": "state not said",
}
#: Causes for which the actions to finish first are listed, and actions named for each.
CAUSES_FIRST, ACTIONS_NAMED = 6, 3
#: Rows of a grid at most; more cannot be read.
MOST_ROWS = 1_000
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


def held(fixes: FixHeld, causes: KnownCauses) -> Card:
    """Whether causes came back less often after their fix, cause by cause behind a click."""
    order = fixes.done.argsort(kind="stable")[::-1][:MOST_ROWS]
    rows = pd.DataFrame([held_row(fixes, int(place)) for place in order])
    rows.insert(0, "cause", [cause_lead(causes, int(cause)) for cause in fixes.cause[order]])
    lines = [prevented_words(fixes)]
    if not fixes.overall.known and fixes.undated:
        lines.append("Record on which day each action was done, and this can be told.")
    by_cause = Grid(
        key="fixes",
        rows=rows,
        names={"cause": "Known cause"},
        alt="Causes with a fix of known date, before and since",
        total=len(fixes.cause),
    )
    label = f"Cause by cause ({len(fixes.cause):,}), the latest fix first"
    return Card(
        key="held",
        title=held_finding(fixes),
        basis=held_basis(fixes),
        methods=(FIX_HELD, PREVENTED),
        lines=tuple(filter(None, lines)),
        behind={label: Card("fixes", grids=(by_cause,))} if len(fixes.cause) else {},
    )


def finish_first(priorities: Priorities, causes: KnownCauses, *, until: dt.datetime) -> Card:
    """The causes that open actions stand against, the most expected impact first."""
    by_cause = priorities.by_cause()
    first = Table(
        rows=tuple(_first_row(priorities, group, causes) for group in by_cause[:CAUSES_FIRST]),
        alt="Open preventive actions by expected impact",
    )
    number = len(priorities.action)
    return Card(
        key="finish_first",
        title=first_finding(priorities, until=until),
        basis=first_basis(priorities, until=until),
        methods=(FINISH_FIRST,),
        tables=(first,) if by_cause else (),
        behind={f"All {number:,} in this order": _all_open(priorities, causes)} if number else {},
    )


def _first_row(priorities: Priorities, group: Rows, causes: KnownCauses) -> dict[str, Cell]:
    top, cause = int(group[0]), int(priorities.cause[group[0]])
    titles = causes.repeats.history.actions["title"].iloc[priorities.action[group[:ACTIONS_NAMED]]]
    named = " · ".join(literal(str(title)) for title in titles)
    more = len(group) - len(titles)
    return {
        "Known cause": cause_lead(causes, cause),
        "Not known to be done, the oldest first": f"{named} · and {more:,} more" if more else named,
        "Expected impact (95 %)": expected_words(priorities, top),
        "Incidents": Lead(
            leads.of_known_cause(causes.id_of(cause)), f"{priorities.incidents[top]:,}"
        ),
    }


def _all_open(priorities: Priorities, causes: KnownCauses) -> Card:
    """Every open preventive action in view, the most expected impact of its cause first."""
    history = causes.repeats.history
    shown = slice(MOST_ROWS)
    actions = history.actions.iloc[priorities.action[shown]]
    rows = pd.DataFrame(
        {
            "action": actions["title"].to_numpy(),
            "expected": [expected_words(priorities, row) for row in range(len(actions))],
            "incidents": priorities.incidents[shown],
            "owner": actions["owner"].astype(object).fillna("not said").to_numpy(),
            "id": history.incidents["id"].to_numpy()[actions["incident"]],
            "cause": [cause_lead(causes, int(cause)) for cause in priorities.cause[shown]],
        }
    )
    grid = Grid(
        key="priorities",
        rows=rows,
        names={
            "action": "Open preventive action",
            "expected": "Expected impact (95 %)",
            "incidents": "Incidents of the cause",
            "owner": "Owner",
            "cause": "Known cause",
        },
        alt="Open preventive actions by the expected impact of their cause",
        total=len(priorities.action),
    )
    return Card("priorities", grids=(grid,))


def cause_lead(causes: KnownCauses, cause: int) -> Lead:
    """A cell with the name of a cause that leads to its page."""
    return Lead(leads.known_cause(causes.id_of(cause)), causes.name_of(cause))


def held_finding(fixes: FixHeld) -> str:
    """What the records say of all fixes together; "prevented" only where the interval says so."""
    overall = fixes.overall
    if overall.estimate is None or overall.high is None:
        return "Did the fixes hold? Too early to say"
    if overall.high < 1.0:
        return f"Fixes held: {percent(overall.estimate)} of the repeats to be expected without them"
    if overall.low is not None and overall.low > 1.0:
        return "After their fixes, causes came back more often than expected"
    return "Did the fixes hold? Too early to say: about as many repeats as expected"


def held_basis(fixes: FixHeld) -> str:
    """The interval, the fixes it rests on, and those that cannot be judged."""
    overall = fixes.overall
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


def prevented_words(fixes: FixHeld) -> str:
    """How many repeats were prevented, only where that can be said."""
    answer = fixes.prevented
    if answer.estimate is None:
        return ""
    return (
        f"About **{answer.estimate:.0f} repeats prevented** ({answer.low or 0:.0f} to "
        f"{answer.high or 0:.0f}): what was to be expected from each cause's own record, moved "
        "towards that of all causes, less what was seen."
    )


def held_row(fixes: FixHeld, place: int) -> dict[str, str]:
    """The before and after of one cause, in words."""
    before, since = fixes.days_before[place] * DAY, fixes.days_after[place] * DAY
    return {
        "Fix in place since": day(fixes.done[place].item()),
        "Before": f"{fixes.before[place]:.0f} in {duration(before)}",
        "Since": f"{fixes.after[place]:.0f} in {duration(since)}",
        "Expected since": NOT_KNOWN
        if np.isnan(fixes.expected[place])
        else f"{fixes.expected[place]:.1f}",
        "Seen to expected (95 %)": _ratio(fixes, place),
        "So": HELD_WORDS[Held(fixes.verdict[place])],
    }


def held_words(fixes: FixHeld) -> str:
    """What was seen of one cause since its fix and before, and how far that goes as evidence.

    Silence is evidence and no proof, so that it is never called verified.
    """
    if not len(fixes.cause):
        reason = "it may be done, but nobody knows when" if fixes.undated else fixes.overall.reason
        return f"Did the fix hold? Cannot tell: {reason}."
    since = duration(fixes.days_after[0] * DAY)
    times = int(fixes.after[0])
    seen = (
        f"not seen since, for {since}" if not times else f"seen {_times(times)} since, in {since}"
    )
    return (
        f"In place since {day(fixes.done[0].item())}; **{seen}**; {_before(fixes)}. "
        f"{_expected(fixes)}{SURE[Held(fixes.verdict[0])]}"
    )


def _before(fixes: FixHeld) -> str:
    times, days = int(fixes.before[0]), float(fixes.days_before[0])
    if not times:
        return "before, it had not come back apart from what led to the fix"
    text = f"before, {_times(times)} in {duration(days * DAY)}"
    return text if times == 1 else f"{text}, about once in {duration(days / times * DAY)}"


def _expected(fixes: FixHeld) -> str:
    if np.isnan(fixes.expected[0]):
        return ""
    mean = float(fixes.expected[0])
    number = f"About {mean:.1f}" if mean >= LEAST_TOLD else f"Fewer than {LEAST_TOLD:g}"
    return (
        f"{number} were to be expected by now without the fix; seen to expected: "
        f"{_ratio(fixes, 0)}. "
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def promised_words(stages: FixStages, row: int) -> str:
    """When a fix was promised, by its first action."""
    number, first = int(stages.promised[row]), stages.first_promised[row]
    if not number:
        return DASH
    when = "no date" if np.isnat(first) else day(first.item().date())
    return when if number == 1 else f"{when} (first of {number:,})"


def done_words(stages: FixStages, row: int) -> str:
    """How much of a fix is done, and when its last part was."""
    number, done, dropped = (
        int(counts[row]) for counts in (stages.promised, stages.done, stages.given_up)
    )
    last = stages.last_done[row]
    if not number:
        return DASH
    if not done:
        return "given up" if dropped == number else NOT_KNOWN_DONE
    when = "no date" if np.isnat(last) else day(last.item().date())
    return when if done == number else f"{done:,} of {number:,}, last {when}"


def verified_words(stages: FixStages, row: int) -> str:
    """Whether somebody recorded a check of a fix, and when."""
    number, verified, failed = (
        int(counts[row]) for counts in (stages.promised, stages.verified, stages.failed)
    )
    if not number:
        return DASH
    if failed:
        return "checked: did not work" if number == 1 else f"{failed:,} did not work"
    if not verified:
        return "not yet; how is said" if stages.planned[row] else "not recorded"
    last = stages.last_verified[row]
    when = "no date" if np.isnat(last) else day(last.item().date())
    return when if verified == number else f"{verified:,} of {number:,}, last {when}"


def stages_words(stages: FixStages) -> str:
    """How far the actions against some causes are, in a sentence; empty where there is none."""
    number = int(stages.promised[0])
    if not number:
        return ""
    text = (
        f"Of {plural(number, 'action')} promised against these causes {stages.done[0]:,} "
        f"{'is' if stages.done[0] == 1 else 'are'} done and **{stages.verified[0] or 'none'} "
        "verified**"
    )
    if stages.failed[0]:
        text += f"; {stages.failed[0]:,} checked, and found not to work"
    if stages.planned[0]:
        text += f"; of {stages.planned[0]:,} more it is said how one would know"
    return f"{text}."


def so_far(stages: FixStages, row: int) -> str:
    """How far a fix is, in a cell: what is promised, done and verified."""
    number = int(stages.promised[row])
    if not number:
        return "none promised"
    text = (
        f"{number:,} promised, {stages.done[row] or 'none'} done, "
        f"{stages.verified[row] or 'none'} verified"
    )
    return f"{text}, {stages.failed[row]:,} did not work" if stages.failed[row] else text


def first_finding(priorities: Priorities, *, until: dt.datetime) -> str:
    """What stands against the most expected impact."""
    if priorities.reason:
        return f"What to finish first: {priorities.reason}"
    top = priorities.by_cause()[0]
    actions = (
        f"{plural(len(top), 'action')} {NOT_KNOWN_DONE}"
        if priorities.as_written
        else plural(len(top), "open action")
    )
    return (
        f"First: {actions} against a cause expected to take "
        f"{duration(priorities.hours[top[0]] * HOUR)} by {day(until)}, if nothing changes"
    )


def first_basis(priorities: Priorities, *, until: dt.datetime) -> str:
    """What is ranked, by what, and what is left out."""
    if len(priorities.action):
        text = (
            f"{plural(len(priorities.action), 'open preventive action')} by the hours of impact "
            f"expected of their cause until {day(until)}: how often it comes back × the mean of "
            "its incidents · in brackets: what 19 of 20 such periods would take"
        )
    else:
        text = "open ones stand here by the hours of impact expected of their cause"
    if priorities.as_written:
        written = priorities.as_written
        text += (
            f" · {'all' if written == len(priorities.action) else f'{written:,}'} open as their "
            "post said when it was written, perhaps done since"
        )
    if priorities.unknown_status:
        text += f" · {priorities.unknown_status:,} more of unknown state"
    return text


def expected_words(priorities: Priorities, place: int) -> str:
    """Expected hours with their interval, and where the mean is borrowed."""
    hours, low, high = priorities.hours[place], priorities.low[place], priorities.high[place]
    if np.isnan(hours):
        return NOT_KNOWN
    ends = f"{duration(low * HOUR)} to {duration(high * HOUR)}" if high else "most likely none"
    text = f"{duration(hours * HOUR)} ({ends})"
    return f"{text}, by the mean of all causes" if priorities.borrowed[place] else text


def _ratio(fixes: FixHeld, place: int) -> str:
    if np.isnan(fixes.ratio[place]):
        return NOT_KNOWN
    high = fixes.high[place]
    end = f"{high:.2f}" if np.isfinite(high) else "not bounded"
    return f"{fixes.ratio[place]:.2f} ({fixes.low[place]:.2f} to {end})"


def _percent_or_open(share: float | None) -> str:
    return "not bounded" if share is None else percent(share)


def class_name(state: RepeatClass, *, as_written: bool) -> str:
    """A class in a table or a figure.

    Args:
        as_written: whether a fix counts as open only by what sources said when they were written.
    """
    return AS_WRITTEN_NAME if as_written and state == RepeatClass.R2 else CLASS_NAMES[state]


def began_with(repeats: Repeats, fix: str) -> Rows:
    """Positions of the confirmed repeats that began with a state of the fix, empty for any.

    Args:
        fix: one of :data:`FIXES`; of another one there are none.
    """
    states = [state for state, name in FIXES.items() if fix in (name, "")]
    later: Rows = repeats.later[np.isin(repeats.repeat_class, states)]
    return later


def class_words(repeats: Repeats, index: int) -> str:
    """What had become of the fix of one repeat, in a sentence."""
    state = RepeatClass(repeats.repeat_class[index])
    return AS_WRITTEN_WORDS if repeats.as_written[index] else CLASS_WORDS[state]


def state_then(action: ActionThen) -> str:
    """How an action stood when the repeat began."""
    return NOT_KNOWN_DONE if action.as_written else STATE_THEN[action.state]


def action_then(action: ActionThen, history: History) -> str:
    """One action of an earlier incident, as it stood when the repeat began."""
    title = literal(str(history.actions["title"].iloc[action.row]))
    if action.days_open is None:
        return f"{title}: {state_then(action)}"
    return f"{title}: {state_then(action)}, {since_promise(action)} after the promise"


def since_promise(action: ActionThen) -> str:
    """How long before the repeat an action that was open then had been promised.

    "At most" where it counts from the end of its incident, for want of a date.
    """
    if action.days_open is None:
        return DASH
    at_most = "at most " if action.promise_assumed else ""
    return f"{at_most}{duration(action.days_open * DAY)}"


def while_open(*, as_written: bool) -> str:
    """In what state of the fix repeats of class R2 began.

    Args:
        as_written: whether that of any is known only by what sources said when they were written.
    """
    if as_written:
        return f"with the fix {NOT_KNOWN_DONE}"
    return "while the fix was still open"
