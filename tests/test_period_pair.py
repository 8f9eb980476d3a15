"""Which periods are compared: no day in both, and a year in the earlier one."""

import datetime as dt

import pytest

from analytics.calendar import Period, period_pair, quarter


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2025, 4, 1)),
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(2026, 3, 10), dt.date(2026, 3, 20), dt.date(2025, 3, 10)),
        (dt.date(2024, 2, 29), dt.date(2024, 3, 20), dt.date(2023, 2, 28)),
    ],
)
def test_a_period_stands_beside_the_twelve_months_before_it(
    start: dt.date, end: dt.date, before: dt.date
) -> None:
    pair = period_pair(Period("this period", start, end))
    assert (pair.after.start, pair.after.end) == (start, end)
    assert (pair.before.start, pair.before.end) == (before, start)


def test_a_quarter_keeps_its_name() -> None:
    assert period_pair(quarter(dt.date(2026, 4, 1))).after.name == "2026 Q2"


def test_a_period_with_an_open_end_stands_beside_nothing() -> None:
    with pytest.raises(ValueError, match="end"):
        period_pair(Period("All time", None, None))
