"""Repeats and the state of their fixes, in words."""

import pandas as pd

from analytics.frames import History
from analytics.repeats.fixes import ActionThen, FixState, RepeatClass
from analytics.repeats.ledger import Ledger, LedgerBasis, RepeatRate, Repeats
from analytics.repeats.links import Aside
from analytics.units import DAY, HOUR
from pages.parts.wording.numbers import DASH, day, duration, literal, plural, share_of
from pages.parts.wording.shares import counted

CLASS_NAMES = {
    RepeatClass.R0: "no fix recorded",
    RepeatClass.R1: "fix given up",
    RepeatClass.R2: "fix still open",
    RepeatClass.R3: "fix did not hold",
    RepeatClass.RU: "state of the fix unknown",
}
CLASS_WORDS = {
    RepeatClass.R0: "A confirmed repeat; no preventive action is recorded.",
    RepeatClass.R1: "A confirmed repeat; what had been promised was given up, at least in part.",
    RepeatClass.R2: "A confirmed repeat; it began while the fix was still open.",
    RepeatClass.R3: "A confirmed repeat; every preventive action was done, and it did not hold.",
    RepeatClass.RU: "A confirmed repeat; whether the fix was done by then is not recorded.",
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
#: Reasons named one by one; records may give any text.
REASONS_NAMED = 4
ASIDE_WORDS = {
    Aside.SAME_EVENT: "the same event reported twice",
    Aside.TOO_SOON: "within a day after the earlier one was over, taken for one event",
    Aside.EARLIER_OPEN: "the earlier incident is not known to be over",
    Aside.TAKEN_BACK: "declared in the record, taken back by a verdict",
    Aside.ORDER_UNKNOWN: "the order of the two is not known",
    Aside.NO_INCIDENT: "one of the two is a drill, a test or maintenance",
}


def class_name(each: RepeatClass, *, as_written: bool) -> str:
    """A class in a table or a figure.

    Args:
        as_written: whether a fix counts as open only by what sources said when they were written.
    """
    return AS_WRITTEN_NAME if as_written and each == RepeatClass.R2 else CLASS_NAMES[each]


def class_words(found: Repeats, index: int) -> str:
    """What had become of the fix of one repeat, in a sentence."""
    each = RepeatClass(found.repeat_class[index])
    return AS_WRITTEN_WORDS if found.as_written[index] else CLASS_WORDS[each]


def state_then(action: ActionThen) -> str:
    """How an action stood when the repeat began."""
    return NOT_KNOWN_DONE if action.as_written else STATE_THEN[action.state]


def action_then(action: ActionThen, history: History) -> str:
    """One action of an earlier incident, as it stood when the repeat began."""
    title = literal(str(history.actions["title"].iloc[action.row]))
    if action.days_open is None:
        return f"{title}: {state_then(action)}"
    return f"{title}: {state_then(action)}, {since_promise(action)} after the promise"


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
    if book.by_class[RepeatClass.R0] == total:
        return f"{plural(total, 'confirmed repeat')}, and no preventive action on record before"
    text = share_of(book.by_class[RepeatClass.R2], book.while_open)
    return f"{text} confirmed repeats began {while_open(as_written=book.as_written > 0)}"


def while_open(*, as_written: bool) -> str:
    """In what state of the fix repeats of class R2 began.

    Args:
        as_written: whether that of any is known only by what sources said when they were written.
    """
    if as_written:
        return f"with the fix {NOT_KNOWN_DONE}"
    return "while the fix was still open"


def hours_words(book: Ledger) -> str:
    """How much impact those repeats had together, and what it bounds."""
    hours = book.hours_while_open
    if book.by_class[RepeatClass.R0] == len(book.rows):
        return "Nothing was promised that could have kept them away, as far as records say."
    if not book.by_class[RepeatClass.R2]:
        return "None of them began while a preventive action was known to be open."
    if hours.estimate is None:
        return f"Their impact together: {hours.reason}."
    text = f"Together **{duration(hours.estimate * HOUR)}** of "
    if not hours.n_missing:
        text += "impact. "
    else:
        text += f"known impact, {plural(hours.n_missing, 'repeat')} of unknown impact not in it. "
    return text + "Finishing the fix could have avoided at most all of it, perhaps none."


def since_promise(action: ActionThen) -> str:
    """How long before the repeat an action that was open then had been promised.

    "At most" where it counts from the end of its incident, for want of a date.
    """
    if action.days_open is None:
        return DASH
    at_most = "at most " if action.promise_assumed else ""
    return f"{at_most}{duration(action.days_open * DAY)}"


def basis_words(basis: LedgerBasis) -> str:
    """What the classes rest on: which dates of the actions are known, and who saw a repeat."""
    reasons = _reasons(basis)
    if not basis.actions:
        return " ".join(
            ["No preventive action is recorded after any of the earlier incidents.", *reasons]
        )
    parts = [f"The classes rest on {plural(basis.actions, 'action')}."]
    if basis.undated_promises:
        parts.append(_undated_promises(basis))
    if basis.undated_ends:
        parts.append(_undated_ends(basis))
    if basis.unclear:
        verb = "does" if basis.unclear == 1 else "do"
        parts.append(f"{basis.unclear:,} {verb} not say whether anything was done.")
    if basis.is_weak:
        parts.append(
            "An action without dates is as its post said when it was written; it may have been "
            "done since without a word."
        )
    return " ".join([*parts, *reasons])


def _reasons(basis: LedgerBasis) -> list[str]:
    """What the records give as the reason for calling an incident a repeat."""
    if not basis.reasons:
        return []
    named = ", ".join(
        f"“{literal(reason)}” {count:,}" for reason, count in basis.reasons[:REASONS_NAMED]
    )
    rest = sum(count for _, count in basis.reasons[REASONS_NAMED:])
    return [f"Why repeats, as the records say: {named}{f', other {rest:,}' if rest else ''}."]


def _undated_promises(basis: LedgerBasis) -> str:
    if basis.undated_promises == basis.actions:
        who = "It has no date of its" if basis.actions == 1 else "None of them has a date of its"
    else:
        verb = "has" if basis.undated_promises == 1 else "have"
        who = f"{basis.undated_promises:,} {verb} no date of the"
    return f"{who} promise, which counts as made when the incident was over."


def _undated_ends(basis: LedgerBasis) -> str:
    if basis.undated_ends < basis.ended:
        verb = "does" if basis.undated_ends == 1 else "do"
        return f"{basis.undated_ends:,} of {basis.ended:,} that ended {verb} not say when."
    if basis.ended == 1:
        return "The one that ended does not say when."
    return f"None of the {basis.ended:,} that ended says when."


def aside_words(book: Ledger) -> str:
    """What does not count as a repeat, by reason."""
    return "; ".join(f"{n:,} × {ASIDE_WORDS[reason]}" for reason, n in book.aside.items() if n)


def not_counted_words(reason: Aside, earlier: str) -> str:
    """That somebody said it repeats ``earlier`` (Markdown), and why that does not count."""
    return f"Said to repeat {earlier}; not counted as a repeat: {ASIDE_WORDS[reason]}."


def outside_words(book: Ledger) -> str:
    """How many originals the filters would have hidden; empty for none."""
    if not book.outside:
        return ""
    return f"{plural(book.outside, 'original')} outside the filters, found all the same."


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
