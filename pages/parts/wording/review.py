"""The review in sentences: what changed, what did not, and what cannot be told.

Every sentence carries both figures, the size of the change with its interval, n, and the change
that would have stayed unseen. "No signal" is a sentence like any other, and never "no change".
"""

from collections.abc import Sequence

from analytics.answer import Answer
from analytics.review.claims import RATIO, Change, Claim, Verdict
from analytics.review.periods import Sides
from pages.parts.wording.numbers import count, duration, percent, plural

#: Sentences of a review: what a meeting remembers.
MOST_SENTENCES = 5
#: A reference of a year and a day less or more in a leap year.
WHOLE_YEAR = 364
#: Rates are said for thirty days: a month of every length.
RATE_DAYS = 30
STEPS = {"TTM": "Time to mitigate", "TTR": "Time to resolve"}
VERDICTS = {
    Verdict.ROSE: "rose",
    Verdict.FELL: "fell",
    Verdict.CHANGED: "changed",
    Verdict.NO_SIGNAL: "no signal",
    Verdict.CANNOT_TELL: "cannot tell",
}


def subject(claim: Claim) -> str:
    """What a question is about, as the beginning of a sentence."""
    key, _, detail = claim.key.partition(":")
    if key == "rate":
        return f"Incidents of severity {claim.label}" if detail else "Incidents"
    return {
        "time": STEPS.get(claim.label, "Time to mitigate"),
        "causes": "The mix of causes",
        "repeats": "Repeats of a known cause",
        "outside": "Found by people outside first",
        "done": f"Actions done within {detail} days",
    }[key]


def reference_words(sides: Sides) -> str:
    """What the period is held against: a year, or as much of it as there are records."""
    days = sides.reference.days
    return "the 12 months before" if days >= WHOLE_YEAR else f"the {days:.0f} recorded days before"


def sentences(claims: Sequence[Claim], *, before: str) -> list[str]:
    """Three to five sentences: changes first, then no signals, last what cannot be told."""
    changed = [claim for claim in claims if claim.verdict.is_claim]
    quiet = [claim for claim in claims if claim.verdict is Verdict.NO_SIGNAL]
    unknown = [claim for claim in claims if claim.verdict is Verdict.CANNOT_TELL]
    said = [sentence(claim, before=before) for claim in [*changed, *quiet]]
    room = MOST_SENTENCES - bool(unknown)
    if not changed and quiet:
        said.insert(0, nothing_changed(len(quiet)))
    return [*said[:room], *([cannot_tell(unknown)] if unknown else [])]


def nothing_changed(asked: int) -> str:
    """The first sentence of a review in which no question found a change."""
    return (
        f"**Nothing here is known to have changed**: {plural(asked, 'question')} asked, "
        "none with a signal. Changes smaller than those named would have stayed unseen."
    )


def sentence(claim: Claim, *, before: str) -> str:
    """One question and its answer in words."""
    change = claim.reference.versus
    head = f"**{subject(claim)}: {VERDICTS[claim.verdict]}.**"
    if claim.key == "causes":
        moved = percent(change.change.estimate)
        return (
            f"{head} {moved} of the incidents of known cause lie with other causes than in "
            f"{before} (n = {change.change.n:,}). {unseen(change, of='the commonest cause')}"
        )
    now, then = figure(claim.now, claim), figure(claim.reference.figure, claim)
    text = f"{head} {now} against {then} in {before}"
    return f"{text} ({size(change.change)}). {unseen(change)}"


def cannot_tell(claims: Sequence[Claim]) -> str:
    """All questions that have no answer, each with its reason."""
    parts = [f"{subject(claim).lower()} ({claim.reason})" for claim in claims]
    return f"**Cannot tell:** {'; '.join(parts)}."


def figure(answer: Answer, claim: Claim) -> str:
    """One figure of a question in its own unit, with its n."""
    if answer.estimate is None:
        return answer.reason
    key = claim.key.partition(":")[0]
    if key == "rate":
        return (
            f"{count(round(answer.estimate * RATE_DAYS, 1))} in {RATE_DAYS} days (n = {answer.n:,})"
        )
    if key == "time":
        return f"{duration(answer.estimate)} (n = {answer.n:,})"
    return f"{percent(answer.estimate)} of {answer.n:,}"


def size(change: Answer) -> str:
    """How large a change is, with its interval, or why that cannot be said."""
    if change.estimate is None:
        return change.reason
    say = _times if change.unit == RATIO else _points
    text = say(change.estimate)
    if change.low is not None and change.high is not None:
        text += f", 95 % interval {say(change.low)} to {say(change.high)}"
    return f"{text}, n = {change.n:,}"


def unseen(change: Change, *, of: str = "") -> str:
    """The change that this comparison would probably have missed, ``of`` what if not the whole."""
    rise, fall = change.smallest_rise.estimate, change.smallest_fall.estimate
    if rise is None and fall is None:
        return ""
    if change.smallest_rise.unit == RATIO:
        up = f"a rise by less than {percent(rise - 1)}" if rise is not None else "no rise"
        down = f"a fall by less than {percent(1 - fall)}" if fall is not None else "no fall"
    else:
        up = f"a rise by less than {_points(rise)}" if rise is not None else "any rise"
        down = f"a fall by less than {_points(abs(fall))}" if fall is not None else "any fall"
    what = f" of {of}" if of else ""
    return f"Would probably stay unseen{what}: {up}, {down}."


def _times(ratio: float) -> str:
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"


def _points(share: float) -> str:
    return (
        f"{100 * share:+.0f} points".replace("-", "−") if share < 0 else f"{100 * share:.0f} points"
    )
