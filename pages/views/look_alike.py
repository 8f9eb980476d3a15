"""What is said of possible repeats: why we think so, how sure we are, what people said of them."""

from collections.abc import Iterable

from analytics.known_causes.grouping import NO_CAUSE
from analytics.matcher.confidence import (
    FEWEST_RECORDS,
    LIKELY,
    POSSIBLE,
    SEEN,
    STRONG,
    Bin,
    Judged,
)
from analytics.matcher.matching import Match, Reasons
from analytics.matcher.nearest import CLOSE, MAYBE, WEAK, Nearest, share_of_text
from analytics.matcher.ranking import CASCADE, SAME_EVENT
from analytics.repeats.queue import Queue
from pages.parts.wording.numbers import day, literal, percent, plural, share_of
from pages.views.fixes import ACTION_STATES

FLAG_WORDS = {
    SEEN: "Seen before",
    STRONG: "Strong match",
    LIKELY: "Likely match",
    POSSIBLE: "Possible match",
}
#: The same of a group, by the strongest match in it.
GROUP_WORDS = {
    SEEN: "Nearly the same words",
    STRONG: "Strongly alike",
    LIKELY: "Likely alike",
    POSSIBLE: "Possibly alike",
}
NEAR_WORDS = {CLOSE: "Close", MAYBE: "Maybe", WEAK: "Weak"}
#: How a match that is no new event stands to an incident.
RELATION_WORDS = {
    SAME_EVENT: "began with it: perhaps the same event",
    CASCADE: "was not over for a day when it began: perhaps the same event",
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


def queue_finding(waiting: Queue) -> str:
    """What waits to be confirmed: groups first, else single incidents."""
    first, *_ = [*_waiting(waiting), "Nothing waits to be looked at"]
    return f"{first[:1].upper()}{first[1:]}: confirm?" if len(waiting) else first


def queue_basis(waiting: Queue) -> str:
    """What else waits, what none of it counts in, and in which order it stands."""
    besides = " and ".join(_waiting(waiting)[1:])
    parts = [f"besides, {besides}"] if besides else []
    parts += ["found by their words, confirmed by nobody, in no count above"]
    return " · ".join([*parts, "the strongest first, then the costliest"])


def _waiting(waiting: Queue) -> list[str]:
    """What waits, in words: new groups, incidents for known causes, single ones."""
    return list(filter(None, (_new_groups(waiting), _joining(waiting), _single(waiting))))


def _new_groups(waiting: Queue) -> str:
    groups = int(waiting.new.sum())
    alike = groups_alike(groups, int(waiting.size[waiting.new].sum()))
    return alike if groups else ""


def groups_alike(groups: int, incidents: int) -> str:
    """How many groups look alike, of how many incidents."""
    look = "1 group looks alike" if groups == 1 else f"{groups:,} groups look alike"
    return f"{look}, {plural(incidents, 'incident')}"


def _joining(waiting: Queue) -> str:
    known = (waiting.family != NO_CAUSE) & ~waiting.new
    if not known.any():
        return ""
    incidents = plural(int(waiting.size[known].sum()), "incident")
    causes = "a known cause" if known.sum() == 1 else f"one of {known.sum():,} known causes"
    return f"{incidents} may have {causes}"


def _single(waiting: Queue) -> str:
    single = int((waiting.family == NO_CAUSE).sum())
    if not single:
        return ""
    look = "looks like an earlier one" if single == 1 else "look like an earlier one"
    return f"{plural(single, 'incident')} {look}"


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


def nth_time(near: Nearest) -> str:
    """For the how-manieth time it is seen, and since when; empty for the first."""
    if near.times == 1:
        return ""
    since = f" since {day(near.since)}" if near.since else ""
    return f"seen before, for the {_ordinal(near.times)} time{since}"


def flag_of(level: str, again: Nearest | None) -> str:
    """The name of a flag, and of what was seen before the how-manieth time it is."""
    nth = nth_time(again) if again else ""
    return nth[:1].upper() + nth[1:] or FLAG_WORDS.get(level, "Match")


def nothing_near(near: Nearest) -> str:
    """Why nothing is near."""
    if not near.compared:
        return (
            "There is no other incident to compare with whose text was read. "
            "`python -m analytics match` reads what was not read yet."
        )
    return f"None of {plural(near.compared, 'other incident')} began earlier."


def nothing_alike(near: Nearest) -> str:
    """That none of the nearest ones shares a word."""
    return f"Nothing like it among {plural(near.compared, 'incident')}; these are the latest."


def no_flag(incidents: int) -> str:
    """Why nothing is flagged for one incident, of that many."""
    return f"Nothing is flagged: no earlier incident says nearly the same, and {_rare(incidents)}."


def none_to_look_at(incidents: int) -> str:
    """Why no possible repeat waits, of that many incidents."""
    return f"Nothing waits to be looked at: nothing says nearly the same, and {_rare(incidents)}."


def _rare(incidents: int) -> str:
    if incidents < FEWEST_RECORDS:
        return f"to tell a rare match needs {FEWEST_RECORDS} incidents, has {incidents}"
    return "no other match is rare enough beside those of other incidents"


def how_near(match: Match, *, level: str) -> list[str]:
    """How much two share, what kind of flag that is, and whether they may be one event."""
    flag = FLAG_WORDS[level].lower() if level else "not flagged"
    shared = f"each has at least {percent(share_of_text(match))} of the other’s text"
    return [flag, shared, *filter(None, [RELATION_WORDS.get(match.relation)])]


def how_near_to_words(match: Match) -> str:
    """How much of what somebody describes an incident has."""
    return f"has {percent(share_of_text(match, described=True))} of what you describe"


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
        parts.append(f"{plural(round(reasons.days), 'day')} apart")
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


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number:,}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
