"""The stretches of time of a review, at the edges of the calendar and of the records."""

import datetime as dt
from collections.abc import Sequence

import pytest

from analytics.calendar import Break
from analytics.review.periods import (
    NOT_BEGUN,
    Sides,
    sides,
    timeline,
)
from analytics.selection import Scope, select
from tests.support.histories import history

AS_OF = dt.datetime(2027, 1, 1)
Q4 = (dt.date(2026, 10, 1), dt.date(2027, 1, 1))


def _sides(
    start: dt.date = Q4[0],
    end: dt.date = Q4[1],
    *,
    first: str = "2020-01-01",
    as_of: dt.datetime = AS_OF,
    breaks: Sequence[Break] = (),
) -> Sides:
    started = [first, "2025-11-05", "2026-08-05", "2026-10-01", "2026-12-31T23:59"]
    records = history([{"impact_started_at": moment} for moment in started])
    line = timeline(select(records, Scope()), as_of=as_of, start=start, breaks=breaks)
    return sides(line, start=start, end=end, breaks=breaks)


def test_a_quarter_stands_beside_the_one_before_and_a_year_ago() -> None:
    found = _sides()
    assert found.now.period.name == "2026 Q4"
    assert found.previous.period.name == "2026 Q3"
    assert found.year_ago.period.name == "2025 Q4"


def test_the_reference_is_the_twelve_months_before() -> None:
    reference = _sides().reference
    assert (reference.start, reference.end) == (dt.date(2025, 10, 1), Q4[0])
    assert reference.days == 365.0


def test_each_incident_lies_in_one_side_only_by_its_start() -> None:
    found = _sides()
    assert (found.reference.span, found.now.span) == (slice(1, 3), slice(3, 5))
    assert found.year_ago.span == slice(1, 2)


def test_before_a_month_comes_a_month_and_before_days_as_many_days() -> None:
    march = _sides(dt.date(2026, 3, 1), dt.date(2026, 4, 1))
    assert march.previous.start == dt.date(2026, 2, 1)
    ten = _sides(dt.date(2026, 3, 6), dt.date(2026, 3, 16))
    assert ten.previous.start == dt.date(2026, 2, 24)
    assert ten.now.period.name == "2026-03-06 to 2026-03-15"


def test_records_that_begin_late_shorten_the_reference() -> None:
    found = _sides(first="2026-01-01T08:00")
    assert found.reference.start == dt.date(2025, 11, 5)
    assert found.reference.no_figure == ""
    assert found.year_ago.no_figure == "records begin on 2025-11-05"


def test_a_team_has_no_rate_before_its_own_first_record() -> None:
    records = history(
        [
            {"impact_started_at": "2020-01-01", "team": "old"},
            {"impact_started_at": "2026-12-02", "team": "new"},
        ]
    )
    scope = Scope(teams=("new",))
    line = timeline(select(records, scope), as_of=AS_OF, start=Q4[0], breaks=())
    found = sides(line, start=Q4[0], end=Q4[1], breaks=())
    assert found.now.days == 30.0
    assert found.reference.no_figure == "needs 180 days of records before, has 0"
    assert found.year_ago.no_figure == "records begin on 2026-12-02"


def test_half_a_year_of_records_is_needed_before_the_period() -> None:
    found = _sides(dt.date(2026, 1, 1), dt.date(2026, 4, 1), first="2025-12-01")
    assert found.reference.no_figure == "needs 180 days of records before, has 57"


def test_a_break_within_the_reference_takes_its_comparison_but_no_figure() -> None:
    found = _sides(breaks=[Break(dt.date(2026, 2, 1), "new scheme")])
    assert found.reference.no_comparison == "new scheme (2026-02-01)"
    assert found.reference.no_figure == ""
    assert found.year_ago.no_comparison == "new scheme (2026-02-01)"
    assert found.previous.no_comparison == ""


def test_a_break_on_the_first_day_of_the_period_parts_it_from_all_before() -> None:
    found = _sides(breaks=[Break(Q4[0], "merger")])
    assert found.previous.no_comparison == found.reference.no_comparison == "merger (2026-10-01)"


def test_a_period_that_goes_on_has_only_the_days_that_passed() -> None:
    found = _sides(as_of=dt.datetime(2026, 10, 11, 12))
    assert found.now.days == 10.5
    assert found.now.span == slice(3, 4)


def test_a_period_that_has_not_begun_has_no_figure() -> None:
    assert _sides(as_of=dt.datetime(2026, 9, 1)).now.no_figure == NOT_BEGUN


def test_a_period_before_all_records_has_no_figure_either_and_says_since_when_there_are_any() -> (
    None
):
    found = _sides(dt.date(1990, 1, 1), dt.date(1990, 4, 1), first="2026-01-01T08:00")
    assert found.now.no_figure == "records begin on 2025-11-05"


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="a period needs a day"):
        _sides(Q4[0], Q4[0])
