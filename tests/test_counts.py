"""Incidents by severity on a calendar without gaps."""

from analytics.recorded import by_severity
from analytics.selection import Scope, select
from tests.support.histories import history


def test_months_of_two_years_are_never_added_together() -> None:
    records = history(
        [
            {"impact_started_at": "2024-01-10T00:00", "severity": "major", "severity_rank": 2},
            {"impact_started_at": "2025-01-10T00:00", "severity": "major", "severity_rank": 2},
        ]
    )
    counts = by_severity(select(records, Scope()))
    assert len(counts.starts) == 13
    assert counts.total.tolist() == [1, *[0] * 11, 1]


def test_severities_come_worst_first_and_unknown_ones_are_counted() -> None:
    records = history(
        [
            {"impact_started_at": "2024-01-10T00:00", "severity": "minor", "severity_rank": 3},
            {"impact_started_at": "2024-01-11T00:00", "severity": "critical", "severity_rank": 1},
            {"impact_started_at": "2024-01-12T00:00"},
            {"severity": "minor", "severity_rank": 3},
        ]
    )
    counts = by_severity(select(records, Scope()))
    assert counts.labels == ("critical", "minor", "unknown")
    assert counts.counts.tolist() == [[1], [1], [1]]


def test_no_incident_gives_no_month() -> None:
    counts = by_severity(select(history([{}]), Scope()))
    assert len(counts.starts) == 0
