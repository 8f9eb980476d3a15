"""The review in sentences: what changed, what did not, and what cannot be told.

Every sentence carries both figures, the size of the change with its interval, n, and the change
that would have stayed unseen. "No signal" is a sentence like any other, and never "no change".
"""

import datetime as dt
from collections.abc import Sequence

from analytics.answer import Answer
from analytics.calendar import last_full_quarter
from analytics.impact.minutes import ImpactTotal
from analytics.review.claims import RATIO, Change, Claim, Verdict
from analytics.review.periods import Sides
from analytics.review.review import Review
from pages.parts.wording.numbers import (
    NOT_KNOWN,
    count,
    duration,
    literal,
    p_words,
    percent,
    period,
    plural,
)

#: Sentences of a review: what a meeting remembers.
MOST_SENTENCES = 5
#: A reference of a year and a day less or more in a leap year.
WHOLE_YEAR = 364
#: Rates are per thirty days: a month of every length.
RATE_DAYS = 30
#: A severity that occurred less often than this in a year was hardly used as a label.
HARDLY_USED = 3
MOVES_NAMED = 2
#: From here on a rise is easier to grasp as a multiple than in per cent.
TOLD_IN_TIMES = 3.0
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
        return f"Incidents of severity {literal(claim.label)}" if detail else "Incidents"
    return {
        "time": STEPS.get(claim.label, "Time to mitigate"),
        "causes": "The mix of causes",
        "repeats": "Repeats of a known cause",
        "outside": "Found by people outside first",
        "done": f"Actions done within {detail} days",
    }[key]


def reference_words(sides: Sides) -> str:
    """What the period is held against: a year, or as much of it as there are records."""
    if not sides.reference.days:
        return "nothing, as no records lie before it"
    return f"the {reference_title(sides)}"


def reference_title(sides: Sides) -> str:
    """The same as the head of a column."""
    days = sides.reference.days
    if not days:
        return "Before (no records)"
    return "12 months before" if days >= WHOLE_YEAR else f"{days:.0f} recorded days before"


def sentences(found: Review) -> list[str]:
    """Three to five sentences: changes first, then no signals, last what cannot be told."""
    changed = [claim for claim in found.claims if claim.verdict.is_claim]
    quiet = [claim for claim in found.claims if claim.verdict is Verdict.NO_SIGNAL]
    unknown = [claim for claim in found.claims if claim.verdict is Verdict.CANNOT_TELL]
    said = [sentence(claim, found) for claim in [*changed, *quiet]]
    room = MOST_SENTENCES - bool(unknown)
    if not changed and quiet:
        said.insert(0, nothing_changed(len(quiet), untold=len(unknown)))
    return [*said[:room], *([cannot_tell(unknown)] if unknown else [])]


def second_opinion(found: Review) -> str:
    """What the tests that assume no shape say of the same durations, the open ones included."""
    comparison = found.times.comparison
    if comparison is None:
        return ""
    ranks, still_open, said = comparison.second_opinion, comparison.with_open, []
    if ranks.p_value is not None:
        said.append(f"by ranks, {p_words(ranks.p_value)}")
    if still_open is not None and still_open.p_value is not None:
        way = "slower" if still_open.slower else "faster"
        said.append(f"with those still open (log-rank), {way}, {p_words(still_open.p_value)}")
    return f"Second opinion on the time, of this question alone: {'; '.join(said)}." if said else ""


def nothing_changed(asked: int, *, untold: int) -> str:
    """The first sentence of a review in which no question found a change."""
    more = f" ({untold:,} more cannot be told)" if untold else ""
    return (
        f"**No change can be claimed**: {plural(asked, 'question')} asked{more}, none with a "
        "signal. They are judged together, so one interval that leaves out 1× is not enough."
    )


def sentence(claim: Claim, found: Review) -> str:
    """One question and its answer in words."""
    say = {"rate": _rate, "causes": _causes}.get(claim.key.partition(":")[0], _figures)
    noticed = likely_to_show(claim.reference.versus, of=_commonest(claim))
    return (
        f"**{subject(claim)}: {VERDICTS[claim.verdict]}.** {say(claim, found)} {noticed}".rstrip()
    )


def _rate(claim: Claim, found: Review) -> str:
    now, then, sides = claim.now, claim.reference.figure, found.sides
    text = (
        f"{now.n:,} in {plural(round(sides.now.days), 'day')} against {then.n:,} in "
        f"{reference_words(sides)}: {_in_30_days(now)} against {_in_30_days(then)} in {RATE_DAYS} "
        f"days ({size(claim.reference.versus.change)})."
    )
    of_severity = ":" in claim.key or found.view.scope.severities
    if of_severity and claim.verdict is Verdict.ROSE and then.n < HARDLY_USED:
        text += " Hardly used before: ask whether the incidents are new or only the label."
    return text


def _figures(claim: Claim, found: Review) -> str:
    now, then = figure(claim.now, claim), figure(claim.reference.figure, claim)
    kind = "Typical time (geometric mean) " if claim.key == "time" else ""
    text = (
        f"{kind}{now} against {then} in {reference_words(found.sides)} "
        f"({size(claim.reference.versus.change)})."
    )
    if claim.key == "repeats" and claim.verdict is Verdict.ROSE:
        text += " Longer records hold more to repeat, so this alone is no worsening."
    return text


