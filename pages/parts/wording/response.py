"""Response times in words: what a median says, what it rests on, what is not known."""

from analytics.clocks import Status
from analytics.response.steps import StepResult
from analytics.selection import Scope
from pages.parts.wording.numbers import duration, interval, period, plural

STEP_WORDS = {
    "TTD": "Time to detect",
    "TTA": "Time to acknowledge",
    "TTM": "Time to mitigate",
    "TTR": "Time to resolve",
}
AGGREGATE = {"TTD": "MTTD", "TTA": "MTTA", "TTM": "MTTM", "TTR": "MTTR"}
ANCHOR_WORDS = {
    "impact_started_at": "start of impact",
    "detected_at": "detection",
    "declared_at": "declaration",
    "acknowledged_at": "acknowledgement",
}
CLOCK_WORDS = {
    **ANCHOR_WORDS,
    "notified_at": "notification",
    "mitigated_at": "mitigation",
    "resolved_at": "resolution",
    "postmortem_published_at": "publication of the post-mortem",
}


def headline(result: StepResult) -> str:
    """What the figure of one step says, as its title."""
    name = f"{STEP_WORDS[result.step.name]} ({AGGREGATE[result.step.name]})"
    if result.headline.estimate is None:
        return f"{name}: {result.headline.reason}"
    if result.headline.low is None and result.headline.high is None:
        recorded, total = result.headline.n, len(result.durations.status)
        return f"{name}: recorded for {recorded:,} of {total:,} incidents, too few to say"
    return f"{name}: median {duration(result.headline.estimate)}"


def basis(result: StepResult, scope: Scope) -> str:
    """n, denominator, period, and what did not enter and why."""
    answer, durations = result.headline, result.durations
    parts = [
        f"{answer.n:,} of {plural(len(durations.status), 'incident')} recorded",
        period(scope.start, scope.end),
    ]
    if answer.low is not None or answer.high is not None:
        parts.insert(0, f"95 % interval {interval(answer)}")
    for status, words in (
        (Status.MISSING, "without one of the two times"),
        (Status.PENDING, "still open, counted as lasting at least until now"),
        (Status.INVALID, "with the end before the start, left out"),
        (Status.TOO_COARSE, "known to the day only, left out"),
        (Status.NOT_APPLICABLE, "caught before impact, no duration"),
    ):
        if number := durations.count(status):
            parts.append(f"{number:,} {words}")
    return " · ".join(parts)
