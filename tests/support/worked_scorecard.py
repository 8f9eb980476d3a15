"""The examples of the definitions, computed: the tiles of the front page."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from analytics import scorecard
from analytics.answer import Method
from analytics.calendar import quarter
from analytics.repeats.ledger import find_repeats
from analytics.review.review import review
from analytics.scorecard import Tile
from analytics.selection import Scope
from analytics.targets import WITHIN_TARGET, Target
from analytics.units import DAY, HOUR
from tests.support.histories import history
from tests.support.worked_statistics import Numbers, one

AS_OF = dt.datetime(2026, 7, 1)
BEGAN = pd.Timestamp("2026-06-01")


def quarters(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Incidents of so many a quarter up to the first one of 2026, and one in the second."""
    begins = pd.period_range(end="2026Q1", periods=len(counts), freq="Q").start_time
    days = [
        first + pd.Timedelta(days=n)
        for first, c in zip(begins, counts, strict=True)
        for n in range(c)
    ]
    return [{"impact_started_at": str(day)} for day in [*days, pd.Timestamp("2026-04-01")]]


def tile(rows: Sequence[Mapping[str, Any]], key: str, targets: Sequence[Target] = ()) -> Tile:
    """One tile of the second quarter of 2026."""
    records, period = history(rows), quarter(dt.date(2026, 4, 1))
    repeats = find_repeats(records)
    seen = review(records, Scope(), as_of=AS_OF, repeats=repeats, period=period)
    return scorecard.scorecard(seen, targets=targets).tile(key)


def usual_range(*, counts: Sequence[int]) -> Numbers:
    usual = tile(quarters(counts), "incidents").usual
    assert usual.low is not None
    assert usual.high is not None
    return usual.low, usual.high


def incident_count(*, began: Sequence[str]) -> Numbers:
    return [one(tile([{"impact_started_at": day} for day in began], "incidents").now)]


def postmortem_coverage(*, written: int, incidents: int) -> Numbers:
    rows = [
        {"impact_started_at": str(BEGAN), "has_postmortem": n < written} for n in range(incidents)
    ]
    return [one(tile(rows, "coverage").now)]


def time_to_publish(*, resolved: Sequence[str], published: Sequence[str]) -> Numbers:
    rows = [
        {"impact_started_at": over, "resolved_at": over, "postmortem_published_at": told}
        for over, told in zip(resolved, published, strict=True)
    ]
    return [one(tile(rows, "publish").now) / DAY]


def within_target(*, severities: Sequence[str], hours: Numbers) -> Numbers:
    promised = [Target("TTR", 3 * HOUR, "SEV1"), Target("TTR", HOUR)]
    rows = [
        {
            "impact_started_at": str(BEGAN),
            "resolved_at": str(BEGAN + pd.Timedelta(hours=lasted)),
            "severity": severity,
        }
        for severity, lasted in zip(severities, hours, strict=True)
    ]
    share = tile(rows, "TTR", promised).within
    assert share is not None
    return [one(share)]


OF_SCORECARD: dict[Method, Callable[..., Numbers]] = {
    scorecard.SCORECARD: usual_range,
    scorecard.INCIDENT_COUNT: incident_count,
    scorecard.POSTMORTEM_COVERAGE: postmortem_coverage,
    scorecard.TIME_TO_PUBLISH: time_to_publish,
    WITHIN_TARGET: within_target,
}
