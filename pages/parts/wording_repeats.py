"""Repeats and the state of their fixes, in words."""

from analytics.earlier_actions import ActionThen, RepeatClass
from analytics.fix_state import FixState
from analytics.frames import History
from analytics.repeat_links import Aside
from analytics.repeats import Ledger
from pages.parts.wording import DAY, HOUR, duration, literal, plural, share_of

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
    text = f"{title}: {STATE_THEN[action.state]}"
    if action.days_open is not None:
        text += f", after {duration(action.days_open * DAY)}"
        if action.promise_assumed:
            text += " (counted from the end of its incident)"
    return text


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


def aside_words(book: Ledger) -> list[str]:
    """What does not count as a repeat and why; what nobody has judged yet."""
    lines = [
        f"Set aside, not counted: {number:,} × {ASIDE_WORDS[reason]}."
        for reason, number in book.aside.items()
        if number
    ]
    if book.outside:
        lines.append(
            f"{plural(book.outside, 'original')} lie outside the filters; found all the same."
        )
    if len(book.suggested):
        lines.append(
            f"{plural(len(book.suggested), 'possible repeat')} not yet judged, not counted."
        )
    return lines
