"""What is said of possible repeats: why we think so, how sure we are, what people said of them."""

from collections.abc import Iterable

from analytics.matcher.confidence import LIKELY, POSSIBLE, SEEN, STRONG, Bin, Judged
from analytics.matcher.reasons import Reasons
from pages.parts.wording.numbers import literal, percent, plural, share_of
from pages.parts.wording.repeats import ACTION_STATES

FLAG_WORDS = {
    SEEN: "Seen before",
    STRONG: "Strong match",
    LIKELY: "Likely match",
    POSSIBLE: "Possible match",
}
#: A certainty from which on the exact share says no more.
NEARLY_ALL = 0.99
#: By what people may say of a pair.
VERDICT_WORDS = {
    "repeat": "Same cause",
    "related": "Related",
    "different": "Different",
    "same_event": "Same event",
}


def named_by(judged: Judged) -> str:
    """Which of the two ways of naming flags applies, and why."""
    if judged.calibration is None:
        return f"strong, likely and possible by percentile: {judged.reason}"
    least = plural(judged.calibration.n, "verdict")
    return f"strong, likely and possible by their chance, calibrated on {least}"


def confirmed_so_far(judged: Judged) -> str:
    """How many of the judged flags were right."""
    if not judged.precision.known:
        return "no flag was judged yet"
    return f"flags confirmed so far: {share_of(judged.confirmed, judged.precision)}"


def why(reasons: Reasons) -> list[str]:
    """What both say and where they differ; each is part of the score."""
    parts = []
    if reasons.concepts:
        parts.append("both speak of " + ", ".join(literal(one.text) for one in reasons.concepts))
    if reasons.words:
        parts.append("share " + ", ".join(f"“{literal(one.text)}”" for one in reasons.words))
    if reasons.same_services:
        parts.append("same service: " + ", ".join(map(literal, reasons.same_services)))
    if reasons.only_later or reasons.only_earlier:
        other = [*reasons.only_later, *reasons.only_earlier]
        parts.append("differing services: " + ", ".join(map(literal, other)))
    if reasons.same_category is not None:
        parts.append(f"{'same' if reasons.same_category else 'another'} category of cause")
    if reasons.days is not None:
        parts.append(f"{reasons.days:.0f} days apart")
    return parts


def quoted(reasons: Reasons, titles: tuple[str, str]) -> str:
    """The sentences that hold what both share; empty where they are the titles once more."""
    later, earlier = reasons.later_sentence, reasons.earlier_sentence
    if not (later and earlier) or (later, earlier) == titles:
        return ""
    if later == earlier:
        return f"“{literal(later)}” in both"
    return f"“{literal(later)}” beside “{literal(earlier)}”"


def one_event_finding(doubted: int, bursts: int) -> str:
    """How many records may tell of an event that another one tells of."""
    parts = [
        plural(doubted, "doubted second report") if doubted else "",
        plural(bursts, "burst of one alert", "bursts of one alert") if bursts else "",
    ]
    return f"One event or several? {' and '.join(filter(None, parts))}"


def meanwhile(*, by: str, before: str, now: str) -> str:
    """That a verdict took the place of one which its giver could not see.

    Args:
        by: who had given it; empty if they did not sign.
        before, now: relations.
    """
    return (
        f"Meanwhile {literal(by) or 'somebody'} had said: {VERDICT_WORDS[before].lower()}. "
        f"Your verdict, {VERDICT_WORDS[now].lower()}, is in force now; "
        "undo it and theirs holds again."
    )


def how_sure(*, certainty: float | None, chance: float | None) -> str:
    """The chance of the same cause, else how rare so strong a match is."""
    if chance is not None:
        return f"chance of the same cause: {percent(chance)}"
    if certainty is None:
        return ""
    if certainty > NEARLY_ALL:
        return "a stronger match than nearly all earlier best matches"
    return f"a stronger match than {percent(certainty)} of the best matches before it"


def action_states(actions: Iterable[tuple[str, str]]) -> str:
    """What was promised after the earlier incident, and where it stands."""
    states = [f"{literal(title)} ({ACTION_STATES[state]})" for title, state in actions]
    return "Actions of the earlier one: " + ("; ".join(states) or "none was recorded")


def reliability_rows(table: Iterable[Bin]) -> list[dict[str, str]]:
    """The reliability table: what was said to be likely, and how often people confirmed it."""
    return [
        {
            "Stated chance, on average": percent(one.predicted),
            "Confirmed (95 %)": f"{percent(one.observed)} "
            f"({100 * one.low:.0f} to {100 * one.high:.0f})",
            "Verdicts": f"{one.n:,}",
        }
        for one in table
    ]
