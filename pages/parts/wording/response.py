"""What the steps of a response and its clocks are called, and a duration of few incidents."""

from analytics.answer import Answer
from analytics.statistics.quantiles import minimum_n_for_interval
from pages.parts.wording.numbers import duration, duration_answer, literal, percent, plural

STEP_WORDS = {
    "TTD": "Time to detect",
    "TTA": "Time to acknowledge",
    "TTM": "Time to mitigate",
    "TTR": "Time to resolve",
    "publish": "Time to publish the post-mortem",
    "done": "Time to do a promised action",
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


def target_words(seconds: float, severity: str, wanted: float | None) -> str:
    """A target without its step: ``SEV1 within 1 h, 90 % of them``."""
    of = literal(severity) if severity else OTHERS
    share = "" if wanted is None else f", {percent(wanted)} of them"
    return f"{of} within {duration(seconds)}{share}"
