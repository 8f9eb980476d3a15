"""Repeats and the state of their fixes, in words."""

import pandas as pd

from analytics.frames import History
from analytics.repeats.basis import LedgerBasis
from analytics.repeats.earlier_actions import ActionThen, RepeatClass
from analytics.repeats.fix_state import FixState
from analytics.repeats.ledger import Ledger
from analytics.repeats.links import Aside
from analytics.repeats.rates import RepeatRate
from pages.parts.wording.numbers import DASH, DAY, HOUR, day, duration, literal, plural, share_of
from pages.parts.wording.shares import counted

CLASS_NAMES = {
    RepeatClass.R0: "R0 · no fix planned",
    RepeatClass.R1: "R1 · fix given up",
    RepeatClass.R2: "R2 · fix still open",
    RepeatClass.R3: "R3 · fix did not hold",
    RepeatClass.RU: "RU · state of the fix unknown",
}
CLASS_WORDS = {
    RepeatClass.R0: "A confirmed repeat; no preventive action had been planned.",
    RepeatClass.R1: "A confirmed repeat; what had been planned was given up, at least in part.",
    RepeatClass.R2: "A confirmed repeat; it began while the fix was still open.",
    RepeatClass.R3: "A confirmed repeat; every preventive action was done, and it did not hold.",
    RepeatClass.RU: "A confirmed repeat; whether the fix was done by then is not recorded.",
}
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
ASIDE_WORDS = {
    Aside.SAME_EVENT: "the same event reported twice",
    Aside.TOO_SOON: "within a day after the earlier one was over, taken for one event",
    Aside.EARLIER_OPEN: "the earlier incident is not known to be over",
    Aside.TAKEN_BACK: "declared in the record, taken back by a verdict",
    Aside.ORDER_UNKNOWN: "the order of the two is not known",
    Aside.NO_INCIDENT: "one of the two is a drill, a test or maintenance",
}


def action_then(action: ActionThen, history: History) -> str:
    """One action of an earlier incident, as it stood when the repeat began."""
    title = literal(str(history.actions["title"].iloc[action.row]))
    after = "" if action.days_open is None else f", after {open_for(action)}"
    return f"{title}: {STATE_THEN[action.state]}{after}"


def repeat_names(incidents: pd.DataFrame) -> list[str]:
    """Repeats in a list to choose from; the id keeps two of one day and title apart."""
    return [
        f"{day(when)} · {title} · {identity}"
        for when, title, identity in zip(
            incidents["period_at"], incidents["title"], incidents["id"], strict=True
        )
    ]


def headline(book: Ledger) -> str:
    """The headline of the ledger, as the title of its figure."""
    total = len(book.rows)
    if not total:
        return "No confirmed repeat of a known cause in view"
    part = book.by_class[RepeatClass.R2]
    return f"{share_of(part, book.while_open)} confirmed repeats began while the fix was still open"


def hours_words(book: Ledger) -> str:
    """How much impact those repeats had together, as the upper bound that it is."""
    hours = book.hours_while_open
    if not book.by_class[RepeatClass.R2]:
        return "None of them began while a preventive action was known to be open."
    if hours.estimate is None:
        return f"Their impact together: {hours.reason}."
    text = f"Together **{duration(hours.estimate * HOUR)}** of impact"
    if hours.n_missing:
        text += f" ({plural(hours.n_missing, 'repeat')} of unknown impact not included)"
    return text + ": an upper bound on what finishing the fix in time could have avoided."


def open_for(action: ActionThen) -> str:
    """For how long an action had been open when the repeat began.

    "At most" where it counts from the end of its incident, for want of a date.
    """
    if action.days_open is None:
        return DASH
    at_most = "at most " if action.promise_assumed else ""
    return f"{at_most}{duration(action.days_open * DAY)}"


def basis_words(basis: LedgerBasis) -> str:
    """What the classes rest on: which dates of the actions are known."""
    if not basis.actions:
        return "No preventive action had been promised after any of the earlier incidents."
    parts = [f"The classes rest on {plural(basis.actions, 'action')}."]
    if basis.undated_promises:
        parts.append(
            f"{basis.undated_promises:,} have no date of the promise and count as promised when "
            "their incident was over."
        )
    if basis.undated_ends:
        parts.append(f"{basis.undated_ends:,} of {basis.ended:,} ended ones do not say when.")
    if basis.unclear:
        parts.append(f"{basis.unclear:,} do not say whether they are done.")
    if basis.is_weak:
        parts.append(
            "An action is called open because the source says so, on the day it was read; it may "
            "have been done since without a word."
        )
    return " ".join(parts)


def aside_words(book: Ledger) -> str:
    """What does not count as a repeat, by reason."""
    return "; ".join(f"{n:,} × {ASIDE_WORDS[reason]}" for reason, n in book.aside.items() if n)


def outside_words(book: Ledger) -> str:
    """How many originals the filters would have hidden; empty for none."""
    if not book.outside:
        return ""
    return f"{plural(book.outside, 'original')} outside the filters, found all the same."


def possible_words(book: Ledger) -> str:
    """How many possible repeats wait for somebody to judge them."""
    return (
        f"{plural(len(book.suggested), 'possible repeat')} not yet judged: nobody has confirmed "
        "them, so they are in no figure above."
    )


def rate_finding(rate: RepeatRate) -> str:
    """How much of the work is repetition."""
    return f"{counted(rate.of_incidents)} incidents repeat a known cause"


def rate_words(rate: RepeatRate) -> str:
    """The second denominator, and what the shares cannot tell."""
    return (
        f"Of the incidents whose cause was looked for: {counted(rate.of_examined)}. Both are lower "
        "bounds: a repeat counts only where people said so. Longer records hold more to repeat, so "
        "a rise alone does not say that things got worse."
    )