def _causes(claim: Claim, found: Review) -> str:
    assert found.drift is not None  # without it the question has no answer
    rows = found.drift.rows
    counted = (
        f"{plural(rows[0].after.n, 'incident')} of known cause against {rows[0].before.n:,} in "
        f"{reference_words(found.sides)}"
    )
    if not claim.verdict.is_claim:
        return f"{counted}."
    largest = sorted(rows, key=lambda row: -abs(row.change.estimate or 0.0))[:MOVES_NAMED]
    moves = ", ".join(
        f"{literal(row.label)} {percent(row.before.estimate)} → {percent(row.after.estimate)}"
        for row in largest
    )
    sure = [literal(row.label) for row in rows if row.changed]
    which = f"sure of {', '.join(sure)}" if sure else "of no single one can it be told"
    return f"Largest moves: {moves}; {which} ({counted})."


def cannot_tell(claims: Sequence[Claim]) -> str:
    """All questions that have no answer, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for claim in claims:
        by_reason.setdefault(claim.reason, []).append(_lower(subject(claim)))
    parts = [f"{', '.join(asked)} ({literal(reason)})" for reason, asked in by_reason.items()]
    return f"**Cannot tell:** {'; '.join(parts)}."


def figure(answer: Answer, claim: Claim) -> str:
    """One figure of a question in its own unit, with its n."""
    if answer.estimate is None:
        return literal(answer.reason)
    key = claim.key.partition(":")[0]
    if key == "rate":
        return f"{_in_30_days(answer)} in {RATE_DAYS} days (n = {answer.n:,})"
    if key == "causes":
        return f"cause known for {percent(answer.estimate)} of {answer.n:,}"
    if key == "time":
        return f"{duration(answer.estimate)} (n = {answer.n:,})"
    return f"{percent(answer.estimate)} of {answer.n:,}"


def size(change: Answer) -> str:
    """How large a change is, with its interval, or why that cannot be said."""
    if change.estimate is None:
        return literal(change.reason)
    say = _times if change.unit == RATIO else _points
    text = say(change.estimate)
    if change.low is not None and change.high is not None:
        text += f", 95 % interval {say(change.low)} to {say(change.high)}"
    return f"{text}, n = {change.n:,}"


def likely_to_show(change: Change, *, of: str = "") -> str:
    """The smallest changes that this comparison would have found 4 times in 5."""
    rise, fall = change.smallest_rise.estimate, change.smallest_fall.estimate
    if rise is None and fall is None:
        return ""
    by_ratio = change.smallest_rise.unit == RATIO
    up, down = "no rise", "no fall"
    if rise is not None:
        up = f"rises {risen(rise) if by_ratio else f'of {_points(rise)}'}"
    if fall is not None:
        down = f"falls of {percent(1 - fall) if by_ratio else _points(abs(fall))}"
    return f"Likely to show{of}: {up}, {down}."


def _commonest(claim: Claim) -> str:
    words = claim.reference.versus.smallest_rise.reason
    return f" {words}" if claim.key == "causes" and words else ""


def _in_30_days(rate: Answer) -> str:
    return NOT_KNOWN if rate.estimate is None else count(round(rate.estimate * RATE_DAYS, 1))


def risen(ratio: float) -> str:
    """A rise in per cent, or as a multiple where that is easier to grasp."""
    return f"of {percent(ratio - 1)}" if ratio < TOLD_IN_TIMES else f"to {_times(ratio)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _times(ratio: float) -> str:
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"


def _points(share: float) -> str:
    return (
        f"{100 * share:+.0f} points".replace("-", "−") if share < 0 else f"{100 * share:.0f} points"
    )


def title_words(found: Review, *, today: dt.date, is_latest: bool) -> str:
    """Which period is under review, against which.

    Args:
        today: the day looked from.
        is_latest: whether the reader chose none, so that the latest full quarter is taken.
    """
    sides = found.sides
    now = sides.now.period
    named = f"**{now.name}**"
    if is_latest:
        named += ", the latest full quarter"
        named += "" if now == last_full_quarter(today) else " with incidents"
    others = (sides.previous, sides.year_ago)
    beside = {
        side.period.name: None
        for side in others
        if not side.no_figure and side.start != sides.reference.start
    }
    text = f"{named} ({period(now.start, now.end)}) against {reference_words(sides)}"
    if beside:
        text += f"; beside it {' and '.join(beside)}"
    return f"{text} · {plural(len(found.view), 'incident')}{so_far(found)}"


def so_far(found: Review) -> str:
    """How much of the period has passed or is recorded, where that is not all of it."""
    now = found.sides.now
    whole = (now.end - now.start).days
    return "" if round(now.days) >= whole else f" so far, in {round(now.days):,} of {whole} days"


def rates_finding(claims: Sequence[Claim]) -> str:
    """How often: all incidents, and each severity of which a change is claimed."""
    every, *severities = (claim for claim in claims if claim.key.partition(":")[0] == "rate")
    told = [f"; {one.label}: {VERDICTS[one.verdict]}" for one in severities if one.verdict.is_claim]
    return f"Incidents: {VERDICTS[every.verdict]}{''.join(told)}"


def median_words(answer: Answer) -> str:
    """A median with its n; with too few incidents for an interval there is none."""
    if answer.estimate is None or answer.low is None:
        return f"none (n = {answer.n:,})"
    return f"{duration(answer.estimate)} (n = {answer.n:,})"


def impact_finding(total: Answer) -> str:
    """Impact added up over incidents; a lower bound where some is not known."""
    if total.estimate is None:
        return f"Impact cannot be told: {total.reason}"
    least = "at least " if total.n_missing else ""
    return f"Impact added up: {least}{duration(total.estimate)}"


def longest_words(found: ImpactTotal) -> str:
    """How much of the impact its longest incidents make up, where there are more than those."""
    share = found.concentration.estimate
    if share is None or found.total.n <= len(found.longest):
        return ""
    return f" · the {len(found.longest)} longest make up {percent(share)}"
