"""What became of promised actions, in words: findings, and what the records cannot tell."""

import datetime as dt
from collections.abc import Iterable, Sequence

from analytics.actions.mix import ActionMix, Prevention
from analytics.actions.pace import ActionAges, Backlog, Completion
from analytics.actions.states import NO_NEWS, OnTime, Overdue, Policy, Slips, StateCounts
from analytics.calendar import DAY
from analytics.frames import PREVENT
from analytics.quality import Known
from pages.parts.wording.numbers import day, duration, percent, plural, share_of
from pages.parts.wording.shares import counted, part, with_interval

BY_WORDS = {
    "quarter": "quarter of the promise",
    "kind": "kind",
    "strength": "strength",
    "severity": "severity",
    "team": "team",
}
OWN_DATES = "their own first due dates"
#: What somebody recorded of a check of an action.
CHECKED = {"verified": "verified{}", "failed": "checked{}, and it did not work"}
#: Dates of an action as people name them.
DATE_WORDS = {
    "created_on": "when it was promised",
    "due_on": "when it is due",
    "completed_on": "when it ended",
}


def verification_words(verification: str, on: dt.date | None, how: str) -> str:
    """What a check of an action showed, when and how; empty where nobody has said anything.

    Args:
        verification: ``verified``, ``failed``, ``not_yet`` or empty.
        on: the day of the check.
        how: how one knows, or is to know, that it works, as it is to be shown.
    """
    if verification in CHECKED:
        when = "" if on is None else f" on {day(on)}"
        return CHECKED[verification].format(when) + (f": {how}" if how else "")
    if how:
        return f"not verified yet; to be known by: {how}"
    return "not verified yet" if verification == "not_yet" else ""


def policy_name(policy: Policy | None) -> str:
    """A policy in the list that the reader chooses from."""
    return OWN_DATES if policy is None else policy.name


def completion_finding(whole: Completion, *, horizon: int) -> str:
    """How much of what was promised is done after so many days."""
    answer = whole.done_within[horizon]
    if not answer.known:
        return f"Done within {horizon} days: {answer.reason}"
    return f"{percent(answer.estimate)} of the actions are done within {horizon} days"


def completion_basis(whole: Completion, when: str, *, horizon: int) -> str:
    """The interval, the actions that the curve rests on, and the other end."""
    answer = whole.done_within[horizon]
    parts = [f"{answer.n:,} of {plural(whole.n_actions, 'action')}", f"incidents of {when}"]
    if answer.low is not None:
        parts.insert(0, f"{with_interval(answer)} with 95 % interval")
    if whole.given_up_by_last.known:
        parts.append(f"{percent(whole.given_up_by_last.estimate)} given up within 90 days")
    left_out = whole.done_within[horizon].n_missing
    if left_out:
        parts.append(f"{left_out:,} without a usable state or date left out")
    return " · ".join(parts)


def states_finding(found: StateCounts) -> str:
    """How many are done: a plain count of all there are, so without an interval."""
    if found.done.estimate is None:
        return f"Done: {found.done.reason}"
    done = found.counts["done"]
    return f"Done: {done:,} of {found.done.n:,} ({percent(found.done.estimate)})"


def on_time_finding(kept: OnTime) -> str:
    """The share done by the deadline, or that no deadline can be held against anything."""
    if not kept.on_time.known:
        no_news = kept.on_time.reason == NO_NEWS
        reason = NO_NEWS if no_news else "no action has a deadline by this rule that has passed"
        return f"On time: cannot tell, {reason}"
    return f"On time: {counted(kept.on_time)}"


def on_time_basis(kept: OnTime, when: str) -> str:
    """The denominator, and what is not in it."""
    parts = [f"of the actions whose deadline has passed, not given up before it · {when}"]
    if kept.on_time.n_missing:
        parts.append(f"{kept.on_time.n_missing:,} more of unknown state or end")
    return " · ".join(parts)


def on_time_bars(kept: OnTime) -> dict[str, int]:
    """Actions by what became of them at their deadline."""
    return {
        "done in time": part(kept.on_time),
        "done late": kept.done_late,
        "past it and not done": kept.not_done,
        "given up before it": kept.given_up,
        "not due yet": kept.not_due,
        "no deadline": kept.without_deadline,
    }


def slips_words(moved: Slips) -> str:
    """How often and how far due dates were moved."""
    if not moved.moved.known:
        return "Whether due dates were moved is not recorded."
    text = f"Due dates were moved to later for {counted(moved.moved)} of those with both dates"
    if moved.days.known:
        text += f", by {duration((moved.days.estimate or 0.0) * DAY)} in the median"
    return f"{text}. A moved date does not make an action on time."


def overdue_finding(late: Overdue) -> str:
    """The share of dated open actions that are past their date."""
    if not late.overdue.known:
        return "Overdue: no open action has a due date"
    past = part(late.overdue)
    if not late.as_written:
        return f"Overdue: {share_of(past, late.overdue)}"
    has, its, it = ("has", "its", "it") if late.overdue.n == 1 else ("have", "their", "them")
    which = it if late.as_written == past else f"{late.as_written:,} of them"
    return (
        f"{past:,} of {plural(late.overdue.n, 'dated open action')} {has} passed {its} date; what "
        f"became of {which} since is not recorded"
    )


