"""The periods that a reader may ask for by name."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import (
    ALL_TIME,
    add_months,
    last_full_quarter,
    named_periods,
    quarter,
    start_of_the_one_before,
)


@pytest.mark.parametrize(
    ("day", "name", "start", "end"),
    [
        (dt.date(2026, 1, 1), "2026 Q1", dt.date(2026, 1, 1), dt.date(2026, 4, 1)),
        (dt.date(2026, 12, 31), "2026 Q4", dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
    ],
)
def test_a_quarter_ends_where_the_next_begins(
    day: dt.date, name: str, start: dt.date, end: dt.date
) -> None:
    found = quarter(day)
    assert (found.name, found.start, found.end) == (name, start, end)


def test_the_last_full_quarter_is_over() -> None:
    assert last_full_quarter(dt.date(2026, 11, 23)).name == "2026 Q3"
    assert last_full_quarter(dt.date(2027, 1, 1)).name == "2026 Q4"
    assert last_full_quarter(dt.date(2026, 12, 31)).name == "2026 Q3"


def test_the_period_before_has_as_many_months_or_else_as_many_days() -> None:
    assert start_of_the_one_before(dt.date(2026, 1, 1), dt.date(2026, 4, 1)) == dt.date(2025, 10, 1)
    assert start_of_the_one_before(dt.date(2026, 3, 15), dt.date(2026, 4, 15)) == dt.date(
        2026, 2, 15
    )
    assert start_of_the_one_before(dt.date(2026, 3, 1), dt.date(2026, 3, 11)) == dt.date(
        2026, 2, 19
    )


def test_a_month_later_keeps_the_day_where_the_month_has_it() -> None:
    assert add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert add_months(dt.date(2024, 3, 31), -12) == dt.date(2023, 3, 31)
    assert add_months(dt.date(2023, 12, 15), 1) == dt.date(2024, 1, 15)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_every_named_period_has_its_own_name_and_today_is_in_the_rolling_ones(
    today: dt.date,
) -> None:
    periods = named_periods(today)
    assert len({period.name for period in periods}) == len(periods)
    assert periods[0].name == ALL_TIME
    for rolling in periods[1:3]:
        assert rolling.start is not None
        assert rolling.end is not None
        assert rolling.start <= today < rolling.end
