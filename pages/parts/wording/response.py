"""Response times in words: what a median says, what it rests on, what is not known."""

from analytics.answer import Answer
from analytics.clocks import Status
from analytics.response.durations import StepResult
from analytics.response.groups import GroupDurations
from analytics.selection import Scope
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.targets import WithinTarget
from pages.parts.wording.numbers import (
    duration,
    duration_answer,
    interval,
    literal,
    percent,
    period,
    plural,
)
from pages.parts.wording.shares import counted, part

STEP_WORDS = {
    "TTD": "Time to detect",
    "TTA": "Time to acknowledge",
    "TTM": "Time to mitigate",
    "TTR": "Time to resolve",
    "publish": "Time to publish the post-mortem",
}
AGGREGATE = {"TTD": "MTTD", "TTA": "MTTA", "TTM": "MTTM", "TTR": "MTTR"}
ANCHOR_WORDS = {
    "impact_started_at": "start of impact",
    "detected_at": "detection",
    "declared_at": "declaration",
    "acknowledged_at": "acknowledgement",
}
#: Incidents whose severity has no target of its own.
OTHERS = "all others"
CLOCK_WORDS = {
    **ANCHOR_WORDS,
    "notified_at": "notification",
    "mitigated_at": "mitigation",
    "resolved_at": "resolution",
    "postmortem_published_at": "publication of the post-mortem",
}


def duration_or_few(answer: Answer) -> str:
    """A duration with its interval; of too few incidents for one, with how many there are."""
    if answer.known and answer.n < minimum_n_for_interval(0.5):
        return f"{duration(answer.estimate)} (from {plural(answer.n, 'incident')})"
    return duration_answer(answer)


def closed_early_words(number: int) -> str:
    """A further part of a line: how many incidents were closed before their impact was over."""
    if not number:
        return ""
    verb = "was" if number == 1 else "were"
    return f" · {plural(number, 'incident')} {verb} closed before the impact was over"


def group_durations_basis(found: GroupDurations, word: str) -> str:
    """How many groups and incidents have a duration, and what was left out."""
    drawn = int((found.durations.n > 0).sum())
    parts = [
        f"{plural(drawn, word)} with a duration, in alphabetical order, small ones moved towards "
        "the average",
        f"{plural(found.n_timed, 'incident')} with both",
    ]
    if found.n_timed_unknown:
        parts.append(f"{found.n_timed_unknown:,} more of no known {word} left out")
    return " · ".join(parts)


def headline(result: StepResult) -> str:
    """What the figure of one step says, as its title."""
    name = f"{STEP_WORDS[result.step.name]} ({AGGREGATE[result.step.name]})"
    if result.headline.estimate is None:
        return f"{name}: {result.headline.reason}"
    few = result.headline.low is None and result.headline.high is None
    of = f", from {plural(result.headline.n, 'incident')}" if few else ""
    return f"{name}: typically {duration(result.headline.estimate)}{of}"


def basis(result: StepResult, scope: Scope) -> str:
    """n, denominator, period, and what did not enter and why."""
    answer, durations = result.headline, result.durations
    parts = [
        f"{answer.n:,} of {plural(len(durations.status), 'incident')} recorded",
        period(scope.start, scope.end),
    ]
    if answer.low is not None or answer.high is not None:
        parts.insert(0, f"median, 95 % interval {interval(answer)}")
    for status, words in (
        (Status.MISSING, "without one of the two times"),
        (Status.PENDING, "still open, counted as lasting at least until now"),
        (Status.INVALID, "impossible (an end before the start, or still to come), left out"),
        (Status.TOO_COARSE, "known to the day only and too short for that, left out"),
        (Status.NOT_APPLICABLE, "caught before impact, no duration"),
    ):
        if number := durations.count(status):
            parts.append(f"{number:,} {words}")
    if number := durations.to_the_day():
        parts.append(f"{number:,} known to the day, long enough to count")
    return " · ".join(parts)


def target_words(seconds: float, severity: str, wanted: float | None) -> str:
    """A target without its step: ``SEV1 within 1 h, 90 % of them``."""
    of = literal(severity) if severity else OTHERS
    share = "" if wanted is None else f", {percent(wanted)} of them"
    return f"{of} within {duration(seconds)}{share}"


def targets_finding(found: WithinTarget, step: str) -> str:
    """How many kept the targets of a step, as the title of their figure."""
    answer, name = found.overall, STEP_WORDS[step]
    if answer.estimate is None:
        return f"{name} within target: {literal(answer.reason)}"
    kept = f"{part(answer):,} of {plural(answer.n, 'incident')}"
    return f"{name} within target: {percent(answer.estimate)}, {kept}"


def targets_basis(found: WithinTarget, when: str, *, every: str) -> str:
    """What is drawn, and of how many it is not known whether they kept theirs."""
    parts = [f"share of each {every} with 95 % interval", when]
    if found.overall.n_missing:
        parts.append(f"not known of {plural(found.overall.n_missing, 'incident')} more")
    return " · ".join(parts)


def kept_by_target(found: WithinTarget) -> str:
    """Each target with the share that kept it, a line each."""
    return "\n".join(
        f"- {target_words(target.seconds, target.severity, target.wanted)}: "
        + (literal(share.reason) if share.estimate is None else counted(share))
        for target, share in found.targets
    )
