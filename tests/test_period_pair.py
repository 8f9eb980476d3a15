"""Which periods are compared: no day in both, none of another length than the reader expects."""

import datetime as dt

import pytest

from analytics.calendar import quarter
from analytics.period_pair import period_pair
from analytics.selection import Scope

TODAY = dt.date(2026, 7, 1)
LATEST = quarter(dt.date(2026, 4, 1))


def test_without_a_choice_the_last_full_quarter_stands_beside_the_year_before() -> None:
    pair = period_pair(Scope(), TODAY, latest=LATEST)
    assert pair.after.name == "2026 Q2"
    assert (pair.after.start, pair.after.end) == (dt.date(2026, 4, 1), dt.date(2026, 7, 1))
    assert (pair.before.start, pair.before.end) == (dt.date(2025, 4, 1), dt.date(2026, 4, 1))


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 4, 1), dt.date(2025, 10, 1)),
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(2025, 7, 2), dt.date(2026, 7, 2), dt.date(2024, 7, 2)),
        (dt.date(2026, 3, 10), dt.date(2026, 3, 20), dt.date(2026, 2, 28)),
    ],
)
def test_a_chosen_period_stands_beside_one_as_long(
    start: dt.date, end: dt.date, before: dt.date
) -> None:
    pair = period_pair(Scope(start=start, end=end), TODAY, latest=LATEST)
    assert (pair.after.start, pair.after.end) == (start, end)
    assert (pair.before.start, pair.before.end) == (before, start)


def test_a_period_without_an_end_reaches_to_the_end_of_today() -> None:
    pair = period_pair(Scope(start=dt.date(2026, 6, 1)), TODAY, latest=LATEST)
    assert pair.after.end == dt.date(2026, 7, 2)


def test_a_period_that_has_not_begun_or_has_no_start_counts_as_no_choice() -> None:
    nothing = period_pair(Scope(), TODAY, latest=LATEST)
    assert period_pair(Scope(start=dt.date(2027, 1, 1)), TODAY, latest=LATEST) == nothing
    assert period_pair(Scope(end=dt.date(2026, 1, 1)), TODAY, latest=LATEST) == nothing