def past_date_words(late: Overdue) -> str:
    """How many of the open actions are past their date, as part of a line."""
    if not late.n_open:
        return "none of them late"
    if not late.overdue.known:
        return "none of them with a due date"
    if not late.overdue.n_missing:
        return f"{part(late.overdue):,} of them past their date"
    return f"{part(late.overdue):,} of the {late.overdue.n:,} with a due date past it"


def past_due_words(due: dt.date, *, as_written: bool) -> str:
    """What follows the state of an open action whose due date has passed.

    Args:
        due: that date.
        as_written: whether it is open only as its source said when it was written.
    """
    if as_written:
        return f" when written; due {day(due)}, what became of it is not recorded"
    return f", overdue since {day(due)}"


def overdue_basis(late: Overdue) -> str:
    """The denominator, and the open actions that nobody can call late."""
    text = (
        f"of the open actions with a due date · {late.overdue.n_missing:,} of "
        f"{plural(late.n_open, 'open action')} have none · by the first date promised"
    )
    if late.moved_ahead:
        text += f" · {late.moved_ahead:,} of those past it had their date moved ahead again"
    return text


def ages_finding(ages: ActionAges) -> str:
    """How long the open ones have waited beside how long the done ones took."""
    waiting, took = ages.open.median, ages.at_closing.median
    parts = []
    if waiting.known:
        parts.append(f"open actions have waited {duration((waiting.estimate or 0.0) * DAY)}")
    if took.known:
        parts.append(f"done ones took {duration((took.estimate or 0.0) * DAY)}")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}"


def backlog_finding(pile: Backlog, every: str) -> str:
    """Whether more came than went in the latest period, and how much is open now."""
    net, left = int(pile.net[-1]), int(pile.open_at_end[-1])
    moved = f"grew by {net:,}" if net > 0 else f"shrank by {-net:,}" if net else "did not change"
    return f"The backlog {moved} this {every} so far, to {plural(left, 'open action')}"


def backlog_basis(pile: Backlog, every: str) -> str:
    """What is counted, over which time, and what is in no column."""
    text = f"actions promised and ended in each {every} · all time, whatever the period chosen"
    if left_out := pile.n_missing + pile.n_invalid:
        text += f" · {left_out:,} without usable dates left out"
    return text


def mix_finding(mix: ActionMix) -> str:
    """The share of promises that would keep the incident from happening again."""
    preventive = [found for found in mix.kinds if found.kind == PREVENT]
    if not preventive:
        return "No action is said to prevent"
    return f"Meant to prevent: {share_of(preventive[0].count, preventive[0].share)}"


def strength_words(mix: ActionMix) -> str:
    """Where the strengths come from."""
    given, suggested = sum(mix.given.values()), sum(mix.suggested.values())
    return (
        f"{plural(mix.total, 'action')}: strength given by people for {given:,}, suggested by the "
        f"words of the title for {suggested:,}, unclear for {mix.unclear:,}"
    )


def strength_alt(mix: ActionMix) -> str:
    """The same counts one by one, for who cannot see the chart."""
    counts = (("given by people", mix.given), ("suggested by the words", mix.suggested))
    return "; ".join(
        f"{origin}: {', '.join(f'{name} {n:,}' for name, n in of.items())}" for origin, of in counts
    )


def prevention_bars(found: Prevention) -> dict[str, int]:
    """Records by the strongest preventive action that they promise."""
    return {
        "holds, say people": found.strong_given,
        "holds, by its words": found.strong_suggested,
        "strength unclear": found.without_strong.n_missing,
        "none that would hold": part(found.without_strong),
    }


def prevention_words(found: Prevention) -> str:
    """How many records promise no prevention that would hold."""
    answer = found.without_strong
    if not answer.known:
        return "Whether any preventive action would hold cannot be told."
    if not answer.n_missing:
        return f"Without a preventive action that would hold: {counted(answer)}."
    return (
        f"Without a preventive action that would hold: at least {part(answer):,} of {answer.n:,} "
        f"({percent(answer.estimate)}); for {answer.n_missing:,} more it cannot be told."
    )


def not_told(known: Iterable[Known], questions: Sequence[str], *, as_written: int) -> str:
    """Which dates the sources lack, and which questions stay open for it; empty for none.

    Args:
        known: how often each date is filled in.
        questions: what cannot be told.
        as_written: actions that are open only as their source said when it was written.
    """
    if not questions:
        return ""
    dates = "; ".join(
        f"{part(each.share) or 'none'} of {plural(each.share.n, noun)} "
        f"{'says' if part(each.share) < 2 else 'say'} {DATE_WORDS[each.name]}"
        for each in known
        if each.name in DATE_WORDS and each.share.n
        for noun in ["ended action" if each.name == "completed_on" else "action"]
    )
    states = (
        f"{plural(as_written, 'action is', 'actions are')} open as the source said when it was "
        "written, and may have been done since. "
        if as_written
        else ""
    )
    dates = f"{dates[:1].upper()}{dates[1:]}."
    return f"{states}{dates} So these records cannot tell {_listed(questions)}."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
